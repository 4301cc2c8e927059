package attachment

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Folder keeps blobs below a folder as ab/cd/abcd…, where ab and cd begin the hash. Files appear whole or not at
// all: they are written aside, synced and renamed. All access goes through an os.Root: no name leads out of it.
type Folder struct{ root *os.Root }

// Folders beside the contents.
const (
	incoming = "incoming" // being written
	leaving  = "leaving"  // being removed
)

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// OpenFolder opens a folder and makes it if it is not there.
func OpenFolder(name string) (*Folder, error) {
	if err := os.MkdirAll(name, folderMode); err != nil {
		return nil, fmt.Errorf("make the folder of attachments: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the folder of attachments: %w", err)
	}
	for _, sub := range []string{incoming, leaving} {
		if err := root.MkdirAll(sub, folderMode); err != nil {
			_ = root.Close()
			return nil, fmt.Errorf("make the folder of attachments: %w", err)
		}
	}
	return &Folder{root: root}, nil
}

// Close gives the folder back.
func (f *Folder) Close() error { return f.root.Close() }

// Put is documented at Blobs.
func (f *Folder) Put(ctx context.Context, r io.Reader) (Content, error) {
	aside := path.Join(incoming, rand.Text())
	content, err := f.write(ctx, aside, r)
	if err == nil {
		err = f.install(aside, content.SHA256)
	}
	if err != nil {
		_ = f.root.Remove(aside)
		return Content{}, fmt.Errorf("store an attachment: %w", err)
	}
	return content, nil
}

// write fills a new file and returns only when it is on the disk.
func (f *Folder) write(ctx context.Context, name string, r io.Reader) (Content, error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return Content{}, err
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, hash), &untilDone{ctx, r})
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return Content{}, err
	}
	return Content{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}, nil
}

// install moves a finished file to its place, over a copy that may be there.
func (f *Folder) install(from, hash string) error {
	to := place(hash)
	if err := f.root.MkdirAll(path.Dir(to), folderMode); err != nil {
		return err
	}
	if err := f.root.Rename(from, to); err != nil {
		return err
	}
	for dir := path.Dir(to); ; dir = path.Dir(dir) {
		if err := f.sync(dir); err != nil || dir == "." {
			return err
		}
	}
}

// sync puts the entries of a folder on the disk.
func (f *Folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open is documented at Blobs.
func (f *Folder) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	if !isHash(hash) {
		return nil, fmt.Errorf("open attachment: %w", ErrMissing)
	}
	file, err := f.root.Open(place(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open attachment %s: %w", hash, ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("open attachment %s: %w", hash, err)
	}
	if err := verify(ctx, file, hash); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open attachment %s: %w", hash, err)
	}
	return file, nil
}

// verify reads a file to its end and goes back to its beginning.
func verify(ctx context.Context, file io.ReadSeeker, hash string) error {
	h := sha256.New()
	if _, err := io.Copy(h, &untilDone{ctx, file}); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != hash {
		return ErrDamaged
	}
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// place is where a content lies.
func place(hash string) string { return path.Join(hash[:2], hash[2:4], hash) }

func isHash(s string) bool {
	return len(s) == hex.EncodedLen(sha256.Size) && strings.Trim(s, "0123456789abcdef") == ""
}

// untilDone reads until a context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := context.Cause(u.ctx); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
