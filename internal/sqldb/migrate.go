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
// the others wait. A database that a newer version has changed is refused with
// SCHEMA_NEWER and left alone.
func (db *DB) Migrate(ctx context.Context, fsys fs.FS, table string) error {
	provider, err := db.provider(fsys, table)
	if err != nil {
		return fmt.Errorf("migrations %s: %w", table, err)
	}
	if err := refuseNewer(ctx, provider); err != nil {
		return fmt.Errorf("migrations %s: %w", table, db.classify(ctx, err))
	}
	if _, err := provider.Up(ctx); err != nil {
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

func refuseNewer(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return errors.Join(errors.New("read the version of the tables"), err)
	}
	if current <= target {
		return nil
	}
	return apierr.New(apierr.KindPrecondition, apierr.ReasonSchemaNewer,
		"The database was changed by a newer version (tables at %d, this version knows %d), so this one does not start; start the newer version or restore a backup.",
		current, target)
}
