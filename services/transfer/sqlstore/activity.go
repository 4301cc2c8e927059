package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// moved are the sums of the parts of a run: records that changed something here, and records that the remote took.
const moved = "(SELECT COALESCE(SUM(created + updated + deleted), 0) FROM run_part WHERE run_id = run.id AND direction = 'PULL') AS pulled, " +
	"(SELECT COALESCE(SUM(accepted), 0) FROM run_part WHERE run_id = run.id AND direction = 'PUSH') AS pushed"

// Activities reads what is going on with repositories, in the order of the ids; of an unknown one there is nothing.
func (s *Store) Activities(ctx context.Context, ids []string) ([]transfer.Activity, error) {
	all := make([]transfer.Activity, len(ids))
	err := s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		found := make(map[string]*transfer.Activity, len(ids))
		for i, id := range ids {
			all[i] = transfer.Activity{RepositoryID: id}
			found[id] = &all[i]
		}
		return readActivities(ctx, q, slices.Sorted(maps.Keys(found)), found)
	})
	if err != nil {
		return nil, fmt.Errorf("read the activities of %d repositories: %w", len(ids), err)
	}
	return all, nil
}

func readActivities(ctx context.Context, q sqldb.Querier, ids []string, found map[string]*transfer.Activity) error {
	list := listArg(q.Dialect(), ids)
	err := each(ctx, q, func(rows *sqlx.Rows) error {
		var repository string
		var r transfer.RunSummary
		var started, ended sqldb.Micros
		if err := rows.Scan(&repository, &r.ID, &r.State, &r.Trigger, &started, &ended, &r.Pulled, &r.Pushed); err != nil {
			return err // as when nobody waits for the answer any more
		}
		r.StartedAt, r.EndedAt = started.Time(), ended.Time()
		found[repository].Runs = append(found[repository].Runs, r)
		return nil
	}, recentRuns(q.Dialect()), list, transfer.RecentRuns)
	if err != nil {
		return err
	}
	for _, a := range found {
		slices.Reverse(a.Runs)
	}
	if err := openMatters(ctx, q, ids, found); err != nil {
		return err
	}
	return activeRuns(ctx, q, ids, found)
}

// recentRuns reads the last runs of each of a list of repositories, newest first. Its arguments are the list and their
// number.
func recentRuns(d sqldb.Dialect) string {
	const columns = "run.repository_id, run.id, run.state, run.cause, run.started_at, run.ended_at, "
	if d == sqldb.PostgreSQL {
		return "SELECT r.* FROM unnest(CAST(? AS text[])) AS k (v) CROSS JOIN LATERAL (SELECT " + columns + moved +
			" FROM run WHERE repository_id = k.v ORDER BY id DESC LIMIT ?) AS r ORDER BY r.repository_id, r.id DESC"
	}
	return "SELECT " + columns + moved + " FROM json_each(?) AS k JOIN run ON run.id IN" +
		" (SELECT id FROM run AS r WHERE r.repository_id = k.value ORDER BY r.id DESC LIMIT ?) ORDER BY run.repository_id, run.id DESC"
}

// openMatters counts what waits for somebody. The words stand in the text, so that the index of open items is taken.
func openMatters(ctx context.Context, q sqldb.Querier, ids []string, found map[string]*transfer.Activity) error {
	cond, arg := inList(q.Dialect(), "repository_id", ids)
	return each(ctx, q, func(rows *sqlx.Rows) error {
		var repository string
		var outcome policy.Outcome
		var n int
		if err := rows.Scan(&repository, &outcome, &n); err != nil {
			return err
		}
		if outcome == policy.Conflict {
			found[repository].OpenConflicts = n
		} else {
			found[repository].OpenRejects = n
		}
		return nil
	}, "SELECT repository_id, outcome, count(*) FROM item WHERE "+cond+
		" AND outcome IN ('CONFLICT', 'REJECTED') AND state = 'OPEN' GROUP BY repository_id, outcome", arg)
}

func activeRuns(ctx context.Context, q sqldb.Querier, ids []string, found map[string]*transfer.Activity) error {
	cond, arg := inList(q.Dialect(), "repository_id", ids)
	return each(ctx, q, func(rows *sqlx.Rows) error {
		var repository, id string
		if err := rows.Scan(&repository, &id); err != nil {
			return err
		}
		found[repository].ActiveRunID = id
		return nil
	}, "SELECT repository_id, id FROM run WHERE "+cond+" AND state IN ('QUEUED', 'RUNNING') AND cause IN ('MANUAL', 'SCHEDULE')", arg)
}

// Buckets sums up what was exchanged in a normal period, oldest first and without gaps.
func (s *Store) Buckets(ctx context.Context, p transfer.Period) ([]transfer.Bucket, error) {
	buckets, err := readBuckets(ctx, s.db, p)
	if err != nil {
		return nil, fmt.Errorf("sum up the runs from %s to %s: %w", p.From.Format(time.RFC3339), p.Until.Format(time.RFC3339), err)
	}
	return buckets, nil
}

func readBuckets(ctx context.Context, q sqldb.Querier, p transfer.Period) ([]transfer.Bucket, error) {
	buckets := p.Empty()
	from := sqldb.MicrosOf(p.From)
	return buckets, each(ctx, q, func(rows *sqlx.Rows) error {
		var i int
		var b transfer.Bucket
		if err := rows.Scan(&i, &b.Runs, &b.FailedRuns, &b.Pulled, &b.Pushed); err != nil {
			return err
		}
		b.Start = buckets[i].Start
		buckets[i] = b
		return nil
	}, `SELECT place, count(*), SUM(failed), CAST(SUM(pulled) AS BIGINT), CAST(SUM(pushed) AS BIGINT) FROM (
		SELECT (started_at - CAST(? AS BIGINT)) / CAST(? AS BIGINT) AS place,
		CASE WHEN state IN ('FAILED', 'NEEDS_YOU', 'TIMED_OUT') THEN 1 ELSE 0 END AS failed, `+moved+`
		FROM run WHERE started_at >= ? AND started_at < ?) AS began GROUP BY place`,
		from, p.Bucket.Microseconds(), from, sqldb.MicrosOf(p.Until))
}
