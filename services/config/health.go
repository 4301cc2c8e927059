package config

import "time"

// RunState tells how a run ended, in transfer's words.
type RunState string

// The states in which a run may be reported; one that a person stopped is not.
const (
	RunDone             RunState = "DONE"
	RunDoneWithWarnings RunState = "DONE_WITH_WARNINGS"
	RunFailed           RunState = "FAILED"
	RunNeedsYou         RunState = "NEEDS_YOU"
	RunTimedOut         RunState = "TIMED_OUT"
)

// failed tells whether the run did not do what it should.
func (s RunState) failed() bool { return s == RunFailed || s == RunNeedsYou || s == RunTimedOut }

func (s RunState) valid() bool { return s.failed() || s == RunDone || s == RunDoneWithWarnings }

// RunReport tells how a run ended that this site executed.
type RunReport struct {
	RunID       string
	State       RunState
	Reason      string // stable code; empty: none
	Message     string
	RemoteError bool
	EndTime     time.Time
}

// check refuses reports that cannot be kept.
func (r RunReport) check() error {
	var f findings
	f.unless(r.RunID != "", "run.runId", "is required")
	f.unless(r.State.valid(), "run.state", "must be DONE, DONE_WITH_WARNINGS, FAILED, NEEDS_YOU or TIMED_OUT")
	f.unless(!r.EndTime.IsZero(), "run.endTime", "is required")
	return f.err()
}

// Health tells how the last run of a repository ended. The zero value: none has ended yet.
type Health struct {
	RunReport
	FailingSince    time.Time // end of the first of the present series of failed runs; zero: the last one did not fail
	FailedRuns      int       // in a row
	LastSuccessTime time.Time // end of the last run that did not fail
}

// Standing is what monitoring watches of a repository.
type Standing struct {
	Name            string
	LastSuccessTime time.Time // zero: no run has ended well yet
	ClockOffset     time.Duration
	ClockMeasured   bool // false: its clock is not known
}

const (
	maxHealthReason  = 64   // characters
	maxHealthMessage = 1000 // characters
)

// After is the health once r is known. A report that is not younger says nothing new.
func (h Health) After(r RunReport) Health {
	if !r.EndTime.After(h.EndTime) {
		return h
	}
	r.Reason, r.Message = oneLine(r.Reason, maxHealthReason), oneLine(r.Message, maxHealthMessage)
	h.RunReport = r
	if !r.State.failed() {
		h.FailingSince, h.FailedRuns, h.LastSuccessTime = time.Time{}, 0, r.EndTime
		return h
	}
	if h.FailedRuns == 0 {
		h.FailingSince = r.EndTime
	}
	h.FailedRuns++
	return h
}

// Condition is what a list says of a repository in one word.
type Condition string

// The conditions, the worst first.
const (
	ConditionNeedsYou          Condition = "NEEDS_YOU"
	ConditionFailing           Condition = "FAILING"
	ConditionWarnings          Condition = "WARNINGS"
	ConditionNeverSynchronized Condition = "NEVER_SYNCHRONIZED"
	ConditionInStep            Condition = "IN_STEP"
	ConditionPaused            Condition = "PAUSED"
)

// Condition sums the repository up. The store knows the same rule in SQL, to order and select by it.
func (r Repository) Condition() Condition {
	switch {
	case r.Paused:
		return ConditionPaused
	case r.URL != "" && r.Health.State != "":
		return conditionAfter[r.Health.State]
	case !r.LastConnectTime.IsZero():
		return ConditionInStep
	case r.URL != "" && r.Registration.State == RegistrationFailed:
		return ConditionNeedsYou
	default:
		return ConditionNeverSynchronized
	}
}

var conditionAfter = map[RunState]Condition{
	RunDone: ConditionInStep, RunDoneWithWarnings: ConditionWarnings, RunFailed: ConditionFailing, RunTimedOut: ConditionFailing,
	RunNeedsYou: ConditionNeedsYou,
}

// Attention tells whether somebody should look at the repository.
func (r Repository) Attention() bool {
	condition := r.Condition()
	return condition == ConditionNeedsYou || condition == ConditionFailing || r.ClockOff && condition != ConditionPaused
}

// Rank orders repositories by how much they need somebody, the smallest first.
func (r Repository) Rank() int {
	condition := r.Condition()
	if rank := ranks[condition]; !r.Attention() || rank < rankClockOff {
		return rank
	}
	return rankClockOff
}

// rankClockOff is that of a repository whose only trouble is its clock.
const rankClockOff = 3

var ranks = map[Condition]int{
	ConditionNeedsYou: 1, ConditionFailing: 2, ConditionWarnings: 4, ConditionNeverSynchronized: 5, ConditionInStep: 6, ConditionPaused: 7,
}

// ConditionCounts are numbers of live repositories.
type ConditionCounts struct {
	All, Attention, Paused, NeverSynchronized int
}
