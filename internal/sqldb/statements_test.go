package sqldb_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// name asks the same text again and again.
func name(t *testing.T, q sqldb.Querier, id int) (name string) {
	t.Helper()
	if err := q.Get(t.Context(), &name, "SELECT name FROM person WHERE id = ?", id); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestStatementsThatComeAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		for i := range 9 {
			mustExec(t, db, insertPerson, i, fmt.Sprint("n", i), fmt.Sprint("m", i), true)
		}
		for i := range 9 {
			if got := name(t, db, i); got != fmt.Sprint("n", i) {
				t.Errorf("person %d is %s", i, got)
			}
		}
		if _, err := db.Exec(t.Context(), insertPerson, 1, "n", "m", true); !errors.Is(err, sqldb.ErrUnique) {
			t.Errorf("a number that is taken: %v", err)
		}
		mustExec(t, db, insertPerson, 9, "n9", "m9", true)
		if got := name(t, db, 9); got != "n9" {
			t.Errorf("after a refused one: %s", got)
		}
	})
}

func TestAStatementWhoseRowsAreBeingRead(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		if db.Dialect() == sqldb.PostgreSQL {
			return // reads one answer at a time
		}
		for i := range 4 {
			mustExec(t, db, insertPerson, i, fmt.Sprint("n", i), fmt.Sprint("m", i), true)
		}
		const all = "SELECT id FROM person ORDER BY id"
		err := db.Tx(t.Context(), func(tx *sqldb.Tx) error { return pairs(t, tx, all, 0) })
		if err != nil {
			t.Fatal(err)
		}
	})
}

// pairs reads the same text in the middle of reading it, some levels deep.
func pairs(t *testing.T, tx *sqldb.Tx, text string, depth int) error {
	t.Helper()
	rows, err := tx.Query(t.Context(), text)
	if err != nil {
		return err
	}
	for want := 0; rows.Next(); want++ {
		var id int
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if id != want {
			t.Errorf("%d levels deep %d follows %d", depth, id, want-1)
		}
		if depth < 3 {
			if err := pairs(t, tx, text, depth+1); err != nil {
				return err
			}
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

func TestAStatementThatIsPreparedAgainAndAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		for i := range 12 {
			err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
				one, err := tx.Prepare(t.Context(), insertPerson)
				if err != nil {
					return err
				}
				two, err := tx.Prepare(t.Context(), insertPerson)
				if err != nil {
					return err
				}
				_, err1 := one.Exec(t.Context(), 3*i, fmt.Sprint("a", i), fmt.Sprint("a", i), true)
				_, err2 := two.Exec(t.Context(), 3*i+1, fmt.Sprint("b", i), fmt.Sprint("b", i), true)
				mustExec(t, tx, insertPerson, 3*i+2, fmt.Sprint("c", i), fmt.Sprint("c", i), true)
				return errors.Join(err1, err2, one.Close(), two.Close())
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := count(t, db); n != 3*i+3 {
				t.Errorf("%d people after %d transactions", n, i+1)
			}
		}
	})
}

func TestManyStatementsAndANewColumn(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		mustExec(t, db, insertPerson, 1, "n1", "m1", true)
		for range 3 {
			for i := range 300 {
				var got int
				if err := db.Get(t.Context(), &got, fmt.Sprintf("SELECT id + %d FROM person", i)); err != nil || got != 1+i {
					t.Fatalf("text %d answers %d, %v", i, got, err)
				}
			}
		}
		before := columns(t, db)
		mustExec(t, db, "ALTER TABLE person ADD COLUMN nick TEXT")
		if after := columns(t, db); after != before+1 {
			t.Errorf("%d columns after one was added to %d", after, before)
		}
	})
}

// A statement that was kept is void once its table has become another one; whatever used it is done again.
func TestATableThatChangesUnderItsStatements(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		mustExec(t, db, insertPerson, 1, "n1", "m1", true)
		once := func(tx *sqldb.Tx) error {
			stmt, err := tx.Prepare(t.Context(), "UPDATE person SET alive = ? WHERE id = 1 RETURNING *")
			if err != nil {
				return err
			}
			_, err = stmt.Exec(t.Context(), true)
			return errors.Join(err, stmt.Close())
		}
		again := func(tx *sqldb.Tx) error {
			rows, err := tx.Query(t.Context(), "SELECT * FROM person WHERE id = ?", 1)
			if err != nil {
				return err
			}
			for rows.Next() {
				if _, err := rows.SliceScan(); err != nil {
					return err
				}
			}
			return errors.Join(rows.Err(), rows.Close())
		}
		for i := range 4 {
			for range 4 {
				for _, work := range []func(*sqldb.Tx) error{once, again} {
					if err := db.Tx(t.Context(), work); err != nil {
						t.Fatalf("after %d changes: %v", i, err)
					}
				}
			}
			mustExec(t, db, fmt.Sprintf("ALTER TABLE person ADD COLUMN nick%d TEXT", i))
		}
	})
}

func columns(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	for range 3 {
		rows, err := db.Query(t.Context(), "SELECT * FROM person")
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		for rows.Next() {
			values, err := rows.SliceScan()
			if err != nil || len(values) != len(names) {
				t.Fatalf("%d values in %d columns, %v", len(values), len(names), err)
			}
		}
		if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		n = len(names)
	}
	return n
}
