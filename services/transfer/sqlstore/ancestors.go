package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// maxDepth is the number of levels of components that are followed, up and down. Eden's go to three or four;
// the limit ends cycles, which a peer may build.
const maxDepth = 16

// raised is an ancestor that is not written otherwise, with its new TreeSeq.
type raised struct {
	key     transfer.Key
	treeSeq int64
}

// raiseAncestors gives new numbers to everything above the records: those among them get theirs at once, the
// others are the answer. Each gets a number of its own, so that no two rows share one and pages never split a tie.
func (t *tx) raiseAncestors(ctx context.Context, records []*transfer.Record) (outside []raised, err error) {
	among := make(map[transfer.Key]*transfer.Record, len(records))
	var level []transfer.Key
	for _, r := range records {
		among[r.Key] = r
		if !r.Parent.IsZero() {
			level = append(level, r.Parent)
		}
	}
	done := map[transfer.Key]bool{}
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		stored, err := t.parents(ctx, level, among, done)
		if err != nil {
			return nil, err
		}
		var above []transfer.Key
		for _, k := range level {
			parent, outer := stored[k]
			inner := among[k]
			if done[k] || (inner == nil && !outer) {
				continue
			}
			done[k] = true
			if inner != nil {
				inner.TreeSeq, parent = t.next(), inner.Parent
			} else {
				outside = append(outside, raised{k, t.next()})
			}
			if !parent.IsZero() {
				above = append(above, parent)
			}
		}
		level = above
	}
	return outside, nil
}

// parents reads the parents of those keys that are stored and neither among the records nor done.
func (t *tx) parents(
	ctx context.Context, keys []transfer.Key, among map[transfer.Key]*transfer.Record, done map[transfer.Key]bool,
) (map[transfer.Key]transfer.Key, error) {
	var ask []transfer.Key
	for _, k := range keys {
		if among[k] == nil && !done[k] && !t.absent[k] {
			ask = append(ask, k)
		}
	}
	found := make(map[transfer.Key]transfer.Key, len(ask))
	err := eachOf(ctx, t.q, ask, "resource, uid, parent_resource, parent_uid", func(rows *sqlx.Rows) error {
		var k, parent transfer.Key
		err := rows.Scan(&k.Resource, &k.UID, &parent.Resource, &parent.UID)
		found[k] = parent
		return err
	})
	return found, err
}

// tellAgain gives new change numbers to the components of records that come back to life. While the record was deleted
// nobody could hear of them, and whoever gave the living record may not know them, or not that they are gone.
func (t *tx) tellAgain(ctx context.Context, revived, changes []*transfer.Record) error {
	if len(revived) == 0 {
		return nil
	}
	done := make(map[transfer.Key]bool, len(changes))
	for _, c := range changes {
		done[c.Key] = true
	}
	level := make([]transfer.Key, len(revived))
	for i, r := range revived {
		level[i] = r.Key
	}
	var again [][]any
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		var below []transfer.Key
		above := setOf(level)
		err := eachChild(ctx, t.q, level, "resource, uid, parent_resource, parent_uid", "", func(rows *sqlx.Rows) error {
			var k, parent transfer.Key
			err := rows.Scan(&k.Resource, &k.UID, &parent.Resource, &parent.UID)
			if err == nil && above[parent] && !done[k] {
				done[k] = true
				below = append(below, k)
				t.wrote = append(t.wrote, k)
				again = append(again, []any{k.Resource, k.UID, t.next()})
				t.delta(k.Resource).lastSeq = t.last
			}
			return err
		})
		if err != nil {
			return err
		}
		level = below
	}
	if len(again) == 0 {
		return nil
	}
	for _, r := range revived {
		r.TreeSeq = t.next()
	}
	err := updateRecords(ctx, t.q, []string{"n"}, []string{"BIGINT"}, "seq = v.n, tree_seq = v.n", "", again)
	if err != nil {
		return fmt.Errorf("tell %d components again: %w", len(again), err)
	}
	return nil
}

func (t *tx) storeRaised(ctx context.Context, list []raised) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.key.Resource, r.key.UID, r.treeSeq}
	}
	err := updateRecords(ctx, t.q, []string{"n"}, []string{"BIGINT"}, "tree_seq = v.n", "", rows)
	if err != nil {
		return fmt.Errorf("raise %d ancestors: %w", len(list), err)
	}
	return nil
}

// Touch is documented at engine.Tx.
func (t *tx) Touch(ctx context.Context, records []*transfer.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		t.wrote = append(t.wrote, r.Key)
		rows[i] = []any{r.Resource, r.UID, int64(sqldb.MicrosOf(r.ModifiedOn))}
	}
	err := updateRecords(ctx, t.q, []string{"m"}, []string{"BIGINT"}, "modified_on = v.m", " AND record.modified_on < v.m", rows)
	if err != nil {
		return fmt.Errorf("touch %d records: %w", len(records), err)
	}
	return nil
}

// Relink is documented at engine.Tx.
func (t *tx) Relink(ctx context.Context, repositoryID string, records []*transfer.Record) error {
	if err := t.promote(ctx, records); err != nil {
		return err
	}
	for _, r := range records {
		t.wrote = append(t.wrote, r.Key)
		r.TreeSeq = t.next()
	}
	outside, err := t.raiseAncestors(ctx, records)
	if err != nil {
		return err
	}
	names, casts := []string{"pr", "pu", "a", "m", "n"}, []string{"TEXT", "TEXT", "TEXT", "BOOLEAN", "BIGINT"}
	set := "parent_resource = v.pr, parent_uid = v.pu, alias = v.a, master = v.m, tree_seq = v.n"
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = []any{r.Resource, r.UID, r.Parent.Resource, r.Parent.UID, r.Alias, r.Master, r.TreeSeq}
	}
	if t.q.Dialect() == sqldb.SQLite {
		names, casts, set = append(names, "pd"), append(casts, "BIGINT"), set+", parent_digest = v.pd"
		for i, r := range records {
			rows[i] = append(rows[i], parentDigest(r.Parent))
		}
	}
	err = updateRecords(ctx, t.q, names, casts, set, "", rows)
	if err != nil {
		return fmt.Errorf("relink %d records: %w", len(records), err)
	}
	all := slices.Clone(outside)
	for _, r := range records {
		all = append(all, raised{r.Key, r.TreeSeq})
	}
	if err := t.noteRaised(ctx, repositoryID, all); err != nil {
		return err
	}
	return t.storeRaised(ctx, outside)
}

// noteRaised notes trees that go out for another reason than a change in them, which a repository has brought.
func (t *tx) noteRaised(ctx context.Context, repositoryID string, list []raised) error {
	last := make(map[transfer.Key]int64, len(list)) // a record may stand here twice
	for _, r := range list {
		last[r.key] = r.treeSeq
	}
	rows := make([][]any, 0, len(last))
	for k, seq := range last {
		rows = append(rows, []any{k.Resource, k.UID, repositoryID, seq})
	}
	return insert(ctx, t.q, "raised", []string{"resource", "uid", "origin", "seq"},
		"ON CONFLICT (resource, uid, origin) DO UPDATE SET seq = excluded.seq", rows)
}
