// Package packed decompresses the documents that edensyncs send each other. Both ends of an exchange read some: answers to pulls, and
// bodies of pushes.
package packed

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds the memory that a zstd frame may ask for; encoders use at most 8 MiB unless told otherwise.
const maxWindow = 32 << 20

// A decoder has a megabyte for the window of its sender, so documents take turns with them. One that had to make room for more than
// that goes with the next collections of garbage, like all that nobody needs.
var decoders sync.Pool

// Reader is a document that was compressed by zstd.
type Reader struct {
	mu      sync.Mutex
	decoder *zstd.Decoder // nil: closed
}

// Zstd decompresses what comes from a reader. Damage of it is an error of Read.
func Zstd(from io.Reader) (*Reader, error) {
	d, ok := decoders.Get().(*zstd.Decoder)
	var err error
	if ok {
		err = d.Reset(from)
	} else {
		d, err = zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	}
	if err != nil {
		return nil, fmt.Errorf("decompress zstd: %w", err)
	}
	return &Reader{decoder: d}, nil
}

// Read gives the next bytes of the document.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.decoder == nil {
		return 0, os.ErrClosed // the decoder may be at work for somebody else
	}
	return r.decoder.Read(p)
}

// Close gives the decoder to another document. It waits for a Read, so what that reads from should be closed before.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.decoder; d != nil && d.Reset(nil) == nil {
		decoders.Put(d)
	}
	r.decoder = nil
}
