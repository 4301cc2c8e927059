package sqldb

import (
	"encoding/binary"
	"path/filepath"
	"testing"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Everything that connections of several files have in their caches stands in the memory that they share.
func TestPagesAreShared(t *testing.T) {
	for _, name := range []string{"a.db", "b.db"} {
		db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		for _, query := range []string{
			"CREATE TABLE thing (id INTEGER PRIMARY KEY, body TEXT)",
			"INSERT INTO thing (body) SELECT hex(randomblob(100)) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 60000) SELECT i FROM n)",
		} {
			if _, err := db.Exec(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
	}
	if used := status(t, sqlite3.SQLITE_STATUS_PAGECACHE_USED); used < cachedPages/2 || used > cachedPages {
		t.Errorf("%d pages are in use, of %d", used, cachedPages)
	}
	if beside := status(t, sqlite3.SQLITE_STATUS_PAGECACHE_OVERFLOW); beside > 0 {
		t.Errorf("pages of %d bytes stand elsewhere", beside)
	}
}

// status is what SQLite counts for the whole process.
func status(t *testing.T, what int32) int {
	t.Helper()
	tls := libc.NewTLS()
	defer tls.Close()
	now, most := libc.Xmalloc(tls, 8), libc.Xmalloc(tls, 8)
	defer libc.Xfree(tls, now)
	defer libc.Xfree(tls, most)
	if rc := sqlite3.Xsqlite3_status(tls, what, now, most, 0); rc != sqlite3.SQLITE_OK {
		t.Fatalf("status %d", rc)
	}
	return int(binary.NativeEndian.Uint32(libc.GoBytes(now, 4)))
}
