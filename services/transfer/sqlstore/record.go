package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// recordColumns are the columns of record in the order that recordArgs and scanRecord have; body is the last.
var recordColumns = []string{
	"resource", "uid", "parent_resource", "parent_uid", "alias", "master", "seq", "tree_seq", "origin", "run_id",
	"first_seq", "first_origin", "mci", "created_on", "modified_on", "arrived_on", "deleted", "replaced_by", "hash",
	"received_hash", "attrs", "body",
}

var (
	fullColumns = strings.Join(recordColumns, ", ")
	headColumns = strings.Join(recordColumns[:len(recordColumns)-1], ", ")
)

// recordArgs appends the values of recordColumns.
func recordArgs(args []any, r *transfer.Record) []any {
	return append(args,
		r.Resource, r.UID, r.Parent.Resource, r.Parent.UID, r.Alias, r.Master, r.Seq, r.TreeSeq, r.Origin, r.Run,
		r.FirstSeq, r.FirstOrigin, r.MCI, int64(sqldb.MicrosOf(r.CreatedOn)), int64(sqldb.MicrosOf(r.ModifiedOn)),
		int64(sqldb.MicrosOf(r.ArrivedOn)), r.Deleted, r.ReplacedBy, r.Hash, r.ReceivedHash, r.Attrs, string(r.Body),
	)
}

// scanRecord reads one row of headColumns, or of fullColumns when withBody is set.
func scanRecord(rows *sqlx.Rows, withBody bool) (*transfer.Record, error) {
	var r transfer.Record
	var created, modified, arrived sqldb.Micros
	dest := []any{
		&r.Resource, &r.UID, &r.Parent.Resource, &r.Parent.UID, &r.Alias, &r.Master, &r.Seq, &r.TreeSeq, &r.Origin, &r.Run,
		&r.FirstSeq, &r.FirstOrigin, &r.MCI, &created, &modified, &arrived, &r.Deleted, &r.ReplacedBy, &r.Hash,
		&r.ReceivedHash, &r.Attrs, &r.Body,
	}
	if !withBody {
		dest = dest[:len(dest)-1]
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	r.CreatedOn, r.ModifiedOn, r.ArrivedOn = created.Time(), modified.Time(), arrived.Time()
	return &r, nil
}

// each runs a query and gives every row to fn.
func each(ctx context.Context, q sqldb.Querier, fn func(rows *sqlx.Rows) error, query string, args ...any) (err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); e != nil && err == nil {
			err = sqldb.Classify(e)
		}
	}()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return sqldb.Classify(rows.Err())
}

// eachOf reads columns of the records with the keys, in any order, and others (see lookups).
func eachOf(ctx context.Context, q sqldb.Querier, keys []transfer.Key, columns string, fn func(rows *sqlx.Rows) error) error {
	for _, l := range lookups(q.Dialect(), columns, "record", own, "", keys) {
		if err := each(ctx, q, fn, l.text, l.args...); err != nil {
			return fmt.Errorf("read %d records: %w", len(keys), err)
		}
	}
	return nil
}

// recordsOf reads records by key; missing ones are left out.
func recordsOf(ctx context.Context, q sqldb.Querier, keys []transfer.Key, withBody bool) (map[transfer.Key]*transfer.Record, error) {
	columns := headColumns
	if withBody {
		columns = fullColumns
	}
	found := make(map[transfer.Key]*transfer.Record, len(keys))
	err := eachOf(ctx, q, keys, columns, func(rows *sqlx.Rows) error {
		r, err := scanRecord(rows, withBody)
		if err == nil {
			found[r.Key] = r
		}
		return err
	})
	return found, err
}

// reader is documented at engine.Reader.
type reader struct{ q sqldb.Querier }

// Same is documented at engine.Reader. Texts are compared where the driver has them.
func (r reader) Same(ctx context.Context, versions []*transfer.Record) ([]bool, error) {
	keys, last, before := make([]transfer.Key, len(versions)), make(map[string]int, len(versions)), make([]int, len(versions)+1)
	for i, v := range versions {
		keys[i] = v.Key
		before[i+1], last[v.UID] = last[v.UID], i+1
	}
	same := make([]bool, len(versions))
	var resource, uid, hash, parentResource, parentUID sql.RawBytes
	var modified sqldb.Micros
	var deleted, master bool
	columns := "resource, uid, hash, modified_on, deleted, parent_resource, parent_uid, master"
	err := eachOf(ctx, r.q, keys, columns, func(rows *sqlx.Rows) error {
		err := rows.Scan(&resource, &uid, &hash, &modified, &deleted, &parentResource, &parentUID, &master)
		for n := last[string(uid)]; n > 0; n = before[n] {
			i, v := n-1, versions[n-1]
			same[i] = same[i] || string(resource) == v.Resource && string(hash) == v.Hash && deleted == v.Deleted &&
				modified == sqldb.MicrosOf(v.ModifiedOn) && string(parentResource) == v.Parent.Resource &&
				string(parentUID) == v.Parent.UID && (master || !v.Master)
		}
		return err
	})
	return same, err
}

// Load is documented at engine.Reader.
func (r reader) Load(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	return recordsOf(ctx, r.q, keys, false)
}

// LoadWhole is documented at engine.Reader.
func (r reader) LoadWhole(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	return recordsOf(ctx, r.q, keys, true)
}

// Records is documented at engine.Store.
func (s *Store) Records(ctx context.Context, keys []transfer.Key) (records []*transfer.Record, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		found, err := recordsOf(ctx, q, keys, true)
		if err != nil {
			return err
		}
		records = make([]*transfer.Record, 0, len(found))
		for _, g := range groups(keys) {
			for _, uid := range g.uids {
				if r := found[transfer.Key{Resource: g.resource, UID: uid}]; r != nil {
					records = append(records, r)
				}
			}
		}
		return nil
	})
	return records, err
}

// KnownResource is documented at engine.Store.
func (s *Store) KnownResource(ctx context.Context, resource string) (known bool, turn int64, err error) {
	var row struct {
		Known bool
		Turn  int64
	}
	err = s.db.Get(ctx, &row, "SELECT EXISTS (SELECT 1 FROM resource WHERE name = ?) AS known, turn FROM change_clock WHERE id = 1", resource)
	if err != nil {
		return false, 0, fmt.Errorf("look for resource %s: %w", resource, err)
	}
	return row.Known, row.Turn, nil
}
