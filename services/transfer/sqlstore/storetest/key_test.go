package storetest_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
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

// When the change clock passes a certain number, keys go from the small table into the large one. Records are found before and
// after, and those that come later.
func TestKeysSettle(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		if b.db.Dialect() != sqldb.SQLite {
			t.Skip("PostgreSQL has an index")
		}
		m := master(office, "m", "x")
		add := func(records ...*transfer.Record) {
			err := b.Write(t.Context(), nil, func(tx engine.Tx) error { return tx.Apply(t.Context(), records) })
			if err != nil {
				t.Fatal(err)
			}
		}
		recent := func() (n int) {
			if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM key_recent"); err != nil {
				t.Fatal(err)
			}
			return n
		}
		add(m, component(m, email, "c", "x"))
		if _, err := b.db.Exec(t.Context(), "UPDATE change_clock SET last = 65534"); err != nil {
			t.Fatal(err)
		}
		if n := recent(); n != 3 {
			t.Errorf("%d keys are recent", n)
		}
		add(master(office, "n", "x"), component(m, email, "d", "x"))
		if n := recent(); n != 0 {
			t.Errorf("%d keys did not settle", n)
		}
		add(changed(m, "y"), component(m, email, "e", "x"))
		if n := recent(); n != 2 {
			t.Errorf("%d keys are recent again", n)
		}
		trees, err := b.TreesOf(t.Context(), []transfer.Key{m.Key})
		if err != nil || len(trees) != 1 || trees[0].Hash != "h:y" || len(trees[0].Components) != 3 {
			t.Errorf("%+v, %v", trees, err)
		}
	})
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
				if _, err := b.db.Exec(t.Context(), "INSERT INTO key_recent SELECT * FROM key_settled; DELETE FROM key_settled"); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.apply(t, master(office, "n", "x")) // the store still works
	})
}
