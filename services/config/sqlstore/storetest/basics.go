package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

func testSettings(u suite) {
	t, s := u.t, u.store
	err := s.Read(t.Context(), func(r config.Reader) error {
		_, err := r.Settings(t.Context())
		return err
	})
	wantKind(t, err, apierr.KindNotFound)

	first := config.DefaultSettings(at)
	first.Proxy = "http://user:proxysecret@proxy:3128"
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertSettings(ctx, first) })
	read := func() config.Settings {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Settings, error) { return r.Settings(ctx) })
	}
	same(t, "settings", read(), first)

	second := config.DefaultSettings(at.Add(time.Hour))
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertSettings(ctx, second) })
	same(t, "settings after a second start", read(), first)

	changed := first
	changed.SiteName, changed.PublicURL, changed.Proxy, changed.AnonymousPulls = "Ñandú نيروبي", "https://x.org", "", true
	changed.ExposedResources, changed.Version = []string{"auth_user", "sync_log"}, 2
	changed.PullOverlap, changed.LogRetention, changed.MaxAttachmentBytes = 1500*time.Millisecond, 0, 1<<40
	changed.UpdateTime = at.Add(time.Minute)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateSettings(ctx, changed) })
	same(t, "changed settings", read(), changed)
}

func testRollback(u suite) {
	t, s := u.t, u.store
	boom := errors.New("boom")
	err := tryWrite(t, s, func(ctx context.Context, tx config.Tx) error {
		if err := tx.InsertRepository(ctx, repository("1", "Kenya")); err != nil {
			return err
		}
		if err := tx.Audit(ctx, config.Entry{Action: "create repository"}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("error = %v", err)
	}
	id := get(t, s, func(ctx context.Context, r config.Reader) (string, error) {
		return r.TakenBy(ctx, config.ByName, "Kenya")
	})
	if id != "" {
		t.Error("a failed transaction left something behind")
	}
}

// testGuard lets transactions race that each allow one row only if there is none.
func testGuard(u suite) {
	t, s := u.t, u.store
	taken := errors.New("taken")
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		wg.Go(func() {
			results[i] = s.Write(t.Context(), func(tx config.Tx) error {
				if err := tx.Guard(t.Context()); err != nil {
					return err
				}
				n, err := tx.Administrators(t.Context(), true)
				if err != nil {
					return err
				}
				if n > 0 {
					return taken
				}
				name := string(rune('a' + i))
				return tx.InsertUser(t.Context(), user(name, name, config.RoleAdministrator))
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, taken):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d transactions saw an empty table, want 1", won)
	}
}

func testAttempts(u suite) {
	t, s := u.t, u.store
	read := func(subject string) config.Attempts {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Attempts, error) { return r.Attempts(ctx, subject) })
	}
	same(t, "nothing counted", read("x"), config.Attempts{Subject: "x"})
	counted := config.Attempts{Subject: "x", Failures: 3, LastTime: at, LockedUntil: at.Add(time.Second)}
	for range 2 {
		write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveAttempts(ctx, counted) })
		same(t, "counted", read("x"), counted)
		counted.Failures, counted.LockedUntil = 4, time.Time{}
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteAttempts(ctx, "x") })
	same(t, "forgotten", read("x"), config.Attempts{Subject: "x"})
}

func testSetupCodesAndRequests(u suite) {
	t, s := u.t, u.store
	exists := func(hash string) bool {
		return get(t, s, func(ctx context.Context, r config.Reader) (bool, error) { return r.SetupCodeExists(ctx, hash) })
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		if err := tx.InsertSetupCode(ctx, "a", at); err != nil {
			return err
		}
		return tx.InsertSetupCode(ctx, "b", at)
	})
	if !exists("a") || !exists("b") || exists("c") {
		t.Error("codes a and b exist, c does not")
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteSetupCodes(ctx) })
	if exists("a") || exists("b") {
		t.Error("codes are still there")
	}

	key := config.RequestKey{Actor: "ann", Method: "CreateRepository", RequestID: "1"}
	outcome := config.RequestOutcome{Fingerprint: "f", Target: "id", Time: at}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveRequest(ctx, key, outcome) })
	for _, other := range []config.RequestKey{
		{Actor: "bob", Method: key.Method, RequestID: "1"},
		{Actor: "ann", Method: "CreateTask", RequestID: "1"},
		{Actor: "ann", Method: key.Method, RequestID: "2"},
	} {
		if _, found := readRequest(t, s, other); found {
			t.Errorf("%v was found", other)
		}
	}
	got, found := readRequest(t, s, key)
	if !found {
		t.Fatal("the request was not remembered")
	}
	same(t, "outcome", got, outcome)
}

func readRequest(t *testing.T, s config.Store, key config.RequestKey) (outcome config.RequestOutcome, found bool) {
	t.Helper()
	err := s.Read(t.Context(), func(r config.Reader) (err error) {
		outcome, found, err = r.Request(t.Context(), key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome, found
}

func testPurge(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("u", "ann", config.RoleViewer))
	old, young := at.Add(-time.Hour), at.Add(time.Hour)
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		return errors.Join(
			tx.InsertSession(ctx, config.Session{ID: "i1", Hash: "too old", UserID: "u", CreateTime: old, LastUseTime: young}),
			tx.InsertSession(ctx, config.Session{ID: "i2", Hash: "unused", UserID: "u", CreateTime: young, LastUseTime: old}),
			tx.InsertSession(ctx, config.Session{ID: "i3", Hash: "alive", UserID: "u", CreateTime: young, LastUseTime: young}),
			tx.SaveRequest(ctx, config.RequestKey{RequestID: "old"}, config.RequestOutcome{Time: old}),
			tx.SaveRequest(ctx, config.RequestKey{RequestID: "young"}, config.RequestOutcome{Time: young}),
			tx.SaveAttempts(ctx, config.Attempts{Subject: "old", Failures: 1, LastTime: old}),
			tx.SaveAttempts(ctx, config.Attempts{Subject: "young", Failures: 1, LastTime: young}),
			tx.Purge(ctx, config.Purge{SessionsCreated: at, SessionsUsed: at, Requests: at, Attempts: at}),
		)
	})
	for hash, want := range map[string]bool{"too old": false, "unused": false, "alive": true} {
		if got := sessionExists(t, s, hash); got != want {
			t.Errorf("session %q exists: %v, want %v", hash, got, want)
		}
	}
	for id, want := range map[string]bool{"old": false, "young": true} {
		if _, got := readRequest(t, s, config.RequestKey{RequestID: id}); got != want {
			t.Errorf("request %q exists: %v, want %v", id, got, want)
		}
		attempts := get(t, s, func(ctx context.Context, r config.Reader) (config.Attempts, error) { return r.Attempts(ctx, id) })
		if got := attempts.Failures == 1; got != want {
			t.Errorf("attempts of %q exist: %v, want %v", id, got, want)
		}
	}
}
