package scheduler

import (
	"context"
	"errors"
	"time"
)

// Call is one request for a change by a person or a program.
type Call struct {
	// Actor is who asks, for the log and as creator of a job.
	Actor string
	// Method names the operation, RequestID is chosen by the client: a repetition of both answers the first outcome.
	// An empty RequestID is not recognized again.
	Method, RequestID string
	// Fingerprint tells whether a repetition asks for the same.
	Fingerprint string
}

// Order is how a list of jobs is ordered.
type Order string

// The orders; equals stand by id.
const (
	ByRepository Order = ""              // by repository and start time
	ByNextRun    Order = "next_run_time" // the soonest first, and only jobs with a next slot
)

// Query selects jobs.
type Query struct {
	Order Order
	// RepositoryID empty: all.
	RepositoryID string
	// States empty: all.
	States []State
}

// Position is where a page of jobs ended; the zero value is the beginning.
type Position struct {
	// RepositoryID is empty in the order ByNextRun.
	RepositoryID string
	// Time is what the order goes by: the start or the next slot.
	Time time.Time
	ID   string
}

// Position is where a page ends whose last job is j.
func (q Query) Position(j *Job) Position {
	if q.Order == ByNextRun {
		return Position{Time: j.Foreseen(), ID: j.ID}
	}
	return Position{RepositoryID: j.RepositoryID, Time: j.StartTime, ID: j.ID}
}

// Plan sums up the jobs of a repository.
type Plan struct {
	RepositoryID string
	NextRunTime  time.Time // next slot of all jobs; zero: none
	Jobs         int
	EnabledJobs  int
}

// Lease is the right to work on a job until a time that the database knows. A holder that lost it gets
// ErrLeaseLost and must leave the job alone.
type Lease struct {
	JobID      string
	Generation int64
}

// Claimed is a job under a lease, and what has to be done with it.
type Claimed struct {
	Job
	Step Step
}

// Lease is the right to work on the job.
func (c *Claimed) Lease() Lease { return Lease{JobID: c.ID, Generation: c.Generation} }

// ErrLeaseLost means that another process works on the job now, or that the job was deleted.
var ErrLeaseLost = errors.New("the lease on the job was lost")

// Store keeps jobs. Each method is one transaction; functions that it is given may be called more than once and
// get the clock of the database. The entries that they return are written in the same transaction.
type Store interface {
	// Create stores a new job.
	Create(ctx context.Context, call Call, prepare func(now time.Time) (Job, []Entry, error)) (Job, error)
	// Change rewrites the job. NOT_FOUND if there is none.
	Change(ctx context.Context, call Call, id string, change func(j *Job, now time.Time) ([]Entry, error)) (Job, error)
	// Remove deletes the job if check agrees. NOT_FOUND if there is none.
	Remove(ctx context.Context, call Call, id string, check func(j *Job) ([]Entry, error)) error
	// Get answers one job, NOT_FOUND if there is none.
	Get(ctx context.Context, id string) (Job, error)
	// List answers at most limit jobs behind the position, and how many match altogether.
	List(ctx context.Context, query Query, after Position, limit int) ([]Job, int, error)

	// Claim leases at most limit due jobs, those that have waited longest, and takes them (see Job.Take), as one step, so that
	// two processes never take the same slot. Jobs that another process is just claiming are passed over.
	Claim(ctx context.Context, owner string, ttl time.Duration, limit int) ([]Claimed, error)
	// Renew makes the lease last for ttl from now. ErrLeaseLost if it is no longer held.
	Renew(ctx context.Context, lease Lease, ttl time.Duration) error
	// Settle rewrites the leased job. ErrLeaseLost if the lease is no longer held.
	Settle(ctx context.Context, lease Lease, change func(j *Job, now time.Time) []Entry) error
	// Release gives the lease back, so that another process may go on at once. A lost lease is no error.
	Release(ctx context.Context, lease Lease) error

	// Plans sums up the jobs of repositories, in the order of the ids.
	Plans(ctx context.Context, repositoryIDs []string) ([]Plan, error)
	// Rename notes what a repository is called.
	Rename(ctx context.Context, repositoryID, name string) error
	// Repositories lists the repositories that have jobs.
	Repositories(ctx context.Context) ([]string, error)
	// Cancel deletes all jobs of a repository that is gone.
	Cancel(ctx context.Context, repositoryID string) error
}
