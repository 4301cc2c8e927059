package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/audit"
)

// fill writes many entries at once: n entries of 20 repositories and 50 resources, one in 50 of them an error, every other
// of which is remote. One in 100 is a push, one in 100 came in, one in 500 is a warning.
const fill = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO log_entry (` + columns + ") " + `SELECT 'id-' || i, 0 + i, CAST(i AS BIGINT) * 1000000, 'r' || (i % 20), 'name', 'res' || (i % 50), CASE WHEN i % 100 = 1 THEN 'push' ELSE 'pull' END,
  CASE WHEN i % 100 = 2 THEN 'incoming' ELSE 'outgoing' END, 'import',
  CASE WHEN i % 50 = 0 THEN 'error' WHEN i % 500 = 3 THEN 'warning' ELSE 'success' END, i % 100 = 0, 'message ' || i, '', '', 'run' || (i % 60), '', NULL, 0, '', '', '' FROM n`

// TestPagesAreIndexScans looks at the plans of the first and of a late page, and
// of both neighbours of an entry: none may sort or read the whole table.
func TestPagesAreIndexScans(t *testing.T) {
	t.Parallel()
	remote := true
	filters := map[string]struct {
		filter audit.Filter
		index  string
	}{
		"all":        {audit.Filter{}, "log_entry_order"},
		"mode":       {audit.Filter{Mode: audit.ModePull}, "log_entry_"},
		"repository": {audit.Filter{RepositoryID: "r7"}, "log_entry_repository"},
		"resource":   {audit.Filter{ResourceName: "res7"}, "log_entry_resource"},
		"trouble":    {audit.Filter{Results: []audit.Result{audit.ResultError, audit.ResultFatal}}, "log_entry_trouble"},
		"push":       {audit.Filter{Mode: audit.ModePush}, "log_entry_push"},
		"incoming":   {audit.Filter{Transmission: audit.TransmissionIncoming}, "log_entry_incoming"},
		"warning":    {audit.Filter{Results: []audit.Result{audit.ResultWarning}}, "log_entry_warning"},
		"remote":     {audit.Filter{RemoteError: &remote}, "log_entry_"},
		"run":        {audit.Filter{RunID: "run7"}, "log_entry_run"},
		"time":       {audit.Filter{Start: time.Unix(1000, 0), End: time.Unix(20000, 0)}, "log_entry_order"},
	}
	const rows, size = 25000, 20
	pages := map[string]*audit.Position{
		"first":      nil,
		"thousandth": {Time: time.Unix(rows-size*1000, 0), ID: fmt.Sprintf("id-%d", rows-size*1000)},
	}
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		for _, query := range []string{fill, "ANALYZE"} {
			args := []any{rows}[:strings.Count(query, "?")]
			if _, err := db.Exec(t.Context(), query, args...); err != nil {
				t.Fatal(err)
			}
		}
		for name, test := range filters {
			for page, behind := range pages {
				query, args := listQuery(test.filter, behind, size)
				plan := sqldbtest.Plan(t, db, query, args...)
				if isSlow(plan) || !strings.Contains(plan, test.index) {
					t.Errorf("%s, %s page:\n%s", name, page, plan)
				}
			}
			// A single row may come faster by the order of all than by the index of the filter. Of two modes SQLite
			// thinks that they leave next to nothing, and hops through the resources.
			for _, to := range []side{newer, older} {
				query, args := neighbourQuery(test.filter, sqldb.MicrosOf(time.Unix(5000, 0)), "id-5000", to)
				if plan := sqldbtest.Plan(t, db, query, args...); isSlow(plan) && test.filter.Mode == "" {
					t.Errorf("%s, neighbour %s:\n%s", name, to.beyond, plan)
				}
			}
		}
	})
}

// isSlow tells whether a plan reads the whole table or sorts.
func isSlow(plan string) bool {
	return strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort")
}
