package transfer

import (
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// RunSummary is one run, as short as a list of repositories needs it.
type RunSummary struct {
	ID        string
	State     RunState
	Trigger   Trigger
	StartedAt time.Time
	EndedAt   time.Time
	Pulled    int64 // records received that changed something here
	Pushed    int64 // records that the remote took
}

// Activity is what is going on with one repository.
type Activity struct {
	RepositoryID  string
	Runs          []RunSummary // the last RecentRuns, oldest first, exchanges that the peer started included
	OpenConflicts int
	OpenRejects   int
	ActiveRunID   string // of a run of this site that is queued or under way; empty = none
}

// RecentRuns is how many runs an activity lists.
const RecentRuns = 28

// Bucket is what the runs that began within a stretch of time have moved.
type Bucket struct {
	Start      time.Time
	Pulled     int64
	Pushed     int64
	Runs       int
	FailedRuns int // ended as Failed, NeedsYou or TimedOut
}

// Period is a stretch of time in buckets of equal length, which begin at multiples of it since 1970.
type Period struct {
	From, Until time.Time
	Bucket      time.Duration
}

// Limits and defaults of a period.
const (
	DefaultPeriod = 24 * time.Hour
	DefaultBucket = 30 * time.Minute
	MinBucket     = time.Minute
	MaxBucket     = 366 * 24 * time.Hour
	MaxBuckets    = 500
)

// Normal fills in what is not given, and widens the period to whole buckets. The error names the field that is wrong.
func (p Period) Normal(now time.Time) (Period, error) {
	if p.Bucket == 0 {
		p.Bucket = DefaultBucket
	}
	if p.Bucket < MinBucket || p.Bucket > MaxBucket {
		return p, apierr.Invalid(apierr.Field{Name: "bucket", Message: "must be between 1 minute and 366 days"})
	}
	if p.Until.IsZero() {
		p.Until = now
	}
	if p.From.IsZero() {
		p.From = p.Until.Add(-DefaultPeriod)
	}
	from, until := floor(p.From, p.Bucket), floor(p.Until, p.Bucket)
	if until.Before(p.Until) {
		until = until.Add(p.Bucket)
	}
	if !from.Before(until) {
		return p, apierr.Invalid(apierr.Field{Name: "endTime", Message: "must lie after startTime"})
	}
	if n := until.Sub(from) / p.Bucket; n > MaxBuckets || until.Sub(from) < 0 {
		return p, apierr.Invalid(apierr.Field{Name: "bucket", Message: fmt.Sprintf("is too short for this time: at most %d buckets are answered", MaxBuckets)})
	}
	p.From, p.Until = from, until
	return p, nil
}

// floor is the last multiple of bucket since 1970 that is not after t. Time.Truncate counts from another day.
func floor(t time.Time, bucket time.Duration) time.Time {
	rest := t.UnixMicro() % bucket.Microseconds()
	if rest < 0 {
		rest += bucket.Microseconds()
	}
	return time.UnixMicro(t.UnixMicro() - rest).UTC()
}

// Empty are the buckets of the period with nothing in them.
func (p Period) Empty() []Bucket {
	buckets := make([]Bucket, p.Until.Sub(p.From)/p.Bucket)
	for i := range buckets {
		buckets[i].Start = p.From.Add(time.Duration(i) * p.Bucket)
	}
	return buckets
}
