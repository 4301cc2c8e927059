package scheduler_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/sqlstore/storetest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func valid() scheduler.Config {
	return scheduler.Config{Enabled: true, StartTime: noon, RunEvery: 10 * time.Minute, Timeout: 10 * time.Minute}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		edit   func(c *scheduler.Config)
		fields string
	}{
		"as it comes":              {func(*scheduler.Config) {}, ""},
		"shortest":                 {func(c *scheduler.Config) { c.RunEvery, c.Timeout = 10*time.Second, time.Second }, ""},
		"longest":                  {func(c *scheduler.Config) { c.RunEvery, c.Timeout = 366*24*time.Hour, 7*24*time.Hour }, ""},
		"end at the start":         {func(c *scheduler.Config) { c.EndTime = noon }, ""},
		"end before the start":     {func(c *scheduler.Config) { c.EndTime = noon.Add(-1) }, "endTime"},
		"too often":                {func(c *scheduler.Config) { c.RunEvery = 10*time.Second - 1 }, "runEvery"},
		"too seldom":               {func(c *scheduler.Config) { c.RunEvery = 366*24*time.Hour + 1 }, "runEvery"},
		"no time to run":           {func(c *scheduler.Config) { c.Timeout = 0 }, "timeout"},
		"too much time":            {func(c *scheduler.Config) { c.Timeout = 7*24*time.Hour + 1 }, "timeout"},
		"negative counts":          {func(c *scheduler.Config) { c.Repeat, c.MaxFailures = -1, -1 }, "repeat maxFailures"},
		"start in the stone age":   {func(c *scheduler.Config) { c.StartTime = time.Unix(0, 0) }, "startTime"},
		"end after the end of all": {func(c *scheduler.Config) { c.EndTime = noon.AddDate(8000, 0, 0) }, "endTime"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := valid()
			test.edit(&c)
			var names []string
			if e, ok := apierr.As(c.Validate()); ok {
				for _, field := range e.Fields {
					names = append(names, field.Name)
				}
			}
			if got := strings.Join(names, " "); got != test.fields {
				t.Errorf("refused fields %q, want %q", got, test.fields)
			}
		})
	}
}

func TestFirstSlotOfANewJob(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		edit  func(c *scheduler.Config)
		next  time.Time
		state scheduler.State
	}{
		"starts now":                         {func(*scheduler.Config) {}, noon, scheduler.Queued},
		"SCH-002 starts later":               {func(c *scheduler.Config) { c.StartTime = noon.Add(time.Hour) }, noon.Add(time.Hour), scheduler.Queued},
		"this very minute":                   {func(c *scheduler.Config) { c.StartTime = noon.Add(-time.Minute) }, noon.Add(-time.Minute), scheduler.Queued},
		"long ago: the next slot":            {func(c *scheduler.Config) { c.StartTime = noon.Add(-61 * time.Second) }, noon.Add(539 * time.Second), scheduler.Queued},
		"over already":                       {func(c *scheduler.Config) { c.StartTime, c.EndTime = noon.Add(-time.Hour), noon.Add(-time.Minute) }, time.Time{}, scheduler.Expired},
		"switched off":                       {func(c *scheduler.Config) { c.Enabled = false }, time.Time{}, scheduler.Disabled},
		"switched off although over already": {func(c *scheduler.Config) { c.Enabled, c.EndTime = false, noon }, time.Time{}, scheduler.Disabled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := scheduler.Job{RepositoryID: "r1", Config: valid()}
			test.edit(&j.Config)
			j.Begin(noon)
			if !j.NextRunTime.Equal(test.next) || !j.DueTime.Equal(test.next) || j.State != test.state {
				t.Errorf("next %v, due %v, %s; want %v, %s", j.NextRunTime, j.DueTime, j.State, test.next, test.state)
			}
		})
	}
}

func TestSpreadDelaysTheRunNotTheSlot(t *testing.T) {
	t.Parallel()
	j := scheduler.Job{RepositoryID: "r1", Config: valid(), Spread: 30 * time.Second}
	j.Begin(noon)
	delay := j.DueTime.Sub(j.NextRunTime)
	if !j.NextRunTime.Equal(noon) || delay <= 0 || delay >= 30*time.Second {
		t.Errorf("next %v, due %v", j.NextRunTime, j.DueTime)
	}
	j.EndTime = noon
	j.Begin(noon)
	if !j.DueTime.Equal(noon) {
		t.Errorf("due %v, behind End Time", j.DueTime)
	}
}

// begun is a job whose first slot was noon, looked at 25 minutes later.
func begun(edit func(j *scheduler.Job)) scheduler.Job {
	j := scheduler.Job{ID: "j1", RepositoryID: "r1", Config: valid()}
	j.Begin(noon)
	j.Finish(scheduler.Run{State: scheduler.RunDone}, noon.Add(time.Second))
	edit(&j)
	return j
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	now := noon.Add(25 * time.Minute)
	late := func(j *scheduler.Job) { j.NextRunTime = noon.Add(20 * time.Minute); j.DueTime = j.NextRunTime }
	failed := func(j *scheduler.Job) {
		j.MaxFailures = 1
		j.Finish(scheduler.Run{State: scheduler.RunFailed}, noon.Add(11*time.Minute))
	}
	off := func(j *scheduler.Job) {
		c := j.Config
		c.Enabled = false
		j.Configure(c, noon.Add(time.Minute))
	}
	running := func(j *scheduler.Job) {
		j.Started(noon.Add(20*time.Minute), scheduler.Run{ID: "run1", State: scheduler.RunRunning}, noon.Add(20*time.Minute))
	}
	tests := map[string]struct {
		before func(j *scheduler.Job)
		edit   func(c *scheduler.Config)
		next   time.Time
		state  scheduler.State
	}{
		"a longer timeout leaves a late slot":     {late, func(c *scheduler.Config) { c.Timeout *= 2 }, noon.Add(20 * time.Minute), scheduler.Queued},
		"another interval is a new grid":          {late, func(c *scheduler.Config) { c.RunEvery = 7 * time.Minute }, noon.Add(28 * time.Minute), scheduler.Queued},
		"another start is a new grid":             {late, func(c *scheduler.Config) { c.StartTime = noon.Add(3 * time.Minute) }, noon.Add(33 * time.Minute), scheduler.Queued},
		"a start this minute is now":              {late, func(c *scheduler.Config) { c.StartTime = now.Add(-30 * time.Second) }, now.Add(-30 * time.Second), scheduler.Queued},
		"an end in the past":                      {late, func(c *scheduler.Config) { c.EndTime = noon.Add(time.Minute) }, time.Time{}, scheduler.Expired},
		"fewer repeats than were done":            {late, func(c *scheduler.Config) { c.Repeat = 1 }, time.Time{}, scheduler.Completed},
		"more repeats than were done":             {late, func(c *scheduler.Config) { c.Repeat = 2 }, noon.Add(30 * time.Minute), scheduler.Queued},
		"switched off":                            {late, func(c *scheduler.Config) { c.Enabled = false }, time.Time{}, scheduler.Disabled},
		"SCH-004 switched on again":               {off, func(c *scheduler.Config) { c.Enabled = true }, noon.Add(30 * time.Minute), scheduler.Queued},
		"still off":                               {off, func(c *scheduler.Config) { c.RunEvery = time.Minute }, time.Time{}, scheduler.Disabled},
		"failed stays failed":                     {failed, func(c *scheduler.Config) { c.RunEvery = time.Minute }, time.Time{}, scheduler.Failed},
		"failed and switched on":                  {failed, func(c *scheduler.Config) { c.Enabled = true }, noon.Add(30 * time.Minute), scheduler.Queued},
		"a run under way goes on":                 {running, func(c *scheduler.Config) { c.RunEvery = 7 * time.Minute }, noon.Add(28 * time.Minute), scheduler.Running},
		"a run under way of a job switched off":   {running, func(c *scheduler.Config) { c.Enabled = false }, time.Time{}, scheduler.Running},
		"a run under way of a job that has ended": {running, func(c *scheduler.Config) { c.EndTime = noon.Add(time.Minute) }, time.Time{}, scheduler.Running},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := begun(test.before)
			revision, c := j.Revision, j.Config
			test.edit(&c)
			j.Configure(c, now)
			if next := j.Upcoming(now); !next.Equal(test.next) || j.State != test.state {
				t.Errorf("next %v, %s; want %v, %s", next, j.State, test.next, test.state)
			}
			if j.Revision != revision+1 || !j.UpdateTime.Equal(now) {
				t.Errorf("revision %d at %v", j.Revision, j.UpdateTime)
			}
			if test.state == scheduler.Queued && j.FailedRuns != 0 {
				t.Errorf("%d failed runs are still counted", j.FailedRuns)
			}
		})
	}
}

func TestAnEditDuringTheStartOfARunLosesNoRun(t *testing.T) {
	t.Parallel()
	j := begun(func(*scheduler.Job) {})
	if step := j.Take(noon.Add(10 * time.Minute)); step != scheduler.Start {
		t.Fatalf("step = %d", step)
	}
	slot, c := j.Slot, j.Config
	c.RunEvery = time.Hour
	j.Configure(c, noon.Add(10*time.Minute+time.Second))
	j.Started(slot, scheduler.Run{ID: "run1", State: scheduler.RunQueued}, noon.Add(10*time.Minute+2*time.Second))
	if j.State != scheduler.Running || j.Take(noon.Add(11*time.Minute)) != scheduler.Watch {
		t.Errorf("job = %+v", j)
	}
	j.Finish(scheduler.Run{ID: "run1", State: scheduler.RunDone}, noon.Add(12*time.Minute))
	if j.RunsCompleted != 2 || !j.NextRunTime.Equal(noon.Add(time.Hour)) {
		t.Errorf("after the run: %+v", j)
	}
}

func TestPostponeAfterAnEditKeepsTheNewSlot(t *testing.T) {
	t.Parallel()
	j := begun(func(*scheduler.Job) {})
	j.Take(noon.Add(10 * time.Minute))
	c := j.Config
	c.RunEvery = time.Hour
	j.Configure(c, noon.Add(10*time.Minute+time.Second))
	j.Postpone(time.Second, noon.Add(10*time.Minute+2*time.Second))
	if !j.DueTime.Equal(noon.Add(time.Hour)) {
		t.Errorf("due %v, want the slot of the new schedule", j.DueTime)
	}
}

// sites is a config that knows one repository.
type sites struct{}

func (sites) Name(_ context.Context, id string) (string, error) {
	if id != "r1" {
		return "", apierr.NotFound("repository", id)
	}
	return "Kisumu", nil
}

func keep() (*scheduler.Keeper, *storetest.Memory) {
	store := storetest.NewMemory(func() time.Time { return noon })
	count := 0
	return scheduler.NewKeeper(store, sites{}, func() string { count++; return fmt.Sprint("j", count) }, 0), store
}

func TestKeeper(t *testing.T) {
	t.Parallel()
	keeper, store := keep()
	ctx, ada := t.Context(), scheduler.Call{Actor: "ada"}
	job, err := keeper.Create(ctx, ada, "r1", scheduler.Config{Enabled: true, RunEvery: time.Hour, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if job.ID != "j1" || job.CreatedBy != "ada" || !job.StartTime.Equal(noon) || job.RepositoryName != "Kisumu" {
		t.Errorf("created %+v", job)
	}
	job, err = keeper.Update(ctx, ada, "j1", "r1", job.Etag(), func(c *scheduler.Config) { c.Repeat = 3 })
	if err != nil || job.Repeat != 3 || job.RunEvery != time.Hour {
		t.Errorf("updated %+v, %v", job, err)
	}
	if _, err := keeper.Reset(ctx, ada, "j1", ""); err != nil {
		t.Error(err)
	}
	if err := keeper.Delete(ctx, ada, "j1", "r1", ""); err != nil {
		t.Error(err)
	}
	var told []string
	for _, e := range store.Entries() {
		told = append(told, e.Actor+": "+e.Action+": "+e.RepositoryName+": "+e.Message)
	}
	want := []string{
		"ada: create job: Kisumu: Job created: every 1h from 2026-03-01T12:00:00Z on.",
		"ada: update job: Kisumu: Job changed: repeat: 0 → 3.",
		"ada: reset job: Kisumu: Job reactivated",
		"ada: delete job: Kisumu: Job deleted that ran every 1h.",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("log:\n%s\nwant:\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestKeeperRefuses(t *testing.T) {
	t.Parallel()
	keeper, store := keep()
	ctx, call := t.Context(), scheduler.Call{}
	if _, err := keeper.Create(ctx, call, "r1", valid()); err != nil {
		t.Fatal(err)
	}
	again := func(c *scheduler.Config) { c.Repeat = 9 }
	tests := map[string]struct {
		do   func() error
		want apierr.Reason
	}{
		"no repository":      {func() error { _, err := keeper.Create(ctx, call, "", valid()); return err }, apierr.ReasonInvalidArgument},
		"unknown repository": {func() error { _, err := keeper.Create(ctx, call, "r9", valid()); return err }, apierr.ReasonNotFound},
		"bad configuration":  {func() error { _, err := keeper.Create(ctx, call, "r1", scheduler.Config{}); return err }, apierr.ReasonInvalidArgument},
		"get elsewhere":      {func() error { _, err := keeper.Get(ctx, "j1", "r2"); return err }, apierr.ReasonNotFound},
		"update elsewhere":   {func() error { _, err := keeper.Update(ctx, call, "j1", "r2", "", again); return err }, apierr.ReasonNotFound},
		"update of an older": {func() error { _, err := keeper.Update(ctx, call, "j1", "", "0", again); return err }, apierr.ReasonStale},
		"bad update": {func() error {
			_, err := keeper.Update(ctx, call, "j1", "", "", func(c *scheduler.Config) { c.Repeat = -1 })
			return err
		}, apierr.ReasonInvalidArgument},
		"delete elsewhere":   {func() error { return keeper.Delete(ctx, call, "j1", "r2", "") }, apierr.ReasonNotFound},
		"delete of an older": {func() error { return keeper.Delete(ctx, call, "j1", "r1", "7") }, apierr.ReasonStale},
		"reset elsewhere":    {func() error { _, err := keeper.Reset(ctx, call, "j1", "r2"); return err }, apierr.ReasonNotFound},
	}
	for name, test := range tests {
		if got := apierr.ReasonOf(test.do()); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if job, err := keeper.Get(ctx, "j1", "r1"); err != nil || job.Repeat != 0 || job.Revision != 1 {
		t.Errorf("after all refusals: %+v, %v", job, err)
	}
	if got := store.Entries(); len(got) != 1 {
		t.Errorf("entries = %+v", got)
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	c := valid()
	c.StartTime, c.Repeat = time.Time{}, 5
	slots, err := c.Preview(3, 10, noon)
	if err != nil || len(slots) != 2 || !slots[0].Equal(noon) || !slots[1].Equal(noon.Add(10*time.Minute)) {
		t.Errorf("slots = %v, %v", slots, err)
	}
	if _, err := (scheduler.Config{}).Preview(0, 1, noon); apierr.ReasonOf(err) != apierr.ReasonInvalidArgument {
		t.Errorf("err = %v", err)
	}
}

func TestARepositoryIsLeftAloneAsLongAsItAsks(t *testing.T) {
	t.Parallel()
	now := noon.Add(time.Minute)
	in := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for name, test := range map[string]struct {
		until time.Time
		edit  func(j *scheduler.Job)
		next  time.Time
		state scheduler.State
		says  string
	}{
		"it asks for nothing":       {next: in(10), state: scheduler.Queued},
		"until before the next":     {until: in(9), next: in(10), state: scheduler.Queued},
		"until the next":            {until: in(10), next: in(10), state: scheduler.Queued},
		"until after the next":      {until: in(11), next: in(20), state: scheduler.Queued, says: "1 run before that is left out, the next one is at 2026-03-01T12:20:00Z"},
		"until a later slot":        {until: in(30), next: in(30), state: scheduler.Queued, says: "2 runs before that are left out, the next one is at 2026-03-01T12:30:00Z"},
		"until behind the end time": {until: in(21), edit: func(j *scheduler.Job) { j.EndTime = in(20) }, state: scheduler.Expired, says: "2 runs before that are left out, no run follows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := scheduler.Job{ID: "j1", RepositoryID: "r1", Config: valid()}
			if test.edit != nil {
				test.edit(&j)
			}
			j.Begin(noon)
			entries := j.Finish(scheduler.Run{ID: "run1", State: scheduler.RunFailed, Reason: apierr.ReasonUnavailable, RetryTime: test.until}, now)
			if !j.NextRunTime.Equal(test.next) || j.State != test.state || !j.LastRun.RetryTime.Equal(test.until) {
				t.Errorf("next %v, %s, want %v, %s", j.NextRunTime, j.State, test.next, test.state)
			}
			if (test.says == "") != (len(entries) == 0) {
				t.Fatalf("entries %+v", entries)
			}
			if test.says == "" {
				return
			}
			want := "The repository asks to be left alone until " + test.until.Format(time.RFC3339) + ": " + test.says + "."
			if e := entries[0]; e.Message != want || e.Result != scheduler.ResultWarning || e.Reason != apierr.ReasonUnavailable || e.RunID != "run1" {
				t.Errorf("entry %+v, want %s", e, want)
			}
		})
	}
}
