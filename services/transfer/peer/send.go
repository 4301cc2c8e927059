package peer

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// call is one request, as often as it has to be sent.
type call struct {
	op       string
	remote   *Remote
	method   string
	target   *url.URL
	header   http.Header
	body     []byte
	limit    int64 // of the answer after decompression
	attempts int
}

// reply is an answer whose body is still to be read.
type reply struct {
	status int
	header http.Header
	length int64 // of the body on the wire; -1 = the remote does not say
	body   *body
	date   time.Time // the remote's clock; zero = it said nothing
	offset time.Duration
}

func (r *reply) edensync() bool { return r.header.Get(headerVersion) != "" }

// Headers that an Eden ignores.
const (
	headerVersion     = "Edensync-Version"
	headerCursor      = "Edensync-Cursor"
	headerSeen        = "Edensync-Seen"
	headerBrief       = "Edensync-Brief"
	headerMore        = "Edensync-More"
	headerPosition    = "Edensync-Position"
	headerIdempotency = "Idempotency-Key"
	wireVersion       = "1"
)

// send sends a call until it is answered, refused, or the attempts are used up.
func (c *Client) send(ctx context.Context, call *call) (*reply, error) {
	transport, err := c.transport(call.op, call.remote)
	if err != nil {
		return nil, err
	}
	pause := newPause(c.settings)
	return backoff.Retry(ctx, func() (*reply, error) {
		r, err := c.follow(ctx, transport, call)
		if err != nil && !pause.allows(err) {
			return nil, backoff.Permanent(err)
		}
		return r, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(uint(max(call.attempts, 1))), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, wait time.Duration) {
			c.log.WarnContext(ctx, "peer request failed, trying again", "op", call.op,
				"repositoryId", call.remote.RepositoryID, "wait", wait, "error", err)
		}))
}

// follow sends a call once and follows redirects within the rules.
func (c *Client) follow(ctx context.Context, transport http.RoundTripper, call *call) (*reply, error) {
	target := call.target
	for hops := 0; ; hops++ {
		r, err := c.roundTrip(ctx, transport, call, target)
		if err != nil || r.status/100 == 2 {
			return r, err
		}
		if target, err = c.unfinished(call, r, target, hops); err != nil {
			return nil, err
		}
	}
}

// unfinished handles an answer that is no success: where a redirect leads, or the error.
func (c *Client) unfinished(call *call, r *reply, target *url.URL, hops int) (*url.URL, error) {
	defer func() { _ = r.body.Close() }()
	if r.status/100 == 3 {
		return call.redirect(r, target, hops)
	}
	return nil, call.statusError(r, c.now())
}

// roundTrip sends one HTTP request. Its context lives as long as the body of the answer.
func (c *Client) roundTrip(ctx context.Context, t http.RoundTripper, call *call, target *url.URL) (*reply, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	alarm := time.AfterFunc(c.settings.ConnectTimeout, func() { cancel(errConnectTimeout) })
	defer alarm.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { alarm.Stop() }})
	sent := c.now()
	res, err := t.RoundTrip(c.request(ctx, call, target)) //nolint:bodyclose // the body of the reply closes it
	received := c.now()
	if err != nil {
		err = call.networkError(ctx, err)
		cancel(nil)
		return nil, err
	}
	r := &reply{status: res.StatusCode, header: res.Header, length: res.ContentLength}
	r.date, _ = http.ParseTime(res.Header.Get("Date"))
	r.offset = clockOffset(r.date, sent, received)
	r.body = newBody(ctx, cancel, call, res, c.settings.IdleTimeout)
	return r, nil
}

func (c *Client) request(ctx context.Context, call *call, target *url.URL) *http.Request {
	req := (&http.Request{
		Method: call.method, URL: target, Host: target.Host, Header: call.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	req.Header.Set("User-Agent", c.settings.UserAgent)
	req.Header.Set("Accept-Encoding", "zstd, gzip")
	req.Header.Set(headerVersion, wireVersion)
	if auth := call.remote.authorization(); auth != "" {
		req.Header.Set("Authorization", auth)
	}
	if len(call.body) > 0 {
		req.ContentLength = int64(len(call.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(call.body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req
}

// maxHops is how many redirects are followed.
const maxHops = 5

// redirect is where to go on. Credentials and documents never go to another site, and a push never becomes a
// pull: 301, 302 and 303 are only followed by GET.
func (call *call) redirect(r *reply, from *url.URL, hops int) (*url.URL, error) {
	fail := func(format string, args ...any) (*url.URL, error) {
		e := newError(call.op, ReasonRedirect, format, args...)
		e.Status = r.status
		return nil, e
	}
	to, err := from.Parse(r.header.Get("Location"))
	if err != nil || r.header.Get("Location") == "" {
		return fail("The remote site answered %d without an address to go on", r.status)
	}
	to.User, to.Fragment = nil, ""
	switch {
	case strings.HasSuffix(strings.TrimRight(to.Path, "/"), "/user/login"):
		e := newError(call.op, ReasonUnauthenticated, "The remote site asks to sign in")
		e.Status = r.status
		return nil, e
	case to.Scheme != "http" && to.Scheme != "https" || !sameSite(from, to):
		return fail("The remote site redirects to another address, %s://%s", to.Scheme, call.remote.clean(to.Host))
	case hops >= maxHops:
		return fail("The remote site redirects more than %d times", maxHops)
	case !call.follows(r.status):
		return fail("The remote site answered %d to a %s: the address has moved to %s", r.status, call.method, call.remote.clean(to.Path))
	}
	return to, nil
}

func (call *call) follows(status int) bool {
	switch status {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		return call.method == http.MethodGet
	default:
		return false
	}
}

// longestAnswer is how much of a round trip is taken for the way back. A remote stamps its answer when it begins
// to send it, so that what goes beyond is the time it worked.
const longestAnswer = time.Second

// clockOffset is how far the remote's clock is ahead of ours, in whole seconds as the Date header has no more.
func clockOffset(remote, sent, received time.Time) time.Duration {
	if remote.IsZero() {
		return 0
	}
	way := min(received.Sub(sent)/2, longestAnswer)
	return remote.Sub(received.Add(-way).Truncate(time.Second))
}
