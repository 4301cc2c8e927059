package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// maxIn is the number of values in one list of a condition.
const maxIn = 1000

// inList is the condition that column is one of values, and its one argument. The text does not depend on the
// number of values, so that it is prepared and planned alike for few and for many.
func inList(d sqldb.Dialect, column string, values []string) (string, any) {
	if d == sqldb.PostgreSQL {
		return column + " = ANY(?)", listArg(d, values)
	}
	return column + " IN (SELECT value FROM json_each(?))", listArg(d, values)
}

// listArg is a list of texts as one parameter.
func listArg(d sqldb.Dialect, values []string) any {
	if d == sqldb.PostgreSQL {
		return pq.Array(values)
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(text)
}

// writer is what a write transaction offers; *sqldb.Tx is one.
type writer interface {
	sqldb.Querier
	Prepare(ctx context.Context, query string) (*sqldb.Stmt, error)
	Raw() *sqlx.Tx
}

// insert writes rows into a table, in the way that is fastest on the engine. Each row has the order of columns.
// suffix follows the VALUES, for ON CONFLICT; with one, no value of the conflicting columns may come twice.
func insert(ctx context.Context, q writer, table string, columns []string, suffix string, rows [][]any) error {
	var err error
	switch {
	case len(rows) == 0:
		return nil
	case q.Dialect() == sqldb.PostgreSQL && suffix == "" && len(rows) >= minCopy:
		err = copyIn(ctx, q, table, columns, slices.Values(rows))
	default:
		err = insertChunks(ctx, q, table, columns, suffix, rows)
	}
	if err != nil {
		return fmt.Errorf("insert %d rows into %s: %w", len(rows), table, err)
	}
	return nil
}

// minCopy is the number of rows from which COPY pays on PostgreSQL; below it its extra round trips cost more.
const minCopy = 20

// copyIn writes rows, each of which is used before the next one is asked for.
func copyIn(ctx context.Context, q writer, table string, columns []string, rows iter.Seq[[]any]) (err error) {
	stmt, err := q.Raw().PrepareContext(ctx, "COPY "+table+" ("+strings.Join(columns, ", ")+") FROM STDIN")
	if err != nil {
		return sqldb.Classify(err)
	}
	defer func() {
		if e := stmt.Close(); e != nil && err == nil {
			err = sqldb.Classify(e)
		}
	}()
	for row := range rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return sqldb.Classify(err)
		}
	}
	_, err = stmt.ExecContext(ctx)
	return sqldb.Classify(err)
}

// rowsPerStatement is the number of rows of one INSERT. SQLite binds each value by a call, so that long
// statements bring nothing; PostgreSQL saves round trips.
func rowsPerStatement(d sqldb.Dialect) int {
	if d == sqldb.PostgreSQL {
		return 100
	}
	return 1
}

func insertChunks(ctx context.Context, q writer, table string, columns []string, suffix string, rows [][]any) error {
	size := rowsPerStatement(q.Dialect())
	if len(rows) >= 2*size {
		whole := len(rows) / size * size
		if err := execPrepared(ctx, q, insertText(table, columns, suffix, size), flattened(rows[:whole], size)); err != nil {
			return err
		}
		rows = rows[whole:]
	}
	for len(rows) > 0 {
		n := min(size, len(rows))
		if _, err := q.Exec(ctx, insertText(table, columns, suffix, n), flatten(rows[:n])...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// execPrepared runs one prepared statement for each list of arguments, which is used before the next one is asked for.
func execPrepared(ctx context.Context, q writer, text string, lists iter.Seq[[]any]) (err error) {
	stmt, err := q.Prepare(ctx, text)
	if err != nil {
		return err
	}
	defer func() {
		if e := stmt.Close(); e != nil && err == nil {
			err = e
		}
	}()
	each := ctx
	if q.Dialect() == sqldb.SQLite {
		each = context.WithoutCancel(ctx) // else the driver watches over every row
	}
	for args := range lists {
		if ctx.Err() != nil {
			break
		}
		if _, err := stmt.Exec(each, args...); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func insertText(table string, columns []string, suffix string, rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	values := strings.TrimSuffix(strings.Repeat(one+", ", rows), ", ")
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + values + " " + suffix
}

// flattened are the arguments of statements of size rows each; the number of rows is a multiple of it.
func flattened(rows [][]any, size int) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for part := range slices.Chunk(rows, size) {
			if !yield(flatten(part)) {
				return
			}
		}
	}
}

func flatten(rows [][]any) []any {
	if len(rows) == 1 {
		return rows[0]
	}
	var args []any
	for _, row := range rows {
		args = append(args, row...)
	}
	return args
}

// valuesTable is a list of rows that an UPDATE joins with: WITH v (columns) AS (VALUES …). casts are the SQL
// types of the columns, which PostgreSQL cannot guess from parameters.
func valuesTable(columns, casts []string, rows int) string {
	typed := make([]string, len(casts))
	for i, c := range casts {
		typed[i] = "CAST(? AS " + c + ")"
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	return "WITH v (" + strings.Join(columns, ", ") + ") AS (VALUES (" + strings.Join(typed, ", ") + ")" +
		strings.Repeat(", "+one, rows-1) + ") "
}

// updateFrom runs an UPDATE … FROM v in chunks.
func updateFrom(ctx context.Context, q writer, columns, casts []string, update string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(maxValues, len(rows))
		if _, err := q.Exec(ctx, valuesTable(columns, casts, n)+update, flatten(rows[:n])...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// maxValues is the number of rows of one list of values.
const maxValues = 100

// group is the keys of one resource.
type group struct {
	resource string
	uids     []string
}

// groups sorts keys by resource, in order of first appearance, in chunks of at most maxIn, without repeats.
func groups(keys []transfer.Key) []group {
	seen := make(map[transfer.Key]bool, len(keys))
	open := map[string]int{}
	var all []group
	for _, k := range keys {
		if seen[k] {
			continue
		}
		seen[k] = true
		i, ok := open[k.Resource]
		if !ok || len(all[i].uids) == maxIn {
			i = len(all)
			all = append(all, group{resource: k.Resource})
			open[k.Resource] = i
		}
		all[i].uids = append(all[i].uids, k.UID)
	}
	return all
}

// clean takes out what a text column of PostgreSQL cannot hold; peers may send anything.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
