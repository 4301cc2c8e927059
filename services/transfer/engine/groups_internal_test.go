package engine

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

// orchard is a store that has trees and nothing else.
type orchard struct {
	Store
	trees int64
	fails int64 // position from which on reading fails; 0 = never
	clock atomic.Int64
	asked chan int64
}

func (o *orchard) Clock(context.Context) (int64, error) { return o.clock.Load(), nil }

var errOrchard = errors.New("the orchard burns")

func (o *orchard) Trees(ctx context.Context, q TreeQuery) (trees []*transfer.Tree, err error) {
	now := o.clock.Load()
	if o.asked != nil {
		o.asked <- q.Position
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if o.fails > 0 && q.Position >= o.fails {
		return nil, errOrchard
	}
	for seq := q.Position + 1; seq <= o.trees && len(trees) < q.Limit; seq++ {
		trees = append(trees, &transfer.Tree{Record: transfer.Record{TreeSeq: seq, Seq: now}})
	}
	return trees, nil
}

func TestGroupsComeInOrderAndToTheEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		trees, fails int64
		want         []int
		err          error
	}{
		{0, 0, nil, nil},
		{1, 0, []int{1}, nil},
		{2, 0, []int{2}, nil}, // the first group is full: another one might follow
		{3, 0, []int{2, 1}, nil},
		{12, 0, []int{2, 5, 5}, nil},
		{13, 0, []int{2, 5, 5, 1}, nil},
		{13, 7, []int{2, 5}, errOrchard},
		{13, 1, []int{2}, errOrchard},
	} {
		got, err := sizes(t, &orchard{trees: c.trees, fails: c.fails})
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%+v: groups of %v, %v", c, got, err)
		}
	}
}

// sizes are those of the groups, whose trees must come in order.
func sizes(t *testing.T, o *orchard) (got []int, failed error) {
	t.Helper()
	next := int64(1)
	for trees, err := range groups(t.Context(), o, TreeQuery{Limit: 2}, 5) {
		if failed != nil {
			t.Error("something came behind an error")
		}
		if failed = err; err != nil {
			continue
		}
		got = append(got, len(trees))
		for _, tree := range trees {
			if tree.TreeSeq != next {
				t.Errorf("%d instead of %d", tree.TreeSeq, next)
			}
			next++
		}
	}
	return got, failed
}

// The next group is read while the one before is at work, but no further, and whoever reads has ended when the loop has.
func TestGroupsAreReadAhead(t *testing.T) {
	t.Parallel()
	o := &orchard{trees: 100, asked: make(chan int64, 10)}
	for trees, err := range groups(t.Context(), o, TreeQuery{Limit: 2}, 5) {
		if err != nil {
			t.Fatal(err)
		}
		if from := <-o.asked; from != 0 {
			t.Errorf("began at %d", from)
		}
		if from := <-o.asked; from != trees[len(trees)-1].TreeSeq { // comes only if somebody reads meanwhile
			t.Errorf("read from %d", from)
		}
		if len(o.asked) > 0 {
			t.Error("read further than one ahead")
		}
		break
	}
	close(o.asked) // a reader that were still at work would panic
}

// What was read ahead of a change is read again: no group is older than the moment at which it comes.
func TestGroupsThatOthersOvertook(t *testing.T) {
	t.Parallel()
	for _, at := range []int{1, 2, 3} { // groups of 2, 5, 5, 5 and 1
		o := &orchard{trees: 18, asked: make(chan int64, 20)}
		var count int
		next := int64(1)
		for trees, err := range groups(t.Context(), o, TreeQuery{Limit: 2}, 5) {
			if err != nil {
				t.Fatal(err)
			}
			for _, tree := range trees {
				if tree.TreeSeq != next || tree.Seq != o.clock.Load() {
					t.Errorf("change during group %d: %d instead of %d, as it was at %d", at, tree.TreeSeq, next, tree.Seq)
				}
				next++
			}
			if count++; count == at {
				for from := int64(-1); from != trees[len(trees)-1].TreeSeq; { // until the next one is read ahead
					from = <-o.asked
				}
				o.clock.Add(1)
			}
		}
		if next != 19 {
			t.Errorf("change during group %d: the last one was %d", at, next-1)
		}
	}
}
