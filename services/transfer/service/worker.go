package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/trace"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// Times of the worker.
const (
	pollEvery  = time.Second      // how often the queue is looked at without being woken
	leaseFor   = 20 * time.Second // a run whose owner is silent for so long is taken over
	renewEvery = 5 * time.Second
	stopCheck  = time.Second // how soon a wish to stop is noticed

	registrationWait = 15 * time.Second       // how long a run waits for the registration of its repository
	registrationLook = 500 * time.Millisecond // how often it looks
)

// Queue is where runs wait for a worker. Leases are the store's: their times come from the database.
type Queue interface {
	// Claim leases the next run that is queued or whose owner is silent; a nil run means that nothing waits.
	Claim(ctx context.Context, owner string, ttl time.Duration) (*transfer.Run, transfer.Lease, error)
	// Renew keeps a lease and tells whether somebody asked the run to stop.
	Renew(ctx context.Context, lease transfer.Lease, ttl time.Duration) (stop bool, err error)
	// Release gives a run back to the queue.
	Release(ctx context.Context, lease transfer.Lease) error
	GetRun(ctx context.Context, id string) (transfer.Run, error)
	// Cursors are how far the tasks of a repository have got.
	Cursors(ctx context.Context, repositoryID string) ([]transfer.Cursor, error)
}

// Executor works a run off.
type Executor interface {
	Execute(ctx context.Context, lease transfer.Lease, run transfer.Run, repo transfer.Repository) (transfer.RunState, engine.Contact, error)
	// Abandon ends a run that cannot even begin.
	Abandon(ctx context.Context, lease transfer.Lease, run transfer.Run, reason, message string) error
}

// repositories is what the worker asks config for.
type repositories interface {
	Repository(ctx context.Context, id string) (transfer.Repository, error)
	Site(ctx context.Context) (transfer.Site, error)
	reportRun(ctx context.Context, run transfer.Run, c engine.Contact, cursors []transfer.Cursor)
}

// worker executes queued runs, several at a time, each under a lease.
type worker struct {
	queue    Queue
	executor Executor
	config   repositories
	owner    string
	now      func() time.Time
	logger   *slog.Logger
	wake     chan struct{}
	metrics  *metrics
	beat     func() // hears of each look at the queue; set before Run
	ended    func() // hears of each run that ended; set before Run
	running  sync.WaitGroup
	atWork   atomic.Int32 // runs
}

// defaultRuns is how many runs are at work at the same time as long as the settings cannot be read.
const defaultRuns = 4

func newWorker(queue Queue, executor Executor, config repositories, owner string, now func() time.Time, logger *slog.Logger, m *metrics) *worker {
	return &worker{
		queue: queue, executor: executor, config: config, owner: owner, now: now, logger: logger, metrics: m,
		wake: make(chan struct{}, 1),
	}
}

// Wake makes the worker look at the queue at once.
func (w *worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends; then it gives its runs back and waits for them.
func (w *worker) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	defer w.running.Wait()
	for {
		w.beat()
		w.takeAll(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-tick.C:
		}
	}
}

// allowed is how many runs may be at work, by the settings of the site.
func (w *worker) allowed(ctx context.Context) int32 {
	site, err := w.config.Site(ctx)
	if err != nil || site.MaxRuns <= 0 {
		return defaultRuns
	}
	return int32(site.MaxRuns)
}

// takeAll starts runs as long as there are any and the settings allow more. Only this loop adds to their number.
func (w *worker) takeAll(ctx context.Context) {
	for w.atWork.Load() < w.allowed(ctx) {
		run, lease, err := w.queue.Claim(ctx, w.owner, leaseFor)
		if err != nil && ctx.Err() == nil {
			w.logger.ErrorContext(ctx, "could not look for runs", "error", err)
		}
		if err != nil || run == nil {
			return
		}
		w.running.Add(1)
		w.atWork.Add(1)
		go func() {
			defer w.running.Done()
			defer w.Wake()
			defer w.atWork.Add(-1)
			w.work(ctx, *run, lease)
		}()
	}
}

// work executes one run under its lease.
func (w *worker) work(parent context.Context, run transfer.Run, lease transfer.Lease) {
	parent = trace.With(parent, trace.IDs{Request: trace.NewID(), Run: run.ID})
	parent, end := trace.Span(parent, "run")
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	guard := make(chan struct{})
	go func() {
		defer close(guard)
		w.guard(ctx, cancel, run, lease)
	}()
	ended, err := w.execute(ctx, lease, run)
	cancel(nil)
	<-guard
	end(err)
	switch {
	case err == nil:
		w.note(parent, ended)
	case parent.Err() != nil:
		w.release(lease)
	case errors.Is(err, transfer.ErrLeaseLost):
		w.logger.WarnContext(parent, "another process took the run over", "runId", run.ID)
	default:
		w.logger.ErrorContext(parent, "run could not be finished; it will be taken up again", "runId", run.ID, "error", err)
	}
}

// note counts a run that ended.
func (w *worker) note(ctx context.Context, run transfer.Run) {
	w.metrics.ended(run, w.now())
	w.ended()
	w.logger.InfoContext(ctx, "run ended", "runId", run.ID, "repository", run.RepositoryName, "state", string(run.State), "message", run.Message)
}

// release gives a run back when this process ends, so that another one need not wait for the lease to expire.
func (w *worker) release(lease transfer.Lease) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.queue.Release(ctx, lease); err != nil {
		w.logger.WarnContext(ctx, "could not give a run back; its lease has to expire", "runId", lease.RunID, "error", err)
	}
}

// execute answers the run as it ended.
func (w *worker) execute(ctx context.Context, lease transfer.Lease, run transfer.Run) (transfer.Run, error) {
	repo, err := w.repository(ctx, run.RepositoryID)
	if apierr.KindOf(err) == apierr.KindNotFound {
		if err := w.executor.Abandon(ctx, lease, run, string(apierr.ReasonRepositoryDeleted), "The repository was deleted."); err != nil {
			return run, err
		}
		return w.queue.GetRun(ctx, run.ID)
	}
	if err != nil {
		return run, err
	}
	if repo.Paused { // since the run was queued, or its last owner died
		if err := w.executor.Abandon(ctx, lease, run, string(apierr.ReasonRepositoryPaused),
			"The repository was paused before the run began, or went on. Everything that was stored until then stays; the next run continues from there."); err != nil {
			return run, err
		}
		return w.queue.GetRun(ctx, run.ID)
	}
	_, contact, err := w.executor.Execute(ctx, lease, run, repo)
	if err != nil {
		return run, err
	}
	return w.report(context.WithoutCancel(ctx), run.ID, contact) // the run may have ended by being stopped; it has ended all the same
}

// repository waits a little for a registration that is under way: a remote site refuses whoever has not registered, and who
// has just saved a repository synchronizes at once. If the registration takes longer, or fails, the run finds out why.
func (w *worker) repository(ctx context.Context, id string) (transfer.Repository, error) {
	look := time.NewTicker(registrationLook)
	defer look.Stop()
	for began := w.now(); ; {
		repo, err := w.config.Repository(ctx, id)
		if err != nil || !repo.Registering || w.now().Sub(began) >= registrationWait {
			return repo, err
		}
		select {
		case <-ctx.Done():
			return repo, nil // whoever works on it sees why
		case <-look.C:
		}
	}
}

// report tells config about a run that has ended, and answers it.
func (w *worker) report(ctx context.Context, id string, contact engine.Contact) (transfer.Run, error) {
	run, err := w.queue.GetRun(ctx, id)
	if err != nil {
		return run, err
	}
	cursors, err := w.queue.Cursors(ctx, run.RepositoryID)
	if err == nil {
		w.config.reportRun(ctx, run, contact, cursors)
	}
	return run, err
}

// guard renews the lease and ends the run's context when the lease is lost, the time is up, or somebody asks for it.
func (w *worker) guard(ctx context.Context, cancel context.CancelCauseFunc, run transfer.Run, lease transfer.Lease) {
	tick := time.NewTicker(stopCheck)
	defer tick.Stop()
	started, renewed := w.now(), w.now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if run.Timeout > 0 && w.now().Sub(started) >= run.Timeout {
			cancel(engine.ErrTimeout)
			return
		}
		stop, err := w.queue.Renew(ctx, lease, leaseFor)
		switch {
		case err == nil:
			renewed = w.now()
		case errors.Is(err, transfer.ErrLeaseLost), w.now().Sub(renewed) > leaseFor-renewEvery:
			cancel(transfer.ErrLeaseLost)
			return
		}
		if stop {
			cancel(transfer.ErrStopRequested)
			return
		}
	}
}
