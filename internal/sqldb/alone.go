package sqldb

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// Alone runs fn, whose writing statements are transactions by themselves; it reads the rows that they answer to their end. A server need not be
// told where these begin and end, which takes as long as a statement. When the connection is lost in the middle, work is done once more,
// since nobody knows what was done of it: it must be such that this does no harm.
func (db *DB) Alone(ctx context.Context, fn func(q Querier) error) error {
	return retry(ctx, func() error { return fn(alone{db}) })
}

// alone is the write side without a transaction.
type alone struct{ db *DB }

var _ Querier = alone{}

// Dialect names the engine.
func (a alone) Dialect() Dialect { return a.db.dialect }

// Get reads the row that the statement answers into dest; no row is ErrNotFound.
func (a alone) Get(ctx context.Context, dest any, query string, args ...any) error {
	return a.db.classify(ctx, a.db.write.GetContext(ctx, dest, a.db.rebind(ctx, query), args...))
}

// Select reads its rows into dest, a pointer to a slice.
func (a alone) Select(ctx context.Context, dest any, query string, args ...any) error {
	return a.db.classify(ctx, a.db.write.SelectContext(ctx, dest, a.db.rebind(ctx, query), args...))
}

// Exec runs a statement that answers nothing.
func (a alone) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	result, err := a.db.write.ExecContext(ctx, a.db.rebind(ctx, query), args...)
	return result, a.db.classify(ctx, err)
}

// Query reads rows one by one; the caller closes them. What rows.Err returns is not classified: give it to Classify.
func (a alone) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	rows, err := a.db.write.QueryxContext(ctx, a.db.rebind(ctx, query), args...)
	return rows, a.db.classify(ctx, err)
}
