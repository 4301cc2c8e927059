package engine

import (
	"context"
	"iter"

	"github.com/edensync/edensync/services/transfer"
)

// groups reads a selection in groups: the first of q.Limit masters, the others of size. An error is the last.
//
// The next one is read while whoever asked is at work with the one before, so that the database and this program work at the
// same time. It counts only if no record has changed since: whoever writes a group also reads what it
// refers to, and must not meet a version there that is younger than one that comes later. Once somebody has written, the
// rest is read when its turn has come.
func groups(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	return func(yield func([]*transfer.Tree, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var coming *groupAhead
		defer func() {
			cancel()
			coming.drop()
		}()
		ahead := true
		for full := true; full; {
			trees, current, err := coming.take(ctx, store)
			if !current {
				ahead = ahead && coming == nil
				trees, err = store.Trees(ctx, q)
			}
			coming = nil
			if err == nil && len(trees) == 0 {
				return
			}
			if full = err == nil && len(trees) == q.Limit; full {
				q.Position, q.Limit = trees[len(trees)-1].TreeSeq, size
			}
			if ahead && full {
				coming = readAhead(ctx, store, q)
			}
			if !yield(trees, err) {
				return
			}
		}
	}
}

// groupAhead is a group that is being read before its turn; nil is none.
type groupAhead struct {
	done  chan struct{} // closed when the others are there
	trees []*transfer.Tree
	clock int64 // of the store before they were read
	err   error
}

func readAhead(ctx context.Context, store Store, q TreeQuery) *groupAhead {
	g := &groupAhead{done: make(chan struct{})}
	go func() {
		defer close(g.done)
		if g.clock, g.err = store.Clock(ctx); g.err == nil {
			g.trees, g.err = store.Trees(ctx, q)
		}
	}()
	return g
}

// take waits for the group. It is not current if there is none, or if a record has changed since.
func (g *groupAhead) take(ctx context.Context, store Store) (trees []*transfer.Tree, current bool, err error) {
	if g == nil {
		return nil, false, nil
	}
	if <-g.done; g.err != nil {
		return nil, true, g.err
	}
	clock, err := store.Clock(ctx)
	return g.trees, err != nil || clock == g.clock, err
}

func (g *groupAhead) drop() {
	if g != nil {
		<-g.done
	}
}
