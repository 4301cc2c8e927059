package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// counting counts statements that write.
type counting struct {
	*sqldb.Tx
	statements int
}

func (c *counting) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	c.statements++
	return c.Tx.Exec(ctx, query, args...)
}

var errNothing = errors.New("nothing was changed")

// Notes are written together where each statement is a way to a server; the later one about the same counts, and one that
// must change something says so if it does not.
func TestNotes(t *testing.T) {
	t.Parallel()
	const add, set = "INSERT INTO heard (repository_id, epoch, seq) VALUES (?, ?, ?)", "UPDATE heard SET seq = ? WHERE repository_id = ?"
	row := func(n *notes, id string, seq int) { n.put("row "+id, add, id, "e", seq) }
	for name, c := range map[string]struct {
		write      func(n *notes)
		statements map[sqldb.Dialect]int
		err        error
		want       []int64
	}{
		"none":     {func(*notes) {}, map[sqldb.Dialect]int{sqldb.SQLite: 0, sqldb.PostgreSQL: 0}, nil, nil},
		"one":      {func(n *notes) { row(n, "a", 1) }, map[sqldb.Dialect]int{sqldb.SQLite: 1, sqldb.PostgreSQL: 1}, nil, []int64{1}},
		"several":  {func(n *notes) { row(n, "a", 1); row(n, "b", 2); row(n, "c", 3) }, map[sqldb.Dialect]int{sqldb.SQLite: 3, sqldb.PostgreSQL: 1}, nil, []int64{1, 2, 3}},
		"the same": {func(n *notes) { row(n, "a", 1); row(n, "b", 2); row(n, "a", 5) }, map[sqldb.Dialect]int{sqldb.SQLite: 2, sqldb.PostgreSQL: 1}, nil, []int64{2, 5}},
		"must, and does": {func(n *notes) {
			n.add(note{"old", set, []any{8, "old"}, errNothing})
			row(n, "a", 1)
		}, map[sqldb.Dialect]int{sqldb.SQLite: 2, sqldb.PostgreSQL: 1}, nil, []int64{1, 8}},
		"must, and does not": {func(n *notes) {
			row(n, "a", 1)
			n.add(note{"nobody", set, []any{8, "nobody"}, errNothing})
		}, map[sqldb.Dialect]int{sqldb.SQLite: 2, sqldb.PostgreSQL: 1}, errNothing, nil},
		"a broken one": {func(n *notes) { row(n, "a", 1); n.put("row a again", add, "a", "e", 2) }, map[sqldb.Dialect]int{sqldb.SQLite: 2, sqldb.PostgreSQL: 1}, sqldb.ErrUnique, nil},
	} {
		t.Run(name, func(t *testing.T) {
			sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
				if _, err := db.Exec(t.Context(), add, "old", "e", 9); err != nil {
					t.Fatal(err)
				}
				err := db.Tx(t.Context(), func(q *sqldb.Tx) error {
					n, counted := &notes{}, &counting{Tx: q}
					c.write(n)
					err := n.write(t.Context(), counted)
					if counted.statements != c.statements[db.Dialect()] {
						t.Errorf("%d statements, want %d", counted.statements, c.statements[db.Dialect()])
					}
					return err
				})
				if !errors.Is(err, c.err) {
					t.Fatalf("%v, want %v", err, c.err)
				}
				var got []int64
				if err := db.Select(t.Context(), &got, "SELECT seq FROM heard WHERE seq <> 9 ORDER BY seq"); err != nil || !slices.Equal(got, c.want) {
					t.Errorf("stored %v, want %v; %v", got, c.want, err)
				}
			})
		})
	}
}
