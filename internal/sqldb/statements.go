package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"strings"

	"github.com/lib/pq"
)

// Limits of what a connection remembers.
const (
	maxStatements = 96      // kept statements
	maxKeptText   = 4 << 10 // bytes; longer texts are lists, which hardly ever come again
	maxMet        = 4 * 96  // texts that came once
)

// keeper opens connections that keep statements.
type keeper struct{ driver.Connector }

// Connect opens one.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	return keeping(conn, true), err
}

// keeping is the connection as one that keeps statements.
func keeping(conn driver.Conn, frees bool) driver.Conn {
	plain, ok := conn.(plainConn)
	if !ok {
		return conn
	}
	return &keepingConn{plainConn: plain, kept: map[string]*statement{}, met: map[string]bool{}, frees: frees}
}

// CheckNamedValue leaves arguments to the driver.
func (c *keepingConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.plainConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// plainConn and plainStmt are what the drivers give.
type (
	plainConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	plainStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

// keepingConn keeps the statement of a text that comes again. Translating and planning the same texts over and over took a
// quarter of the time of a small exchange on SQLite, a third on PostgreSQL. Like every connection it is used by one goroutine
// at a time.
type keepingConn struct {
	plainConn
	kept map[string]*statement
	met  map[string]bool
	uses int64

	frees bool // before it is closed; a server frees what belongs to a session, and may be gone
}

// statement is kept until the connection ends or others are used more.
type statement struct {
	plainStmt
	busy bool // its rows are being read, or somebody has it
	gone bool // it is kept no more
	used int64
}

// ExecContext runs a statement.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.plainConn.ExecContext(ctx, text, args)
	}
	result, err := s.ExecContext(ctx, args)
	return result, c.check(s, err)
}

// QueryContext runs a statement that answers rows.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.plainConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, c.check(s, err)
	}
	s.busy = true
	return &keptRows{Rows: rows, of: s}, nil
}

// check forgets a statement that has outlived its table.
func (c *keepingConn) check(s *statement, err error) error {
	if e, ok := errors.AsType[*pq.Error](err); !ok || !outlived(e) {
		return err
	}
	maps.DeleteFunc(c.kept, func(_ string, kept *statement) bool { return kept == s })
	if s.busy {
		s.gone = true // whoever has it frees it
		return err
	}
	return errors.Join(err, s.Close())
}

// PrepareContext gives a statement to somebody who runs it many times.
func (c *keepingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.plainConn.PrepareContext(ctx, text)
	}
	s.busy = true
	return lent{s, c}, nil
}

// Close frees the statements first where the engine does not do so by itself.
func (c *keepingConn) Close() error {
	var err error
	for _, s := range c.kept {
		if c.frees {
			err = errors.Join(err, s.Close())
		}
	}
	clear(c.kept)
	return errors.Join(err, c.plainConn.Close())
}

// statement is nil for a text that is not kept, or whose statement is busy.
func (c *keepingConn) statement(ctx context.Context, text string) (*statement, error) {
	text = withoutIDs(text)
	c.uses++
	if s := c.kept[text]; s != nil {
		s.used = c.uses
		if s.busy {
			return nil, nil //nolint:nilnil // the caller goes on without
		}
		return s, nil
	}
	if !c.again(text) {
		return nil, nil //nolint:nilnil // the caller goes on without
	}
	if err := c.makeRoom(); err != nil {
		return nil, err
	}
	prepared, err := c.plainConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &statement{plainStmt: prepared.(plainStmt), used: c.uses}
	c.kept[text] = s
	return s, nil
}

// again tells whether a text that may be kept has come before.
func (c *keepingConn) again(text string) bool {
	verb, _, _ := strings.Cut(text[:min(len(text), 16)], " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
	default:
		return false
	}
	if len(text) > maxKeptText {
		return false
	}
	if c.met[text] {
		delete(c.met, text)
		return true
	}
	if len(c.met) >= maxMet {
		clear(c.met)
	}
	c.met[text] = true
	return false
}

// makeRoom frees the statement that was not used for the longest time.
func (c *keepingConn) makeRoom() error {
	if len(c.kept) < maxStatements {
		return nil
	}
	oldest := ""
	for text, s := range c.kept {
		if !s.busy && (oldest == "" || s.used < c.kept[oldest].used) {
			oldest = text
		}
	}
	if oldest == "" {
		return nil // all are being read: one too many
	}
	s := c.kept[oldest]
	delete(c.kept, oldest)
	return s.Close()
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	of *statement
}

// Close ends the reading.
func (r *keptRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}

// lent is a statement that is given back instead of being freed.
type lent struct {
	*statement
	by *keepingConn
}

// ExecContext runs it.
func (l lent) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	result, err := l.statement.ExecContext(ctx, args)
	return result, l.by.check(l.statement, err)
}

// QueryContext runs it for rows.
func (l lent) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := l.statement.QueryContext(ctx, args)
	return rows, l.by.check(l.statement, err)
}

// Close gives it back.
func (l lent) Close() error {
	l.busy = false
	if l.gone {
		return l.statement.Close()
	}
	return nil
}

// withoutIDs is the text without those for which it runs, which db.rebind puts in front of it: a statement that is kept runs for
// many.
func withoutIDs(text string) string {
	if !strings.HasPrefix(text, commentStart) {
		return text
	}
	_, rest, _ := strings.Cut(text, commentEnd)
	return rest
}
