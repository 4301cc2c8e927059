package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// digestOf names a selection, whose text may be too long for an index; "" is everything.
func digestOf(s transfer.Selection) string {
	text := s.String()
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// What waits of a repository, and of a task.
const (
	rejectsWait = "EXISTS (SELECT 1 FROM item WHERE repository_id = ? AND direction = 'PULL' AND outcome = 'REJECTED' AND state = 'OPEN')"
	resendsWait = "EXISTS (SELECT 1 FROM resend WHERE repository_id = ? AND task = ?)"
)

// Standing is documented at engine.Store. Whatever has a row in shown has a cursor.
func (s *Store) Standing(ctx context.Context, repositoryID, task string) (engine.Standing, error) {
	st, err := readStanding(ctx, s.db, repositoryID, task)
	if err != nil {
		return st, fmt.Errorf("read how %s stands with %s: %w", task, repositoryID, err)
	}
	return st, nil
}

func readStanding(ctx context.Context, q sqldb.Querier, repositoryID, task string) (engine.Standing, error) {
	const columns = "SELECT k.epoch, k.last, " + rejectsWait + ", " + resendsWait
	args, known := []any{repositoryID, repositoryID, task}, false
	st := engine.Standing{Shown: map[string][]transfer.Shown{}}
	own := []any{&st.At.Epoch, &st.At.Seq, &st.Rejects, &st.Resends}
	err := each(ctx, q, func(rows *sqlx.Rows) error {
		known = true
		return scanStanding(rows, &st, own)
	}, columns+", "+cursorColumns+`, p.selection, p.seq FROM change_clock AS k CROSS JOIN cursor AS c
		LEFT JOIN shown AS p ON p.repository_id = c.repository_id AND p.resource = c.resource
		WHERE k.id = 1 AND c.repository_id = ? ORDER BY c.resource, p.seq DESC, p.digest`, append(args, repositoryID)...)
	if err == nil && !known { // it is new
		err = each(ctx, q, func(rows *sqlx.Rows) error { return rows.Scan(own...) }, columns+" FROM change_clock AS k WHERE k.id = 1", args...)
	}
	return st, err
}

// scanStanding adds a row: a cursor, mostly for the first time, and a part of its resource.
func scanStanding(rows *sqlx.Rows, st *engine.Standing, own []any) error {
	var selection sql.NullString // NULL: nothing but the cursor
	var seq sql.NullInt64
	c, err := scanCursor(rows, own, &selection, &seq)
	if err != nil {
		return err
	}
	if n := len(st.Cursors); n == 0 || st.Cursors[n-1].Resource != c.Resource {
		st.Cursors = append(st.Cursors, c)
	}
	if !selection.Valid {
		return nil
	}
	part := transfer.Shown{Seq: seq.Int64}
	part.Selection, err = transfer.ParseSelection(selection.String)
	st.Shown[c.Resource] = append(st.Shown[c.Resource], part)
	return err
}

// maxShown is the number of selections that are remembered per repository and resource: a peer may ask with ever new
// filters. What is forgotten counts as not seen.
const maxShown = 8

// SaveShown is documented at engine.Tx.
func (t *tx) SaveShown(ctx context.Context, repositoryID, resource string, v transfer.Shown) error {
	_, err := t.q.Exec(ctx, `INSERT INTO shown (repository_id, resource, digest, selection, seq) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (repository_id, resource, digest) DO UPDATE SET
		seq = CASE WHEN excluded.seq > shown.seq THEN excluded.seq ELSE shown.seq END`,
		repositoryID, resource, digestOf(v.Selection), clean(v.Selection.String()), v.Seq)
	var oldest int64
	if err == nil {
		err = t.q.Get(ctx, &oldest, "SELECT seq FROM shown WHERE repository_id = ? AND resource = ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
			repositoryID, resource, maxShown-1)
	}
	if errors.Is(err, sqldb.ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = t.q.Exec(ctx, "DELETE FROM shown WHERE repository_id = ? AND resource = ? AND seq < ?", repositoryID, resource, oldest)
	}
	if err != nil {
		return fmt.Errorf("remember what %s has seen of %s: %w", repositoryID, resource, err)
	}
	return nil
}
