package service

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/trace"
)

// contentPolicy lets pages load what this site serves as files, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// outermost wraps everything: request id, security headers, panics.
func (s *Service) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := trace.NewID()
		header := w.Header()
		header.Set("X-Request-Id", id)
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		ctx, end := trace.Span(trace.WithRequest(rest.WithRequestID(r.Context(), id), id), r.Method+" "+spanPath(r))
		defer end(nil)
		r = withHeaders(r.WithContext(ctx))
		defer s.recover(w, r)
		next.ServeHTTP(w, r)
	})
}

// recover turns a panic into an internal error, except the one by which a handler cuts a connection.
func (s *Service) recover(w http.ResponseWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it like this
		panic(cause)
	}
	s.logger.ErrorContext(r.Context(), "request panicked", slog.String("path", r.URL.Path), slog.String("stack", string(debug.Stack())))
	s.errors.Write(w, r, fmt.Errorf("panic: %v", cause))
}

// spanPath is the path without what differs from call to call.
func spanPath(r *http.Request) string {
	parts := strings.Split(r.URL.Path, "/")
	if len(parts) > 4 && parts[1] == "api" { // /api/v1/COLLECTION/…
		parts = append(parts[:4:4], "…")
	}
	return strings.Join(parts, "/")
}

// noStore keeps answers out of caches, and streams out of the buffers of proxies.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if isStream(r) {
			w.Header().Set("X-Accel-Buffering", "no")
		}
		next.ServeHTTP(w, r)
	})
}

// legible refuses paths that are no text: they would be found out only where messages are made of them.
func (s *Service) legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !utf8.ValidString(r.URL.Path) {
			s.errors.Write(w, r, apierr.New(apierr.KindInvalid, apierr.ReasonInvalidArgument,
				"The path of the request is not UTF-8, so nothing was done; correct it."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answerETag puts the version of a single resource into the header, too.
func answerETag(_ context.Context, w http.ResponseWriter, answer proto.Message) error {
	if answer == nil {
		return nil
	}
	if versioned, ok := answer.(interface{ GetEtag() string }); ok && versioned.GetEtag() != "" {
		w.Header().Set("ETag", `"`+versioned.GetEtag()+`"`)
	}
	return nil
}
