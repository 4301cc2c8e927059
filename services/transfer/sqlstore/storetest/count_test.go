package storetest_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// checkCounts compares the numbers of each resource with its records.
func (b *bench) checkCounts(tb testing.TB) {
	tb.Helper()
	var wrong []string
	err := b.db.Select(tb.Context(), &wrong, `SELECT name FROM resource WHERE counted_seq = last_seq AND (
		live <> (SELECT count(*) FROM record WHERE resource = name AND NOT deleted) OR
		deleted <> (SELECT count(*) FROM record WHERE resource = name AND deleted) OR
		masters <> (SELECT count(*) FROM record WHERE resource = name AND master AND NOT deleted) OR
		masters_deleted <> (SELECT count(*) FROM record WHERE resource = name AND master AND deleted))`)
	if err != nil || len(wrong) > 0 {
		tb.Errorf("the numbers of %v do not fit, %v", wrong, err)
	}
}

// counted is how many resources have numbers that hold.
func (b *bench) counted(t *testing.T) (n int) {
	t.Helper()
	if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM resource WHERE counted_seq = last_seq"); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *bench) masters(t *testing.T, withDeleted bool) int64 {
	t.Helper()
	n, err := b.CountTrees(t.Context(), engine.TreeQuery{Resource: office, Upto: b.mustClock(t), WithDeleted: withDeleted})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Masters are counted as they come, go, come back and are found at top level.
func TestMastersAreCounted(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		m := master(office, "m", "x")
		part := component(m, office, "part", "x")
		b.apply(t, m, part, master(office, "n", "x"))
		gone := changed(m, "y")
		gone.Deleted = true
		b.apply(t, gone)
		same(t, "live and all", []int64{b.masters(t, false), b.masters(t, true)}, []int64{1, 2})
		found := *part
		found.Master = true
		for range 2 { // the second time it is no news
			b.write(t, func(tx engine.Tx) error { return tx.Relink(t.Context(), "", []*transfer.Record{&found}) })
		}
		b.apply(t, changed(m, "z"), changed(part, "as a component again"))
		same(t, "with the part", []int64{b.masters(t, false), b.masters(t, true)}, []int64{3, 3})
		same(t, "resources counted", b.counted(t), 1)
	})
}

// A program of an older version changes records and does not count masters. They are counted anew, then.
func TestMastersThatNobodyCounted(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "m", "x"), master(office, "n", "x"), master(organ, "o", "x"))
		for _, query := range []string{
			"UPDATE record SET master = FALSE WHERE uid = 'm'",
			"UPDATE resource SET last_seq = last_seq + 1 WHERE name = 'org_office'",
			"UPDATE change_clock SET last = last + 1",
		} {
			if _, err := b.db.Exec(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "masters", b.masters(t, true), int64(1))
		b.apply(t, master(office, "p", "x"))
		same(t, "masters", b.masters(t, true), int64(2))
		same(t, "resources counted", b.counted(t), 1)
		if _, err := b.Prune(t.Context(), start.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		same(t, "resources counted", b.counted(t), 2)
		same(t, "masters", b.masters(t, true), int64(2))
	})
}
