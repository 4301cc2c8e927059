package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// PeerRun is documented at engine.Store. The run's trigger is PEER unless it says something else; it is never claimed.
func (s *Store) PeerRun(ctx context.Context, run transfer.Run, at transfer.Position, ttl time.Duration) (stored transfer.Run, lease *transfer.Lease, err error) {
	run.State, run.StartedAt = transfer.Running, s.now()
	if run.Trigger == "" {
		run.Trigger = transfer.Peer
	}
	if err := s.prepare(&run); err != nil {
		return run, nil, err
	}
	if at.Epoch == "" {
		err = s.db.Alone(ctx, func(q sqldb.Querier) (err error) {
			stored, lease, err = s.take(ctx, q, run, ttl)
			return err
		})
	} else {
		err = s.db.Tx(ctx, func(q *sqldb.Tx) (err error) {
			if stored, lease, err = s.take(ctx, q, run, ttl); err != nil || lease == nil {
				return err
			}
			return s.hear(ctx, q, stored, at)
		})
	}
	if err != nil || lease != nil {
		return stored, lease, err
	}
	stored, err = s.requestedRun(ctx, run)
	return stored, nil, err
}

// take leases a run, or that of the same request. There is no lease on a run that ended well.
func (s *Store) take(ctx context.Context, q sqldb.Querier, run transfer.Run, ttl time.Duration) (transfer.Run, *transfer.Lease, error) {
	stored, lease, err := s.insertLeased(ctx, q, run, ttl)
	if err != nil || lease != nil {
		return stored, lease, err
	}
	return s.attend(ctx, q, run, ttl)
}

// insertLeased stores a run that nobody queues, leased to whoever received its request. There is no lease when the request came before.
func (s *Store) insertLeased(ctx context.Context, q sqldb.Querier, run transfer.Run, ttl time.Duration) (transfer.Run, *transfer.Lease, error) {
	run.Attempt = 1
	args, err := s.runArgs(&run)
	if err != nil {
		return run, nil, err
	}
	const first = 1 // generation
	args = append(args[:len(runColumns)+2], ttl.Microseconds(), first, ttl.Microseconds())
	text := "INSERT INTO run (" + runText + ", progress_at, owner, lease_time, generation, leased_until) VALUES (" +
		strings.Repeat("?, ", len(runColumns)+4) + sqldb.NowSQL(q.Dialect()) + " + ?) ON CONFLICT DO NOTHING RETURNING " + runText + ", generation"
	return oneLeased(ctx, q, text, args)
}

// oneLeased is the run that a statement leases, if it does.
func oneLeased(ctx context.Context, q sqldb.Querier, text string, args []any) (stored transfer.Run, lease *transfer.Lease, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		lease = &transfer.Lease{}
		leased, err := scanRun(rows, &lease.Generation)
		if err == nil {
			stored, lease.RunID = *leased, leased.ID
		}
		return err
	}, text, args...)
	if err != nil {
		return stored, nil, fmt.Errorf("lease an exchange that a peer began: %w", err)
	}
	return stored, lease, nil
}

// attend takes the run of a request that comes again from whoever received it before. One that was stopped had its stop; the request
// starts it anew.
func (s *Store) attend(ctx context.Context, q sqldb.Querier, run transfer.Run, ttl time.Duration) (transfer.Run, *transfer.Lease, error) {
	where, args := requestOf(run)
	text := `UPDATE run SET state = 'RUNNING', lease_time = ?, leased_until = ` + sqldb.NowSQL(q.Dialect()) + ` + ?, generation = generation + 1,
		attempt = attempt + 1, seq = seq + 1, progress_at = ?, ended_at = 0, reason = '', message = '', remote_error = ?,
		stop_requested = CASE WHEN state = 'STOPPED' THEN ? ELSE stop_requested END
		WHERE ` + where + ` AND state IN ('RUNNING', 'FAILED', 'STOPPED') RETURNING ` + runText + `, generation`
	return oneLeased(ctx, q, text, append([]any{ttl.Microseconds(), ttl.Microseconds(), sqldb.MicrosOf(s.now()), false, false}, args...))
}

// noteHeard changes nothing if a later position of the same epoch is known.
const noteHeard = `INSERT INTO heard (repository_id, epoch, seq) VALUES (?, ?, ?) ON CONFLICT (repository_id) DO UPDATE
	SET epoch = excluded.epoch, seq = excluded.seq WHERE heard.epoch <> excluded.epoch OR heard.seq <= excluded.seq`

// Heard is documented at engine.Tx.
func (t *tx) Heard(_ context.Context, repositoryID string, at transfer.Position) error {
	if at.Epoch != "" {
		t.notes.put("how far "+repositoryID+" has got", noteHeard, repositoryID, clean(at.Epoch), at.Seq)
	}
	return nil
}

// hear notes how far the sender had got, and refuses a document that was written before one that came earlier.
func (s *Store) hear(ctx context.Context, q sqldb.Querier, run transfer.Run, at transfer.Position) error {
	result, err := q.Exec(ctx, noteHeard, run.RepositoryID, clean(at.Epoch), at.Seq)
	n := int64(0)
	if err == nil {
		n, err = result.RowsAffected()
	}
	switch {
	case err != nil:
		return fmt.Errorf("note what %s has said: %w", run.RepositoryID, err)
	case n == 0:
		return apierr.New(apierr.KindStale, apierr.ReasonPushOutdated, "This document was written before a later push of its site was served, or "+
			"before that site had what it got from here, so it is outdated and nothing of it was stored. A new run sends a new one. "+
			"If the database of the sending site was restored, give it a new epoch there: edensync new-epoch.")
	}
	return s.giveUp(ctx, q, run)
}

// giveUp ends what is still at work on other documents of the repository: its sender writes another one only when it does not
// wait for those any more. The condition keeps both engines from reading all past runs of the repository.
func (s *Store) giveUp(ctx context.Context, q sqldb.Querier, run transfer.Run) error {
	_, err := q.Exec(ctx, `UPDATE run SET state = 'FAILED', reason = ?, message = ?, ended_at = ?, leased_until = 0, seq = seq + 1
		WHERE state IN ('QUEUED', 'RUNNING') AND cause = 'PEER' AND repository_id || '' = ? AND id <> ?`,
		string(apierr.ReasonPushOutdated), "The site has pushed another document since; what was stored until then stays.",
		sqldb.MicrosOf(s.now()), run.RepositoryID, run.ID)
	if err != nil {
		return fmt.Errorf("end what %s has given up: %w", run.RepositoryID, err)
	}
	return nil
}

// unleased is how long an exchange of a version that did not lease them may be silent.
const unleased = time.Hour

// EndStalled ends transactions of other processes that have been storing a batch for longer than after and stand still.
func (s *Store) EndStalled(ctx context.Context, after time.Duration) (int64, error) {
	return s.db.EndStalled(ctx, after)
}

// EndAbandoned ends as FAILED the exchanges of peers and the imports whose process is gone: nobody has renewed their lease.
// It returns how many there were.
func (s *Store) EndAbandoned(ctx context.Context) (int64, error) {
	now := s.now()
	result, err := s.db.Exec(ctx, `UPDATE run SET state = 'FAILED', reason = 'ABANDONED', message = ?, ended_at = ?, leased_until = 0, seq = seq + 1
		WHERE state = 'RUNNING' AND cause NOT IN ('MANUAL', 'SCHEDULE')
		AND (leased_until > 0 AND leased_until < `+sqldb.NowSQL(s.db.Dialect())+` OR leased_until = 0 AND progress_at < ?)`,
		"The exchange broke off; what was stored until then stays.", sqldb.MicrosOf(now), sqldb.MicrosOf(now.Add(-unleased)))
	if err != nil {
		return 0, fmt.Errorf("end abandoned runs: %w", err)
	}
	return result.RowsAffected()
}
