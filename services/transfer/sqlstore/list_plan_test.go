package sqlstore

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// TestListsOfTheLedgerFollowAnIndex looks at the plans of the lists that the app offers, from the top and from the middle,
// and how far they are counted.
func TestListsOfTheLedgerFollowAnIndex(t *testing.T) {
	t.Parallel()
	conflicts, rejects := []policy.Outcome{policy.Conflict}, []policy.Outcome{policy.Rejected}
	open := []transfer.ItemState{transfer.Open}
	lists := map[string]struct {
		filter transfer.ItemFilter
		index  string
	}{
		"conflicts":                    {transfer.ItemFilter{Outcomes: conflicts}, "item_"},
		"open conflicts":               {transfer.ItemFilter{Outcomes: conflicts, States: open}, "item_open"},
		"open conflicts of repository": {transfer.ItemFilter{Outcomes: conflicts, States: open, RepositoryID: "r1"}, "item_open"},
		"decided conflicts":            {transfer.ItemFilter{Outcomes: conflicts, States: []transfer.ItemState{transfer.Decided}}, "item_"},
		"conflicts of repository":      {transfer.ItemFilter{Outcomes: conflicts, RepositoryID: "r1"}, "item_"},
		"open rejects":                 {transfer.ItemFilter{Outcomes: rejects, States: open}, "item_open"},
	}
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		s := New(db, func() time.Time { return time.Unix(2e9, 0) })
		fill(t, s)
		if _, err := db.Exec(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		err := db.ReadTx(t.Context(), func(q *sqldb.Tx) error {
			e := &explainer{Tx: q, t: t}
			for name, list := range lists {
				for _, page := range []transfer.Page{{Size: 20}, {Size: 20, After: []string{"5"}}} {
					c := itemConditions(list.filter)
					if err := below(c, "id", page); err != nil {
						return err
					}
					e.phase = name
					e.check("SELECT "+itemText+" FROM item"+c.SQL()+" ORDER BY id DESC LIMIT ?", c.Args(rowsOf(page)))
					plan := e.plans[len(e.plans)-1]
					if !strings.Contains(plan, list.index) || strings.Contains(plan, "TEMP B-TREE") {
						t.Errorf("%s:\n%s", name, plan)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for want, filter := range map[int64]transfer.ItemFilter{transfer.MaxCount: {}, planRows / 3: {Outcomes: conflicts}} {
			if n, err := s.CountItems(t.Context(), filter); err != nil || n != want {
				t.Errorf("%v: %d, %v, want %d", filter, n, err, want)
			}
		}
	})
}
