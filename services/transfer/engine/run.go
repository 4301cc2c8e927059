package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// Contact is what a run learned about the remote site besides records.
type Contact struct {
	Reached     bool          // the remote answered at least once
	ClockOffset time.Duration // remote minus ours, of the last answer
	Measured    bool          // the remote said its time
}

// exchange is one run of a repository in progress.
type exchange struct {
	*Engine
	run     transfer.Run
	repo    transfer.Repository
	site    transfer.Site
	lease   *transfer.Lease
	contact Contact
	end     transfer.Ending // of the whole run so far
	left    []step          // what parts that have ended leave for the next transaction
}

// step is a part of a transaction.
type step func(ctx context.Context, tx Tx) error

// Execute works through the tasks of a repository, each one pull first, then push. The failure of one task does
// not stop the others. It returns the state in which the run ends; the run is finished in the store. The error is
// for what prevents even that: a lost lease, a database that is down.
//
// When ctx ends, the run stops at the next batch; context.Cause tells whether it was stopped, timed out, or is to
// be continued by somebody else (then the run is left as it is).
func (e *Engine) Execute(ctx context.Context, lease transfer.Lease, run transfer.Run, repo transfer.Repository) (transfer.RunState, Contact, error) {
	site, err := e.sites.Site(ctx)
	if err != nil {
		return "", Contact{}, fmt.Errorf("run %s: %w", run.ID, err)
	}
	x := &exchange{Engine: e, run: run, repo: repo, site: site, lease: &lease, end: transfer.Ending{State: transfer.Done}}
	err = x.tasks(ctx)
	cause := context.Cause(ctx)
	if err == nil && errors.Is(cause, context.Canceled) {
		err = cause // shutting down: another process continues from the cursors
	}
	if err != nil {
		return "", x.contact, errors.Join(err, x.settle(ctx))
	}
	if end := stateOf(cause); end != "" {
		x.end = transfer.Ending{State: x.end.State.Worse(end), Reason: string(endings[end].reason), Message: endings[end].message}
	}
	if x.end.State != transfer.Failed {
		x.end.RetryAt = time.Time{} // time alone does not help
	}
	err = x.write(ctx, func(ctx context.Context, tx Tx) error { return tx.FinishRun(ctx, run.ID, x.end) })
	return x.end.State, x.contact, err
}

// tasks works through the tasks until ctx ends.
func (x *exchange) tasks(ctx context.Context) error {
	if x.repo.URL == "" {
		return x.noURL(ctx)
	}
	for _, task := range x.repo.Tasks {
		unwanted := len(x.run.Resources) > 0 && !slices.Contains(x.run.Resources, task.Resource)
		if unwanted || ended(ctx) {
			continue
		}
		if err := interrupted(ctx, x.task(ctx, task)); err != nil && stateOf(err) == "" {
			return err
		}
	}
	return nil
}

// note lets the worst part name the run.
func (x *exchange) note(p *transfer.Part) {
	if worse := x.end.State.Worse(p.State); worse != x.end.State {
		x.end.State, x.end.Reason, x.end.Message, x.end.RemoteError = worse, p.Reason, p.Message, p.RemoteError
	}
}

// Abandon ends a run that cannot even begin, such as that of a repository that was deleted meanwhile.
func (e *Engine) Abandon(ctx context.Context, lease transfer.Lease, run transfer.Run, reason, message string) error {
	return e.store.Write(ctx, &lease, func(tx Tx) error {
		return tx.FinishRun(ctx, run.ID, transfer.Ending{State: transfer.Stopped, Reason: reason, Message: message})
	})
}

// task is one resource: pull, then push unless the pull failed.
func (x *exchange) task(ctx context.Context, task transfer.Task) error {
	if transfer.KeptOut(task.Resource, x.site.Exposed) {
		x.keptOut(task)
		return nil
	}
	began, err := x.moment(ctx, x.repo.ID, task.Resource)
	if err != nil {
		return err
	}
	cursor, err := x.checkSelection(ctx, task, began.known[task.Resource].cursor)
	if err != nil {
		return err
	}
	still := &began
	if task.Mode.Pulls() {
		var p *transfer.Part
		if p, cursor, err = x.pull(ctx, task, cursor, began); err != nil {
			return err
		}
		x.note(p)
		if p.State != transfer.Done && p.State != transfer.DoneWithWarnings {
			return nil
		}
		if p.Counts.Received > 0 || p.EndedAt.Sub(p.StartedAt) > x.patience {
			still = nil // something has come since, or may have
		}
	}
	if !task.Mode.Pushes() || ended(ctx) {
		return nil
	}
	p, err := x.push(ctx, task, cursor, still)
	if err == nil {
		x.note(p)
	}
	return err
}

// keptOut ends a task of a table that stays here, without moving its cursors: it goes on where it was when the table is listed again.
func (x *exchange) keptOut(task transfer.Task) {
	mode, direction := "pull", transfer.Pull
	switch {
	case task.Mode.Pulls():
	case task.Mode.Pushes():
		mode, direction = "push", transfer.Push
	default:
		return
	}
	now := x.now()
	p := &transfer.Part{
		Resource: task.Resource, Direction: direction, State: transfer.NeedsYou, StartedAt: now, EndedAt: now,
		Reason:  string(apierr.ReasonResourceProtected),
		Message: task.Resource + " stays at this site, so nothing of it was exchanged. An administrator may list it in the settings, or remove it from the repository.",
	}
	x.note(p)
	entry := x.entry(p, mode, "check", p.Message, nil)
	x.leave(func(ctx context.Context, tx Tx) error {
		return errors.Join(tx.SavePart(ctx, x.run.ID, *p), tx.Audit(ctx, entry))
	})
}

// checkSelection starts again in both directions when filters, strategy or policies of the task were changed: what
// was not exchanged under the old ones may have to be under the new ones. It answers how far the task has got.
func (x *exchange) checkSelection(ctx context.Context, task transfer.Task, cursor transfer.Cursor) (transfer.Cursor, error) {
	selection := selectionOf(task)
	if cursor.Selection == selection {
		return cursor, nil
	}
	if cursor.Selection != "" {
		cursor.PullTime, cursor.PullToken, cursor.PushSeq = time.Time{}, "", 0
	}
	cursor.Selection = selection
	return cursor, x.write(ctx, func(ctx context.Context, tx Tx) error { return tx.SaveCursor(ctx, cursor) })
}

// selectionOf is a text of everything that decides which records are exchanged and what becomes of them.
func selectionOf(t transfer.Task) string {
	var b strings.Builder
	b.WriteString(t.Rule.String())
	for _, f := range t.Filters {
		fmt.Fprintf(&b, "\n[%s]%s", f.Table, f.Query)
	}
	return b.String()
}

// ErrTimeout is the cause of a run's context when its time is up.
var ErrTimeout = errors.New("the run took longer than its timeout")

// ended tells whether the run is to stop, for whatever reason.
func ended(ctx context.Context) bool { return ctx.Err() != nil }

// interrupted prefers why a run was interrupted to what it met by that: whatever it does then may fail. A lost lease
// goes before all: nothing may be written any more.
func interrupted(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && stateOf(cause) != "" && !errors.Is(err, transfer.ErrLeaseLost) {
		return cause
	}
	return err
}

// endings say why a run that was interrupted ended.
var endings = map[transfer.RunState]struct {
	reason  apierr.Reason
	message string
}{
	transfer.Stopped: {
		apierr.ReasonRunStopped, "Stopped as asked for. Everything that was stored until then stays; the next run continues from there.",
	},
	transfer.TimedOut: {
		apierr.ReasonTimeout, "The run took longer than its timeout. Everything that was stored until then stays; the next run continues from there.",
	},
}

// write is a transaction outside of a batch, which takes what was left for it along; it is finished even when the run is
// being stopped. If it fails, nobody knows whether all of that was done: it is not done twice, and whoever takes the run up
// does again what cursors do not say.
func (x *exchange) write(ctx context.Context, fn step) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTimeout)
	defer cancel()
	steps := append(x.left, fn)
	x.left = nil
	return x.store.Write(ctx, x.lease, func(tx Tx) error {
		for _, step := range steps {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// leave has fn done by the next transaction of the run: most runs find nothing to do and need only one at their end then.
func (x *exchange) leave(fn step) { x.left = append(x.left, fn) }

// settle does what was left when no other transaction follows.
func (x *exchange) settle(ctx context.Context) error {
	if len(x.left) == 0 {
		return nil
	}
	return x.write(ctx, func(context.Context, Tx) error { return nil })
}

// noURL is a run of a repository that cannot be called.
func (x *exchange) noURL(ctx context.Context) error {
	x.end = transfer.Ending{State: transfer.NeedsYou, Reason: string(apierr.ReasonRepositoryNoURL), Message: "No URL set for repository"}
	return x.write(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Audit(ctx, transfer.LogEntry{
			Repository: x.repo.ID, RepoName: x.repo.Name, Mode: "none", Transmission: "none", Action: "connect",
			Result: "fatal", Message: x.end.Message, Reason: x.end.Reason, RunID: x.run.ID,
		})
	})
}

// fail ends a part by an error from outside: the remote, the way to it, its document, or the disk.
func (x *exchange) fail(p *transfer.Part, err error) {
	p.EndedAt = x.now()
	if state := stateOf(err); state != "" {
		p.State, p.Reason, p.Message = state, string(endings[state].reason), endings[state].message
		return
	}
	var remote *transfer.RemoteError
	switch {
	case errors.As(err, &remote):
		p.State, p.Reason, p.Message, p.RemoteError = transfer.NeedsYou, remote.Reason, remote.Advice(), remote.Remote
		if remote.Retry {
			p.State = transfer.Failed
		}
		x.leaveAlone(p.EndedAt, remote.RetryAfter)
	default:
		p.State = transfer.Failed
		p.Reason, p.Message = explainFailure(err)
	}
}

// leaveAlone remembers for how long the repository asked not to be called again; the longest time counts.
func (x *exchange) leaveAlone(now time.Time, asked time.Duration) {
	if until := now.Add(asked); asked > 0 && until.After(x.end.RetryAt) {
		x.end.RetryAt = until
	}
}

// stateOf is the state of a run that err interrupted; "" for other errors.
func stateOf(err error) transfer.RunState {
	switch {
	case errors.Is(err, transfer.ErrStopRequested):
		return transfer.Stopped
	case errors.Is(err, ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return transfer.TimedOut
	default:
		return ""
	}
}

// foreign tells faults of the remote or its document from faults of this site, which end the run.
func foreign(err error) bool {
	var remote *transfer.RemoteError
	return errors.As(err, &remote) || transfer.DocumentReason(err) != "" || stateOf(err) != ""
}

// diskFull tells a fault of this site that people have to hear of as long as there is room for a few words. The
// disk is still full when the run is repeated at once: it ends, and the next one continues from the cursors.
func diskFull(err error) bool { return apierr.ReasonOf(err) == apierr.ReasonStorageFull }

// result is the word of the guide for the state of a part.
func result(s transfer.RunState) string {
	switch s {
	case transfer.Done:
		return "success"
	case transfer.DoneWithWarnings:
		return "warning"
	case transfer.NeedsYou:
		return "fatal"
	default:
		return "error"
	}
}

// entry is the log entry of a part.
func (x *exchange) entry(p *transfer.Part, mode, action, message string, err error) transfer.LogEntry {
	var remote *transfer.RemoteError
	if errors.As(err, &remote) {
		message = remote.Message // the log holds the words of the guide; advice is with the run
	}
	return transfer.LogEntry{
		Time: x.now(), Repository: x.repo.ID, RepoName: x.repo.Name, Resource: p.Resource, Mode: mode,
		Transmission: "outgoing", Action: action, Result: result(p.State), Message: message, Reason: p.Reason,
		RemoteError: p.RemoteError, RunID: x.run.ID, Counts: p.Counts, Bytes: p.Bytes,
		Duration: p.EndedAt.Sub(p.StartedAt),
	}
}

// invalidItems lists rejected records as an Eden does in its log: (UID: u) table: error.
func invalidItems(items []*transfer.Item) string {
	const most = 20
	var text []string
	for _, it := range items {
		if it.Outcome == "REJECTED" && len(text) < most {
			text = append(text, fmt.Sprintf("(UID: %s) %s: %s", it.Key.UID, it.Key.Resource, it.Message))
		}
	}
	return strings.Join(text, ", ")
}

// wrap makes a document of a single element; a reject keeps the whole document where it needs the sender's domain.
func wrap(element []byte) []byte {
	if bytes.HasPrefix(element, []byte("<s3xml")) {
		return element
	}
	doc := append([]byte("<s3xml>"), element...)
	return append(doc, "</s3xml>"...)
}
