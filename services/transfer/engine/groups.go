package engine

import (
	"context"
	"iter"

	"github.com/edensync/edensync/services/transfer"
)

// group is some of the trees of a selection.
type group struct {
	trees []*transfer.Tree
	err   error
}

// groups reads a selection in groups: the first of q.Limit masters, the others of size. An error is the last.
func groups(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	if store.ReadsAhead() {
		return groupsAhead(ctx, store, q, size)
	}
	return groupByGroup(ctx, store, q, size)
}

func groupByGroup(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	return func(yield func([]*transfer.Tree, error) bool) {
		for full := true; full; {
			trees, err := store.Trees(ctx, q)
			if err == nil && len(trees) == 0 {
				return
			}
			if full = err == nil && len(trees) == q.Limit; full {
				q.Position, q.Limit = trees[len(trees)-1].TreeSeq, size
			}
			if !yield(trees, err) {
				return
			}
		}
	}
}

// groupsAhead reads the next group while whoever asked is at work with the one before, so that the database and this program
// work at the same time.
func groupsAhead(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	return func(yield func([]*transfer.Tree, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		found := make(chan group)
		go func() {
			defer close(found)
			for trees, err := range groupByGroup(ctx, store, q, size) {
				select {
				case found <- group{trees, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() {
			cancel()
			for range found { // until the reader has ended
			}
		}()
		for g := range found {
			if !yield(g.trees, g.err) {
				return
			}
		}
	}
}
