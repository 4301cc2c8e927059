package engine

import (
	"context"
	"slices"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// application applies the rows of one batch in one transaction. It is thrown away when the transaction fails.
type application struct {
	*job
	tx       Tx
	part     transfer.Part
	ends     bool   // with it the run ends well
	bookmark string // of the batch
	counts   transfer.Counts
	masters  int64
	ahead    int64 // versions from the future that were taken
	youngest time.Time

	*view                                     // as it was before the batch
	pending map[transfer.Key]*transfer.Record // our versions as the batch makes them
	written map[transfer.Key]int              // index in changes
	changes []*transfer.Record
	touched []*transfer.Record
	relinks []*transfer.Record
	items   []*transfer.Item
	resend  []transfer.Key
	arrived []transfer.Key // records of open rejects may be among them
	files   []transfer.File
}

func (a *application) apply(ctx context.Context, b *batch) error {
	if err := a.look(ctx, b); err != nil {
		return err
	}
	for i := range b.rows {
		if err := a.decide(&b.rows[i], b.rows[b.rows[i].root].rec.Key, a.view.seen[i]); err != nil {
			return err
		}
	}
	if err := a.completeItems(ctx); err != nil {
		return err
	}
	return a.store(ctx)
}

// look takes over a view that was made ahead if it still holds, or makes one. What is known not to be here need not be
// looked for again.
func (a *application) look(ctx context.Context, b *batch) error {
	a.pending = map[transfer.Key]*transfer.Record{}
	if _, before := a.tx.Turn(); b.novel != nil && !a.newcomers.hold(before) {
		b.novel, b.view = nil, nil
	}
	if a.still(b.view, b.rows) {
		a.view = b.view
	} else {
		var err error
		if a.view, err = a.job.look(ctx, a.tx, b); err != nil {
			return err
		}
	}
	missing := a.missing(b.rows)
	a.written = make(map[transfer.Key]int, len(missing)+len(a.locals))
	a.tx.Missing(missing)
	return nil
}

func (v *view) missing(rows []row) []transfer.Key {
	var keys []transfer.Key
	for i := range rows {
		if r := &rows[i]; r.reject == "" && r.skip == "" && v.local(r) == nil {
			keys = append(keys, r.rec.Key)
		}
	}
	return keys
}

// present is our version of the row's record as it is after the rows before.
func (a *application) present(r *row) *transfer.Record {
	if local := a.pending[r.rec.Key]; local != nil {
		return local
	}
	return a.local(r)
}

// decide settles one row: it counts exactly one outcome for it.
func (a *application) decide(r *row, root transfer.Key, seen policy.Seen) error {
	switch {
	case r.skip == transfer.SkipNotRequested && a.brief:
		return errBrief // what refers to it may be among what is told by a hash
	case r.reject != "":
		a.count(policy.Rejected)
		a.items = append(a.items, a.rejectItem(r))
		a.arrived = slices.DeleteFunc(a.arrived, func(k transfer.Key) bool { return k == r.rec.Key }) // before this one
		return nil
	case r.skip != "" && seen == policy.DecidedBefore:
		a.count(policy.Unchanged)
		return nil
	case r.skip != "":
		a.count(policy.Skipped)
		a.items = append(a.items, a.skipItem(r))
		return nil
	}
	local := a.present(r)
	if a.duplicate(r, local) {
		r.reject = transfer.RejectDuplicate
		r.message = "the document holds two different versions of this record; the first one was kept"
		return a.decide(r, root, seen)
	}
	s := policy.Situation{Rule: a.in.Rule, Incoming: r.rec.Version(), Seen: seen, HasMCI: r.hasMCI}
	if local != nil {
		v := local.Version()
		s.Local = &v
		s.FromOrigin = local.Origin == a.in.Repository.ID
		s.LocalChanged = a.localChanged(root, local)
	}
	d := policy.Decide(s)
	if r.told && d.Outcome != policy.Unchanged {
		return errBrief
	}
	if r.outline && d.Outcome != policy.Unchanged {
		return apierr.New(apierr.KindInternal, apierr.ReasonInternal,
			"Only the outline of %s %s was read, so the batch was not stored. This is a defect; please report it.", r.rec.Resource, r.rec.UID)
	}
	a.carryOut(r, local, d)
	return nil
}

// duplicate tells whether the same top-level record came earlier in this document with another content.
func (a *application) duplicate(r *row, local *transfer.Record) bool {
	if !r.top || r.rec.Resource != a.in.Resource || local == nil || !local.Parent.IsZero() {
		return false
	}
	again := local.Origin == a.in.Repository.ID && (local.Seq > a.moment.at.Seq || local.Seq == pending) && local.Run == a.runID
	return again && (local.Hash != r.rec.Hash || local.Deleted != r.rec.Deleted)
}

// pending is the change number of records that are decided but not yet stored.
const pending = -1

func (a *application) carryOut(r *row, local *transfer.Record, d policy.Decision) {
	a.count(d.Outcome)
	a.remember(r)
	if d.Outcome == policy.Skipped || d.Outcome == policy.Conflict {
		a.items = append(a.items, a.decisionItem(r, local, d))
	}
	switch {
	case d.Take:
		a.take(r, local)
	case local == nil:
	default:
		a.keep(r, local, d)
	}
}

// remember notes what the caller learns of an accepted row.
func (a *application) remember(r *row) {
	if a.moment.rejects || a.part.Counts.Rejected+a.counts.Rejected > 0 {
		a.arrived = append(a.arrived, r.rec.Key)
	}
	if r.top && r.rec.Resource == a.in.Resource {
		a.masters++
		if r.hasTime && r.rec.ModifiedOn.After(a.youngest) {
			a.youngest = r.rec.ModifiedOn
		}
	}
}

// take stores the incoming version.
func (a *application) take(r *row, local *transfer.Record) {
	next := r.rec
	if !a.clockMax.IsZero() && next.ModifiedOn.After(a.clockMax) {
		a.ahead++
	}
	next.Run, next.Seq = a.runID, pending
	if local != nil {
		next.MCI, next.FirstSeq, next.FirstOrigin = local.MCI, local.FirstSeq, local.FirstOrigin
		next.CreatedOn = firstTime(local.CreatedOn, r.rec.CreatedOn)
		next.Master = local.Master || r.rec.Master
		if r.top {
			next.Parent, next.Alias = local.Parent, local.Alias
		}
		if next.Deleted {
			next.Attrs = local.Attrs // a deletion says nothing of them
		}
	} else {
		next.FirstOrigin = a.in.Repository.ID
	}
	a.files = append(a.files, r.files...)
	if i, ok := a.written[next.Key]; ok {
		a.changes[i] = &next
	} else {
		a.written[next.Key] = len(a.changes)
		a.changes = append(a.changes, &next)
	}
	a.pending[next.Key] = &next
}

func firstTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// keep leaves our version and stores only what is beside the content: a place in a tree, a younger time.
func (a *application) keep(r *row, local *transfer.Record, d policy.Decision) {
	if d.Outcome == policy.Unchanged && local.Seq != pending && moved(r, local, d) {
		a.relink(r, local)
	}
	if d.Touch || a.in.Complete && d.Reason == policy.SameContent {
		a.files = append(a.files, r.files...) // the same record may lead to another file, or to one that can be had now
	}
	if d.Touch && r.hasTime && local.Seq != pending {
		touched := *a.present(r)
		touched.ModifiedOn = r.rec.ModifiedOn
		a.touched = append(a.touched, &touched)
	}
	if a.ours && lost(d) {
		a.resend = append(a.resend, local.Key)
	}
}

// moved tells whether the record stands at another place of a tree than here. Where an older version stood says nothing.
func moved(r *row, local *transfer.Record, d policy.Decision) bool {
	if r.top {
		return !local.Master
	}
	return local.Parent != r.rec.Parent && !r.rec.Deleted && d.Reason == policy.SameContent && !r.rec.ModifiedOn.Before(local.ModifiedOn)
}

// relink gives our version the place that the incoming one has.
func (a *application) relink(r *row, local *transfer.Record) {
	linked := *local
	linked.Master = local.Master || r.top
	if !r.top {
		linked.Parent, linked.Alias = r.rec.Parent, r.rec.Alias
	}
	a.relinks = append(a.relinks, &linked)
	a.pending[r.rec.Key] = &linked
}

// lost tells whether the other site keeps a version that lost against ours, so that ours must be said to it again.
func lost(d policy.Decision) bool {
	switch d.Outcome {
	case policy.Conflict:
		return true
	case policy.Skipped:
		return d.Reason == policy.PolicyThis || d.Reason == policy.LocalNewer
	default:
		return false
	}
}

// mastersOf are the masters under which records stand here, wherever they stand at the other site: these are what can be said again.
func (a *application) mastersOf(ctx context.Context, keys []transfer.Key) (masters []transfer.Key, err error) {
	level := distinct(keys)
	for depth := 0; len(level) > 0 && depth < maxDepth; depth++ {
		here, err := a.tx.Load(ctx, level)
		if err != nil {
			return nil, err
		}
		var above []transfer.Key
		for _, k := range level {
			if r := here[k]; r == nil || r.Parent.IsZero() || r.Master && r.Resource == a.in.Resource {
				masters = append(masters, k)
			} else {
				above = append(above, r.Parent)
			}
		}
		level = distinct(above)
	}
	return distinct(masters), nil
}

// store writes everything that the rows of the batch came to.
func (a *application) store(ctx context.Context) error {
	if err := a.storeRecords(ctx); err != nil {
		return err
	}
	if err := a.storeLedger(ctx); err != nil {
		return err
	}
	return a.progress(ctx)
}

func (a *application) storeRecords(ctx context.Context) error {
	if err := a.tx.Apply(ctx, a.changes); err != nil {
		return err
	}
	if err := a.tx.Touch(ctx, a.touched); err != nil {
		return err
	}
	if err := a.tx.Relink(ctx, a.in.Repository.ID, a.relinks); err != nil {
		return err
	}
	return a.tx.AddFiles(ctx, a.files)
}

func (a *application) storeLedger(ctx context.Context) error {
	repo := a.in.Repository.ID
	if err := a.tx.AddItems(ctx, a.items); err != nil {
		return err
	}
	again, err := a.mastersOf(ctx, a.resend)
	if err != nil {
		return err
	}
	if err := a.tx.Resend(ctx, repo, a.in.Resource, again); err != nil || len(a.arrived) == 0 {
		return err
	}
	return a.tx.CloseRejects(ctx, repo, transfer.Pull, a.arrived)
}

// progress stores the counts of the part, and with the last batch of a run its end. A ledger that does not close must
// never be committed.
func (a *application) progress(ctx context.Context) error {
	a.part.Counts = a.part.Counts.Plus(a.counts)
	a.part.Handled += a.masters
	if !a.part.Counts.Closed() {
		return apierr.New(apierr.KindInternal, apierr.ReasonLedgerOpen,
			"The ledger of %s does not close, so the batch was not stored: %+v. This is a defect; please report it.", a.in.Resource, a.part.Counts)
	}
	if a.ends {
		a.conclude(&a.part, a.reported(a.items), nil)
		return a.end(ctx, a.tx, a.part)
	}
	if a.reached != nil && a.bookmark != a.job.bookmark {
		if err := a.reached(ctx, a.tx, a.bookmark); err != nil {
			return err
		}
	}
	return a.tx.SavePart(ctx, a.runID, a.part)
}

func (a *application) count(o policy.Outcome) { a.counts.Add(o) }
