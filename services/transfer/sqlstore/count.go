package sqlstore

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// resourceDelta is what a transaction changes in the numbers of a resource. Masters are among live and deleted.
type resourceDelta struct {
	live, deleted           int64
	masters, mastersDeleted int64
	lastSeq                 int64 // 0: no record changed
}

func (t *tx) delta(resource string) *resourceDelta {
	d := t.counts[resource]
	if d == nil {
		d = &resourceDelta{}
		t.counts[resource] = d
	}
	return d
}

// count notes a new version of a record.
func (t *tx) count(c *transfer.Record, here bool, before superseded) {
	d := t.delta(c.Resource)
	d.lastSeq = c.Seq
	if here {
		d.add(before.deleted, before.master, -1)
	}
	d.add(c.Deleted, c.Master, 1)
}

func (d *resourceDelta) add(deleted, master bool, n int64) {
	all, masters := &d.live, &d.masters
	if deleted {
		all, masters = &d.deleted, &d.mastersDeleted
	}
	*all += n
	if master {
		*masters += n
	}
}

// promote counts those of the records that become masters without a new version.
func (t *tx) promote(ctx context.Context, records []*transfer.Record) error {
	var keys []transfer.Key
	for _, r := range records {
		if r.Master {
			keys = append(keys, r.Key)
		}
	}
	wanted := setOf(keys)
	for _, l := range lookups(t.q.Dialect(), "resource, uid, deleted", "record", own, " AND NOT master", keys) {
		err := each(ctx, t.q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			var deleted bool
			err := rows.Scan(&k.Resource, &k.UID, &deleted)
			if wanted[k] {
				d := t.delta(k.Resource)
				d.add(deleted, false, -1)
				d.add(deleted, true, 1)
			}
			return err
		}, l.text, l.args...)
		if err != nil {
			return fmt.Errorf("count new masters among %d records: %w", len(keys), err)
		}
	}
	return nil
}

func (t *tx) noteCounts() {
	var rows [][]any
	for name, d := range t.counts {
		rows = append(rows, []any{name, d.live, d.deleted, d.masters, d.mastersDeleted, d.lastSeq, d.lastSeq, sqldb.MicrosOf(t.now)})
	}
	if len(rows) == 0 {
		return
	}
	columns := []string{"name", "live", "deleted", "masters", "masters_deleted", "counted_seq", "last_seq", "last_change_on"}
	t.notes.put("the numbers of the resources", insertText("resource", columns, `ON CONFLICT (name) DO UPDATE SET live = resource.live + excluded.live, deleted = resource.deleted + excluded.deleted,
		masters = resource.masters + excluded.masters, masters_deleted = resource.masters_deleted + excluded.masters_deleted,
		counted_seq = CASE WHEN resource.counted_seq = resource.last_seq AND excluded.last_seq > 0 THEN excluded.last_seq ELSE resource.counted_seq END,
		last_seq = CASE WHEN excluded.last_seq > 0 THEN excluded.last_seq ELSE resource.last_seq END,
		last_change_on = CASE WHEN excluded.last_seq > 0 THEN excluded.last_change_on ELSE resource.last_change_on END`, len(rows)), flatten(rows)...)
}

// CountTrees is documented at engine.Store.
func (s *Store) CountTrees(ctx context.Context, query engine.TreeQuery) (int64, error) {
	count, known, err := countedMasters(ctx, s.db, query)
	if err == nil && !known {
		count, err = countMasters(ctx, s.db, query)
	}
	if err != nil {
		return 0, fmt.Errorf("count %s above %d: %w", query.Resource, max(query.After, query.Position), err)
	}
	return count, nil
}

// countedMasters are the masters of a resource, where all of them are asked for and nothing has changed since Upto.
func countedMasters(ctx context.Context, q sqldb.Querier, query engine.TreeQuery) (count int64, known bool, err error) {
	if query.After > 0 || query.Position > 0 || !query.Since.IsZero() {
		return 0, false, nil
	}
	column := "masters"
	if query.WithDeleted {
		column += " + masters_deleted"
	}
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		known = true
		return rows.Scan(&count)
	}, "SELECT "+column+" FROM resource WHERE name = ? AND counted_seq = last_seq AND last_seq <= ?", query.Resource, query.Upto)
	return max(count-int64(query.Offset), 0), known, err
}

// recount counts the masters of resources whose numbers do not hold any more.
func (s *Store) recount(ctx context.Context) error {
	const number = "(SELECT count(*) FROM record WHERE resource = name AND master AND tree_seq > 0 AND "
	var stale []string
	err := s.db.Select(ctx, &stale, "SELECT name FROM resource WHERE counted_seq <> last_seq ORDER BY name")
	for _, name := range stale {
		if err == nil {
			err = s.Write(ctx, nil, func(x engine.Tx) error { // nobody else writes meanwhile
				_, err := x.(*tx).q.Exec(ctx, "UPDATE resource SET masters = "+number+"NOT deleted), masters_deleted = "+number+
					"deleted), counted_seq = last_seq WHERE name = ?", name)
				return err
			})
		}
	}
	if err != nil {
		return fmt.Errorf("count masters: %w", err)
	}
	return nil
}
