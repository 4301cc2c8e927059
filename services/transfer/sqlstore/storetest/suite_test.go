// Package storetest_test is the suite that the record store passes on both engines, one file per topic.
package storetest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// start is the time at which every test's clock begins.
var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// clock is this site's clock in a test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a store with what a test needs around it.
type bench struct {
	*sqlstore.Store
	db    *sqldb.DB
	clock *clock
	turns int
}

func newBench(tb testing.TB, db *sqldb.DB) *bench {
	tb.Helper()
	if err := auditlog.Migrate(tb.Context(), db); err != nil {
		tb.Fatal(err)
	}
	c := &clock{now: start}
	return &bench{Store: sqlstore.New(db, c.Now), db: db, clock: c}
}

// each runs a test on a fresh store of each engine.
func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, sqlstore.Migrations, func(t *testing.T, db *sqldb.DB) {
		b := newBench(t, db)
		test(t, b)
		b.checkKeys(t)
		b.checkCounts(t)
	})
}

// write runs a transaction that must succeed.
func (b *bench) write(tb testing.TB, fn func(tx engine.Tx) error) {
	tb.Helper()
	if err := b.Write(tb.Context(), nil, fn); err != nil {
		tb.Fatal(err)
	}
	if b.turns++; b.turns%2 == 1 {
		b.settleKeys(tb)
	}
}

// apply stores records that must be accepted.
func (b *bench) apply(tb testing.TB, records ...*transfer.Record) {
	tb.Helper()
	b.write(tb, func(tx engine.Tx) error { return tx.Apply(tb.Context(), records) })
}

func (b *bench) mustClock(tb testing.TB) int64 {
	tb.Helper()
	seq, err := b.Clock(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return seq
}

const (
	office = "org_office"
	organ  = "org_organisation"
	email  = "pr_contact"
)

func key(resource, uid string) transfer.Key { return transfer.Key{Resource: resource, UID: uid} }

// master is a record at top level; its hash tells its content apart.
func master(resource, uid, content string) *transfer.Record {
	return &transfer.Record{
		Key: key(resource, uid), Master: true, Origin: "repo-a", Run: "run-1", MCI: 2,
		CreatedOn: start.Add(-48 * time.Hour), ModifiedOn: start.Add(-time.Hour),
		Hash: "h:" + content, ReceivedHash: "r:" + content, Attrs: ` owner="x"`, Body: []byte("<data field=\"name\">" + content + "</data>"),
	}
}

// component is a record below another one.
func component(parent *transfer.Record, resource, uid, content string) *transfer.Record {
	c := master(resource, uid, content)
	c.Master, c.Parent, c.Alias = false, parent.Key, "alias"
	return c
}

// changed is the next version of a record.
func changed(r *transfer.Record, content string) *transfer.Record {
	next := *r
	next.Hash, next.ReceivedHash, next.Body = "h:"+content, "r:"+content, []byte("<data field=\"name\">"+content+"</data>")
	next.ModifiedOn = r.ModifiedOn.Add(time.Minute)
	return &next
}

// load reads records as the engine does, without bodies.
func (b *bench) load(tb testing.TB, keys ...transfer.Key) map[transfer.Key]*transfer.Record {
	tb.Helper()
	var found map[transfer.Key]*transfer.Record
	b.write(tb, func(tx engine.Tx) (err error) {
		found, err = tx.Load(tb.Context(), keys)
		return err
	})
	return found
}

// one reads a record that must be here, with its body.
func (b *bench) one(tb testing.TB, k transfer.Key) *transfer.Record {
	tb.Helper()
	records, err := b.Records(tb.Context(), []transfer.Key{k})
	if err != nil || len(records) != 1 {
		tb.Fatalf("read %v: %d records, %v", k, len(records), err)
	}
	return records[0]
}

// same fails when got is not what was wanted.
func same(tb testing.TB, what string, got, want any) {
	tb.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// outline writes trees as uid(component component(…)), with ! after what is deleted.
func outline(trees []*transfer.Tree) string {
	parts := make([]string, len(trees))
	for i, tree := range trees {
		parts[i] = tree.UID
		if tree.Deleted {
			parts[i] += "!"
		}
		if len(tree.Components) > 0 {
			parts[i] += "(" + outline(tree.Components) + ")"
		}
	}
	return strings.Join(parts, " ")
}

func uids[T any](list []T, uid func(T) string) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = uid(v)
	}
	return strings.Join(parts, " ")
}

func uidNumber(i int) string {
	return fmt.Sprintf("urn:uuid:%08d-aaaa-4bbb-8ccc-%012d", i*7919%100000000, i)
}
