package storetest_test

import (
	"errors"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// turn is the one of the last transaction.
func (b *bench) turn(t *testing.T) int64 {
	t.Helper()
	_, turn, err := b.KnownResource(t.Context(), office)
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

// since asks in a transaction.
func (b *bench) since(t *testing.T, turn int64, keys ...transfer.Key) (known, written bool) {
	t.Helper()
	if err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
		known, written = tx.Since(turn, keys)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return known, written
}

// Whatever decisions on a record depend on: who has looked before it was written to is told so, and who looked for another
// record may go by what he saw.
func TestWhatWasWrittenSinceATurnIsKnown(t *testing.T) {
	one := master(office, "one", "x")
	one.Deleted = true
	below := component(one, email, "below", "x")
	revived, touched, linked := changed(one, "back"), changed(below, "x"), *below
	revived.Deleted, linked.Parent = false, key(office, "other")
	item := &transfer.Item{
		RunID: "run-1", RepositoryID: "repo-a", Task: office, Direction: transfer.Pull, Key: below.Key, Outcome: policy.Skipped, State: transfer.Closed,
	}
	for name, c := range map[string]struct {
		write func(tx engine.Tx) error
		keys  []transfer.Key
	}{
		"a version":                      {func(tx engine.Tx) error { return tx.Apply(t.Context(), []*transfer.Record{changed(one, "y")}) }, []transfer.Key{one.Key}},
		"a component told again":         {func(tx engine.Tx) error { return tx.Apply(t.Context(), []*transfer.Record{revived}) }, []transfer.Key{one.Key, below.Key}},
		"a time":                         {func(tx engine.Tx) error { return tx.Touch(t.Context(), []*transfer.Record{touched}) }, []transfer.Key{below.Key}},
		"a place":                        {func(tx engine.Tx) error { return tx.Relink(t.Context(), "", []*transfer.Record{&linked}) }, []transfer.Key{below.Key}},
		"a decision":                     {func(tx engine.Tx) error { return tx.AddItems(t.Context(), []*transfer.Item{item}) }, []transfer.Key{below.Key}},
		"nothing that has to do with it": {func(engine.Tx) error { return nil }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *bench) {
				b.apply(t, one, below)
				turn := b.turn(t)
				b.write(t, c.write)
				for _, k := range c.keys {
					if known, written := b.since(t, turn, key(office, "another"), k); !known || !written {
						t.Errorf("%s: known %v, written %v", k.UID, known, written)
					}
				}
				if known, written := b.since(t, turn, key(office, "another")); !known || written {
					t.Errorf("another record: known %v, written %v", known, written)
				}
				if known, written := b.since(t, b.turn(t), one.Key, below.Key); !known || written {
					t.Errorf("by who looked afterwards: known %v, written %v", known, written)
				}
			})
		})
	}
}

// What another process wrote is not known, be it before or after what this one did, and be it in the place of a transaction
// that was rolled back.
func TestTurnsOfOthersAreNotKnown(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		other := &bench{Store: sqlstore.New(b.db, b.clock.Now), db: b.db, clock: b.clock}
		rolledBack := errors.New("rolled back")
		fail := func() {
			err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
				return errors.Join(tx.Apply(t.Context(), []*transfer.Record{master(office, "one", "x")}), rolledBack)
			})
			if !errors.Is(err, rolledBack) {
				t.Fatal(err)
			}
		}
		unknown := func(when string, turn int64) {
			t.Helper()
			if known, written := b.since(t, turn, key(office, "another")); known || !written {
				t.Errorf("%s: known %v, written %v", when, known, written)
			}
		}
		b.apply(t, master(office, "own", "x"))
		turn := b.turn(t)
		other.apply(t, master(office, "one", "x"))
		unknown("the last one", turn)
		unknown("one before the last one", turn)
		turn = b.turn(t)
		fail()
		if known, written := b.since(t, turn, key(office, "one")); !known || written {
			t.Errorf("rolled back: known %v, written %v", known, written)
		}
		turn = b.turn(t)
		fail()
		other.apply(t, master(office, "two", "x"))
		unknown("after one that was rolled back", turn)
		turn = b.turn(t)
		if _, err := b.db.Exec(t.Context(), "UPDATE change_clock SET turn = turn + 1 WHERE id = 1"); err != nil {
			t.Fatal(err)
		}
		unknown("an older version, which counts", turn)
	})
}

// It pays to look ahead for a first batch while others of this process stand in line.
func TestWaiting(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		waiting := func() (waits bool) {
			b.write(t, func(engine.Tx) error {
				waits = b.Waiting()
				return nil
			})
			return waits
		}
		b.apply(t, master(office, "own", "x"))
		b.apply(t, master(office, "two", "x"))
		if b.Waiting() {
			t.Error("nobody is there to wait")
		}
		if !waiting() {
			t.Error("whose turn it is does not count")
		}
		other := &bench{Store: sqlstore.New(b.db, b.clock.Now), db: b.db, clock: b.clock}
		other.apply(t, master(office, "other", "x"))
		b.apply(t, master(office, "three", "x"))
		if waiting() {
			t.Error("another process writes, too")
		}
		if !waiting() {
			t.Error("it has stopped")
		}
	})
}
