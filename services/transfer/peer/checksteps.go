package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// name finds the first host on the way: the remote's, or the proxy's.
func (t *checkup) name(ctx context.Context) (string, error) {
	var err error
	if t.base, err = t.remote.base(opTest); err != nil {
		return "", err
	}
	transport, err := t.client.transport(opTest, &t.remote)
	if err != nil {
		return "", err
	}
	if t.proxy, err = proxyOf(transport, t.base); err != nil {
		return "", newError(opTest, ReasonProxy, "The proxy of the environment cannot be used")
	}
	host := t.first().Hostname()
	if net.ParseIP(host) != nil || t.client.settings.Dial != nil {
		return host + " needs no name server", nil
	}
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", t.noWay(err, "Check the spelling of the host in the URL and the name server of this machine.")
	}
	return host + " is " + strings.Join(found[:min(len(found), 3)], ", "), nil
}

// proxyOf is the proxy on the way to target; nil: there is none.
func proxyOf(transport *http.Transport, target *url.URL) (*url.URL, error) {
	if transport.Proxy == nil {
		return nil, nil //nolint:nilnil // a direct connection
	}
	return transport.Proxy(&http.Request{URL: target})
}

// first is where connections really go.
func (t *checkup) first() *url.URL {
	if t.proxy != nil {
		return t.proxy
	}
	return t.base
}

// noWay is the fault of whoever cannot be reached: the proxy if there is one, else the remote site.
func (t *checkup) noWay(err error, fix string) *Error {
	if errors.Is(err, errForbidden) {
		return atForbidden(opTest)
	}
	if t.proxy == nil {
		return newError(opTest, ReasonUnavailable, "Peer repository unavailable (%s)", reachability(err)).fixedBy(fix)
	}
	return newError(opTest, ReasonProxy, "The proxy cannot be reached (%s)", reachability(err)).fixedBy(
		"Check host and port of the proxy, and that it runs at " + t.proxy.Host + ".")
}

func (t *checkup) connect(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, t.client.settings.ConnectTimeout)
	defer cancel()
	address := net.JoinHostPort(t.first().Hostname(), dialPort(t.first()))
	conn, err := t.client.dial(ctx, "tcp", address)
	if err != nil {
		return "", t.noWay(err, "Check that a server listens at "+address+" and that no firewall is between.")
	}
	return "Connected to " + address, conn.Close()
}

func dialPort(u *url.URL) string {
	if u.Port() == "" && strings.HasPrefix(u.Scheme, "socks5") {
		return "1080"
	}
	return port(u)
}

// introduce sends the one request from whose outcome proxy, TLS and sign-in are read.
func (t *checkup) introduce(ctx context.Context) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if conn, ok := info.Conn.(*tls.Conn); ok {
			state := conn.ConnectionState()
			t.tls = &state
		}
	}})
	t.begin(t.firstOfRequest())
	answer, err := t.client.introduce(ctx, opTest, &t.remote, map[string]string{"name": t.remote.SiteName})
	t.answer = answer
	t.found.Sender, t.found.Version = answer.Sender, answer.Version
	t.found.ClockOffset, t.found.Measured = answer.ClockOffset, !answer.Date.IsZero()
	var e *Error
	errors.As(err, &e)
	if t.alone {
		t.run(StepProxy, func() (string, error) { return t.proxyAlone(err, e) })
		return
	}
	t.run(StepProxy, func() (string, error) { return t.proxyStep(e) })
	t.run(StepTLS, func() (string, error) { return t.tlsStep(e) })
	t.run(StepSignIn, func() (string, error) { return t.signIn(err, e) })
}

// firstOfRequest is the first step that waits for the request.
func (t *checkup) firstOfRequest() string {
	switch {
	case t.proxy != nil:
		return StepProxy
	case t.base.Scheme == "https":
		return StepTLS
	default:
		return StepSignIn
	}
}

// proxyAlone tells from the request for a name that does not exist whether the proxy works: it has to answer, and
// not to ask for a user or to be none at all.
func (t *checkup) proxyAlone(err error, e *Error) (string, error) {
	answers := "The proxy " + t.proxy.Host + " answers"
	var refusal *proxyRefusal
	switch {
	case errors.As(err, &refusal) && refusal.status == http.StatusForbidden:
		return answers + ", and refuses addresses that it does not know", nil
	case errors.As(err, &refusal) && refusal.status == http.StatusNotImplemented:
		return "", newError(opTest, ReasonProxy, "The server at %s is no proxy", t.proxy.Host)
	case e != nil && e.Reason == ReasonProxy:
		return "", e
	case err != nil && e == nil:
		return "", err
	default:
		return answers, nil
	}
}

func (t *checkup) proxyStep(e *Error) (string, error) {
	switch {
	case t.proxy == nil:
		return "No proxy is used", errSkip
	case e != nil && e.Reason == ReasonProxy:
		return "", e
	default:
		return "By way of " + t.proxy.Scheme + "://" + t.proxy.Host, nil
	}
}

func (t *checkup) tlsStep(e *Error) (string, error) {
	switch {
	case e != nil && e.Reason == ReasonTLS:
		return "", e
	case t.base.Scheme == "http" && (t.tls == nil || t.proxy != nil):
		return "Not encrypted: user name, password and data can be read on the way", errSkip
	case t.tls == nil:
		return "Not reached", errSkip
	default:
		until := t.tls.PeerCertificates[0].NotAfter.UTC().Format(time.DateOnly)
		return fmt.Sprintf("%s, certificate valid until %s", tls.VersionName(t.tls.Version), until), nil
	}
}

// signIn succeeds when the remote took the request serious enough to miss the identity in it.
func (t *checkup) signIn(err error, e *Error) (string, error) {
	if err != nil && (e == nil || e.Reason != ReasonRefused) {
		return "", err
	}
	if t.remote.Username == "" {
		return "The remote site asks for no user", nil
	}
	return "Signed in as " + t.remote.Username, nil
}

func (t *checkup) uuid() (string, error) {
	sender := t.answer.Sender
	switch {
	case sender == "":
		return "The remote site did not tell its UUID", errSkip
	case sender == t.remote.SiteUUID:
		return "", newError(opTest, ReasonAddress, "The URL leads to this site itself").fixedBy("Enter the URL of the other site.")
	case t.remote.UUID != "" && t.remote.UUID != sender:
		return "", newError(opTest, string(apierr.ReasonPeerUUIDChanged), "The remote site is %s, it was %s before", sender, t.remote.UUID).fixedBy(
			"Check that the URL leads to the same site as before, then correct the UUID of the repository.")
	default:
		return sender, nil
	}
}

func (t *checkup) clock() (string, error) {
	offset := t.answer.ClockOffset
	switch {
	case t.answer.Date.IsZero():
		return "The remote site did not tell its time", errSkip
	case offset.Abs() > t.maxOffset():
		return "", newError(opTest, string(apierr.ReasonClockOffset), "The clock of the remote site is %s", ahead(offset)).fixedBy("Set both clocks by network time.")
	default:
		return "The clock of the remote site is " + ahead(offset), nil
	}
}

func (t *checkup) maxOffset() time.Duration {
	if t.options.MaxClockOffset > 0 {
		return t.options.MaxClockOffset
	}
	return defaultMaxOffset
}

// version compares the additions to the protocol. An Eden has none, and tells nobody its own version.
func (t *checkup) version() (string, error) {
	switch t.answer.Version {
	case "":
		return "The remote site is an Eden and does not tell its version; both sites should have the same tables", errSkip
	case wireVersion:
		return "Both sites are edensync and speak version " + wireVersion, nil
	default:
		return "", newError(opTest, ReasonVersion, "The remote site speaks version %s of edensync's protocol, this site version %s",
			t.remote.clean(t.answer.Version), wireVersion)
	}
}

func ahead(offset time.Duration) string {
	switch {
	case offset > 0:
		return offset.String() + " ahead"
	case offset < 0:
		return (-offset).String() + " behind"
	default:
		return "right"
	}
}

// pull asks for as little as possible: of an edensync one record of a cursor's page, of an Eden what was changed
// in ten years.
func (t *checkup) pull(ctx context.Context) (string, error) {
	if t.options.Resource == "" {
		return "No resource is configured", errSkip
	}
	req := PullRequest{Resource: t.options.Resource, Since: t.client.now().AddDate(10, 0, 0)}
	if t.answer.Edensync {
		req = PullRequest{Resource: t.options.Resource, UseCursor: true, Limit: 1}
	}
	call, err := t.client.pullCall(opTest, &t.remote, &req)
	if err != nil {
		return "", err
	}
	call.attempts = 1
	res, err := t.client.pull(ctx, call)
	if err != nil {
		return "", err
	}
	return t.options.Resource + " may be pulled", res.Body.Close()
}

const emptyDocument = "<?xml version='1.0' encoding='utf-8'?>\n<s3xml success=\"false\" results=\"0\"/>\n"

func (t *checkup) push(ctx context.Context) (string, error) {
	if t.options.Resource == "" {
		return "No resource is configured", errSkip
	}
	call, err := t.client.pushCall(opTest, &t.remote, &PushRequest{Resource: t.options.Resource, Body: []byte(emptyDocument)})
	if err != nil {
		return "", err
	}
	call.attempts = 1
	if _, err := t.client.push(ctx, call); err != nil {
		return "", err
	}
	return t.options.Resource + " may be pushed", nil
}
