package hub_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver
)

// serverVariable names the address of a PostgreSQL server in which databases may be made and dropped.
const serverVariable = "EDENSYNC_TEST_POSTGRES"

// createDatabase makes an empty database until the test ends and returns its address.
func createDatabase(t *testing.T) string {
	t.Helper()
	server := os.Getenv(serverVariable)
	address, err := url.Parse(server)
	if server == "" || err != nil {
		t.Fatalf("%s is not set: run `make test`, which starts a PostgreSQL for the tests", serverVariable)
	}
	name := "edensync_hub_" + strings.ToLower(rand.Text()[:12])
	address.Path = "/" + name
	execute(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return address.String()
}

func execute(t *testing.T, address, statement string) {
	t.Helper()
	err := with(t, address, func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// query reads one value.
func query[T any](t *testing.T, address, statement string, args ...any) (value T, err error) {
	t.Helper()
	err = with(t, address, func(ctx context.Context, db *sql.DB) error {
		return db.QueryRowContext(ctx, statement, args...).Scan(&value)
	})
	return value, err
}

func with(t *testing.T, address string, work func(ctx context.Context, db *sql.DB) error) error {
	t.Helper()
	// Databases are dropped after the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, db), db.Close())
}
