package sqldb

import (
	"context"
	"database/sql/driver"
	"strings"
)

// Limits of what a connection of SQLite remembers.
const (
	maxStatements = 96      // kept statements
	maxKeptText   = 4 << 10 // bytes; longer texts are lists, which hardly ever come again
	maxMet        = 4 * 96  // texts that came once
)

// keeper opens connections of SQLite that keep statements.
type keeper struct{ driver.Connector }

// Connect opens one.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	lite, ok := conn.(liteConn)
	if err != nil || !ok {
		return conn, err
	}
	return &keepingConn{liteConn: lite, kept: map[string]*statement{}, met: map[string]bool{}}, nil
}

// liteConn and liteStmt are what the driver of SQLite gives.
type (
	liteConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	liteStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

// keepingConn keeps the statement of a text that comes again. Translating the same texts over and over took a quarter of the
// time of a small exchange. Like every connection it is used by one goroutine at a time.
type keepingConn struct {
	liteConn
	kept map[string]*statement
	met  map[string]bool
	uses int64
}

// statement is kept until the connection ends or others are used more.
type statement struct {
	liteStmt
	busy bool // its rows are being read, or somebody has it
	used int64
}

// ExecContext runs a statement.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteConn.ExecContext(ctx, text, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext runs a statement that answers rows.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{Rows: rows, of: s}, nil
}

// PrepareContext gives a statement to somebody who runs it many times.
func (c *keepingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteConn.PrepareContext(ctx, text)
	}
	s.busy = true
	return lent{s}, nil
}

// Close frees the statements first.
func (c *keepingConn) Close() error {
	for text, s := range c.kept {
		delete(c.kept, text)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return c.liteConn.Close()
}

// statement is nil for a text that is not kept, or whose statement is busy.
func (c *keepingConn) statement(ctx context.Context, text string) (*statement, error) {
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
	prepared, err := c.liteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &statement{liteStmt: prepared.(liteStmt), used: c.uses}
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
type lent struct{ *statement }

// Close gives it back.
func (l lent) Close() error {
	l.busy = false
	return nil
}
