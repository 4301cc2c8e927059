package sqldb_test

import (
	"errors"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// One statement that writes and answers what it wrote is a transaction by itself.
func TestAStatementAlone(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		var name string
		add := func(q sqldb.Querier) error {
			return q.Get(t.Context(), &name, insertPerson+" RETURNING name", 1, "A", "a", true)
		}
		if err := db.Alone(t.Context(), add); err != nil || name != "A" || count(t, db) != 1 {
			t.Errorf("%v, %q, %d rows", err, name, count(t, db))
		}
		if err := db.Alone(t.Context(), add); !errors.Is(err, sqldb.ErrUnique) || sqldb.Constraint(err) == "" {
			t.Errorf("the same once more: %v", err)
		}
		var names []string
		err := db.Alone(t.Context(), func(q sqldb.Querier) error {
			return q.Select(t.Context(), &names, "UPDATE person SET name = ? WHERE id = ? RETURNING name", "B", 1)
		})
		if err != nil || len(names) != 1 || names[0] != "B" {
			t.Errorf("an update answers %q, %v", names, err)
		}
	})
}

// A connection that was lost is no reason to give up, be it before the statement or in the middle of it.
func TestALostConnectionAlone(t *testing.T) {
	t.Parallel()
	w, db := peopleOverAWire(t)
	w.cut()
	w.mend()
	err := db.Alone(t.Context(), func(q sqldb.Querier) error {
		_, err := q.Exec(t.Context(), insertPerson, 1, "A", "a", true)
		return err
	})
	if err != nil || count(t, db) != 1 {
		t.Errorf("after the connections were lost: %v, %d rows", err, count(t, db))
	}
	var slept string
	time.AfterFunc(100*time.Millisecond, func() { w.cut(); w.mend() })
	err = db.Alone(t.Context(), func(q sqldb.Querier) error {
		return q.Get(t.Context(), &slept, "UPDATE person SET name = ? RETURNING CAST(pg_sleep(0.3) AS text)", "B")
	})
	var name string
	if err := errors.Join(err, db.Get(t.Context(), &name, "SELECT name FROM person")); err != nil || name != "B" {
		t.Errorf("in the middle of a statement: %v, %q", err, name)
	}
}
