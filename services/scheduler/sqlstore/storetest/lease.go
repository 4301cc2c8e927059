package storetest

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/edensync/edensync/services/scheduler"
)

func claimOrder(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "late", "r1", 10*time.Second)
	create(t, o, "later", "r2", 20*time.Second)
	create(t, o, "future", "r3", -time.Hour)
	for _, want := range []string{"later", "late"} {
		if got, step := claim(t, o, soon); got.ID != want || step != scheduler.Start {
			t.Errorf("claimed %s for step %d, want %s to be started", got.ID, step, want)
		}
	}
	claimNothing(t, o)
}

func claimMany(s suite) {
	t, o := s.t, s.Opened
	for i, back := range []time.Duration{10, 30, 20} {
		create(t, o, "j"+strconv.Itoa(i), "r"+strconv.Itoa(i), back*time.Second)
	}
	for _, want := range [][]string{{"j1", "j2"}, {"j0"}, nil} {
		batch, err := o.Store.Claim(t.Context(), "one", soon, 2)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range batch {
			c := &batch[i]
			got = append(got, c.ID)
			if c.Step != scheduler.Start || c.Slot.IsZero() || c.Lease() != (scheduler.Lease{JobID: c.ID, Generation: 1}) {
				t.Errorf("%s: step %d, slot %v, lease %v", c.ID, c.Step, c.Slot, c.Lease())
			}
			if err := o.Store.Renew(t.Context(), c.Lease(), soon); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("claimed %v, want %v", got, want)
		}
	}
}

func claimPins(s suite) {
	t, o := s.t, s.Opened
	created := create(t, o, "j1", "r1", 30*time.Second)
	claimed, _ := claim(t, o, soon)
	if !claimed.Slot.Equal(created.NextRunTime) || claimed.Slot.IsZero() || claimed.Attempts != 1 {
		t.Errorf("slot %v, attempt %d, want slot %v, attempt 1", claimed.Slot, claimed.Attempts, created.NextRunTime)
	}
	stored, err := o.Store.Get(t.Context(), "j1")
	if err != nil {
		t.Fatal(err)
	}
	if !stored.Slot.Equal(claimed.Slot) || stored.Generation != claimed.Generation || stored.Generation != created.Generation+1 {
		t.Errorf("stored slot %v generation %d, claimed %v %d", stored.Slot, stored.Generation, claimed.Slot, claimed.Generation)
	}
}

func leaseEnds(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 30*time.Second)
	first, _ := claim(t, o, soon)
	claimNothing(t, o)
	if err := o.Store.Renew(t.Context(), lease(first), -time.Second); err != nil {
		t.Fatal(err)
	}
	second, step := claim(t, o, soon)
	if step != scheduler.Start || !second.Slot.Equal(first.Slot) || second.Attempts != 2 || second.RequestID() != first.RequestID() {
		t.Errorf("second = step %d, slot %v, attempt %d; want the same slot again as %v", step, second.Slot, second.Attempts, first.Slot)
	}
	if err := o.Store.Renew(t.Context(), lease(second), soon); err != nil {
		t.Fatal(err)
	}
	claimNothing(t, o)
}

func release(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 30*time.Second)
	first, _ := claim(t, o, soon)
	err := o.Store.Settle(t.Context(), lease(first), func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		j.Started(first.Slot, scheduler.Run{ID: "run1", State: scheduler.RunRunning}, now)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	claimNothing(t, o)
	if err := o.Store.Release(t.Context(), lease(first)); err != nil {
		t.Fatal(err)
	}
	second, step := claim(t, o, soon)
	if step != scheduler.Watch || second.RunID != "run1" {
		t.Errorf("step %d, run %q; want the run to be watched", step, second.RunID)
	}
	if err := o.Store.Release(t.Context(), lease(first)); err != nil {
		t.Errorf("releasing a lost lease: %v", err)
	}
	claimNothing(t, o)
}

func fencing(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 30*time.Second)
	first, _ := claim(t, o, -time.Second)
	second, _ := claim(t, o, soon)
	late := func(j *scheduler.Job, _ time.Time) []scheduler.Entry {
		t.Error("a process without lease was let in")
		j.RunsCompleted = 99
		return []scheduler.Entry{{Action: "too late"}}
	}
	if err := o.Store.Settle(t.Context(), lease(first), late); !errors.Is(err, scheduler.ErrLeaseLost) {
		t.Errorf("settle: %v", err)
	}
	if err := o.Store.Renew(t.Context(), lease(first), soon); !errors.Is(err, scheduler.ErrLeaseLost) {
		t.Errorf("renew: %v", err)
	}
	err := o.Store.Settle(t.Context(), lease(second), func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		j.Skip(j.Slot, now)
		return []scheduler.Entry{scheduler.Busy(j)}
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := o.Store.Get(t.Context(), "j1")
	if err != nil || after.SkippedSlots != 1 || after.RunsCompleted != 0 {
		t.Errorf("after = %+v, %v", after, err)
	}
	if got := o.Entries(); len(got) != 2 || got[1].Message != "Synchronization already active - skipping run" {
		t.Errorf("entries = %+v", got)
	}
}

func deletedLease(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 30*time.Second)
	claimed, _ := claim(t, o, soon)
	if err := o.Store.Cancel(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	err := o.Store.Settle(t.Context(), lease(claimed), func(*scheduler.Job, time.Time) []scheduler.Entry { return nil })
	if !errors.Is(err, scheduler.ErrLeaseLost) {
		t.Errorf("settle: %v", err)
	}
	if err := o.Store.Renew(t.Context(), lease(claimed), soon); !errors.Is(err, scheduler.ErrLeaseLost) {
		t.Errorf("renew: %v", err)
	}
	if err := o.Store.Release(t.Context(), lease(claimed)); err != nil {
		t.Errorf("release: %v", err)
	}
}

func concurrentClaims(s suite) {
	t, o := s.t, s.Opened
	const jobs = 20
	for i := range jobs {
		create(t, o, "j"+strconv.Itoa(i), "r"+strconv.Itoa(i), 30*time.Second)
	}
	// A worker that meets only rows which others are just claiming finds nothing and leaves, hence the second round.
	count := everyJob(t.Context(), t, o, 4)
	for id, n := range everyJob(t.Context(), t, o, 1) {
		count[id] += n
	}
	if len(count) != jobs {
		t.Errorf("%d jobs were claimed, want %d", len(count), jobs)
	}
	for id, n := range count {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
}

func concurrentChanges(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 30*time.Second)
	claimed, _ := claim(t, o, soon)
	const rounds = 10
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range rounds {
				_, err := o.Store.Change(t.Context(), scheduler.Call{}, "j1", func(j *scheduler.Job, _ time.Time) ([]scheduler.Entry, error) {
					j.Revision++
					return nil, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for range rounds {
			err := o.Store.Settle(t.Context(), lease(claimed), func(j *scheduler.Job, _ time.Time) []scheduler.Entry {
				j.SkippedSlots++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	after, err := o.Store.Get(t.Context(), "j1")
	if err != nil {
		t.Fatal(err)
	}
	if after.Revision != claimed.Revision+2*rounds || after.SkippedSlots != rounds {
		t.Errorf("revision %d, skipped %d: a change was lost", after.Revision, after.SkippedSlots)
	}
}
