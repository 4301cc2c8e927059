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

// Seen is documented at engine.Store. Whatever has a row in shown has a cursor.
func (s *Store) Seen(ctx context.Context, repositoryID string) (cursors []transfer.Cursor, shown map[string][]transfer.Shown, err error) {
	shown = map[string][]transfer.Shown{}
	err = each(ctx, s.db, func(rows *sqlx.Rows) error {
		var part transfer.Shown
		var selection sql.NullString // NULL: nothing but the cursor
		var seq sql.NullInt64
		c, err := scanCursor(rows, &selection, &seq)
		if err != nil {
			return err
		}
		if len(cursors) == 0 || cursors[len(cursors)-1].Resource != c.Resource {
			cursors = append(cursors, c)
		}
		if !selection.Valid {
			return nil
		}
		part.Seq = seq.Int64
		part.Selection, err = transfer.ParseSelection(selection.String)
		shown[c.Resource] = append(shown[c.Resource], part)
		return err
	}, "SELECT "+cursorColumns+`, p.selection, p.seq FROM cursor AS c
		LEFT JOIN shown AS p ON p.repository_id = c.repository_id AND p.resource = c.resource
		WHERE c.repository_id = ? ORDER BY c.resource, p.seq DESC, p.digest`, repositoryID)
	if err != nil {
		return nil, nil, fmt.Errorf("read what %s has seen: %w", repositoryID, err)
	}
	return cursors, shown, nil
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
