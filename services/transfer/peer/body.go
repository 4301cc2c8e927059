package peer

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/edensync/edensync/services/transfer/packed"
)

// body is what an answer holds: decompressed, limited, and ended when the remote falls silent. Its errors are
// *Error, except the end of the caller's context.
type body struct {
	ctx    context.Context // ends with the request
	cancel context.CancelCauseFunc
	call   *call
	wire   *wire
	plain  *bufio.Reader
	left   int64
	failed error
	close  func()
}

// wire counts the bytes as they come and gives up when there are none for too long.
type wire struct {
	io.ReadCloser
	count  atomic.Int64
	idle   time.Duration
	alarm  func()
	failed error     // why nothing more comes, if that is not the end
	here   io.Reader // what was read at once; nil = nothing was
}

func (w *wire) Read(p []byte) (int, error) {
	if w.here != nil {
		return w.here.Read(p)
	}
	alarm := time.AfterFunc(w.idle, w.alarm)
	n, err := w.ReadCloser.Read(p)
	alarm.Stop()
	w.count.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

// gather reads what is left of a body of a known length, and tells whether all of it is here. Whoever reads it then meets what went
// wrong.
func (w *wire) gather(length int64) (whole bool) {
	rest := bytes.NewBuffer(make([]byte, 0, max(0, length-w.count.Load())+bytes.MinRead))
	_, err := rest.ReadFrom(w)
	if w.here = rest; err != nil {
		w.here = io.MultiReader(rest, failing{err})
	}
	return err == nil
}

type failing struct{ err error }

// Read fails.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

func newBody(ctx context.Context, cancel context.CancelCauseFunc, call *call, res *http.Response, idle time.Duration) *body {
	b := &body{ctx: ctx, cancel: cancel, call: call, left: call.limit, close: func() {}}
	b.wire = &wire{ReadCloser: res.Body, idle: idle, alarm: func() { cancel(errSilent) }}
	plain, err := b.decompress(res.Header.Values("Content-Encoding"))
	if err != nil {
		b.failed = b.describe(err)
		plain = b.wire
	}
	b.plain = bufio.NewReaderSize(plain, bufferBytes)
	return b
}

var errCoding = errors.New("unknown compression")

func (b *body) decompress(coding []string) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(strings.Join(coding, ","))) {
	case "", "identity":
		return b.wire, nil
	case "gzip", "x-gzip":
		return &lazyGzip{from: b.wire}, nil
	case "zstd":
		plain, err := packed.Zstd(b.wire)
		if err != nil {
			return nil, err
		}
		b.close = plain.Close
		return plain, nil
	default:
		return nil, errCoding
	}
}

// lazyGzip reads the head of the stream at the first Read, so that opening an answer never blocks.
type lazyGzip struct {
	from io.Reader
	*gzip.Reader
}

func (g *lazyGzip) Read(p []byte) (int, error) {
	if g.Reader == nil {
		r, err := gzip.NewReader(g.from)
		if err != nil {
			return 0, err
		}
		g.Reader = r
	}
	return g.Reader.Read(p)
}

// Read gives the next bytes of the decompressed answer.
func (b *body) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.plain.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n+int(b.left), errTooLong
	}
	if err == nil || err == io.EOF {
		return n, err
	}
	b.failed = b.describe(err)
	return n, b.failed
}

// peek gives what is there of the first n bytes without consuming them; fewer come with the reason why.
func (b *body) peek(n int) ([]byte, error) {
	if b.failed != nil {
		return nil, b.failed
	}
	head, err := b.plain.Peek(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.describe(err)
	}
	return head, err
}

// Close ends the request; what was not read yet is given up.
func (b *body) Close() error {
	err := b.wire.Close()
	b.close()
	b.cancel(nil)
	if err != nil {
		return fmt.Errorf("%s: close answer: %w", b.call.op, err)
	}
	return nil
}

// bytes is how much came over the wire so far, still compressed.
func (b *body) bytes() int64 { return b.wire.count.Load() }

var errTooLong = errors.New("answer exceeds the limit")

func (b *body) describe(err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return newError(b.call.op, ReasonAnswerTooLarge, "The answer is larger than %d bytes", b.call.limit)
	case errors.Is(err, errCoding):
		return newError(b.call.op, ReasonBadAnswer, "The answer is compressed in a way that was not asked for")
	case b.wire.failed != nil:
		return b.call.networkError(b.ctx, b.wire.failed)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return b.call.networkError(b.ctx, err)
	default:
		return newError(b.call.op, ReasonBadAnswer, "The compressed answer is damaged").because(err)
	}
}
