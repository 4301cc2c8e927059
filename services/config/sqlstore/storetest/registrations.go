package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/services/config"
)

type claim struct {
	ID         string
	Generation int64
	Found      bool
}

func claimOne(t *testing.T, s config.Store, lease time.Duration) claim {
	t.Helper()
	var c claim
	write(t, s, func(ctx context.Context, tx config.Tx) (err error) {
		c.ID, c.Generation, c.Found, err = tx.ClaimRegistration(ctx, lease)
		return err
	})
	return c
}

func pending(t *testing.T, s config.Store) bool {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (bool, error) { return r.RegistrationsPending(ctx) })
}

func waiting(id string, since time.Time) config.Repository {
	r := repository(id, id)
	r.URL = "https://" + id
	r.Registration = config.Registration{State: config.RegistrationPending, Time: since, Generation: 5}
	return r
}

func testRegistrationClaim(u suite) {
	t, s := u.t, u.store
	if pending(t, s) || claimOne(t, s, time.Minute).Found {
		t.Error("an empty store has something to claim")
	}
	gone := waiting("gone", at.Add(-time.Hour))
	gone.DeleteTime = at
	insertRepositories(t, s, waiting("young", at), waiting("old", at.Add(-time.Minute)), repository("none", "none"), gone)
	if !pending(t, s) {
		t.Error("nothing is pending")
	}
	same(t, "first claim", claimOne(t, s, time.Minute), claim{"old", 6, true})
	same(t, "second claim", claimOne(t, s, time.Minute), claim{"young", 6, true})
	same(t, "third claim", claimOne(t, s, time.Minute), claim{})
	r := readRepository(t, s, "old")
	if r.Registration.State != config.RegistrationPending || r.Registration.Generation != 6 || r.Version != 1 {
		t.Errorf("claimed: %+v", r)
	}
	done := config.Registration{State: config.RegistrationRegistered, Message: "ok", Time: at, Generation: 7}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveRegistration(ctx, "old", done) })
	same(t, "saved", readRepository(t, s, "old").Registration, done)
	// Saved again as pending, it can be claimed at once: the lease has ended.
	again := config.Registration{State: config.RegistrationPending, Time: at, Generation: 8}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveRegistration(ctx, "old", again) })
	same(t, "claim of the saved one", claimOne(t, s, time.Minute), claim{"old", 9, true})
}

func testRegistrationExpiry(u suite) {
	t, s := u.t, u.store
	insertRepositories(t, s, waiting("overdue", at), waiting("waiting", at.Add(time.Second)))
	claimOne(t, s, -time.Second) // by the database's clock it is over already
	expire := func() {
		write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.ExpireRegistrations(ctx, "lost") })
	}
	expire()
	r := readRepository(t, s, "overdue").Registration
	if r.State != config.RegistrationFailed || r.Message != "lost" || r.Generation != 7 || r.Time.IsZero() {
		t.Errorf("overdue: %+v", r)
	}
	same(t, "waiting", readRepository(t, s, "waiting").Registration.State, config.RegistrationPending)
	same(t, "claim", claimOne(t, s, time.Hour), claim{"waiting", 6, true})
	expire()
	same(t, "running claim", readRepository(t, s, "waiting").Registration.State, config.RegistrationPending)
	if pending(t, s) {
		t.Error("a running claim counts as waiting")
	}
}

// testRegistrationInTwo lets workers race: each registration goes to one of them.
func testRegistrationInTwo(u suite) {
	t, s := u.t, u.store
	const n = 6
	for i := range n {
		insertRepositories(t, s, waiting(string(rune('a'+i)), at))
	}
	var wg sync.WaitGroup
	claims := make(chan claim, 2*n)
	for range 4 {
		wg.Go(func() {
			for range 3 {
				claims <- claimOne(t, s, time.Minute)
			}
		})
	}
	wg.Wait()
	close(claims)
	seen := map[string]bool{}
	for c := range claims {
		if c.Found && seen[c.ID] {
			t.Errorf("%s was claimed twice", c.ID)
		}
		if c.Found {
			seen[c.ID] = true
		}
	}
	if len(seen) != n {
		t.Errorf("%d were claimed, want %d", len(seen), n)
	}
}
