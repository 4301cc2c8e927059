package service

import (
	"context"
	"log/slog"
	"time"
)

// expiry removes entries that are older than the retention.
type expiry struct {
	store     expirer
	retention func(ctx context.Context) (time.Duration, error)
	now       func() time.Time
	logger    *slog.Logger
}

// expirer is the part of the store that expiry needs.
type expirer interface {
	Expire(ctx context.Context, before time.Time, limit int) (int64, error)
}

const (
	expiryInterval = time.Hour
	// expiryBatch keeps each transaction short, so that writers do not wait.
	expiryBatch = 1000
)

// run looks at the start and then every hour. Failures are logged: the next
// round tries again.
func (e *expiry) run(ctx context.Context) error {
	ticker := time.NewTicker(expiryInterval)
	defer ticker.Stop()
	for {
		removed, err := e.round(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			e.logger.WarnContext(ctx, "old entries of the log were not removed", slog.Any("error", err))
		}
		if removed > 0 {
			e.logger.InfoContext(ctx, "old entries of the log removed", slog.Int64("entries", removed))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (e *expiry) round(ctx context.Context) (removed int64, err error) {
	retention, err := e.retention(ctx)
	if err != nil || retention == 0 {
		return 0, err
	}
	before := e.now().Add(-retention)
	for {
		n, err := e.store.Expire(ctx, before, expiryBatch)
		removed += n
		if err != nil || n < expiryBatch {
			return removed, err
		}
	}
}
