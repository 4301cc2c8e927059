package scheduler

import (
	"math"
	"time"

	"github.com/edensync/edensync/services/scheduler/cadence"
)

// Step is what has to be done with a job that was leased.
type Step uint8

const (
	// Leave means that there is nothing to do: the job has ended meanwhile.
	Leave Step = iota
	// Start means to ask transfer for a run for the pinned slot.
	Start
	// Watch means that the run is under way and has to be watched to its end.
	Watch
)

// Begin puts a new job onto its grid. A Start Time that lies no more than StartGrace back is the first slot; of an
// older one the next slot of the grid counts, because nothing was missed before the job existed.
func (j *Job) Begin(now time.Time) {
	j.CreateTime, j.UpdateTime = normal(now), normal(now)
	j.Revision = 1
	j.queueFrom(firstChance(j.StartTime, now))
}

// Configure gives the job new settings. A run under way goes on; otherwise a changed schedule or a job that was switched
// on again is put onto the next slot, without making up slots that it missed while it was off.
func (j *Job) Configure(c Config, now time.Time) {
	old, from := j.Config, now
	if !c.StartTime.Equal(old.StartTime) {
		from = firstChance(c.StartTime, now)
	}
	j.Config = c
	j.Revision++
	j.UpdateTime = normal(now)
	if c.Enabled && j.State == Failed {
		j.FailedRuns = 0
	}
	switch {
	case j.RunID != "":
	case old.Enabled == c.Enabled && sameSlots(old, c):
	case !c.Enabled && j.State == Failed:
	default:
		j.queueFrom(from)
	}
}

// Reset sets the counters of runs back and switches a job on that had switched itself off.
func (j *Job) Reset(now time.Time) {
	j.FailedRuns, j.RunsCompleted = 0, 0
	j.Revision++
	j.UpdateTime = normal(now)
	ended := j.State == Failed || j.State == Completed
	if j.State == Failed {
		j.Enabled = true
	}
	if ended {
		j.queueFrom(now)
	}
}

// Take is the first thing to happen to a leased job: it pins the slot that the run stands for, so that every later
// attempt, by whatever process, asks transfer for the same run.
func (j *Job) Take(now time.Time) Step {
	switch {
	case j.RunID != "":
		return Watch
	case !j.Enabled || j.Schedule().Expired(now.Add(-Lateness)):
		j.queueFrom(now)
		return Leave
	}
	if j.Slot.IsZero() {
		j.Slot = j.Schedule().Collapse(j.NextRunTime, now)
		j.NextRunTime, j.Attempts = j.Slot, 0
	}
	j.Attempts = plus(j.Attempts, 1)
	return Start
}

// Started notes the run that transfer has made for the slot.
func (j *Job) Started(slot time.Time, run Run, now time.Time) {
	if run.StartTime.IsZero() {
		run.StartTime = normal(now)
	}
	j.Slot, j.RunID, j.LastRun, j.State = slot, run.ID, run, Running
	j.NextRunTime, j.DueTime = time.Time{}, normal(now)
	if run.RepositoryName != "" {
		j.RepositoryName = run.RepositoryName
	}
}

// Progressed notes how the run under way stands.
func (j *Job) Progressed(run Run) {
	if run.ID != j.RunID {
		return
	}
	if run.StartTime.IsZero() {
		run.StartTime = j.LastRun.StartTime
	}
	j.LastRun = run
}

// Upcoming is the next slot as it can be foreseen now, zero if there is none. For a job under way that is the first
// slot from now on, if the run completes.
func (j *Job) Upcoming(now time.Time) time.Time {
	if j.RunID == "" || !j.Enabled {
		return j.NextRunTime
	}
	slot, _ := j.Schedule().After(later(j.Slot, now), int64(j.RunsCompleted)+1)
	return slot
}

// Foreseen is Upcoming as it could be told when the present slot was taken: lists are ordered by it.
func (j *Job) Foreseen() time.Time { return j.Upcoming(j.Slot) }

// Finish counts a run that has ended and aims at the next slot. Failures of the peer do not move it, unless the peer asks
// to be left alone for a while; after an internal failure slots are left out with growing pauses; after MaxFailures failed
// runs in a row the job switches itself off.
func (j *Job) Finish(run Run, now time.Time) []Entry {
	if j.Enabled && run.ID != "" {
		j.SkippedSlots = plus(j.SkippedSlots, j.Schedule().Between(later(j.Slot, j.LastRun.StartTime), now))
	}
	j.count(run, now)
	if j.Enabled && j.MaxFailures > 0 && j.FailedRuns >= j.MaxFailures {
		return j.giveUp()
	}
	var pause time.Duration
	if run.internal() {
		pause = cadence.BackOff(int64(j.FailedRuns), j.RunEvery)
	}
	j.queueAfter(now.Add(pause))
	return j.leaveAlone(now)
}

// leaveAlone leaves out the slots before the time until which the repository asked for rest.
func (j *Job) leaveAlone(now time.Time) []Entry {
	until := j.LastRun.RetryTime
	if j.NextRunTime.IsZero() || !j.NextRunTime.Before(until) {
		return nil
	}
	left := j.Schedule().Between(now, until.Add(-time.Microsecond))
	j.queueFrom(until)
	return []Entry{leftAlone(j, left)}
}

// count makes run the last one.
func (j *Job) count(run Run, now time.Time) {
	if run.StartTime.IsZero() && run.ID != "" {
		run.StartTime = j.LastRun.StartTime
	}
	if run.EndTime.IsZero() {
		run.EndTime = normal(now)
	}
	j.LastRun, j.RunID = run, ""
	switch run.verdict() {
	case success:
		j.RunsCompleted, j.FailedRuns = plus(j.RunsCompleted, 1), 0
	case failure:
		j.FailedRuns = plus(j.FailedRuns, 1)
	case neither:
	}
}

// Skip lets the slot go because the repository cannot run now, and aims at the next one.
func (j *Job) Skip(slot, now time.Time) {
	j.SkippedSlots = plus(j.SkippedSlots, 1+j.Schedule().Between(slot, now))
	j.queueAfter(now)
}

// Postpone keeps the slot and asks again after a pause.
func (j *Job) Postpone(pause time.Duration, now time.Time) {
	if j.Slot.IsZero() || !j.Enabled {
		return // a person has changed the schedule meanwhile
	}
	j.DueTime = normal(now.Add(pause))
}

// giveUp switches the job off.
func (j *Job) giveUp() []Entry {
	j.Enabled = false
	j.aim(time.Time{}, Failed)
	return []Entry{gaveUp(j)}
}

// queueFrom aims at the first slot at or after t.
func (j *Job) queueFrom(t time.Time) {
	slot, verdict := j.Schedule().NotBefore(t, int64(j.RunsCompleted))
	j.follow(slot, verdict)
}

// queueAfter aims at the first slot after t.
func (j *Job) queueAfter(t time.Time) {
	slot, verdict := j.Schedule().After(t, int64(j.RunsCompleted))
	j.follow(slot, verdict)
}

func (j *Job) follow(slot time.Time, verdict cadence.Verdict) {
	switch {
	case !j.Enabled && j.State == Failed:
		j.aim(time.Time{}, Failed)
	case !j.Enabled:
		j.aim(time.Time{}, Disabled)
	case verdict == cadence.Expired:
		j.aim(time.Time{}, Expired)
	case verdict == cadence.Completed:
		j.aim(time.Time{}, Completed)
	default:
		j.aim(slot, Queued)
	}
}

// aim sets everything that depends on the next slot.
func (j *Job) aim(slot time.Time, state State) {
	j.State, j.NextRunTime, j.DueTime = state, slot, time.Time{}
	j.Slot, j.Attempts = time.Time{}, 0
	if slot.IsZero() {
		return
	}
	j.DueTime = slot.Add(cadence.Offset(j.RepositoryID, j.Spread, j.RunEvery))
	if !j.EndTime.IsZero() {
		j.DueTime = earlier(j.DueTime, j.EndTime)
	}
}

// firstChance is the instant from which slots count for a Start Time that was entered just now.
func firstChance(start, now time.Time) time.Time {
	if back := now.Sub(start); back >= 0 && back <= StartGrace {
		return start
	}
	return now
}

// sameSlots reports whether two configurations have the same slots.
func sameSlots(a, b Config) bool {
	return a.StartTime.Equal(b.StartTime) && a.EndTime.Equal(b.EndTime) && a.RunEvery == b.RunEvery && a.Repeat == b.Repeat
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// plus adds to a counter and stays at its largest value.
func plus(count int32, more int64) int32 {
	return int32(min(math.MaxInt32, int64(count)+more))
}
