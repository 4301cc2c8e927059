package sqlstore

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// upTo holds the migrations of SQLite before a number.
func upTo(t *testing.T, number string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(Migrations, "sqlite", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.TrimPrefix(path, "sqlite/") >= number {
			return err
		}
		text, err := fs.ReadFile(Migrations, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A database from before the keys stood in tables of their own keeps all of its records, in their trees.
func TestRecordsOfOlderDatabasesAreFound(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", nil)
	if err := db.Migrate(t.Context(), upTo(t, "0008"), VersionTable); err != nil {
		t.Fatal(err)
	}
	const columns = "resource, uid, parent_resource, parent_uid, alias, master, seq, tree_seq, origin, run_id, first_seq, first_origin, mci," +
		" created_on, modified_on, arrived_on, deleted, replaced_by, hash, received_hash, attrs, body"
	for _, row := range []string{
		"('org_office', 'm', '', '', '', TRUE, 3, 4, 'r', 'run', 1, 'r', 2, 10, 20, 30, FALSE, '', 'h1', 'h2', ' a=\"b\"', 'body of m')",
		"('pr_contact', 'c', 'org_office', 'm', 'contact', FALSE, 2, 2, 'r', 'run', 2, 'r', 1, 11, 21, 31, TRUE, 'x', 'h3', 'h4', '', 'body of c')",
	} {
		if _, err := db.Exec(t.Context(), "INSERT INTO record ("+columns+") VALUES "+row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec(t.Context(), "UPDATE change_clock SET last = 4"); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), Migrations, VersionTable); err != nil {
		t.Fatal(err)
	}
	s := New(db, func() time.Time { return time.Unix(2e9, 0) })
	m := transfer.Key{Resource: "org_office", UID: "m"}
	trees, err := s.TreesOf(t.Context(), []transfer.Key{m})
	if err != nil || len(trees) != 1 || len(trees[0].Components) != 1 {
		t.Fatalf("%+v, %v", trees, err)
	}
	r, c := trees[0].Record, trees[0].Components[0].Record
	if string(r.Body) != "body of m" || r.Seq != 3 || r.TreeSeq != 4 || r.FirstSeq != 1 || r.MCI != 2 || r.Attrs != ` a="b"` || !r.Master || r.Deleted {
		t.Errorf("%+v", r)
	}
	if string(c.Body) != "body of c" || c.Parent != m || c.Alias != "contact" || !c.Deleted || c.ReplacedBy != "x" || c.ReceivedHash != "h4" {
		t.Errorf("%+v", c)
	}
	next := c
	next.Hash, next.Body = "h5", []byte("new")
	if err := s.Write(t.Context(), nil, func(tx engine.Tx) error { return tx.Apply(t.Context(), []*transfer.Record{&next}) }); err != nil {
		t.Fatal(err)
	}
	if h, err := s.GetRecord(t.Context(), c.Key); err != nil || string(h.Body) != "new" || len(h.Versions) != 1 {
		t.Errorf("%+v, %v", h, err)
	}
}
