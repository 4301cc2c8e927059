package auth

import (
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// maxBody is the largest body of a request in bytes; records are the largest.
const maxBody = 8 << 20

// Protect wraps next so that pages of other origins cannot make a browser change anything, and bodies have
// the form and size that calls expect.
func (g *Guard) Protect(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.errors.Write(w, r, apierr.New(apierr.KindPermissionDenied, apierr.ReasonCSRF,
			"The request came from a page of another site, so nothing was done; use the pages of this site."))
	}))
	return sameOrigin.Handler(g.checkBody(next))
}

func (g *Guard) checkBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isJSON(r) {
			g.errors.WriteStatus(w, r, http.StatusUnsupportedMediaType, apierr.New(apierr.KindInvalid, apierr.ReasonInvalidArgument,
				"The body is not announced as JSON, so nothing was done; send Content-Type: application/json."))
			return
		}
		if r.ContentLength > maxBody {
			g.errors.WriteStatus(w, r, http.StatusRequestEntityTooLarge, apierr.New(apierr.KindInvalid, apierr.ReasonLimitExceeded,
				"The body is larger than 8 MiB, so nothing was done; send less at a time."))
			return
		}
		r.Body = http.MaxBytesReader(w, timely(w, r, g.now), maxBody)
		next.ServeHTTP(w, r)
	})
}

// bodyTime is how long the body of a request may take to arrive.
const bodyTime = time.Minute

// timelyBody is a body that must arrive in time. What follows it on the connection has all the time again.
type timelyBody struct {
	io.ReadCloser
	deadline func(time.Time) error
}

func timely(w http.ResponseWriter, r *http.Request, now func() time.Time) io.ReadCloser {
	if r.Body == nil || r.Body == http.NoBody {
		return r.Body
	}
	deadline := http.NewResponseController(w).SetReadDeadline
	if deadline(now().Add(bodyTime)) != nil {
		return r.Body // not a connection, as in tests
	}
	return timelyBody{r.Body, deadline}
}

// Read takes the limit away with the end of the body.
func (b timelyBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		_ = b.deadline(time.Time{}) // the connection is gone if it cannot be set
	}
	return n, err
}

// isJSON tells whether a request that changes something says that it carries JSON. A deletion without body
// needs to say nothing: forms cannot send it.
func isJSON(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	case http.MethodDelete:
		if r.ContentLength == 0 {
			return true
		}
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}
