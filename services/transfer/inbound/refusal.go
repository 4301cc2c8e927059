package inbound

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// refusal is the answer to a request that was not carried out.
type refusal struct {
	status     int
	code       string // the statuscode of the envelope; empty = status
	message    string // for the person at the peer, who sees exactly this text in the log of an Eden
	action     Action
	reason     apierr.Reason
	retryAfter time.Duration
	resource   string // for the log, where it differs from the one asked for
	sender     string // this site's UUID; only in answers to registrations
	allow      string // the methods that work; only with 405
	cause      error
}

// Error is the message, with the cause for the log of the process.
func (r *refusal) Error() string {
	if r.cause != nil {
		return r.message + ": " + r.cause.Error()
	}
	return r.message
}

// Unwrap returns the cause.
func (r *refusal) Unwrap() error { return r.cause }

// remote tells whether the peer has to change something.
func (r *refusal) remote() bool {
	return r.status < http.StatusInternalServerError
}

func refuse(status int, action Action, reason apierr.Reason, format string, args ...any) *refusal {
	return &refusal{status: status, action: action, reason: reason, message: fmt.Sprintf(format, args...)}
}

func unauthenticated() *refusal {
	return refuse(http.StatusUnauthorized, ActionAuthenticate, apierr.ReasonUnauthenticated, "Authentication Required")
}

func forbidden(reason apierr.Reason, format string, args ...any) *refusal {
	return refuse(http.StatusForbidden, ActionAuthorize, reason, format, args...)
}

func unreadable(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, ActionParse, apierr.ReasonInvalidArgument, format, args...)
}

func unregistered() *refusal {
	return forbidden(apierr.ReasonRepositoryNotRegistered, "Registration required")
}

func methodNotAllowed(allow string) *refusal {
	r := refuse(http.StatusMethodNotAllowed, ActionCheck, apierr.ReasonUnimplemented, "Unsupported method!")
	r.allow = allow
	return r
}

// refusalOf finds the answer to an error of the directory or the engine.
func refusalOf(err error) *refusal {
	var already *refusal
	if errors.As(err, &already) {
		return already
	}
	if r := documentRefusal(err); r != nil {
		r.cause = err
		return r
	}
	public := apierr.Public(err)
	r := &refusal{
		status: statusOf(public), action: ActionCheck, reason: public.Reason, message: public.Message,
		retryAfter: public.RetryAfter, cause: err,
	}
	switch public.Kind {
	case apierr.KindInvalid:
		r.action = ActionParse
	case apierr.KindPermissionDenied:
		r.action = ActionAuthorize
	default:
	}
	return r
}

// documentRefusal is the answer to a document that cannot be read, nil for other errors.
func documentRefusal(err error) *refusal {
	var syntax *s3xml.SyntaxError
	var limit *s3xml.LimitError
	var notXML *s3xml.NotXMLError
	switch {
	case errors.As(err, &notXML) && notXML.Guess == s3xml.GuessEmpty:
		return badDocument(apierr.ReasonDocumentMalformed, "Document is empty")
	case errors.As(err, &notXML):
		return badDocument(apierr.ReasonDocumentMalformed, "the body is "+notXML.Guess.String())
	case errors.As(err, &limit):
		return limitRefusal(limit)
	case errors.As(err, &syntax):
		return badDocument(transfer.DocumentReason(err), fmt.Sprintf("%s, line %d, column %d", syntax.Msg, syntax.Line, syntax.Column))
	}
	if e, ok := apierr.As(err); ok && (e.Reason == apierr.ReasonDocumentMalformed || e.Reason == apierr.ReasonDocumentTruncated) {
		return badDocument(e.Reason, e.Message)
	}
	return nil
}

func badDocument(reason apierr.Reason, problem string) *refusal {
	return refuse(http.StatusBadRequest, ActionParse, reason, "XML Parse error: %s", problem)
}

// limitRefusal asks for smaller pieces where these would help.
func limitRefusal(limit *s3xml.LimitError) *refusal {
	r := badDocument(apierr.ReasonDocumentTooLarge, fmt.Sprintf("the document exceeds the limit %s = %d", limit.Limit, limit.Max))
	if limit.Limit == "DocumentBytes" || limit.Limit == "Records" {
		r.status = http.StatusRequestEntityTooLarge
	}
	return r
}

var kindStatus = map[apierr.Kind]int{
	apierr.KindInvalid:          http.StatusBadRequest,
	apierr.KindNotFound:         http.StatusNotFound,
	apierr.KindAlreadyExists:    http.StatusConflict,
	apierr.KindStale:            http.StatusConflict,
	apierr.KindPrecondition:     http.StatusConflict,
	apierr.KindPermissionDenied: http.StatusForbidden,
	apierr.KindExhausted:        http.StatusTooManyRequests,
	apierr.KindUnavailable:      http.StatusServiceUnavailable,
	apierr.KindTimeout:          http.StatusServiceUnavailable,
	apierr.KindUnimplemented:    http.StatusNotImplemented,
}

// statusOf is the HTTP status of an error. An error of authentication inside this site is not the peer's: only
// Authenticate itself makes a 401.
func statusOf(e *apierr.Error) int {
	switch e.Reason {
	case apierr.ReasonDocumentTooLarge, apierr.ReasonLimitExceeded:
		return http.StatusRequestEntityTooLarge
	case apierr.ReasonStorageFull:
		return http.StatusInsufficientStorage
	default:
	}
	if status, ok := kindStatus[e.Kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}
