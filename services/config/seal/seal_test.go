package seal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/services/config/seal"
)

func newRing(t *testing.T) (*seal.Ring, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets.key")
	ring, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return ring, path
}

func mustSeal(t *testing.T, ring *seal.Ring, plain, place string) string {
	t.Helper()
	sealed, err := ring.Seal(plain, place)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealedValueOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	ring, _ := newRing(t)
	sealed := mustSeal(t, ring, "s3cret", "repository/1/password")
	if strings.Contains(sealed, "s3cret") {
		t.Fatalf("the sealed value shows its text: %s", sealed)
	}
	if got, err := ring.Unseal(sealed, "repository/1/password"); err != nil || got != "s3cret" {
		t.Fatalf("Unseal = %q, %v", got, err)
	}
	for _, place := range []string{"repository/2/password", "repository/1/proxy", ""} {
		if got, err := ring.Unseal(sealed, place); !errors.Is(err, seal.ErrUnreadable) {
			t.Errorf("Unseal at %q = %q, %v; want ErrUnreadable", place, got, err)
		}
	}
}

func TestDamagedValueIsRefused(t *testing.T) {
	t.Parallel()
	ring, _ := newRing(t)
	sealed := mustSeal(t, ring, "s3cret", "p")
	flipped := []byte(sealed)
	flipped[len(flipped)/2] ^= 1
	for _, damaged := range []string{sealed[:len(sealed)-4], string(flipped), "not base64 !", "AAAA"} {
		if got, err := ring.Unseal(damaged, "p"); !errors.Is(err, seal.ErrUnreadable) {
			t.Errorf("Unseal(%q) = %q, %v; want ErrUnreadable", damaged, got, err)
		}
	}
}

func TestEmptyStaysEmpty(t *testing.T) {
	t.Parallel()
	ring, _ := newRing(t)
	if sealed := mustSeal(t, ring, "", "p"); sealed != "" {
		t.Errorf("Seal of nothing = %q", sealed)
	}
	if plain, err := ring.Unseal("", "p"); err != nil || plain != "" {
		t.Errorf("Unseal of nothing = %q, %v", plain, err)
	}
}

func TestKeyFileIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	ring, path := newRing(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, want 0600", info.Mode().Perm())
	}
	if exposed, err := ring.Exposed(); err != nil || exposed {
		t.Errorf("Exposed = %v, %v", exposed, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if exposed, err := ring.Exposed(); err != nil || !exposed {
		t.Errorf("Exposed after chmod 0644 = %v, %v", exposed, err)
	}
}

func TestOpenNeedsAKeyset(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none")
	if _, err := seal.Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of nothing: %v", err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); err == nil {
		t.Error("a file without keys was opened")
	}
	if err := os.WriteFile(path, make([]byte, 1<<17), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); err == nil {
		t.Error("a huge file was opened")
	}
}

func TestCreateTwiceGivesOneKeyset(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secrets.key")
	rings := make([]*seal.Ring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() {
			ring, err := seal.Create(path)
			if err != nil {
				t.Error(err)
			}
			rings[i] = ring
		})
	}
	wg.Wait()
	sealed := mustSeal(t, rings[0], "x", "p")
	for i, ring := range rings {
		if got, err := ring.Unseal(sealed, "p"); err != nil || got != "x" {
			t.Errorf("ring %d: %q, %v", i, got, err)
		}
	}
}

func TestRotationKeepsOneGeneration(t *testing.T) {
	t.Parallel()
	ring, path := newRing(t)
	other, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	first := mustSeal(t, ring, "one", "p")
	rotate(t, ring)
	second := mustSeal(t, ring, "two", "p")
	late := mustSeal(t, other, "late", "p")

	opens(t, ring, first, "one")
	opens(t, ring, late, "late")
	laterRing, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	opens(t, other, second, "two") // reads the file again by itself

	rotate(t, ring)
	opens(t, ring, second, "two")
	opens(t, laterRing, mustSeal(t, laterRing, "fresh", "p"), "fresh")
	opens(t, ring, mustSeal(t, laterRing, "again", "p"), "again")
	opens(t, ring, late, "late") // other had read the first rotation before it sealed
	if got, err := ring.Unseal(first, "p"); !errors.Is(err, seal.ErrUnreadable) {
		t.Errorf("a value two generations old opened: %q, %v", got, err)
	}
	reopened, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	opens(t, reopened, second, "two")
}

func rotate(t *testing.T, ring *seal.Ring) {
	t.Helper()
	if err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
}

func opens(t *testing.T, ring *seal.Ring, sealed, want string) {
	t.Helper()
	if got, err := ring.Unseal(sealed, "p"); err != nil || got != want {
		t.Errorf("Unseal = %q, %v; want %q", got, err, want)
	}
}

// A file system without hard links, and a file that another process has only begun to write.
func TestHalfWrittenKeyFileIsWaitedFor(t *testing.T) {
	t.Parallel()
	_, whole := newRing(t)
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "secrets.key")
	if err := os.WriteFile(path, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); !errors.Is(err, seal.ErrNoKeyset) {
		t.Errorf("half of it: %v", err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = os.WriteFile(path, text, 0o600) })
	if _, err := seal.Create(path); err != nil {
		t.Errorf("when it is whole: %v", err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}
