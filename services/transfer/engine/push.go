package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Sizes of a pushed document.
const (
	pushTrees = 1000
	pushBytes = 4 << 20
)

// pushing is the push of one task.
type pushing struct {
	*exchange
	task     transfer.Task
	filters  selector
	part     *transfer.Part
	cursor   transfer.Cursor
	upto     int64             // change number up to which all is to be said
	at       transfer.Position // of this site before the next document was read
	began    *moment           // of the task, as long as nothing has come; nil = it is over
	edensync bool
	from     int64                  // change number up to which everything was confirmed before the run
	whole    bool                   // a brief document was not enough: all is to be said
	said     map[transfer.Key]int64 // what was said again, with the TreeSeq that it had
	items    []*transfer.Item
	passed   bool           // nothing is left to be said up to upto
	missed   []transfer.Key // but for these, which were overtaken
	poisoned int            // records on which alone the remote fails, in a row and without any success
}

// push says to the remote what changed here. The error is a fault of this site; faults of the remote end up in
// the part.
func (x *exchange) push(ctx context.Context, task transfer.Task, cursor transfer.Cursor, began *moment) (*transfer.Part, error) {
	p := &pushing{exchange: x, task: task, cursor: cursor, began: began, part: &transfer.Part{
		Resource: task.Resource, Direction: transfer.Push, State: transfer.Running, StartedAt: x.now(),
	}}
	err := interrupted(ctx, p.do(ctx))
	if err != nil && !foreign(err) && !diskFull(err) {
		return nil, fmt.Errorf("push of %s to %s: %w", task.Resource, x.repo.Name, err)
	}
	p.end(err)
	return p.part, nil
}

func (p *pushing) do(ctx context.Context) (err error) {
	if p.filters, err = newSelector(p.task.Resource, p.task.Filters); err != nil {
		return &transfer.RemoteError{Reason: string(apierr.ReasonFilterInvalid), Message: err.Error()}
	}
	p.edensync = p.cursor.Edensync
	p.from, p.part.Full = p.cursor.PushSeq, p.cursor.PushSeq == 0
	for tries := 0; ; tries++ {
		before := p.part.Counts
		err := p.rest(ctx)
		if p.part.Counts != before {
			tries = 0 // something was confirmed
		}
		if again, failure := p.overtaken(ctx, err); failure != nil || !again || tries == maxOvertaken {
			return errors.Join(err, failure)
		}
	}
}

// maxOvertaken is how often, one after the other, a document is written anew because of what the remote has sent here meanwhile.
const maxOvertaken = 20

// overtaken tells whether the remote has refused a document because it has sent changes here since that was written: then the
// present versions take them into account. If nothing has changed here, the remote has another reason.
func (p *pushing) overtaken(ctx context.Context, cause error) (bool, error) {
	var remote *transfer.RemoteError
	if !errors.As(cause, &remote) || !remote.Outdated() {
		return false, nil
	}
	now, err := p.store.Clock(ctx)
	return now > p.at.Seq, err
}

// rest says what is not confirmed yet.
func (p *pushing) rest(ctx context.Context) (err error) {
	now, err := p.present(ctx)
	if err != nil {
		return err
	}
	p.at, p.upto, p.said = now.at, now.at.Seq, map[transfer.Key]int64{}
	changed, told := p.changed(), now.known[p.task.Resource].told(p.shows())
	if changed.Told = told; told == 0 {
		changed.Told = -1
	}
	var page Page
	if changed.After < changed.Upto {
		if page, err = p.store.NextPage(ctx, changed, 0); err != nil {
			return err
		}
	}
	if page.Whole {
		changed.NotOrigin = ""
	}
	p.part.Expected = p.part.Handled + page.Masters
	var again []transfer.Key
	if now.resends {
		if again, err = p.store.Resends(ctx, p.repo.ID, p.task.Resource, pushTrees); err != nil {
			return err
		}
	}
	if page.Masters > 0 || len(again) > 0 {
		if err := p.say(ctx, changed, again); err != nil {
			return err
		}
	}
	if p.upto == p.from && told >= p.upto {
		return nil // as nearly always
	}
	p.passed = true
	return p.miss(ctx, changed)
}

// miss notes what was not said because it changed again meanwhile, by which it came behind what was to be said.
func (p *pushing) miss(ctx context.Context, said TreeQuery) error {
	now, err := p.store.Clock(ctx)
	if err != nil || now == p.upto {
		return err
	}
	said.NotOrigin = p.repo.ID
	p.missed, err = p.store.Overtaken(ctx, said)
	return err
}

// present is the moment up to which everything is to be said.
func (p *pushing) present(ctx context.Context) (moment, error) {
	if now := p.began; now != nil {
		p.began = nil
		return *now, nil
	}
	return p.moment(ctx, p.repo.ID, p.task.Resource)
}

// say shows that there is something to send, and sends it.
func (p *pushing) say(ctx context.Context, changed TreeQuery, again []transfer.Key) (err error) {
	if err := p.write(ctx, func(ctx context.Context, tx Tx) error { return tx.SavePart(ctx, p.run.ID, *p.part) }); err != nil {
		return err
	}
	if err := p.resend(ctx, again); err != nil {
		return err
	}
	return p.changes(ctx, changed)
}

// changes sends everything after the cursor in the order of change numbers, so that a confirmed batch moves it.
func (p *pushing) changes(ctx context.Context, changed TreeQuery) error {
	for trees, err := range groups(ctx, p.store, changed, pushTrees) {
		if err != nil {
			return err
		}
		masters, last := int64(len(trees)), trees[len(trees)-1].TreeSeq
		if err := p.send(ctx, p.selected(trees)); err != nil {
			return err
		}
		p.cursor.PushSeq = last
		p.part.Handled += masters
		if err := p.confirm(ctx, outcome{}); err != nil {
			return err
		}
		// What is read next was read after this, or nothing has changed in between (groups).
		if p.at, err = p.store.Position(ctx); err != nil {
			return err
		}
	}
	return nil
}

// changed are the records after the cursor that did not come from the repository.
func (p *pushing) changed() TreeQuery {
	return TreeQuery{
		Resource: p.task.Resource, After: p.cursor.PushSeq, Upto: p.upto, WithDeleted: true,
		NotOrigin: p.repo.ID, Limit: pushTrees, Position: p.cursor.PushSeq,
	}
}

// selected leaves out what the filters and the policy keep here, and what was just said again.
func (p *pushing) selected(trees []*transfer.Tree) []*transfer.Tree {
	return slices.DeleteFunc(trees, func(t *transfer.Tree) bool {
		return !p.filters.match(t) || !p.mayPush(t) || p.said[t.Key] == t.TreeSeq
	})
}

// mayPush applies what the remote cannot be trusted to do: an Eden behind /sync/sync decides by NEWER whatever
// we ask for (docs/compatibility.md).
func (p *pushing) mayPush(t *transfer.Tree) bool {
	switch {
	case p.task.Rule.Update == policy.Master:
		return t.MCI == 0
	case p.task.Rule.Update == policy.Other && !p.edensync:
		return t.FirstOrigin != p.repo.ID && t.FirstSeq > p.cursor.PushSeq
	default:
		return true
	}
}

// send posts trees in documents of bounded size.
func (p *pushing) send(ctx context.Context, trees []*transfer.Tree) error {
	for len(trees) > 0 {
		n, size := 0, 0
		for n < len(trees) && (n == 0 || size < pushBytes) {
			size += treeSize(trees[n])
			n++
		}
		if err := p.post(ctx, trees[:n]); err != nil {
			return err
		}
		trees = trees[n:]
	}
	return nil
}

func treeSize(t *transfer.Tree) int {
	size := 0
	for _, r := range flatten(t) {
		size += len(r.Body) + len(r.Attrs) + 200
	}
	return size
}

// post sends one document. When the remote fails on it, it is halved until the record that it fails on stands
// alone; that one is kept as a reject and the others go through.
func (p *pushing) post(ctx context.Context, trees []*transfer.Tree) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	answer, err := p.request(ctx, trees)
	var remote *transfer.RemoteError
	splittable := errors.As(err, &remote) && (remote.TooLarge() || remote.Broken())
	switch {
	case splittable && len(trees) > 1:
		half := len(trees) / 2
		if err := p.post(ctx, trees[:half]); err != nil {
			return err
		}
		return p.post(ctx, trees[half:])
	case splittable && p.poisoned < maxPoison:
		p.poisoned++
		return p.poison(ctx, trees[0], remote)
	case err != nil:
		return err
	}
	p.poisoned = 0
	p.contact.Reached = true
	p.cursor.Edensync = answer.Edensync
	return p.confirm(ctx, p.judge(trees, answer))
}

// maxPoison is how many records in a row may break a remote before it counts as broken itself.
const maxPoison = 3

// request says in brief what the remote has probably got with something before, unless that was not enough.
func (p *pushing) request(ctx context.Context, trees []*transfer.Tree) (*PushAnswer, error) {
	answer, brief, err := p.document(ctx, trees)
	var remote *transfer.RemoteError
	if brief && errors.As(err, &remote) && remote.Outdated() {
		p.whole = true // if it is outdated, the whole one is refused, too
		answer, _, err = p.document(ctx, trees)
	}
	return answer, err
}

// mayBeKnown tells whether the remote has probably got a record that comes along.
func (p *pushing) mayBeKnown(r *transfer.Record) bool {
	return p.edensync && !p.whole && r.Seq <= p.from
}

// document sends trees in one document, and says whether that was brief.
func (p *pushing) document(ctx context.Context, trees []*transfer.Tree) (answer *PushAnswer, brief bool, err error) {
	var doc bytes.Buffer
	masters := make(map[transfer.Key]bool, len(trees))
	for _, t := range trees {
		masters[t.Key] = true
	}
	w := newWriter(p.store, &doc, p.site, p.filters, func(r *transfer.Record) bool { return masters[r.Key] })
	w.part, w.brief = p.shows(), p.mayBeKnown
	w.begin(root{results: int64(len(trees))})
	if err := w.trees(ctx, trees); err != nil {
		return nil, false, err
	}
	if err := w.end(); err != nil {
		return nil, false, err
	}
	answer, err = p.remote.Push(ctx, p.repo, PushRequest{
		Task: p.task, Body: doc.Bytes(), Records: len(trees), Key: p.newID(), Edensync: p.edensync, Brief: w.told,
		Position: p.at,
	})
	return answer, w.told, err
}

// poison keeps a record on which the remote fails.
func (p *pushing) poison(ctx context.Context, t *transfer.Tree, err *transfer.RemoteError) error {
	reason := transfer.RejectRemotePoison
	if err.TooLarge() {
		reason = transfer.RejectTooLarge
	}
	return p.confirm(ctx, outcome{
		counts:  transfer.Counts{Sent: 1, Received: 1, Rejected: 1},
		refused: []transfer.Key{t.Key},
		items:   []*transfer.Item{p.refusedItem(t, reason, err.Message)},
	})
}

// confirm stores what the remote's answer settled.
func (p *pushing) confirm(ctx context.Context, o outcome) error {
	p.part.Counts = p.part.Counts.Plus(o.counts)
	p.part.Bytes += o.bytes
	p.cursor.LastPushAt, p.cursor.OneWay = p.now(), false
	if room := transfer.MaxReportedItems - len(p.items); room > 0 {
		p.items = append(p.items, o.items[:min(room, len(o.items))]...)
	}
	return p.write(ctx, func(ctx context.Context, tx Tx) error {
		return errors.Join(
			tx.AddItems(ctx, o.items),
			tx.Resend(ctx, p.repo.ID, p.task.Resource, o.refused),
			tx.Resent(ctx, p.repo.ID, p.task.Resource, o.accepted),
			tx.CloseRejects(ctx, p.repo.ID, transfer.Push, o.accepted),
			tx.SaveCursor(ctx, p.cursor),
			tx.Heard(ctx, p.repo.ID, o.position),
			tx.SavePart(ctx, p.run.ID, *p.part),
		)
	})
}

// pass moves the cursor behind all that was to be said, and notes that the remote has seen it: only now is it known that no change is left in a
// tree that was changed again and comes later.
func (p *pushing) pass(ctx context.Context, tx Tx) error {
	if !p.passed {
		return nil
	}
	p.cursor.PushSeq, p.cursor.LastPushAt, p.cursor.OneWay = p.upto, p.now(), false
	return errors.Join(
		tx.Resend(ctx, p.repo.ID, p.task.Resource, p.missed),
		show(ctx, tx, &p.cursor, p.shows(), p.cursor.PushSeq),
		tx.SaveCursor(ctx, p.cursor),
	)
}

// shows is the part of the records that a push sends. EDEN: under OTHER next to nothing is sent, but then what the
// repository has counts, not what it has seen.
func (p *pushing) shows() transfer.Selection {
	return transfer.Selection{Filters: p.task.Filters, MadeHere: p.task.Rule.Update == policy.Master}
}

// end settles the state of the part, and leaves the log entry and how far it got to be written.
func (p *pushing) end(cause error) {
	p.part.EndedAt = p.now()
	c := p.part.Counts
	switch {
	case cause != nil:
		p.fail(p.part, cause)
	case c.Rejected > 0:
		p.part.State, p.part.Reason, p.part.RemoteError = transfer.DoneWithWarnings, string(apierr.ReasonRecordsRejected), true
		p.part.Message = fmt.Sprintf("The remote refused %d of %d records - invalid items ignored, %s", c.Rejected, c.Sent, invalidItems(p.items))
	case c.Sent == 0:
		p.part.State, p.part.Message = transfer.Done, "No data to send"
	default:
		p.part.State, p.part.Message = transfer.Done, fmt.Sprintf("data sent successfully (%d records)", c.Sent)
	}
	entry := p.entry(p.part, "push", "send", p.part.Message, cause)
	if cause == nil && c.Sent == 0 {
		entry.Result = "warning" // EDEN: the guide's word for it; the run itself is well
	}
	p.leave(func(ctx context.Context, tx Tx) error {
		if err := p.pass(ctx, tx); err != nil {
			return err
		}
		return errors.Join(tx.SavePart(ctx, p.run.ID, *p.part), tx.Audit(ctx, entry))
	})
}
