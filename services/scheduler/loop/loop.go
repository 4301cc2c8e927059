// Package loop makes the slots of jobs into runs: it leases due jobs, asks transfer for a run with job and slot as request
// id, watches the run to its end and lets the job aim at its next slot. Everything that it must not forget stands in the
// store, so that another process goes on where one has died, and asking transfer twice is harmless.
package loop

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/edensync/edensync/services/scheduler"
)

// Store is what the loop needs of scheduler.Store.
type Store interface {
	Claim(ctx context.Context, owner string, ttl time.Duration, limit int) ([]scheduler.Claimed, error)
	Renew(ctx context.Context, lease scheduler.Lease, ttl time.Duration) error
	Settle(ctx context.Context, lease scheduler.Lease, change func(j *scheduler.Job, now time.Time) []scheduler.Entry) error
	Release(ctx context.Context, lease scheduler.Lease) error
	Cancel(ctx context.Context, repositoryID string) error
}

// Order is what transfer is asked for.
type Order struct {
	// RequestID is the same for every attempt to run one slot of one job.
	RequestID string
	// JobID and RepositoryID name the job and what it synchronizes.
	JobID, RepositoryID string
	// User is in whose name the run is made.
	User string
	// Timeout is the longest time that the run may take.
	Timeout time.Duration
}

// Transfer executes runs. Its errors are *apierr.Error.
type Transfer interface {
	// StartRun makes a run, or answers the one that the same request id has made before.
	StartRun(ctx context.Context, order Order) (scheduler.Run, error)
	// GetRun answers how a run stands.
	GetRun(ctx context.Context, id string) (scheduler.Run, error)
}

// Settings of a loop; the zero value of a field means its default.
type Settings struct {
	// Owner names this process in the database.
	Owner string
	// Parallel is the largest number of runs that this process starts and watches at a time. Default 128.
	Parallel int
	// Poll is the pause between two looks for due jobs. Default 1 second.
	Poll time.Duration
	// Watch is the pause between two looks at a run. Default 1 second.
	Watch time.Duration
	// Lease is how long a job stays with a process that shows no sign of life. Default 30 seconds.
	Lease time.Duration
	// Call is the longest time that a call of transfer or of the store at the end may take. Default 10 seconds. Together with
	// Watch it must be well below two thirds of Lease.
	Call time.Duration
	// Beat hears of each look for due jobs that went well. Default: nobody listens.
	Beat func()
}

func (s Settings) withDefaults() Settings {
	or := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	if s.Parallel == 0 {
		s.Parallel = 128
	}
	or(&s.Poll, time.Second)
	or(&s.Watch, time.Second)
	or(&s.Lease, 30*time.Second)
	or(&s.Call, 10*time.Second)
	if s.Beat == nil {
		s.Beat = func() {}
	}
	return s
}

// Loop is one worker process. Any number may share a store.
type Loop struct {
	store    Store
	transfer Transfer
	logger   *slog.Logger
	settings Settings
}

// New makes a loop.
func New(store Store, transfer Transfer, logger *slog.Logger, settings Settings) *Loop {
	return &Loop{store: store, transfer: transfer, logger: logger, settings: settings.withDefaults()}
}

// maxPause limits the pause after the store has failed again and again.
const maxPause = 30 * time.Second

// Run works until ctx ends, then gives its jobs back for others and returns nil. Runs under way go on at
// transfer and are watched by whoever comes next.
func (l *Loop) Run(ctx context.Context) error {
	var group sync.WaitGroup
	defer group.Wait()
	atWork := make(chan struct{}, l.settings.Parallel)
	pause := l.settings.Poll
	l.settings.Beat()
	for sleep(ctx, pause) {
		err := l.takeDue(ctx, atWork, &group)
		switch {
		case err == nil:
			pause = l.settings.Poll
			l.settings.Beat()
		case ctx.Err() != nil:
		default:
			pause = min(2*pause, maxPause)
			l.logger.ErrorContext(ctx, "due jobs cannot be read; looking again", "error", err, "pause", pause)
		}
	}
	return nil
}

// maxBatch is how many jobs are claimed at once: enough for the cost of a transaction not to count, and few enough to leave
// some to other processes when very many are due.
const maxBatch = 50

// takeDue claims due jobs as long as there are any and as many as may be worked on. Only it adds to those at work.
func (l *Loop) takeDue(ctx context.Context, atWork chan struct{}, group *sync.WaitGroup) error {
	for {
		limit := min(cap(atWork)-len(atWork), maxBatch)
		if limit == 0 {
			return nil
		}
		batch, err := l.store.Claim(ctx, l.settings.Owner, l.settings.Lease, limit)
		for i := range batch {
			atWork <- struct{}{}
			group.Go(func() {
				defer func() { <-atWork }()
				l.work(ctx, &batch[i])
			})
		}
		if err != nil || len(batch) < limit {
			return err
		}
	}
}

// work does the step and gives the job back.
func (l *Loop) work(ctx context.Context, claimed *scheduler.Claimed) {
	job := claimed.Job
	w := worker{Loop: l, job: job, lease: claimed.Lease()}
	err := w.do(ctx, claimed.Step)
	switch {
	case errors.Is(err, scheduler.ErrLeaseLost):
		l.logger.DebugContext(ctx, "job was taken over or deleted", "jobId", job.ID)
		return
	case err != nil && ctx.Err() == nil:
		l.logger.ErrorContext(ctx, "job could not be brought forward; it will be taken up again",
			"error", err, "jobId", job.ID, "repositoryId", job.RepositoryID)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.settings.Call)
	defer cancel()
	if err := l.store.Release(last, w.lease); err != nil {
		l.logger.WarnContext(last, "lease could not be given back; it ends by itself", "error", err, "jobId", job.ID)
	}
}

// sleep waits, and reports false if ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
