package sqlstore

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
)

// interrupted has rows that cannot be read, as when whoever asked is gone by the time they come.
type interrupted struct{ sqldb.Querier }

func (q interrupted) Query(ctx context.Context, _ string, _ ...any) (*sqlx.Rows, error) {
	return q.Querier.Query(ctx, "SELECT 1")
}

func TestActivitiesThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			q := interrupted{sqldbtest.Copy(t, engine, Migrations)}
			ids := []string{"hub"}
			for name, read := range map[string]func(context.Context, sqldb.Querier, []string, map[string]*transfer.Activity) error{
				"recent runs": readActivities, "open matters": openMatters, "active runs": activeRuns,
			} {
				if err := read(t.Context(), q, ids, map[string]*transfer.Activity{"hub": {}}); err == nil {
					t.Errorf("%s: rows that could not be read are no error", name)
				}
			}
		})
	}
}
