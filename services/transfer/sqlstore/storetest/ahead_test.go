package storetest_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer/engine"
)

// look reads, as one statement of a look would, until release is called. It is nil if the store refuses to look ahead.
func (b *bench) look(t *testing.T) (release func()) {
	t.Helper()
	open, over, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := b.Ahead(t.Context(), func(engine.Reader) error {
			return b.db.ReadTx(t.Context(), func(q *sqldb.Tx) error {
				var records int
				err := q.Get(t.Context(), &records, "SELECT count(*) FROM record")
				close(open)
				<-over
				return err
			})
		})
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Log(err)
		return nil
	case <-open:
	}
	return func() {
		close(over)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// However long it takes to look ahead: the write-ahead log of SQLite does not grow by all that an import writes.
func TestLookingAheadLeavesTheLogSmall(t *testing.T) {
	b := keyed(t)
	var file string
	if err := b.db.Get(t.Context(), &file, "SELECT file FROM pragma_database_list WHERE name = 'main'"); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", 1<<20)
	const batches = 100 // MiB
	looks, largest := 0, int64(0)
	for i := range batches {
		release := b.look(t)
		b.apply(t, master(office, fmt.Sprint(i), text))
		if release != nil {
			looks++
			release()
		}
		log, err := os.Stat(file + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, log.Size())
	}
	if largest > batches<<20*2/3 || looks < batches*9/10 {
		t.Errorf("the log has grown to %d MiB beside %d looks", largest>>20, looks)
	}
}

// PostgreSQL needs no such pause.
func TestLookingAheadIsRefusedOnSQLiteOnly(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		refused := 0
		for range 64 {
			if _, err := b.Ahead(t.Context(), func(engine.Reader) error { return nil }); err != nil {
				refused++
			}
		}
		if want := map[sqldb.Dialect]int{sqldb.SQLite: 4, sqldb.PostgreSQL: 0}[b.db.Dialect()]; refused != want {
			t.Errorf("refused %d times, want %d", refused, want)
		}
	})
}
