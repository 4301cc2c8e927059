package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/edensync/edensync/internal/apierr"
)

// What callers tell apart with errors.Is. ErrFull is at the same time the
// *apierr.Error that a person should see; so are the unexported busy and
// unavailable errors. The other three mean something only to the caller.
var (
	// ErrNotFound: Get found no row.
	ErrNotFound = errors.New("no such row")
	// ErrUnique: a primary key or unique index has this value; see Constraint.
	ErrUnique = errors.New("value exists already")
	// ErrForeignKey: a row that is referred to is missing, or is still referred to.
	ErrForeignKey = errors.New("reference is broken")
	// ErrFull: the disk is full, over quota or read-only.
	ErrFull error = apierr.New(apierr.KindExhausted, apierr.ReasonStorageFull,
		"The disk of the database is full or read-only, so nothing new was stored; make room or mount it writable.")

	errBusy error = apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseBusy,
		"The database was busy for too long, so nothing was changed; try again.")
	errUnavailable error = apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable,
		"The database does not answer, so nothing was done; check that it runs and is reachable.")
	// errConnect: there was not even a connection.
	errConnect error = apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable,
		"The database cannot be reached, so nothing was done; check that it runs, and that address and password are right.")
	// errReadOnly: the server takes no changes, such as a standby.
	errReadOnly error = apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable,
		"The database takes no changes at the moment, so nothing was done; try again, and check that this is its primary.")
	// errUnsure: the connection was lost while a change was being made. Who repeats it must expect that it was made.
	errUnsure error = apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable,
		"The connection to the database was lost while a change was being stored; look whether it was made before you repeat it.").
		Unsure()
)

// classified is a driver's error with its class.
type classified struct {
	class      error
	constraint string
	cause      error
}

func (e *classified) Error() string {
	if e.constraint != "" {
		return e.class.Error() + " (" + e.constraint + "): " + e.cause.Error()
	}
	return e.class.Error() + ": " + e.cause.Error()
}

func (e *classified) Unwrap() []error { return []error{e.class, e.cause} }

// Constraint is the name of the unique index behind an ErrUnique, "" for other
// errors. It is PostgreSQL's name on both engines: t_pkey for a primary key,
// t_a_b_key for UNIQUE (a, b), else the name given in CREATE UNIQUE INDEX.
// Constraints with a name of their own (CONSTRAINT n UNIQUE) lose it on SQLite:
// create an index instead.
func Constraint(err error) string {
	var c *classified
	if errors.As(err, &c) {
		return c.constraint
	}
	return ""
}

// Classify gives a driver's error its class; other errors and nil stay as they
// are. The methods of this package have done it already; it is for rows.Err
// and for what dialect files do with Tx.Raw.
func Classify(err error) error {
	if err == nil {
		return nil
	}
	var done *classified
	if errors.As(err, &done) {
		return err
	}
	constraint, class := classOf(err)
	if class == nil {
		return err
	}
	return &classified{class: class, constraint: constraint, cause: err}
}

// classify does what Classify does and names SQLite's unique indices.
func (db *DB) classify(ctx context.Context, err error) error {
	err = Classify(err)
	var c *classified
	if db.dialect == SQLite && errors.As(err, &c) && errors.Is(c.class, ErrUnique) && c.constraint == "" {
		c.constraint = db.uniques.name(ctx, db.read, c.cause)
	}
	return err
}

// classifyRead does what classify does for the read side, where "read-only" is
// no matter of the disk but of the statement.
func (db *DB) classifyRead(ctx context.Context, err error) error {
	classified := db.classify(ctx, err)
	if errors.Is(classified, ErrFull) || errors.Is(classified, errReadOnly) {
		return fmt.Errorf("a statement that writes was run on the read side (use Tx or Exec): %w", err)
	}
	return classified
}

// classOf is nil for an error without class.
func classOf(err error) (constraint string, class error) {
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return e.Constraint, classOfPostgres(e)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return "", classOfSQLite(e)
	}
	if _, ok := errors.AsType[net.Error](err); ok && !fromContext(err) {
		return "", errUnavailable
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "", errUnavailable
	}
	return "", nil
}

// fromContext tells apart "gave up" and "cannot reach"; context.DeadlineExceeded
// is a net.Error, too.
func fromContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func classOfPostgres(e *pq.Error) error {
	code := string(e.Code)
	switch code {
	case "23505":
		return ErrUnique
	case "23503":
		return ErrForeignKey
	case "40001", "40P01", "55P03":
		return errBusy
	case "53100":
		return ErrFull
	case "25006":
		return errReadOnly
	case "57P01", "57P02", "57P03", "57P05", "25P03", "53300":
		return errUnavailable
	}
	if outlived(e) {
		return errBusy
	}
	if strings.HasPrefix(code, "08") {
		return errUnavailable
	}
	return nil
}

// outlived tells that a kept statement is void: its table has changed since, or it was freed behind the connection's back.
// Nothing was done; the next try has it prepared anew.
func outlived(e *pq.Error) bool {
	return e.Code == "26000" || e.Code == "0A000" && e.Routine == "RevalidateCachedQuery"
}

func classOfSQLite(e *sqlite.Error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return ErrUnique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrForeignKey
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errBusy
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY:
		return ErrFull
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR:
		return errUnavailable
	default:
		return nil
	}
}

// retryable says that the work was certainly not done and may be done if it is tried again: the engine rolled it back and
// asks to repeat it, or the connection was lost before the end. It looks wherever in the chain the error stands.
func retryable(err error) bool {
	if errors.Is(err, errUnsure) {
		return false
	}
	if errors.Is(err, errBusy) || away(err) {
		return true
	}
	_, class := classOf(err)
	return errors.Is(class, errBusy) || away(class)
}

// away says that there is no server to work with.
func away(err error) bool {
	return errors.Is(err, errUnavailable) || errors.Is(err, errConnect) || errors.Is(err, errReadOnly)
}

// unsure turns the loss of a connection in the middle of a change into an errUnsure. SQLite has no connections.
func (db *DB) unsure(err error) error {
	if db.dialect == SQLite || !errors.Is(err, errUnavailable) {
		return err
	}
	return &classified{class: errUnsure, cause: err}
}
