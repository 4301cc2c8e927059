package attachment_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/attachment"
)

// helloHash is the SHA-256 of "hello".
const helloHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func folder(t *testing.T) (*attachment.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	f, err := attachment.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, dir
}

func put(t *testing.T, f *attachment.Folder, text string) attachment.Content {
	t.Helper()
	content, err := f.Put(t.Context(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func open(t *testing.T, f *attachment.Folder, hash string) (string, error) {
	t.Helper()
	file, err := f.Open(t.Context(), hash)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	return string(text), err
}

// tree lists all files below a folder.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, err = filepath.Rel(dir, name)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPutStoresByContent(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	for range 2 {
		if diff := cmp.Diff(attachment.Content{SHA256: helloHash, Size: 5}, put(t, f, "hello")); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"2c/f2/" + helloHash}, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
	if text, err := open(t, f, helloHash); text != "hello" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	info, err := os.Stat(filepath.Join(dir, "2c/f2", helloHash))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
}

func TestPutLeavesNothingOfAFailure(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	broken := errors.New("broken")
	if _, err := f.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(broken)
	if _, err := f.Put(ctx, strings.NewReader("whole")); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if found := tree(t, dir); found != nil {
		t.Errorf("left %q", found)
	}
}

func TestOpenChecksTheContent(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	put(t, f, "hello")
	if err := os.WriteFile(filepath.Join(dir, "2c/f2", helloHash), []byte("jello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, f, helloHash); !errors.Is(err, attachment.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	put(t, f, "hello")
	if text, err := open(t, f, helloHash); text != "hello" || err != nil {
		t.Errorf("putting again should mend, got %q, %v", text, err)
	}
}

func TestOpenNeverLeavesTheFolder(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "..", "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"", "x", "../secret", "..", strings.Repeat("../", 21) + "x", strings.Repeat("a", 64), strings.ToUpper(helloHash), helloHash + "/", "/etc/passwd",
		"..\x00" + helloHash[3:],
	} {
		if _, err := open(t, f, name); !errors.Is(err, attachment.ErrMissing) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "2c", "f2"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../../secret", filepath.Join(dir, "2c", "f2", helloHash)); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, f, helloHash); err == nil {
		t.Error("a link led out of the folder")
	}
}

func TestPutBySeveralAtOnce(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := f.Put(t.Context(), strings.NewReader("hello")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if found := tree(t, dir); len(found) != 1 {
		t.Errorf("got %q", found)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	old, young, wanted := put(t, f, "old").SHA256, put(t, f, "young").SHA256, put(t, f, "wanted").SHA256
	limit := time.Now().Add(-time.Hour)
	place := func(hash string) string { return filepath.Join(dir, hash[:2], hash[2:4], hash) }
	litter := filepath.Join(dir, "incoming", "halfwritten")
	fresh := filepath.Join(dir, "incoming", "beingwritten")
	stranger := filepath.Join(dir, "README")
	for _, name := range []string{litter, fresh, stranger} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{place(old), place(wanted), litter, stranger} {
		if err := os.Chtimes(name, limit.Add(-time.Minute), limit.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	interrupted := put(t, f, "interrupted").SHA256
	if err := os.Rename(place(interrupted), filepath.Join(dir, "leaving", interrupted)); err != nil {
		t.Fatal(err)
	}
	used := func(_ context.Context, hash string) (bool, error) { return hash == wanted, nil }
	n, err := f.Prune(t.Context(), limit, used)
	if n != 1 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	for name, stays := range map[string]bool{
		place(old): false, place(young): true, place(wanted): true, litter: false, fresh: true, stranger: true, place(interrupted): true,
	} {
		if _, err := os.Stat(name); (err == nil) != stays {
			t.Errorf("%s: stays %v, got %v", name, stays, err)
		}
	}
}

func TestPruneSparesWhatIsPutMeanwhile(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	put(t, f, "hello")
	name := filepath.Join(dir, "2c/f2", helloHash)
	limit := time.Now().Add(-time.Hour)
	for moment := range 2 {
		if err := os.Chtimes(name, limit.Add(-time.Minute), limit.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		asked := 0
		removed, err := f.Prune(t.Context(), limit, func(context.Context, string) (bool, error) {
			if asked == moment {
				put(t, f, "hello")
			}
			asked++
			return false, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if text, err := open(t, f, helloHash); text != "hello" || err != nil {
			t.Errorf("put at question %d: lost (%d removed): %v", moment, removed, err)
		}
	}
}

func TestPruneStopsWhenNobodyKnows(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	put(t, f, "hello")
	away := errors.New("database away")
	_, err := f.Prune(t.Context(), time.Now().Add(time.Hour), func(context.Context, string) (bool, error) { return false, away })
	if !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
	if text, err := open(t, f, helloHash); text != "hello" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
}
