package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
)

// engine is a kind of database: how a site gets one of its own, and what the database's own shell does with the same
// rows, which is as fast as rows can be had into it.
type engine interface {
	name() string
	// create makes an empty database for a site; dsn "" = SQLite in the data folder.
	create(ctx context.Context) (dsn string, err error)
	// drop removes what create made.
	drop(ctx context.Context, dsn string) error
	// limit takes the rows of a resource and its component out of a site's store. What it returns has the shell load
	// them into an empty table of the same shape, each time it is called.
	limit(ctx context.Context, data, dsn string, d document) (loader, error)
	// ingestTargets are the parts of the shell's speed that a first load and a merge must reach.
	ingestTargets() (first, merge float64)
}

// loader loads rows by the shell of a database.
type loader func(ctx context.Context) (time.Duration, error)

// postgresVariable is where scripts/with-postgres leaves the address of the server.
const postgresVariable = "EDENSYNC_TEST_POSTGRES"

func engineOf(name string) (engine, error) {
	switch name {
	case "sqlite":
		return sqlite{}, nil
	case "postgres":
		server := os.Getenv(postgresVariable)
		if server == "" {
			return nil, fmt.Errorf("%s is not set: run make bench, which starts a PostgreSQL", postgresVariable)
		}
		return postgres{server}, nil
	default:
		return nil, fmt.Errorf("there is no engine %q: sqlite or postgres", name)
	}
}

// shell runs a program of the database with input.
func shell(ctx context.Context, input, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // programs and arguments are ours
	cmd.Stdin = strings.NewReader(input)
	text, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("%s is missing; install it with: make tools", name)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%.1000s", name, err, text)
	}
	return string(text), nil
}

// timed is how long the shell takes.
func timed(ctx context.Context, input, name string, args ...string) (time.Duration, error) {
	started := now()
	_, err := shell(ctx, input, name, args...)
	return now().Sub(started), err
}

// selected is the condition for the rows of a document; names are constants of this program.
func selected(d document) string {
	return fmt.Sprintf("resource IN ('%s', '%s')", d.resource, d.component)
}

// complete is an error if the shell has not loaded all rows of the document: what it leaves out takes no time.
func complete(loaded string, d document) error {
	if strings.TrimSpace(loaded) != fmt.Sprint(d.rows()) {
		return fmt.Errorf("the shell of the database loaded %s of %d rows", strings.TrimSpace(loaded), d.rows())
	}
	return nil
}

type sqlite struct{}

func (sqlite) name() string                           { return "sqlite" }
func (sqlite) create(context.Context) (string, error) { return "", nil }
func (sqlite) drop(context.Context, string) error     { return nil }
func (sqlite) ingestTargets() (first, merge float64)  { return 0.8, 0.6 }

func (sqlite) limit(ctx context.Context, data, _ string, d document) (loader, error) {
	store, file, target := filepath.Join(data, "transfer.db"), filepath.Join(data, "limit.rows"), filepath.Join(data, "limit.db")
	copied := fmt.Sprintf(".mode ascii\n.once %s\nSELECT * FROM record WHERE %s;\n", file, selected(d))
	if _, err := shell(ctx, copied, "sqlite3", "-readonly", store); err != nil {
		return nil, err
	}
	const schema = "SELECT sql || ';' FROM sqlite_master WHERE tbl_name IN ('record', 'key_recent', 'key_settled') AND sql IS NOT NULL ORDER BY type <> 'table';"
	tables, err := shell(ctx, schema, "sqlite3", "-readonly", store)
	return func(ctx context.Context) (time.Duration, error) {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(target + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return 0, err
			}
		}
		if _, err := shell(ctx, "PRAGMA journal_mode = WAL;\n"+tables, "sqlite3", target); err != nil {
			return 0, err
		}
		took, err := timed(ctx, fmt.Sprintf("PRAGMA synchronous = NORMAL;\n.mode ascii\n.import %s record\n", file), "sqlite3", target)
		if err != nil {
			return 0, err
		}
		loaded, err := shell(ctx, "SELECT count(*) FROM record;", "sqlite3", "-readonly", target)
		return took, errors.Join(err, complete(loaded, d))
	}, err
}

type postgres struct{ server string }

func (postgres) name() string                          { return "postgres" }
func (postgres) ingestTargets() (first, merge float64) { return 1, 0.7 }

// admin runs one statement on the server.
func (p postgres) admin(ctx context.Context, statement string) (err error) {
	db, err := sqldb.Open(ctx, p.server, sqldb.Options{MaxOpen: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.Exec(ctx, statement)
	return err
}

func (p postgres) create(ctx context.Context) (string, error) {
	u, err := url.Parse(p.server)
	if err != nil {
		return "", fmt.Errorf("%s is no address", postgresVariable)
	}
	var random [6]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	name := "edensync_bench_" + hex.EncodeToString(random[:])
	u.Path = "/" + name
	return u.String(), p.admin(ctx, "CREATE DATABASE "+name)
}

func (p postgres) drop(ctx context.Context, dsn string) error {
	u, err := url.Parse(dsn)
	if err != nil {
		return err
	}
	return p.admin(ctx, "DROP DATABASE IF EXISTS "+strings.TrimPrefix(u.Path, "/")+" WITH (FORCE)")
}

func (postgres) limit(ctx context.Context, data, dsn string, d document) (loader, error) {
	file := filepath.Join(data, "limit.rows")
	prepare := fmt.Sprintf("\\copy (SELECT * FROM transfer.record WHERE %s) TO '%s'\n"+
		"CREATE SCHEMA limits; CREATE TABLE limits.record (LIKE transfer.record INCLUDING ALL);\n", selected(d), file)
	_, err := shell(ctx, prepare, "psql", "-q", "-v", "ON_ERROR_STOP=1", dsn)
	return func(ctx context.Context) (time.Duration, error) {
		if _, err := shell(ctx, "TRUNCATE limits.record", "psql", "-q", "-v", "ON_ERROR_STOP=1", dsn); err != nil {
			return 0, err
		}
		took, err := timed(ctx, fmt.Sprintf("\\copy limits.record FROM '%s'\n", file), "psql", "-q", "-v", "ON_ERROR_STOP=1", dsn)
		if err != nil {
			return 0, err
		}
		loaded, err := shell(ctx, "SELECT count(*) FROM limits.record", "psql", "-qAt", "-v", "ON_ERROR_STOP=1", dsn)
		return took, errors.Join(err, complete(loaded, d))
	}, err
}
