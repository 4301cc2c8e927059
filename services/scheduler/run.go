package scheduler

import (
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// RunState is where a run of transfer stands.
type RunState string

// The states of a run, in transfer's words.
const (
	RunQueued           RunState = "QUEUED"
	RunRunning          RunState = "RUNNING"
	RunDone             RunState = "DONE"
	RunDoneWithWarnings RunState = "DONE_WITH_WARNINGS"
	RunFailed           RunState = "FAILED"
	RunNeedsYou         RunState = "NEEDS_YOU"
	RunStopped          RunState = "STOPPED"
	RunTimedOut         RunState = "TIMED_OUT"
)

// Run is what the scheduler knows of a run of transfer.
type Run struct {
	// ID is transfer's; empty if no run could be started.
	ID string
	// State is empty before the first run of a job.
	State RunState
	// StartTime and EndTime are those of the run, zero as long as they are unknown.
	StartTime, EndTime time.Time
	// Reason is the stable code of what went wrong, empty if nothing did.
	Reason apierr.Reason
	// Message says what happened in words.
	Message string
	// RetryTime is until when the repository asked to be left alone, zero if it did not.
	RetryTime time.Time
	// RepositoryName is the name of the repository, empty if transfer did not say.
	RepositoryName string
}

// Final reports whether the run never moves again.
func (r Run) Final() bool {
	switch r.State {
	case RunQueued, RunRunning, "":
		return false
	default:
		return true
	}
}

// verdict is what a run means for its job.
type verdict uint8

const (
	neither verdict = iota
	success
	failure
)

func (r Run) verdict() verdict {
	switch r.State {
	case RunDone, RunDoneWithWarnings:
		return success
	case RunFailed, RunNeedsYou, RunTimedOut:
		return failure
	default:
		return neither
	}
}

// internal reports whether the run failed by a fault of this installation, not of the peer: it says so, or it could not
// even begin.
func (r Run) internal() bool {
	return r.State == RunFailed && (r.Reason == apierr.ReasonInternal || r.ID == "")
}
