package password_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/services/config/password"
)

func newMemory(t *testing.T) *password.Memory {
	t.Helper()
	m, err := password.NewMemory(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// looks counts how often a look was needed for the calls.
func looks(t *testing.T, m *password.Memory, hash, text string, answer bool, calls int) int {
	t.Helper()
	n := 0
	for range calls {
		got, err := m.Once(hash, text, func() (bool, error) { n++; return answer, nil })
		if err != nil || got != answer {
			t.Fatalf("Once = %v, %v; want %v", got, err, answer)
		}
	}
	return n
}

func TestOnlySuccessIsRemembered(t *testing.T) {
	t.Parallel()
	m := newMemory(t)
	if n := looks(t, m, "hash", "right", true, 3); n != 1 {
		t.Errorf("right password: %d looks, want 1", n)
	}
	if n := looks(t, m, "hash", "wrong", false, 3); n != 3 {
		t.Errorf("wrong password: %d looks, want 3", n)
	}
	if n := looks(t, m, "", "any", false, 2); n != 2 {
		t.Errorf("no account: %d looks, want 2", n)
	}
	if n := looks(t, m, "new hash", "right", true, 1); n != 1 {
		t.Error("another hash was taken for the same")
	}
	boom := errors.New("boom")
	if _, err := m.Once("h", "p", func() (bool, error) { return true, boom }); !errors.Is(err, boom) {
		t.Errorf("error = %v", err)
	}
	if n := looks(t, m, "h", "p", true, 1); n != 1 {
		t.Error("a failed look was remembered")
	}
}

func TestRememberedForFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		looks(t, m, "hash", "right", true, 1)
		time.Sleep(5*time.Minute - time.Second)
		if n := looks(t, m, "hash", "right", true, 1); n != 0 {
			t.Error("forgotten too early")
		}
		time.Sleep(time.Second)
		if n := looks(t, m, "hash", "right", true, 1); n != 1 {
			t.Error("remembered for too long")
		}
	})
}

func TestCallsAtTheSameTimeShareOneLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		var count atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				ok, err := m.Once("hash", "right", func() (bool, error) {
					count.Add(1)
					time.Sleep(time.Second)
					return true, nil
				})
				if err != nil || !ok {
					t.Errorf("Once = %v, %v", ok, err)
				}
			})
		}
		wg.Wait()
		if count.Load() != 1 {
			t.Errorf("%d looks, want 1", count.Load())
		}
	})
}
