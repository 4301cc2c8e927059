package inbound

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"
)

// patientWriter gives up a peer that takes no bytes for too long.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	idle    time.Duration
	now     func() time.Time
}

// newPatientWriter also bounds how long a body may be waited for that nobody reads.
func newPatientWriter(w http.ResponseWriter, r *http.Request, idle time.Duration, now func() time.Time) *patientWriter {
	p := &patientWriter{ResponseWriter: w, control: http.NewResponseController(w), idle: idle, now: now}
	if r.ContentLength != 0 {
		_ = p.control.SetReadDeadline(now().Add(idle)) // a writer without deadlines has none to miss
	}
	return p
}

// Write sends the bytes, or fails when the peer does not take them in time.
func (p *patientWriter) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(p.now().Add(p.idle)) // as above
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (p *patientWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// Sizes of answers.
const (
	// streamBuffer is what is held back before an answer starts. A shorter document gets a length, and a failure
	// within it becomes a proper error answer.
	streamBuffer = 64 << 10
	// minCompressed is the size from which compression is worth its header.
	minCompressed = 1 << 10
)

// stream is the document in the answer to a pull.
type stream struct {
	w        http.ResponseWriter
	encoding string      // gzip, zstd or ""
	header   http.Header // added when the answer starts
	held     []byte
	encoder  encoder // nil: not compressed
	started  bool
	broken   bool  // the peer is gone
	sent     int64 // bytes on the wire
}

func newStream(w http.ResponseWriter, encoding string) *stream {
	return &stream{w: w, encoding: encoding, header: http.Header{}}
}

// Write holds the beginning of the document back and streams the rest.
func (s *stream) Write(p []byte) (int, error) {
	if !s.started && len(s.held)+len(p) <= streamBuffer {
		s.held = append(s.held, p...)
		return len(p), nil
	}
	if !s.started {
		if err := s.start(); err != nil {
			return 0, err
		}
	}
	return s.pass(p)
}

// start sends the header and what was held back; the length of the document is not known.
func (s *stream) start() error {
	s.begin()
	if s.encoding != "" {
		s.w.Header().Set("Content-Encoding", s.encoding)
		s.encoder = borrowEncoder(s.encoding, wireWriter{s})
	}
	s.w.WriteHeader(http.StatusOK)
	_, err := s.pass(s.held)
	s.held = nil
	return err
}

func (s *stream) begin() {
	s.started = true
	header := s.w.Header()
	header.Set("Content-Type", "text/xml")
	header.Set("Vary", "Accept-Encoding")
	maps.Copy(header, s.header)
}

func (s *stream) pass(p []byte) (int, error) {
	if s.encoder != nil {
		n, err := s.encoder.Write(p)
		if err != nil {
			return n, fmt.Errorf("compress the answer: %w", err)
		}
		return n, nil
	}
	return wireWriter{s}.Write(p)
}

// finish completes the document. An answer that was never started gets its length.
func (s *stream) finish() error {
	switch {
	case !s.started && (s.encoding == "" || len(s.held) < minCompressed):
		s.begin()
		n, err := writeBody(s.w, http.StatusOK, "text/xml", s.held)
		s.sent, s.broken = n, err != nil
		return err
	case !s.started:
		if err := s.start(); err != nil {
			return err
		}
	}
	if s.encoder == nil {
		return nil
	}
	err := s.encoder.Close()
	if err != nil {
		return fmt.Errorf("compress the answer: %w", err)
	}
	returnEncoder(s.encoding, s.encoder)
	return nil
}

// wireWriter counts what goes to the peer and notes when it is gone.
type wireWriter struct{ stream *stream }

// Write sends bytes.
func (w wireWriter) Write(p []byte) (int, error) {
	n, err := w.stream.w.Write(p)
	w.stream.sent += int64(n)
	if err != nil {
		w.stream.broken = true
		return n, fmt.Errorf("send the answer: %w", err)
	}
	return n, nil
}

var _ io.Writer = (*stream)(nil)
