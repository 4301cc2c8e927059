package sqlstore_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/config"
	"github.com/edensync/edensync/services/config/seal"
	"github.com/edensync/edensync/services/config/sqlstore"
	"github.com/edensync/edensync/services/config/sqlstore/storetest"
)

func newRing(t *testing.T) *seal.Ring {
	t.Helper()
	ring, err := seal.Create(filepath.Join(t.TempDir(), "secrets.key"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func noAudit(context.Context, sqldb.Querier, config.Entry) error { return nil }

func TestStore(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) config.Store {
				t.Helper()
				return sqlstore.New(sqldbtest.Open(t, engine, sqlstore.Migrations), newRing(t), noAudit)
			})
		})
	}
}

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// planted fills a store with secrets that must not be found in the database.
func planted(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	settings := config.DefaultSettings(at)
	settings.Proxy = "http://user:PLANTED-1@proxy:3128"
	r := config.Repository{ID: "r1", Name: "Kenya", Username: "u", Password: "PLANTED-2", Proxy: "http://user:PLANTED-3@proxy:3128"}
	gone := config.Repository{ID: "r2", Name: "Chad", Username: "u", Password: "PLANTED-4", DeleteTime: at}
	err := store.Write(t.Context(), func(tx config.Tx) error {
		return errors.Join(tx.InsertSettings(t.Context(), settings), tx.InsertRepository(t.Context(), r), tx.InsertRepository(t.Context(), gone))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sealedValues(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	var values []string
	err := db.Select(t.Context(), &values,
		"SELECT proxy FROM settings UNION ALL SELECT key_check FROM settings UNION ALL SELECT password FROM repository UNION ALL SELECT proxy FROM repository WHERE proxy <> ''")
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func passwordOf(t *testing.T, store *sqlstore.Store, id string) (string, error) {
	t.Helper()
	var password string
	err := store.Read(t.Context(), func(r config.Reader) error {
		repository, err := r.Repository(t.Context(), id)
		password = repository.Password.Reveal()
		return err
	})
	return password, err
}

func TestSecretsAreSealedInTheirPlace(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqlstore.Migrations, func(t *testing.T, db *sqldb.DB) {
		store := sqlstore.New(db, newRing(t), noAudit)
		planted(t, store)
		values := sealedValues(t, db)
		if len(values) != 5 {
			t.Errorf("%d sealed values, want 5", len(values))
		}
		for _, value := range values {
			if strings.Contains(value, "PLANTED") || value == "edensync" {
				t.Errorf("a secret is readable in the database: %s", value)
			}
		}
		if _, err := db.Exec(t.Context(), "UPDATE repository SET password = (SELECT password FROM repository WHERE id = 'r1') WHERE id = 'r2'"); err != nil {
			t.Fatal(err)
		}
		if got, err := passwordOf(t, store, "r2"); !errors.Is(err, seal.ErrUnreadable) {
			t.Errorf("a password copied to another row opened: %q, %v", got, err)
		}
	})
}

func TestReseal(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqlstore.Migrations, func(t *testing.T, db *sqldb.DB) {
		ring := newRing(t)
		store := sqlstore.New(db, ring, noAudit)
		planted(t, store)
		// Two rotations drop the first key: only what was sealed anew survives.
		for range 2 {
			before := sealedValues(t, db)
			if err := ring.Rotate(); err != nil {
				t.Fatal(err)
			}
			if n, err := store.Reseal(t.Context()); err != nil || n != 5 {
				t.Fatalf("Reseal = %d, %v; want 5", n, err)
			}
			for _, value := range sealedValues(t, db) {
				if slices.Contains(before, value) {
					t.Error("a value was not sealed anew")
				}
			}
		}
		for id, want := range map[string]string{"r1": "PLANTED-2", "r2": "PLANTED-4"} {
			if got, err := passwordOf(t, store, id); err != nil || got != want {
				t.Errorf("password of %s = %q, %v; want %q", id, got, err, want)
			}
		}
		if err := store.CheckKey(t.Context()); err != nil {
			t.Errorf("CheckKey after rotations: %v", err)
		}
	})
}

func TestTheKeyOfAnotherDatabaseIsNoticed(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqlstore.Migrations, func(t *testing.T, db *sqldb.DB) {
		store, stranger := sqlstore.New(db, newRing(t), noAudit), sqlstore.New(db, newRing(t), noAudit)
		if begun, err := store.Begun(t.Context()); err != nil || begun {
			t.Errorf("Begun of an empty database = %v, %v", begun, err)
		}
		if err := stranger.CheckKey(t.Context()); err != nil {
			t.Errorf("before the first start any key will do: %v", err)
		}
		planted(t, store)
		if begun, err := store.Begun(t.Context()); err != nil || !begun {
			t.Errorf("Begun = %v, %v", begun, err)
		}
		if err := store.CheckKey(t.Context()); err != nil {
			t.Errorf("CheckKey with the right key: %v", err)
		}
		if err := stranger.CheckKey(t.Context()); apierr.ReasonOf(err) != apierr.ReasonSecretKeyMissing {
			t.Errorf("CheckKey with another key: %v", err)
		}
	})
}
