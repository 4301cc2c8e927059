package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

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

// place is what of a record a key names: the record itself, or the one that it stands below.
type place struct {
	resource, uid string // columns of PostgreSQL
	below         int    // in record_key
}

var (
	own     = place{"resource", "uid", 0}
	parents = place{"parent_resource", "parent_uid", 1}
)

// recordsBy is a SELECT of the records whose place is one of the keys of a group and that meet a further condition, with its
// arguments. SQLite also finds records of other keys, should they have the same digest: whoever asks compares keys, which is
// cheaper there than in the database.
func recordsBy(d sqldb.Dialect, columns string, p place, g group, cond string) (query string, args []any) {
	if d == sqldb.PostgreSQL {
		if p == parents {
			cond = " AND parent_uid <> ''" + cond // as the index has it
		}
		return byKeys(d, columns, "record", p.uid, p.resource+" = ?"+cond), []any{listArg(d, g.uids), g.resource}
	}
	query = fmt.Sprintf("SELECT %s FROM record WHERE id IN (SELECT record FROM record_key WHERE digest IN (SELECT value FROM json_each(?))"+
		" AND below = %d)%s", columns, p.below, cond)
	return query, []any{g.digests()}
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

// keySet is a set of keys, to tell them from others with the same digest.
func keySet(keys []transfer.Key) map[transfer.Key]bool {
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
