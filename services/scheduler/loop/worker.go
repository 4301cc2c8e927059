package loop

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
)

// worker brings one leased job forward.
type worker struct {
	*Loop
	job   scheduler.Job
	lease scheduler.Lease
}

func (w *worker) do(ctx context.Context, step scheduler.Step) error {
	switch step {
	case scheduler.Start:
		return w.start(ctx)
	case scheduler.Watch:
		run := w.job.LastRun
		run.State = scheduler.RunRunning // whatever it was, ask again
		return w.watch(ctx, run)
	default:
		return nil
	}
}

// start asks for a run for the pinned slot.
func (w *worker) start(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, w.settings.Call)
	defer cancel()
	run, err := w.transfer.StartRun(call, Order{
		RequestID: w.job.RequestID(), JobID: w.job.ID, RepositoryID: w.job.RepositoryID,
		User: w.job.CreatedBy, Timeout: w.job.Timeout,
	})
	if err != nil {
		return w.notStarted(ctx, err)
	}
	slot := w.job.Slot
	err = w.settle(ctx, func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		j.Started(slot, run, now)
		return nil
	})
	if err != nil {
		return err
	}
	return w.watch(ctx, run)
}

// notStarted decides what becomes of a slot for which there is no run.
func (w *worker) notStarted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch refusalOf(err) {
	case busy:
		return w.skip(ctx, true)
	case paused:
		return w.skip(ctx, false)
	case gone:
		return w.store.Cancel(ctx, w.job.RepositoryID)
	case later:
		return w.postpone(ctx, err)
	case forGood:
		return w.failed(ctx, scheduler.RunNeedsYou, err)
	default:
		return w.failed(ctx, scheduler.RunFailed, err)
	}
}

func (w *worker) skip(ctx context.Context, log bool) error {
	slot := w.job.Slot
	return w.settle(ctx, func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		j.Skip(slot, now)
		if log {
			return []scheduler.Entry{scheduler.Busy(j)}
		}
		return nil
	})
}

func (w *worker) postpone(ctx context.Context, cause error) error {
	pause := pauseBefore(w.job.Attempts, cause)
	w.logger.WarnContext(ctx, "transfer did not take the run; the slot is kept and asked for again",
		"error", cause, "jobId", w.job.ID, "repositoryId", w.job.RepositoryID, "attempt", w.job.Attempts, "pause", pause)
	return w.settle(ctx, func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		j.Postpone(pause, now)
		return nil
	})
}

// failed counts a run that could not begin.
func (w *worker) failed(ctx context.Context, state scheduler.RunState, cause error) error {
	public := apierr.Public(cause)
	if state == scheduler.RunFailed {
		w.logger.ErrorContext(ctx, "transfer could not start the run",
			"error", cause, "jobId", w.job.ID, "repositoryId", w.job.RepositoryID)
	}
	return w.settle(ctx, func(j *scheduler.Job, now time.Time) []scheduler.Entry {
		var entries []scheduler.Entry
		if state == scheduler.RunNeedsYou {
			entries = append(entries, scheduler.Refused(j, public.Reason, public.Message))
		}
		run := scheduler.Run{State: state, StartTime: now, EndTime: now, Reason: public.Reason, Message: public.Message}
		return append(entries, j.Finish(run, now)...)
	})
}

// watch looks at the run until it has ended.
func (w *worker) watch(ctx context.Context, run scheduler.Run) error {
	renew := time.NewTicker(w.settings.Lease / 3)
	defer renew.Stop()
	look := time.NewTicker(w.settings.Watch)
	defer look.Stop()
	for !run.Final() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-renew.C:
			if err := w.store.Renew(ctx, w.lease, w.settings.Lease); err != nil {
				return err
			}
		case <-look.C:
			seen, err := w.look(ctx, run)
			if err != nil {
				return err
			}
			run = seen
		}
	}
	return w.settle(ctx, func(j *scheduler.Job, now time.Time) []scheduler.Entry { return j.Finish(run, now) })
}

// look asks how the run stands. A transfer that does not answer leaves it as it was; a run that transfer does not know any
// more has failed.
func (w *worker) look(ctx context.Context, before scheduler.Run) (scheduler.Run, error) {
	call, cancel := context.WithTimeout(ctx, w.settings.Call)
	defer cancel()
	run, err := w.transfer.GetRun(call, before.ID)
	switch {
	case err == nil:
	case apierr.KindOf(err) == apierr.KindNotFound:
		return lost(before), nil
	default:
		w.logger.DebugContext(ctx, "run cannot be watched at the moment", "error", err, "jobId", w.job.ID, "runId", before.ID)
		return before, nil
	}
	if run.State == before.State || run.Final() {
		return run, nil
	}
	return run, w.settle(ctx, func(j *scheduler.Job, _ time.Time) []scheduler.Entry {
		j.Progressed(run)
		return nil
	})
}

func lost(run scheduler.Run) scheduler.Run {
	run.State, run.Reason = scheduler.RunFailed, apierr.ReasonNotFound
	run.Message = "Transfer does not know this run any more, so it is not known how it ended; the next slot runs as usual."
	return run
}

func (w *worker) settle(ctx context.Context, change func(j *scheduler.Job, now time.Time) []scheduler.Entry) error {
	return w.store.Settle(ctx, w.lease, change)
}
