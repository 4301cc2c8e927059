package config_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/config"
)

// runAt is a report of a run that ended so many minutes after noon.
func runAt(minute int, state config.RunState) config.RunReport {
	return config.RunReport{RunID: "r", State: state, EndTime: time.Date(2026, 3, 4, 12, minute, 0, 0, time.UTC)}
}

func TestHealthFollowsRuns(t *testing.T) {
	t.Parallel()
	noon := runAt(0, "").EndTime
	for _, c := range []struct {
		name    string
		runs    []config.RunReport
		state   config.RunState
		failed  int
		since   time.Time
		success time.Time
	}{
		{"none", nil, "", 0, time.Time{}, time.Time{}},
		{"success", []config.RunReport{runAt(0, config.RunDone)}, config.RunDone, 0, time.Time{}, noon},
		{"warnings are success", []config.RunReport{runAt(0, config.RunDoneWithWarnings)}, config.RunDoneWithWarnings, 0, time.Time{}, noon},
		{
			"series begins with its first failure", []config.RunReport{
				runAt(0, config.RunDone), runAt(1, config.RunFailed), runAt(2, config.RunTimedOut), runAt(3, config.RunNeedsYou),
			}, config.RunNeedsYou, 3, noon.Add(time.Minute), noon,
		},
		{"success ends it", []config.RunReport{runAt(1, config.RunFailed), runAt(2, config.RunDone)}, config.RunDone, 0, time.Time{}, noon.Add(2 * time.Minute)},
		{"older ones say nothing", []config.RunReport{runAt(2, config.RunFailed), runAt(1, config.RunDone)}, config.RunFailed, 1, noon.Add(2 * time.Minute), time.Time{}},
		{"the same one says nothing", []config.RunReport{runAt(2, config.RunFailed), runAt(2, config.RunFailed)}, config.RunFailed, 1, noon.Add(2 * time.Minute), time.Time{}},
	} {
		var h config.Health
		for _, run := range c.runs {
			h = h.After(run)
		}
		if h.State != c.state || h.FailedRuns != c.failed || !h.FailingSince.Equal(c.since) || !h.LastSuccessTime.Equal(c.success) {
			t.Errorf("%s: %+v", c.name, h)
		}
	}
}

func TestHealthKeepsForeignWordsShort(t *testing.T) {
	t.Parallel()
	run := runAt(0, config.RunFailed)
	run.Message = "two\nlines " + strings.Repeat("é", 2000)
	h := config.Health{}.After(run)
	if strings.Contains(h.Message, "\n") || utf8.RuneCountInString(h.Message) != 1000 {
		t.Errorf("message of %d characters: %.20q", utf8.RuneCountInString(h.Message), h.Message)
	}
}

func TestCondition(t *testing.T) {
	t.Parallel()
	with := func(changes ...func(*config.Repository)) config.Repository {
		r := config.Repository{URL: "https://k.org/eden"}
		for _, change := range changes {
			change(&r)
		}
		return r
	}
	ran := func(state config.RunState) func(*config.Repository) {
		return func(r *config.Repository) { r.Health.State = state }
	}
	passive := func(r *config.Repository) { r.URL = "" }
	paused := func(r *config.Repository) { r.Paused = true }
	connected := func(r *config.Repository) { r.LastConnectTime = runAt(0, "").EndTime }
	unregistered := func(r *config.Repository) { r.Registration.State = config.RegistrationFailed }
	wrongClock := func(r *config.Repository) { r.ClockOff = true }
	type verdict struct {
		Condition config.Condition
		Attention bool
		Rank      int
	}
	for name, c := range map[string]struct {
		repository config.Repository
		want       verdict
	}{
		"new":                            {with(), verdict{"NEVER_SYNCHRONIZED", false, 5}},
		"registration failed":            {with(unregistered), verdict{"NEEDS_YOU", true, 1}},
		"registration failed, connected": {with(unregistered, connected), verdict{"IN_STEP", false, 6}},
		"registration failed, ran":       {with(unregistered, ran(config.RunDone)), verdict{"IN_STEP", false, 6}},
		"needs you":                      {with(ran(config.RunNeedsYou)), verdict{"NEEDS_YOU", true, 1}},
		"failed":                         {with(ran(config.RunFailed), connected), verdict{"FAILING", true, 2}},
		"timed out":                      {with(ran(config.RunTimedOut)), verdict{"FAILING", true, 2}},
		"warnings":                       {with(ran(config.RunDoneWithWarnings)), verdict{"WARNINGS", false, 4}},
		"warnings and wrong clock":       {with(ran(config.RunDoneWithWarnings), wrongClock), verdict{"WARNINGS", true, 3}},
		"in step, wrong clock":           {with(ran(config.RunDone), wrongClock), verdict{"IN_STEP", true, 3}},
		"failed, wrong clock":            {with(ran(config.RunFailed), wrongClock), verdict{"FAILING", true, 2}},
		"paused after a failure":         {with(ran(config.RunFailed), wrongClock, paused), verdict{"PAUSED", false, 7}},
		"passive":                        {with(passive), verdict{"NEVER_SYNCHRONIZED", false, 5}},
		"passive and connected":          {with(passive, connected), verdict{"IN_STEP", false, 6}},
		"passive, failed in former days": {with(passive, connected, ran(config.RunFailed)), verdict{"IN_STEP", false, 6}},
	} {
		got := verdict{c.repository.Condition(), c.repository.Attention(), c.repository.Rank()}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
