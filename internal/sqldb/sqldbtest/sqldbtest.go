// Package sqldbtest gives tests a fresh database on both engines, so that no
// test can be written that looks at one only by accident.
package sqldbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
)

// Env names the environment variable with the address of a PostgreSQL server
// in which tests may make and drop schemas.
const Env = "EDENSYNC_TEST_POSTGRES"

// Engines are the names that Open takes and Each uses for its subtests.
var Engines = []string{"sqlite", "postgres"}

// versionTable is where the migrations of a test note what has been done.
const versionTable = "schema_version"

// maxOpen is enough for two overlapping transactions and a reader.
const maxOpen = 6

// Each runs test on both engines, in parallel subtests named after them, each
// on an empty database with the migrations applied (nil = none).
func Each(t *testing.T, migrations fs.FS, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, engine, migrations))
		})
	}
}

// Open makes an empty database of the engine ("sqlite" or "postgres"), applies
// the migrations (nil = none) and removes everything when the test ends.
func Open(tb testing.TB, engine string, migrations fs.FS) *sqldb.DB {
	tb.Helper()
	dsn, schema := DSN(tb, engine)
	return open(tb, engine, dsn, schema, migrations)
}

// Copy is Open for tests that need many databases: one of SQLite is a copy of one that was migrated before. What
// migrations draw at random is then the same in all of them. The migrations must be comparable, as embedded ones are.
func Copy(tb testing.TB, engine string, migrations fs.FS) *sqldb.DB {
	tb.Helper()
	dsn, schema := DSN(tb, engine)
	if engine == "sqlite" {
		prepare(tb, dsn, migrations)
	}
	return open(tb, engine, dsn, schema, migrations)
}

func open(tb testing.TB, engine, dsn, schema string, migrations fs.FS) *sqldb.DB {
	tb.Helper()
	db, err := sqldb.Open(tb.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: maxOpen})
	if err != nil {
		tb.Fatalf("open a %s database for the test: %v", engine, err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the %s database: %v", engine, err)
		}
	})
	if migrations != nil {
		if err := db.Migrate(tb.Context(), migrations, versionTable); err != nil {
			tb.Fatalf("migrate the %s database: %v", engine, err)
		}
	}
	return db
}

// DSN reserves an empty database of the engine and returns what sqldb.Open
// needs to open it: address and schema ("" for SQLite). It is for tests that
// open the database themselves, for example through a service's settings.
func DSN(tb testing.TB, engine string) (dsn, schema string) {
	tb.Helper()
	if engine == "sqlite" {
		return "sqlite:" + filepath.Join(tb.TempDir(), "test.db"), ""
	}
	dsn = os.Getenv(Env)
	if dsn == "" {
		tb.Fatalf("%s is not set, and every test runs on both engines: run `make test`, which starts a PostgreSQL for the tests", Env)
	}
	schema = "test_" + randomName()
	tb.Cleanup(func() { drop(tb, dsn, schema) })
	return dsn, schema
}

func randomName() string {
	var b [10]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand does not fail on the systems we build for
	}
	return hex.EncodeToString(b[:])
}

// drop has its own context: the one of the test has ended when it runs.
func drop(tb testing.TB, dsn, schema string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), time.Minute)
	defer cancel()
	db, err := sqldb.Open(ctx, dsn, sqldb.Options{MaxOpen: 1})
	if err != nil {
		tb.Errorf("drop schema %s: %v", schema, err)
		return
	}
	if _, err := db.Exec(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE"); err != nil {
		tb.Errorf("drop schema %s: %v", schema, err)
	}
	if err := db.Close(); err != nil {
		tb.Errorf("drop schema %s: %v", schema, err)
	}
}
