package scenario_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver
)

// serverVariable names the address of a PostgreSQL server in which databases may be made and dropped.
const serverVariable = "EDENSYNC_TEST_POSTGRES"

const databaseTime = time.Minute

// createDatabase makes an empty database and returns its address.
func createDatabase(tb testing.TB) (string, error) {
	tb.Helper()
	server := os.Getenv(serverVariable)
	address, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is no URL: %w", serverVariable, err)
	}
	name := "edensync_scenario_" + strings.ToLower(rand.Text()[:12])
	address.Path = "/" + name
	return address.String(), inDatabase(tb, server, func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, "CREATE DATABASE "+name)
		return err
	})
}

func dropDatabase(tb testing.TB, address string) {
	tb.Helper()
	u, err := url.Parse(address)
	if err == nil {
		err = inDatabase(tb, os.Getenv(serverVariable), func(ctx context.Context, db *sql.DB) error {
			_, err := db.ExecContext(ctx, "DROP DATABASE "+strings.TrimPrefix(u.Path, "/")+" WITH (FORCE)")
			return err
		})
	}
	if err != nil {
		tb.Errorf("drop the database of a site: %v", err)
	}
}

func inDatabase(tb testing.TB, address string, work func(ctx context.Context, db *sql.DB) error) error {
	tb.Helper()
	// Databases are dropped after the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), databaseTime)
	defer cancel()
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, db), db.Close())
}

// databaseText is everything that stands in a database, row by row.
func databaseText(tb testing.TB, address string) (text string, err error) {
	tb.Helper()
	err = inDatabase(tb, address, func(ctx context.Context, db *sql.DB) error {
		tables, err := column(ctx, db, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
			WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			rows, err := column(ctx, db, "SELECT t::text FROM "+table+" t")
			if err != nil {
				return fmt.Errorf("read table %s: %w", table, err)
			}
			text += table + "\n" + strings.Join(rows, "\n") + "\n"
		}
		return nil
	})
	return text, err
}

func column(ctx context.Context, db *sql.DB, query string) (texts []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}
