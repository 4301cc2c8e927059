// Package sqlstore keeps the log in SQLite or PostgreSQL.
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
	"github.com/edensync/edensync/services/audit"
)

//go:embed migrations
var embedded embed.FS

// Migrations are the tables, in the folders sqlite and postgres.
var Migrations = sqldb.Migrations(embedded)

// VersionTable is where the state of the migrations is noted.
const VersionTable = "schema_version"

// Store is an audit.Store.
type Store struct {
	db  *sqldb.DB
	now func() time.Time
}

var _ audit.Store = (*Store)(nil)

// New makes a store on a database that has been migrated.
func New(db *sqldb.DB, now func() time.Time) *Store { return &Store{db: db, now: now} }

// insertRows is how many rows one statement writes: SQLite allows 32 766
// parameters, and longer statements gain nothing.
const insertRows = 100

// Write stores what is not there yet.
func (s *Store) Write(ctx context.Context, batch []audit.Entry) (int, error) {
	var written int
	err := s.db.Tx(ctx, func(tx *sqldb.Tx) (err error) {
		written, err = write(ctx, tx, batch)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("write %d entries: %w", len(batch), err)
	}
	return written, nil
}

func write(ctx context.Context, tx *sqldb.Tx, batch []audit.Entry) (written int, err error) {
	seq, err := reserve(ctx, tx, len(batch))
	if err != nil {
		return 0, err
	}
	for len(batch) > 0 {
		n := min(insertRows, len(batch))
		added, err := insert(ctx, tx, batch[:n], seq)
		if err != nil {
			return 0, err
		}
		written += added
		seq += int64(n)
		batch = batch[n:]
	}
	return written, nil
}

// reserve hands out n change numbers and answers the first. The row stays
// locked to the commit.
func reserve(ctx context.Context, tx *sqldb.Tx, n int) (first int64, err error) {
	var last int64
	if err := tx.Get(ctx, &last, "UPDATE log_sequence SET last = last + ? WHERE id = 1 RETURNING last", n); err != nil {
		return 0, fmt.Errorf("reserve %d change numbers: %w", n, err)
	}
	return last - int64(n) + 1, nil
}

func insert(ctx context.Context, tx *sqldb.Tx, batch []audit.Entry, seq int64) (int, error) {
	var args []any
	for i, entry := range batch {
		r, err := rowOf(entry, seq+int64(i))
		if err != nil {
			return 0, fmt.Errorf("entry %s: %w", entry.ID, err)
		}
		args = append(args, r.values()...)
	}
	result, err := tx.Exec(ctx, insertText(len(batch)), args...)
	if err != nil {
		return 0, err
	}
	added, err := result.RowsAffected()
	return int(added), err
}

func insertText(rows int) string {
	marks := "(?" + strings.Repeat(", ?", strings.Count(columns, ",")) + ")"
	return "INSERT INTO log_entry (" + columns + ") VALUES " + marks + strings.Repeat(", "+marks, rows-1) + " ON CONFLICT (id) DO NOTHING"
}

// Get answers an entry with its neighbours.
func (s *Store) Get(ctx context.Context, id string, filter audit.Filter) (audit.Detail, error) {
	var detail audit.Detail
	err := s.db.ReadTx(ctx, func(tx *sqldb.Tx) error {
		var r row
		err := tx.Get(ctx, &r, "SELECT "+columns+" FROM log_entry WHERE id = ?", id)
		if errors.Is(err, sqldb.ErrNotFound) {
			return apierr.NotFound("log entry", id)
		}
		if err != nil {
			return err
		}
		if detail.Entry, err = r.entry(); err != nil {
			return err
		}
		if detail.PreviousID, err = neighbour(ctx, tx, &r, filter, newer); err != nil {
			return err
		}
		detail.NextID, err = neighbour(ctx, tx, &r, filter, older)
		return err
	})
	if err != nil {
		return audit.Detail{}, fmt.Errorf("read log entry %s: %w", id, err)
	}
	return detail, nil
}

// neighbour is "" at the end of the list.
func neighbour(ctx context.Context, tx *sqldb.Tx, r *row, filter audit.Filter, to side) (string, error) {
	query, args := neighbourQuery(filter, r.OccurredAt, r.ID, to)
	var id string
	err := tx.Get(ctx, &id, query, args...)
	if errors.Is(err, sqldb.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// side is where a neighbour is looked for.
type side struct{ beyond, order string }

var (
	newer = side{">", "ASC"}
	older = side{"<", "DESC"}
)

func neighbourQuery(filter audit.Filter, occurredAt sqldb.Micros, id string, to side) (string, []any) {
	c := conditionOf(filter)
	c.Add("(occurred_at, id) "+to.beyond+" (?, ?)", occurredAt, id)
	return "SELECT id FROM log_entry" + c.SQL() + " ORDER BY occurred_at " + to.order + ", id " + to.order + " LIMIT 1", c.Args()
}

// Sequence is the change number of an entry, or the last one given out.
func (s *Store) Sequence(ctx context.Context, id string) (int64, error) {
	var seq int64
	if id == audit.Beginning {
		return 0, nil
	}
	if id == "" {
		if err := s.db.Get(ctx, &seq, "SELECT last FROM log_sequence WHERE id = 1"); err != nil {
			return 0, fmt.Errorf("read the last change number: %w", err)
		}
		return seq, nil
	}
	err := s.db.Get(ctx, &seq, "SELECT seq FROM log_entry WHERE id = ?", id)
	if errors.Is(err, sqldb.ErrNotFound) {
		return 0, apierr.NotFound("log entry", id)
	}
	if err != nil {
		return 0, fmt.Errorf("read the change number of entry %s: %w", id, err)
	}
	return seq, nil
}

// Last is the id of the entry with the highest number.
func (s *Store) Last(ctx context.Context) (string, error) {
	var id string
	err := s.db.Get(ctx, &id, "SELECT id FROM log_entry ORDER BY seq DESC LIMIT 1")
	if errors.Is(err, sqldb.ErrNotFound) {
		return audit.Beginning, nil
	}
	if err != nil {
		return "", fmt.Errorf("read the last log entry: %w", err)
	}
	return id, nil
}
