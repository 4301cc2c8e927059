package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
)

// Tx is one open transaction. It belongs to one goroutine.
type Tx struct {
	db       *DB
	raw      *sqlx.Tx
	classify classifier
}

// Attempts and pauses of work that may be repeated: about two seconds
// altogether, after which the caller hears DATABASE_BUSY or
// DATABASE_UNAVAILABLE. Connections may take long to fail, hence the third limit.
const (
	maxAttempts = 10
	firstPause  = 5 * time.Millisecond
	longPause   = 500 * time.Millisecond
	retryFor    = 10 * time.Second
)

// Tx runs fn in a write transaction and commits it. It is rolled back when fn
// returns an error or panics. fn runs again from the start when the engine
// reports busy, a deadlock or a serialization failure, and when the connection
// is lost before the commit, so it must not do anything but work in tx and fill
// variables that it resets itself. A connection that is lost in the commit is an
// error that says so: nobody knows whether the work was done.
func (db *DB) Tx(ctx context.Context, fn func(tx *Tx) error) error {
	return retry(ctx, func() error { return db.once(ctx, db.write, nil, db.classify, fn) })
}

// Once is Tx with a single attempt, for whoever keeps others waiting meanwhile; again tells whether another one may help.
func (db *DB) Once(ctx context.Context, fn func(tx *Tx) error) (again bool, err error) {
	err = db.once(ctx, db.write, nil, db.classify, fn)
	return err != nil && retryable(err), err
}

// ReadTx runs fn on one consistent snapshot: later commits of others are not
// seen. It cannot write.
func (db *DB) ReadTx(ctx context.Context, fn func(tx *Tx) error) error {
	var opts *sql.TxOptions
	if db.dialect == PostgreSQL {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return retry(ctx, func() error { return db.once(ctx, db.read, opts, db.classifyRead, fn) })
}

type classifier func(ctx context.Context, err error) error

func (db *DB) once(
	ctx context.Context, pool *sqlx.DB, opts *sql.TxOptions, classify classifier, fn func(tx *Tx) error,
) (err error) {
	raw, err := pool.BeginTxx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", db.classify(ctx, err))
	}
	done := false
	defer func() {
		if done {
			return
		}
		if e := raw.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err != nil {
			err = fmt.Errorf("%w (and the rollback failed: %w)", err, e)
		}
	}()
	if err := fn(&Tx{db: db, raw: raw, classify: classify}); err != nil {
		return err
	}
	done = true
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", db.unsure(db.classify(ctx, err)))
	}
	return nil
}

// retry repeats fn while that may help, with growing, jittered pauses.
func retry(ctx context.Context, fn func() error) error {
	pause, over := firstPause, time.After(retryFor)
	for attempt := 1; ; attempt++ {
		err := fn()
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return err
		}
		timer := time.NewTimer(pause/2 + rand.N(pause)) //nolint:gosec // jitter needs no secrecy
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-over:
			timer.Stop()
			return err
		case <-timer.C:
		}
		pause = min(2*pause, longPause)
	}
}

// Dialect names the engine.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// Raw is the transaction of sqlx, for what only one engine can do.
func (tx *Tx) Raw() *sqlx.Tx { return tx.raw }

// Get reads one row into dest; no row is ErrNotFound.
func (tx *Tx) Get(ctx context.Context, dest any, query string, args ...any) error {
	return tx.classify(ctx, tx.raw.GetContext(ctx, dest, tx.db.rebind(ctx, query), args...))
}

// Select reads all rows into dest, a pointer to a slice.
func (tx *Tx) Select(ctx context.Context, dest any, query string, args ...any) error {
	return tx.classify(ctx, tx.raw.SelectContext(ctx, dest, tx.db.rebind(ctx, query), args...))
}

// Exec runs one statement.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	result, err := tx.raw.ExecContext(ctx, tx.db.rebind(ctx, query), args...)
	return result, tx.classify(ctx, err)
}

// Query reads rows one by one; the caller closes them before the next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	rows, err := tx.raw.QueryxContext(ctx, tx.db.rebind(ctx, query), args...)
	return rows, tx.classify(ctx, err)
}

// Prepare prepares a statement that is run many times in this transaction; the
// caller closes it.
func (tx *Tx) Prepare(ctx context.Context, query string) (*Stmt, error) {
	raw, err := tx.raw.PreparexContext(ctx, tx.db.rebind(ctx, query))
	if err != nil {
		return nil, tx.classify(ctx, err)
	}
	return &Stmt{raw: raw, classify: tx.classify}, nil
}

// Stmt is a prepared statement of one transaction.
type Stmt struct {
	raw      *sqlx.Stmt
	classify classifier
}

// Close frees the statement.
func (s *Stmt) Close() error { return s.raw.Close() }

// Exec runs the statement.
func (s *Stmt) Exec(ctx context.Context, args ...any) (sql.Result, error) {
	result, err := s.raw.ExecContext(ctx, args...)
	return result, s.classify(ctx, err)
}

// Get reads one row into dest; no row is ErrNotFound.
func (s *Stmt) Get(ctx context.Context, dest any, args ...any) error {
	return s.classify(ctx, s.raw.GetContext(ctx, dest, args...))
}

// Select reads all rows into dest, a pointer to a slice.
func (s *Stmt) Select(ctx context.Context, dest any, args ...any) error {
	return s.classify(ctx, s.raw.SelectContext(ctx, dest, args...))
}
