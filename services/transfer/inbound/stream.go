package inbound

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
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
	// streamBuffer is what is held back on its way to the peer. An answer that is complete by then gets a length, and a failure
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
	plain    []byte      // the beginning, as long as it may stay uncompressed
	encoder  encoder     // nil: nothing was compressed so far
	held     []byte      // of what goes to the peer, until the answer starts
	started  bool
	broken   bool  // the peer is gone
	sent     int64 // bytes on the wire
}

func newStream(w http.ResponseWriter, encoding string) *stream {
	return &stream{w: w, encoding: encoding, header: http.Header{}}
}

// Write takes the next bytes of the document.
func (s *stream) Write(p []byte) (int, error) {
	switch {
	case s.encoding == "":
		return wireWriter{s}.Write(p)
	case s.encoder == nil && len(s.plain)+len(p) < minCompressed:
		s.plain = append(s.plain, p...)
		return len(p), nil
	case s.encoder == nil:
		s.encoder = borrowEncoder(s.encoding, wireWriter{s})
		if _, err := s.encoder.Write(s.plain); err != nil {
			return 0, fmt.Errorf("compress the answer: %w", err)
		}
		s.plain = nil
	}
	n, err := s.encoder.Write(p)
	if err != nil {
		return n, fmt.Errorf("compress the answer: %w", err)
	}
	return n, nil
}

// begin sends the head of the answer.
func (s *stream) begin() {
	s.started = true
	header := s.w.Header()
	header.Set("Content-Type", "text/xml")
	header.Set("Vary", "Accept-Encoding")
	if s.encoder != nil {
		header.Set("Content-Encoding", s.encoding)
	}
	maps.Copy(header, s.header)
	s.w.WriteHeader(http.StatusOK)
}

// finish completes the document. An answer that was never started gets its length and goes out at once: the peer goes on while the
// exchange is noted here.
func (s *stream) finish() error {
	if err := s.flush(); err != nil || s.started {
		return err
	}
	s.w.Header().Set("Content-Length", strconv.Itoa(len(s.held)))
	s.begin()
	if _, err := s.pass(s.held); err != nil {
		return err
	}
	if err := http.NewResponseController(s.w).Flush(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		s.broken = true
		return fmt.Errorf("send the answer: %w", err)
	}
	return nil
}

// flush brings the end of the document on its way.
func (s *stream) flush() error {
	if s.encoder == nil {
		_, err := wireWriter{s}.Write(s.plain)
		return err
	}
	if err := s.encoder.Close(); err != nil {
		return fmt.Errorf("compress the answer: %w", err)
	}
	returnEncoder(s.encoding, s.encoder)
	return nil
}

// pass sends bytes.
func (s *stream) pass(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.sent += int64(n)
	if err != nil {
		s.broken = true
		return n, fmt.Errorf("send the answer: %w", err)
	}
	return n, nil
}

// wireWriter takes what goes to the peer: it holds the beginning back, counts, and notes when the peer is gone.
type wireWriter struct{ stream *stream }

// Write sends bytes, or holds them.
func (w wireWriter) Write(p []byte) (int, error) {
	s := w.stream
	if s.started {
		return s.pass(p)
	}
	if len(s.held)+len(p) <= streamBuffer {
		s.held = append(s.held, p...)
		return len(p), nil
	}
	s.begin()
	held := s.held
	s.held = nil
	if _, err := s.pass(held); err != nil {
		return 0, err
	}
	return s.pass(p)
}

var _ io.Writer = (*stream)(nil)
