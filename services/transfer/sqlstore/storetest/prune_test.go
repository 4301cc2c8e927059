package storetest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func TestPruneForgetsOnlyWhatIsOldAndOver(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		era := func(name string) {
			r := master(office, name, "1")
			b.apply(t, r)
			b.apply(t, changed(r, "2"))
			open, closed := reject("r", name, "X"), conflict("r", name)
			closed.State = transfer.Decided
			b.addItems(t, open, closed)
			ended := b.create(t, name)
			b.create(t, name+"-active")
			b.write(t, func(tx engine.Tx) error {
				return tx.SavePart(t.Context(), ended.ID, transfer.Part{Resource: office, Direction: transfer.Pull})
			})
			if _, err := b.RequestStop(t.Context(), ended.ID); err != nil {
				t.Fatal(err)
			}
		}
		era("old")
		b.clock.advance(24 * time.Hour)
		era("new")
		for _, step := range []struct {
			before time.Time
			want   int64
			left   string
		}{
			{start, 0, "2 versions, 4 items, 4 runs, 2 parts"},
			{start.Add(time.Hour), 4, "1 versions, 3 items, 3 runs, 1 parts"},
			{start.Add(48 * time.Hour), 4, "0 versions, 2 items, 2 runs, 0 parts"},
		} {
			n, err := b.Prune(t.Context(), step.before)
			if n != step.want || err != nil {
				t.Errorf("before %v: %d rows, want %d, %v", step.before, n, step.want, err)
			}
			var v, i, r, p int
			for table, dest := range map[string]*int{"version": &v, "item": &i, "run": &r, "run_part": &p} {
				if err := b.db.Get(t.Context(), dest, "SELECT count(*) FROM "+table); err != nil {
					t.Fatal(err)
				}
			}
			if left := fmt.Sprintf("%d versions, %d items, %d runs, %d parts", v, i, r, p); left != step.left {
				t.Errorf("before %v: left %s, want %s", step.before, left, step.left)
			}
		}
		if got := b.listItems(t, transfer.ItemFilter{States: []transfer.ItemState{transfer.Open}}, 10); got != "new old" {
			t.Errorf("open items %q", got)
		}
		if h := b.one(t, key(office, "old")); h.Hash != "h:2" {
			t.Errorf("record %+v", h)
		}
	})
}
