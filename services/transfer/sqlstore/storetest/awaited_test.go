package storetest_test

import (
	"fmt"
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

const place = "gis_location"

// await notes which places masters of office wait for.
func (b *bench) await(t *testing.T, places map[string][]string) {
	t.Helper()
	var awaited []transfer.Awaited
	for uid, masters := range places {
		for _, master := range masters {
			awaited = append(awaited, transfer.Awaited{Key: key(place, uid), Master: key(office, master)})
		}
	}
	if err := b.Await(t.Context(), transfer.Selection{}, awaited); err != nil {
		t.Fatal(err)
	}
}

// waiting is how many are noted. The clock must tell whether there are any.
func (b *bench) waiting(t *testing.T) (n int) {
	t.Helper()
	var awaits bool
	if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM awaited"); err != nil {
		t.Fatal(err)
	}
	if err := b.db.Get(t.Context(), &awaits, "SELECT awaits FROM change_clock"); err != nil || awaits != (n > 0) {
		t.Errorf("%d are awaited, the clock says %v, %v", n, awaits, err)
	}
	return n
}

func TestWhatComesRaisesWhoAwaitsIt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "one", "x"), master(office, "two", "x"), master(office, "other", "x"))
		before := b.treeSeqs(t, "one", "two", "other")
		b.await(t, map[string][]string{"quay": {"one", "two"}, "hill": {"one"}, "pier": {"gone"}})
		same(t, "awaited", b.waiting(t), 4)
		same(t, "numbers while nothing has come", b.treeSeqs(t, "one", "two", "other"), before)

		gone := master(place, "quay", "x")
		gone.Deleted = true
		b.apply(t, gone)
		same(t, "awaited after a deletion", b.waiting(t), 4)

		quay := changed(gone, "y")
		quay.Deleted = false
		b.apply(t, quay, master(place, "elsewhere", "x"))
		after := b.treeSeqs(t, "one", "two", "other")
		if after["one"] <= quay.Seq || after["two"] <= quay.Seq || after["other"] != before["other"] {
			t.Errorf("%v, before it came as %d %v", after, quay.Seq, before)
		}
		unique(t, after)
		if one := b.one(t, key(office, "one")); one.Seq != 1 || one.Hash != "h:x" {
			t.Errorf("the master itself changed: %+v", one)
		}
		if clock := b.mustClock(t); clock < max(after["one"], after["two"]) {
			t.Errorf("clock %d is behind %v", clock, after)
		}
		same(t, "still awaited", b.waiting(t), 2)
		b.apply(t, changed(quay, "z"))
		same(t, "numbers after another version", b.treeSeqs(t, "one", "two", "other"), after)

		hill, one := master(place, "hill", "x"), changed(b.one(t, key(office, "one")), "y")
		b.apply(t, hill, one, master(place, "pier", "x")) // one is sent anyhow, nobody waits for pier any more
		same(t, "who came together", b.one(t, one.Key).TreeSeq, one.Seq)
		same(t, "awaited at the end", b.waiting(t), 0)
	})
}

// What has come between the look of a document and its note is not awaited for ever.
func TestWhatHasComeIsNotAwaited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "one", "x"), master(place, "quay", "x"))
		before := b.mustClock(t)
		b.await(t, map[string][]string{"quay": {"one"}})
		if got := b.treeSeqs(t, "one")["one"]; got <= before || b.mustClock(t) < got {
			t.Errorf("tree number %d, the clock stood at %d and is at %d", got, before, b.mustClock(t))
		}
		same(t, "awaited", b.waiting(t), 0)
	})
}

// Peers ask again and again: what is known to be awaited is no reason to write.
func TestAwaitingTwiceWritesOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		many := map[string][]string{}
		var records []*transfer.Record
		for i := range 250 {
			uid := fmt.Sprint("place", i)
			many[uid] = []string{"one"}
			records = append(records, master(place, uid, "x"))
		}
		b.apply(t, master(office, "one", "x"))
		b.await(t, many)
		turn := b.turn(t)
		b.await(t, many)
		same(t, "the turn", b.turn(t), turn)
		many["place7"] = []string{"one", "two"}
		b.await(t, many)
		same(t, "awaited", b.waiting(t), 251)
		b.apply(t, records...)
		same(t, "awaited at the end", b.waiting(t), 0)
	})
}

// Where everything refers to what never comes a few notes are enough: of each selection of each resource, since whoever gets one may
// get nothing of the others.
func TestFewMastersAreNoted(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		selections := []transfer.Selection{{}, {MadeHere: true}}
		for i := range 2 * transfer.MaxAwaiting {
			for _, resource := range []string{office, organ} {
				for _, sel := range selections {
					awaited := transfer.Awaited{Key: key(place, "quay"), Master: key(resource, fmt.Sprint(i))}
					if err := b.Await(t.Context(), sel, []transfer.Awaited{awaited}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		same(t, "awaited", b.waiting(t), 4*transfer.MaxAwaiting)
	})
}

// Whoever asks with another filter each time fills nothing but what is there for filters.
func TestNotesForFiltersAreBounded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const bound = 32 * transfer.MaxAwaiting
		awaited := []transfer.Awaited{{Key: key(place, "quay"), Master: key(office, "one")}}
		for i := range bound + 50 {
			filter := transfer.Filter{Table: office, Query: fmt.Sprint("~.name=", i)}
			if err := b.Await(t.Context(), transfer.Selection{Filters: []transfer.Filter{filter}}, awaited); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "awaited", b.waiting(t), bound)
		b.await(t, map[string][]string{"quay": {"one", "two"}})
		same(t, "awaited with what gets everything", b.waiting(t), bound+2)
	})
}
