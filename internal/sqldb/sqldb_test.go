package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// same puts one text into both migration folders.
func same(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		for _, engine := range sqldbtest.Engines {
			fsys[engine+"/"+name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
		}
	}
	return fsys
}

var people = same(map[string]string{"0001_people.sql": `
CREATE TABLE town (id BIGINT PRIMARY KEY);
CREATE TABLE person (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL, town BIGINT REFERENCES town (id),
  born BIGINT NOT NULL DEFAULT 0, alive BOOLEAN NOT NULL DEFAULT TRUE, UNIQUE (name, mail));
CREATE UNIQUE INDEX person_one_dead ON person (name) WHERE NOT alive;
CREATE UNIQUE INDEX person_mail_lower ON person (lower(mail));`})

const insertPerson = "INSERT INTO person (id, name, mail, alive) VALUES (?, ?, ?, ?)"

func mustExec(t *testing.T, q sqldb.Querier, query string, args ...any) {
	t.Helper()
	if _, err := q.Exec(t.Context(), query, args...); err != nil {
		t.Fatalf("%s %v: %v", query, args, err)
	}
}

func count(t *testing.T, q sqldb.Querier) (n int) {
	t.Helper()
	if err := q.Get(t.Context(), &n, "SELECT count(*) FROM person"); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReadAndWrite(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		type person struct {
			ID    int64
			Name  string
			Born  sqldb.Micros
			Alive bool
		}
		born := time.Date(1815, 12, 10, 6, 0, 0, 1234, time.FixedZone("x", 3600))
		err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
			stmt, err := tx.Prepare(t.Context(), "INSERT INTO person (id, name, mail, born) VALUES (?, ?, ?, ?)")
			if err != nil {
				return err
			}
			for id, name := range []string{"Ada", "Grace"} {
				if _, err := stmt.Exec(t.Context(), id+1, name, name+"@x", sqldb.MicrosOf(born)); err != nil {
					return err
				}
			}
			return stmt.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []person{{1, "Ada", sqldb.MicrosOf(born), true}, {2, "Grace", sqldb.MicrosOf(born), true}}
		var got []person
		if err := db.Select(t.Context(), &got, "SELECT id, name, born, alive FROM person WHERE id <= ? ORDER BY id", 9); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		rows, err := db.Query(t.Context(), "SELECT id, name, born, alive FROM person WHERE id = ?", 2)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		var one person
		if !rows.Next() || rows.StructScan(&one) != nil || rows.Next() || rows.Err() != nil {
			t.Errorf("row by row: %+v, %v", one, rows.Err())
		}
		if one != want[1] {
			t.Errorf("row by row: %+v", one)
		}
	})
}

func TestReturningInsideTransaction(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		var name string
		err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Get(t.Context(), &name, insertPerson+" ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING name", 1, "Ada", "a", true)
		})
		if err != nil || name != "Ada" {
			t.Errorf("got %q, %v", name, err)
		}
	})
}

func TestErrorsAreToldApartOnBothEngines(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query      string
		args       []any
		class      error
		constraint string
	}{
		"primary key":      {insertPerson, []any{1, "B", "b", true}, sqldb.ErrUnique, "person_pkey"},
		"unique columns":   {insertPerson, []any{2, "A", "a", true}, sqldb.ErrUnique, "person_name_mail_key"},
		"partial index":    {insertPerson, []any{2, "D", "e", false}, sqldb.ErrUnique, "person_one_dead"},
		"expression index": {insertPerson, []any{2, "C", "D", true}, sqldb.ErrUnique, "person_mail_lower"},
		"missing target":   {"INSERT INTO person (id, name, mail, town) VALUES (?, ?, ?, ?)", []any{2, "B", "b", 7}, sqldb.ErrForeignKey, ""},
	}
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		mustExec(t, db, insertPerson, 1, "A", "a", true)
		mustExec(t, db, insertPerson, 9, "D", "d", false)
		for name, test := range tests {
			if test.constraint == "person_name_mail_key" {
				mustExec(t, db, "DROP INDEX person_mail_lower")
			}
			_, err := db.Exec(t.Context(), test.query, test.args...)
			if !errors.Is(err, test.class) {
				t.Errorf("%s: %v is not %v", name, err, test.class)
			}
			if got := sqldb.Constraint(fmt.Errorf("wrapped: %w", err)); got != test.constraint && name != "missing target" {
				t.Errorf("%s: constraint %q, want %q", name, got, test.constraint)
			}
			if test.constraint == "person_name_mail_key" {
				mustExec(t, db, "CREATE UNIQUE INDEX person_mail_lower ON person (lower(mail))")
			}
		}
		var id int
		if err := db.Get(t.Context(), &id, "SELECT id FROM person WHERE id = 5"); !errors.Is(err, sqldb.ErrNotFound) {
			t.Errorf("no row: %v", err)
		}
		if err := db.Get(t.Context(), &id, "SELECT nonsense"); err == nil || errors.Is(err, sqldb.ErrNotFound) {
			t.Errorf("nonsense: %v", err)
		}
	})
}

func TestReadSideCannotWrite(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", people)
	var id int
	err := db.Get(t.Context(), &id, insertPerson+" RETURNING id", 1, "A", "a", true)
	if err == nil || errors.Is(err, sqldb.ErrFull) || !strings.Contains(err.Error(), "use Tx") {
		t.Errorf("write by Get: %v", err)
	}
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		err := db.ReadTx(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), insertPerson, 1, "A", "a", true)
			return err
		})
		if err == nil || errors.Is(err, sqldb.ErrFull) {
			t.Errorf("write in ReadTx: %v", err)
		}
		if n := count(t, db); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}

func TestNowSQLIsTheDatabaseClock(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		before := time.Now().Add(-5 * time.Second)
		var now sqldb.Micros
		if err := db.Get(t.Context(), &now, "SELECT "+sqldb.NowSQL(db.Dialect())); err != nil {
			t.Fatal(err)
		}
		if got := now.Time(); got.Before(before) || got.After(time.Now().Add(5*time.Second)) {
			t.Errorf("database time %v is far from ours", got)
		}
	})
}

func TestMicros(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1<<33, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns"))
		m := sqldb.MicrosOf(at)
		if m == 0 {
			return
		}
		value, err := m.Value()
		if err != nil {
			t.Fatal(err)
		}
		var back sqldb.Micros
		if err := back.Scan(value); err != nil {
			t.Fatal(err)
		}
		if diff := at.Sub(back.Time()); diff < 0 || diff >= time.Microsecond {
			t.Fatalf("%v came back as %v", at, back.Time())
		}
	})
	if sqldb.MicrosOf(time.Time{}) != 0 || !sqldb.Micros(0).Time().IsZero() {
		t.Error("no time is not 0")
	}
	var m sqldb.Micros = 5
	if err := m.Scan(nil); err != nil || m != 0 {
		t.Errorf("NULL became %d, %v", m, err)
	}
	if err := m.Scan("2020-01-01"); err == nil {
		t.Error("text was taken for microseconds")
	}
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		dsn    string
		schema string
		reason apierr.Reason
	}{
		"empty":       {"", "", apierr.ReasonSettingsInvalid},
		"other":       {"mysql://h/d", "", apierr.ReasonSettingsInvalid},
		"memory":      {"sqlite::memory:", "", apierr.ReasonSettingsInvalid},
		"no path":     {"sqlite:", "", apierr.ReasonSettingsInvalid},
		"bad url":     {"postgres://u:geheim@h:port/d", "", apierr.ReasonSettingsInvalid},
		"bad schema":  {"postgres://u:geheim@h/d?sslmode=disable", `a"; DROP`, apierr.ReasonSettingsInvalid},
		"nobody home": {"postgres://u:geheim@127.0.0.1:1/d?sslmode=disable", "s", apierr.ReasonDatabaseUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := sqldb.Open(t.Context(), test.dsn, sqldb.Options{Schema: test.schema})
			if err == nil {
				t.Fatal(db.Close())
			}
			if apierr.ReasonOf(err) != test.reason {
				t.Errorf("reason of %v is %v", err, apierr.ReasonOf(err))
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("the password is in %v", err)
			}
		})
	}
}

func TestCancelledContextIsNoDatabaseTrouble(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, people, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Tx(ctx, func(*sqldb.Tx) error { return nil })
		if !errors.Is(err, context.Canceled) || apierr.ReasonOf(apierr.Public(err)) != apierr.ReasonCancelled {
			t.Errorf("got %v", err)
		}
	})
}
