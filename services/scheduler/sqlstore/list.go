package sqlstore

import (
	"context"
	"fmt"
	"strings"

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
	where, args := matching(query)
	var total int
	if err := tx.Get(ctx, &total, "SELECT COUNT(*) FROM job WHERE "+where, args...); err != nil {
		return nil, 0, err
	}
	if after != (scheduler.Position{}) {
		where += " AND (repository_id, start_time, id) > (?, ?, ?)"
		args = append(args, after.RepositoryID, sqldb.MicrosOf(after.StartTime), after.ID)
	}
	var rows []row
	err := tx.Select(ctx, &rows, "SELECT "+columns+" FROM job WHERE "+where+
		" ORDER BY repository_id, start_time, id LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, 0, err
	}
	jobs := make([]scheduler.Job, len(rows))
	for i := range rows {
		jobs[i] = rows[i].job()
	}
	return jobs, total, nil
}

func matching(query scheduler.Query) (where string, args []any) {
	where = "1 = 1"
	if query.RepositoryID != "" {
		where += " AND repository_id = ?"
		args = append(args, query.RepositoryID)
	}
	if len(query.States) > 0 {
		where += " AND state IN (?" + strings.Repeat(", ?", len(query.States)-1) + ")"
		for _, state := range query.States {
			args = append(args, string(state))
		}
	}
	return where, args
}
