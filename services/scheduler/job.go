package scheduler

import (
	"fmt"
	"strconv"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler/cadence"
)

// State tells what a job will do. The texts are stored and stand in the API.
type State string

// The states of a job.
const (
	Queued    State = "QUEUED"    // waits for its next slot
	Running   State = "RUNNING"   // a run of it is under way
	Expired   State = "EXPIRED"   // its end time has passed
	Completed State = "COMPLETED" // it has run as often as it should
	Disabled  State = "DISABLED"  // switched off by a person
	Failed    State = "FAILED"    // switched off after MaxFailures failed runs
)

// Values of a job that names none.
const (
	DefaultRunEvery = 10 * time.Minute
	DefaultTimeout  = 10 * time.Minute
)

// Limits of a job.
const (
	MinRunEvery = 10 * time.Second
	MaxRunEvery = 366 * 24 * time.Hour
	MinTimeout  = time.Second
	MaxTimeout  = 7 * 24 * time.Hour
)

// StartGrace is how long a Start Time may lie back and still mean "now": a person who enters the present
// minute should not have to wait for the second slot.
const StartGrace = time.Minute

// Lateness is how long after End Time a slot that lay before it may still start, because the loop looks at the clock only now
// and then. Without it a slot exactly at End Time would never run.
const Lateness = 5 * time.Second

// Config is the part of a job that people decide about.
type Config struct {
	// Enabled is the switch: a job that is off keeps everything but starts nothing.
	Enabled bool
	// StartTime is the first slot, UTC.
	StartTime time.Time
	// EndTime is the last instant at which a run may start, UTC; zero: no end.
	EndTime time.Time
	// Repeat is the number of successful runs to make; 0: no limit.
	Repeat int32
	// RunEvery is the distance between two slots.
	RunEvery time.Duration
	// Timeout is handed to each run, which ends at it.
	Timeout time.Duration
	// MaxFailures is the number of failed runs in a row after which the job switches itself off; 0: never.
	MaxFailures int32
}

// Job is one schedule of one repository, with what has become of it so far.
type Job struct {
	// ID is a UUID.
	ID string
	// RepositoryID names the repository in config. It never changes.
	RepositoryID string
	// RepositoryName is the name that was heard last, for the log.
	RepositoryName string
	Config
	// CreatedBy is the user who made the job; its runs are made in this name.
	CreatedBy string
	// Spread is the longest delay of a run after its slot, so that many repositories do not start at the same instant.
	Spread time.Duration

	// State tells what the job will do.
	State State
	// NextRunTime is the next slot, zero if there is none.
	NextRunTime time.Time
	// DueTime is when the loop has to look at the job, zero for never. It follows NextRunTime by the delay of the
	// repository, or by the pause of a repeated attempt to start.
	DueTime time.Time
	// Slot is the pinned slot that a run is being started for or is under way for; zero if there is none.
	Slot time.Time
	// Attempts counts how often a run was asked for since Slot was pinned.
	Attempts int32
	// RunID names the run under way, empty if there is none.
	RunID string

	// LastRun is the last run that began or could not begin; the zero value before the first.
	LastRun Run
	// RunsCompleted counts successful runs since the creation or the last reset.
	RunsCompleted int32
	// FailedRuns counts failed runs in a row.
	FailedRuns int32
	// SkippedSlots counts slots that found the repository busy or paused.
	SkippedSlots int32

	// Revision rises with every change by a person; it is the etag.
	Revision int64
	// CreateTime and UpdateTime are when a person made and last changed the job.
	CreateTime, UpdateTime time.Time
	// Generation fences writers: it rises with every lease, and a write with an older one is refused.
	Generation int64
}

// RequestID names a slot of the job for transfer. Asking for a run with the same one again starts no second run.
func (j *Job) RequestID() string {
	return j.ID + "/" + strconv.FormatInt(j.Slot.UnixMicro(), 10)
}

// Etag is the version of what people decide about.
func (j *Job) Etag() string { return strconv.FormatInt(j.Revision, 10) }

// CheckEtag answers STALE if somebody else has changed the job since the etag was read. An empty etag is not
// compared.
func (j *Job) CheckEtag(etag string) error {
	if etag == "" || etag == j.Etag() {
		return nil
	}
	return apierr.New(apierr.KindStale, apierr.ReasonStale,
		"Somebody else has changed this job since you read it, so nothing was changed; read it again and repeat your change.").
		With("what", "job").With("id", j.ID)
}

// Schedule is the part of the configuration that decides about time.
func (c Config) Schedule() cadence.Schedule {
	return cadence.Schedule{Start: c.StartTime, End: c.EndTime, Every: c.RunEvery, Repeat: int64(c.Repeat)}
}

// Normal returns the configuration in UTC and whole microseconds, as it is stored.
func (c Config) Normal() Config {
	c.StartTime, c.EndTime = normal(c.StartTime), normal(c.EndTime)
	c.RunEvery, c.Timeout = c.RunEvery.Truncate(time.Microsecond), c.Timeout.Truncate(time.Microsecond)
	return c
}

func normal(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

// The instants that a schedule may name.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Validate answers everything that is wrong as one INVALID_ARGUMENT error with a field each.
func (c Config) Validate() error {
	var fields []apierr.Field
	refuse := func(wrong bool, name, format string, args ...any) {
		if wrong {
			fields = append(fields, apierr.Field{Name: name, Message: fmt.Sprintf(format, args...)})
		}
	}
	refuse(outside(c.StartTime), "startTime", "must lie between the years 2000 and 9000")
	refuse(!c.EndTime.IsZero() && outside(c.EndTime), "endTime", "must lie between the years 2000 and 9000")
	refuse(!c.EndTime.IsZero() && c.EndTime.Before(c.StartTime), "endTime", "must not lie before the start time")
	refuse(c.Repeat < 0, "repeat", "must be 0 (no limit) or the number of runs")
	refuse(c.RunEvery < MinRunEvery || c.RunEvery > MaxRunEvery, "runEvery", "must be between %v and 366 days", MinRunEvery)
	refuse(c.Timeout < MinTimeout || c.Timeout > MaxTimeout, "timeout", "must be between %v and 7 days", MinTimeout)
	refuse(c.MaxFailures < 0, "maxFailures", "must be 0 (never) or the number of failed runs in a row")
	if fields != nil {
		return apierr.Invalid(fields...)
	}
	return nil
}

func outside(t time.Time) bool { return t.Before(earliest) || t.After(latest) }
