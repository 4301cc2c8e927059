// Package seal keeps secrets unreadable in the database. Every value is
// encrypted with AES-256-GCM under a keyset that lives in a file beside the
// data, never in it: a stolen database or backup gives nothing away. The place
// of a value (table/row/column) is bound into it, so that a value copied to
// another row does not open there.
//
// Rotation keeps one generation back: after Rotate the keyset holds the new
// primary key and the one before it, so that what other replicas are sealing at
// that moment can still be opened. Keys older than that are dropped: before and
// after a rotation every stored value has to be sealed anew.
package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrUnreadable says that a value cannot be opened with the keys at hand: the
// key file is not the one it was sealed with, or the value was tampered with.
var ErrUnreadable = errors.New("sealed value cannot be opened with the keys at hand")

// ErrNoKeyset says that the key file is there and holds no keyset: another
// process is writing it at this moment, or it is damaged.
var ErrNoKeyset = errors.New("it holds no keyset")

// Ring is the keyset in use. It is safe for concurrent use.
type Ring struct {
	path string

	mu     sync.RWMutex
	cipher tink.AEAD
	loaded os.FileInfo // the file that was read last; nil: read it again
}

// Open reads the keyset at path. A missing file gives an error that is
// fs.ErrNotExist.
func Open(path string) (*Ring, error) {
	r := &Ring{path: path}
	if err := r.reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Create makes a keyset with one new key at path, readable by its owner alone,
// and opens it. If another process was faster, that keyset is opened instead.
func Create(path string) (*Ring, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a keyset: %w", err)
	}
	if err := writeNew(path, handle); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create key file %s: %w", path, err)
	}
	return openWritten(path)
}

// A file that another process is making is complete within a moment.
const (
	writtenLooks = 100
	writtenPause = 20 * time.Millisecond
)

// openWritten opens a file that may be half written yet.
func openWritten(path string) (*Ring, error) {
	tick := time.NewTicker(writtenPause)
	defer tick.Stop()
	for look := 1; ; look++ {
		ring, err := Open(path)
		if look == writtenLooks || !errors.Is(err, ErrNoKeyset) {
			return ring, err
		}
		<-tick.C
	}
}

// Exposed tells whether others than the owner may read the key file.
func (r *Ring) Exposed() (bool, error) {
	info, err := os.Stat(r.path)
	if err != nil {
		return false, fmt.Errorf("look at key file: %w", err)
	}
	return info.Mode().Perm()&0o077 != 0, nil
}

// Seal encrypts plain for its place. The empty text stays empty: there is
// nothing to hide, and it keeps "no password" visible to SQL.
func (r *Ring) Seal(plain, place string) (string, error) {
	if plain == "" {
		return "", nil
	}
	if err := r.refresh(); err != nil {
		return "", fmt.Errorf("seal %s: %w", place, err)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	sealed, err := r.cipher.Encrypt([]byte(plain), []byte(place))
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", place, err)
	}
	return base64.RawStdEncoding.EncodeToString(sealed), nil
}

// Unseal decrypts what Seal made for the same place. If the keys at hand do not
// fit, the key file is read once more: another replica may have rotated it.
func (r *Ring) Unseal(sealed, place string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("unseal %s: %w", place, ErrUnreadable)
	}
	if plain, err := r.decrypt(raw, place); err == nil {
		return plain, nil
	}
	if err := r.reload(); err != nil {
		return "", fmt.Errorf("unseal %s: %w", place, err)
	}
	plain, err := r.decrypt(raw, place)
	if err != nil {
		return "", fmt.Errorf("unseal %s: %w", place, ErrUnreadable)
	}
	return plain, nil
}

func (r *Ring) decrypt(raw []byte, place string) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	plain, err := r.cipher.Decrypt(raw, []byte(place))
	return string(plain), err
}

// refresh reads the file again if another replica has written it, so that this
// one does not go on with a key that is about to be dropped. A file that is out
// of reach for the moment does not matter.
func (r *Ring) refresh() error {
	info, err := os.Stat(r.path)
	if err != nil {
		return nil //nolint:nilerr // the keys at hand are good
	}
	r.mu.RLock()
	same := r.loaded != nil && os.SameFile(info, r.loaded) && info.ModTime().Equal(r.loaded.ModTime())
	r.mu.RUnlock()
	if same {
		return nil
	}
	return r.reload()
}

// Rotate makes a new primary key, keeps the former one for reading, drops all
// older ones, and writes the file. The caller seals every stored value anew
// before, so that nothing needs an older key, and after it.
func (r *Ring) Rotate() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	current, _, err := read(r.path)
	if err != nil {
		return err
	}
	next, err := rotated(current)
	if err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	if err := replace(r.path, next); err != nil {
		return fmt.Errorf("write key file %s: %w", r.path, err)
	}
	return r.use(next, nil) // the next value sealed reads the file once more
}

// rotated is handle with a new primary key and its former primary key alone.
func rotated(handle *keyset.Handle) (*keyset.Handle, error) {
	former := handle.KeysetInfo().GetPrimaryKeyId()
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	if err := manager.SetPrimary(id); err != nil {
		return nil, err
	}
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		if key.GetKeyId() == former {
			continue
		}
		if err := manager.Delete(key.GetKeyId()); err != nil {
			return nil, err
		}
	}
	return manager.Handle()
}

func (r *Ring) reload() error {
	handle, file, err := read(r.path)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.use(handle, file)
}

func (r *Ring) use(handle *keyset.Handle, file os.FileInfo) error {
	cipher, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("use keyset of %s: %w", r.path, err)
	}
	r.cipher, r.loaded = cipher, file
	return nil
}
