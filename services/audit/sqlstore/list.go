package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
)

func conditionOf(f audit.Filter) *sqldb.Where {
	c := &sqldb.Where{}
	c.Equal("repository_id", f.RepositoryID)
	c.Equal("resource_name", f.ResourceName)
	c.Equal("run_id", f.RunID)
	addWord(c, "mode", f.Mode, audit.ModePull, audit.ModePush, audit.ModeLogin, audit.ModeRegister, audit.ModeNone)
	addWord(c, "transmission", f.Transmission, audit.TransmissionIncoming, audit.TransmissionOutgoing, audit.TransmissionNone)
	c.Equal("action", f.Action)
	addResults(c, f.Results)
	addRemoteError(c, f.RemoteError)
	if !f.Start.IsZero() {
		c.Add("occurred_at >= ?", sqldb.MicrosOf(f.Start))
	}
	if !f.End.IsZero() {
		c.Add("occurred_at < ?", sqldb.MicrosOf(f.End))
	}
	if f.Query != "" {
		c.Add(`CASE WHEN folded = '' THEN message ELSE folded END LIKE ? ESCAPE '\'`, "%"+literal(fold(f.Query))+"%")
	}
	return c
}

// addWord writes a known word as it stands in the conditions of the indexes: behind a parameter SQLite would not know it.
func addWord[T ~string](c *sqldb.Where, column string, wanted T, known ...T) {
	if slices.Contains(known, wanted) {
		c.Add(column + " = '" + string(wanted) + "'")
		return
	}
	c.Equal(column, string(wanted))
}

// addRemoteError writes the condition of an index as it stands there.
func addRemoteError(c *sqldb.Where, wanted *bool) {
	switch {
	case wanted == nil:
	case *wanted:
		c.Add("remote_error")
	default:
		c.Add("NOT remote_error")
	}
}

// addResults names what is not wanted if successes are not, and several others are: such terms fit the index of troubles,
// and do not lead a planner to think that next to nothing will be found.
func addResults(c *sqldb.Where, results []audit.Result) {
	switch {
	case len(results) == 0:
	case len(results) == 1 && results[0] != audit.ResultSuccess:
		addWord(c, "result", results[0], audit.ResultWarning, audit.ResultError, audit.ResultFatal)
		c.Add("result <> 'success'") // for the indexes of troubles
	case slices.Contains(results, audit.ResultSuccess):
		sqldb.In(c, "result", results)
	default:
		for _, result := range []audit.Result{audit.ResultSuccess, audit.ResultWarning, audit.ResultError, audit.ResultFatal} {
			if !slices.Contains(results, result) {
				c.Add("result <> '" + string(result) + "'")
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
		c.Add("(occurred_at, id) < (?, ?)", sqldb.MicrosOf(behind.Time), behind.ID)
	}
	query := "SELECT " + columns + " FROM log_entry" + c.SQL() + " ORDER BY occurred_at DESC, id DESC LIMIT ?"
	return query, c.Args(limit)
}

// Since answers what came after a change number. How far it looked is read in
// the same snapshot, so that nothing between is missed.
func (s *Store) Since(ctx context.Context, filter audit.Filter, after int64, limit int) ([]audit.Entry, int64, error) {
	c := conditionOf(filter)
	c.Add("seq > ?", after)
	var rows []row
	var last int64
	err := s.db.ReadTx(ctx, func(tx *sqldb.Tx) error {
		rows = nil
		if err := tx.Get(ctx, &last, "SELECT last FROM log_sequence WHERE id = 1"); err != nil || last <= after {
			return err
		}
		return tx.Select(ctx, &rows, "SELECT "+columns+" FROM log_entry"+c.SQL()+" ORDER BY seq LIMIT ?", c.Args(limit)...)
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
