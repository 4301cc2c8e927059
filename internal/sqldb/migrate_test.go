package sqldb_test

import (
	"maps"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

var (
	first  = same(map[string]string{"0001_a.sql": "CREATE TABLE a (id BIGINT);"})
	second = same(map[string]string{"0002_b.sql": "ALTER TABLE a ADD COLUMN b BIGINT;", "0010_c.sql": "ALTER TABLE a ADD COLUMN c BIGINT;"})
)

func both() fstest.MapFS {
	all := maps.Clone(first)
	maps.Copy(all, second)
	return all
}

func TestMigrateContinuesInOrderOfNumbers(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		for _, fsys := range []fstest.MapFS{first, both(), both()} {
			if err := db.Migrate(t.Context(), fsys, "v"); err != nil {
				t.Fatal(err)
			}
		}
		mustExec(t, db, "INSERT INTO a (id, b, c) VALUES (1, 2, 3)")
	})
}

// During a rollout programs of both versions start and restart in any order.
func TestMigrateLeavesTablesOfANewerVersionAlone(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		for _, fsys := range []fstest.MapFS{first, both(), first, both(), first} {
			if err := db.Migrate(t.Context(), fsys, "v"); err != nil {
				t.Fatal(err)
			}
		}
		mustExec(t, db, "INSERT INTO a (id) VALUES (1)")   // the old one
		mustExec(t, db, "UPDATE a SET b = 2 WHERE id = 1") // the new one
	})
}

func TestMigrateRefusesTablesThatItCannotWorkWith(t *testing.T) {
	t.Parallel()
	broken := both()
	maps.Copy(broken, same(map[string]string{
		"0011_d.sql": "ALTER TABLE a DROP COLUMN c;\nUPDATE schema_compatibility SET compatible_from = 11 WHERE version_table = 'v';",
	}))
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		other := same(map[string]string{"0001_x.sql": "CREATE TABLE x (id BIGINT);"})
		for table, fsys := range map[string]fstest.MapFS{"v": broken, "w": other} {
			if err := db.Migrate(t.Context(), fsys, table); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Migrate(t.Context(), both(), "v"); apierr.ReasonOf(err) != apierr.ReasonSchemaNewer {
			t.Errorf("the version before: %v", err)
		}
		for table, fsys := range map[string]fstest.MapFS{"v": broken, "w": other} {
			if err := db.Migrate(t.Context(), fsys, table); err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
	})
}

func TestMigrateKeepsTwoPackagesApart(t *testing.T) {
	t.Parallel()
	other := same(map[string]string{"0001_x.sql": "CREATE TABLE x (id BIGINT);"})
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		for table, fsys := range map[string]fstest.MapFS{"v": first, "w": other} {
			if err := db.Migrate(t.Context(), fsys, table); err != nil {
				t.Fatal(err)
			}
		}
		mustExec(t, db, "INSERT INTO x (id) SELECT 1 FROM a")
	})
}

func TestMigrateFailureLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	broken := same(map[string]string{"0001_a.sql": "CREATE TABLE a (id BIGINT);\nCREATE TABLE nonsense (;"})
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		if err := db.Migrate(t.Context(), broken, "v"); err == nil {
			t.Fatal("nonsense was accepted")
		}
		if err := db.Migrate(t.Context(), first, "v"); err != nil {
			t.Errorf("after the failure: %v", err)
		}
	})
}

func TestMigrateByTwoReplicasAtTheSameTime(t *testing.T) {
	t.Parallel()
	dsn, schema := sqldbtest.DSN(t, "postgres")
	one, two := openPair(t, dsn, schema)
	var group sync.WaitGroup
	for _, db := range []*sqldb.DB{one, two} {
		group.Go(func() {
			if err := db.Migrate(t.Context(), both(), "v"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	mustExec(t, one, "INSERT INTO a (id, b, c) VALUES (1, 2, 3)")
}
