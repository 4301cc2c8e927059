package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// queue is a store of which writers stand in line, one in front whose turn ends when the test wants it to.
type queue struct {
	*Store
	t     *testing.T
	lease *transfer.Lease // on a run
	free  chan struct{}
	wg    sync.WaitGroup

	mu   sync.Mutex
	went []string           // whose turns there were
	in   map[string]*shared // the transaction of the last one
	errs map[string]error
}

// eachQueue runs a test with a first writer in front of the line, which does what front says when its turn ends.
func eachQueue(t *testing.T, front func() error, test func(q *queue)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		if err := auditlog.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		s := New(db, func() time.Time { return time.Unix(2e9, 0) })
		q := &queue{Store: s, t: t, free: make(chan struct{}), in: map[string]*shared{}, errs: map[string]error{}}
		var err error
		if _, q.lease, err = s.PeerRun(t.Context(), transfer.Run{ID: "1", RepositoryID: "r"}, transfer.Position{}, time.Minute); err != nil {
			t.Fatal(err)
		}
		began := make(chan struct{})
		reached := sync.OnceFunc(func() { close(began) })
		q.start(t.Context(), "front", nil, func(engine.Tx) error {
			reached()
			<-q.free
			return front()
		})
		<-began
		test(q)
	})
}

func well() error { return nil }

// start has somebody write, and notes what comes of it.
func (q *queue) start(ctx context.Context, name string, lease *transfer.Lease, fn func(tx engine.Tx) error) {
	q.wg.Go(func() {
		err := errors.New("it panicked")
		defer func() {
			_ = recover()
			q.mu.Lock()
			defer q.mu.Unlock()
			q.errs[name] = err
		}()
		err = q.Write(ctx, lease, func(x engine.Tx) error {
			q.mu.Lock()
			q.went, q.in[name] = append(q.went, name), x.(*tx).q
			q.mu.Unlock()
			return fn(x)
		})
	})
}

// join is start and waits until the writer stands in line.
func (q *queue) join(ctx context.Context, name string, lease *transfer.Lease, fn func(tx engine.Tx) error) {
	q.t.Helper()
	before := q.length()
	q.start(ctx, name, lease, fn)
	q.until(before + 1)
}

func (q *queue) until(length int) {
	q.t.Helper()
	for q.length() != length {
		if q.t.Context().Err() != nil {
			q.t.Fatal("the line does not change")
		}
		time.Sleep(time.Millisecond)
	}
}

func (q *queue) length() int {
	q.line.mu.Lock()
	defer q.line.mu.Unlock()
	return len(q.line.waiting)
}

// end lets the line go on until nobody is in it, and says whether those have written whose names are given, and nobody else.
func (q *queue) end(written ...string) {
	q.t.Helper()
	close(q.free)
	q.wg.Wait()
	for name, err := range q.errs {
		if want := slices.Contains(written, name); (err == nil) != want {
			q.t.Errorf("%s: %v", name, err)
		}
	}
	if q.line.led || len(q.line.waiting) > 0 {
		q.t.Error("somebody still leads")
	}
}

// stored says whether the store has these records.
func (q *queue) stored(want ...string) {
	q.t.Helper()
	var uids []string
	err := q.db.Select(q.t.Context(), &uids, "SELECT uid FROM record")
	if slices.Sort(uids); err != nil || !slices.Equal(uids, slices.Sorted(slices.Values(want))) {
		q.t.Errorf("records %v, want %v: %v", uids, want, err)
	}
}

// named writes a record of this name.
func named(uid string) func(tx engine.Tx) error {
	return func(tx engine.Tx) error {
		r := planRecord(0)
		r.UID = uid
		return tx.Apply(context.Background(), []*transfer.Record{r})
	}
}

func TestWhoWaitsSharesTheTransactionOfTheOneInFront(t *testing.T) {
	eachQueue(t, well, func(q *queue) {
		names, audited, turns := []string{"front"}, 0, []int64{}
		q.OnAudit(func() { audited++ })
		for i := range 4 {
			name := fmt.Sprint("w", i)
			names = append(names, name)
			q.join(q.t.Context(), name, nil, func(x engine.Tx) error {
				turn, before := x.Turn()
				if turns = append(turns, turn); i > 0 && before != turns[i-1] {
					q.t.Errorf("%s follows %d, not %d", name, before, turns[i-1])
				}
				return errors.Join(named(name)(x), x.Audit(q.t.Context(), transfer.LogEntry{Mode: "push", Action: "send", Result: "success"}))
			})
		}
		q.end(names...)
		q.stored(names[1:]...)
		if !slices.Equal(q.went, names) {
			q.t.Errorf("turns of %v", q.went)
		}
		for name, in := range q.in {
			if in != q.in["front"] {
				q.t.Errorf("%s has a transaction of its own", name)
			}
		}
		if audited != 1 {
			q.t.Errorf("%d reports of entries for the log", audited)
		}
	})
}

// Each member writes as if it were alone: what went wrong for one is nothing to the others.
func TestOneOfAGroupCannotWrite(t *testing.T) {
	for name, bad := range map[string]func(tx engine.Tx) error{
		"an error":           func(tx engine.Tx) error { return errors.Join(named("bad")(tx), errors.New("no")) },
		"a broken statement": func(x engine.Tx) error { _, err := x.(*tx).q.Exec(context.Background(), "SELECT nothing"); return err },
		"a panic":            func(engine.Tx) error { panic("no") },
		"the same change twice": func(x engine.Tx) error {
			r := planRecord(0)
			x.Missing([]transfer.Key{r.Key, r.Key}) // which is not true the second time
			return errors.Join(x.Apply(context.Background(), []*transfer.Record{r}), func() error {
				x.Missing([]transfer.Key{r.Key})
				return x.Apply(context.Background(), []*transfer.Record{r})
			}())
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachQueue(t, well, func(q *queue) {
				q.join(q.t.Context(), "one", nil, named("one"))
				q.join(q.t.Context(), "bad", nil, bad)
				q.join(q.t.Context(), "two", nil, named("two"))
				q.end("front", "one", "two")
				q.stored("one", "two")
			})
		})
	}
}

func TestTheOneInFrontCannotWrite(t *testing.T) {
	eachQueue(t, func() error { return errors.New("no") }, func(q *queue) {
		q.join(q.t.Context(), "one", nil, named("one"))
		q.join(q.t.Context(), "two", nil, named("two"))
		q.end("one", "two")
		q.stored("one", "two")
		if !slices.Equal(q.went, []string{"front", "one", "two"}) || q.in["one"] != q.in["two"] {
			q.t.Errorf("turns of %v", q.went)
		}
	})
	t.Run("a panic", func(t *testing.T) {
		eachQueue(t, func() error { panic("no") }, func(q *queue) {
			q.join(q.t.Context(), "one", nil, named("one"))
			q.end("one")
		})
	})
}

// With a database that asks for another attempt, or does not answer, nobody in line waits for the attempts of others.
func TestADatabaseThatIsBusyScattersTheLine(t *testing.T) {
	busy := func() error { return sqldb.Classify(&pq.Error{Code: "40001"}) }
	eachQueue(t, busy, func(q *queue) {
		q.join(q.t.Context(), "one", nil, named("one"))
		q.join(q.t.Context(), "two", nil, named("two"))
		q.end("one", "two")
		q.stored("one", "two")
		if q.in["one"] == q.in["two"] {
			q.t.Error("they stood behind each other")
		}
	})
}

func TestALostLeaseIsNotThatOfOthers(t *testing.T) {
	eachQueue(t, well, func(q *queue) {
		gone := *q.lease
		gone.Generation--
		q.join(q.t.Context(), "gone", &gone, named("gone"))
		q.join(q.t.Context(), "held", q.lease, named("held"))
		q.end("front", "held")
		q.stored("held")
		if !errors.Is(q.errs["gone"], transfer.ErrLeaseLost) {
			q.t.Error(q.errs["gone"])
		}
	})
}

func TestWhoGivesUpLeavesTheLine(t *testing.T) {
	eachQueue(t, well, func(q *queue) {
		ctx, cancel := context.WithCancel(q.t.Context())
		q.join(ctx, "impatient", nil, named("impatient"))
		q.join(q.t.Context(), "patient", nil, named("patient"))
		cancel()
		q.until(1)
		q.end("front", "patient")
		q.stored("patient")
		if !errors.Is(q.errs["impatient"], context.Canceled) || slices.Contains(q.went, "impatient") {
			q.t.Errorf("%v, turns of %v", q.errs["impatient"], q.went)
		}
	})
}

// Whoever is in front waits for the last one of its group, so groups are small.
func TestGroupsAreBounded(t *testing.T) {
	eachQueue(t, well, func(q *queue) {
		names := []string{"front"}
		for i := range groupMembers {
			name := fmt.Sprint("w", i)
			names = append(names, name)
			q.join(q.t.Context(), name, nil, named(name))
		}
		q.end(names...)
		if last := q.in[names[groupMembers-1]]; last != q.in["front"] || last == q.in[names[groupMembers]] {
			q.t.Errorf("the group has another size: turns of %v", q.went)
		}
	})
	t.Run("by changes", func(t *testing.T) {
		eachQueue(t, well, func(q *queue) {
			records := make([]*transfer.Record, groupChanges)
			for i := range records {
				records[i] = planRecord(0)
				records[i].UID = fmt.Sprint(i)
			}
			q.join(q.t.Context(), "full", nil, func(tx engine.Tx) error { return tx.Apply(q.t.Context(), records) })
			q.join(q.t.Context(), "behind", nil, named("behind"))
			q.end("front", "full", "behind")
			if q.in["full"] != q.in["front"] || q.in["behind"] == q.in["full"] {
				q.t.Error("somebody came behind a full batch")
			}
		})
	})
}

// What one member has written is there for the next one, be it stored yet or not.
func TestMembersSeeEachOther(t *testing.T) {
	eachQueue(t, well, func(q *queue) {
		first, second := planRecord(0), planRecord(0)
		first.UID, second.UID, second.Hash = "same", "same", "another"
		other := planRecord(0)
		other.UID = "other"
		q.join(q.t.Context(), "one", nil, func(x engine.Tx) error {
			x.Missing([]transfer.Key{first.Key, other.Key})
			err := x.Apply(q.t.Context(), []*transfer.Record{first, other})
			if left := len(x.(*tx).q.fresh); err == nil && (left == 2) != (q.db.Dialect() == sqldb.PostgreSQL) {
				q.t.Errorf("%d records are left for later", left)
			}
			return err
		})
		q.join(q.t.Context(), "two", nil, func(x engine.Tx) error {
			found, err := x.Load(q.t.Context(), []transfer.Key{other.Key})
			if err != nil || found[other.Key] == nil || found[other.Key].Seq != other.Seq {
				q.t.Errorf("found %v: %v", found, err)
			}
			return x.Apply(q.t.Context(), []*transfer.Record{second})
		})
		q.end("front", "one", "two")
		h, err := q.GetRecord(q.t.Context(), first.Key)
		if err != nil || h.Hash != "another" || len(h.Versions) != 1 || h.Versions[0].Seq != first.Seq || q.in["one"] != q.in["two"] {
			q.t.Errorf("%+v: %v", h, err)
		}
	})
}

// A connection that is lost before the commit has done nothing, and each member tries again; of one that is lost in the commit nobody
// knows, and all of them say so.
func TestAGroupLosesItsConnection(t *testing.T) {
	const kill = "SELECT pg_terminate_backend(pg_backend_pid())"
	t.Run("before the commit", func(t *testing.T) {
		eachQueue(t, well, func(q *queue) {
			if q.db.Dialect() == sqldb.SQLite {
				q.end("front")
				return
			}
			killed := false
			q.join(q.t.Context(), "one", nil, named("one"))
			q.join(q.t.Context(), "two", nil, func(x engine.Tx) (err error) {
				if !killed {
					killed = true
					_, err = x.(*tx).q.Exec(q.t.Context(), kill)
				}
				return errors.Join(err, named("two")(x))
			})
			q.end("front", "one", "two")
			q.stored("one", "two")
		})
	})
	t.Run("in the commit", func(t *testing.T) {
		eachQueue(t, well, func(q *queue) {
			if q.db.Dialect() == sqldb.SQLite {
				q.end("front")
				return
			}
			q.join(q.t.Context(), "one", nil, named("one"))
			q.join(q.t.Context(), "two", nil, func(x engine.Tx) error {
				_, err := x.(*tx).q.Exec(q.t.Context(), `CREATE FUNCTION pg_temp.gone() RETURNS trigger LANGUAGE plpgsql AS
					$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`)
				if err == nil {
					_, err = x.(*tx).q.Exec(q.t.Context(), `CREATE CONSTRAINT TRIGGER gone AFTER UPDATE ON change_clock
						DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.gone()`)
				}
				return errors.Join(err, named("two")(x))
			})
			q.end()
			for name, err := range q.errs {
				if !apierr.IsUnsure(err) {
					q.t.Errorf("%s: %v", name, err)
				}
			}
		})
	})
}
