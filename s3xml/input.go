package s3xml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// bufferSize is how much of a document is held at once.
const bufferSize = 64 << 10

// input is a window of fixed size that moves over the document; buf[r:w] is read but not yet consumed.
type input struct {
	src   io.Reader
	buf   []byte
	r, w  int
	limit int64 // bytes of the document that may be read
	err   error // how reading ended, io.EOF included
	eof   bool  // whether it ended well

	base      int64 // offset of buf[0] in the document
	lines     int   // line feeds before buf[0]
	lineStart int64 // offset of the line that buf[0] is in

	kept keeping
}

func (in *input) reset(src io.Reader, limit int64) {
	if in.buf == nil {
		in.buf = make([]byte, bufferSize)
	}
	*in = input{src: src, buf: in.buf, limit: limit}
}

// more reads further bytes behind the unconsumed ones, which move to the front: slices of the buffer are void
// afterwards. False means that there are none; err tells why.
func (in *input) more() bool {
	if in.err != nil {
		return false
	}
	in.compact()
	for range 100 {
		n, err := in.src.Read(in.buf[in.w:])
		in.w += n
		in.err, in.eof = err, err == io.EOF
		if in.base+int64(in.w) > in.limit {
			in.w = int(in.limit - in.base)
			in.err, in.eof = &LimitError{Limit: "DocumentBytes", Max: in.limit, Offset: in.limit}, false
		}
		if n > 0 {
			return in.w > in.r
		}
		if in.err != nil {
			return false
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// compact drops the consumed bytes and remembers the line they end in.
func (in *input) compact() {
	if in.r == 0 {
		return
	}
	in.saveKept()
	in.kept.from = 0
	consumed := in.buf[:in.r]
	if n := bytes.Count(consumed, []byte{'\n'}); n > 0 { // most windows have none, which is found sooner by counting
		in.lines += n
		in.lineStart = in.base + int64(bytes.LastIndexByte(consumed, '\n')) + 1
	}
	copy(in.buf, in.buf[in.r:in.w])
	in.base += int64(in.r)
	in.w -= in.r
	in.r = 0
}

// has makes sure that n unconsumed bytes are in the buffer, if the document has as many left.
func (in *input) has(n int) bool {
	for in.w-in.r < n {
		if !in.more() {
			return false
		}
	}
	return true
}

// peek returns the next byte, 0 at the end (no document may contain 0).
func (in *input) peek() byte {
	if in.r < in.w || in.more() {
		return in.buf[in.r]
	}
	return 0
}

// accept consumes the given text if it comes next.
func (in *input) accept(text string) bool {
	if !in.has(len(text)) || string(in.buf[in.r:in.r+len(text)]) != text {
		return false
	}
	in.r += len(text)
	return true
}

// gap consumes white space, if there is any, and returns the byte after it, 0 at the end.
func (in *input) gap() (next byte, spaced bool) {
	if in.r+1 < in.w {
		switch next = in.buf[in.r]; {
		case next > ' ':
			return next, false
		case next == ' ' && in.buf[in.r+1] > ' ':
			in.r++
			return in.buf[in.r], true
		}
	}
	spaced = in.skipSpace()
	return in.peek(), spaced
}

// skipSpace consumes white space and reports whether there was any.
func (in *input) skipSpace() bool {
	some := false
	for {
		for in.r < in.w && class[in.buf[in.r]]&isSpace != 0 {
			in.r++
			some = true
		}
		if in.r < in.w || !in.more() {
			return some
		}
	}
}

// offset is the position of the next byte in the document.
func (in *input) offset() int64 { return in.base + int64(in.r) }

// syntax returns an error at the next byte.
func (in *input) syntax(format string, args ...any) *SyntaxError {
	consumed := in.buf[:in.r]
	e := &SyntaxError{
		Line:   in.lines + bytes.Count(consumed, []byte{'\n'}) + 1,
		Offset: in.offset(),
		Msg:    fmt.Sprintf(format, args...),
	}
	start := in.lineStart
	if last := bytes.LastIndexByte(consumed, '\n'); last >= 0 {
		start = in.base + int64(last) + 1
	}
	e.Column = int(e.Offset-start) + 1
	return e
}

// ended explains why there is no further byte where one is needed: the document breaks off, or reading it failed.
func (in *input) ended(inside string) error {
	var limit *LimitError
	switch {
	case errors.As(in.err, &limit):
		return limit
	case in.eof:
		e := in.syntax("the document breaks off inside %s", inside)
		e.truncated = true
		return e
	case errors.Is(in.err, io.EOF):
		// Only a complete document may end with io.EOF.
		return fmt.Errorf("s3xml: read document at byte %d: %s: %w", in.offset(), in.err.Error(), io.ErrUnexpectedEOF)
	default:
		return fmt.Errorf("s3xml: read document at byte %d: %w", in.offset(), in.err)
	}
}
