package sqlstore

import (
	"context"
	"crypto/sha256"
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

// Shown is documented at engine.Store.
func (s *Store) Shown(ctx context.Context, repositoryID string) (map[string][]transfer.Shown, error) {
	shown := map[string][]transfer.Shown{}
	err := each(ctx, s.db, func(rows *sqlx.Rows) error {
		var v transfer.Shown
		var resource, text string
		err := rows.Scan(&resource, &text, &v.Seq)
		if err == nil {
			v.Selection, err = transfer.ParseSelection(text)
		}
		shown[resource] = append(shown[resource], v)
		return err
	}, "SELECT resource, selection, seq FROM shown WHERE repository_id = ? ORDER BY resource, seq DESC, digest", repositoryID)
	if err != nil {
		return nil, fmt.Errorf("read what %s has seen: %w", repositoryID, err)
	}
	return shown, nil
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
