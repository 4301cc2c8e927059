package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
)

// condition is a WHERE clause that grows.
type condition struct {
	terms []string
	args  []any
}

func (c *condition) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// equal adds nothing for an empty text.
func (c *condition) equal(column, text string) {
	if text != "" {
		c.add(column+" = ?", text)
	}
}

func (c *condition) where() string {
	if len(c.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.terms, " AND ")
}

func conditionOf(f audit.Filter) *condition {
	c := &condition{}
	c.equal("repository_id", f.RepositoryID)
	c.equal("resource_name", f.ResourceName)
	c.equal("run_id", f.RunID)
	c.equal("mode", string(f.Mode))
	c.equal("transmission", string(f.Transmission))
	c.equal("action", f.Action)
	c.results(f.Results)
	if f.RemoteError != nil {
		c.add("remote_error = ?", *f.RemoteError)
	}
	if !f.Start.IsZero() {
		c.add("occurred_at >= ?", sqldb.MicrosOf(f.Start))
	}
	if !f.End.IsZero() {
		c.add("occurred_at < ?", sqldb.MicrosOf(f.End))
	}
	if f.Query != "" {
		c.add(`CASE WHEN folded = '' THEN message ELSE folded END LIKE ? ESCAPE '\'`, "%"+literal(fold(f.Query))+"%")
	}
	return c
}

// results names what is not wanted if successes are not: such terms fit the
// index of troubles, and do not lead a planner to think that next to nothing
// will be found.
func (c *condition) results(results []audit.Result) {
	switch {
	case len(results) == 0:
	case slices.Contains(results, audit.ResultSuccess):
		args := make([]any, len(results))
		for i, result := range results {
			args[i] = string(result)
		}
		c.add("result IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	default:
		for _, result := range []audit.Result{audit.ResultSuccess, audit.ResultWarning, audit.ResultError, audit.ResultFatal} {
			if !slices.Contains(results, result) {
				c.add("result <> '" + string(result) + "'")
			}
		}
	}
}

// literal takes the meaning from LIKE's special characters.
func literal(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// List answers a page, newest first.
func (s *Store) List(ctx context.Context, filter audit.Filter, behind *audit.Position, limit int) ([]audit.Entry, error) {
	query, args := listQuery(filter, behind, limit)
	var rows []row
	if err := s.db.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("list log entries: %w", err)
	}
	return entries(rows)
}

func listQuery(filter audit.Filter, behind *audit.Position, limit int) (string, []any) {
	c := conditionOf(filter)
	if behind != nil {
		c.add("(occurred_at, id) < (?, ?)", sqldb.MicrosOf(behind.Time), behind.ID)
	}
	query := "SELECT " + columns + " FROM log_entry" + c.where() + " ORDER BY occurred_at DESC, id DESC LIMIT ?"
	return query, append(c.args, limit)
}

// Since answers what came after a change number. How far it looked is read in
// the same snapshot, so that nothing between is missed.
func (s *Store) Since(ctx context.Context, filter audit.Filter, after int64, limit int) ([]audit.Entry, int64, error) {
	c := conditionOf(filter)
	c.add("seq > ?", after)
	var rows []row
	var last int64
	err := s.db.ReadTx(ctx, func(tx *sqldb.Tx) error {
		rows = nil
		if err := tx.Get(ctx, &last, "SELECT last FROM log_sequence WHERE id = 1"); err != nil || last <= after {
			return err
		}
		return tx.Select(ctx, &rows, "SELECT "+columns+" FROM log_entry"+c.where()+" ORDER BY seq LIMIT ?", append(c.args, limit)...)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list log entries since %d: %w", after, err)
	}
	if len(rows) == limit {
		last = rows[limit-1].Seq
	}
	list, err := entries(rows)
	return list, max(last, after), err
}
