// Package apierr is the one error that crosses a service boundary. It carries
// what a program tells cases apart by (kind, reason, metadata), what a person
// reads (cause, effect and fix in one message) and, kept inside the process,
// the cause that only the log shows.
package apierr

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind is the class of an error; it decides the gRPC code and the HTTP status.
type Kind uint8

// The kinds, with the gRPC code that each one travels as.
const (
	KindInternal         Kind = iota // a defect or a broken environment; Internal
	KindInvalid                      // the request can never work as it is; InvalidArgument
	KindNotFound                     // what was named is not here; NotFound
	KindAlreadyExists                // what should be made is here already; AlreadyExists
	KindStale                        // somebody else changed it since it was read (etag); Aborted
	KindPrecondition                 // the request fits, the present state does not; FailedPrecondition
	KindUnauthenticated              // it is not known who asks; Unauthenticated
	KindPermissionDenied             // who asks may not do this; PermissionDenied
	KindExhausted                    // a limit, a quota or the disk is used up; ResourceExhausted
	KindUnavailable                  // may work if it is tried again; Unavailable
	KindTimeout                      // took longer than allowed; DeadlineExceeded
	KindUnimplemented                // not offered here; Unimplemented
)

// Reason tells cases of the same kind apart. Reasons are stable: programs
// compare them, docs/errors.md explains each one.
type Reason string

// Field is one thing that is wrong with a request.
type Field struct {
	Name    string // path in lowerCamelCase as in REST, for example "filters[2].value"
	Message string // what is wrong and what would be right, for people
}

// Error is the one error. The zero value is an internal error without text.
type Error struct {
	Kind       Kind
	Reason     Reason
	Message    string            // for people: cause, effect, fix; never a secret
	Metadata   map[string]string // for programs: names of what the message speaks about
	Fields     []Field           // set when KindInvalid
	RetryAfter time.Duration     // 0 = the caller decides
	cause      error             // for the log only, never sent
}

// New makes an error. The message is for people and says cause, effect and fix.
func New(kind Kind, reason Reason, format string, args ...any) *Error {
	return &Error{Kind: kind, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes an INVALID_ARGUMENT error from everything that is wrong with a
// request, so that a person can mend it in one go.
func Invalid(fields ...Field) *Error {
	err := New(KindInvalid, ReasonInvalidArgument, "The request was refused and nothing was changed: %s.", joinFields(fields))
	err.Fields = slices.Clone(fields)
	return err
}

// NotFound makes a NOT_FOUND error; what is a noun such as "repository".
func NotFound(what, id string) *Error {
	return New(KindNotFound, ReasonNotFound, "There is no %s %q: it was removed, or the name is misspelt.", what, id).
		With("what", what).With("id", id)
}

func joinFields(fields []Field) string {
	if len(fields) == 0 {
		return "it is not valid"
	}
	parts := make([]string, len(fields))
	for i, field := range fields {
		parts[i] = field.Name + " " + strings.TrimSuffix(field.Message, ".")
	}
	return strings.Join(parts, "; ")
}

// With returns a copy that carries one more metadata value.
func (e *Error) With(key, value string) *Error {
	c := e.clone()
	if c.Metadata == nil {
		c.Metadata = make(map[string]string, 1)
	}
	c.Metadata[key] = value
	return c
}

// Wrap returns a copy that keeps cause for the log and for errors.Is.
func (e *Error) Wrap(cause error) *Error {
	c := e.clone()
	c.cause = cause
	return c
}

// After returns a copy that asks the caller to wait for d before trying again.
func (e *Error) After(d time.Duration) *Error {
	c := e.clone()
	c.RetryAfter = d
	return c
}

// outcomeKey and outcomeUnknown are the metadata by which an Unsure error is known.
const outcomeKey, outcomeUnknown = "outcome", "unknown"

// Unsure returns a copy that says that nobody knows whether it was done, because the connection was lost in the middle of
// it. Only what is harmless to repeat may be tried again.
func (e *Error) Unsure() *Error { return e.With(outcomeKey, outcomeUnknown) }

// IsUnsure tells whether nobody knows if what ended with err was done.
func IsUnsure(err error) bool {
	e, ok := As(err)
	return ok && e.Metadata[outcomeKey] == outcomeUnknown
}

func (e *Error) clone() *Error {
	c := *e
	c.Metadata = maps.Clone(e.Metadata)
	c.Fields = slices.Clone(e.Fields)
	return &c
}

// Error is the text for logs: reason, message and cause.
func (e *Error) Error() string {
	text := string(e.Reason) + ": " + e.Message
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// As finds the outermost *Error in a chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// ReasonOf is the reason of the *Error in err; "" for nil, INTERNAL for any other error.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	if e, ok := As(err); ok {
		return e.Reason
	}
	return ReasonInternal
}

// KindOf is the kind of the *Error in err; KindInternal for any other error.
// Ask it only when err is not nil.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return KindInternal
}

// Public is what a caller may see of err: an *Error as it is, everything else
// as an internal error without details. The rpc package adds the metadata
// requestId, by which the details are found in the log.
func Public(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := As(err); ok {
		return e
	}
	if e := fromContext(err); e != nil {
		return e
	}
	return New(KindInternal, ReasonInternal, "internal error").Wrap(err)
}
