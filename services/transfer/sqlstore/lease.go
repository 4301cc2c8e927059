package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// fence renews the lease inside a transaction, or ends it: whoever lost the lease must not write.
func fence(ctx context.Context, q sqldb.Querier, lease transfer.Lease) error {
	result, err := q.Exec(ctx, renewText(q.Dialect()), lease.RunID, lease.Generation)
	if err != nil {
		return fmt.Errorf("renew the lease on run %s: %w", lease.RunID, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("renew the lease on run %s: %w", lease.RunID, err)
	}
	if n == 0 {
		return lost(lease)
	}
	return nil
}

func renewText(d sqldb.Dialect) string {
	return "UPDATE run SET leased_until = " + sqldb.NowSQL(d) + " + lease_time WHERE id = ? AND generation = ? AND state = 'RUNNING'"
}

func lost(lease transfer.Lease) error {
	return fmt.Errorf("run %s, generation %d: %w", lease.RunID, lease.Generation, transfer.ErrLeaseLost)
}

// Claim takes the next run to work on: the one that was queued first, or one whose owner let the lease run out.
// The run is nil when there is none. Times of leases are the database's.
func (s *Store) Claim(ctx context.Context, owner string, ttl time.Duration) (run *transfer.Run, lease transfer.Lease, err error) {
	query, at := claimText(s.db.Dialect()), sqldb.MicrosOf(s.now())
	err = s.db.Alone(ctx, func(q sqldb.Querier) error {
		run, lease = nil, transfer.Lease{}
		return each(ctx, q, func(rows *sqlx.Rows) (err error) {
			if run, err = scanRun(rows, &lease.Generation); err == nil {
				lease.RunID, lease.Owner = run.ID, owner
			}
			return err
		}, query, owner, ttl.Microseconds(), ttl.Microseconds(), at, at)
	})
	if err != nil {
		return nil, lease, fmt.Errorf("claim a run for %s: %w", owner, err)
	}
	return run, lease, nil
}

func claimText(d sqldb.Dialect) string {
	now, lock := sqldb.NowSQL(d), ""
	if d == sqldb.PostgreSQL {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	return `UPDATE run SET state = 'RUNNING', owner = ?, lease_time = ?, leased_until = ` + now + ` + ?,
		generation = generation + 1, attempt = attempt + 1, seq = seq + 1, progress_at = ?,
		started_at = CASE WHEN started_at = 0 THEN CAST(? AS BIGINT) ELSE started_at END
		WHERE id = (SELECT id FROM run WHERE state IN ('QUEUED', 'RUNNING') AND cause IN ('MANUAL', 'SCHEDULE')
			AND (state = 'QUEUED' OR leased_until < ` + now + `) ORDER BY created_at, id LIMIT 1` + lock + `)
		RETURNING ` + runText + `, generation`
}

// Renew keeps a lease for another ttl and tells whether somebody asked the run to stop. transfer.ErrLeaseLost
// means that the run ended or belongs to somebody else.
func (s *Store) Renew(ctx context.Context, lease transfer.Lease, ttl time.Duration) (stop bool, err error) {
	found := false
	err = s.db.Alone(ctx, func(q sqldb.Querier) error {
		found = false
		return each(ctx, q, func(rows *sqlx.Rows) error {
			found = true
			return rows.Scan(&stop)
		}, "UPDATE run SET lease_time = ?, leased_until = "+sqldb.NowSQL(q.Dialect())+" + ?"+
			" WHERE id = ? AND generation = ? AND state = 'RUNNING' RETURNING stop_requested",
			ttl.Microseconds(), ttl.Microseconds(), lease.RunID, lease.Generation)
	})
	if err != nil {
		return false, fmt.Errorf("renew the lease on run %s: %w", lease.RunID, err)
	}
	if !found {
		return false, lost(lease)
	}
	return stop, nil
}

// Release gives a leased run back, so that another process, or this one after a restart, takes it up at once.
func (s *Store) Release(ctx context.Context, lease transfer.Lease) error {
	result, err := s.db.Exec(ctx, `UPDATE run SET state = 'QUEUED', owner = '', leased_until = 0, seq = seq + 1
		WHERE id = ? AND generation = ? AND state = 'RUNNING'`, lease.RunID, lease.Generation)
	if err != nil {
		return fmt.Errorf("give run %s back: %w", lease.RunID, err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = transfer.ErrLeaseLost
	}
	if err != nil {
		return fmt.Errorf("give run %s back: %w", lease.RunID, err)
	}
	return nil
}

// StopRequested tells whether somebody asked the run to stop.
func (s *Store) StopRequested(ctx context.Context, runID string) (stop bool, err error) {
	if err := s.db.Get(ctx, &stop, "SELECT stop_requested FROM run WHERE id = ?", runID); err != nil {
		return false, notFound(err, "run", runID)
	}
	return stop, nil
}

// RequestStop asks a run to stop. A queued one ends at once as STOPPED; a running one at its next batch. Errors:
// NOT_FOUND, RUN_ENDED (Precondition).
func (s *Store) RequestStop(ctx context.Context, runID string) (transfer.Run, error) {
	at := sqldb.MicrosOf(s.now())
	result, err := s.db.Exec(ctx, `UPDATE run SET stop_requested = ?, seq = seq + 1, progress_at = ?,
		ended_at = CASE WHEN state = 'QUEUED' THEN CAST(? AS BIGINT) ELSE ended_at END,
		message = CASE WHEN state = 'QUEUED' THEN CAST(? AS TEXT) ELSE message END,
		reason = CASE WHEN state = 'QUEUED' THEN 'STOPPED' ELSE reason END,
		state = CASE WHEN state = 'QUEUED' THEN 'STOPPED' ELSE state END
		WHERE id = ? AND state IN ('QUEUED', 'RUNNING')`, true, at, at, "Stopped as asked for, before it began.", runID)
	if err != nil {
		return transfer.Run{}, fmt.Errorf("ask run %s to stop: %w", runID, err)
	}
	run, err := s.GetRun(ctx, runID)
	if err != nil {
		return run, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		if err == nil {
			err = runEnded(runID)
		}
		return run, err
	}
	return run, nil
}
