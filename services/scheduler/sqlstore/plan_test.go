package sqlstore

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/scheduler"
)

// fill copies the job that is there: each copy is due a second later, and the first hundred are leased.
const fill = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO job (id, repository_id, start_time, due_time, upcoming, leased_until, repository_name, enabled, end_time, repeats, run_every,
  timeout, max_failures, created_by, spread, state, next_run_time, slot, attempts, run_id, last_run_id, last_run_state,
  last_run_start_time, last_run_end_time, last_run_reason, last_run_message, runs_completed, failed_runs, skipped_slots, revision,
  create_time, update_time, generation, lease_owner)
SELECT 'j' || i, 'r' || i, 0 + i, CAST(i AS BIGINT) * 1000000, CAST(i AS BIGINT) * 1000000, CASE WHEN i <= 100 THEN 9000000000000 ELSE 0 END, '', TRUE, 0, 0, 300000000,
  1, 0, '', 0, 'QUEUED', 0, 0, 0, '', '', '', 0, 0, '', '', 0, 0, 0, 1, 0, 0, 0, '' FROM n`

// TestDueJobsComeFromTheIndex looks at the plan of what every process asks every second.
func TestDueJobsComeFromTheIndex(t *testing.T) {
	t.Parallel()
	const now = 150_000_000 // 150 jobs are due, of which 100 are leased
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		for _, query := range []string{fill, "ANALYZE"} {
			if _, err := db.Exec(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		for _, query := range []string{"SELECT 1" + dueSQL + "1", "SELECT " + columns + dueSQL + "50" + skipLocked(db.Dialect())} {
			if plan := sqldbtest.Plan(t, db, query, now, now); !strings.Contains(plan, "job_due") || isSlow(plan) {
				t.Errorf("%s:\n%s", query, plan)
			}
		}
		next := scheduler.Query{Order: scheduler.ByNextRun}
		where := matching(next)
		order := behind(where, next, scheduler.Position{ID: "j1"})
		plan := sqldbtest.Plan(t, db, "SELECT "+columns+" FROM job"+where.SQL()+" ORDER BY "+order+" LIMIT ?", where.Args(20)...)
		if isSlow(plan) {
			t.Errorf("next slots:\n%s", plan)
		}
	})
}

// isSlow tells whether a plan reads the whole table or sorts.
func isSlow(plan string) bool {
	return strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort")
}
