package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
)

// Purge removes entries and writes the record of it.
func (s *Store) Purge(ctx context.Context, purge audit.Purge) (int64, error) {
	var purged int64
	err := s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		done, err := earlier(ctx, tx, purge, &purged)
		if err != nil || done {
			return err
		}
		return s.purge(ctx, tx, purge, &purged)
	})
	if err != nil {
		return 0, fmt.Errorf("purge log entries before %s of repository %q: %w", purge.Before.Format(time.RFC3339), purge.RepositoryID, err)
	}
	return purged, nil
}

func (s *Store) purge(ctx context.Context, tx *sqldb.Tx, purge audit.Purge, purged *int64) error {
	name, err := repositoryName(ctx, tx, purge.RepositoryID)
	if err != nil {
		return err
	}
	c := &sqldb.Where{}
	c.Add("occurred_at < ?", sqldb.MicrosOf(purge.Before))
	c.Equal("repository_id", purge.RepositoryID)
	result, err := tx.Exec(ctx, "DELETE FROM log_entry"+c.SQL(), c.Args()...)
	if err != nil {
		return err
	}
	if *purged, err = result.RowsAffected(); err != nil {
		return err
	}
	if _, err := write(ctx, tx, []audit.Entry{purge.Completed(*purged, name)}); err != nil {
		return err
	}
	if purge.RequestID == "" {
		return nil
	}
	_, err = tx.Exec(ctx, "INSERT INTO log_purge (request_id, arguments, purged, purged_at) VALUES (?, ?, ?, ?)",
		purge.RequestID, arguments(purge), *purged, sqldb.MicrosOf(s.now()))
	return err
}

// earlier finds the same request done before.
func earlier(ctx context.Context, tx *sqldb.Tx, purge audit.Purge, purged *int64) (bool, error) {
	if purge.RequestID == "" {
		return false, nil
	}
	var done struct {
		Arguments string
		Purged    int64
	}
	err := tx.Get(ctx, &done, "SELECT arguments, purged FROM log_purge WHERE request_id = ?", purge.RequestID)
	if errors.Is(err, sqldb.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if done.Arguments != arguments(purge) {
		return false, apierr.New(apierr.KindInvalid, apierr.ReasonIdempotencyReused,
			"The request id was used for another purge before, so nothing was removed; use a new one.")
	}
	*purged = done.Purged
	return true, nil
}

func arguments(purge audit.Purge) string {
	return fmt.Sprintf("%d %s", sqldb.MicrosOf(purge.Before), purge.RepositoryID)
}

// repositoryName is how the newest entry calls the repository.
func repositoryName(ctx context.Context, tx *sqldb.Tx, repositoryID string) (string, error) {
	if repositoryID == "" {
		return "", nil
	}
	var name string
	err := tx.Get(ctx, &name, "SELECT repository_name FROM log_entry WHERE repository_id = ? ORDER BY occurred_at DESC, id DESC LIMIT 1", repositoryID)
	if errors.Is(err, sqldb.ErrNotFound) {
		return "", nil
	}
	return name, err
}

// Expire removes old entries, and the memory of old purges with them.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) (int64, error) {
	var expired int64
	err := s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		result, err := tx.Exec(ctx, `DELETE FROM log_entry WHERE id IN (
			SELECT id FROM log_entry WHERE occurred_at < ? ORDER BY occurred_at, id LIMIT ?)`, sqldb.MicrosOf(before), limit)
		if err != nil {
			return err
		}
		if expired, err = result.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM log_purge WHERE purged_at < ?", sqldb.MicrosOf(before))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove log entries before %s: %w", before.Format(time.RFC3339), err)
	}
	return expired, nil
}
