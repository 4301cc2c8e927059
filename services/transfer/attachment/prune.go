package attachment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"
)

// Prune is documented at Blobs. It also removes what a crash left half written.
func (f *Folder) Prune(ctx context.Context, before time.Time, used func(ctx context.Context, sha256 string) (bool, error)) (int, error) {
	if err := f.settle(ctx, before, used); err != nil {
		return 0, fmt.Errorf("prune attachments: %w", err)
	}
	removed := 0
	err := fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil || entry.IsDir() || !isHash(entry.Name()) || name != place(entry.Name()) {
			return ignoreGone(err)
		}
		gone, err := f.drop(ctx, entry, before, used)
		if gone {
			removed++
		}
		return ignoreGone(err)
	})
	if err != nil {
		return removed, fmt.Errorf("prune attachments: %w", err)
	}
	return removed, nil
}

// ignoreGone passes over files that another process has moved meanwhile.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// drop removes one content. Somebody may be putting the same again at this moment, so it is first moved aside and
// then looked at once more: a fresh or wanted copy goes back.
func (f *Folder) drop(ctx context.Context, entry fs.DirEntry, before time.Time, used func(context.Context, string) (bool, error)) (bool, error) {
	info, err := entry.Info()
	if err != nil || !info.ModTime().Before(before) {
		return false, err
	}
	if wanted, err := used(ctx, entry.Name()); err != nil || wanted {
		return false, err
	}
	if err := f.root.Rename(place(entry.Name()), path.Join(leaving, entry.Name())); err != nil {
		return false, err
	}
	return f.finish(ctx, entry.Name(), before, used)
}

// finish decides about a content that was moved aside.
func (f *Folder) finish(ctx context.Context, hash string, before time.Time, used func(context.Context, string) (bool, error)) (bool, error) {
	aside := path.Join(leaving, hash)
	info, err := f.root.Stat(aside)
	if err != nil {
		return false, err
	}
	wanted, err := used(ctx, hash)
	if err != nil || wanted || !info.ModTime().Before(before) {
		return false, errors.Join(err, f.root.Rename(aside, place(hash)))
	}
	return true, f.root.Remove(aside)
}

// settle deals with what a crash left: half written files go, files moved aside are decided about.
func (f *Folder) settle(ctx context.Context, before time.Time, used func(context.Context, string) (bool, error)) error {
	for _, dir := range []string{incoming, leaving} {
		entries, err := fs.ReadDir(f.root.FS(), dir)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := f.settleOne(ctx, dir, entry, before, used); ignoreGone(err) != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Folder) settleOne(ctx context.Context, dir string, entry fs.DirEntry, before time.Time, used func(context.Context, string) (bool, error)) error {
	info, err := entry.Info()
	switch {
	case err != nil || dir == incoming && !info.ModTime().Before(before):
		return err
	case dir == leaving && isHash(entry.Name()):
		_, err := f.finish(ctx, entry.Name(), before, used)
		return err
	default:
		return f.root.Remove(path.Join(dir, entry.Name()))
	}
}
