package scenario_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// backupCommand keeps a copy of the databases of a site that was shut down.
func backupCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := stopped(ts, neg, args)
	if s.database == "" {
		ts.Check(copyDatabases(s.data(), s.data()+".backup"))
		return
	}
	ts.Check(copyDatabase(ts, s.databaseName(), s.databaseName()+"_backup"))
	s.backup = true
}

// restoreCommand puts that copy in the place of what came after it.
func restoreCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := stopped(ts, neg, args)
	if s.database == "" {
		ts.Check(copyDatabases(s.data()+".backup", s.data()))
		return
	}
	ts.Check(copyDatabase(ts, s.databaseName()+"_backup", s.databaseName()))
}

func stopped(ts *testscript.TestScript, neg bool, args []string) *site {
	s := only(ts, neg, args)
	if s.running() {
		ts.Fatalf("%s runs; shut it down first", s.name)
	}
	return s
}

func (s *site) databaseName() string {
	u, err := url.Parse(s.database)
	if err != nil {
		panic(err) // it was made by createDatabase
	}
	return strings.TrimPrefix(u.Path, "/")
}

// copyDatabases replaces the SQLite files in a folder; those of a site that has ended are whole.
func copyDatabases(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.db"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no databases in %s (%w)", from, err)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, filepath.Base(file)), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyDatabase replaces a database of the server.
func copyDatabase(ts *testscript.TestScript, from, to string) error {
	w := worldOf(ts)
	return inDatabase(w.tb, os.Getenv(serverVariable), func(ctx context.Context, db *sql.DB) error {
		for _, statement := range []string{"DROP DATABASE IF EXISTS " + to + " WITH (FORCE)", "CREATE DATABASE " + to + " TEMPLATE " + from} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
}
