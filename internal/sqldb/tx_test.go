package sqldb_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

func TestTransactionRollsBackOnErrorAndPanic(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
			mustExec(t, tx, insertPerson, 1, "A", "a", true)
			return stop
		})
		if !errors.Is(err, stop) || count(t, db) != 0 {
			t.Errorf("after an error: %v, %d rows", err, count(t, db))
		}
		func() {
			defer func() {
				if got := recover(); got != "ouch" {
					t.Errorf("the panic became %v", got)
				}
			}()
			_ = db.Tx(t.Context(), func(tx *sqldb.Tx) error {
				mustExec(t, tx, insertPerson, 1, "A", "a", true)
				panic("ouch")
			})
		}()
		if n := count(t, db); n != 0 {
			t.Errorf("after a panic: %d rows", n)
		}
		if err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), insertPerson, 1, "A", "a", true)
			return err
		}); err != nil || count(t, db) != 1 {
			t.Errorf("the next one: %v, %d rows", err, count(t, db))
		}
	})
}

func TestReadTxSeesOneSnapshot(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		mustExec(t, db, insertPerson, 1, "A", "a", true)
		err := db.ReadTx(t.Context(), func(tx *sqldb.Tx) error {
			before := count(t, tx)
			mustExec(t, db, insertPerson, 2, "B", "b", true)
			if after := count(t, tx); before != 1 || after != 1 {
				t.Errorf("the snapshot went from %d to %d rows", before, after)
			}
			return nil
		})
		if err != nil || count(t, db) != 2 {
			t.Errorf("afterwards: %v, %d rows", err, count(t, db))
		}
	})
}

// TestTwoWritersLoseNothing lets many transactions read, add one and write. A
// lost update or an unretried busy, deadlock or serialization error shows.
func TestTwoWritersLoseNothing(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsn, schema := sqldbtest.DSN(t, engine)
			one, two := openPair(t, dsn, schema)
			mustExec(t, one, "CREATE TABLE n (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)")
			mustExec(t, one, "INSERT INTO n (id, v) VALUES (1, 0), (2, 0)")
			const each = 20
			var group sync.WaitGroup
			for i, db := range []*sqldb.DB{one, two} {
				group.Go(func() {
					for range each {
						if err := addOne(t.Context(), db, i); err != nil {
							t.Errorf("writer %d: %v", i, err)
						}
					}
				})
			}
			group.Wait()
			var sum int
			if err := one.Get(t.Context(), &sum, "SELECT sum(v) FROM n"); err != nil || sum != 4*each {
				t.Errorf("sum %d, %v; want %d", sum, err, 4*each)
			}
		})
	}
}

func openPair(t *testing.T, dsn, schema string) (one, two *sqldb.DB) {
	t.Helper()
	var pair [2]*sqldb.DB
	for i := range pair {
		db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		pair[i] = db
	}
	return pair[0], pair[1]
}

// addOne raises both rows; the writers take them in opposite order, which
// deadlocks on PostgreSQL now and then.
func addOne(ctx context.Context, db *sqldb.DB, first int) error {
	return db.Tx(ctx, func(tx *sqldb.Tx) error {
		for _, id := range []int{1 + first, 2 - first} {
			if _, err := tx.Exec(ctx, "UPDATE n SET v = v + 1 WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestTransactionIsRepeatedWhenTheEngineAsks(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "postgres", people)
	mustExec(t, db, insertPerson, 1, "A", "a", true)
	tries := 0
	err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
		if tries++; tries < 3 {
			_, err := tx.Exec(t.Context(), "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
			return err
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Errorf("%d tries, %v", tries, err)
	}
	tries = 0
	err = db.Tx(t.Context(), func(tx *sqldb.Tx) error {
		tries++
		_, err := tx.Exec(t.Context(), insertPerson, 1, "A", "a", true)
		return err
	})
	if !errors.Is(err, sqldb.ErrUnique) || tries != 1 {
		t.Errorf("a unique violation was tried %d times: %v", tries, err)
	}
}

func TestBusyForTooLongIsSaidSo(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "postgres", people)
	tries := 0
	err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
		tries++
		_, err := tx.Exec(t.Context(), "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$")
		return err
	})
	if apierr.ReasonOf(err) != apierr.ReasonDatabaseBusy || tries != 10 {
		t.Errorf("after %d tries: %v", tries, err)
	}
}

func TestFullDiskIsSaidSo(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", people)
	err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
		var pages int
		if err := tx.Get(t.Context(), &pages, "PRAGMA page_count"); err != nil {
			return err
		}
		if err := tx.Get(t.Context(), &pages, "PRAGMA max_page_count = 1"); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), insertPerson, 1, strings.Repeat("x", 1<<20), "a", true)
		return err
	})
	if !errors.Is(err, sqldb.ErrFull) || apierr.ReasonOf(err) != apierr.ReasonStorageFull {
		t.Errorf("got %v", err)
	}
}

func TestSQLiteFileIsTheOwnersOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new folder", "a b%20#c.db")
	db, err := sqldb.Open(t.Context(), "sqlite:"+path, sqldb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	mustExec(t, db, "CREATE TABLE x (id INTEGER)")
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", people)
	want := map[string]string{"journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "busy_timeout": "5000"}
	check := func(q sqldb.Querier, queryOnly string) {
		t.Helper()
		want["query_only"] = queryOnly
		for pragma, value := range want {
			var got string
			if err := q.Get(t.Context(), &got, "PRAGMA "+pragma); err != nil || got != value {
				t.Errorf("%s = %q, %v; want %q", pragma, got, err, value)
			}
		}
	}
	check(db, "1")
	if err := db.Tx(t.Context(), func(tx *sqldb.Tx) error { check(tx, "0"); return nil }); err != nil {
		t.Fatal(err)
	}
}
