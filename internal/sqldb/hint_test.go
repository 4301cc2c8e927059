package sqldb_test

import (
	"context"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// listen answers a channel on which hints are heard.
func listen(t *testing.T, db *sqldb.DB, topic string) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() { ended <- db.Listen(ctx, topic, func() { heard <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("listen: %v", err)
		}
	})
	return heard
}

// hintUntilHeard repeats the hint, since nobody says when the other one listens.
func hintUntilHeard(t *testing.T, db *sqldb.DB, topic string, heard <-chan struct{}) {
	t.Helper()
	over := time.After(30 * time.Second)
	for {
		if err := db.Hint(t.Context(), topic); err != nil {
			t.Fatal(err)
		}
		select {
		case <-heard:
			return
		case <-over:
			t.Fatal("nothing was heard")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func TestHintsReachOtherProcessesOfTheSchema(t *testing.T) {
	t.Parallel()
	w, dsn, schema := newWire(t)
	one, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = one.Close() })
	stranger := listen(t, sqldbtest.Open(t, "postgres", nil), "runs")
	heard := listen(t, one, "runs")
	hintUntilHeard(t, one, "runs", heard)
	w.cut()
	w.mend()
	hintUntilHeard(t, one, "runs", heard)
	select {
	case <-stranger:
		t.Error("another installation heard it")
	default:
	}
}

func TestSQLiteNeedsNoHints(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", nil)
	heard := listen(t, db, "runs")
	if err := db.Hint(t.Context(), "runs"); err != nil || len(heard) > 0 {
		t.Errorf("%v, %d", err, len(heard))
	}
}
