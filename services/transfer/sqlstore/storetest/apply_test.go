package storetest_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func TestApplyStoresEveryField(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		parent := master(organ, "o1", "org")
		r := component(parent, office, "urn:uuid:1", "Büro <&> عربي")
		r.Deleted, r.ReplacedBy = true, "urn:uuid:2"
		b.apply(t, parent, r)

		want := *r
		want.Seq, want.TreeSeq, want.FirstSeq, want.FirstOrigin, want.ArrivedOn = 2, 2, 2, "repo-a", start
		same(t, "record handed back", *r, want)
		same(t, "record stored", *b.one(t, r.Key), want)
		same(t, "parent", b.one(t, parent.Key).TreeSeq, int64(3))
		if clock := b.mustClock(t); clock != 3 {
			t.Errorf("clock %d, want 3", clock)
		}
	})
}

func TestLoadLeavesOutBodiesAndStrangers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		r := master(office, "a", "one")
		b.apply(t, r)
		found := b.load(t, r.Key, key(office, "nobody"), key(organ, "a"))
		if len(found) != 1 || found[r.Key] == nil || found[r.Key].Body != nil || found[r.Key].Hash != r.Hash {
			t.Errorf("found %v", found)
		}
		b.write(t, func(tx engine.Tx) error {
			whole, err := tx.LoadWhole(t.Context(), []transfer.Key{r.Key, key(office, "nobody")})
			if len(whole) != 1 || whole[r.Key] == nil || !bytes.Equal(whole[r.Key].Body, r.Body) {
				t.Errorf("with bodies: %v", whole)
			}
			return err
		})
	})
}

func TestApplyKeepsWhatItReplaces(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first := master(office, "a", "one")
		b.apply(t, first)
		b.clock.advance(time.Hour)
		second := changed(first, "two")
		second.Origin, second.Master = "", false
		b.apply(t, second)
		third := changed(second, "three")
		third.Deleted = true
		b.apply(t, third)

		h, err := b.GetRecord(t.Context(), first.Key)
		if err != nil {
			t.Fatal(err)
		}
		if h.Hash != "h:three" || h.FirstSeq != 1 || h.FirstOrigin != "repo-a" || !h.Master || h.Seq != 3 {
			t.Errorf("present version %+v", h.Record)
		}
		if len(h.Versions) != 2 {
			t.Fatalf("%d past versions", len(h.Versions))
		}
		past := *first
		past.TreeSeq, past.FirstSeq, past.FirstOrigin, past.Master = 0, 0, "", false
		same(t, "oldest version", h.Versions[1], past)
		same(t, "version between", []any{h.Versions[0].Hash, h.Versions[0].Origin, h.Versions[0].Seq}, []any{"h:two", "", int64(2)})
	})
}

func TestApplyOfOneRecordTwiceInABatch(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		r := master(office, "a", "one")
		again := changed(r, "two")
		other := master(office, "b", "else")
		b.apply(t, r, other, again)
		h, err := b.GetRecord(t.Context(), r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if h.Hash != "h:two" || h.Seq != 3 || len(h.Versions) != 1 || h.Versions[0].Hash != "h:one" || again.FirstSeq != 1 {
			t.Errorf("%+v", h)
		}
	})
}

// A batch above all chunk sizes, partly new, partly known, numbers in the order given.
func TestApplyOfManyRecords(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const n = 2345
		var batch []*transfer.Record
		for i := range n {
			batch = append(batch, master(office, uidNumber(i), fmt.Sprint(i)))
		}
		b.apply(t, batch[:n/2]...)
		var next []*transfer.Record
		for i, r := range batch {
			if i%3 == 0 {
				r = changed(r, fmt.Sprint("again ", i))
			}
			next = append(next, r)
		}
		b.apply(t, next...)
		found := b.load(t, func() (keys []transfer.Key) {
			for _, r := range batch {
				keys = append(keys, r.Key)
			}
			return keys
		}()...)
		if len(found) != n {
			t.Fatalf("%d of %d records", len(found), n)
		}
		for i, r := range next {
			got := found[r.Key]
			if got.Seq != int64(n/2+i+1) || got.Hash != r.Hash || (i < n/2) != (got.FirstSeq == int64(i+1)) {
				t.Fatalf("record %d: %+v", i, got)
			}
		}
		list, err := b.Resources(t.Context())
		if err != nil || len(list) != 1 || list[0].Records != n || list[0].LastChange != int64(n/2+n) {
			t.Errorf("resources %+v, %v", list, err)
		}
	})
}

func TestTouchKeepsOnlyYoungerTimes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		r, s := master(office, "a", "one"), master(office, "b", "two")
		b.apply(t, r, s)
		before := b.mustClock(t)
		younger, older := *r, *s
		younger.ModifiedOn, older.ModifiedOn = r.ModifiedOn.Add(time.Second), s.ModifiedOn.Add(-time.Second)
		b.write(t, func(tx engine.Tx) error { return tx.Touch(t.Context(), []*transfer.Record{&younger, &older}) })
		want := *r
		want.ModifiedOn = younger.ModifiedOn
		same(t, "touched", *b.one(t, r.Key), want)
		same(t, "not touched", *b.one(t, s.Key), *s)
		if after := b.mustClock(t); after != before {
			t.Errorf("clock moved from %d to %d", before, after)
		}
	})
}

func TestRollbackLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		kept := master(office, "kept", "one")
		b.apply(t, kept)
		wrong := errors.New("wrong")
		err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
			steps := []error{
				tx.Apply(t.Context(), []*transfer.Record{changed(kept, "two"), master(organ, "new", "x")}),
				tx.AddItems(t.Context(), []*transfer.Item{reject("r", "k", "BAD_TIME")}),
				tx.SaveCursor(t.Context(), transfer.Cursor{RepositoryID: "r", Resource: office, PushSeq: 9}),
				tx.Audit(t.Context(), transfer.LogEntry{Message: "never happened"}),
			}
			if err := errors.Join(steps...); err != nil {
				t.Fatal(err)
			}
			return wrong
		})
		if !errors.Is(err, wrong) {
			t.Fatalf("got %v", err)
		}
		h, err := b.GetRecord(t.Context(), kept.Key)
		if err != nil || h.Hash != "h:one" || len(h.Versions) != 0 {
			t.Errorf("record %+v, %v", h, err)
		}
		for table, want := range map[string]int{"record": 1, "version": 0, "item": 0, "cursor": 0, "resource": 1, "audit_outbox": 0} {
			var n int
			if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM "+table); err != nil || n != want {
				t.Errorf("%s has %d rows, want %d, %v", table, n, want, err)
			}
		}
		if clock := b.mustClock(t); clock != 1 {
			t.Errorf("clock %d, want 1", clock)
		}
	})
}
