package password_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/config/password"
)

var cheap = password.Cost{MemoryKiB: 64, Passes: 1}

func hash(t *testing.T, h *password.Hasher, text string) string {
	t.Helper()
	stored, err := h.Hash(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestOnlyTheRightPasswordFits(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(cheap, 2)
	stored := hash(t, h, "correct horse")
	for text, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false, "Correct horse": false} {
		if got, err := h.Verify(t.Context(), stored, text); err != nil || got != want {
			t.Errorf("Verify(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	if again := hash(t, h, "correct horse"); again == stored {
		t.Error("two hashes of one password are equal: the salt is missing")
	}
	if strings.Contains(stored, "horse") {
		t.Error("the hash shows the password")
	}
}

func TestUsualCostIsTheDecidedOne(t *testing.T) {
	t.Parallel()
	stored := hash(t, password.NewHasher(password.Usual, 1), "x")
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %s", stored)
	}
	// A hasher with another cost reads it: the cost travels in the hash.
	if ok, err := password.NewHasher(cheap, 1).Verify(t.Context(), stored, "x"); err != nil || !ok {
		t.Errorf("Verify = %v, %v", ok, err)
	}
}

func TestMissingAccountNeverFits(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(cheap, 1)
	for _, text := range []string{"", "anything"} {
		if ok, err := h.Verify(t.Context(), "", text); err != nil || ok {
			t.Errorf("Verify of no account with %q = %v, %v", text, ok, err)
		}
	}
}

func TestMalformedHashesAreRefused(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(cheap, 1)
	good := hash(t, h, "x")
	for name, stored := range map[string]string{
		"no hash":        "x",
		"other function": strings.Replace(good, "argon2id", "argon2i", 1),
		"other version":  strings.Replace(good, "v=19", "v=16", 1),
		"no memory":      strings.Replace(good, "m=64", "m=0", 1),
		"huge memory":    strings.Replace(good, "m=64", "m=4000000000", 1),
		"many passes":    strings.Replace(good, "t=1", "t=100000", 1),
		"short salt":     good[:len(good)-70] + "$AAAA",
	} {
		if ok, err := h.Verify(t.Context(), stored, "x"); !errors.Is(err, password.ErrMalformed) || ok {
			t.Errorf("%s: Verify = %v, %v; want ErrMalformed", name, ok, err)
		}
	}
}

func TestWaitingForASlotEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(cheap, 1)
	stored := hash(t, h, "x")
	release := password.Occupy(h)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Verify(ctx, stored, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify without a free slot: %v", err)
	}
	release()
	if ok, err := h.Verify(t.Context(), stored, "x"); err != nil || !ok {
		t.Errorf("Verify after release = %v, %v", ok, err)
	}
}

// It looks at the memory of the whole process: no t.Parallel.
func TestTheMemoryOfACheckIsGivenBack(t *testing.T) {
	const mib = 1 << 20
	kept := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return (m.HeapSys - m.HeapReleased) / mib
	}
	before := kept()
	hash(t, password.NewHasher(password.Usual, 2), "x")
	if after := kept(); after > before+8 {
		t.Errorf("%d MiB are kept, before it were %d", after, before)
	}
}
