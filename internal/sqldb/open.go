package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"

	"github.com/edensync/edensync/internal/apierr"
)

// Options are what a DSN does not say.
type Options struct {
	// Schema is the PostgreSQL schema that the service lives in: lower-case
	// letters, digits and underscores. It is made if it is not there. Empty
	// leaves the search path of the DSN alone. SQLite has one file per service
	// and ignores it.
	Schema string
	// MaxOpen is the largest number of connections (PostgreSQL) or of readers
	// (SQLite, beside the one writer); 0 means 8.
	MaxOpen int
}

const defaultMaxOpen = 8

// sqlitePragmas make SQLite safe and fast for one writer and many readers; a
// lock is waited for at most five seconds.
var sqlitePragmas = []string{
	"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
	"temp_store(MEMORY)", "wal_autocheckpoint(8000)", "journal_size_limit(67108864)",
}

var bindDriverOnce = sync.OnceFunc(func() { sqlx.BindDriver("sqlite", sqlx.QUESTION) })

// Open connects to "sqlite:/path/file.db" (folder and file are made if absent,
// readable by the owner only) or "postgres://…" (several hosts allowed), and
// checks that the database answers. An unusable DSN is a SETTINGS_INVALID, a
// database that does not answer a DATABASE_UNAVAILABLE error; neither repeats
// the DSN, which may hold a password.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	bindDriverOnce()
	if opts.MaxOpen <= 0 {
		opts.MaxOpen = defaultMaxOpen
	}
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest, opts)
	case "postgres", "postgresql":
		return openPostgres(ctx, dsn, opts)
	default:
		return nil, badDSN("it must start with sqlite: or postgres://")
	}
}

func badDSN(format string, args ...any) *apierr.Error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid,
		"The database address cannot be used, so the service does not start: "+format+".", args...)
}

func openSQLite(ctx context.Context, path string, opts Options) (*DB, error) {
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.HasPrefix(path, ":memory:") || strings.Contains(path, "?") {
		return nil, badDSN("sqlite: needs the path of a file, without parameters")
	}
	if err := sharePages(); err != nil {
		return nil, err
	}
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	// A large import rewrites many pages: a checkpoint every 40 MiB saves a quarter of its time.
	write, err := sqlitePool(sqliteDSN(path, "immediate", "cache_size(-4096)", "wal_autocheckpoint(10000)"))
	if err != nil {
		return nil, fmt.Errorf("open SQLite database %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	// A reader leaves most of the pages to the writer. More than this makes nothing faster: what is read in order is read
	// once, and what is looked up in a large table is rarely near what was looked up before.
	read, err := sqlitePool(sqliteDSN(path, "deferred", "query_only(1)", "cache_size(-512)"))
	if err != nil {
		return nil, fmt.Errorf("open SQLite database %s: %w", path, err)
	}
	read.SetMaxOpenConns(opts.MaxOpen)
	read.SetMaxIdleConns(opts.MaxOpen)
	db := &DB{dialect: SQLite, write: write, read: read}
	// The writer comes first: it switches a new file to WAL.
	if err := db.Ping(ctx); err != nil {
		return nil, closeAfter(db, fmt.Errorf("open SQLite database %s: %w", path, err))
	}
	return db, nil
}

// sqlitePool opens connections when they are needed.
func sqlitePool(dsn string) (*sqlx.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sqlx.NewDb(sql.OpenDB(keeper{connector}), "sqlite"), nil
}

// prepareFile makes folder and file before SQLite does, because SQLite would
// make them readable for everybody.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the database: %w", err)
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("make the file of the database: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("make the file of the database: %w", err)
	}
	return nil
}

func sqliteDSN(path, lock string, pragmas ...string) string {
	query := url.Values{"_txlock": {lock}, "_pragma": append(append([]string{}, sqlitePragmas...), pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

// closeAfter closes what a failed Open has opened and returns err.
func closeAfter(db *DB, err error) error {
	if closeErr := db.Close(); closeErr != nil {
		return fmt.Errorf("%w (and then: %w)", err, closeErr)
	}
	return err
}
