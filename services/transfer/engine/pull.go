package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// maxRetries is how many rejects of a task a run tries again.
const maxRetries = 500

// pulling is the pull of one task.
type pulling struct {
	*exchange
	task      transfer.Task
	part      *transfer.Part
	cursor    transfer.Cursor
	startSeq  int64   // change number before the first question
	began     *moment // of the task, as long as nothing was asked yet and nothing has come; nil = it is over
	items     []*transfer.Item
	youngest  time.Time
	clockMax  time.Time // versions with a later time are from the future; zero = the remote did not say its time
	ahead     int64     // versions from the future that were taken
	warning   string
	coming    *ahead // the next page, asked for while this one was still being stored
	whole     bool   // a brief document was not enough: all is to be said
	newcomers newcomers
}

// pull fetches what changed at the remote site, and answers how far the task has got then. The error is a fault of this
// site; faults of the remote end up in the part.
func (x *exchange) pull(ctx context.Context, task transfer.Task, cursor transfer.Cursor, began moment) (*transfer.Part, transfer.Cursor, error) {
	p := &pulling{exchange: x, task: task, cursor: cursor, began: &began, part: &transfer.Part{
		Resource: task.Resource, Direction: transfer.Pull, State: transfer.Running, StartedAt: x.now(),
	}}
	err := interrupted(ctx, p.do(ctx))
	if err != nil && !foreign(err) && !diskFull(err) {
		return nil, cursor, fmt.Errorf("pull of %s from %s: %w", task.Resource, x.repo.Name, err)
	}
	p.end(err)
	return p.part, p.cursor, nil
}

func (p *pulling) do(ctx context.Context) (err error) {
	p.chooseFull()
	p.leave(func(ctx context.Context, tx Tx) error { return tx.SavePart(ctx, p.run.ID, *p.part) })
	if err := p.retryRejects(ctx); err != nil {
		return err
	}
	defer func() { p.coming.drop() }()
	for {
		more, err := p.page(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// chooseFull asks for everything at the first time, when asked for, and from an Eden now and then, to catch what a
// time cursor loses.
func (p *pulling) chooseFull() {
	due := p.cursor.PullToken == "" && p.site.FullPullInterval > 0 && p.now().Sub(p.cursor.LastFullAt) >= p.site.FullPullInterval
	fresh := p.cursor.PullTime.IsZero() && p.cursor.PullToken == ""
	if fresh || p.run.Full || due {
		p.part.Full = true
		p.cursor.PullToken = ""
	}
}

// retryRejects imports again what could not be applied earlier: the cause may be gone.
func (p *pulling) retryRejects(ctx context.Context) error {
	if !p.began.rejects {
		return nil
	}
	p.began = nil
	open, err := p.store.OpenRejects(ctx, p.repo.ID, p.task.Resource, transfer.Pull, maxRetries)
	if err != nil {
		return err
	}
	for _, it := range open {
		if len(it.Incoming.XML) == 0 || it.Reason == transfer.RejectDuplicate {
			continue // of two versions in one document a person says that it is the other one
		}
		now, err := p.moment(ctx, p.repo.ID, p.task.Resource)
		if err == nil {
			err = p.imports(ctx, bytes.NewReader(wrap(it.Incoming.XML)), p.cursor.Edensync, &job{moment: now})
		}
		if err != nil && !foreign(err) {
			return err
		}
	}
	return nil
}

// page fetches and applies one document: all of it from an Eden, one page from an edensync.
func (p *pulling) page(ctx context.Context) (more bool, err error) {
	answer, asked, err := p.next(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	p.noteContact(answer)
	j := &job{moment: asked, last: !answer.Edensync || !answer.More, brief: answer.Edensync && p.brief()}
	if answer.Edensync {
		j.reached = p.reached
	}
	err = p.imports(ctx, p.askAhead(ctx, answer), answer.Edensync, j)
	if j.bookmark != "" {
		p.cursor.PullToken, p.cursor.Edensync = j.bookmark, true
	}
	p.part.Bytes += answer.Bytes()
	if errors.Is(err, errBrief) {
		p.coming.drop() // it would follow upon what is missing now
		p.coming, p.whole = nil, true
		return true, nil
	}
	if err != nil {
		return false, err
	}
	p.advance(answer)
	if !answer.Edensync || !answer.More {
		return false, nil // the end stores how far it got
	}
	var turn, before int64
	err = p.write(ctx, func(ctx context.Context, tx Tx) error {
		turn, before = tx.Turn()
		return errors.Join(tx.SaveCursor(ctx, p.cursor), tx.SavePart(ctx, p.run.ID, *p.part))
	})
	p.newcomers.wrote(turn, before)
	return true, err
}

// ask sends the request. A remote that no longer knows our cursor has another record store, such as a backup: it is asked
// for everything, and told everything again, since it may have lost what it had confirmed.
func (p *pulling) ask(ctx context.Context) (*PullAnswer, moment, error) {
	req := PullRequest{Task: p.task, Cursor: p.cursor.PullToken, Brief: p.brief()}
	// EDEN: under THIS and OTHER all records are exchanged each time (docs/compatibility.md).
	timed := p.task.Rule.Update != "THIS" && p.task.Rule.Update != "OTHER"
	if since, ok := p.cursor.Msince(p.site.PullOverlap); ok && timed && !p.part.Full {
		req.Since = since
	}
	answer, asked, err := p.await(ctx, p.start(ctx, req))
	var remote *transfer.RemoteError
	if errors.As(err, &remote) && remote.CursorGone() && p.cursor.PullToken != "" {
		p.cursor.PullToken, p.cursor.PushSeq, p.part.Full = "", 0, true
		return p.ask(ctx)
	}
	if p.startSeq == 0 {
		p.startSeq = asked.at.Seq
	}
	return answer, asked, err
}

// brief tells whether documents may be brief: nearly all that comes along with a first load is new.
func (p *pulling) brief() bool { return !p.part.Full && !p.whole }

func (p *pulling) noteContact(a *PullAnswer) {
	p.contact.Reached = true
	if a.Date.IsZero() {
		return
	}
	p.contact.Measured, p.contact.ClockOffset = true, a.ClockOffset
	limit := p.site.MaxClockOffset
	if limit <= 0 {
		return
	}
	p.clockMax = a.Date.Add(limit)
	if a.ClockOffset.Abs() > limit {
		p.warning = fmt.Sprintf(". The remote clock differs from ours by %s; set both by NTP.", a.ClockOffset.Round(time.Second))
	}
}

// reached moves the cursor within a document: if the line breaks, the next pull goes on from there.
func (p *pulling) reached(ctx context.Context, tx Tx, bookmark string) error {
	cursor := p.cursor
	cursor.PullToken, cursor.Edensync = bookmark, true
	return tx.SaveCursor(ctx, cursor)
}

// imports applies one document with the rule of the task. The job tells what is particular about it.
func (p *pulling) imports(ctx context.Context, body io.Reader, complete bool, j *job) error {
	j.e, j.runID, j.lease, j.part, j.ours = p.Engine, p.run.ID, p.lease, p.part, p.task.Mode.Pushes()
	j.in = transfer.Import{Repository: p.repo, Resource: p.task.Resource, Rule: p.task.Rule, Complete: complete}
	j.clockMax, j.newcomers = p.clockMax, &p.newcomers
	err := j.run(ctx, body)
	p.ahead += j.ahead
	if room := transfer.MaxReportedItems - len(p.items); room > 0 {
		p.items = append(p.items, j.result.Items[:min(room, len(j.result.Items))]...)
	}
	if j.result.Youngest.After(p.youngest) {
		p.youngest = j.result.Youngest
	}
	return err
}

// advance moves the cursor behind a complete document.
func (p *pulling) advance(a *PullAnswer) {
	now := p.now()
	p.cursor.LastPullAt, p.cursor.Edensync = now, a.Edensync
	if a.Edensync {
		p.cursor.PullToken = a.Cursor
	} else {
		p.cursor.PullToken = ""
	}
	if p.youngest.After(p.cursor.PullTime) {
		p.cursor.PullTime = transfer.CapPullTime(p.youngest, a.Date)
	}
	if a.Edensync && a.More {
		return
	}
	if p.part.Full {
		p.cursor.LastFullAt = now
	}
	if p.cursor.OneWay && !p.task.Mode.Pushes() && p.startSeq > p.cursor.SyncSeq {
		p.cursor.SyncSeq = p.startSeq // one way: the end of a successful exchange is all there is
	}
}

// end settles the state of the part, and leaves the log entry and, after the last page, how far it got to be written.
func (p *pulling) end(cause error) {
	p.part.EndedAt = p.now()
	action := "import"
	switch c := p.part.Counts; {
	case cause != nil:
		p.fail(p.part, cause)
		if transfer.DocumentReason(cause) != apierr.ReasonDocumentMalformed && !diskFull(cause) {
			action = "fetch"
		}
	case c.Rejected > 0:
		p.part.State, p.part.Reason = transfer.DoneWithWarnings, string(apierr.ReasonRecordsRejected)
		p.part.Message = fmt.Sprintf("%d records were rejected - invalid items ignored, %s", c.Rejected, invalidItems(p.items))
	case c.Received == 0:
		p.part.State, p.part.Message = transfer.Done, "No data to import (already up-to-date)"
	default:
		p.part.State, p.part.Message = transfer.Done, fmt.Sprintf("Data imported successfully (%d records)", c.Received)
	}
	if p.ahead > 0 {
		p.warning += fmt.Sprintf(". %d records are dated in the future; look at the clock where they were made.", p.ahead)
	}
	if p.warning != "" && cause == nil {
		p.part.State, p.part.Reason = transfer.DoneWithWarnings, string(apierr.ReasonClockOffset)
		p.part.Message += p.warning
	}
	entry := p.entry(p.part, "pull", action, p.part.Message, cause)
	p.leave(func(ctx context.Context, tx Tx) error {
		if cause == nil {
			if err := tx.SaveCursor(ctx, p.cursor); err != nil {
				return err
			}
		}
		return errors.Join(tx.SavePart(ctx, p.run.ID, *p.part), tx.Audit(ctx, entry))
	})
}
