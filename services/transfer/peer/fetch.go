package peer

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Meta is what a remote says of a file.
type Meta struct {
	ContentType string // without check: never trust it for more than a download
	Filename    string // from Content-Disposition; empty = it did not say
	Size        int64  // as announced; -1 = unknown
}

// Fetch opens a file of the remote: an absolute URL of the repository's own host, or a path below the application.
// Only that host is ever asked and only it gets the credentials; every other address, private ones included, is
// refused without a request. Reading more than limit bytes ends in PEER_ANSWER_TOO_LARGE.
func (c *Client) Fetch(ctx context.Context, remote Remote, address string, limit int64) (io.ReadCloser, Meta, error) {
	target, err := fileURL(&remote, address)
	if err != nil {
		return nil, Meta{}, err
	}
	call := &call{
		op: opFetch, remote: &remote, method: http.MethodGet, target: target, header: http.Header{},
		limit: limit, attempts: c.settings.MaxAttempts,
	}
	r, err := c.send(ctx, call)
	if err != nil {
		return nil, Meta{}, err
	}
	meta := metaOf(r.header)
	if meta.Size > limit {
		_ = r.body.Close()
		return nil, Meta{}, newError(opFetch, ReasonAnswerTooLarge, "The file has %d bytes, more than %d", meta.Size, limit)
	}
	return r.body, meta, nil
}

func fileURL(remote *Remote, address string) (*url.URL, error) {
	base, err := remote.base(opFetch)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, newError(opFetch, ReasonNotAllowed, "The address of the file cannot be read")
	}
	if u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/") {
		return url.Parse(base.String() + u.RequestURI())
	}
	u.User, u.Fragment = nil, ""
	if u.Scheme != "http" && u.Scheme != "https" || !sameSite(base, u) {
		return nil, newError(opFetch, ReasonNotAllowed, "The file lies at %s://%s, not at the repository's own address; it was not fetched",
			remote.clean(u.Scheme), remote.clean(u.Host))
	}
	return u, nil
}

func metaOf(h http.Header) Meta {
	m := Meta{ContentType: h.Get("Content-Type"), Size: -1}
	if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil {
		m.Filename = params["filename"]
	}
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil && h.Get("Content-Encoding") == "" {
		m.Size = n
	}
	return m
}
