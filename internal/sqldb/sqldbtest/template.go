package sqldbtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
)

// templates are files of SQLite to which migrations have been applied. Hundreds of tests begin with the same one, and each
// of its tables takes a while to be made, most of all where data races are looked for.
var templates sync.Map // fs.FS → func() ([]byte, error)

// prepare puts a copy of the migrated template where a test will open its database.
func prepare(tb testing.TB, dsn string, migrations fs.FS) {
	tb.Helper()
	made, _ := templates.LoadOrStore(migrations, sync.OnceValues(func() ([]byte, error) { return template(tb, migrations) }))
	file, err := made.(func() ([]byte, error))()
	if err == nil {
		err = os.WriteFile(strings.TrimPrefix(dsn, "sqlite:"), file, 0o600)
	}
	if err != nil {
		tb.Fatalf("prepare an SQLite database for the test: %v", err)
	}
}

func template(tb testing.TB, migrations fs.FS) ([]byte, error) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "template.db")
	db, err := sqldb.Open(tb.Context(), "sqlite:"+path, sqldb.Options{MaxOpen: maxOpen})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(tb.Context(), migrations, versionTable); err != nil {
		_ = db.Close() // it is thrown away
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // it has just been made
}
