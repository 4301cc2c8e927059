package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/internal/trace"
)

// wire stands between a test and PostgreSQL and can be cut.
type wire struct {
	address string
	server  string
	mu      sync.Mutex
	down    bool
	open    []net.Conn
}

// newWire answers a DSN that leads over it.
func newWire(t *testing.T) (w *wire, dsn, schema string) {
	t.Helper()
	dsn, schema = sqldbtest.DSN(t, "postgres")
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w = &wire{address: listener.Addr().String(), server: u.Host}
	t.Cleanup(func() { w.cut(); _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.join(client)
		}
	}()
	u.Host = w.address
	return w, u.String(), schema
}

// peopleOverAWire is a database with people behind a wire.
func peopleOverAWire(t *testing.T) (*wire, *sqldb.DB) {
	t.Helper()
	w, dsn, schema := newWire(t)
	db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), people, "v"); err != nil {
		t.Fatal(err)
	}
	return w, db
}

func (w *wire) join(client net.Conn) {
	server, err := net.Dial("tcp", w.server)
	w.mu.Lock()
	if w.down || err != nil {
		_ = client.Close()
		if err == nil {
			_ = server.Close()
		}
		w.mu.Unlock()
		return
	}
	w.open = append(w.open, client, server)
	w.mu.Unlock()
	go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	_, _ = io.Copy(client, server)
	_ = client.Close()
}

// cut ends all connections; new ones are refused until mend.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

func TestWorkIsRepeatedWhenTheConnectionIsLost(t *testing.T) {
	t.Parallel()
	w, db := peopleOverAWire(t)
	tries := 0
	err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
		if tries++; tries == 1 {
			w.cut()
			time.AfterFunc(100*time.Millisecond, w.mend)
		}
		_, err := tx.Exec(t.Context(), insertPerson, 1, "A", "a", true)
		return err
	})
	if err != nil || tries < 2 || count(t, db) != 1 {
		t.Errorf("after %d tries: %v, %d rows", tries, err, count(t, db))
	}
	w.cut()
	time.AfterFunc(100*time.Millisecond, w.mend)
	var names []string
	if err := db.Select(t.Context(), &names, "SELECT name FROM person"); err != nil || len(names) != 1 {
		t.Errorf("reading: %q, %v", names, err)
	}
}

func TestDatabaseThatStaysAway(t *testing.T) {
	t.Parallel()
	w, dsn, schema := newWire(t)
	db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.cut()
	began := time.Now()
	err = db.Tx(t.Context(), func(*sqldb.Tx) error { return nil })
	if apierr.ReasonOf(err) != apierr.ReasonDatabaseUnavailable || apierr.KindOf(err) != apierr.KindUnavailable || apierr.IsUnsure(err) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if err := db.Ping(t.Context()); apierr.ReasonOf(err) != apierr.ReasonDatabaseUnavailable {
		t.Errorf("ping: %v", err)
	}
	w.mend()
	if err := db.Tx(t.Context(), func(*sqldb.Tx) error { return nil }); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

// Whether a commit whose answer never came was made nobody knows; it must not be made twice.
func TestLostCommitIsNotRepeated(t *testing.T) {
	t.Parallel()
	w, dsn, schema := newWire(t)
	db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tries := 0
	err = db.Tx(t.Context(), func(*sqldb.Tx) error {
		tries++
		w.cut()
		return nil
	})
	if tries != 1 || !apierr.IsUnsure(err) || apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("after %d tries: %v", tries, err)
	}
}

func TestReadOnlyServerIsNotAFullDisk(t *testing.T) {
	t.Parallel()
	dsn, schema := sqldbtest.DSN(t, "postgres")
	db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	mustExec(t, db, "SET default_transaction_read_only = on")
	_, err = db.Exec(t.Context(), "CREATE TABLE t (id BIGINT)")
	if errors.Is(err, sqldb.ErrFull) || apierr.ReasonOf(err) != apierr.ReasonDatabaseUnavailable {
		t.Errorf("got %v", err)
	}
	// It is no primary: a DSN that asks for one does not take it.
	primary, err := sqldb.Open(t.Context(), dsn+"&target_session_attrs=standby", sqldb.Options{})
	if apierr.ReasonOf(err) != apierr.ReasonDatabaseUnavailable {
		t.Errorf("the wrong kind of server: %v, %v", primary, err)
	}
}

// Of several servers, each with a port of its own, the first that fits is taken, for hints as well.
func TestServersWithPorts(t *testing.T) {
	t.Parallel()
	dsn, schema := sqldbtest.DSN(t, "postgres")
	w, _, _ := newWire(t)
	w.cut()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = w.address + "," + u.Host
	for _, address := range []string{u.String(), u.String() + "&target_session_attrs=read-write"} {
		db, err := sqldb.Open(t.Context(), address, sqldb.Options{Schema: schema, MaxOpen: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		ctx, cancel := context.WithCancel(t.Context())
		heard, ended := make(chan struct{}, 1), make(chan error, 1)
		go func() {
			ended <- db.Listen(ctx, "topic", func() {
				select {
				case heard <- struct{}{}:
				default:
				}
			})
		}()
		for waiting := true; waiting; {
			if err := db.Hint(t.Context(), "topic"); err != nil {
				t.Fatal(err)
			}
			select {
			case <-heard:
				waiting = false
			case <-time.After(50 * time.Millisecond):
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if db, err := sqldb.Open(t.Context(), "postgres://u:hidden@a:1,b:x/db", sqldb.Options{}); err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("%v, %v", db, err)
	}
}

// A process that stands still in the middle of a transaction does not hold its locks for ever; what it had not committed is
// done again, or refused, when it wakes up.
func TestLocksOfAProcessThatStandsStillAreFreed(t *testing.T) {
	t.Parallel()
	dsn, schema := sqldbtest.DSN(t, "postgres")
	open := func(dsn string) *sqldb.DB {
		db, err := sqldb.Open(t.Context(), dsn, sqldb.Options{Schema: schema, MaxOpen: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	other := open(dsn)
	var limit string
	if err := other.Get(t.Context(), &limit, "SHOW idle_in_transaction_session_timeout"); err != nil || limit != "10s" {
		t.Errorf("without being told: %q, %v", limit, err)
	}
	if err := other.Migrate(t.Context(), people, "v"); err != nil {
		t.Fatal(err)
	}
	mustExec(t, other, insertPerson, 1, "A", "a", true)
	still := open(dsn + "&idle_in_transaction_session_timeout=200ms")
	tries := 0
	err := still.Tx(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE person SET name = name || 'B' WHERE id = 1")
		if tries++; err != nil || tries > 1 {
			return err
		}
		mustExec(t, other, "UPDATE person SET name = name || 'C' WHERE id = 1") // waits for the lock
		_, err = tx.Exec(t.Context(), "SELECT 1")
		return err
	})
	var name string
	if err := errors.Join(err, other.Get(t.Context(), &name, "SELECT name FROM person")); err != nil || tries != 2 || name != "ACB" {
		t.Errorf("%q after %d tries: %v", name, tries, err)
	}
}

// In the middle of a COPY the server takes a process that stands still for one that is at work, and lets it keep its locks for ever.
func TestACopyThatStandsStillIsEnded(t *testing.T) {
	t.Parallel()
	dsn := sqldbtest.Database(t) // of its own: those at work beside this test are not to be ended
	open := func(name string) *sqldb.DB {
		db, err := sqldb.Open(t.Context(), dsn+"&application_name="+name, sqldb.Options{Schema: "public", MaxOpen: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	still, other := open("transfer-0"), open("transfer-1")
	if err := other.Migrate(t.Context(), people, "v"); err != nil {
		t.Fatal(err)
	}
	mustExec(t, other, insertPerson, 1, "A", "a", true)
	tries := 0
	err := still.Tx(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(t.Context(), "UPDATE person SET name = name || 'B' WHERE id = 1"); err != nil {
			return err
		}
		if tries++; tries > 1 {
			return nil
		}
		restored, err := tx.Raw().PrepareContext(t.Context(), "COPY public.town (id) FROM STDIN")
		if err != nil {
			return err
		}
		if n, err := other.EndStalled(t.Context(), 0); err != nil || n != 0 {
			t.Errorf("ended %d restores: %v", n, err)
		}
		if err := restored.Close(); err != nil {
			return err
		}
		rows, err := tx.Raw().PrepareContext(t.Context(), "COPY town (id) FROM STDIN")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		if n, err := other.EndStalled(t.Context(), time.Hour); err != nil || n != 0 {
			t.Errorf("ended %d that have just begun: %v", n, err)
		}
		for n := int64(0); n == 0; {
			if n, err = other.EndStalled(t.Context(), 0); err != nil {
				return err
			}
		}
		mustExec(t, other, "UPDATE person SET name = name || 'C' WHERE id = 1")
		_, err = rows.ExecContext(t.Context())
		return sqldb.Classify(err)
	})
	var name string
	if err := errors.Join(err, other.Get(t.Context(), &name, "SELECT name FROM person")); err != nil || tries != 2 || name != "ACB" {
		t.Errorf("%q after %d tries: %v", name, tries, err)
	}
	if n, err := sqldbtest.Open(t, "sqlite", people).EndStalled(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("SQLite: %d, %v", n, err)
	}
}

// TestQueriesTellForWhom looks at what the server is told.
func TestQueriesTellForWhom(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "postgres", people)
	const query = "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND ? = 1"
	asked := 0
	ask := func(ids trace.IDs) (text string) {
		t.Helper()
		ctx := trace.With(t.Context(), ids)
		asked++
		err := db.Tx(ctx, func(tx *sqldb.Tx) error {
			return tx.Get(ctx, &text, fmt.Sprint(query, " AND ", asked, " > 0"), 1) // a text that comes again is kept, for anybody
		})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if got := ask(trace.IDs{Request: "q-1", Run: "r_2"}); !strings.HasPrefix(got, "/* request=q-1 run=r_2 */ SELECT") {
		t.Errorf("the server sees %q", got)
	}
	if got := ask(trace.IDs{Run: "r"}); !strings.HasPrefix(got, "/* run=r */ SELECT") {
		t.Errorf("the server sees %q", got)
	}
	for _, bad := range []string{"*/ DROP TABLE person; /*", "a b", "?", strings.Repeat("x", 65)} {
		if got := ask(trace.IDs{Request: bad}); !strings.HasPrefix(got, "SELECT") {
			t.Errorf("the server sees %q", got)
		}
	}
}
