package sqlstore

import (
	"context"
	"fmt"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/scheduler"
)

// List answers at most limit jobs behind the position, and how many match altogether.
func (s *Store) List(
	ctx context.Context, query scheduler.Query, after scheduler.Position, limit int,
) (jobs []scheduler.Job, total int, err error) {
	err = s.db.ReadTx(ctx, func(tx *sqldb.Tx) error {
		jobs, total, err = list(ctx, tx, query, after, limit)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list jobs of repository %q: %w", query.RepositoryID, err)
	}
	return jobs, total, nil
}

func list(
	ctx context.Context, tx *sqldb.Tx, query scheduler.Query, after scheduler.Position, limit int,
) ([]scheduler.Job, int, error) {
	where := matching(query)
	var total int
	if err := tx.Get(ctx, &total, "SELECT COUNT(*) FROM job"+where.SQL(), where.Args()...); err != nil {
		return nil, 0, err
	}
	var rows []row
	order := behind(where, query, after)
	if err := tx.Select(ctx, &rows, "SELECT "+columns+" FROM job"+where.SQL()+" ORDER BY "+order+" LIMIT ?", where.Args(limit)...); err != nil {
		return nil, 0, err
	}
	jobs := make([]scheduler.Job, len(rows))
	for i := range rows {
		jobs[i] = rows[i].job()
	}
	return jobs, total, nil
}

func matching(query scheduler.Query) *sqldb.Where {
	where := &sqldb.Where{}
	where.Equal("repository_id", query.RepositoryID)
	sqldb.In(where, "state", query.States)
	if query.Order == scheduler.ByNextRun {
		where.Add("upcoming > 0")
	}
	return where
}

// behind demands what comes after the position, and answers the order.
func behind(where *sqldb.Where, query scheduler.Query, after scheduler.Position) string {
	begin := after == scheduler.Position{}
	if query.Order == scheduler.ByNextRun {
		if !begin {
			where.Add("(upcoming, id) > (?, ?)", sqldb.MicrosOf(after.Time), after.ID)
		}
		return "upcoming, id"
	}
	if !begin {
		where.Add("(repository_id, start_time, id) > (?, ?, ?)", after.RepositoryID, sqldb.MicrosOf(after.Time), after.ID)
	}
	return "repository_id, start_time, id"
}

// Plans sums up the jobs of repositories, in the order of the ids.
func (s *Store) Plans(ctx context.Context, repositoryIDs []string) ([]scheduler.Plan, error) {
	plans := make([]scheduler.Plan, len(repositoryIDs))
	if len(repositoryIDs) == 0 {
		return plans, nil
	}
	var rows []struct {
		RepositoryID string       `db:"repository_id"`
		Jobs         int          `db:"jobs"`
		Enabled      int          `db:"enabled_jobs"`
		Next         sqldb.Micros `db:"next"`
	}
	where := &sqldb.Where{}
	sqldb.In(where, "repository_id", repositoryIDs)
	err := s.db.Select(ctx, &rows, "SELECT repository_id, COUNT(*) AS jobs, SUM(CASE WHEN enabled THEN 1 ELSE 0 END) AS enabled_jobs,"+
		" MIN(CASE WHEN upcoming > 0 THEN upcoming END) AS next FROM job"+where.SQL()+" GROUP BY repository_id", where.Args()...)
	if err != nil {
		return nil, fmt.Errorf("sum up the jobs of %d repositories: %w", len(repositoryIDs), err)
	}
	found := make(map[string]scheduler.Plan, len(rows))
	for _, r := range rows {
		found[r.RepositoryID] = scheduler.Plan{NextRunTime: r.Next.Time(), Jobs: r.Jobs, EnabledJobs: r.Enabled}
	}
	for i, id := range repositoryIDs {
		plans[i] = found[id]
		plans[i].RepositoryID = id
	}
	return plans, nil
}
