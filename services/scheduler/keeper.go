package scheduler

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Keeper holds what people may do with jobs: each method checks the request, makes the change as one transaction of the
// store and writes its log entry with it.
type Keeper struct {
	store  Store
	names  Repositories
	newID  func() string
	spread time.Duration
}

// Repositories tells about the repositories in config.
type Repositories interface {
	// Name answers the name of a repository, NOT_FOUND if there is none.
	Name(ctx context.Context, id string) (string, error)
}

// NewKeeper makes a keeper. newID makes the ids of jobs, spread is the longest delay of their runs.
func NewKeeper(store Store, names Repositories, newID func() string, spread time.Duration) *Keeper {
	return &Keeper{store: store, names: names, newID: newID, spread: spread}
}

// Get answers one job. NOT_FOUND if there is none, or if it belongs to another repository than the given one; an
// empty repository is not compared.
func (k *Keeper) Get(ctx context.Context, id, repositoryID string) (Job, error) {
	job, err := k.store.Get(ctx, id)
	if err != nil {
		return Job{}, err
	}
	return job, job.belongs(repositoryID)
}

// List answers a page of jobs and how many match altogether.
func (k *Keeper) List(ctx context.Context, query Query, after Position, limit int) ([]Job, int, error) {
	return k.store.List(ctx, query, after, limit)
}

// Plans sums up the jobs of repositories, in the order of the ids.
func (k *Keeper) Plans(ctx context.Context, repositoryIDs []string) ([]Plan, error) {
	return k.store.Plans(ctx, repositoryIDs)
}

// Create stores a job. A zero start time means now. Errors: INVALID_ARGUMENT, NOT_FOUND for the repository.
func (k *Keeper) Create(ctx context.Context, call Call, repositoryID string, config Config) (Job, error) {
	if repositoryID == "" {
		return Job{}, apierr.Invalid(apierr.Field{Name: "repositoryId", Message: "names the repository to be synchronized"})
	}
	name, err := k.names.Name(ctx, repositoryID)
	if err != nil {
		return Job{}, err
	}
	return k.store.Create(ctx, call, func(now time.Time) (Job, []Entry, error) {
		c := config.startingAt(now).Normal()
		if err := c.Validate(); err != nil {
			return Job{}, nil, err
		}
		job := Job{
			ID: k.newID(), RepositoryID: repositoryID, RepositoryName: name, Config: c,
			CreatedBy: call.Actor, Spread: k.spread,
		}
		job.Begin(now)
		entry := job.entry(ActionCreateJob, ResultSuccess, "Job created: every %s from %s on.", period(c.RunEvery), instant(c.StartTime))
		return job, call.signed(entry), nil
	})
}

// Update gives the job the configuration that edit makes of its present one. Errors: NOT_FOUND, STALE, INVALID_ARGUMENT.
func (k *Keeper) Update(ctx context.Context, call Call, id, repositoryID, etag string, edit func(c *Config)) (Job, error) {
	return k.store.Change(ctx, call, id, func(j *Job, now time.Time) ([]Entry, error) {
		if err := j.mayChange(repositoryID, etag); err != nil {
			return nil, err
		}
		before, after := j.Config, j.Config
		edit(&after)
		after = after.startingAt(now).Normal()
		if err := after.Validate(); err != nil {
			return nil, err
		}
		j.Configure(after, now)
		entry := j.entry(ActionUpdateJob, ResultSuccess, "Job changed: %s.", describe(before, after))
		return call.signed(entry), nil
	})
}

// Delete removes the job; a run under way goes on. Errors: NOT_FOUND, STALE.
func (k *Keeper) Delete(ctx context.Context, call Call, id, repositoryID, etag string) error {
	return k.store.Remove(ctx, call, id, func(j *Job) ([]Entry, error) {
		if err := j.mayChange(repositoryID, etag); err != nil {
			return nil, err
		}
		entry := j.entry(ActionDeleteJob, ResultSuccess, "Job deleted that ran every %s.", period(j.RunEvery))
		return call.signed(entry), nil
	})
}

// Reset sets the counters of runs back and switches a job on that had switched itself off. Error: NOT_FOUND.
func (k *Keeper) Reset(ctx context.Context, call Call, id, repositoryID string) (Job, error) {
	return k.store.Change(ctx, call, id, func(j *Job, now time.Time) ([]Entry, error) {
		if err := j.belongs(repositoryID); err != nil {
			return nil, err
		}
		j.Reset(now)
		return call.signed(j.entry(ActionResetJob, ResultSuccess, "Job reactivated")), nil
	})
}

// Preview answers at most n of the next slots of a configuration that need not be stored, for a job that has
// completed so many runs. Error: INVALID_ARGUMENT.
func (c Config) Preview(completed int32, n int, now time.Time) ([]time.Time, error) {
	c = c.startingAt(now).Normal()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c.Schedule().Preview(firstChance(c.StartTime, now), int64(completed), n), nil
}

// startingAt fills in the start time of a configuration that has none.
func (c Config) startingAt(now time.Time) Config {
	if c.StartTime.IsZero() {
		c.StartTime = now
	}
	return c
}

func (j *Job) mayChange(repositoryID, etag string) error {
	if err := j.belongs(repositoryID); err != nil {
		return err
	}
	return j.CheckEtag(etag)
}

func (j *Job) belongs(repositoryID string) error {
	if repositoryID == "" || repositoryID == j.RepositoryID {
		return nil
	}
	return apierr.NotFound("job", j.ID)
}

func (c Call) signed(e Entry) []Entry {
	e.Actor = c.Actor
	return []Entry{e}
}
