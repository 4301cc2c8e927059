package transfer

import (
	"fmt"
	"strings"
	"time"
)

// RemoteError is what went wrong at, or on the way to, a remote site.
type RemoteError struct {
	Reason     string // stable code, such as PEER_UNAVAILABLE
	Status     int    // HTTP status, 0 = no answer
	Remote     bool   // the remote site said so, in contrast to a fault on this side
	Retry      bool   // trying again later may help without anybody changing anything
	RetryAfter time.Duration
	Message    string // for people, without secrets
	Fix        string
	Err        error
}

// Error is the message with its code.
func (e *RemoteError) Error() string { return fmt.Sprintf("%s (%s)", e.Message, e.Reason) }

// Unwrap returns the cause.
func (e *RemoteError) Unwrap() error { return e.Err }

// Advice is the message for people with what they can do about it.
func (e *RemoteError) Advice() string {
	if e.Fix == "" {
		return e.Message
	}
	return strings.TrimRight(e.Message, ". ") + ". " + e.Fix
}

// TooLarge tells whether the remote refused the size of a request.
func (e *RemoteError) TooLarge() bool { return e.Status == 413 }

// Broken tells whether the remote failed on the content of a request, as an Eden does on a record that it
// cannot digest: then the request is worth splitting.
func (e *RemoteError) Broken() bool { return e.Status == 500 }

// Outdated tells whether the remote wants the document written anew: that it was written without knowledge of what this site has got
// since, or tells in brief what the remote does not have.
func (e *RemoteError) Outdated() bool { return e.Status == 409 }

// CursorGone tells whether the remote no longer knows our cursor: its database is another one.
func (e *RemoteError) CursorGone() bool { return e.Status == 410 }
