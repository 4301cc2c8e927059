package sqlstore

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// Progress tells how far a resource has got with each of some repositories, and which of them must be told a record
// again. A repository without exchanges is left out.
func (s *Store) Progress(ctx context.Context, key transfer.Key, repositoryIDs []string) (p transfer.Progress, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		p, err = readProgress(ctx, q, key, repositoryIDs)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read how %s %s stands with %d repositories: %w", key.Resource, key.UID, len(repositoryIDs), err)
	}
	return p, nil
}

func readProgress(ctx context.Context, q sqldb.Querier, key transfer.Key, repositoryIDs []string) (transfer.Progress, error) {
	p := transfer.Progress{Cursors: map[string]transfer.Cursor{}, Shown: map[string][]transfer.Shown{}, Resend: map[string]bool{}}
	cond, arg := inList(q.Dialect(), "repository_id", repositoryIDs)
	found, err := readCursors(ctx, q, cond+" AND resource = ?", arg, key.Resource)
	if err != nil {
		return p, err
	}
	for _, c := range found {
		p.Cursors[c.RepositoryID] = c
	}
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		var id, text string
		var v transfer.Shown
		err := rows.Scan(&id, &text, &v.Seq)
		if err == nil {
			v.Selection, err = transfer.ParseSelection(text)
		}
		p.Shown[id] = append(p.Shown[id], v)
		return err
	}, "SELECT repository_id, selection, seq FROM shown WHERE "+cond+" AND resource = ?", arg, key.Resource)
	if err != nil {
		return p, err
	}
	return p, each(ctx, q, func(rows *sqlx.Rows) error {
		var id string
		err := rows.Scan(&id)
		p.Resend[id] = true
		return err
	}, "SELECT repository_id FROM resend WHERE "+cond+" AND task = ? AND resource = ? AND uid = ?", arg, key.Resource, key.Resource, key.UID)
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
