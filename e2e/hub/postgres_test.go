package hub_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver
)

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
