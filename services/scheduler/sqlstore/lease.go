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

// dueSQL finds the free job that has been due for longest. It takes the time of the database twice.
const dueSQL = "SELECT id FROM job WHERE due_time > 0 AND due_time <= ? AND leased_until <= ? ORDER BY due_time, id LIMIT 1"

// Claim leases and takes the job that has been due for longest.
func (s *Store) Claim(
	ctx context.Context, owner string, ttl time.Duration,
) (job scheduler.Job, step scheduler.Step, ok bool, err error) {
	// Most polls find nothing; those do not become writers.
	if ok, err = s.anyDue(ctx); err != nil || !ok {
		return job, step, false, err
	}
	err = s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		job, step, ok, err = claim(ctx, tx, owner, ttl)
		return err
	})
	if err != nil {
		return scheduler.Job{}, scheduler.Leave, false, fmt.Errorf("claim a due job: %w", err)
	}
	return job, step, ok, nil
}

func (s *Store) anyDue(ctx context.Context) (bool, error) {
	now, err := clock(ctx, s.db)
	if err != nil {
		return false, err
	}
	var found bool
	if err := s.db.Get(ctx, &found, "SELECT EXISTS ("+dueSQL+")", now, now); err != nil {
		return false, fmt.Errorf("look for due jobs: %w", err)
	}
	return found, nil
}

func claim(
	ctx context.Context, tx *sqldb.Tx, owner string, ttl time.Duration,
) (scheduler.Job, scheduler.Step, bool, error) {
	now, err := clock(ctx, tx)
	if err != nil {
		return scheduler.Job{}, scheduler.Leave, false, err
	}
	var r row
	err = tx.Get(ctx, &r, "UPDATE job SET lease_owner = ?, leased_until = ?, generation = generation + 1 WHERE id = ("+
		dueSQL+skipLocked(tx.Dialect())+") RETURNING "+columns, owner, now+sqldb.Micros(ttl.Microseconds()), now, now)
	if errors.Is(err, sqldb.ErrNotFound) {
		return scheduler.Job{}, scheduler.Leave, false, nil
	}
	if err != nil {
		return scheduler.Job{}, scheduler.Leave, false, err
	}
	job := r.job()
	step := job.Take(now.Time())
	if err := update(ctx, tx, rowOf(job)); err != nil {
		return scheduler.Job{}, scheduler.Leave, false, fmt.Errorf("pin a slot of job %s: %w", job.ID, err)
	}
	return job, step, true, nil
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
