// Package sqlstore keeps the jobs of the scheduler in SQLite or PostgreSQL.
package sqlstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/scheduler"
)

//go:embed migrations
var files embed.FS

// Migrations holds the folders sqlite and postgres.
var Migrations = sqldb.Migrations(files)

// Record writes log entries in the transaction q.
type Record func(ctx context.Context, q sqldb.Querier, entries []scheduler.Entry) error

// Store is a scheduler.Store in SQL.
type Store struct {
	db     *sqldb.DB
	record Record
}

var _ scheduler.Store = (*Store)(nil)

// New makes a store on a database that has the migrations.
func New(db *sqldb.DB, record Record) *Store { return &Store{db: db, record: record} }

// Create stores a new job.
func (s *Store) Create(
	ctx context.Context, call scheduler.Call, prepare func(now time.Time) (scheduler.Job, []scheduler.Entry, error),
) (scheduler.Job, error) {
	return s.once(ctx, call, func(tx *sqldb.Tx, now time.Time) (*scheduler.Job, []scheduler.Entry, error) {
		job, entries, err := prepare(now)
		if err != nil {
			return nil, nil, err
		}
		if err := insert(ctx, tx, rowOf(job)); err != nil {
			return nil, nil, fmt.Errorf("insert job %s of repository %s: %w", job.ID, job.RepositoryID, err)
		}
		return &job, entries, nil
	})
}

// Change rewrites one job.
func (s *Store) Change(
	ctx context.Context, call scheduler.Call, id string,
	change func(j *scheduler.Job, now time.Time) ([]scheduler.Entry, error),
) (scheduler.Job, error) {
	return s.once(ctx, call, func(tx *sqldb.Tx, now time.Time) (*scheduler.Job, []scheduler.Entry, error) {
		job, err := lock(ctx, tx, id)
		if err != nil {
			return nil, nil, err
		}
		entries, err := change(&job, now)
		if err != nil {
			return nil, nil, err
		}
		if err := update(ctx, tx, rowOf(job)); err != nil {
			return nil, nil, fmt.Errorf("update job %s: %w", id, err)
		}
		return &job, entries, nil
	})
}

// Remove deletes one job.
func (s *Store) Remove(
	ctx context.Context, call scheduler.Call, id string, check func(j *scheduler.Job) ([]scheduler.Entry, error),
) error {
	_, err := s.once(ctx, call, func(tx *sqldb.Tx, _ time.Time) (*scheduler.Job, []scheduler.Entry, error) {
		job, err := lock(ctx, tx, id)
		if err != nil {
			return nil, nil, err
		}
		entries, err := check(&job)
		if err != nil {
			return nil, nil, err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM job WHERE id = ?", id); err != nil {
			return nil, nil, fmt.Errorf("delete job %s: %w", id, err)
		}
		return nil, entries, nil
	})
	return err
}

// Get answers one job.
func (s *Store) Get(ctx context.Context, id string) (scheduler.Job, error) {
	return get(ctx, s.db, id, "")
}

// Repositories lists the repositories that have jobs.
func (s *Store) Repositories(ctx context.Context) ([]string, error) {
	var ids []string
	if err := s.db.Select(ctx, &ids, "SELECT DISTINCT repository_id FROM job ORDER BY repository_id"); err != nil {
		return nil, fmt.Errorf("list the repositories that have jobs: %w", err)
	}
	return ids, nil
}

// Rename notes what a repository is called. It is no change of a job, so that a worker who holds one may write over it.
func (s *Store) Rename(ctx context.Context, repositoryID, name string) error {
	_, err := s.db.Exec(ctx, "UPDATE job SET repository_name = ? WHERE repository_id = ? AND repository_name <> ?", name, repositoryID, name)
	if err != nil {
		return fmt.Errorf("note the name of repository %s: %w", repositoryID, err)
	}
	return nil
}

// Cancel deletes all jobs of a repository.
func (s *Store) Cancel(ctx context.Context, repositoryID string) error {
	return s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		var rows []row
		query := "SELECT " + columns + " FROM job WHERE repository_id = ? ORDER BY id" + forUpdate(tx.Dialect())
		if err := tx.Select(ctx, &rows, query, repositoryID); err != nil {
			return fmt.Errorf("read the jobs of repository %s: %w", repositoryID, err)
		}
		if _, err := tx.Exec(ctx, "DELETE FROM job WHERE repository_id = ?", repositoryID); err != nil {
			return fmt.Errorf("delete the jobs of repository %s: %w", repositoryID, err)
		}
		entries := make([]scheduler.Entry, len(rows))
		for i := range rows {
			job := rows[i].job()
			entries[i] = scheduler.Cancelled(&job)
		}
		return s.write(ctx, tx, entries)
	})
}

func (s *Store) write(ctx context.Context, tx *sqldb.Tx, entries []scheduler.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := s.record(ctx, tx, entries); err != nil {
		return fmt.Errorf("write %d log entries: %w", len(entries), err)
	}
	return nil
}

// clock is the time of the database.
func clock(ctx context.Context, q sqldb.Querier) (sqldb.Micros, error) {
	var now sqldb.Micros
	if err := q.Get(ctx, &now, "SELECT "+sqldb.NowSQL(q.Dialect())); err != nil {
		return 0, fmt.Errorf("ask the database for the time: %w", err)
	}
	return now, nil
}

// lock reads a job so that nobody else changes it before the transaction ends.
func lock(ctx context.Context, tx *sqldb.Tx, id string) (scheduler.Job, error) {
	return get(ctx, tx, id, forUpdate(tx.Dialect()))
}

func get(ctx context.Context, q sqldb.Querier, id, suffix string) (scheduler.Job, error) {
	var r row
	err := q.Get(ctx, &r, "SELECT "+columns+" FROM job WHERE id = ?"+suffix, id)
	if errors.Is(err, sqldb.ErrNotFound) {
		return scheduler.Job{}, apierr.NotFound("job", id)
	}
	if err != nil {
		return scheduler.Job{}, fmt.Errorf("read job %s: %w", id, err)
	}
	return r.job(), nil
}
