package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/edensync/edensync/services/transfer"
)

// group is some of the trees of a selection.
type group struct {
	trees []*transfer.Tree
	clock int64 // of the store before they were read
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
// work at the same time. What was read ahead counts only if no record has changed since: whoever writes a group also reads
// what it refers to, and must not meet a version there that is younger than one that comes later. Once somebody has
// written, the rest is read group by group.
func groupsAhead(ctx context.Context, store Store, q TreeQuery, size int) iter.Seq2[[]*transfer.Tree, error] {
	return func(yield func([]*transfer.Tree, error) bool) {
		rest, more := current(ctx, store, q, size, yield)
		if !more {
			return
		}
		for trees, err := range groupByGroup(ctx, store, rest, size) {
			if !yield(trees, err) {
				return
			}
		}
	}
}

// current yields groups that were read ahead for as long as they are current. more is true if one was not: then rest is
// what is to be read again.
func current(ctx context.Context, store Store, q TreeQuery, size int, yield func([]*transfer.Tree, error) bool) (rest TreeQuery, more bool) {
	ctx, cancel := context.WithCancel(ctx)
	found := make(chan group)
	go readAhead(ctx, store, q, size, found)
	defer func() {
		cancel()
		for range found { // until the reader has ended
		}
	}()
	for g := range found {
		clock, err := store.Clock(ctx)
		if err = errors.Join(g.err, err); err == nil && clock != g.clock {
			return q, true
		}
		if err == nil {
			q.Position, q.Limit = g.trees[len(g.trees)-1].TreeSeq, size
		}
		if !yield(g.trees, err) || err != nil {
			return q, false
		}
	}
	return q, false
}

func readAhead(ctx context.Context, store Store, q TreeQuery, size int, found chan<- group) {
	defer close(found)
	clock, err := store.Clock(ctx)
	for trees, failed := range groupByGroup(ctx, store, q, size) {
		select {
		case found <- group{trees, clock, errors.Join(err, failed)}:
		case <-ctx.Done():
			return
		}
		clock, err = store.Clock(ctx)
	}
}
