package loop_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func every5(*scheduler.Job) {}

func TestMonthsOfSlots(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.settings = loop.Settings{Poll: 15 * time.Second, Watch: 15 * time.Second}
		b.job("j1", every5)
		stop := b.start()
		const days = 92
		b.pass(days*24*time.Hour - time.Minute)
		stop()

		starts := b.transfer.starts()
		if want := days * 24 * 12; len(starts) != want {
			t.Fatalf("%d runs, want %d", len(starts), want)
		}
		for i, at := range starts {
			slot := b.begin.Add(time.Duration(i) * 5 * time.Minute)
			if late := at.Sub(slot); late < 0 || late > b.settings.Poll {
				t.Fatalf("run %d started %v after its slot", i, late)
			}
		}
		j := b.get("j1")
		if j.RunsCompleted != int32(len(starts)) || j.SkippedSlots != 0 || j.FailedRuns != 0 || j.State != scheduler.Queued {
			t.Errorf("job = %+v", j)
		}
		if want := b.begin.Add(days * 24 * time.Hour); !j.NextRunTime.Equal(want) {
			t.Errorf("next run = %v, want %v", j.NextRunTime, want)
		}
	})
}

func TestNoRunBeforeStartTimeSCH002(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", func(j *scheduler.Job) { j.StartTime = b.begin.Add(60 * time.Minute) })
		defer b.start()()
		b.pass(59*time.Minute + 59*time.Second)
		b.wantMinutes()
		b.pass(2 * time.Minute)
		b.wantMinutes(60)
	})
}

func TestDisabledJobSCH004(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		defer b.start()()
		b.pass(6 * time.Minute)
		b.configure("j1", func(c *scheduler.Config) { c.Enabled = false })
		if j := b.get("j1"); j.State != scheduler.Disabled || !j.NextRunTime.IsZero() {
			t.Errorf("switched off: %+v", j)
		}
		b.pass(30 * time.Minute)
		b.wantMinutes(0, 5)
		b.configure("j1", func(c *scheduler.Config) { c.Enabled = true })
		b.pass(8 * time.Minute)
		b.wantMinutes(0, 5, 40) // 36 min: switched on; nothing is made up
		if j := b.get("j1"); j.SkippedSlots != 0 {
			t.Errorf("%d slots are called skipped", j.SkippedSlots)
		}
	})
}

func TestARunIsFinishedWhenItsJobIsDisabled(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		defer b.start()()
		b.pass(5 * time.Second)
		b.configure("j1", func(c *scheduler.Config) { c.Enabled = false })
		if j := b.get("j1"); j.State != scheduler.Running {
			t.Errorf("state = %s during the run", j.State)
		}
		b.pass(time.Hour)
		if j := b.get("j1"); j.State != scheduler.Disabled || j.RunsCompleted != 1 || j.LastRun.State != scheduler.RunDone {
			t.Errorf("after the run: %+v", j)
		}
		b.wantMinutes(0)
	})
}

func TestEndTimeSCH005SCH006(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.length = func(int) time.Duration { return 3 * time.Minute }
		b.job("j1", func(j *scheduler.Job) { j.EndTime = b.begin.Add(11 * time.Minute) })
		defer b.start()()
		b.pass(11*time.Minute + 30*time.Second)
		if j := b.get("j1"); j.State != scheduler.Running {
			t.Errorf("the run under way at End Time: %s", j.State)
		}
		b.pass(2 * time.Minute)
		if j := b.get("j1"); j.State != scheduler.Expired || j.RunsCompleted != 3 || !j.NextRunTime.IsZero() {
			t.Errorf("right after the last run: %+v", j)
		}
		b.pass(time.Hour)
		b.wantMinutes(0, 5, 10)
	})
}

func TestASlotAtEndTimeRuns(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", func(j *scheduler.Job) { j.EndTime = b.begin.Add(10 * time.Minute) })
		defer b.start()()
		b.pass(time.Hour)
		b.wantMinutes(0, 5, 10)
	})
}

func TestEndTimeDuringAnOutageSCH005(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", func(j *scheduler.Job) { j.EndTime = b.begin.Add(11 * time.Minute) })
		b.pass(12 * time.Minute)
		defer b.start()()
		b.pass(time.Minute)
		b.wantMinutes()
		if j := b.get("j1"); j.State != scheduler.Expired {
			t.Errorf("state = %s", j.State)
		}
	})
}

func TestRepeatCountsOnlySuccessfulRunsSCH007(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(n int) scheduler.Run {
			return scheduler.Run{State: []scheduler.RunState{
				scheduler.RunDone, scheduler.RunFailed, scheduler.RunStopped, scheduler.RunDoneWithWarnings, scheduler.RunNeedsYou, scheduler.RunDone,
			}[n]}
		}
		b.job("j1", func(j *scheduler.Job) { j.Repeat = 3 })
		defer b.start()()
		b.pass(2 * time.Hour)
		b.wantMinutes(0, 5, 10, 15, 20, 25)
		if j := b.get("j1"); j.State != scheduler.Completed || j.RunsCompleted != 3 {
			t.Errorf("job = %+v", j)
		}
	})
}

func TestMissedSlotsCollapseSCH008(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		stop := b.start()
		b.pass(6 * time.Minute)
		stop()
		b.pass(46 * time.Minute)
		defer b.start()()
		b.pass(10 * time.Minute)
		b.wantMinutes(0, 5, 52, 55, 60)
		if j := b.get("j1"); j.SkippedSlots != 0 {
			t.Errorf("%d slots are called skipped although the repository was free", j.SkippedSlots)
		}
	})
}

func TestLongRunSkipsSlotsSCH009(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.length = func(n int) time.Duration { return []time.Duration{12 * time.Minute, time.Minute, time.Minute}[n] }
		b.job("j1", every5)
		defer b.start()()
		b.pass(7 * time.Minute)
		if next := b.get("j1"); !next.Upcoming(time.Now()).Equal(b.begin.Add(10 * time.Minute)) {
			t.Errorf("upcoming = %v", next.Upcoming(time.Now()))
		}
		b.pass(14 * time.Minute)
		b.wantMinutes(0, 15, 20)
		if j := b.get("j1"); j.SkippedSlots != 2 {
			t.Errorf("skipped = %d, want 2 (minutes 5 and 10)", j.SkippedSlots)
		}
	})
}

func TestTwoJobsOfOneRepositorySCH010(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.job("j1", every5)
		b.job("j2", func(j *scheduler.Job) { j.RunEvery = 15 * time.Minute })
		defer b.start()()
		b.pass(14 * time.Minute)
		b.wantMinutes(0, 5, 10)
		first, second := b.get("j1"), b.get("j2")
		if first.SkippedSlots+second.SkippedSlots != 1 || first.RunsCompleted+second.RunsCompleted != 3 {
			t.Errorf("first %+v\nsecond %+v", first, second)
		}
		entries := b.store.Entries()
		if len(entries) != 1 {
			t.Fatalf("entries = %+v", entries)
		}
		e := entries[0]
		if e.Action != "check" || e.Result != scheduler.ResultError || e.RepositoryID != "r1" ||
			e.Message != "Synchronization already active - skipping run" {
			t.Errorf("entry = %+v", e)
		}
	})
}

func TestRepositoriesRunInParallelUpToTheLimitSCH011(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.settings.Parallel = 3
		b.transfer.length = func(int) time.Duration { return 90 * time.Second }
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			b.job(id, func(j *scheduler.Job) { j.RepositoryID = "r-" + id })
		}
		defer b.start()()
		b.pass(30 * time.Second)
		b.wantMinutes(0, 0, 0)
		b.pass(90 * time.Second)
		if got := len(b.transfer.starts()); got != 5 {
			t.Errorf("%d runs were started, want the other two when the first had ended", got)
		}
		b.pass(2 * time.Minute)
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			if j := b.get(id); j.RunsCompleted != 1 {
				t.Errorf("%s: %d runs", id, j.RunsCompleted)
			}
		}
	})
}

func TestTimeoutIsHandedOverSCH012SCH021(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(b *bench) {
		b.transfer.ending = func(int) scheduler.Run {
			return scheduler.Run{State: scheduler.RunTimedOut, Reason: apierr.ReasonTimeout, Message: "Timeout after 42 seconds"}
		}
		b.job("j1", func(j *scheduler.Job) { j.Timeout = 42 * time.Second })
		defer b.start()()
		b.pass(6 * time.Minute)
		order := b.transfer.runs[0].Order
		if order.Timeout != 42*time.Second || order.User != "ada" || order.JobID != "j1" || order.RepositoryID != "r1" {
			t.Errorf("order = %+v", order)
		}
		b.wantMinutes(0, 5)
		if j := b.get("j1"); j.FailedRuns != 2 || j.State != scheduler.Queued || j.LastRun.Message != "Timeout after 42 seconds" {
			t.Errorf("job = %+v", j)
		}
	})
}

// errStore is what a store says whose database does not answer.
var errStore = errors.New("database does not answer")

// flaky fails while broken is set.
type flaky struct {
	loop.Store
	broken func() bool
}

func (f flaky) Claim(ctx context.Context, owner string, ttl time.Duration, limit int) ([]scheduler.Claimed, error) {
	if f.broken() {
		return nil, errStore
	}
	return f.Store.Claim(ctx, owner, ttl, limit)
}

func (f flaky) Settle(ctx context.Context, lease scheduler.Lease, change func(*scheduler.Job, time.Time) []scheduler.Entry) error {
	if f.broken() {
		return errStore
	}
	return f.Store.Settle(ctx, lease, change)
}

func (f flaky) Renew(ctx context.Context, lease scheduler.Lease, ttl time.Duration) error {
	if f.broken() {
		return errStore
	}
	return f.Store.Renew(ctx, lease, ttl)
}

func (f flaky) Release(ctx context.Context, lease scheduler.Lease) error {
	if f.broken() {
		return errStore
	}
	return f.Store.Release(ctx, lease)
}
