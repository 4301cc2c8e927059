package sqldb

import (
	"context"
	"errors"
	"fmt"
	"hash/crc64"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/edensync/edensync/internal/apierr"
)

// Migrate brings the tables to the state that fsys describes; the engine's
// files stand in its folder sqlite or postgres. table is where goose notes what
// has been done, so that several packages can keep tables in one database.
// Several replicas may call it at the same time: on PostgreSQL one works while
// the others wait.
//
// Tables that a newer version has changed stay as they are, and this version
// works with them: during a rollout both stand side by side. A migration that
// cannot be lived with says so in schema_compatibility:
//
//	UPDATE schema_compatibility SET compatible_from = 7 WHERE version_table = 'config_version';
//
// From then on programs whose own last migration is below 7 are refused with
// SCHEMA_NEWER.
func (db *DB) Migrate(ctx context.Context, fsys fs.FS, table string) error {
	provider, err := db.provider(fsys, table)
	if err != nil {
		return fmt.Errorf("migrations %s: %w", table, err)
	}
	newer, err := db.newer(ctx, provider, table)
	if err == nil && !newer {
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrations %s: %w", table, db.classify(ctx, err))
	}
	return nil
}

// Migrations are the folders sqlite and postgres within the folder migrations of the files that a program carries.
func Migrations(embedded fs.FS) fs.FS {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the name is valid
	}
	return files
}

func (db *DB) provider(fsys fs.FS, table string) (*goose.Provider, error) {
	files, err := fs.Sub(fsys, db.dialect.String())
	if err != nil {
		return nil, err
	}
	opts := []goose.ProviderOption{
		goose.WithTableName(table), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if db.dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, db.write.DB, files, opts...)
	}
	// The lock is this schema's and table's own: services do not wait for each other.
	id := crc64.Checksum([]byte(db.schema+"."+table), crc64.MakeTable(crc64.ISO))
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(int64(id)), lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.write.DB, files, append(opts, goose.WithSessionLocker(locker))...)
}

// newer tells whether a newer version has changed the tables, so that there is nothing to do. The error is SCHEMA_NEWER if
// this version cannot work with them any more.
func (db *DB) newer(ctx context.Context, provider *goose.Provider, table string) (bool, error) {
	from, err := db.compatibleFrom(ctx, table)
	if err != nil {
		return false, err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return false, errors.Join(errors.New("read the version of the tables"), err)
	}
	if target < from {
		return false, apierr.New(apierr.KindPrecondition, apierr.ReasonSchemaNewer,
			"The database was changed by a newer version (tables at %d, this version knows %d and they need %d), so this one does not work; start the newer version or restore a backup.",
			current, target, from)
	}
	return current > target, nil
}

// compatibility is the table that says which versions can work with the tables. Each schema, or file of SQLite, has one.
const compatibility = `CREATE TABLE IF NOT EXISTS schema_compatibility (
	version_table TEXT PRIMARY KEY, compatible_from BIGINT NOT NULL)`

// compatibleFrom is the number of the last migration that a program must know at least; 0: all can work with the tables.
func (db *DB) compatibleFrom(ctx context.Context, table string) (from int64, err error) {
	if db.hasTable(ctx, "schema_compatibility") {
		err = db.Get(ctx, &from, "SELECT compatible_from FROM schema_compatibility WHERE version_table = ?", table)
		if err == nil {
			return from, nil
		}
	}
	// Several replicas may find at the same time that it is missing: what the others do meanwhile is no failure.
	_, created := db.Exec(ctx, compatibility)
	_, err = db.Exec(ctx, "INSERT INTO schema_compatibility (version_table, compatible_from) VALUES (?, 0) ON CONFLICT DO NOTHING", table)
	if err != nil {
		return 0, errors.Join(err, created)
	}
	return 0, nil
}

// hasTable asks without an error in the log of the server when it is not there.
func (db *DB) hasTable(ctx context.Context, name string) bool {
	query := "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)"
	if db.dialect == PostgreSQL {
		query = "SELECT to_regclass(?) IS NOT NULL"
	}
	var present bool
	err := db.Get(ctx, &present, query, name)
	return err == nil && present
}
