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

// groups reads a selection in groups: the first of q.Limit masters, the others of size. The next one is read while whoever
// asked is at work with the one before, so that the database and this program work at the same time. An error is the last.
func groups(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	return func(yield func([]*transfer.Tree, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		found := make(chan group)
		go readGroups(ctx, store, q, size, found)
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

func readGroups(ctx context.Context, store Store, q TreeQuery, size int, found chan<- group) {
	defer close(found)
	for full := true; full; {
		trees, err := store.Trees(ctx, q)
		if err == nil && len(trees) == 0 {
			return
		}
		select {
		case found <- group{trees, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		full = len(trees) == q.Limit
		q.Position, q.Limit = trees[len(trees)-1].TreeSeq, size
	}
}
