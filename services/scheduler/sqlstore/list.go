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
	if after != (scheduler.Position{}) {
		where.Add("(repository_id, start_time, id) > (?, ?, ?)", after.RepositoryID, sqldb.MicrosOf(after.StartTime), after.ID)
	}
	var rows []row
	err := tx.Select(ctx, &rows, "SELECT "+columns+" FROM job"+where.SQL()+
		" ORDER BY repository_id, start_time, id LIMIT ?", where.Args(limit)...)
	if err != nil {
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
	return where
}
