// Package sqlstore keeps the configuration in SQLite or PostgreSQL. Secrets are
// sealed on their way in and opened on their way out; the place of a sealed
// value is table/row/column.
package sqlstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

//go:embed migrations
var embedded embed.FS

// Migrations are the tables, with a folder for each engine.
var Migrations = sqldb.Migrations(embedded)

// Sealer encrypts secrets for their place in the database.
type Sealer interface {
	Seal(plain, place string) (string, error)
	Unseal(sealed, place string) (string, error)
}

// Auditor writes an audit entry in the caller's transaction.
type Auditor func(ctx context.Context, q sqldb.Querier, e config.Entry) error

// Store is the config.Store of a database.
type Store struct {
	db     *sqldb.DB
	sealer Sealer
	audit  Auditor
}

var _ config.Store = (*Store)(nil)

// New makes a store on a migrated database.
func New(db *sqldb.DB, sealer Sealer, audit Auditor) *Store {
	return &Store{db: db, sealer: sealer, audit: audit}
}

// Write runs work in a transaction.
func (s *Store) Write(ctx context.Context, work func(tx config.Tx) error) error {
	return s.db.Tx(ctx, func(tx *sqldb.Tx) error { return work(&access{q: tx, sealer: s.sealer, audit: s.audit}) })
}

// Read runs work on a snapshot.
func (s *Store) Read(ctx context.Context, work func(r config.Reader) error) error {
	return s.db.ReadTx(ctx, func(tx *sqldb.Tx) error { return work(&access{q: tx, sealer: s.sealer, audit: s.audit}) })
}

// Look runs work without a transaction.
func (s *Store) Look(_ context.Context, work func(r config.Reader) error) error {
	return work(&access{q: s.db, sealer: s.sealer, audit: s.audit})
}

// access is one open transaction, or the database itself.
type access struct {
	q      sqldb.Querier
	sealer Sealer
	audit  Auditor
}

var _ config.Tx = (*access)(nil)

// Guard takes the one row that all changes of configuration take first.
func (a *access) Guard(ctx context.Context) error {
	return a.exec(ctx, "guard a change", "UPDATE guard SET n = n + 1 WHERE id = 1")
}

// Audit writes an entry.
func (a *access) Audit(ctx context.Context, e config.Entry) error {
	if err := a.audit(ctx, a.q, e); err != nil {
		return fmt.Errorf("audit %q: %w", e.Action, err)
	}
	return nil
}

func (a *access) exec(ctx context.Context, what, query string, args ...any) error {
	_, err := a.q.Exec(ctx, query, args...)
	return wrap(what, err)
}

// wrap says what failed. A value that is taken although the rules were checked
// before is told to the caller as such.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sqldb.ErrUnique) {
		return apierr.New(apierr.KindAlreadyExists, apierr.ReasonAlreadyExists,
			"Something of this name or value was saved at the same moment, so nothing was changed; look at the list and try again.").
			With("constraint", sqldb.Constraint(err)).Wrap(fmt.Errorf("%s: %w", what, err))
	}
	return fmt.Errorf("%s: %w", what, err)
}

// one reads one row; found is false if there is none.
func one(ctx context.Context, q sqldb.Querier, dest any, query string, args ...any) (found bool, err error) {
	err = q.Get(ctx, dest, query, args...)
	if errors.Is(err, sqldb.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// marks are n parameters for a list of columns.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// insertInto is the statement that inserts a row of these columns.
func insertInto(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + marks(strings.Count(columns, ",")+1) + ")"
}

// setAll is the SET clause of an UPDATE of these columns.
func setAll(columns string) string { return strings.ReplaceAll(columns, ",", " = ?,") + " = ?" }

// containing is a LIKE pattern, escaped with !, for a part of a folded text.
func containing(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(config.Fold(text)) + "%"
}

func micros(t time.Time) sqldb.Micros { return sqldb.MicrosOf(t) }
