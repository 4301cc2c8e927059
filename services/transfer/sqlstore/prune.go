package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
)

// pruneChunk is the number of rows that one transaction removes, so that writers never wait long.
const pruneChunk = 5000

// pruneSteps remove what is older than a time. What is still open stays.
var pruneSteps = []string{
	`DELETE FROM version WHERE (resource, uid, seq) IN
		(SELECT resource, uid, seq FROM version WHERE superseded_on < ? LIMIT ?)`,
	`DELETE FROM item WHERE id IN (SELECT id FROM item WHERE updated_at < ? AND state <> 'OPEN' LIMIT ?)`,
	`DELETE FROM run_part WHERE (run_id, resource, direction) IN
		(SELECT p.run_id, p.resource, p.direction FROM run_part p JOIN run r ON r.id = p.run_id
		WHERE r.ended_at < ? AND r.ended_at > 0 LIMIT ?)`,
	`DELETE FROM run WHERE id IN (SELECT id FROM run WHERE ended_at < ? AND ended_at > 0 LIMIT ?)`,
}

// Prune forgets past versions, items and runs that are older than a time; it returns how many rows went. Open
// items stay, and runs that have not ended. What was forgotten of the history can no longer be recognised as held
// before. What a program of an older version has not counted is counted.
func (s *Store) Prune(ctx context.Context, before time.Time) (removed int64, err error) {
	for _, query := range pruneSteps {
		n, err := s.prune(ctx, query, sqldb.MicrosOf(before))
		removed += n
		if err != nil {
			return removed, fmt.Errorf("forget what is older than %s: %w", before, err)
		}
	}
	return removed, s.recount(ctx)
}

func (s *Store) prune(ctx context.Context, query string, before sqldb.Micros) (removed int64, err error) {
	for {
		result, err := s.db.Exec(ctx, query, before, pruneChunk)
		if err != nil {
			return removed, err
		}
		n, err := result.RowsAffected()
		removed += n
		if err != nil || n < pruneChunk {
			return removed, err
		}
	}
}
