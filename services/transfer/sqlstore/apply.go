package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// versionColumns are the columns that version and record have in common.
const versionColumns = "resource, uid, seq, parent_resource, parent_uid, alias, origin, run_id, mci, created_on, modified_on, " +
	"arrived_on, deleted, replaced_by, hash, received_hash, attrs, body"

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
	superseded, err := t.supersede(ctx, changes)
	if err != nil {
		return err
	}
	var fresh, known, revived []*transfer.Record
	for _, c := range changes {
		t.wrote = append(t.wrote, c.Key)
		c.Seq, c.ArrivedOn = t.next(), t.now
		c.TreeSeq = c.Seq
		before, here := superseded[c.Key]
		if here {
			c.Master, c.FirstSeq, c.FirstOrigin = c.Master || before.master, before.firstSeq, before.firstOrigin
			known = append(known, c)
		} else {
			c.FirstSeq, c.FirstOrigin = c.Seq, c.Origin
			fresh = append(fresh, c)
		}
		t.count(c, here, before)
		if before.deleted && !c.Deleted {
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
	awaiting, err := t.arrived(ctx, changes)
	if err != nil {
		return err
	}
	outside = append(outside, awaiting...)
	if t.q.Dialect() == sqldb.PostgreSQL {
		t.q.later(changes) // supersede has made room
		return t.storeRaised(ctx, outside)
	}
	if err := insertRecords(ctx, t.q, fresh); err != nil {
		return err
	}
	if err := t.replaceRecords(ctx, known, superseded); err != nil {
		return err
	}
	return t.storeRaised(ctx, outside)
}

// insertRecords stores versions of records that are not here.
func insertRecords(ctx context.Context, q writer, records []*transfer.Record) (err error) {
	switch {
	case len(records) == 0:
		return nil
	case q.Dialect() == sqldb.SQLite:
		err = execPrepared(ctx, q, insertRecord, argsOf(records, keyedArgs))
	case len(records) >= minCopy:
		err = copyIn(ctx, q, "record", recordColumns, argsOf(records, recordArgs))
	default:
		err = insertChunks(ctx, q, "record", recordColumns, "", slices.Collect(argsOf(records, newRecordArgs)))
	}
	if err != nil {
		return fmt.Errorf("insert %d records: %w", len(records), err)
	}
	return nil
}

// argsOf are the arguments of each record, in memory that serves all of them if appendTo lets it.
func argsOf(records []*transfer.Record, appendTo func(args []any, r *transfer.Record) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		var args []any
		for _, r := range records {
			args = appendTo(args[:0], r)
			if !yield(args) {
				return
			}
		}
	}
}

// keyedArgs has the order of keyedColumns.
func keyedArgs(args []any, r *transfer.Record) []any {
	return append(recordArgs(args, r), keyDigest(r.Resource, r.UID), parentDigest(r.Parent))
}

// newRecordArgs are arguments that may be kept.
func newRecordArgs(_ []any, r *transfer.Record) []any { return recordArgs(nil, r) }

// keyedColumns are those of SQLite.
var keyedColumns = append(slices.Clone(recordColumns), "key_digest", "parent_digest")

// How SQLite inserts a record, and overwrites one. Without OR ROLLBACK it would copy every page that a statement with triggers
// changes, to be able to undo that one alone.
var (
	insertRecord = "INSERT OR ROLLBACK INTO record (" + strings.Join(keyedColumns, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(keyedColumns)-1) + ")"
	replaceRecord = "UPDATE OR ROLLBACK record SET " + strings.Join(keyedColumns, " = ?, ") + " = ? WHERE id = ?"
)

func (t *tx) replaceRecords(ctx context.Context, records []*transfer.Record, here map[transfer.Key]superseded) error {
	if len(records) == 0 {
		return nil
	}
	byID := func(args []any, r *transfer.Record) []any { return append(keyedArgs(args, r), here[r.Key].id) }
	if err := execPrepared(ctx, t.q, replaceRecord, argsOf(records, byID)); err != nil {
		return fmt.Errorf("replace %d records: %w", len(records), err)
	}
	return nil
}

// superseded is what of a version that is replaced matters to the next one.
type superseded struct {
	deleted, master bool // once a master, always one
	firstSeq        int64
	firstOrigin     string
	id              int64 // of SQLite
}

// supersede copies the present versions into the history, and says which there are. On PostgreSQL it takes them away, so
// that all new ones can be copied in at once; SQLite overwrites them faster.
func (t *tx) supersede(ctx context.Context, changes []*transfer.Record) (map[transfer.Key]superseded, error) {
	var keys []transfer.Key
	for _, c := range changes {
		if !t.absent[c.Key] {
			keys = append(keys, c.Key)
		}
	}
	here, wanted := make(map[transfer.Key]superseded, len(keys)), setOf(keys)
	remember := func(rows *sqlx.Rows) error {
		var k transfer.Key
		var s superseded
		err := rows.Scan(&k.Resource, &k.UID, &s.deleted, &s.master, &s.firstSeq, &s.firstOrigin, &s.id)
		if wanted[k] {
			here[k] = s
		}
		return err
	}
	const kept = "resource, uid, deleted, master, first_seq, first_origin"
	columns := kept + ", id"
	if t.q.Dialect() == sqldb.PostgreSQL {
		columns = "ctid"
	}
	for _, l := range lookups(t.q.Dialect(), columns, "record", own, "", keys) {
		if t.q.Dialect() == sqldb.PostgreSQL {
			l.text = "WITH gone AS (DELETE FROM record WHERE ctid = ANY (ARRAY(" + l.text + ")) RETURNING *)," +
				" old AS (INSERT INTO version (superseded_on, " + versionColumns + ") SELECT CAST(? AS BIGINT), " + versionColumns + " FROM gone)" +
				" SELECT " + kept + ", 0 FROM gone"
			l.args = append(l.args, sqldb.MicrosOf(t.now))
		}
		if err := each(ctx, t.q, remember, l.text, l.args...); err != nil {
			return nil, fmt.Errorf("keep the versions of %d records: %w", len(keys), err)
		}
	}
	return here, t.copyOld(ctx, here)
}

// copyOld copies the versions into the history on SQLite.
func (t *tx) copyOld(ctx context.Context, here map[transfer.Key]superseded) error {
	if t.q.Dialect() != sqldb.SQLite || len(here) == 0 {
		return nil
	}
	ids := make([]int64, 0, len(here))
	for _, s := range here {
		ids = append(ids, s.id)
	}
	slices.Sort(ids)
	_, err := t.q.Exec(ctx, "INSERT INTO version (superseded_on, "+versionColumns+") SELECT CAST(? AS BIGINT), "+versionColumns+
		" FROM record WHERE id IN (SELECT value FROM json_each(?))", sqldb.MicrosOf(t.now), numberList(ids))
	if err != nil {
		return fmt.Errorf("keep %d versions: %w", len(ids), err)
	}
	return nil
}
