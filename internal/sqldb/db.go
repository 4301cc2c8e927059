package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
)

// DB is one service's database. On SQLite it is one write connection and a pool
// of readers that cannot write; on PostgreSQL both are the same pool. All
// methods may be called at the same time.
type DB struct {
	dialect Dialect
	schema  string
	write   *sqlx.DB
	read    *sqlx.DB
	rebinds rebinder
	uniques uniqueNames
}

// Querier is what *DB and *Tx have in common, so that a query can be written
// once and run inside or outside a transaction.
type Querier interface {
	Get(ctx context.Context, dest any, query string, args ...any) error
	Select(ctx context.Context, dest any, query string, args ...any) error
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
	Dialect() Dialect
}

var (
	_ Querier = (*DB)(nil)
	_ Querier = (*Tx)(nil)
)

// Dialect names the engine.
func (db *DB) Dialect() Dialect { return db.dialect }

// Close closes all connections.
func (db *DB) Close() error {
	if db.read == db.write {
		return db.write.Close()
	}
	return errors.Join(db.read.Close(), db.write.Close())
}

// Ping checks that the database answers, for readiness.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.write.PingContext(ctx); err != nil {
		return db.classify(ctx, err)
	}
	return db.classify(ctx, db.read.PingContext(ctx))
}

// Get reads one row into dest (a scalar or a struct with db tags); no row is
// ErrNotFound. It reads only: on SQLite a statement that writes fails here.
func (db *DB) Get(ctx context.Context, dest any, query string, args ...any) error {
	return db.classifyRead(ctx, db.read.GetContext(ctx, dest, db.rebind(query), args...))
}

// Select reads all rows into dest, a pointer to a slice. It reads only.
func (db *DB) Select(ctx context.Context, dest any, query string, args ...any) error {
	return db.classifyRead(ctx, db.read.SelectContext(ctx, dest, db.rebind(query), args...))
}

// Exec runs one writing statement on its own, tried again when the engine asks.
func (db *DB) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	var result sql.Result
	err := retry(ctx, func() (err error) {
		result, err = db.write.ExecContext(ctx, db.rebind(query), args...)
		return db.classify(ctx, err)
	})
	return result, err
}

// Query reads rows one by one; the caller closes them. It reads only. What
// rows.Err returns is not classified: give it to Classify where that matters.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	rows, err := db.read.QueryxContext(ctx, db.rebind(query), args...)
	return rows, db.classifyRead(ctx, err)
}

func (db *DB) rebind(query string) string {
	if db.dialect == SQLite {
		return query
	}
	return db.rebinds.rebind(query)
}

// rebinder remembers rewritten queries. Texts that are put together per call
// (lists of parameters) must not fill the memory, hence the limit.
type rebinder struct {
	texts sync.Map
	count atomic.Int64
}

const maxRebinds = 2000

func (r *rebinder) rebind(query string) string {
	if text, ok := r.texts.Load(query); ok {
		return text.(string)
	}
	text := sqlx.Rebind(sqlx.DOLLAR, query)
	if r.count.Add(1) <= maxRebinds {
		r.texts.Store(query, text)
	}
	return text
}
