package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// versionColumns are the columns that version and record have in common.
const versionColumns = "resource, uid, seq, parent_resource, parent_uid, alias, origin, run_id, mci, created_on, modified_on, " +
	"arrived_on, deleted, replaced_by, hash, received_hash, attrs, body"

// replaceSuffix overwrites a record but for what belongs to its first arrival; once a master, always one.
var replaceSuffix = "ON CONFLICT (resource, uid) DO UPDATE SET master = record.master OR excluded.master, " + overwritten()

func overwritten() string {
	keep := []string{"resource", "uid", "master", "first_seq", "first_origin"}
	var sets []string
	for _, c := range recordColumns {
		if !slices.Contains(keep, c) {
			sets = append(sets, c+" = excluded."+c)
		}
	}
	return strings.Join(sets, ", ")
}

// Apply is documented at engine.Tx.
func (t *tx) Apply(ctx context.Context, changes []*transfer.Record) error {
	for len(changes) > 0 {
		n := distinct(changes)
		if err := t.applyDistinct(ctx, changes[:n]); err != nil {
			return fmt.Errorf("apply %d records: %w", n, err)
		}
		changes = changes[n:]
	}
	return nil
}

// distinct is the number of changes before the first repeated key: two versions of one record in one batch are
// stored one after the other, so that the first one becomes history.
func distinct(changes []*transfer.Record) int {
	seen := make(map[transfer.Key]bool, len(changes))
	for i, c := range changes {
		if seen[c.Key] {
			return i
		}
		seen[c.Key] = true
	}
	return len(changes)
}

func (t *tx) applyDistinct(ctx context.Context, changes []*transfer.Record) error {
	wasDeleted, err := t.supersede(ctx, changes)
	if err != nil {
		return err
	}
	var fresh, known, revived []*transfer.Record
	for _, c := range changes {
		c.Seq, c.ArrivedOn = t.next(), t.now
		c.TreeSeq = c.Seq
		before, here := wasDeleted[c.Key]
		t.count(c, here, before)
		if here {
			known = append(known, c)
		} else {
			c.FirstSeq, c.FirstOrigin = c.Seq, c.Origin
			fresh = append(fresh, c)
		}
		if here && before && !c.Deleted {
			revived = append(revived, c)
		}
		delete(t.absent, c.Key)
	}
	if err := t.tellAgain(ctx, revived, changes); err != nil {
		return err
	}
	outside, err := t.raiseAncestors(ctx, changes)
	if err != nil {
		return err
	}
	if err := insert(ctx, t.q, "record", recordColumns, "", argsOf(fresh)); err != nil {
		return err
	}
	if err := insert(ctx, t.q, "record", recordColumns, replaceSuffix, argsOf(known)); err != nil {
		return err
	}
	return t.storeRaised(ctx, outside)
}

func argsOf(records []*transfer.Record) [][]any {
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = recordArgs(r)
	}
	return rows
}

// supersede copies the present versions into the history. Its answer holds the keys that are here, and whether
// they are deleted.
func (t *tx) supersede(ctx context.Context, changes []*transfer.Record) (map[transfer.Key]bool, error) {
	var keys []transfer.Key
	for _, c := range changes {
		if !t.absent[c.Key] {
			keys = append(keys, c.Key)
		}
	}
	here := make(map[transfer.Key]bool, len(keys))
	d := t.q.Dialect()
	query := "INSERT INTO version (superseded_on, " + versionColumns + ") SELECT CAST(? AS BIGINT), " + versionColumns +
		" FROM (" + byKeys(d, versionColumns, "record", "uid", "resource = ?") + ") AS present RETURNING resource, uid, deleted"
	for _, g := range groups(keys) {
		err := each(ctx, t.q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			var deleted bool
			err := rows.Scan(&k.Resource, &k.UID, &deleted)
			here[k] = deleted
			return err
		}, query, sqldb.MicrosOf(t.now), listArg(d, g.uids), g.resource)
		if err != nil {
			return nil, fmt.Errorf("keep %d versions of %s: %w", len(g.uids), g.resource, err)
		}
	}
	return here, nil
}

// resourceDelta is what a transaction changes in the numbers of a resource.
type resourceDelta struct{ live, deleted, lastSeq int64 }

func (t *tx) delta(resource string) *resourceDelta {
	d := t.counts[resource]
	if d == nil {
		d = &resourceDelta{}
		t.counts[resource] = d
	}
	return d
}

func (t *tx) count(c *transfer.Record, here, wasDeleted bool) {
	d := t.delta(c.Resource)
	d.lastSeq = c.Seq
	switch {
	case here && wasDeleted:
		d.deleted--
	case here:
		d.live--
	}
	if c.Deleted {
		d.deleted++
	} else {
		d.live++
	}
}

func (t *tx) saveCounts(ctx context.Context) error {
	var rows [][]any
	for name, d := range t.counts {
		rows = append(rows, []any{name, d.live, d.deleted, d.lastSeq, sqldb.MicrosOf(t.now)})
	}
	return insert(ctx, t.q, "resource", []string{"name", "live", "deleted", "last_seq", "last_change_on"},
		`ON CONFLICT (name) DO UPDATE SET live = resource.live + excluded.live, deleted = resource.deleted + excluded.deleted,
		last_seq = excluded.last_seq, last_change_on = excluded.last_change_on`, rows)
}
