package inbound

import (
	"net/http"
	"time"
)

// Limits of connections before a handler sees a request.
const (
	HeaderTimeout  = 10 * time.Second  // for all header lines of a request
	IdleTimeout    = 120 * time.Second // between two requests of a connection
	MaxHeaderBytes = 64 << 10          // request line and header lines; filters of a pull stand in the request line
)

// Server is an HTTP server that slow and talkative strangers cannot hold up. Mount the handler of New as it is or
// behind a handler that looks at the beginning of the path: http.ServeMux redirects doubled slashes, and an Eden
// turns a redirected push into a pull.
func Server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: HeaderTimeout,
		IdleTimeout:       IdleTimeout,
		MaxHeaderBytes:    MaxHeaderBytes,
	}
}
