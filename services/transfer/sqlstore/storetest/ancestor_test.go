package storetest_test

import (
	"fmt"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// treeSeqs reads the TreeSeq of records of office named by uid.
func (b *bench) treeSeqs(t *testing.T, uids ...string) map[string]int64 {
	t.Helper()
	seqs := map[string]int64{}
	for _, uid := range uids {
		seqs[uid] = b.one(t, key(office, uid)).TreeSeq
	}
	return seqs
}

// chain is a master with components below each other, all of one resource: names[0] is the master.
func chain(names ...string) []*transfer.Record {
	records := []*transfer.Record{master(office, names[0], "x")}
	for i, name := range names[1:] {
		records = append(records, component(records[i], office, name, "x"))
	}
	return records
}

func TestChangeOfAComponentRaisesAllAbove(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("top", "mid", "leaf", "below")
		b.apply(t, append(records, master(office, "other", "x"))...)
		before := b.treeSeqs(t, "top", "mid", "leaf", "below", "other")
		leaf := changed(records[2], "new")
		b.apply(t, leaf)
		after := b.treeSeqs(t, "top", "mid", "leaf", "below", "other")
		for _, uid := range []string{"top", "mid"} {
			if after[uid] <= leaf.Seq {
				t.Errorf("%s has %d, not above the change %d", uid, after[uid], leaf.Seq)
			}
		}
		same(t, "rows beside and below", []int64{after["below"], after["other"]}, []int64{before["below"], before["other"]})
		top := b.one(t, key(office, "top"))
		if top.Seq != 1 || top.Hash != "h:x" {
			t.Errorf("the master itself changed: %+v", top)
		}
		unique(t, after)
		if clock := b.mustClock(t); clock < after["top"] || clock < after["mid"] {
			t.Errorf("clock %d is behind %v", clock, after)
		}
	})
}

// Pages are cut by TreeSeq, so no two rows may share one.
func unique(t *testing.T, seqs map[string]int64) {
	t.Helper()
	seen := map[int64]string{}
	for uid, seq := range seqs {
		if seen[seq] != "" {
			t.Errorf("%s and %s share %d", uid, seen[seq], seq)
		}
		seen[seq] = uid
	}
}

func TestNewTreesAreRaisedInTheirOwnBatch(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("top", "mid", "leaf")
		b.apply(t, records[2], records[0], records[1]) // components may come before what they belong to
		seqs := b.treeSeqs(t, "top", "mid", "leaf")
		if seqs["top"] <= 3 || seqs["mid"] <= 3 || seqs["leaf"] != 1 {
			t.Errorf("got %v", seqs)
		}
		for _, r := range records {
			if r.TreeSeq != seqs[r.UID] {
				t.Errorf("%s was handed back with %d, stored is %d", r.UID, r.TreeSeq, seqs[r.UID])
			}
		}
		unique(t, seqs)
	})
}

func TestParentThatIsNotHereYet(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("top", "mid")
		b.apply(t, records[1])
		b.apply(t, records[0])
		trees, err := b.TreesOf(t.Context(), []transfer.Key{records[0].Key})
		if err != nil || outline(trees) != "top(mid)" {
			t.Errorf("%s, %v", outline(trees), err)
		}
	})
}

func TestCyclesEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("a", "b", "c")
		records[0].Parent = records[2].Key
		self := master(office, "self", "x")
		self.Parent = self.Key
		b.apply(t, append(records, self)...)
		b.apply(t, changed(records[1], "new"), changed(self, "new"))
		trees, err := b.TreesOf(t.Context(), []transfer.Key{records[0].Key, self.Key})
		if err != nil || outline(trees) != "a(b(c)) self" {
			t.Errorf("%s, %v", outline(trees), err)
		}
	})
}

func TestDepthIsLimited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var names []string
		for i := range 40 {
			names = append(names, fmt.Sprintf("level%02d", i))
		}
		records := chain(names...)
		b.apply(t, records...)
		leaf := changed(records[39], "new")
		b.apply(t, leaf)
		if got := b.one(t, records[39-16].Key).TreeSeq; got <= leaf.Seq {
			t.Errorf("16 levels above has %d, want above %d", got, leaf.Seq)
		}
		if got := b.one(t, records[39-17].Key).TreeSeq; got >= leaf.Seq {
			t.Errorf("17 levels above has %d, want below %d", got, leaf.Seq)
		}
	})
}

func TestRelinkMovesAndRaises(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		here, there := chain("here", "moved"), chain("there", "stays")
		b.apply(t, append(here, there...)...)
		before := b.mustClock(t)
		moved := *here[1]
		moved.Parent, moved.Alias, moved.Master = there[0].Key, "other", true
		b.write(t, func(tx engine.Tx) error { return tx.Relink(t.Context(), "", []*transfer.Record{&moved}) })

		want := *here[1]
		want.Parent, want.Alias, want.Master, want.TreeSeq = there[0].Key, "other", true, before+1
		same(t, "moved record", *b.one(t, moved.Key), want)
		seqs := b.treeSeqs(t, "there", "stays")
		if seqs["there"] != before+2 || seqs["stays"] > before {
			t.Errorf("got %v, clock was %d", seqs, before)
		}
		trees, err := b.TreesOf(t.Context(), []transfer.Key{here[0].Key, there[0].Key})
		if err != nil || outline(trees) != "here there(moved stays)" {
			t.Errorf("%s, %v", outline(trees), err)
		}
	})
}
