package storetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// settleKeys does early what the store does once in a while, so that tests look into both tables of keys.
func (b *bench) settleKeys(tb testing.TB) {
	tb.Helper()
	if b.db.Dialect() != sqldb.SQLite {
		return
	}
	for _, query := range []string{"INSERT INTO key_settled SELECT digest, below, record FROM key_recent", "DELETE FROM key_recent"} {
		if _, err := b.db.Exec(tb.Context(), query); err != nil {
			tb.Fatal(err)
		}
	}
}

// checkKeys compares the keys with the records, as an index would be compared with its table.
func (b *bench) checkKeys(tb testing.TB) {
	tb.Helper()
	if b.db.Dialect() != sqldb.SQLite {
		return
	}
	const wanted = `SELECT * FROM (SELECT record_digest(resource, uid), 0, id FROM record
		UNION ALL SELECT record_digest(parent_resource, parent_uid), 1, id FROM record WHERE parent_uid <> '')`
	const there = "SELECT digest, below, record FROM record_key"
	var diff struct{ Missing, Odd, Wanted, There int }
	err := b.db.Get(tb.Context(), &diff, "SELECT (SELECT count(*) FROM ("+wanted+" EXCEPT "+there+")) AS missing, (SELECT count(*) FROM ("+
		there+" EXCEPT "+wanted+")) AS odd, (SELECT count(*) FROM ("+wanted+")) AS wanted, (SELECT count(*) FROM ("+there+")) AS there")
	if err != nil || diff.Missing+diff.Odd > 0 || diff.Wanted != diff.There {
		tb.Errorf("the keys do not fit the records: %+v, %v", diff, err)
	}
}

// keyed is a store of SQLite.
func keyed(t *testing.T) *bench {
	t.Helper()
	t.Parallel()
	return newBench(t, sqldbtest.Open(t, "sqlite", sqlstore.Migrations))
}

func (b *bench) mustExec(t *testing.T, query string) {
	t.Helper()
	if _, err := b.db.Exec(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// When the change clock passes a certain number, keys go from the small table into the large one. Records are found before and
// after, and those that come later.
func TestKeysSettle(t *testing.T) {
	b := keyed(t)
	m := master(office, "m", "x")
	add := func(recent int, records ...*transfer.Record) {
		t.Helper()
		err := b.Write(t.Context(), nil, func(tx engine.Tx) error { return tx.Apply(t.Context(), records) })
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM key_recent"); err != nil || n != recent {
			t.Errorf("%d keys are recent, want %d: %v", n, recent, err)
		}
	}
	add(3, m, component(m, email, "c", "x"))
	b.mustExec(t, "UPDATE change_clock SET last = 65534")
	add(0, master(office, "n", "x"), component(m, email, "d", "x"))
	add(2, changed(m, "y"), component(m, email, "e", "x"))
	trees, err := b.TreesOf(t.Context(), []transfer.Key{m.Key})
	if err != nil || len(trees) != 1 || trees[0].Hash != "h:y" || len(trees[0].Components) != 3 {
		t.Errorf("%+v, %v", trees, err)
	}
	b.mustExec(t, "DELETE FROM record WHERE uid IN ('d', 'e')")
	b.checkKeys(t)
}

// Two keys of one digest are two records all the same, and components of two parents.
func TestKeysThatShareADigest(t *testing.T) {
	b := keyed(t)
	m, n := master(office, "m", "x"), master(office, "n", "x")
	found := component(m, email, "below m", "x")
	b.apply(t, m, n, found, component(n, email, "below n", "x"))
	for _, query := range []string{
		"UPDATE key_settled SET digest = record_digest('org_office', 'm') WHERE digest = record_digest('org_office', 'n')",
		"UPDATE record SET parent_digest = record_digest('org_office', 'm') WHERE parent_uid = 'n'",
		"UPDATE record SET key_digest = record_digest('org_office', 'm') WHERE uid = 'n'",
		"DELETE FROM key_recent",
	} {
		b.mustExec(t, query)
	}
	trees, err := b.TreesOf(t.Context(), []transfer.Key{m.Key})
	if err != nil || outline(trees) != "m(below m)" {
		t.Errorf("%s, %v", outline(trees), err)
	}
	touched := changed(m, "z")
	touched.ModifiedOn = start.Add(time.Hour)
	b.write(t, func(tx engine.Tx) error { return tx.Touch(t.Context(), []*transfer.Record{touched}) })
	gone := changed(m, "gone")
	gone.Deleted = true
	b.apply(t, gone)
	before := b.mustClock(t)
	b.apply(t, changed(m, "y"))
	if told := b.load(t, key(email, "below m"), key(email, "below n")); told[found.Key].Seq <= before || told[key(email, "below n")].Seq > before {
		t.Errorf("told again when their record came back: %+v", told)
	}
	b.settleKeys(t)
	b.mustExec(t, "UPDATE key_settled SET digest = record_digest('pr_contact', 'below m') WHERE digest = record_digest('pr_contact', 'below n')")
	b.write(t, func(tx engine.Tx) error {
		top := *found
		top.Master = true
		return tx.Relink(t.Context(), "", []*transfer.Record{&top})
	})
	b.checkCounts(t)
	var other struct {
		Hash       string
		ModifiedOn sqldb.Micros `db:"modified_on"`
		Past       int
	}
	err = b.db.Get(t.Context(), &other, "SELECT hash, modified_on, (SELECT count(*) FROM version WHERE uid = 'n') AS past FROM record WHERE uid = 'n'")
	if err != nil || other.Hash != "h:x" || !other.ModifiedOn.Time().Equal(n.ModifiedOn) || other.Past != 0 {
		t.Errorf("the other one: %+v, %v", other, err)
	}
	same(t, "version", b.one(t, m.Key).Hash, "h:y")
}

// The same record twice would be two truths. SQLite has no unique key that could tell, but a trigger.
func TestNoRecordStandsTwice(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "m", "x"))
		for _, settled := range []bool{true, false} {
			err := b.Write(t.Context(), nil, func(tx engine.Tx) error {
				tx.Missing([]transfer.Key{key(office, "m"), key(office, "n")}) // which is not true
				return tx.Apply(t.Context(), []*transfer.Record{master(office, "n", "x"), master(office, "m", "y")})
			})
			if err == nil || !strings.Contains(err.Error(), "insert 2 records") {
				t.Errorf("settled %v: %v", settled, err)
			}
			same(t, "version", b.one(t, key(office, "m")).Hash, "h:x")
			if settled && b.db.Dialect() == sqldb.SQLite {
				b.mustExec(t, "INSERT INTO key_recent SELECT * FROM key_settled; DELETE FROM key_settled")
			}
		}
		b.apply(t, master(office, "n", "x")) // the store still works
	})
}
