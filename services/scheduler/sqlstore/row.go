package sqlstore

import (
	"context"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/scheduler"
)

// row is a job as the table has it, without the holder of the lease.
type row struct {
	ID             string `db:"id"`
	RepositoryID   string `db:"repository_id"`
	RepositoryName string `db:"repository_name"`

	Enabled     bool         `db:"enabled"`
	StartTime   sqldb.Micros `db:"start_time"`
	EndTime     sqldb.Micros `db:"end_time"`
	Repeats     int32        `db:"repeats"`
	RunEvery    int64        `db:"run_every"`
	Timeout     int64        `db:"timeout"`
	MaxFailures int32        `db:"max_failures"`
	CreatedBy   string       `db:"created_by"`
	Spread      int64        `db:"spread"`

	State       string       `db:"state"`
	NextRunTime sqldb.Micros `db:"next_run_time"`
	DueTime     sqldb.Micros `db:"due_time"`
	Slot        sqldb.Micros `db:"slot"`
	Attempts    int32        `db:"attempts"`
	RunID       string       `db:"run_id"`

	LastRunID        string       `db:"last_run_id"`
	LastRunState     string       `db:"last_run_state"`
	LastRunStartTime sqldb.Micros `db:"last_run_start_time"`
	LastRunEndTime   sqldb.Micros `db:"last_run_end_time"`
	LastRunReason    string       `db:"last_run_reason"`
	LastRunMessage   string       `db:"last_run_message"`
	LastRunRetryTime sqldb.Micros `db:"last_run_retry_time"`

	RunsCompleted int32 `db:"runs_completed"`
	FailedRuns    int32 `db:"failed_runs"`
	SkippedSlots  int32 `db:"skipped_slots"`

	Revision   int64        `db:"revision"`
	CreateTime sqldb.Micros `db:"create_time"`
	UpdateTime sqldb.Micros `db:"update_time"`
	Generation int64        `db:"generation"`
	Upcoming   sqldb.Micros `db:"upcoming"`
}

// names lists the columns in the order of values.
var names = []string{
	"id", "repository_id", "repository_name",
	"enabled", "start_time", "end_time", "repeats", "run_every", "timeout", "max_failures", "created_by", "spread",
	"state", "next_run_time", "due_time", "slot", "attempts", "run_id",
	"last_run_id", "last_run_state", "last_run_start_time", "last_run_end_time", "last_run_reason", "last_run_message",
	"last_run_retry_time",
	"runs_completed", "failed_runs", "skipped_slots",
	"revision", "create_time", "update_time", "generation", "upcoming",
}

func (r row) values() []any {
	return []any{
		r.ID, r.RepositoryID, r.RepositoryName,
		r.Enabled, r.StartTime, r.EndTime, r.Repeats, r.RunEvery, r.Timeout, r.MaxFailures, r.CreatedBy, r.Spread,
		r.State, r.NextRunTime, r.DueTime, r.Slot, r.Attempts, r.RunID,
		r.LastRunID, r.LastRunState, r.LastRunStartTime, r.LastRunEndTime, r.LastRunReason, r.LastRunMessage,
		r.LastRunRetryTime,
		r.RunsCompleted, r.FailedRuns, r.SkippedSlots,
		r.Revision, r.CreateTime, r.UpdateTime, r.Generation, r.Upcoming,
	}
}

var (
	columns   = strings.Join(names, ", ")
	insertSQL = "INSERT INTO job (" + columns + ", lease_owner, leased_until) VALUES (" +
		strings.Repeat("?, ", len(names)) + "'', 0)"
	updateSQL = "UPDATE job SET " + strings.Join(names, " = ?, ") + " = ? WHERE id = ?"
	claimSQL  = "UPDATE job SET " + strings.Join(names, " = ?, ") + " = ?, lease_owner = ?, leased_until = ? WHERE id = ?"
)

func insert(ctx context.Context, tx *sqldb.Tx, r row) error {
	_, err := tx.Exec(ctx, insertSQL, r.values()...)
	return err
}

func update(ctx context.Context, tx *sqldb.Tx, r row) error {
	_, err := tx.Exec(ctx, updateSQL, append(r.values(), r.ID)...)
	return err
}

func rowOf(j scheduler.Job) row {
	return row{
		ID: j.ID, RepositoryID: j.RepositoryID, RepositoryName: j.RepositoryName,
		Enabled: j.Enabled, StartTime: sqldb.MicrosOf(j.StartTime), EndTime: sqldb.MicrosOf(j.EndTime),
		Repeats: j.Repeat, RunEvery: j.RunEvery.Microseconds(), Timeout: j.Timeout.Microseconds(), MaxFailures: j.MaxFailures,
		CreatedBy: j.CreatedBy, Spread: j.Spread.Microseconds(),
		State: string(j.State), NextRunTime: sqldb.MicrosOf(j.NextRunTime), DueTime: sqldb.MicrosOf(j.DueTime),
		Slot: sqldb.MicrosOf(j.Slot), Attempts: j.Attempts, RunID: j.RunID,
		LastRunID: j.LastRun.ID, LastRunState: string(j.LastRun.State),
		LastRunStartTime: sqldb.MicrosOf(j.LastRun.StartTime), LastRunEndTime: sqldb.MicrosOf(j.LastRun.EndTime),
		LastRunReason: string(j.LastRun.Reason), LastRunMessage: j.LastRun.Message,
		LastRunRetryTime: sqldb.MicrosOf(j.LastRun.RetryTime),
		RunsCompleted:    j.RunsCompleted, FailedRuns: j.FailedRuns, SkippedSlots: j.SkippedSlots,
		Revision: j.Revision, CreateTime: sqldb.MicrosOf(j.CreateTime), UpdateTime: sqldb.MicrosOf(j.UpdateTime),
		Generation: j.Generation, Upcoming: sqldb.MicrosOf(j.Foreseen()),
	}
}

func (r row) job() scheduler.Job {
	return scheduler.Job{
		ID: r.ID, RepositoryID: r.RepositoryID, RepositoryName: r.RepositoryName,
		Config: scheduler.Config{
			Enabled: r.Enabled, StartTime: r.StartTime.Time(), EndTime: r.EndTime.Time(), Repeat: r.Repeats,
			RunEvery: micros(r.RunEvery), Timeout: micros(r.Timeout), MaxFailures: r.MaxFailures,
		},
		CreatedBy: r.CreatedBy, Spread: micros(r.Spread),
		State: scheduler.State(r.State), NextRunTime: r.NextRunTime.Time(), DueTime: r.DueTime.Time(),
		Slot: r.Slot.Time(), Attempts: r.Attempts, RunID: r.RunID,
		LastRun: scheduler.Run{
			ID: r.LastRunID, State: scheduler.RunState(r.LastRunState),
			StartTime: r.LastRunStartTime.Time(), EndTime: r.LastRunEndTime.Time(),
			Reason: apierr.Reason(r.LastRunReason), Message: r.LastRunMessage, RetryTime: r.LastRunRetryTime.Time(),
		},
		RunsCompleted: r.RunsCompleted, FailedRuns: r.FailedRuns, SkippedSlots: r.SkippedSlots,
		Revision: r.Revision, CreateTime: r.CreateTime.Time(), UpdateTime: r.UpdateTime.Time(), Generation: r.Generation,
	}
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
