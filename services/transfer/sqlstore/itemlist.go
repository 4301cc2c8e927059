package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

func readItems(ctx context.Context, q sqldb.Querier, rest string, args ...any) (items []*transfer.Item, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		it, err := scanItem(rows)
		items = append(items, it)
		return err
	}, "SELECT "+itemText+" FROM item "+rest, args...)
	return items, err
}

// OpenRejects is documented at engine.Store; what waits longest for another attempt comes first.
func (s *Store) OpenRejects(ctx context.Context, repositoryID, task string, d transfer.Direction, limit int) ([]*transfer.Item, error) {
	items, err := readItems(ctx, s.db, `WHERE repository_id = ? AND direction = ? AND task = ? AND outcome = 'REJECTED' AND state = 'OPEN'
		ORDER BY updated_at, id LIMIT ?`, repositoryID, string(d), task, limit)
	if err != nil {
		return nil, fmt.Errorf("read open rejects of %s with %s: %w", task, repositoryID, err)
	}
	return items, nil
}

// RunItems is documented at engine.Store.
func (s *Store) RunItems(ctx context.Context, runID string, limit int) ([]*transfer.Item, error) {
	items, err := readItems(ctx, s.db, "WHERE run_id = ? ORDER BY id LIMIT ?", runID, limit)
	if err != nil {
		return nil, fmt.Errorf("read what run %s has noted: %w", runID, err)
	}
	return items, nil
}

func itemConditions(f transfer.ItemFilter) *sqldb.Where {
	c := &sqldb.Where{}
	sqldb.In(c, "outcome", f.Outcomes)
	c.Equal("run_id", f.RunID)
	c.Equal("repository_id", f.RepositoryID)
	c.Equal("task", f.Task)
	c.Equal("resource", f.Resource)
	c.Equal("uid", f.UID)
	c.Equal("direction", string(f.Direction))
	if len(f.States) == 1 && f.States[0] == transfer.Open {
		c.Add("state = 'OPEN'") // as it stands in the conditions of indexes, which SQLite would not know by a parameter
	} else {
		sqldb.In(c, "state", f.States)
	}
	if f.Query != "" {
		c.Add("search LIKE ? ESCAPE '!'", "%"+likeEscaper.Replace(strings.ToLower(clean(f.Query)))+"%")
	}
	return c
}

// ListItems reads a page of items of the ledger, newest first; next is the keyset of the page that follows, nil
// after the last one.
func (s *Store) ListItems(ctx context.Context, f transfer.ItemFilter, p transfer.Page) (items []*transfer.Item, next []string, err error) {
	c := itemConditions(f)
	if err := below(c, "id", p); err != nil {
		return nil, nil, err
	}
	items, err = readItems(ctx, s.db, c.SQL()+" ORDER BY id DESC LIMIT ?", c.Args(rowsOf(p))...)
	if err != nil {
		return nil, nil, fmt.Errorf("list items: %w", err)
	}
	items, more := cut(items, p)
	if more {
		next = []string{items[len(items)-1].ID}
	}
	return items, next, nil
}

// CountItems counts what ListItems would list over all pages, but no further than MaxCount: nobody reads on, and a
// million would be counted with each page.
func (s *Store) CountItems(ctx context.Context, f transfer.ItemFilter) (n int64, err error) {
	c := itemConditions(f)
	if err := s.db.Get(ctx, &n, "SELECT count(*) FROM (SELECT 1 FROM item"+c.SQL()+" LIMIT ?) AS found", c.Args(transfer.MaxCount)...); err != nil {
		return 0, fmt.Errorf("count items: %w", err)
	}
	return n, nil
}

// OpenItems counts the open items of an outcome by repository.
func (s *Store) OpenItems(ctx context.Context, outcome policy.Outcome) (map[string]int64, error) {
	open := map[string]int64{}
	err := each(ctx, s.db, func(rows *sqlx.Rows) error {
		var repositoryID string
		var n int64
		err := rows.Scan(&repositoryID, &n)
		open[repositoryID] = n
		return err
	}, "SELECT repository_id, count(*) FROM item WHERE state = 'OPEN' AND outcome = ? GROUP BY repository_id", string(outcome))
	if err != nil {
		return nil, fmt.Errorf("count open items: %w", err)
	}
	return open, nil
}

// GetItem reads an item. Error: NOT_FOUND.
func (s *Store) GetItem(ctx context.Context, id string) (*transfer.Item, error) {
	return getItem(ctx, s.db, id)
}

func getItem(ctx context.Context, q sqldb.Querier, id string) (*transfer.Item, error) {
	items, err := readItems(ctx, q, "WHERE id = ?", id)
	if err == nil && len(items) == 0 {
		err = sqldb.ErrNotFound
	}
	if err != nil {
		return nil, notFound(err, "item", id)
	}
	return items[0], nil
}

// SetItem stores what a person made of an item: state, choice, who decided, and the change number of the edit. The
// item must still be in the expected state; of two people who decide at the same time one gets STALE. Errors also:
// NOT_FOUND, REJECT_CLOSED (Precondition) when another reject of the same record is open already.
func (s *Store) SetItem(ctx context.Context, expected transfer.ItemState, it *transfer.Item) error {
	return s.db.Tx(ctx, func(q *sqldb.Tx) error {
		if it.State == transfer.Open && it.Outcome == policy.Rejected {
			if err := onlyReject(ctx, q, it); err != nil {
				return err
			}
		}
		at := it.UpdatedAt
		if at.IsZero() {
			at = s.now()
		}
		result, err := q.Exec(ctx, `UPDATE item SET state = ?, winner = ?, chosen = ?, field_sides = ?, decided_by = ?, decided_seq = ?, updated_at = ?
			WHERE id = ? AND state = ?`, string(it.State), string(it.Winner), string(it.Chosen), sidesText(it.FieldSides), it.DecidedBy, it.DecidedSeq,
			sqldb.MicrosOf(at), it.ID, string(expected))
		if err != nil {
			return fmt.Errorf("change item %s to %s: %w", it.ID, it.State, err)
		}
		n, err := result.RowsAffected()
		switch {
		case err != nil:
			return err
		case n == 1:
			return giveUp(ctx, q, it)
		}
		present, err := getItem(ctx, q, it.ID)
		if err != nil {
			return err
		}
		return apierr.New(apierr.KindStale, apierr.ReasonStale,
			"The entry is %s by now, so nothing was changed; look at it again.", present.State).
			With("item", it.ID).With("state", string(present.State))
	})
}

// giveUp takes a dismissed record from the list of those that are said again.
func giveUp(ctx context.Context, q *sqldb.Tx, it *transfer.Item) error {
	if it.State != transfer.Dismissed || it.Direction != transfer.Push {
		return nil
	}
	_, err := q.Exec(ctx, "DELETE FROM resend WHERE repository_id = ? AND task = ? AND resource = ? AND uid = ?",
		it.RepositoryID, it.Task, it.Key.Resource, it.Key.UID)
	if err != nil {
		return fmt.Errorf("do not say %s %s again: %w", it.Key.Resource, it.Key.UID, err)
	}
	return nil
}

// onlyReject refuses to open a reject beside another one of the same record.
func onlyReject(ctx context.Context, q *sqldb.Tx, it *transfer.Item) error {
	var twin bool
	err := q.Get(ctx, &twin, `SELECT EXISTS (SELECT 1 FROM item WHERE repository_id = ? AND direction = ? AND task = ? AND resource = ?
		AND mark = ? AND id <> ? AND outcome = 'REJECTED' AND state = 'OPEN')`,
		it.RepositoryID, string(it.Direction), it.Task, short(it.Key.Resource), markOf(it), it.ID)
	if err != nil {
		return fmt.Errorf("look for another reject of %s %s: %w", it.Key.Resource, it.Key.UID, err)
	}
	if twin {
		return apierr.New(apierr.KindPrecondition, apierr.ReasonRejectClosed,
			"The same record was rejected again since and that reject is open, so this one was not opened; see to the newer one.").
			With("item", it.ID)
	}
	return nil
}
