package service

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// oneRun is a queue with a single run, the executor that begins it, and a config whose repository registers until a time.
type oneRun struct {
	registered time.Time
	taken      bool
	stop       time.Time // when somebody asks for a stop; zero = never
	began      time.Time // when the executor was called
	cause      error     // why its context had ended by then
	repo       transfer.Repository
	paused     bool
	abandoned  string // why, if it was
}

func (o *oneRun) Claim(context.Context, string, time.Duration) (*transfer.Run, transfer.Lease, error) {
	if o.taken {
		return nil, transfer.Lease{}, nil
	}
	o.taken = true
	return &transfer.Run{ID: "run1", RepositoryID: "r1"}, transfer.Lease{RunID: "run1"}, nil
}

func (o *oneRun) Renew(context.Context, transfer.Lease, time.Duration) (bool, error) {
	return !o.stop.IsZero() && !time.Now().Before(o.stop), nil
}
func (o *oneRun) Release(context.Context, transfer.Lease) error { return nil }
func (o *oneRun) GetRun(context.Context, string) (transfer.Run, error) {
	return transfer.Run{ID: "run1", RepositoryID: "r1", State: transfer.Done}, nil
}
func (o *oneRun) Cursors(context.Context, string) ([]transfer.Cursor, error) { return nil, nil }

func (o *oneRun) Execute(ctx context.Context, _ transfer.Lease, _ transfer.Run, repo transfer.Repository) (transfer.RunState, engine.Contact, error) {
	o.began, o.cause, o.repo = time.Now(), context.Cause(ctx), repo
	return transfer.Done, engine.Contact{}, nil
}

func (o *oneRun) Abandon(_ context.Context, _ transfer.Lease, _ transfer.Run, reason, _ string) error {
	o.abandoned = reason
	return nil
}

func (o *oneRun) Repository(context.Context, string) (transfer.Repository, error) {
	return transfer.Repository{ID: "r1", Registering: time.Now().Before(o.registered), Paused: o.paused}, nil
}

func (o *oneRun) Site(context.Context) (transfer.Site, error) { return transfer.Site{MaxRuns: 1}, nil }

func (o *oneRun) reportRun(context.Context, transfer.Run, engine.Contact, []transfer.Cursor) {
}

func TestARunWaitsForTheRegistration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		registered, stop time.Duration // after the run was taken; 0 = at once, never
		began            time.Duration
		registering      bool
		cause            error
	}{
		"registered before":               {},
		"registered in a moment":          {registered: 3200 * time.Millisecond, began: 3500 * time.Millisecond},
		"registration takes too long":     {registered: time.Hour, began: registrationWait, registering: true},
		"stopped before it registered":    {registered: time.Hour, stop: 2 * time.Second, began: 2 * time.Second, registering: true, cause: transfer.ErrStopRequested},
		"the process ends while it waits": {registered: time.Hour, stop: 0, began: 5 * time.Second, registering: true, cause: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				o := &oneRun{registered: begin.Add(test.registered)}
				if test.stop > 0 {
					o.stop = begin.Add(test.stop)
				}
				w := newWorker(o, o, o, "me", time.Now, slog.New(slog.DiscardHandler), newMetrics(nil))
				w.beat, w.ended = func() {}, func() {}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- w.Run(ctx) }()
				if errors.Is(test.cause, context.Canceled) {
					time.Sleep(test.began)
				} else {
					time.Sleep(time.Minute)
				}
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
				if got := o.began.Sub(begin); got != test.began || o.repo.Registering != test.registering || !errors.Is(o.cause, test.cause) {
					t.Errorf("began after %v, registering %v, %v; want %v, %v, %v", got, o.repo.Registering, o.cause, test.began, test.registering, test.cause)
				}
			})
		})
	}
}

// A run that was queued before the pause ends without an exchange.
func TestARunOfAPausedRepositoryIsGivenUp(t *testing.T) {
	t.Parallel()
	o := &oneRun{paused: true}
	w := newWorker(o, o, o, "me", time.Now, slog.New(slog.DiscardHandler), newMetrics(nil))
	if _, err := w.execute(t.Context(), transfer.Lease{RunID: "run1"}, transfer.Run{ID: "run1", RepositoryID: "r1"}); err != nil {
		t.Fatal(err)
	}
	if o.abandoned != string(apierr.ReasonRepositoryPaused) || !o.began.IsZero() {
		t.Errorf("abandoned %q, began %v", o.abandoned, o.began)
	}
}

func TestOnlyAPendingRegistrationIsWaitedFor(t *testing.T) {
	t.Parallel()
	for number, name := range configv1.RegistrationState_name {
		state := configv1.RegistrationState(number)
		repo := repositoryFromWire(&configv1.Exchange{Repository: &configv1.Repository{Registration: &configv1.Registration{State: state}}})
		if want := state == configv1.RegistrationState_REGISTRATION_STATE_PENDING; repo.Registering != want {
			t.Errorf("%s: registering %v", name, repo.Registering)
		}
	}
}
