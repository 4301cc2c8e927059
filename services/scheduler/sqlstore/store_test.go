package sqlstore_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/sqlstore"
	"github.com/edensync/edensync/services/scheduler/sqlstore/storetest"
)

// record keeps entries in a table of their own, in the transaction, as the outbox does.
func record(ctx context.Context, q sqldb.Querier, entries []scheduler.Entry) error {
	for _, entry := range entries {
		text, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		if _, err := q.Exec(ctx, "INSERT INTO entry (body) VALUES (?)", string(text)); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T, engine string) storetest.Opened {
	t.Helper()
	db := sqldbtest.Open(t, engine, sqlstore.Migrations)
	key := map[string]string{"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "BIGSERIAL PRIMARY KEY"}[engine]
	if _, err := db.Exec(t.Context(), "CREATE TABLE entry (id "+key+", body TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	return storetest.Opened{Store: sqlstore.New(db, record), Entries: func() []scheduler.Entry {
		var texts []string
		if err := db.Select(t.Context(), &texts, "SELECT body FROM entry ORDER BY id"); err != nil {
			t.Fatal(err)
		}
		entries := make([]scheduler.Entry, len(texts))
		for i, text := range texts {
			if err := json.Unmarshal([]byte(text), &entries[i]); err != nil {
				t.Fatal(err)
			}
		}
		return entries
	}}
}

func TestStore(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) storetest.Opened {
				t.Helper()
				return open(t, engine)
			})
		})
	}
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Opened {
			t.Helper()
			memory := storetest.NewMemory(func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) })
			return storetest.Opened{Store: memory, Entries: memory.Entries}
		})
	})
}
