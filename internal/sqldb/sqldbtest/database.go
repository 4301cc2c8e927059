package sqldbtest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"testing"
	"time"
)

// Database makes an empty PostgreSQL database until the test ends and returns its address: for whole programs, which make
// their schemas themselves.
func Database(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv(Env)
	address, err := url.Parse(server)
	if server == "" || err != nil {
		tb.Fatalf("%s is not set: run `make test`, which starts a PostgreSQL for the tests", Env)
	}
	name := "edensync_" + randomName()
	address.Path = "/" + name
	administer(tb, server, "CREATE DATABASE "+name)
	tb.Cleanup(func() { administer(tb, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return address.String()
}

func administer(tb testing.TB, server, statement string) {
	tb.Helper()
	// Databases are dropped after the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), time.Minute)
	defer cancel()
	db, err := sql.Open("postgres", server)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = db.ExecContext(ctx, statement)
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Errorf("%s: %v", statement, err)
	}
}
