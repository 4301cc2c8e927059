package attachment

import (
	"context"
	"errors"
	"io"
	"time"
)

// Content names what was stored.
type Content struct {
	SHA256 string // of the content, 64 hexadecimal digits
	Size   int64  // bytes
}

// Errors of a blob store.
var (
	ErrMissing = errors.New("the content is not in the store")
	ErrDamaged = errors.New("the content in the store is not what was put there")
)

// Blobs keeps contents by their hash. Folder is one on a disk; replicas share it as a volume.
type Blobs interface {
	// Put stores what r gives. Nothing is left behind when r or the store fails. Putting the same again is
	// harmless and mends a damaged copy.
	Put(ctx context.Context, r io.Reader) (Content, error)
	// Open gives a content after its hash was checked. Errors: ErrMissing, ErrDamaged.
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	// Prune removes contents that were put before a time and that used does not want any more. It is safe while
	// others put.
	Prune(ctx context.Context, before time.Time, used func(ctx context.Context, sha256 string) (bool, error)) (removed int, err error)
}
