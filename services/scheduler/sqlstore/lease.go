package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/scheduler"
)

// dueSQL finds free jobs that are due, those that have been due for longest first. It takes the time of the database twice.
const dueSQL = " FROM job WHERE due_time > 0 AND due_time <= ? AND leased_until <= ? ORDER BY due_time, id LIMIT "

// Claim leases and takes the jobs that have been due for longest.
func (s *Store) Claim(ctx context.Context, owner string, ttl time.Duration, limit int) ([]scheduler.Claimed, error) {
	// Most polls find nothing; those do not become writers.
	if ok, err := s.anyDue(ctx); err != nil || !ok {
		return nil, err
	}
	var claimed []scheduler.Claimed
	err := s.db.Tx(ctx, func(tx *sqldb.Tx) (err error) {
		claimed, err = claim(ctx, tx, owner, ttl, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim %d due jobs: %w", limit, err)
	}
	return claimed, nil
}

func (s *Store) anyDue(ctx context.Context) (bool, error) {
	now, err := clock(ctx, s.db)
	if err != nil {
		return false, err
	}
	var found bool
	if err := s.db.Get(ctx, &found, "SELECT EXISTS (SELECT 1"+dueSQL+"1)", now, now); err != nil {
		return false, fmt.Errorf("look for due jobs: %w", err)
	}
	return found, nil
}

func claim(ctx context.Context, tx *sqldb.Tx, owner string, ttl time.Duration, limit int) ([]scheduler.Claimed, error) {
	now, err := clock(ctx, tx)
	if err != nil {
		return nil, err
	}
	var rows []row
	if err := tx.Select(ctx, &rows, "SELECT "+columns+dueSQL+"?"+skipLocked(tx.Dialect()), now, now, limit); err != nil {
		return nil, err
	}
	claimed := make([]scheduler.Claimed, len(rows))
	for i := range rows {
		job := rows[i].job()
		job.Generation++
		claimed[i] = scheduler.Claimed{Step: job.Take(now.Time()), Job: job}
		args := append(rowOf(job).values(), owner, now+sqldb.Micros(ttl.Microseconds()), job.ID)
		if _, err := tx.Exec(ctx, claimSQL, args...); err != nil {
			return nil, fmt.Errorf("pin a slot of job %s: %w", job.ID, err)
		}
	}
	return claimed, nil
}

// Renew makes the lease last for ttl from now.
func (s *Store) Renew(ctx context.Context, lease scheduler.Lease, ttl time.Duration) error {
	return s.leaseUntil(ctx, lease, sqldb.NowSQL(s.db.Dialect())+" + ?", ttl.Microseconds())
}

// Release gives the lease back.
func (s *Store) Release(ctx context.Context, lease scheduler.Lease) error {
	err := s.leaseUntil(ctx, lease, "?", 0)
	if errors.Is(err, scheduler.ErrLeaseLost) {
		return nil
	}
	return err
}

func (s *Store) leaseUntil(ctx context.Context, lease scheduler.Lease, expression string, arg int64) error {
	result, err := s.db.Exec(ctx, "UPDATE job SET leased_until = "+expression+" WHERE id = ? AND generation = ?",
		arg, lease.JobID, lease.Generation)
	if err != nil {
		return fmt.Errorf("lease job %s: %w", lease.JobID, err)
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("lease job %s: %w", lease.JobID, err)
	}
	if rows == 0 {
		return scheduler.ErrLeaseLost
	}
	return nil
}

// Settle rewrites the leased job.
func (s *Store) Settle(
	ctx context.Context, lease scheduler.Lease, change func(j *scheduler.Job, now time.Time) []scheduler.Entry,
) error {
	return s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		job, err := lock(ctx, tx, lease.JobID)
		if apierr.ReasonOf(err) == apierr.ReasonNotFound || err == nil && job.Generation != lease.Generation {
			return scheduler.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		now, err := clock(ctx, tx)
		if err != nil {
			return err
		}
		entries := change(&job, now.Time())
		if err := update(ctx, tx, rowOf(job)); err != nil {
			return fmt.Errorf("settle job %s: %w", lease.JobID, err)
		}
		return s.write(ctx, tx, entries)
	})
}
