package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// PostgreSQL finds records by the primary key of record and by the index of their parents. SQLite finds both by digests in
// record_key (docs/adr/0016-keys-in-two-tables.md). What differs by that stands here, in apply.go and in migration 8.

// keyDigest is the number under which SQLite finds what has to do with the key. Others may have the same one.
func keyDigest(resource, uid string) int64 {
	text := make([]byte, 0, 128)
	text = append(append(append(text, resource...), 0), uid...)
	sum := sha256.Sum256(text)
	return int64(binary.LittleEndian.Uint64(sum[:]))
}

// parentDigest is 0 for a record that stands below no other one.
func parentDigest(parent transfer.Key) int64 {
	if parent.UID == "" {
		return 0
	}
	return keyDigest(parent.Resource, parent.UID)
}

// migrations are the files of both engines. Those of SQLite call record_digest.
func migrations() fs.FS {
	sqldb.DefineFunction("record_digest", keyDigest)
	return sqldb.Migrations(embedded)
}

// place is what of a row a key names: the record that it is or tells of, or the one that it stands below.
type place struct {
	resource, uid string // columns
	below         int    // in record_key
}

var (
	own     = place{"resource", "uid", 0}
	parents = place{"parent_resource", "parent_uid", 1}
)

// lookup is a SELECT of rows by their keys. Arguments of a further condition follow args.
type lookup struct {
	text string
	args []any
}

// lookups select the rows of a table whose place is one of the keys and that meet a further condition: one SELECT for all on
// PostgreSQL, where each is a way to the server, one for each resource and maxIn keys on SQLite. There they also find records of
// other keys, should they have the same digest: whoever asks compares keys, which is cheaper there than in the database.
//
// PostgreSQL looks each key up by itself: asked with a list, the planner may read a whole resource by another index as long as
// the table has no statistics, which is the case in the middle of a first load.
func lookups(d sqldb.Dialect, columns, table string, p place, cond string, keys []transfer.Key) (all []lookup) {
	var resources, uids []string
	for _, g := range groups(keys) {
		switch {
		case d == sqldb.PostgreSQL:
			resources, uids = append(resources, slices.Repeat([]string{g.resource}, len(g.uids))...), append(uids, g.uids...)
		case table == "record":
			all = append(all, lookup{"SELECT " + columns + " FROM record WHERE id IN (SELECT record FROM record_key" +
				" WHERE digest IN (SELECT value FROM json_each(?)) AND below = " + strconv.Itoa(p.below) + ")" + cond, []any{g.digests()}})
		default:
			all = append(all, lookup{"SELECT " + columns + " FROM " + table + " WHERE " + p.uid + " IN (SELECT value FROM json_each(?)) AND " +
				p.resource + " = ?" + cond, []any{listArg(d, g.uids), g.resource}})
		}
	}
	if len(uids) == 0 {
		return all
	}
	if p == parents {
		cond = " AND parent_uid <> ''" + cond // as the index has it
	}
	return []lookup{{"SELECT " + columns + " FROM unnest(CAST(? AS text[]), CAST(? AS text[])) AS k (r, u) CROSS JOIN LATERAL (SELECT " + columns +
		" FROM " + table + " WHERE " + p.resource + " = k.r AND " + p.uid + " = k.u" + cond + " OFFSET 0) AS found", []any{pq.Array(resources), pq.Array(uids)}}}
}

// digests is a list of numbers in JSON.
func (g *group) digests() string {
	numbers := make([]int64, len(g.uids))
	for i, uid := range g.uids {
		numbers[i] = keyDigest(g.resource, uid)
	}
	return numberList(numbers)
}

// numberList is a list of numbers in JSON.
func numberList(numbers []int64) string {
	text := make([]byte, 0, 21*len(numbers)+2)
	text = append(text, '[')
	for i, n := range numbers {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, ']'))
}

// setOf is a set of keys, to tell them from others with the same digest.
func setOf(keys []transfer.Key) map[transfer.Key]bool {
	set := make(map[transfer.Key]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return set
}

// updateRecords sets columns of records. Each row begins with resource and uid; names and casts are those of the values
// behind them, which set and cond know as v. SQLite takes one record after the other: its planner might go through all of
// them otherwise.
func updateRecords(ctx context.Context, q writer, names, casts []string, set, cond string, rows [][]any) error {
	if q.Dialect() == sqldb.PostgreSQL {
		return updateFrom(ctx, q, append([]string{"r", "u"}, names...), append([]string{"TEXT", "TEXT"}, casts...),
			"UPDATE record SET "+set+" FROM v WHERE record.resource = v.r AND record.uid = v.u"+cond, rows)
	}
	var numbers []string
	for i, name := range names {
		numbers = append(numbers, "v."+name, fmt.Sprint("?", i+3))
	}
	text := strings.NewReplacer(numbers...).Replace("UPDATE record SET " + set + " WHERE id IN (SELECT record FROM record_key WHERE digest = ?" +
		strconv.Itoa(len(names)+3) + " AND below = 0) AND resource = ?1 AND uid = ?2" + cond)
	for _, row := range rows {
		if _, err := q.Exec(ctx, text, append(row, keyDigest(row[0].(string), row[1].(string)))...); err != nil {
			return err
		}
	}
	return nil
}

// settleEvery is after how many change numbers the keys of SQLite go from the small table into the large one.
const settleEvery = 1 << 16

// settle does that when the transaction passes such a number. Both tables are in the order of digests: each page of the large
// one is written once at most.
func (t *tx) settle(ctx context.Context) error {
	if t.q.Dialect() != sqldb.SQLite || t.first/settleEvery == t.last/settleEvery {
		return nil
	}
	for _, query := range []string{
		"INSERT OR ROLLBACK INTO key_settled (digest, below, record) SELECT digest, below, record FROM key_recent ORDER BY digest, below, record",
		"DELETE FROM key_recent",
	} {
		if _, err := t.q.Exec(ctx, query); err != nil {
			return fmt.Errorf("settle keys: %w", err)
		}
	}
	return nil
}
