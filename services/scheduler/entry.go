package scheduler

import (
	"fmt"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Result of what an entry tells. The texts stand in the API of the log.
type Result string

// The results, in the vocabulary of the log.
const (
	ResultSuccess Result = "SUCCESS"
	ResultWarning Result = "WARNING"
	ResultError   Result = "ERROR" // may work later
	ResultFatal   Result = "FATAL" // will not work before somebody changes something
)

// Entry is a line of the synchronization log that the scheduler writes: always of mode none and transmission none,
// because the exchange itself is logged by transfer.
type Entry struct {
	Actor          string // who caused it; empty: the scheduler itself
	RepositoryID   string
	RepositoryName string
	Action         string
	Result         Result
	Reason         apierr.Reason
	Message        string
	RunID          string
}

// Actions of the entries.
const (
	ActionCheck     = "check"
	ActionConnect   = "connect"
	ActionCreateJob = "create job"
	ActionUpdateJob = "update job"
	ActionDeleteJob = "delete job"
	ActionResetJob  = "reset job"
)

// entry begins an entry about the job.
func (j *Job) entry(action string, result Result, format string, args ...any) Entry {
	return Entry{
		RepositoryID: j.RepositoryID, RepositoryName: j.RepositoryName,
		Action: action, Result: result, Message: fmt.Sprintf(format, args...),
	}
}

// Busy is the entry of a slot that found a run of its repository under way, in Sahana Eden's words.
func Busy(j *Job) Entry {
	e := j.entry(ActionCheck, ResultError, "Synchronization already active - skipping run")
	e.Reason = apierr.ReasonRunActive
	return e
}

// Refused is the entry of a run that transfer would not start.
func Refused(j *Job, reason apierr.Reason, message string) Entry {
	e := j.entry(ActionCheck, ResultFatal, "%s", message)
	if reason == apierr.ReasonRepositoryNoURL {
		e = j.entry(ActionConnect, ResultFatal, "No URL set for repository")
	}
	e.Reason = reason
	return e
}

// Cancelled is the entry of a job that went with its repository.
func Cancelled(j *Job) Entry {
	e := j.entry(ActionDeleteJob, ResultWarning, "The job that runs every %s was cancelled: its repository was removed.", period(j.RunEvery))
	e.Reason = apierr.ReasonNotFound
	return e
}

func gaveUp(j *Job) Entry {
	e := j.entry(ActionCheck, ResultFatal,
		"%d runs in a row have failed, so the job that runs every %s has switched itself off; the last one ended with: %s Remove the cause, then reset the job.",
		j.FailedRuns, period(j.RunEvery), sentence(j.LastRun))
	e.Reason, e.RunID = j.LastRun.Reason, j.LastRun.ID
	if e.Reason == "" {
		e.Reason = apierr.ReasonInternal
	}
	return e
}

// leftAlone is the entry of slots that a repository asked not to be called at.
func leftAlone(j *Job, slots int64) Entry {
	next := "no run follows"
	if !j.NextRunTime.IsZero() {
		next = "the next one is at " + instant(j.NextRunTime)
	}
	left := "1 run before that is left out"
	if slots != 1 {
		left = fmt.Sprintf("%d runs before that are left out", slots)
	}
	e := j.entry(ActionCheck, ResultWarning, "The repository asks to be left alone until %s: %s, %s.",
		instant(j.LastRun.RetryTime), left, next)
	e.Reason, e.RunID = j.LastRun.Reason, j.LastRun.ID
	return e
}

// sentence is what a run says about its end, closed by a full stop.
func sentence(run Run) string {
	text := strings.TrimRight(run.Message, " .")
	if text == "" {
		text = string(run.State)
	}
	return text + "."
}

// describe lists what differs between two configurations, in the names of the API.
func describe(before, after Config) string {
	var changes []string
	note := func(name, old, changed string) {
		if old != changed {
			changes = append(changes, name+": "+old+" → "+changed)
		}
	}
	note("enabled", fmt.Sprint(before.Enabled), fmt.Sprint(after.Enabled))
	note("startTime", instant(before.StartTime), instant(after.StartTime))
	note("endTime", instant(before.EndTime), instant(after.EndTime))
	note("repeat", fmt.Sprint(before.Repeat), fmt.Sprint(after.Repeat))
	note("runEvery", period(before.RunEvery), period(after.RunEvery))
	note("timeout", period(before.Timeout), period(after.Timeout))
	note("maxFailures", fmt.Sprint(before.MaxFailures), fmt.Sprint(after.MaxFailures))
	if changes == nil {
		return "nothing changed"
	}
	return strings.Join(changes, "; ")
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}

// period is a duration without its empty parts: 5m, not 5m0s.
func period(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
