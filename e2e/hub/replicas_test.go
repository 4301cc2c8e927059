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

// callers are how many calls of each kind are under way when a replica dies. One replica has room for all of them.
const callers = 4

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
	locked(t, database, func(waiting func(least int)) {
		for i := range callers {
			group.Go(func() { reads[i] = p.copy().call(http.MethodGet, "/repositories", nil, nil) })
			waiting(2*i + 1)
			group.Go(func() {
				repo := &configv1.Repository{Name: name(i), Url: fmt.Sprintf("http://192.0.2.%d/eden", i+1), Username: "sync", Password: "secret"}
				changes[i] = p.copy().call(http.MethodPost, "/repositories", repo, nil)
			})
			waiting(2*i + 2)
			// Replicas are called in turn: a single call between the pairs lets the next pair meet the other one.
			h.replicas["gateway"][0].ready(t)
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
	for i, err := range changes {
		switch r, _ := asRefusal(err); {
		case err == nil && made[name(i)] == 1:
		case err != nil && r != nil && r.status == http.StatusServiceUnavailable && strings.Contains(r.text, "look whether it was done") && made[name(i)] <= 1:
			unsure++
		default:
			t.Errorf("change %d: %v; it was made %d times", i, err, made[name(i)])
		}
	}
	if unsure == 0 || unsure == len(changes) {
		t.Errorf("%d of %d changes were lost with the replica: not both were at work", unsure, len(changes))
	}
	for i := range 20 {
		if err := p.call(http.MethodGet, "/repositories", nil, nil); err != nil {
			t.Errorf("call %d with one replica: %v", i, err)
		}
	}
}

// copy is the same person with another device, for calls at the same time.
func (p *person) copy() *person { c := *p; return &c }

// locked holds everybody up who looks at repositories while work is done. waiting returns when so many are.
func locked(t *testing.T, database string, work func(waiting func(least int))) {
	t.Helper()
	err := with(t, database, func(ctx context.Context, db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "LOCK TABLE config.repository IN ACCESS EXCLUSIVE MODE"); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		work(func(least int) {
			eventually(t, "calls that wait for the lock", func() error {
				var n int
				err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
				if err == nil && n < least {
					err = fmt.Errorf("%d wait", n)
				}
				return err
			})
		})
		return tx.Rollback()
	})
	if err != nil {
		t.Fatal(err)
	}
}
