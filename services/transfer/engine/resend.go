package engine

import (
	"context"
	"slices"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// resend says again what the remote did not take or what we kept against it.
func (p *pushing) resend(ctx context.Context, keys []transfer.Key) error {
	if len(keys) == 0 {
		return nil
	}
	trees, err := p.store.TreesOf(ctx, keys)
	if err != nil {
		return err
	}
	if err := p.forget(ctx, trees); err != nil {
		return err
	}
	refused, err := p.refusedBefore(ctx)
	if err != nil {
		return err
	}
	trees = slices.DeleteFunc(trees, func(t *transfer.Tree) bool {
		return !p.filters.match(t) || !p.mayPush(t) && (t.FirstOrigin == p.repo.ID || !refused[t.Key])
	})
	for _, t := range trees {
		p.said[t.Key] = t.TreeSeq
	}
	return p.send(ctx, trees)
}

// refusedBefore are records that an Eden has not taken and that are still new to it under OTHER, although the cursor has passed them.
func (p *pushing) refusedBefore(ctx context.Context) (map[transfer.Key]bool, error) {
	if p.task.Rule.Update != policy.Other || p.edensync {
		return nil, nil //nolint:nilnil // none matters
	}
	open, err := p.store.OpenRejects(ctx, p.repo.ID, p.task.Resource, transfer.Push, maxRetries)
	refused := make(map[transfer.Key]bool, len(open))
	for _, it := range open {
		refused[it.Key] = true
	}
	return refused, err
}

// forget drops from what must be said again whatever does not belong to the selection any more: it would stand in the
// way of the others. When it comes back it has changed, or the cursor starts again.
func (p *pushing) forget(ctx context.Context, trees []*transfer.Tree) error {
	var left []transfer.Key
	for _, t := range trees {
		if !p.filters.match(t) || p.shows().MadeHere && t.MCI != 0 {
			left = append(left, t.Key)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return p.write(ctx, func(ctx context.Context, tx Tx) error { return tx.Resent(ctx, p.repo.ID, p.task.Resource, left) })
}
