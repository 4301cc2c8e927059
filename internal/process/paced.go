package process

import (
	"net/http"
	"time"
)

// paced wraps next so that a client that takes nothing more of its answer is cut, however long the answer is.
func paced(next http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &pacedWriter{w, http.NewResponseController(w), r.ProtoMajor == 1, now}
		defer p.limit() // for what is still to be sent then
		next.ServeHTTP(p, r)
	})
}

// pacedWriter limits how long each piece of an answer may take.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	http1   bool
	now     func() time.Time
}

// limit gives the pieces from now on their time. Under HTTP/2 a limit that passes ends the answer even if nothing was to be
// sent meanwhile, so that it holds during a piece only.
func (p *pacedWriter) limit() {
	_ = p.control.SetWriteDeadline(p.now().Add(writeTimeout)) // not a connection, as in tests
}

func (p *pacedWriter) unlimit() {
	if !p.http1 {
		_ = p.control.SetWriteDeadline(time.Time{}) // as above
	}
}

// Write sends a piece, or fails when the client does not take it in time.
func (p *pacedWriter) Write(b []byte) (int, error) {
	p.limit()
	defer p.unlimit()
	return p.ResponseWriter.Write(b)
}

// Flush sends what was held back.
func (p *pacedWriter) Flush() {
	p.limit()
	defer p.unlimit()
	_ = p.control.Flush() // a client that has gone away is noticed with the next piece
}

// Unwrap lets http.ResponseController find the connection.
func (p *pacedWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }
