package transfer

import (
	"errors"
	"time"

	"github.com/edensync/edensync/services/transfer/policy"
)

// Direction of a part of a run: where the data flow.
type Direction string

// Data flow towards this site (Pull) or towards the repository (Push).
const (
	Pull Direction = "PULL"
	Push Direction = "PUSH"
)

// Trigger tells why a run exists.
type Trigger string

// What starts a run. Peer runs are exchanges that the remote site started; they keep the ledger of what it sent.
const (
	Manual   Trigger = "MANUAL"
	Schedule Trigger = "SCHEDULE"
	Peer     Trigger = "PEER"
	Local    Trigger = "IMPORT" // a file imported by an administrator
)

// RunState is where a run, or a part of it, stands.
type RunState string

// States of a run; all from Done on are final.
const (
	Queued           RunState = "QUEUED"
	Running          RunState = "RUNNING"
	Done             RunState = "DONE"
	DoneWithWarnings RunState = "DONE_WITH_WARNINGS" // rejects, conflicts left open, remote warnings
	Failed           RunState = "FAILED"             // network, 5xx, 429: will be tried again
	NeedsYou         RunState = "NEEDS_YOU"          // 401, 403, wrong UUID, TLS: somebody must change something
	Stopped          RunState = "STOPPED"            // asked for
	TimedOut         RunState = "TIMED_OUT"
)

// Final tells whether a run in this state never moves again.
func (s RunState) Final() bool { return s != Queued && s != Running && s != "" }

// severity orders final states for the state of a whole run: the worst part names the run.
var severity = map[RunState]int{Done: 1, DoneWithWarnings: 2, Failed: 3, NeedsYou: 4, TimedOut: 5, Stopped: 6}

// Worse returns the more severe of two states.
func (s RunState) Worse(t RunState) RunState {
	if severity[t] > severity[s] {
		return t
	}
	return s
}

// Counts are the numbers of one part of a run. Every received record is in exactly one outcome, so that
// Received = Created + Updated + Deleted + Unchanged + Skipped + Conflict + Rejected. A push counts what the
// remote answered in the same fields; Sent are the records in the requests, Accepted those that the remote took.
type Counts struct {
	Received, Created, Updated, Deleted, Unchanged, Skipped, Conflict, Rejected int64
	Sent, Accepted                                                              int64
}

// Add counts one received record with its outcome.
func (c *Counts) Add(o policy.Outcome) {
	c.Received++
	switch o {
	case policy.Created:
		c.Created++
	case policy.Updated:
		c.Updated++
	case policy.Deleted:
		c.Deleted++
	case policy.Unchanged:
		c.Unchanged++
	case policy.Skipped:
		c.Skipped++
	case policy.Conflict:
		c.Conflict++
	case policy.Rejected:
		c.Rejected++
	}
}

// Plus adds the numbers of d.
func (c Counts) Plus(d Counts) Counts {
	return Counts{
		Received: c.Received + d.Received, Created: c.Created + d.Created, Updated: c.Updated + d.Updated,
		Deleted: c.Deleted + d.Deleted, Unchanged: c.Unchanged + d.Unchanged, Skipped: c.Skipped + d.Skipped,
		Conflict: c.Conflict + d.Conflict, Rejected: c.Rejected + d.Rejected, Sent: c.Sent + d.Sent, Accepted: c.Accepted + d.Accepted,
	}
}

// Closed tells whether the ledger closes: each received record has exactly one outcome.
func (c Counts) Closed() bool {
	return c.Received == c.Created+c.Updated+c.Deleted+c.Unchanged+c.Skipped+c.Conflict+c.Rejected
}

// Part is what a run did for one task in one direction.
type Part struct {
	Resource  string
	Direction Direction
	State     RunState
	Full      bool // everything was asked for, not only changes
	Counts    Counts
	Expected  int64 // records of the resource at top level that are to come or to go; 0 = unknown
	Handled   int64 // how many of them were dealt with
	Bytes     int64 // on the wire, after compression
	StartedAt time.Time
	EndedAt   time.Time
	Reason    string // stable code of what went wrong
	Message   string // for people
	// RemoteError says that what went wrong happened at the repository or on the way to it.
	RemoteError bool
}

// Run is one execution of all tasks of a repository, or one exchange that a peer started.
type Run struct {
	ID             string
	RequestID      string // given by the caller; asking twice with the same one makes one run
	RepositoryID   string
	RepositoryName string
	Trigger        Trigger
	JobID          string // the job of the scheduler; empty for other triggers
	StartedBy      string // user
	State          RunState
	Resources      []string      // only these tasks; empty = all
	Full           bool          // ask for everything again
	Timeout        time.Duration // 0 = none
	StopRequested  bool
	Attempt        int // how often the run was taken up; above 1 after a crash of its owner
	CreatedAt      time.Time
	StartedAt      time.Time
	EndedAt        time.Time
	Parts          []Part
	Reason         string
	Message        string
	RemoteError    bool      // as of the part that names the run
	RetryAt        time.Time // before it a failed run is not worth repeating, by the word of the repository; zero = it said nothing
	Seq            int64     // rises with every stored progress; watchers compare it
}

// Ending is how a run ends; its fields are those of Run.
type Ending struct {
	State           RunState
	Reason, Message string
	RemoteError     bool
	RetryAt         time.Time
}

// Totals adds the counts of all parts.
func (r Run) Totals() Counts {
	var sum Counts
	for i := range r.Parts {
		sum = sum.Plus(r.Parts[i].Counts)
	}
	return sum
}

// Lease is the right to work on a run. Every write of its holder carries the generation; a holder that lost the
// lease gets ErrLeaseLost and must stop at once.
type Lease struct {
	RunID      string
	Owner      string
	Generation int64
}

// ErrLeaseLost means that another process has taken the run over.
var ErrLeaseLost = errors.New("the lease on this run was lost to another process")

// ErrStopRequested is the cause of a run's context when somebody asked it to stop.
var ErrStopRequested = errors.New("stop requested")

// Batch sizes of an import. A batch is one transaction: small enough to keep locks short, large enough that the
// commit does not matter.
const (
	BatchRecords = 1000
	BatchBytes   = 2 << 20
)
