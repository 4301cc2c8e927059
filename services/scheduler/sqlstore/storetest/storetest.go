// Package storetest is the suite that every scheduler.Store passes, and a store in memory that passes it, too.
package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
)

// Opened is an empty store under test and the log entries that it has written.
type Opened struct {
	Store   scheduler.Store
	Entries func() []scheduler.Entry
}

// suite is one test with its store.
type suite struct {
	t *testing.T
	Opened
}

// Run runs the suite. open makes an empty store for each test.
func Run(t *testing.T, open func(t *testing.T) Opened) {
	t.Helper()
	tests := map[string]func(s suite){
		"a job comes back as it was stored":             roundTrip,
		"jobs are listed in pages":                      pages,
		"jobs are listed by repository and state":       filters,
		"jobs are listed by their next slots":           byNextRun,
		"repositories are summed up":                    plans,
		"repositories are renamed":                      renamed,
		"a refused change leaves everything":            refusedChange,
		"a job that is not there":                       missing,
		"deletion":                                      deletion,
		"a repeated request answers the first outcome":  repeatedRequest,
		"a request id is used for something else":       reusedRequest,
		"repositories and their end (SCH-022)":          repositories,
		"the longest due job is claimed first":          claimOrder,
		"due jobs are claimed many at a time":           claimMany,
		"claiming pins the slot":                        claimPins,
		"a lease keeps others away until it ends":       leaseEnds,
		"a released job can be claimed at once":         release,
		"an older generation cannot write (SCH-016)":    fencing,
		"a deleted job is a lost lease":                 deletedLease,
		"two instances never take one slot (SCH-017)":   concurrentClaims,
		"changes and claims at the same time are whole": concurrentChanges,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(suite{t, open(t)})
		})
	}
}

// soon is long enough for a lease not to end during a test.
const soon = time.Minute

// job makes a valid job whose first slot lies back by so much.
func job(id, repository string, back time.Duration) func(now time.Time) (scheduler.Job, []scheduler.Entry, error) {
	return func(now time.Time) (scheduler.Job, []scheduler.Entry, error) {
		j := scheduler.Job{
			ID: id, RepositoryID: repository, RepositoryName: "Site " + repository, CreatedBy: "ada",
			Config: scheduler.Config{
				Enabled: true, StartTime: now.Add(-back), RunEvery: 10 * time.Minute, Timeout: time.Minute,
			}.Normal(),
		}
		j.Begin(now)
		return j, []scheduler.Entry{{Action: "create", Message: id}}, nil
	}
}

func create(t *testing.T, o Opened, id, repository string, back time.Duration) scheduler.Job {
	t.Helper()
	created, err := o.Store.Create(t.Context(), scheduler.Call{}, job(id, repository, back))
	if err != nil {
		t.Fatalf("create %s: %v", id, err)
	}
	return created
}

func claim(t *testing.T, o Opened, ttl time.Duration) (scheduler.Job, scheduler.Step) {
	t.Helper()
	claimed, err := o.Store.Claim(t.Context(), "one", ttl, 1)
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %v, %v; want one job", claimed, err)
	}
	return claimed[0].Job, claimed[0].Step
}

func claimNothing(t *testing.T, o Opened) {
	t.Helper()
	if claimed, err := o.Store.Claim(t.Context(), "two", soon, 10); err != nil || len(claimed) != 0 {
		t.Fatalf("claimed %v, %v; want nothing", claimed, err)
	}
}

func lease(j scheduler.Job) scheduler.Lease {
	return scheduler.Lease{JobID: j.ID, Generation: j.Generation}
}

func wantReason(t *testing.T, err error, want apierr.Reason) {
	t.Helper()
	if got := apierr.ReasonOf(err); got != want {
		t.Errorf("reason %q (%v), want %q", got, err, want)
	}
}

func roundTrip(s suite) {
	t, o := s.t, s.Opened
	created := create(t, o, "j1", "r1", 0)
	at := func(minute int) time.Time { return time.Date(2026, 3, 1, 8, minute, 0, 123456000, time.UTC) }
	full := scheduler.Job{
		ID: "j1", RepositoryID: "r1", RepositoryName: "Kisumu",
		Config: scheduler.Config{
			Enabled: true, StartTime: at(1), EndTime: at(2), Repeat: 3, RunEvery: 4 * time.Second, Timeout: 5 * time.Second, MaxFailures: 6,
		},
		CreatedBy: "ada", Spread: 7 * time.Second,
		State: scheduler.Running, NextRunTime: at(8), DueTime: at(9), Slot: at(10), Attempts: 11, RunID: "run12",
		LastRun: scheduler.Run{
			ID: "run13", State: scheduler.RunTimedOut, StartTime: at(14), EndTime: at(15), Reason: apierr.ReasonTimeout, Message: "sixteen",
			RetryTime: at(16),
		},
		RunsCompleted: 17, FailedRuns: 18, SkippedSlots: 19, Revision: 20, CreateTime: at(21), UpdateTime: at(22),
		Generation: created.Generation,
	}
	_, err := o.Store.Change(t.Context(), scheduler.Call{}, "j1", func(j *scheduler.Job, _ time.Time) ([]scheduler.Entry, error) {
		*j = full
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Store.Get(t.Context(), "j1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full, got); diff != "" {
		t.Errorf("(-stored +read)\n%s", diff)
	}
}

func pages(s suite) {
	t, o := s.t, s.Opened
	for i := range 7 {
		create(t, o, "j"+strconv.Itoa(i), "r"+strconv.Itoa(i%2), time.Duration(i%3)*time.Hour)
	}
	var all []string
	var after scheduler.Position
	for {
		page, total, err := o.Store.List(t.Context(), scheduler.Query{}, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		if total != 7 {
			t.Errorf("total = %d, want 7", total)
		}
		if len(page) == 0 {
			break
		}
		for _, j := range page {
			all = append(all, j.RepositoryID+" "+j.ID)
			after = scheduler.Query{}.Position(&j)
		}
	}
	// Within a repository the earlier start comes first.
	want := []string{"r0 j2", "r0 j4", "r0 j0", "r0 j6", "r1 j5", "r1 j1", "r1 j3"}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func filters(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "a", "r1", 0)
	create(t, o, "b", "r1", time.Hour)
	create(t, o, "c", "r2", 0)
	setState(t, o, "b", scheduler.Failed)
	setState(t, o, "c", scheduler.Expired)
	tests := map[string]struct {
		query scheduler.Query
		want  string
	}{
		"all":           {scheduler.Query{}, "bac"},
		"repository":    {scheduler.Query{RepositoryID: "r1"}, "ba"},
		"state":         {scheduler.Query{States: []scheduler.State{scheduler.Failed}}, "b"},
		"two states":    {scheduler.Query{States: []scheduler.State{scheduler.Failed, scheduler.Expired}}, "bc"},
		"both":          {scheduler.Query{RepositoryID: "r1", States: []scheduler.State{scheduler.Expired}}, ""},
		"no such place": {scheduler.Query{RepositoryID: "r3"}, ""},
	}
	for name, test := range tests {
		jobs, total, err := o.Store.List(t.Context(), test.query, scheduler.Position{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, j := range jobs {
			got += j.ID
		}
		if got != test.want || total != len(test.want) {
			t.Errorf("%s: %q of %d, want %q", name, got, total, test.want)
		}
	}
}

func setState(t *testing.T, o Opened, id string, state scheduler.State) {
	t.Helper()
	_, err := o.Store.Change(t.Context(), scheduler.Call{}, id, func(j *scheduler.Job, _ time.Time) ([]scheduler.Entry, error) {
		j.State, j.DueTime = state, time.Time{}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func refusedChange(s suite) {
	t, o := s.t, s.Opened
	before := create(t, o, "j1", "r1", 0)
	refused := errors.New("refused")
	call := scheduler.Call{Method: "Update", RequestID: "x"}
	_, err := o.Store.Change(t.Context(), call, "j1", func(j *scheduler.Job, _ time.Time) ([]scheduler.Entry, error) {
		j.Repeat = 99
		return []scheduler.Entry{{Action: "must not be written"}}, refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("err = %v", err)
	}
	after, err := o.Store.Get(t.Context(), "j1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	if got := o.Entries(); len(got) != 1 {
		t.Errorf("entries = %+v, want only the creation", got)
	}
	// The id of a refused request may be used again.
	_, err = o.Store.Change(t.Context(), call, "j1", func(j *scheduler.Job, _ time.Time) ([]scheduler.Entry, error) {
		j.Repeat = 5
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := o.Store.Get(t.Context(), "j1"); after.Repeat != 5 {
		t.Errorf("repeat = %d, want 5", after.Repeat)
	}
}

func missing(s suite) {
	t, o := s.t, s.Opened
	_, err := o.Store.Get(t.Context(), "nowhere")
	wantReason(t, err, apierr.ReasonNotFound)
	_, err = o.Store.Change(t.Context(), scheduler.Call{}, "nowhere", func(*scheduler.Job, time.Time) ([]scheduler.Entry, error) {
		t.Error("change was called")
		return nil, nil
	})
	wantReason(t, err, apierr.ReasonNotFound)
	err = o.Store.Remove(t.Context(), scheduler.Call{}, "nowhere", func(*scheduler.Job) ([]scheduler.Entry, error) {
		t.Error("check was called")
		return nil, nil
	})
	wantReason(t, err, apierr.ReasonNotFound)
}

func deletion(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "j1", "r1", 0)
	create(t, o, "j2", "r1", 0)
	refused := errors.New("refused")
	err := o.Store.Remove(t.Context(), scheduler.Call{}, "j1", func(*scheduler.Job) ([]scheduler.Entry, error) { return nil, refused })
	if !errors.Is(err, refused) {
		t.Errorf("err = %v", err)
	}
	err = o.Store.Remove(t.Context(), scheduler.Call{}, "j1", func(j *scheduler.Job) ([]scheduler.Entry, error) {
		return []scheduler.Entry{{Action: "delete", Message: j.ID}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Store.Get(t.Context(), "j1")
	wantReason(t, err, apierr.ReasonNotFound)
	if _, err := o.Store.Get(t.Context(), "j2"); err != nil {
		t.Errorf("the other job: %v", err)
	}
	if got := o.Entries(); len(got) != 3 || got[2].Action != "delete" {
		t.Errorf("entries = %+v", got)
	}
}

func repeatedRequest(s suite) {
	t, o := s.t, s.Opened
	call := scheduler.Call{Actor: "ada", Method: "Create", RequestID: "k1", Fingerprint: "f"}
	first, err := o.Store.Create(t.Context(), call, job("j1", "r1", 0))
	if err != nil {
		t.Fatal(err)
	}
	setState(t, o, "j1", scheduler.Failed)
	again, err := o.Store.Create(t.Context(), call, job("j2", "r1", 0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	for name, other := range map[string]scheduler.Call{
		"other user":   {Actor: "bob", Method: "Create", RequestID: "k1", Fingerprint: "f"},
		"other method": {Actor: "ada", Method: "Copy", RequestID: "k1", Fingerprint: "f"},
		"without id":   {Actor: "ada", Method: "Create", Fingerprint: "f"},
	} {
		if made, err := o.Store.Create(t.Context(), other, job(name, "r1", 0)); err != nil || made.ID != name {
			t.Errorf("%s: made %q, %v", name, made.ID, err)
		}
	}
	gone := scheduler.Call{Actor: "ada", Method: "Delete", RequestID: "k2"}
	for range 2 {
		if err := o.Store.Remove(t.Context(), gone, "j1", func(*scheduler.Job) ([]scheduler.Entry, error) { return nil, nil }); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
}

func reusedRequest(s suite) {
	t, o := s.t, s.Opened
	call := scheduler.Call{Actor: "ada", Method: "Create", RequestID: "k1", Fingerprint: "f"}
	if _, err := o.Store.Create(t.Context(), call, job("j1", "r1", 0)); err != nil {
		t.Fatal(err)
	}
	call.Fingerprint = "g"
	_, err := o.Store.Create(t.Context(), call, job("j2", "r1", 0))
	wantReason(t, err, apierr.ReasonIdempotencyReused)
	_, err = o.Store.Get(t.Context(), "j2")
	wantReason(t, err, apierr.ReasonNotFound)
}

func repositories(s suite) {
	t, o := s.t, s.Opened
	create(t, o, "a", "r1", 0)
	create(t, o, "b", "r2", 0)
	create(t, o, "c", "r1", 0)
	ids, err := o.Store.Repositories(t.Context())
	if diff := cmp.Diff([]string{"r1", "r2"}, ids); err != nil || diff != "" {
		t.Errorf("repositories: %v\n%s", err, diff)
	}
	if err := o.Store.Cancel(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	left, _, err := o.Store.List(t.Context(), scheduler.Query{}, scheduler.Position{}, 10)
	if err != nil || len(left) != 1 || left[0].ID != "b" {
		t.Errorf("left = %+v, %v", left, err)
	}
	cancelled := o.Entries()[3:]
	if len(cancelled) != 2 || cancelled[0].RepositoryID != "r1" || cancelled[0].Result != scheduler.ResultWarning {
		t.Errorf("entries = %+v", cancelled)
	}
	if err := o.Store.Cancel(t.Context(), "r1"); err != nil {
		t.Errorf("cancelling twice: %v", err)
	}
}

// everyJob counts how often each job is claimed by several workers until nothing is left.
func everyJob(ctx context.Context, t *testing.T, o Opened, workers int) map[string]int {
	t.Helper()
	var mu sync.Mutex
	count := map[string]int{}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				batch, err := o.Store.Claim(ctx, "worker", soon, 3)
				if err != nil {
					t.Error(err)
					return
				}
				if len(batch) == 0 {
					return
				}
				mu.Lock()
				for i := range batch {
					count[batch[i].ID]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return count
}
