package sqlstore

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// Progress tells how far a resource has got with each of some repositories, and in which of them a record must be said
// again. A repository without exchanges is left out.
func (s *Store) Progress(ctx context.Context, key transfer.Key, repositoryIDs []string) (cursors map[string]transfer.Cursor, resend map[string]bool, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		cursors, resend, err = readProgress(ctx, q, key, repositoryIDs)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read how %s %s stands with %d repositories: %w", key.Resource, key.UID, len(repositoryIDs), err)
	}
	return cursors, resend, nil
}

func readProgress(ctx context.Context, q sqldb.Querier, key transfer.Key, repositoryIDs []string) (map[string]transfer.Cursor, map[string]bool, error) {
	cursors, resend := map[string]transfer.Cursor{}, map[string]bool{}
	cond, arg := inList(q.Dialect(), "repository_id", repositoryIDs)
	found, err := readCursors(ctx, q, cond+" AND resource = ?", arg, key.Resource)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range found {
		cursors[c.RepositoryID] = c
	}
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		var id string
		err := rows.Scan(&id)
		resend[id] = true
		return err
	}, "SELECT repository_id FROM resend WHERE "+cond+" AND task = ? AND resource = ? AND uid = ?", arg, key.Resource, key.Resource, key.UID)
	return cursors, resend, err
}

// CountRecords is how many records a resource has, with or without deleted ones.
func (s *Store) CountRecords(ctx context.Context, resource string, withDeleted bool) (int64, error) {
	var n []int64
	column := "live"
	if withDeleted {
		column = "live + deleted"
	}
	if err := s.db.Select(ctx, &n, "SELECT "+column+" FROM resource WHERE name = ?", resource); err != nil {
		return 0, fmt.Errorf("count records of %s: %w", resource, err)
	}
	if len(n) == 0 {
		return 0, nil
	}
	return n[0], nil
}
