package peer

import (
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Reasons of Error: stable, stored in the log and compared by programs. The catalogue of package apierr says what
// each one means.
const (
	ReasonAddress         = string(apierr.ReasonPeerAddressInvalid)
	ReasonUnavailable     = string(apierr.ReasonPeerUnavailable)
	ReasonProxy           = string(apierr.ReasonPeerProxy)
	ReasonTLS             = string(apierr.ReasonPeerTLS)
	ReasonUnauthenticated = string(apierr.ReasonPeerUnauthenticated)
	ReasonForbidden       = string(apierr.ReasonPeerForbidden)
	ReasonNotRegistered   = string(apierr.ReasonPeerNotRegistered)
	ReasonNotFound        = string(apierr.ReasonPeerNotFound)
	ReasonRedirect        = string(apierr.ReasonPeerRedirect)
	ReasonTooLarge        = string(apierr.ReasonPeerTooLarge)
	ReasonOverloaded      = string(apierr.ReasonPeerOverloaded)
	ReasonBroken          = string(apierr.ReasonPeerBroken)
	ReasonRefused         = string(apierr.ReasonPeerRefused)
	ReasonBadAnswer       = string(apierr.ReasonPeerBadAnswer)
	ReasonAnswerTooLarge  = string(apierr.ReasonPeerAnswerTooLarge)
	ReasonNotAllowed      = string(apierr.ReasonPeerAddressNotAllowed)
	ReasonVersion         = string(apierr.ReasonPeerVersion)
)

// Error is a failed exchange. No field ever holds a password.
type Error struct {
	Op         string        // pull, push, register, fetch or test
	Reason     string        // one of the constants above
	Status     int           // HTTP status; 0 = there was no answer
	Remote     bool          // the cause lies at the remote or on the way to it, not at this site
	Retry      bool          // the same may work later without anybody changing anything
	RetryAfter time.Duration // how long the remote asked to stay away; 0 = it said nothing
	Message    string        // what Eden's log would show: the remote's own words, or why it cannot be reached
	Fix        string        // what a person can do
	err        error
}

// Error names operation, reason and message.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Op, e.Reason, e.Message) }

// Unwrap gives the technical cause, if there is one.
func (e *Error) Unwrap() error { return e.err }

// again tells whether another attempt within the same call makes sense.
func (e *Error) again() bool {
	return e.Retry && (e.Reason == ReasonUnavailable || e.Reason == ReasonOverloaded || e.Reason == ReasonProxy)
}

// character is what all errors of a reason have in common.
type character struct {
	remote, retry bool
	fix           string
}

var characters = map[string]character{
	ReasonAddress:         {fix: "Correct the URL of the repository: http or https, host and path to the application, without user name, query and fragment."},
	ReasonUnavailable:     {remote: true, retry: true, fix: "Check that the remote site runs and that no firewall is between; the next run tries again."},
	ReasonProxy:           {remote: true, fix: "Check address, user name and password of the proxy."},
	ReasonTLS:             {remote: true, fix: "Have the remote site mend its certificate, or enter the certificate of its authority at the repository."},
	ReasonUnauthenticated: {remote: true, fix: "Enter user name and password of an account at the remote site."},
	ReasonForbidden:       {remote: true, fix: "Have the administrator of the remote site give the account the permission."},
	ReasonNotRegistered:   {remote: true, fix: "Register this site at the remote site, then try again."},
	ReasonNotFound:        {remote: true, fix: "Check the URL of the repository (it must include the path of the application, for example /eden) and the name of the resource."},
	ReasonRedirect:        {remote: true, fix: "Enter the address that the remote site redirects to as URL of the repository, if you trust it."},
	ReasonTooLarge:        {remote: true, fix: "Send less at once, or have the remote site raise its limit for request bodies."},
	ReasonOverloaded:      {remote: true, retry: true, fix: "None needed: the next run tries again. Run less often if it repeats."},
	ReasonBroken:          {remote: true, retry: true, fix: "Look at the error tickets of the remote site."},
	ReasonRefused:         {remote: true, fix: "Read the message of the remote site."},
	ReasonBadAnswer:       {remote: true, fix: "Check the URL of the repository: it may lead to a portal or to another program."},
	ReasonAnswerTooLarge:  {remote: true, fix: "Raise the limit for answers, or narrow the task by filters."},
	ReasonNotAllowed:      {remote: true, fix: "Have the remote site publish the file under its own address."},
	ReasonVersion:         {remote: true, fix: "Bring the older of both sites up to date."},
}

// newError makes an error with the traits of its reason.
func newError(op, reason, format string, args ...any) *Error {
	c := characters[reason]
	return &Error{Op: op, Reason: reason, Remote: c.remote, Retry: c.retry, Fix: c.fix, Message: fmt.Sprintf(format, args...)}
}

// because adds the technical cause.
func (e *Error) because(err error) *Error {
	e.err = err
	return e
}

// fixedBy replaces the advice.
func (e *Error) fixedBy(fix string) *Error {
	e.Fix = fix
	return e
}
