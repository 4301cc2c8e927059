package sqldbtest

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/edensync/edensync/internal/sqldb"
)

// usedOften is how often a statement of PostgreSQL is used until it may get a plan that suits any arguments, and some more.
const usedOften = 8

// Plan is TxPlan in a transaction of its own.
func Plan(tb testing.TB, db *sqldb.DB, query string, args ...any) (plan string) {
	tb.Helper()
	err := db.Tx(tb.Context(), func(tx *sqldb.Tx) error {
		plan = TxPlan(tb, tx, query, args...)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

// TxPlan is how the engine would carry out a query, one step per line. On PostgreSQL it is followed by what the plan becomes
// when connections keep the statement (see sqldb.Open).
func TxPlan(tb testing.TB, tx *sqldb.Tx, query string, args ...any) string {
	tb.Helper()
	if tx.Dialect() == sqldb.SQLite {
		return explain(tb, tx, "EXPLAIN QUERY PLAN "+query, args...)
	}
	plan := explain(tb, tx, "EXPLAIN "+query, args...)
	run(tb, tx, "PREPARE planned AS "+sqlx.Rebind(sqlx.DOLLAR, query))
	defer run(tb, tx, "DEALLOCATE planned")
	use := "EXPLAIN EXECUTE planned" + literals(tb, args)
	for range usedOften {
		explain(tb, tx, use)
	}
	return plan + "\nas a statement that is kept:\n" + explain(tb, tx, use)
}

func explain(tb testing.TB, tx *sqldb.Tx, query string, args ...any) string {
	tb.Helper()
	rows, err := tx.Query(tb.Context(), query, args...)
	if err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			tb.Error(err)
		}
	}()
	var plan []string
	for rows.Next() {
		columns, err := rows.SliceScan()
		if err != nil {
			tb.Fatal(err)
		}
		plan = append(plan, fmt.Sprint(columns[len(columns)-1])) // SQLite numbers its steps before
	}
	if rows.Err() != nil {
		tb.Fatal(rows.Err())
	}
	return strings.Join(plan, "\n")
}

func run(tb testing.TB, tx *sqldb.Tx, query string) {
	tb.Helper()
	if _, err := tx.Exec(tb.Context(), query); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// literals are arguments as PostgreSQL reads them in a text.
func literals(tb testing.TB, args []any) string {
	tb.Helper()
	if len(args) == 0 {
		return ""
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			tb.Fatal(err)
		}
		switch v := value.(type) {
		case nil:
			texts[i] = "NULL"
		case []byte:
			texts[i] = fmt.Sprintf(`'\x%x'`, v)
		default:
			texts[i] = pq.QuoteLiteral(fmt.Sprint(v))
		}
	}
	return " (" + strings.Join(texts, ", ") + ")"
}
