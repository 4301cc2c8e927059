package service

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// aging is a store of which so many entries are old.
type aging struct {
	old    int64
	before []time.Duration // ages asked for
	broken error
}

func (a *aging) Expire(_ context.Context, before time.Time, limit int) (int64, error) {
	a.before = append(a.before, time.Since(before))
	n := min(a.old, int64(limit))
	a.old -= n
	return n, a.broken
}

// running runs an expiry for a while in virtual time.
func running(t *testing.T, store *aging, retention func(context.Context) (time.Duration, error), span time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	e := &expiry{store: store, retention: retention, now: time.Now, logger: slog.New(slog.DiscardHandler)}
	if err := e.run(ctx); err != nil {
		t.Error(err)
	}
}

func always(d time.Duration) func(context.Context) (time.Duration, error) {
	return func(context.Context) (time.Duration, error) { return d, nil }
}

func TestAUD020_OldEntriesGoEveryHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &aging{old: 2500}
		running(t, store, always(28*24*time.Hour), 2*time.Hour+time.Minute)
		month := 28 * 24 * time.Hour
		// Three batches at the start, then one look an hour.
		if diff := cmp.Diff([]time.Duration{month, month, month, month, month}, store.before); diff != "" || store.old != 0 {
			t.Errorf("%d old ones are left (-want +got)\n%s", store.old, diff)
		}
	})
}

func TestAUD020_RetentionZeroKeepsEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &aging{old: 5}
		running(t, store, always(0), 5*time.Hour)
		if len(store.before) != 0 {
			t.Errorf("%d removals", len(store.before))
		}
	})
}

func TestExpiryGoesOnAfterFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &aging{broken: errors.New("broken")}
		running(t, store, always(time.Hour), 3*time.Hour+time.Minute)
		if len(store.before) != 4 {
			t.Errorf("%d attempts", len(store.before))
		}
		unknown := &aging{old: 5}
		running(t, unknown, func(context.Context) (time.Duration, error) { return time.Hour, errors.New("config is away") }, 2*time.Hour)
		if len(unknown.before) != 0 || unknown.old != 5 {
			t.Errorf("entries went although nobody knows how long they are kept")
		}
	})
}
