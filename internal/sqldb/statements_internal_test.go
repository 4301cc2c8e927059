package sqldb

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

func TestOnlyTextsThatComeAgainAreKept(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "db"), Options{MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // nothing was written
	kept := func() (n int) {
		conn, err := db.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = conn.Raw(func(c any) error {
			n = len(c.(*keepingConn).kept)
			return nil
		})
		if err := errors.Join(err, conn.Close()); err != nil {
			t.Fatal(err)
		}
		return n
	}
	ask := func(text string) {
		var n int
		if err := db.Get(t.Context(), &n, text); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 * maxStatements {
		ask(fmt.Sprint("SELECT ", i))
	}
	if n := kept(); n != 0 {
		t.Errorf("%d statements of texts that came once", n)
	}
	ask("SELECT 1")
	if n := kept(); n != 1 {
		t.Errorf("%d statements after a text that came again", n)
	}
	for i := range 2 * maxStatements {
		ask(fmt.Sprint("SELECT ", i))
	}
	if n := kept(); n != maxStatements {
		t.Errorf("%d statements of many texts", n)
	}
}
