package sqlstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// Resources are all tables of the record store with their numbers, in order of names.
func (s *Store) Resources(ctx context.Context) (list []transfer.ResourceSummary, err error) {
	err = each(ctx, s.db, func(rows *sqlx.Rows) error {
		var r transfer.ResourceSummary
		var changed sqldb.Micros
		err := rows.Scan(&r.Name, &r.Records, &r.Deleted, &r.LastChange, &changed)
		r.ChangedAt = changed.Time()
		list = append(list, r)
		return err
	}, "SELECT name, live, deleted, last_seq, last_change_on FROM resource ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	return list, nil
}

// ListRecords reads a page of records of a resource without components, the latest change first; next is the keyset
// of the page that follows, nil after the last one.
func (s *Store) ListRecords(ctx context.Context, f transfer.RecordFilter, p transfer.Page) (records []transfer.Record, next []string, err error) {
	c := &sqldb.Where{}
	c.Add("resource = ?", f.Resource)
	c.Add("seq > 0") // the condition of the index
	if len(p.After) > 0 {
		before, err := strconv.ParseInt(p.After[0], 10, 64)
		if err != nil || len(p.After) != 1 {
			return nil, nil, badPage(p)
		}
		c.Add("seq < ?", before)
	}
	if !f.WithDeleted {
		c.Add("NOT deleted")
	}
	c.Equal("origin", f.Origin)
	if f.Query != "" {
		s.contains(c, f.Query)
	}
	records, err = readRecords(ctx, s.db, c.SQL()+" ORDER BY seq DESC LIMIT ?", c.Args(rowsOf(p))...)
	if err != nil {
		return nil, nil, fmt.Errorf("list records of %s: %w", f.Resource, err)
	}
	records, more := cut(records, p)
	if more {
		next = []string{strconv.FormatInt(records[len(records)-1].Seq, 10)}
	}
	return records, next, nil
}

// contains demands a text in uid or content. The case of letters is ignored, on SQLite only that of ASCII.
func (s *Store) contains(c *sqldb.Where, text string) {
	pattern := "%" + likeEscaper.Replace(clean(text)) + "%"
	like := " LIKE ? ESCAPE '!'"
	if s.db.Dialect() == sqldb.PostgreSQL {
		like = " ILIKE ? ESCAPE '!'"
	}
	c.Add("(uid"+like+" OR body"+like+")", pattern, pattern)
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

func readRecords(ctx context.Context, q sqldb.Querier, rest string, args ...any) (records []transfer.Record, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		r, err := scanRecord(rows, true)
		if err == nil {
			records = append(records, *r)
		}
		return err
	}, "SELECT "+fullColumns+" FROM record "+rest, args...)
	return records, err
}

// Changes is the feed of a resource: records whose last change has a number above after, in the order of commits. A
// record that changed twice comes once. Last is where the next reading begins.
func (s *Store) Changes(ctx context.Context, resource string, after int64, limit int) (page transfer.ChangePage, err error) {
	size := transfer.Page{Size: limit}
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		var clock int64
		if err := q.Get(ctx, &clock, "SELECT last FROM change_clock WHERE id = 1"); err != nil {
			return err
		}
		records, err := readRecords(ctx, q, "WHERE resource = ? AND seq > 0 AND seq > ? ORDER BY seq LIMIT ?", resource, after, rowsOf(size))
		records, more := cut(records, size)
		page = transfer.ChangePage{Records: records, Last: max(after, clock), More: more}
		if more {
			page.Last = records[len(records)-1].Seq
		}
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read changes of %s after %d: %w", resource, after, err)
	}
	return page, nil
}

// maxHistory is the number of past versions that GetRecord reads.
const maxHistory = 100

// GetRecord reads a record with its components, deleted ones included, and its latest past versions. Error:
// NOT_FOUND.
func (s *Store) GetRecord(ctx context.Context, key transfer.Key) (h transfer.History, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		trees, err := treesOf(ctx, q, []transfer.Key{key}, true)
		if err == nil && len(trees) == 0 {
			err = sqldb.ErrNotFound
		}
		if err != nil {
			return err
		}
		h.Tree = *trees[0]
		h.Versions, err = pastVersions(ctx, q, key)
		return err
	})
	if err != nil {
		return h, notFound(err, "record", key.Resource+" "+key.UID)
	}
	return h, nil
}

// BaseVersion reads the last past version that both sides of a conflict had: one that the repository was known to have
// seen, or that came from it. found is false when the history does not have it any more.
func (s *Store) BaseVersion(ctx context.Context, b transfer.BaseQuery) (version transfer.Record, found bool, err error) {
	versions, err := baseVersions(ctx, s.db, b)
	if err != nil || len(versions) == 0 {
		return version, false, err
	}
	return versions[0], true, nil
}

func baseVersions(ctx context.Context, q sqldb.Querier, b transfer.BaseQuery) ([]transfer.Record, error) {
	return readVersions(ctx, q, "resource = ? AND uid = ? AND seq < ? AND (seq <= ? OR origin = ?) ORDER BY seq DESC LIMIT 1",
		b.Key.Resource, b.Key.UID, b.LocalSeq, b.SyncSeq, b.RepositoryID)
}

func pastVersions(ctx context.Context, q sqldb.Querier, key transfer.Key) ([]transfer.Record, error) {
	return readVersions(ctx, q, "resource = ? AND uid = ? ORDER BY seq DESC LIMIT ?", key.Resource, key.UID, maxHistory)
}

func readVersions(ctx context.Context, q sqldb.Querier, rest string, args ...any) (versions []transfer.Record, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		var v transfer.Record
		var created, modified, arrived sqldb.Micros
		err := rows.Scan(&v.Resource, &v.UID, &v.Seq, &v.Parent.Resource, &v.Parent.UID, &v.Alias, &v.Origin, &v.Run,
			&v.MCI, &created, &modified, &arrived, &v.Deleted, &v.ReplacedBy, &v.Hash, &v.ReceivedHash, &v.Attrs, &v.Body)
		v.CreatedOn, v.ModifiedOn, v.ArrivedOn = created.Time(), modified.Time(), arrived.Time()
		versions = append(versions, v)
		return err
	}, "SELECT "+versionColumns+" FROM version WHERE "+rest, args...)
	return versions, err
}
