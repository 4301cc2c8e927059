package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// An exchange that nobody has renewed for peerLease has broken off. Whoever renews it hears whether it is to stop.
const (
	peerLease = 30 * time.Second
	peerRenew = 3 * time.Second
)

// Import applies a document that a peer pushed, or a file. It is the same import as that of a pull; its ledger
// is a run of its own. A peer that repeats its request takes the run over from whoever still works on the first one.
func (e *Engine) Import(ctx context.Context, in transfer.Import, body io.Reader) (*transfer.Imported, error) {
	trigger := transfer.Peer
	if in.Repository.ID == "" {
		trigger = transfer.Local
	}
	now, err := e.moment(ctx, in.Repository.ID, in.Resource)
	if err != nil {
		return nil, fmt.Errorf("import of %s: %w", in.Resource, err)
	}
	run, lease, err := e.store.PeerRun(ctx, transfer.Run{
		ID: e.newID(), RequestID: in.RequestID, RepositoryID: in.Repository.ID, RepositoryName: in.Repository.Name,
		Trigger: trigger, State: transfer.Running, CreatedAt: e.now(), StartedAt: e.now(),
	}, in.Position, peerLease)
	if err != nil {
		return nil, fmt.Errorf("import of %s: %w", in.Resource, err)
	}
	if lease == nil {
		return e.answerAgain(ctx, in, run)
	}
	j := &job{e: e, in: in, runID: run.ID, lease: lease, moment: now, whole: true, brief: in.Complete && in.Brief, newcomers: &newcomers{}, part: &transfer.Part{
		Resource: in.Resource, Direction: transfer.Pull, State: transfer.Running, StartedAt: e.now(),
	}}
	if task, ok := in.Repository.Task(in.Resource); ok {
		j.ours = task.Mode.Pushes()
	}
	held, drop := e.hold(ctx, *lease)
	importErr := interrupted(held, j.run(held, body))
	drop()
	err = e.finishImport(ctx, j, importErr)
	if errors.Is(err, transfer.ErrLeaseLost) {
		return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonLeaseLost, "Somebody else went on with this exchange, because the same "+
			"request or a later one came, or this site was silent for too long; what was stored until then stays. Send the document again.").Wrap(err)
	}
	if err == nil && errors.Is(importErr, errBrief) {
		return nil, apierr.New(apierr.KindStale, apierr.ReasonPushBrief, "%s", tooBrief).Wrap(importErr)
	}
	if err == nil && errors.Is(importErr, transfer.ErrStopRequested) {
		return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonRunStopped, "This exchange was stopped at the site that receives it; what "+
			"was stored until then stays. Send the document again.").Wrap(importErr)
	}
	if err != nil {
		return nil, errors.Join(importErr, err)
	}
	j.result.RunID = run.ID
	return e.positioned(ctx, in, &j.result, importErr)
}

// answerAgain is the answer to a request whose first answer was lost: it says the same of each record.
func (e *Engine) answerAgain(ctx context.Context, in transfer.Import, run transfer.Run) (*transfer.Imported, error) {
	items, err := e.store.RunItems(ctx, run.ID, transfer.MaxReportedItems)
	if err != nil {
		return nil, fmt.Errorf("import of %s: %w", in.Resource, err)
	}
	totals := run.Totals()
	return e.positioned(ctx, in, &transfer.Imported{RunID: run.ID, Counts: totals, Masters: totals.Received - totals.Rejected, Items: items}, nil)
}

// tooBrief is what people hear of a brief document that did not say enough. Its run must not end well: who repeats the request must not
// take it for served.
const tooBrief = "The document tells records by their hashes of which this site has other versions, or none. What was stored until then stays; " +
	"an edensync sends all of it at once."

// positioned adds the position of this site to what an edensync hears of its push: what this site has written before is outdated
// for whoever knows now that it has seen the push.
func (e *Engine) positioned(ctx context.Context, in transfer.Import, done *transfer.Imported, cause error) (*transfer.Imported, error) {
	if cause != nil || !in.Complete || in.Repository.ID == "" {
		return done, cause
	}
	var err error
	if done.Position, err = e.store.Position(ctx); err != nil {
		return nil, fmt.Errorf("import of %s: %w", in.Resource, err)
	}
	return done, nil
}

// hold keeps a lease until drop is called. The context ends with transfer.ErrLeaseLost once the lease is somebody else's, and
// with transfer.ErrStopRequested once somebody has asked the run to stop.
func (e *Engine) hold(ctx context.Context, lease transfer.Lease) (held context.Context, drop func()) {
	held, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(e.peerRenew)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
			}
			// What else may go wrong here goes wrong with the next batch, too.
			stop, err := e.store.Renew(held, lease, peerLease)
			switch {
			case errors.Is(err, transfer.ErrLeaseLost):
				cancel(transfer.ErrLeaseLost)
			case stop:
				cancel(transfer.ErrStopRequested)
			}
		}
	}()
	return held, func() { cancel(nil) }
}

// explainFailure is the reason and the message of an import that broke off. What is wrong with a document stands in the
// message; what is wrong with this site only in its log.
func explainFailure(cause error) (reason, message string) {
	if reason := transfer.DocumentReason(cause); reason != "" {
		return string(reason), cause.Error()
	}
	public := apierr.Public(cause)
	return string(public.Reason), public.Message
}

// finishImport ends the run of a received document that has not ended with its last batch: it had none, or broke off. What was
// stored before stays: the sender will send it again and finds it unchanged.
func (e *Engine) finishImport(ctx context.Context, j *job, cause error) error {
	if !j.part.EndedAt.IsZero() {
		return nil
	}
	j.conclude(j.part, j.result.Items, cause)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTimeout)
	defer cancel()
	return e.store.Write(ctx, j.lease, func(tx Tx) error { return j.end(ctx, tx, *j.part) })
}

// conclude says how the import of a document went.
func (j *job) conclude(p *transfer.Part, items []*transfer.Item, cause error) {
	p.EndedAt, p.State = j.e.now(), transfer.Done
	p.RemoteError = j.in.Repository.ID != "" && (transfer.DocumentReason(cause) != "" || cause == nil && p.Counts.Rejected > 0)
	switch {
	case errors.Is(cause, transfer.ErrStopRequested):
		p.State, p.Reason = transfer.Stopped, string(apierr.ReasonRunStopped)
		p.Message = "Stopped as asked for. Everything that was stored until then stays; the rest comes when the document is sent again."
	case errors.Is(cause, errBrief):
		p.State, p.Reason, p.Message = transfer.Stopped, string(apierr.ReasonPushBrief), tooBrief
	case cause != nil:
		p.State = transfer.Failed
		p.Reason, p.Message = explainFailure(cause)
	case p.Counts.Rejected > 0:
		p.State, p.Reason = transfer.DoneWithWarnings, string(apierr.ReasonRecordsRejected)
		p.Message = invalidItems(items)
	}
}

// end stores the end of a run whose one part is p.
func (j *job) end(ctx context.Context, tx Tx, p transfer.Part) error {
	ending := transfer.Ending{State: p.State, Reason: p.Reason, Message: p.Message, RemoteError: p.RemoteError}
	err := errors.Join(tx.SavePart(ctx, j.runID, p), tx.FinishRun(ctx, j.runID, ending))
	well := p.State == transfer.Done || p.State == transfer.DoneWithWarnings
	cursor := j.moment.known[j.in.Resource].cursor
	if err != nil || !well || j.in.Repository.ID == "" || !cursor.OneWay {
		return err
	}
	cursor.SyncSeq = max(cursor.SyncSeq, j.moment.at.Seq) // one way: the end of a successful exchange is all there is
	return tx.SaveCursor(ctx, cursor)
}
