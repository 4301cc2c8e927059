package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// notFound makes sqldb.ErrNotFound the error that a person reads.
func notFound(err error, what, id string) error {
	if errors.Is(err, sqldb.ErrNotFound) {
		return apierr.NotFound(what, id).Wrap(err)
	}
	return fmt.Errorf("read %s %s: %w", what, id, err)
}

// below demands what comes after a page in descending order of a text column.
func below(c *sqldb.Where, column string, p transfer.Page) error {
	if len(p.After) == 0 {
		return nil
	}
	if len(p.After) != 1 {
		return badPage(p)
	}
	c.Add(column+" < ?", p.After[0])
	return nil
}

func badPage(p transfer.Page) error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonInvalidPageToken,
		"The page token %q belongs to another list, so no page was read; start again at the first page.", p.After)
}

// rowsOf is the number of rows to read for a page: one more than it holds, to see whether more follow.
func rowsOf(p transfer.Page) int { return max(p.Size, 1) + 1 }

// cut takes the extra row off.
func cut[T any](rows []T, p transfer.Page) (page []T, more bool) {
	if len(rows) < rowsOf(p) {
		return rows, false
	}
	return rows[:len(rows)-1], true
}

func readRuns(ctx context.Context, q sqldb.Querier, rest string, args ...any) (runs []*transfer.Run, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		r, err := scanRun(rows)
		runs = append(runs, r)
		return err
	}, "SELECT "+runText+" FROM run "+rest, args...)
	return runs, err
}

func readParts(ctx context.Context, q sqldb.Querier, runs []*transfer.Run) error {
	byID := make(map[string]*transfer.Run, len(runs))
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i], byID[r.ID] = r.ID, r
	}
	cond, arg := inList(q.Dialect(), "run_id", ids)
	return each(ctx, q, func(rows *sqlx.Rows) error {
		var id string
		var p transfer.Part
		var started, ended sqldb.Micros
		c := &p.Counts
		err := rows.Scan(&id, &p.Resource, &p.Direction, &p.State, &p.Full, &c.Received, &c.Created, &c.Updated, &c.Deleted, &c.Unchanged,
			&c.Skipped, &c.Conflict, &c.Rejected, &c.Sent, &c.Accepted, &p.Expected, &p.Handled, &p.Bytes, &started, &ended, &p.Reason, &p.Message,
			&p.RemoteError)
		p.StartedAt, p.EndedAt = started.Time(), ended.Time()
		if r := byID[id]; r != nil {
			r.Parts = append(r.Parts, p)
		}
		return err
	}, `SELECT run_id, resource, direction, state, full_load, received, created, updated, deleted, unchanged, skipped, conflict,
		rejected, sent, accepted, expected, handled, bytes, started_at, ended_at, reason, message, remote_error FROM run_part WHERE `+cond+` ORDER BY run_id, position`, arg)
}

// GetRun reads a run with its parts. Error: NOT_FOUND.
func (s *Store) GetRun(ctx context.Context, id string) (run transfer.Run, err error) {
	return s.oneRun(ctx, id, "WHERE id = ?", id)
}

// oneRun needs no snapshot: parts may be younger than their run, and who looks again sees both.
func (s *Store) oneRun(ctx context.Context, name, where string, args ...any) (transfer.Run, error) {
	runs, err := readRuns(ctx, s.db, where, args...)
	if err == nil && len(runs) == 0 {
		err = sqldb.ErrNotFound
	}
	if err == nil {
		err = readParts(ctx, s.db, runs)
	}
	if err != nil {
		return transfer.Run{}, notFound(err, "run", name)
	}
	return *runs[0], nil
}

// ListRuns reads a page of runs, newest first, with their parts unless the filter says otherwise; next is the keyset
// of the page that follows, nil after the last one.
func (s *Store) ListRuns(ctx context.Context, f transfer.RunFilter, p transfer.Page) (runs []transfer.Run, next []string, err error) {
	c := runConditions(f)
	if err := below(c, "id", p); err != nil {
		return nil, nil, err
	}
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		found, err := readRuns(ctx, q, c.SQL()+" ORDER BY id DESC LIMIT ?", c.Args(rowsOf(p))...)
		if err != nil {
			return err
		}
		found, more := cut(found, p)
		if !f.WithoutDetail {
			err = readParts(ctx, q, found)
		}
		runs, next = make([]transfer.Run, len(found)), nil
		for i, r := range found {
			runs[i] = *r
		}
		if more {
			next = []string{runs[len(runs)-1].ID}
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list runs: %w", err)
	}
	return runs, next, nil
}

func runConditions(f transfer.RunFilter) *sqldb.Where {
	c := &sqldb.Where{}
	c.Equal("repository_id", f.RepositoryID)
	c.Equal("job_id", f.JobID)
	c.Equal("cause", string(f.Trigger))
	if f.Trigger == "" && !f.WithPeerRuns {
		c.Add("cause <> ?", string(transfer.Peer))
	}
	sqldb.In(c, "state", f.States)
	if !f.From.IsZero() {
		c.Add("created_at >= ?", sqldb.MicrosOf(f.From))
	}
	if !f.Before.IsZero() {
		c.Add("created_at < ?", sqldb.MicrosOf(f.Before))
	}
	return c
}
