package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// Cursor is documented at engine.Store.
func (s *Store) Cursor(ctx context.Context, repositoryID, resource string) (transfer.Cursor, error) {
	return cursorOf(ctx, s.db, repositoryID, resource)
}

// Cursors is documented at engine.Store.
func (s *Store) Cursors(ctx context.Context, repositoryID string) ([]transfer.Cursor, error) {
	cursors, err := readCursors(ctx, s.db, "repository_id = ?", repositoryID)
	if err != nil {
		return nil, fmt.Errorf("read the cursors of %s: %w", repositoryID, err)
	}
	return cursors, nil
}

func cursorOf(ctx context.Context, q sqldb.Querier, repositoryID, resource string) (transfer.Cursor, error) {
	cursors, err := readCursors(ctx, q, "repository_id = ? AND resource = ?", repositoryID, resource)
	if err != nil {
		return transfer.Cursor{}, fmt.Errorf("read the cursor of %s with %s: %w", resource, repositoryID, err)
	}
	if len(cursors) == 0 {
		return transfer.NewCursor(repositoryID, resource), nil
	}
	return cursors[0], nil
}

const cursorColumns = `c.repository_id, c.resource, c.pull_time, c.pull_token, c.push_seq, c.sync_seq, c.one_way, c.selection,
	c.last_full_at, c.last_pull_at, c.last_push_at, c.edensync`

// scanCursor reads a row of cursorColumns, with others before and after them.
func scanCursor(rows *sqlx.Rows, before []any, after ...any) (c transfer.Cursor, err error) {
	var pull, full, pulled, pushed sqldb.Micros
	err = rows.Scan(slices.Concat(before, []any{
		&c.RepositoryID, &c.Resource, &pull, &c.PullToken, &c.PushSeq, &c.SyncSeq, &c.OneWay,
		&c.Selection, &full, &pulled, &pushed, &c.Edensync,
	}, after)...)
	c.PullTime, c.LastFullAt, c.LastPullAt, c.LastPushAt = pull.Time(), full.Time(), pulled.Time(), pushed.Time()
	return c, err
}

func readCursors(ctx context.Context, q sqldb.Querier, where string, args ...any) (cursors []transfer.Cursor, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		c, err := scanCursor(rows, nil)
		cursors = append(cursors, c)
		return err
	}, "SELECT "+cursorColumns+" FROM cursor AS c WHERE "+where+" ORDER BY c.resource", args...)
	return cursors, err
}

// SaveCursor is documented at engine.Tx. Of what the repository has seen a run may know less than the table: the
// repository may ask for records while the run is at work. Who does not know yet that it asks guesses, and guesses do not
// count then.
func (t *tx) SaveCursor(_ context.Context, c transfer.Cursor) error {
	t.notes.put(fmt.Sprintf("the cursor of %s with %s", c.Resource, c.RepositoryID), `INSERT INTO cursor (repository_id, resource, pull_time, pull_token, push_seq, sync_seq, one_way,
		selection, last_full_at, last_pull_at, last_push_at, edensync) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (repository_id, resource) DO UPDATE SET pull_time = excluded.pull_time, pull_token = excluded.pull_token,
		push_seq = excluded.push_seq, one_way = cursor.one_way AND excluded.one_way, selection = excluded.selection,
		sync_seq = CASE WHEN excluded.sync_seq < cursor.sync_seq OR excluded.one_way AND NOT cursor.one_way THEN cursor.sync_seq
			ELSE excluded.sync_seq END,
		last_full_at = excluded.last_full_at, last_pull_at = excluded.last_pull_at, last_push_at = excluded.last_push_at, edensync = excluded.edensync`,
		c.RepositoryID, c.Resource, sqldb.MicrosOf(c.PullTime), clean(c.PullToken), c.PushSeq, c.SyncSeq, c.OneWay, clean(c.Selection),
		sqldb.MicrosOf(c.LastFullAt), sqldb.MicrosOf(c.LastPullAt), sqldb.MicrosOf(c.LastPushAt), c.Edensync)
	return nil
}

// DeleteRepository forgets how far the exchange with a repository has got. Records, ledger and runs stay; files
// that were still to be fetched from it are given up.
func (s *Store) DeleteRepository(ctx context.Context, repositoryID string) error {
	return s.db.Tx(ctx, func(q *sqldb.Tx) error {
		_, err := q.Exec(ctx, "UPDATE file SET state = 'FAILED', message = ?, updated_at = ? WHERE repository_id = ? AND state = 'PENDING'",
			"the repository that has the file was removed", sqldb.MicrosOf(s.now()), repositoryID)
		for _, table := range []string{"cursor", "serving", "shown", "resend", "heard"} {
			if err == nil {
				_, err = q.Exec(ctx, "DELETE FROM "+table+" WHERE repository_id = ?", repositoryID)
			}
		}
		if err != nil {
			return fmt.Errorf("forget repository %s: %w", repositoryID, err)
		}
		return nil
	})
}

// maxServings is the number of answers that are remembered per repository and resource.
const maxServings = 16

// Servings is documented at engine.Store; the latest comes first.
func (s *Store) Servings(ctx context.Context, repositoryID, resource string, sel transfer.Selection) (servings []transfer.Serving, err error) {
	err = each(ctx, s.db, func(rows *sqlx.Rows) error {
		var v transfer.Serving
		var youngest, served sqldb.Micros
		err := rows.Scan(&v.Seq, &youngest, &served)
		v.Youngest, v.ServedAt = youngest.Time(), served.Time()
		servings = append(servings, v)
		return err
	}, `SELECT seq, youngest, served_at FROM serving WHERE repository_id = ? AND resource = ?
		AND digest IN ('', ?) ORDER BY seq DESC, youngest DESC`, repositoryID, resource, digestOf(sel))
	if err != nil {
		return nil, fmt.Errorf("read what was served of %s to %s: %w", resource, repositoryID, err)
	}
	return servings, nil
}

// AddServing is documented at engine.Tx.
func (t *tx) AddServing(ctx context.Context, repositoryID, resource string, sel transfer.Selection, v transfer.Serving) error {
	_, err := t.q.Exec(ctx, `INSERT INTO serving (repository_id, resource, digest, seq, youngest, served_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (repository_id, resource, seq, youngest, digest) DO UPDATE SET served_at = excluded.served_at`,
		repositoryID, resource, digestOf(sel), v.Seq, sqldb.MicrosOf(v.Youngest), sqldb.MicrosOf(v.ServedAt))
	if err != nil {
		return fmt.Errorf("remember what was served of %s to %s: %w", resource, repositoryID, err)
	}
	var oldest struct {
		Seq      int64 `db:"seq"`
		Youngest int64 `db:"youngest"`
	}
	err = t.q.Get(ctx, &oldest, `SELECT seq, youngest FROM serving WHERE repository_id = ? AND resource = ?
		ORDER BY seq DESC, youngest DESC LIMIT 1 OFFSET ?`, repositoryID, resource, maxServings-1)
	if errors.Is(err, sqldb.ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = t.q.Exec(ctx, "DELETE FROM serving WHERE repository_id = ? AND resource = ? AND (seq < ? OR seq = ? AND youngest < ?)",
			repositoryID, resource, oldest.Seq, oldest.Seq, oldest.Youngest)
	}
	if err != nil {
		return fmt.Errorf("forget what was served of %s to %s: %w", resource, repositoryID, err)
	}
	return nil
}

// ConfirmServing is documented at engine.Tx.
func (t *tx) ConfirmServing(ctx context.Context, repositoryID, resource string, sel transfer.Selection, seq int64) error {
	_, err := t.q.Exec(ctx, `DELETE FROM serving WHERE repository_id = ? AND resource = ? AND digest = ? AND seq <
		(SELECT max(seq) FROM serving AS last WHERE last.repository_id = ? AND last.resource = ? AND last.digest = ? AND last.seq <= ?)`,
		repositoryID, resource, digestOf(sel), repositoryID, resource, digestOf(sel), seq)
	if err != nil {
		return fmt.Errorf("confirm what was served of %s to %s: %w", resource, repositoryID, err)
	}
	return nil
}

// Resends is documented at engine.Store; what waits longest comes first.
func (s *Store) Resends(ctx context.Context, repositoryID, task string, limit int) (keys []transfer.Key, err error) {
	err = each(ctx, s.db, func(rows *sqlx.Rows) error {
		var k transfer.Key
		err := rows.Scan(&k.Resource, &k.UID)
		keys = append(keys, k)
		return err
	}, "SELECT resource, uid FROM resend WHERE repository_id = ? AND task = ? ORDER BY seq, resource, uid LIMIT ?",
		repositoryID, task, limit)
	if err != nil {
		return nil, fmt.Errorf("read what %s must be told again of %s: %w", repositoryID, task, err)
	}
	return keys, nil
}

// Resend is documented at engine.Tx.
func (t *tx) Resend(ctx context.Context, repositoryID, task string, keys []transfer.Key) error {
	var rows [][]any
	for _, g := range groups(keys) {
		for _, uid := range g.uids {
			rows = append(rows, []any{repositoryID, task, g.resource, uid, t.last})
		}
	}
	return insert(ctx, t.q, "resend", []string{"repository_id", "task", "resource", "uid", "seq"},
		"ON CONFLICT (repository_id, task, resource, uid) DO NOTHING", rows)
}

// Resent is documented at engine.Tx.
func (t *tx) Resent(ctx context.Context, repositoryID, task string, keys []transfer.Key) error {
	for _, g := range groups(keys) {
		cond, arg := inList(t.q.Dialect(), "uid", g.uids)
		if _, err := t.q.Exec(ctx, "DELETE FROM resend WHERE repository_id = ? AND task = ? AND resource = ? AND "+cond,
			repositoryID, task, g.resource, arg); err != nil {
			return fmt.Errorf("forget %d records that %s was told again: %w", len(g.uids), repositoryID, err)
		}
	}
	return nil
}
