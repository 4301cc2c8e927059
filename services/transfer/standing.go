package transfer

import "github.com/edensync/edensync/services/transfer/policy"

// ConfiguredTask is a task of a resource with what has to be known of its repository.
type ConfiguredTask struct {
	RepositoryID   string
	RepositoryName string
	Paused         bool
	Task           Task
}

// ExchangeState tells whether a repository has the present version of a record.
type ExchangeState string

// The states of a record with a repository.
const (
	ExchangeSeen    ExchangeState = "SEEN"
	ExchangeWaiting ExchangeState = "WAITING"
	ExchangeNotSent ExchangeState = "NOT_SENT"
)

// Obstacle is why a record does not go to a repository.
type Obstacle string

// The obstacles; the first that applies is told.
const (
	NoObstacle      Obstacle = ""
	ObstacleKeptOut Obstacle = "KEPT_OUT"
	ObstacleRefused Obstacle = "REFUSED"
	ObstacleMode    Obstacle = "MODE"
	ObstacleFilter  Obstacle = "FILTER"
	ObstacleMaster  Obstacle = "MASTER"
	ObstaclePaused  Obstacle = "PAUSED"
)

// Standing is all that decides how the present version of a record stands with a repository.
type Standing struct {
	Configured ConfiguredTask
	Cursor     Cursor
	KeptOut    bool   // the resource is not exchanged at all
	Selected   bool   // the filters of the task let the record pass
	Shown      bool   // the repository has seen it as part of a selection
	Resend     bool   // it must be said again although the cursor has passed it
	RejectID   string // open reject of the record at the repository; empty = none
}

// State tells how a record stands, and what keeps it back.
func (s Standing) State(r *Record) (ExchangeState, Obstacle) {
	switch {
	case s.KeptOut:
		return ExchangeNotSent, ObstacleKeptOut
	case s.seen(r):
		return ExchangeSeen, NoObstacle
	case s.RejectID != "":
		return ExchangeNotSent, ObstacleRefused
	case !s.Configured.Task.Mode.Pushes():
		return ExchangeNotSent, ObstacleMode
	case s.foreign(r):
		return ExchangeNotSent, ObstacleMaster
	case !s.Selected:
		return ExchangeNotSent, ObstacleFilter
	case s.Configured.Paused:
		return ExchangeNotSent, ObstaclePaused
	default:
		return ExchangeWaiting, NoObstacle
	}
}

// seen tells whether the repository has the version: it came from there, or a cursor has passed it.
func (s Standing) seen(r *Record) bool {
	if s.Resend {
		return false
	}
	if r.Origin == s.Configured.RepositoryID && r.TreeSeq == r.Seq {
		return true
	}
	pushes := s.Configured.Task.Mode.Pushes() && s.Selected && !s.foreign(r)
	return s.Shown || r.TreeSeq <= s.Cursor.SyncSeq || pushes && r.TreeSeq <= s.Cursor.PushSeq
}

// foreign tells of a record that the task keeps back because it was not made here.
func (s Standing) foreign(r *Record) bool {
	return s.Configured.Task.Rule.Update == policy.Master && r.MCI != 0
}

// Progress is how far a resource has got with some repositories, by their ids.
type Progress struct {
	Cursors map[string]Cursor
	Shown   map[string][]Shown
	Resend  map[string]bool // which of them must be told one record again
}

// Why a version is stored; a version that a policy chose in a conflict has the policy's reason.
const (
	VersionEdited   = "EDITED"
	VersionReceived = "RECEIVED"
	VersionDecision = "DECISION"
)

// ReasonOf tells why a version is stored, by the conflicts of its record.
func (r *Record) ReasonOf(conflicts []*Item) string {
	for _, it := range conflicts {
		switch {
		case it.DecidedSeq != 0 && it.DecidedSeq == r.Seq:
			return VersionDecision
		case r.Origin != "" && it.Winner == RemoteWins && it.RunID == r.Run && it.RepositoryID == r.Origin:
			return it.Reason
		}
	}
	if r.Origin == "" {
		return VersionEdited
	}
	return VersionReceived
}
