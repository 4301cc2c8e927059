package storetest_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// Writers that hold leases stand in one line: each follows the one whose turn it was before, and goes on behind its change numbers.
func TestLeasedWritersStandInOneLine(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const writers, times = 4, 8
		var mu sync.Mutex
		var wg sync.WaitGroup
		follows, seqs := map[int64]int64{}, map[int64]bool{} // the turn that follows a turn; change numbers
		for w := range writers {
			b.create(t, fmt.Sprint("r", w))
			_, lease := b.claim(t, fmt.Sprint("w", w), long)
			wg.Go(func() {
				for i := range times {
					r := master(office, fmt.Sprint(w, ".", i), "x")
					var turn, before int64
					err := b.Write(t.Context(), &lease, func(tx engine.Tx) error {
						turn, before = tx.Turn()
						return tx.Apply(t.Context(), []*transfer.Record{r})
					})
					mu.Lock()
					if err != nil || follows[before] != 0 || seqs[r.Seq] {
						t.Errorf("turn %d behind %d, change %d: %v", turn, before, r.Seq, err)
					}
					follows[before], seqs[r.Seq] = turn, true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(follows) != writers*times || len(seqs) != writers*times {
			t.Errorf("%d turns and %d changes of %d", len(follows), len(seqs), writers*times)
		}
	})
}

// A statement whose connection was lost is made once more, and finds what it has made.
func TestRunsThatAreStoredOnceMore(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		run := transfer.Run{ID: "1", RepositoryID: "r", Trigger: transfer.Manual}
		for range 2 {
			if got, err := b.CreateRun(t.Context(), run); err != nil || got.ID != run.ID || got.State != transfer.Queued {
				t.Errorf("queued: %+v, %v", got, err)
			}
		}
		pushed := transfer.Run{ID: "2", RepositoryID: "r"}
		for generation := int64(1); generation <= 2; generation++ {
			got, lease, err := b.PeerRun(t.Context(), pushed, transfer.Position{}, long)
			if err != nil || got.ID != pushed.ID || lease == nil || lease.Generation != generation {
				t.Errorf("pushed: %+v, %+v, %v", got, lease, err)
			}
		}
	})
}
