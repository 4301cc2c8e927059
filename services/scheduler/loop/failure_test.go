package loop_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
)

func TestPeerErrorsDoNotMoveTheSlotsSCH013(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(int) scheduler.Run {
			return scheduler.Run{State: scheduler.RunFailed, Reason: apierr.ReasonPeerUnavailable}
		}
		b.job("j1", every5)
		defer b.start()()
		b.pass(31 * time.Minute)
		b.wantMinutes(0, 5, 10, 15, 20, 25, 30)
		if j := b.get("j1"); j.FailedRuns != 7 || j.State != scheduler.Queued {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestInternalFailuresBackOffSCH014(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(n int) scheduler.Run {
			if n == 4 {
				return scheduler.Run{State: scheduler.RunDone}
			}
			return scheduler.Run{State: scheduler.RunFailed, Reason: apierr.ReasonInternal}
		}
		b.job("j1", every5)
		defer b.start()()
		b.pass(91 * time.Minute)
		// The next slot, then 1, 3 and 7 slots left out; a success ends it.
		b.wantMinutes(0, 5, 15, 35, 75, 80, 85)
	})
}

func TestMaxFailuresSCH014AndResetSCH015(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(n int) scheduler.Run {
			if n == 2 {
				return scheduler.Run{State: scheduler.RunDone}
			}
			return scheduler.Run{State: scheduler.RunFailed, Reason: apierr.ReasonPeerUnavailable, Message: "The peer did not answer."}
		}
		b.job("j1", func(j *scheduler.Job) { j.MaxFailures = 3 })
		defer b.start()()
		b.pass(time.Hour)
		b.wantMinutes(0, 5, 10, 15, 20, 25) // a success in between begins the count anew
		j := b.get("j1")
		if j.State != scheduler.Failed || j.Enabled || j.FailedRuns != 3 || !j.NextRunTime.IsZero() {
			t.Errorf("given up: %+v", j)
		}
		entries := b.store.Entries()
		if len(entries) != 1 || entries[0].Result != scheduler.ResultFatal || entries[0].RunID != "run5" || entries[0].Reason != apierr.ReasonPeerUnavailable {
			t.Fatalf("entries = %+v", entries)
		}
		b.change("j1", func(j *scheduler.Job, now time.Time) { j.Reset(now) })
		if j := b.get("j1"); j.State != scheduler.Queued || !j.Enabled || j.FailedRuns != 0 || j.RunsCompleted != 0 {
			t.Errorf("reset: %+v", j)
		}
		b.pass(6 * time.Minute)
		b.wantMinutes(0, 5, 10, 15, 20, 25, 60, 65)
	})
}

func TestFailuresNeverDisableByDefaultSCH014(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(int) scheduler.Run { return scheduler.Run{State: scheduler.RunNeedsYou} }
		b.job("j1", every5)
		defer b.start()()
		b.pass(24*time.Hour - time.Minute)
		if j := b.get("j1"); !j.Enabled || j.State != scheduler.Queued || j.FailedRuns != 288 {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestADeadProcessIsReplacedSCH016(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.length = func(n int) time.Duration { return []time.Duration{3 * time.Minute, time.Minute}[n] }
		b.job("j1", every5)
		var dead atomic.Bool
		stop := b.startOn(flaky{b.store, dead.Load})
		b.pass(30 * time.Second)
		dead.Store(true) // its last words never reach the database
		stop()
		defer b.start()()
		b.pass(3 * time.Minute)
		if j := b.get("j1"); j.RunsCompleted != 1 || j.State != scheduler.Queued {
			t.Errorf("the run that the dead process had started: %+v", j)
		}
		b.pass(3 * time.Minute)
		b.wantMinutes(0, 5)
	})
}

func TestARestartGoesOnWatchingSCH016(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.length = func(int) time.Duration { return 2 * time.Minute }
		b.job("j1", every5)
		stop := b.start()
		b.pass(30 * time.Second)
		stop()
		if j := b.get("j1"); j.State != scheduler.Running || j.RunID != "run0" {
			t.Errorf("between the processes: %+v", j)
		}
		defer b.start()()
		b.pass(2 * time.Minute)
		if j := b.get("j1"); j.RunsCompleted != 1 || j.LastRun.State != scheduler.RunDone || j.RunID != "" {
			t.Errorf("after the run: %+v", j)
		}
		b.wantMinutes(0)
	})
}

func TestTwoInstancesStartEachSlotOnceSCH017(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		for _, id := range []string{"a", "b", "c"} {
			b.job(id, func(j *scheduler.Job) { j.RepositoryID = "r-" + id })
		}
		defer b.start()()
		defer b.start()()
		defer b.start()()
		b.pass(24*time.Hour - time.Minute)
		slots := map[string]bool{}
		for _, s := range b.transfer.runs {
			if slots[s.RequestID] {
				t.Errorf("%s was started twice", s.RequestID)
			}
			slots[s.RequestID] = true
		}
		if want := 3 * 288; len(slots) != want || b.transfer.asked != want {
			t.Errorf("%d slots, asked %d times, want %d", len(slots), b.transfer.asked, want)
		}
	})
}

func TestNoURLSCH020(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.refuse = func(loop.Order) error {
			return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryNoURL, "It has no URL.")
		}
		b.job("j1", every5)
		defer b.start()()
		b.pass(time.Minute)
		entries := b.store.Entries()
		if len(entries) != 1 || entries[0].Action != "connect" || entries[0].Result != scheduler.ResultFatal ||
			entries[0].Message != "No URL set for repository" {
			t.Errorf("entries = %+v", entries)
		}
		j := b.get("j1")
		if j.State != scheduler.Queued || j.FailedRuns != 1 || j.LastRun.State != scheduler.RunNeedsYou || j.LastRun.ID != "" || j.LastRun.EndTime.IsZero() {
			t.Errorf("job = %+v", j)
		}
		if want := b.begin.Add(5 * time.Minute); !j.NextRunTime.Equal(want) {
			t.Errorf("next = %v, want %v", j.NextRunTime, want)
		}
	})
}

func TestRemovedRepositorySCH022(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.refuse = func(loop.Order) error { return apierr.NotFound("repository", "r1") }
		b.job("j1", every5)
		b.job("j2", func(j *scheduler.Job) { j.StartTime = b.begin.Add(time.Hour) })
		b.job("other", func(j *scheduler.Job) { j.RepositoryID, j.StartTime = "r2", b.begin.Add(time.Hour) })
		defer b.start()()
		b.pass(time.Minute)
		left, err := b.store.Repositories(b.t.Context())
		if err != nil || fmt.Sprint(left) != "[r2]" {
			t.Errorf("repositories with jobs: %v, %v", left, err)
		}
		if got := b.store.Entries(); len(got) != 2 {
			t.Errorf("entries = %+v", got)
		}
	})
}

func TestSomethingElseMissingRemovesNoJob(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.refuse = func(loop.Order) error { return apierr.NotFound("site", "s1") }
		b.job("j1", every5)
		defer b.start()()
		b.pass(time.Minute)
		if j := b.get("j1"); j.LastRun.State != scheduler.RunNeedsYou {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestPausedRepository(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		pausedFor := 12 * time.Minute
		b.transfer.refuse = func(loop.Order) error {
			if time.Since(b.begin) < pausedFor {
				return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryPaused, "paused")
			}
			return nil
		}
		b.job("j1", every5)
		defer b.start()()
		b.pass(21 * time.Minute)
		b.wantMinutes(15, 20)
		if j := b.get("j1"); j.SkippedSlots != 3 || j.FailedRuns != 0 {
			t.Errorf("job = %+v", j)
		}
		if got := b.store.Entries(); len(got) != 0 {
			t.Errorf("entries = %+v: a pause is no error", got)
		}
	})
}

func TestTransferDownKeepsTheSlot(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.down = true
		b.job("j1", every5)
		defer b.start()()
		b.pass(3*time.Hour + 2*time.Minute)
		j := b.get("j1")
		if j.State != scheduler.Queued || !j.NextRunTime.Equal(b.begin) || j.SkippedSlots != 0 || j.FailedRuns != 0 {
			t.Errorf("while transfer is down: %+v", j)
		}
		if b.transfer.asked < 300 || b.transfer.asked > 450 {
			t.Errorf("asked %d times in three hours, want about twice a minute", b.transfer.asked)
		}
		b.transfer.set(func() { b.transfer.down = false })
		b.pass(5 * time.Minute)
		starts := b.transfer.starts()
		if len(starts) != 2 {
			t.Fatalf("%d runs, want one at once and one at the next slot", len(starts))
		}
		if soon := starts[0].Sub(b.begin) - (3*time.Hour + 2*time.Minute); soon > 32*time.Second {
			t.Errorf("the kept slot ran %v after transfer came back", soon)
		}
		if next := b.begin.Add(3*time.Hour + 5*time.Minute); starts[1].Sub(next) > 2*time.Second {
			t.Errorf("the following run started at %v, want the slot %v", starts[1], next)
		}
	})
}

func TestALostAnswerMakesNoSecondRun(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.lose = func(attempt int) error {
			if attempt == 1 {
				return errDown
			}
			return nil
		}
		b.job("j1", every5)
		defer b.start()()
		b.pass(time.Minute)
		if len(b.transfer.runs) != 1 || b.transfer.asked != 2 {
			t.Errorf("%d runs, asked %d times", len(b.transfer.runs), b.transfer.asked)
		}
		if j := b.get("j1"); j.RunsCompleted != 1 || j.SkippedSlots != 0 {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestAForgottenRunFails(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		defer b.start()()
		b.pass(5 * time.Second)
		b.transfer.set(func() { b.transfer.forgot = true })
		b.pass(30 * time.Second)
		if j := b.get("j1"); j.State != scheduler.Queued || j.FailedRuns != 1 || j.LastRun.Reason != apierr.ReasonNotFound {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestBrokenStoreLosesNothing(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		var broken atomic.Bool
		defer b.startOn(flaky{b.store, broken.Load})()
		b.pass(5 * time.Second) // a run is under way
		broken.Store(true)
		b.pass(2 * time.Minute)
		broken.Store(false)
		b.pass(2 * time.Minute)
		if j := b.get("j1"); j.RunsCompleted != 1 || j.State != scheduler.Queued {
			t.Errorf("job = %+v", j)
		}
		b.pass(2 * time.Minute)
		b.wantMinutes(0, 5)
	})
}

func TestSweeperSCH022(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("gone", func(j *scheduler.Job) { j.Enabled = false })
		b.job("stays", func(j *scheduler.Job) { j.RepositoryID = "r2" })
		b.job("unknown", func(j *scheduler.Job) { j.RepositoryID = "r3" })
		err := loop.NewSweeper(b.store, names{}, nil, time.Minute).Sweep(b.t.Context())
		if apierr.KindOf(err) != apierr.KindUnavailable {
			t.Errorf("err = %v, want the one of r3", err)
		}
		left, _ := b.store.Repositories(b.t.Context())
		if fmt.Sprint(left) != "[r2 r3]" {
			t.Errorf("repositories with jobs: %v", left)
		}
		if stays, unknown := b.get("stays").RepositoryName, b.get("unknown").RepositoryName; stays != "Kisumu" || unknown == "Kisumu" {
			t.Errorf("called %q and %q", stays, unknown)
		}
	})
}

// names knows r2, cannot say anything about r3, and is sure that there is no other.
type names struct{}

func (names) Name(_ context.Context, id string) (string, error) {
	switch id {
	case "r2":
		return "Kisumu", nil
	case "r3":
		return "", errDown
	default:
		return "", apierr.NotFound("repository", id)
	}
}
