package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/scheduler"
)

// change rewrites a job as if a worker or a person had done it.
func change(t *testing.T, o Opened, id string, to func(j *scheduler.Job, now time.Time)) scheduler.Job {
	t.Helper()
	changed, err := o.Store.Change(t.Context(), scheduler.Call{}, id, func(j *scheduler.Job, now time.Time) ([]scheduler.Entry, error) {
		to(j, now)
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// overview stores a job for each way in which a next slot can lie ahead or not.
func overview(t *testing.T, o Opened) {
	t.Helper()
	create(t, o, "soon", "r1", -time.Minute)
	create(t, o, "late", "r1", -time.Hour)
	create(t, o, "off", "r1", -time.Second)
	change(t, o, "off", func(j *scheduler.Job, now time.Time) {
		c := j.Config
		c.Enabled = false
		j.Configure(c, now)
	})
	create(t, o, "over", "r2", -time.Second)
	change(t, o, "over", func(j *scheduler.Job, _ time.Time) {
		j.State, j.NextRunTime, j.DueTime = scheduler.Completed, time.Time{}, time.Time{}
	})
	create(t, o, "busy", "r3", 0)
	change(t, o, "busy", func(j *scheduler.Job, now time.Time) {
		j.Take(now)
		j.Started(j.Slot, scheduler.Run{ID: "run", State: scheduler.RunRunning, StartTime: now}, now)
	})
}

func byNextRun(s suite) {
	t, o := s.t, s.Opened
	overview(t, o)
	query := scheduler.Query{Order: scheduler.ByNextRun}
	for size := 1; size < 4; size++ {
		var all []string
		var after scheduler.Position
		for {
			page, total, err := o.Store.List(t.Context(), query, after, size)
			if err != nil || total != 3 {
				t.Fatalf("%d jobs, %v", total, err)
			}
			if len(page) == 0 {
				break
			}
			for i := range page {
				all = append(all, page[i].ID)
			}
			after = query.Position(&page[len(page)-1])
		}
		if got := strings.Join(all, " "); got != "soon busy late" {
			t.Errorf("pages of %d: %s", size, got)
		}
	}
	query.RepositoryID = "r1"
	if page, total, err := o.Store.List(t.Context(), query, scheduler.Position{}, 9); err != nil || len(page) != 2 || total != 2 {
		t.Errorf("of one repository: %d of %d, %v", len(page), total, err)
	}
}

func plans(s suite) {
	t, o := s.t, s.Opened
	overview(t, o)
	next := map[string]time.Time{}
	for _, id := range []string{"soon", "busy"} {
		j, err := o.Store.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		next[id] = j.Foreseen()
	}
	got, err := o.Store.Plans(t.Context(), []string{"r3", "none", "r1", "r2"})
	if err != nil {
		t.Fatal(err)
	}
	want := []scheduler.Plan{
		{RepositoryID: "r3", NextRunTime: next["busy"], Jobs: 1, EnabledJobs: 1},
		{RepositoryID: "none"},
		{RepositoryID: "r1", NextRunTime: next["soon"], Jobs: 3, EnabledJobs: 2},
		{RepositoryID: "r2", Jobs: 1, EnabledJobs: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if none, err := o.Store.Plans(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("of nobody: %v, %v", none, err)
	}
}

func renamed(s suite) {
	t, o := s.t, s.Opened
	overview(t, o)
	if err := o.Store.Rename(t.Context(), "r1", "Lamu"); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"soon": "Lamu", "off": "Lamu", "over": "Site r2"} {
		j, err := o.Store.Get(t.Context(), id)
		if err != nil || j.RepositoryName != want {
			t.Errorf("%s: %q, %v", id, j.RepositoryName, err)
		}
	}
}
