package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Causes by which this package ends a request.
var (
	errConnectTimeout = errors.New("no connection in time")
	errSilent         = errors.New("the remote fell silent")
)

// maxErrorBody is how much of an error page is read.
const maxErrorBody = 64 << 10

// statusError turns an answer that is no success into an error with the remote's words.
func (call *call) statusError(r *reply, now time.Time) *Error {
	body, _ := io.ReadAll(io.LimitReader(r.body, maxErrorBody))
	message := call.remote.words(body, r.status)
	e := newError(call.op, statusReason(r.status, message), "%s", message)
	e.Status = r.status
	if e.Retry {
		e.RetryAfter = retryAfter(r.header, now)
	}
	if e.Reason == ReasonUnauthenticated && call.remote.Username != "" {
		e.Fix = "Check user name and password of the repository."
	}
	return e
}

func statusReason(status int, message string) string {
	switch status {
	case http.StatusUnauthorized:
		return ReasonUnauthenticated
	case http.StatusForbidden:
		if strings.Contains(strings.ToLower(message), "registration required") {
			return ReasonNotRegistered
		}
		return ReasonForbidden
	case http.StatusNotFound, http.StatusGone:
		return ReasonNotFound
	case http.StatusProxyAuthRequired:
		return ReasonProxy
	case http.StatusRequestEntityTooLarge:
		return ReasonTooLarge
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return ReasonOverloaded
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusGatewayTimeout:
		return ReasonUnavailable
	}
	if status >= 500 {
		return ReasonBroken
	}
	return ReasonRefused
}

// networkError turns a failed request or a body that broke off into an error. When the caller's own context has
// ended, its cause is returned instead: that is no fault of the remote.
func (call *call) networkError(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return call.classify(err)
	case errors.Is(cause, errConnectTimeout), errors.Is(cause, errSilent):
		return call.unavailable(cause)
	default:
		return fmt.Errorf("%s: %w", call.op, cause)
	}
}

func (call *call) classify(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, errForbidden) {
		return atForbidden(call.op)
	}
	if e := call.proxyError(err); e != nil {
		return e
	}
	if why := tlsTrouble(err); why != "" {
		return newError(call.op, ReasonTLS, "%s", call.remote.clean(why)).because(err)
	}
	if text := err.Error(); strings.Contains(text, "malformed") || strings.Contains(text, "response headers exceeded") {
		return newError(call.op, ReasonBadAnswer, "The answer is not HTTP as it should be").because(err)
	}
	return call.unavailable(err)
}

// atForbidden is for a repository or proxy at an address that is never called.
func atForbidden(op string) *Error {
	return newError(op, ReasonAddress, "The address is not called: %s", errForbidden).because(errForbidden).
		fixedBy("Enter the address at which other machines reach the site. Link-local, multicast and unspecified addresses are never called.")
}

// unavailable words a lost connection as Eden does.
func (call *call) unavailable(err error) *Error {
	return newError(call.op, ReasonUnavailable, "Peer repository unavailable (%s)", call.remote.clean(reachability(err))).because(err)
}

// proxyError is not nil when the proxy is at fault and not what lies behind it.
func (call *call) proxyError(err error) *Error {
	var refusal *proxyRefusal
	var op *net.OpError
	switch {
	case errors.As(err, &refusal):
		return call.proxyRefused(refusal)
	case errors.As(err, &op) && op.Op == "proxyconnect":
		e := newError(call.op, ReasonProxy, "The proxy cannot be reached (%s)", call.remote.clean(reachability(op.Err))).because(err)
		e.Retry = tlsTrouble(op.Err) == ""
		return e
	case errors.As(err, &op) && op.Op == "socks connect":
		return call.socksRefused(op)
	}
	return nil
}

func (call *call) proxyRefused(p *proxyRefusal) *Error {
	if p.status >= 500 {
		return call.unavailable(p)
	}
	e := newError(call.op, ReasonProxy, "The proxy refuses the connection (%d %s)", p.status, http.StatusText(p.status)).because(p)
	e.Status = p.status
	return e
}

// socksRefused tells a proxy that cannot reach the remote from one that does not want to.
func (call *call) socksRefused(op *net.OpError) *Error {
	text := op.Err.Error()
	for _, behind := range []string{"unreachable", "connection refused", "TTL expired"} {
		if strings.Contains(text, behind) {
			return call.unavailable(errors.New(text))
		}
	}
	return newError(call.op, ReasonProxy, "The proxy refuses the connection (%s)", call.remote.clean(text)).because(op)
}

// tlsTrouble says what is wrong with a certificate or the protocol; empty = the error is of another kind.
func tlsTrouble(err error) string {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
	)
	switch {
	case errors.As(err, &unknown):
		return "The certificate of the remote site is signed by an unknown authority"
	case errors.As(err, &hostname):
		return "The certificate of the remote site is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate of the remote site has expired or is not yet valid"
	case errors.As(err, &verify):
		return "The certificate of the remote site cannot be verified: " + verify.Err.Error()
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "The remote site does not speak TLS at this address"
	case errors.As(err, &alert):
		return "The remote site ended the TLS handshake: " + alert.Error()
	case strings.Contains(err.Error(), "remote error: tls:"), strings.HasPrefix(err.Error(), "tls: "):
		return "The TLS handshake failed: " + err.Error()
	}
	return ""
}

// reachability says in a few words why there is no connection.
func reachability(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, errStalled):
		return errStalled.Error()
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name " + dns.Name + " is not known"
	case errors.As(err, &dns):
		return "the name server does not answer"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed by the remote site"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route to host"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	return err.Error()
}
