package loop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
)

// Shelf is what the sweeper needs of scheduler.Store.
type Shelf interface {
	Repositories(ctx context.Context) ([]string, error)
	Rename(ctx context.Context, repositoryID, name string) error
	Cancel(ctx context.Context, repositoryID string) error
}

// Sweeper removes the jobs of repositories that were deleted, also of those whose next slot is far away or that are
// switched off, and notes what the others are called by now.
type Sweeper struct {
	store Shelf
	names scheduler.Repositories
	log   *slog.Logger
	every time.Duration
}

// NewSweeper makes a sweeper that looks through all jobs every so often.
func NewSweeper(store Shelf, names scheduler.Repositories, logger *slog.Logger, every time.Duration) *Sweeper {
	return &Sweeper{store: store, names: names, log: logger, every: every}
}

// Run sweeps until ctx ends and returns nil.
func (s *Sweeper) Run(ctx context.Context) error {
	for sleep(ctx, s.every) {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "jobs of removed repositories could not be looked for", "error", err)
		}
	}
	return nil
}

// Sweep looks once. A repository that cannot be asked for keeps its jobs.
func (s *Sweeper) Sweep(ctx context.Context) error {
	ids, err := s.store.Repositories(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range ids {
		if err := s.sweep(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("repository %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Sweeper) sweep(ctx context.Context, id string) error {
	name, err := s.names.Name(ctx, id)
	if e, ok := apierr.As(err); ok && repositoryGone(e) {
		return s.store.Cancel(ctx, id)
	}
	if err != nil {
		return err
	}
	return s.store.Rename(ctx, id, name)
}
