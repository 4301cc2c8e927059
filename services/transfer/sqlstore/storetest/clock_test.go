package storetest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// Two transactions overlap: the second one begins while the first one has its number but has not committed. It
// must get its own number only after the first one is visible, so that a reader who remembers the clock never
// misses a change.
func TestChangeNumbersAreCommitOrder(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		firstHasNumber, release := make(chan int64), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
				r := master(office, "first", "x")
				if err := tx.Apply(t.Context(), []*transfer.Record{r}); err != nil {
					return err
				}
				firstHasNumber <- r.Seq
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		if got := <-firstHasNumber; got != 1 {
			t.Errorf("first number %d", got)
		}
		second := make(chan int64, 1)
		wg.Go(func() {
			err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
				r := master(office, "second", "x")
				err := tx.Apply(t.Context(), []*transfer.Record{r})
				second <- r.Seq
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		// While the first one is open, readers see neither it nor anything that could be numbered after it.
		for range 20 {
			page, err := b.Changes(t.Context(), office, 0, 10)
			if err != nil || len(page.Records) != 0 || page.Last != 0 {
				t.Fatalf("a reader saw %+v, %v", page, err)
			}
			select {
			case seq := <-second:
				t.Fatalf("the second transaction got number %d before the first one ended", seq)
			default:
			}
		}
		close(release)
		wg.Wait()
		if seq := <-second; seq != 2 {
			t.Errorf("second number %d, want 2", seq)
		}
	})
}

// Readers follow the feed while writers race. Each reader remembers the number that it was given and asks from
// there on, whenever something was committed; at the end it must have seen every record.
func TestReadersOfTheFeedMissNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const writers, turns = 4, 15
		var writing, reading sync.WaitGroup
		committed := []chan struct{}{make(chan struct{}, writers*turns), make(chan struct{}, writers*turns)}
		for w := range writers {
			writing.Go(func() {
				for i := range turns {
					err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
						return tx.Apply(t.Context(), []*transfer.Record{master(office, fmt.Sprintf("%d-%d", w, i), "x")})
					})
					if err != nil {
						t.Error(err)
					}
					for _, c := range committed {
						c <- struct{}{}
					}
				}
			})
		}
		for _, c := range committed {
			reading.Go(func() {
				seen, after := map[string]bool{}, int64(0)
				for range c {
					after = b.follow(t, after, seen)
				}
				if len(seen) != writers*turns || after != writers*turns {
					t.Errorf("a reader saw %d of %d records and stands at %d", len(seen), writers*turns, after)
				}
			})
		}
		writing.Wait()
		for _, c := range committed {
			close(c)
		}
		reading.Wait()
	})
}

// follow reads what the feed has after a number and returns where it stands then.
func (b *bench) follow(t *testing.T, after int64, seen map[string]bool) int64 {
	t.Helper()
	for {
		page, err := b.Changes(t.Context(), office, after, 7)
		if err != nil || page.Last < after {
			t.Errorf("the feed after %d ends at %d, %v", after, page.Last, err)
			return after
		}
		for _, r := range page.Records {
			if r.Seq <= after || r.Seq > page.Last || seen[r.UID] {
				t.Errorf("%s with number %d in a page from %d to %d", r.UID, r.Seq, after, page.Last)
			}
			seen[r.UID] = true
		}
		if after = page.Last; !page.More {
			return after
		}
	}
}

func TestClockInsideAndOutside(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "a", "x"))
		b.write(t, func(tx engine.Tx) error {
			before, err := tx.Clock(t.Context())
			applied := tx.Apply(t.Context(), []*transfer.Record{master(office, "b", "x")})
			after, errAfter := tx.Clock(t.Context())
			if before != 1 || after != 2 {
				t.Errorf("clock %d, then %d", before, after)
			}
			return errors.Join(err, applied, errAfter)
		})
		if clock := b.mustClock(t); clock != 2 {
			t.Errorf("clock %d, want 2", clock)
		}
	})
}

func TestEpochStaysAndIsItsDatabases(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range append(sqldbtest.Engines, sqldbtest.Engines...) {
		b := newBench(t, sqldbtest.Open(t, name, sqlstore.Migrations))
		first, err := b.Position(t.Context())
		second, again := b.Position(t.Context())
		if err != nil || again != nil || first != second || len(first.Epoch) != 32 || seen[first.Epoch] {
			t.Errorf("%s: %v, %v, %v, %v, known: %v", name, first, second, err, again, seen)
		}
		seen[first.Epoch] = true
		b.write(t, func(tx engine.Tx) error { return tx.Apply(t.Context(), []*transfer.Record{master(office, "u", "x")}) })
		if at, err := b.Position(t.Context()); err != nil || at != (transfer.Position{Epoch: first.Epoch, Seq: b.mustClock(t)}) || at.Seq == 0 {
			t.Errorf("%s: after a change %v, %v", name, at, err)
		}
	}
}

// The first transaction of a minute is the one that counts for it, whichever process wrote it.
func TestTimesLeadToTheFirstChangeNumber(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		other := &bench{Store: sqlstore.New(b.db, b.clock.Now), db: b.db, clock: b.clock}
		apply := func(by *bench, uid string) {
			t.Helper()
			err := by.Write(t.Context(), nil, func(tx engine.Tx) error {
				return tx.Apply(t.Context(), []*transfer.Record{master(office, uid, "x")})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		apply(b, "1")
		apply(other, "2")
		apply(b, "3")
		failed := errors.New("no")
		b.clock.advance(time.Minute)
		err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
			return errors.Join(tx.Apply(t.Context(), []*transfer.Record{master(office, "never", "x")}), failed)
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		apply(b, "4")
		apply(other, "5")
		for minute, want := range []int{5, 2} {
			q := engine.TreeQuery{Resource: office, Upto: 5, After: 5, Since: start.Add(time.Duration(minute) * time.Minute), Arrived: true, Limit: 10}
			trees, err := b.Trees(t.Context(), q)
			if err != nil || len(trees) != want {
				t.Errorf("after %d minutes: %d, %v, want %d", minute, len(trees), err, want)
			}
		}
	})
}

// A log entry by itself does not wait for those who write records.
func TestLogEntriesDoNotStandInLine(t *testing.T) {
	t.Parallel()
	b := newBench(t, sqldbtest.Open(t, "postgres", sqlstore.Migrations)) // SQLite has one writer
	told := false
	b.OnAudit(func() { told = true })
	err := b.Write(t.Context(), nil, func(engine.Tx) error {
		return b.Audit(t.Context(), transfer.LogEntry{Mode: "pull", Result: "success", Message: "meanwhile"})
	})
	if err != nil || !told {
		t.Fatalf("%v, told: %v", err, told)
	}
	var n int
	if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM audit_outbox"); err != nil || n != 1 {
		t.Errorf("%d entries, %v", n, err)
	}
}
