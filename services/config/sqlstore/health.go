package sqlstore

import (
	"context"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

type healthRow struct {
	Run          string       `db:"health_run"`
	State        string       `db:"health_state"`
	Reason       string       `db:"health_reason"`
	Message      string       `db:"health_message"`
	Remote       bool         `db:"health_remote"`
	Time         sqldb.Micros `db:"health_time"`
	FailingSince sqldb.Micros `db:"failing_since"`
	FailedRuns   int          `db:"failed_runs"`
	SuccessTime  sqldb.Micros `db:"success_time"`
}

func healthOf(row healthRow) config.Health {
	return config.Health{
		RunReport: config.RunReport{
			RunID: row.Run, State: config.RunState(row.State), Reason: row.Reason, Message: row.Message, RemoteError: row.Remote, EndTime: row.Time.Time(),
		},
		FailingSince: row.FailingSince.Time(), FailedRuns: row.FailedRuns, LastSuccessTime: row.SuccessTime.Time(),
	}
}

// healthValues are those of healthColumns.
func healthValues(h config.Health) []any {
	return []any{
		h.RunID, string(h.State), h.Reason, h.Message, h.RemoteError, micros(h.EndTime), micros(h.FailingSince), h.FailedRuns, micros(h.LastSuccessTime),
	}
}

// SaveHealth stores how the last run ended.
func (a *access) SaveHealth(ctx context.Context, repositoryID string, h config.Health) error {
	return a.exec(ctx, "save health of "+repositoryID, "UPDATE repository SET "+setAll(healthColumns)+" WHERE id = ?",
		append(healthValues(h), repositoryID)...)
}

// Standings are those of all live repositories, by name.
func (s *Store) Standings(ctx context.Context) ([]config.Standing, error) {
	var rows []struct {
		Name     string       `db:"name"`
		Success  sqldb.Micros `db:"success_time"`
		Offset   int64        `db:"clock_offset"`
		Measured bool         `db:"clock_measured"`
	}
	err := s.db.Select(ctx, &rows, "SELECT name, success_time, clock_offset, clock_measured FROM repository WHERE delete_time = 0 ORDER BY name_key")
	if err != nil {
		return nil, wrap("read how repositories fare", err)
	}
	all := make([]config.Standing, len(rows))
	for i, row := range rows {
		all[i] = config.Standing{
			Name: row.Name, LastSuccessTime: row.Success.Time(), ClockOffset: duration(row.Offset), ClockMeasured: row.Measured,
		}
	}
	return all, nil
}
