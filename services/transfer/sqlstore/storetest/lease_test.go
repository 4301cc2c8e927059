package storetest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// long and gone are leases that hold for the test, and that have run out when they are given.
const (
	long = time.Hour
	gone = -time.Second
)

func (b *bench) create(t *testing.T, repository string) transfer.Run {
	t.Helper()
	run, err := b.CreateRun(t.Context(), transfer.Run{RepositoryID: repository, Trigger: transfer.Manual})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// claim takes a run that must be there.
func (b *bench) claim(t *testing.T, owner string, ttl time.Duration) (transfer.Run, transfer.Lease) {
	t.Helper()
	run, lease, err := b.Claim(t.Context(), owner, ttl)
	if err != nil || run == nil {
		t.Fatalf("%s claimed %v, %v", owner, run, err)
	}
	return *run, lease
}

func (b *bench) claimNothing(t *testing.T) {
	t.Helper()
	if run, _, err := b.Claim(t.Context(), "nobody", long); run != nil || err != nil {
		t.Errorf("claimed %v, %v", run, err)
	}
}

// writes tells whether a holder of the lease can write.
func (b *bench) writes(t *testing.T, lease transfer.Lease) bool {
	t.Helper()
	err := b.Write(t.Context(), &lease, func(tx engine.Tx) error {
		return tx.Apply(t.Context(), []*transfer.Record{master(office, "by "+lease.Owner, "x")})
	})
	if err != nil && !errors.Is(err, transfer.ErrLeaseLost) {
		t.Fatal(err)
	}
	return err == nil
}

func TestClaimInOrder(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, repository := range []string{"r1", "r2"} {
			b.create(t, repository)
			b.clock.advance(time.Second)
		}
		first, lease := b.claim(t, "a", long)
		if first.RepositoryID != "r1" || first.State != transfer.Running || first.Attempt != 1 || !first.StartedAt.Equal(start.Add(2*time.Second)) || first.Seq != 2 {
			t.Errorf("first %+v", first)
		}
		if lease != (transfer.Lease{RunID: first.ID, Owner: "a", Generation: 1}) {
			t.Errorf("lease %+v", lease)
		}
		if second, _ := b.claim(t, "b", long); second.RepositoryID != "r2" {
			t.Errorf("second %+v", second)
		}
		b.claimNothing(t)
	})
}

func TestPeerRunsAreNotClaimed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, trigger := range []transfer.Trigger{"", transfer.Local} {
			if _, _, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: "r", Trigger: trigger}, transfer.Position{}, gone); err != nil {
				t.Fatal(err)
			}
		}
		b.claimNothing(t)
		b.create(t, "r") // and they do not keep the repository busy
	})
}

func TestRunOfACrashedOwnerIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.create(t, "r")
		first, lost := b.claim(t, "crashed", gone)
		second, held := b.claim(t, "heir", long)
		if second.ID != first.ID || second.Attempt != 2 || held.Generation != 2 || !second.StartedAt.Equal(first.StartedAt) {
			t.Errorf("taken over %+v by %+v", second, held)
		}
		if b.writes(t, lost) {
			t.Error("the crashed owner wrote")
		}
		if _, err := b.Renew(t.Context(), lost, long); !errors.Is(err, transfer.ErrLeaseLost) {
			t.Errorf("the crashed owner renewed: %v", err)
		}
		if err := b.Release(t.Context(), lost); !errors.Is(err, transfer.ErrLeaseLost) {
			t.Errorf("the crashed owner gave it back: %v", err)
		}
		if !b.writes(t, held) {
			t.Error("the heir cannot write")
		}
		if found := b.load(t, key(office, "by crashed"), key(office, "by heir")); len(found) != 1 {
			t.Errorf("stored %v", found)
		}
		b.claimNothing(t)
	})
}

// An owner that was slow, but from whom nobody took the run, may go on, and the write itself renews the lease.
func TestWritingRenews(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.create(t, "r")
		_, lease := b.claim(t, "slow", long)
		if _, err := b.db.Exec(t.Context(), "UPDATE run SET leased_until = 1"); err != nil {
			t.Fatal(err)
		}
		if !b.writes(t, lease) {
			t.Fatal("the owner cannot write")
		}
		b.claimNothing(t)
	})
}

func TestRenewKeepsALease(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.create(t, "r")
		_, lease := b.claim(t, "a", gone)
		if stop, err := b.Renew(t.Context(), lease, long); stop || err != nil {
			t.Fatalf("stop %v, %v", stop, err)
		}
		b.claimNothing(t)
		if _, err := b.Renew(t.Context(), lease, gone); err != nil {
			t.Fatal(err)
		}
		b.claim(t, "b", long)
	})
}

func TestReleasedRunIsTakenUpAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.create(t, "r")
		first, lease := b.claim(t, "a", long)
		if err := b.Release(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
		if b.writes(t, lease) {
			t.Error("wrote after giving the run back")
		}
		if second, _ := b.claim(t, "b", long); second.ID != first.ID || second.Attempt != 2 {
			t.Errorf("taken up %+v", second)
		}
	})
}

func TestStopIsSeenByTheOwner(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		run := b.create(t, "r")
		_, lease := b.claim(t, "a", long)
		asked := func() bool {
			stop, err := b.StopRequested(t.Context(), run.ID)
			if err != nil {
				t.Fatal(err)
			}
			return stop
		}
		if asked() {
			t.Error("stop before it was asked for")
		}
		got, err := b.RequestStop(t.Context(), run.ID)
		if err != nil || got.State != transfer.Running || !got.StopRequested || !asked() {
			t.Errorf("%+v, %v", got, err)
		}
		if stop, err := b.Renew(t.Context(), lease, long); !stop || err != nil {
			t.Errorf("renewal says stop = %v, %v", stop, err)
		}
		if !b.writes(t, lease) {
			t.Error("a run that is asked to stop must be able to store what it has")
		}
		if _, err := b.StopRequested(t.Context(), "nobody"); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing run: %v", err)
		}
	})
}

func TestQueuedRunStopsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		run := b.create(t, "r")
		got, err := b.RequestStop(t.Context(), run.ID)
		if err != nil || got.State != transfer.Stopped || !got.EndedAt.Equal(start) || got.Message == "" {
			t.Errorf("%+v, %v", got, err)
		}
		b.claimNothing(t)
		if _, err := b.RequestStop(t.Context(), run.ID); apierr.ReasonOf(err) != apierr.ReasonRunEnded {
			t.Errorf("stopped twice: %v", err)
		}
		if _, err := b.RequestStop(t.Context(), "nobody"); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing run: %v", err)
		}
	})
}

func TestFinishedRunIsOver(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		run := b.create(t, "r")
		_, lease := b.claim(t, "a", long)
		finish := func(l *transfer.Lease) error {
			return b.Write(t.Context(), l, func(tx engine.Tx) error {
				return tx.FinishRun(t.Context(), run.ID, transfer.Ending{
					State: transfer.Failed, Reason: "PEER_UNAVAILABLE", Message: "too slow\x00", RemoteError: true, RetryAt: start.Add(time.Hour),
				})
			})
		}
		b.clock.advance(time.Minute)
		if err := finish(&lease); err != nil {
			t.Fatal(err)
		}
		got, err := b.GetRun(t.Context(), run.ID)
		if !got.RemoteError || !got.RetryAt.Equal(start.Add(time.Hour)) || run.RemoteError || !run.RetryAt.IsZero() {
			t.Errorf("%+v, before %+v", got, run)
		}
		if err != nil || got.State != transfer.Failed || got.Reason != "PEER_UNAVAILABLE" || got.Message != "too slow\uFFFD" || !got.EndedAt.Equal(start.Add(time.Minute)) {
			t.Errorf("%+v, %v", got, err)
		}
		if err := finish(nil); apierr.ReasonOf(err) != apierr.ReasonRunEnded {
			t.Errorf("finished twice: %v", err)
		}
		if err := finish(&lease); !errors.Is(err, transfer.ErrLeaseLost) {
			t.Errorf("the lease outlived the run: %v", err)
		}
		b.create(t, "r")
	})
}

// Several processes look for work at the same time; every run goes to exactly one.
func TestRacingClaims(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const runs, workers = 12, 4
		for i := range runs {
			b.create(t, fmt.Sprint("r", i))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		owners := map[string]string{}
		for w := range workers {
			wg.Go(func() {
				for {
					run, lease, err := b.Claim(t.Context(), fmt.Sprint("worker", w), long)
					if err != nil {
						t.Error(err)
					}
					if run == nil || err != nil {
						return
					}
					mu.Lock()
					if owners[run.ID] != "" {
						t.Errorf("%s went to %s and %s", run.ID, owners[run.ID], lease.Owner)
					}
					owners[run.ID] = lease.Owner
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(owners) != runs {
			t.Errorf("%d of %d runs were claimed", len(owners), runs)
		}
	})
}
