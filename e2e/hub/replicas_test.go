package hub_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// callers are how many calls of each kind may be under way when a replica dies. One replica has room for all of them.
const callers = 6

// One of two replicas is killed while both answer calls. What only reads succeeds at the other one. Of a change that was
// lost with it the caller hears that nobody knows, and it was made once at most. New calls go to the one that lives.
func TestReplicaDiesWhileItAnswers(t *testing.T) {
	t.Parallel()
	database := sqldbtest.Database(t)
	h := newHub(t, database, 2)
	h.start(t)
	first, second := h.replicas["config"][0], h.replicas["config"][1]
	second.start(t)
	second.ready(t)
	p := h.signIn(t, h.replicas["gateway"][0])
	eventually(t, "calls to both replicas", func() error {
		if err := p.call(http.MethodGet, "/repositories", nil, nil); err != nil {
			return err
		}
		if len(second.log.lines("call answered", "requestId="+p.requestID())) == 0 {
			return errNotYet
		}
		return nil
	})

	var group sync.WaitGroup
	var reads, changes [callers]error
	name := func(i int) string { return fmt.Sprintf("Site %d", i) }
	var at map[string]int // changes by the replica that holds them
	pairs := 0
	locked(t, database, func(waiting func(reads, changes int) map[string]int) {
		for i := 0; i < callers && len(at) < 2; i++ {
			group.Go(func() { reads[i] = p.copy().call(http.MethodGet, "/repositories", nil, nil) })
			waiting(i+1, i)
			group.Go(func() {
				repo := &configv1.Repository{Name: name(i), Url: fmt.Sprintf("http://192.0.2.%d/eden", i+1), Username: "sync", Password: "secret"}
				changes[i] = p.copy().call(http.MethodPost, "/repositories", repo, nil)
			})
			at = waiting(i+1, i+1)
			pairs++
			// Replicas are called in turn, and each call of the pair asks for the session first: a single call between the
			// pairs, which asks for nothing but the session, lets the next pair meet the other one.
			if err := p.copy().call(http.MethodGet, "/runs", nil, nil); err != nil {
				t.Error(err)
			}
		}
		first.kill()
	})
	group.Wait()

	if err := errors.Join(reads[:]...); err != nil {
		t.Errorf("reading: %v", err)
	}
	list := &configv1.ListRepositoriesResponse{}
	if err := p.call(http.MethodGet, "/repositories", nil, list); err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for _, repo := range list.GetRepositories() {
		made[repo.GetName()]++
	}
	unsure := 0
	for i, err := range changes[:pairs] {
		switch r, _ := asRefusal(err); {
		case err == nil && made[name(i)] == 1:
		case err != nil && r != nil && r.status == http.StatusServiceUnavailable && strings.Contains(r.text, "look whether it was done") && made[name(i)] <= 1:
			unsure++
		default:
			t.Errorf("change %d: %v; it was made %d times", i, err, made[name(i)])
		}
	}
	if unsure == 0 || unsure == pairs {
		t.Errorf("%d of %d changes were lost with the replica; they waited at %v", unsure, pairs, at)
	}
	for i := range 20 {
		if err := p.call(http.MethodGet, "/repositories", nil, nil); err != nil {
			t.Errorf("call %d with one replica: %v", i, err)
		}
	}
}

// copy is the same person with another device, for calls at the same time.
func (p *person) copy() *person { c := *p; return &c }

// locked holds everybody up who looks at repositories while work is done. waiting returns when so many are, and says how
// many changes wait at which replica.
func locked(t *testing.T, database string, work func(waiting func(reads, changes int) map[string]int)) {
	t.Helper()
	err := with(t, database, func(ctx context.Context, db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "LOCK TABLE config.repository IN ACCESS EXCLUSIVE MODE"); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		work(func(reads, changes int) (at map[string]int) {
			eventually(t, "calls that wait for the lock", func() error {
				r, c, err := waiters(ctx, db)
				if err == nil && (sum(r) < reads || sum(c) < changes) {
					err = fmt.Errorf("%v reads wait and %v changes", r, c)
				}
				at = c
				return err
			})
			return at
		})
		return tx.Rollback()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// waiters counts the calls that wait for a lock, by replica. A change is known by its number of a transaction: it has
// written before it waits.
func waiters(ctx context.Context, db *sql.DB) (reads, changes map[string]int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT application_name, backend_xid IS NOT NULL FROM pg_stat_activity"+
		" WHERE datname = current_database() AND wait_event_type = 'Lock'")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	reads, changes = map[string]int{}, map[string]int{}
	for rows.Next() {
		var replica string
		var wrote bool
		if err := rows.Scan(&replica, &wrote); err != nil {
			return nil, nil, err
		}
		if wrote {
			changes[replica]++
		} else {
			reads[replica]++
		}
	}
	return reads, changes, rows.Err()
}

func sum(counts map[string]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}
