package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/trace"
)

// DB is one service's database. On SQLite it is one write connection and a pool
// of readers that cannot write; on PostgreSQL both are the same pool. All
// methods may be called at the same time.
type DB struct {
	dialect Dialect
	schema  string
	dsn     string // of the server, for connections beside the pool
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
	return retry(ctx, func() error {
		return db.classifyRead(ctx, db.read.GetContext(ctx, dest, db.rebind(ctx, query), args...))
	})
}

// Select reads all rows into dest, a pointer to a slice. It reads only.
func (db *DB) Select(ctx context.Context, dest any, query string, args ...any) error {
	rewind := rewinder(dest)
	return retry(ctx, func() error {
		rewind()
		return db.classifyRead(ctx, db.read.SelectContext(ctx, dest, db.rebind(ctx, query), args...))
	})
}

// rewinder takes away again what an attempt has appended to dest before it failed.
func rewinder(dest any) func() {
	slice := reflect.ValueOf(dest)
	if slice.Kind() != reflect.Pointer || slice.Elem().Kind() != reflect.Slice {
		return func() {} // the driver says what is wrong with it
	}
	before := slice.Elem().Len()
	return func() { slice.Elem().SetLen(before) }
}

// Exec runs one writing statement on its own, tried again when the engine asks.
func (db *DB) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	var result sql.Result
	err := retry(ctx, func() (err error) {
		result, err = db.write.ExecContext(ctx, db.rebind(ctx, query), args...)
		return db.unsure(db.classify(ctx, err))
	})
	return result, err
}

// Query reads rows one by one; the caller closes them. It reads only. What
// rows.Err returns is not classified: give it to Classify where that matters.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	var rows *sqlx.Rows
	err := retry(ctx, func() (err error) {
		rows, err = db.read.QueryxContext(ctx, db.rebind(ctx, query), args...) //nolint:sqlclosecheck // the caller closes them
		return db.classifyRead(ctx, err)
	})
	return rows, err
}

// rebind is the query as the engine wants it. On a server it begins with the ids in whose course it is made, for whoever
// looks at its log or at what runs there; those that connections keep (statements.go) lose them again.
func (db *DB) rebind(ctx context.Context, query string) string {
	if db.dialect == SQLite {
		return query
	}
	return comment(trace.From(ctx)) + db.rebinds.rebind(query)
}

const commentStart, commentEnd = "/* ", " */ "

// comment is empty unless an id can stand in a comment.
func comment(ids trace.IDs) string {
	var known []string
	for _, id := range [2][2]string{{"request", ids.Request}, {"run", ids.Run}} {
		if trace.Valid(id[1]) {
			known = append(known, id[0]+"="+id[1])
		}
	}
	if len(known) == 0 {
		return ""
	}
	return commentStart + strings.Join(known, " ") + commentEnd
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
