package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
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
	failed error // why nothing more comes, if that is not the end
}

func (w *wire) Read(p []byte) (int, error) {
	alarm := time.AfterFunc(w.idle, w.alarm)
	n, err := w.ReadCloser.Read(p)
	alarm.Stop()
	w.count.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

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

// maxWindow bounds the memory that a zstd stream may ask for.
const maxWindow = 32 << 20

var errCoding = errors.New("unknown compression")

func (b *body) decompress(coding []string) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(strings.Join(coding, ","))) {
	case "", "identity":
		return b.wire, nil
	case "gzip", "x-gzip":
		return &lazyGzip{from: b.wire}, nil
	case "zstd":
		z, err := zstd.NewReader(b.wire, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		b.close = z.Close
		return z, nil
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
