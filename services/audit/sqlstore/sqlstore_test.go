package sqlstore_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/audit"
	"github.com/edensync/edensync/services/audit/sqlstore"
	"github.com/edensync/edensync/services/audit/sqlstore/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) audit.Store {
				t.Helper()
				return sqlstore.New(sqldbtest.Open(t, engine, sqlstore.Migrations), func() time.Time { return storetest.Noon })
			})
		})
	}
}
