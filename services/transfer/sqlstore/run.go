package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// runColumns are the columns of run in the order that runArgs and scanRun have; those of the lease are the
// database's business.
var runColumns = []string{
	"id", "request_id", "repository_id", "repository_name", "cause", "job_id", "started_by", "state", "resources",
	"full_load", "time_limit", "stop_requested", "attempt", "created_at", "started_at", "ended_at", "reason", "message",
	"remote_error", "retry_at", "seq",
}

var (
	runText    = strings.Join(runColumns, ", ")
	runInserts = append(append([]string{}, runColumns...), "progress_at", "owner", "leased_until", "lease_time", "generation")
)

func (s *Store) runArgs(r *transfer.Run) ([]any, error) {
	resources, err := json.Marshal(r.Resources)
	if err != nil {
		return nil, fmt.Errorf("write the resources of run %s: %w", r.ID, err)
	}
	return []any{
		r.ID, r.RequestID, r.RepositoryID, clean(r.RepositoryName), string(r.Trigger), r.JobID, r.StartedBy, string(r.State), string(resources),
		r.Full, r.Timeout.Microseconds(), r.StopRequested, r.Attempt, sqldb.MicrosOf(r.CreatedAt), sqldb.MicrosOf(r.StartedAt),
		sqldb.MicrosOf(r.EndedAt), clean(r.Reason), clean(r.Message), r.RemoteError, sqldb.MicrosOf(r.RetryAt), r.Seq,
		sqldb.MicrosOf(s.now()), "", 0, 0, 0,
	}, nil
}

func scanRun(rows *sqlx.Rows, more ...any) (*transfer.Run, error) {
	var r transfer.Run
	var resources string
	var limit int64
	var created, started, ended, retry sqldb.Micros
	dest := []any{
		&r.ID, &r.RequestID, &r.RepositoryID, &r.RepositoryName, &r.Trigger, &r.JobID, &r.StartedBy, &r.State, &resources,
		&r.Full, &limit, &r.StopRequested, &r.Attempt, &created, &started, &ended, &r.Reason, &r.Message, &r.RemoteError, &retry,
		&r.Seq,
	}
	if err := rows.Scan(append(dest, more...)...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(resources), &r.Resources); err != nil {
		return nil, fmt.Errorf("resources of run %s: %w", r.ID, err)
	}
	r.Timeout = time.Duration(limit) * time.Microsecond
	r.CreatedAt, r.StartedAt, r.EndedAt, r.RetryAt = created.Time(), started.Time(), ended.Time(), retry.Time()
	return &r, nil
}

// CreateRun queues a run. A request id that the repository has seen before gives that run back, whatever became
// of it. While another run of the repository is queued or running the error is RUN_ACTIVE (Precondition) with the
// metadata runId.
func (s *Store) CreateRun(ctx context.Context, run transfer.Run) (transfer.Run, error) {
	run.State = transfer.Queued
	if err := s.prepare(&run); err != nil {
		return run, err
	}
	stored, err := s.insertRun(ctx, run)
	switch {
	case err != nil:
		return transfer.Run{}, err
	case stored != nil:
		return *stored, nil
	default:
		return s.requestedRun(ctx, run)
	}
}

// maxInsertAttempts: the run that was in the way may end before it can be named; then the way is free.
const maxInsertAttempts = 3

// requestKey is a request id as it is stored: peers may send any bytes of any length as a key.
func requestKey(id string) string {
	if len(id) <= maxRequestID && clean(id) == id {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}

const maxRequestID = 200

// prepare gives a new run what every one has.
func (s *Store) prepare(run *transfer.Run) error {
	if run.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make an id for a run: %w", err)
		}
		run.ID = id.String()
	}
	run.CreatedAt, run.Seq, run.Attempt, run.RequestID = s.now(), 1, 0, requestKey(run.RequestID)
	return nil
}

// insertRun answers nil when the request has made a run before.
func (s *Store) insertRun(ctx context.Context, run transfer.Run) (stored *transfer.Run, err error) {
	err = sqldb.ErrNotFound
	for attempt := 0; attempt < maxInsertAttempts && errors.Is(err, sqldb.ErrNotFound); attempt++ {
		err = s.db.Alone(ctx, func(q sqldb.Querier) (err error) {
			if stored, err = s.tryInsert(ctx, q, &run); err != nil || stored != nil {
				return err
			}
			return existingRun(ctx, q, run)
		})
	}
	return stored, err
}

// requestedRun is the run that a request made when it came for the first time.
func (s *Store) requestedRun(ctx context.Context, run transfer.Run) (transfer.Run, error) {
	where, args := requestOf(run)
	return s.oneRun(ctx, run.ID, "WHERE "+where, args...)
}

// requestOf finds the run that the request for this one made when it came for the first time. A request without an id comes again only
// by a statement that is made once more.
func requestOf(run transfer.Run) (where string, args []any) {
	if run.RequestID == "" {
		return "id = ?", []any{run.ID}
	}
	return "repository_id = ? AND request_id = ?", []any{run.RepositoryID, run.RequestID}
}

// tryInsert answers the run as it is stored, nil when another one is in the way.
func (s *Store) tryInsert(ctx context.Context, q sqldb.Querier, run *transfer.Run) (stored *transfer.Run, err error) {
	args, err := s.runArgs(run)
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		stored, err = scanRun(rows)
		return err
	}, insertText("run", runInserts, "ON CONFLICT DO NOTHING RETURNING "+runText, 1), args...)
	if err != nil {
		return nil, fmt.Errorf("store a run of %s: %w", run.RepositoryID, err)
	}
	return stored, nil
}

// existingRun tells a repeated request, which is welcome, from a busy repository, which is an error.
func existingRun(ctx context.Context, q sqldb.Querier, run transfer.Run) error {
	var same, active string
	where, args := requestOf(run)
	err := q.Get(ctx, &same, "SELECT id FROM run WHERE "+where, args...)
	if err == nil || !errors.Is(err, sqldb.ErrNotFound) {
		return err
	}
	err = q.Get(ctx, &active, `SELECT id FROM run WHERE repository_id = ? AND state IN ('QUEUED', 'RUNNING')
		AND cause IN ('MANUAL', 'SCHEDULE')`, run.RepositoryID)
	if err != nil {
		return fmt.Errorf("look for the active run of %s: %w", run.RepositoryID, err)
	}
	return apierr.New(apierr.KindPrecondition, apierr.ReasonRunActive,
		"Synchronization currently active: no second run of this repository was started. Wait for the run or stop it.").
		With("runId", active)
}

// SavePart is documented at engine.Tx.
func (t *tx) SavePart(_ context.Context, runID string, p transfer.Part) error {
	c := p.Counts
	t.notes.put(fmt.Sprintf("the %s of %s in run %s", p.Direction, p.Resource, runID), `INSERT INTO run_part (run_id, resource, direction, position, state, full_load, received, created, updated,
		deleted, unchanged, skipped, conflict, rejected, sent, accepted, expected, handled, bytes, started_at, ended_at, reason, message, remote_error)
		VALUES (?, ?, ?, ? + (SELECT count(*) FROM run_part AS earlier WHERE earlier.run_id = ?),
		?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (run_id, resource, direction) DO UPDATE SET state = excluded.state, full_load = excluded.full_load,
		received = excluded.received, created = excluded.created, updated = excluded.updated, deleted = excluded.deleted,
		unchanged = excluded.unchanged, skipped = excluded.skipped, conflict = excluded.conflict, rejected = excluded.rejected,
		sent = excluded.sent, accepted = excluded.accepted, expected = excluded.expected, handled = excluded.handled, bytes = excluded.bytes, started_at = excluded.started_at,
		ended_at = excluded.ended_at, reason = excluded.reason, message = excluded.message, remote_error = excluded.remote_error`,
		runID, short(p.Resource), string(p.Direction), len(t.notes.list), runID, string(p.State), p.Full, c.Received, c.Created, c.Updated, c.Deleted, c.Unchanged,
		c.Skipped, c.Conflict, c.Rejected, c.Sent, c.Accepted, p.Expected, p.Handled, p.Bytes, sqldb.MicrosOf(p.StartedAt), sqldb.MicrosOf(p.EndedAt),
		clean(p.Reason), clean(p.Message), p.RemoteError)
	if about := aboutRun(runID); !t.notes.has(about) {
		t.notes.put(about, "UPDATE run SET seq = seq + 1, progress_at = ? WHERE id = ?", sqldb.MicrosOf(t.now), runID)
	}
	return nil
}

func aboutRun(id string) string { return "run " + id }

// FinishRun is documented at engine.Tx.
func (t *tx) FinishRun(_ context.Context, runID string, end transfer.Ending) error {
	t.notes.add(note{
		aboutRun(runID), `UPDATE run SET state = ?, reason = ?, message = ?, remote_error = ?, retry_at = ?, ended_at = ?, progress_at = ?, owner = '',
		leased_until = 0, seq = seq + 1 WHERE id = ? AND state IN ('QUEUED', 'RUNNING')`,
		[]any{
			string(end.State), clean(end.Reason), clean(end.Message), end.RemoteError,
			sqldb.MicrosOf(end.RetryAt), sqldb.MicrosOf(t.now), sqldb.MicrosOf(t.now), runID,
		},
		runEnded(runID),
	})
	return nil
}

func runEnded(runID string) error {
	return apierr.New(apierr.KindPrecondition, apierr.ReasonRunEnded,
		"The run has ended already, so nothing was changed; start another one.").With("runId", runID)
}
