package engine

import (
	"context"
	"fmt"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// view is what the store had of the records of a batch at one moment, and what this site knew then of their versions:
// everything that decisions depend on.
type view struct {
	turn   int64                             // of the store before it was looked into
	locals map[transfer.Key]*transfer.Record // but for those that are the same as their rows
	trees  map[transfer.Key]*transfer.Tree   // where a selection has to look at them
	seen   []policy.Seen                     // in the order of the rows
	known  map[string]*knowledge             // of how much the repository has seen, by resource
}

// local is our version of the row's record, nil if there is none.
func (v *view) local(r *row) *transfer.Record {
	if r.same {
		return &r.rec
	}
	return v.locals[r.rec.Key]
}

// look reads what decisions on the rows depend on. Partial versions are laid over those that are here.
func (j *job) look(ctx context.Context, r Reader, b *batch) (*view, error) {
	v := &view{known: j.moment.known}
	if err := j.load(ctx, r, v, b); err != nil {
		return nil, err
	}
	if err := j.overlay(v, b.rows); err != nil {
		return nil, err
	}
	var err error
	if v.seen, err = j.seen(ctx, r, v, b.rows); err != nil {
		return nil, err
	}
	return v, j.loadShown(ctx, r, v, b.rows)
}

// load reads our versions. Where documents repeat what is here, as an Eden's pushes do, it asks first which records are
// just the same: of those nothing more need be known. Of records that cannot be here it does not ask at all. Bodies come with
// the records where partial versions are laid over them.
func (j *job) load(ctx context.Context, r Reader, v *view, b *batch) error {
	open := make([]*row, 0, len(b.rows))
	for i := range b.rows {
		row := &b.rows[i]
		row.forget()
		if row.reject == "" && row.skip == "" && (b.novel == nil || !b.novel[i]) {
			open = append(open, row)
		}
	}
	all, err := len(open), error(nil)
	if j.repeats.Load() {
		if open, err = differing(ctx, r, open); err != nil {
			return err
		}
	}
	if err := j.rest.complete(b); err != nil {
		return err
	}
	keys := make([]transfer.Key, len(open))
	for i, row := range open {
		keys[i] = row.rec.Key
	}
	read := r.Load
	if !j.in.Complete {
		read = r.LoadWhole
	}
	v.locals, err = read(ctx, keys)
	v.turnAway(b.rows)
	repeated := all - len(open)
	for _, row := range open {
		if local := v.locals[row.rec.Key]; local != nil && local.Hash == row.rec.Hash {
			repeated++
		}
	}
	j.repeats.Store(repeated > all/2)
	j.repeated.Store(all > 0 && repeated >= all-all/nearlyAll)
	return err
}

// turnAway skips what nobody asked for where it is not here.
func (v *view) turnAway(rows []row) {
	for i := range rows {
		if r := &rows[i]; r.stranger && v.local(&rows[r.root]) == nil {
			r.skip = transfer.SkipNotRequested
		}
	}
}

// differing marks the rows whose records are here, just the same, and returns the others. Where a batch has two versions of a
// record, what is decided on the first one counts for the second: neither is the same.
func differing(ctx context.Context, r Reader, rows []*row) (others []*row, err error) {
	versions := make([]*transfer.Record, len(rows))
	for i, row := range rows {
		versions[i] = &row.rec
	}
	same, err := r.Same(ctx, versions)
	if err != nil {
		return nil, err
	}
	changed := map[transfer.Key]bool{} // records of which the batch has another version as well
	for i, row := range rows {
		if !same[i] {
			changed[row.rec.Key] = true
		}
	}
	others = rows[:0]
	for i, row := range rows {
		if row.same = same[i] && !changed[row.rec.Key]; !row.same {
			others = append(others, row)
		}
	}
	return others, nil
}

// overlay lays partial versions over ours: what a site that cannot say that a field is empty does not mention stays.
func (j *job) overlay(v *view, rows []row) error {
	if j.in.Complete {
		return nil
	}
	for i := range rows {
		row := &rows[i]
		local := v.local(row)
		if local == nil || row.reject != "" || row.skip != "" || row.rec.Deleted || row.rec.Hash == local.Hash {
			continue
		}
		if err := row.merge(local.Body); err != nil {
			return fmt.Errorf("stored body of %s %s: %w", row.rec.Resource, row.rec.UID, err)
		}
	}
	return nil
}

// merge lays the row over a stored body.
func (r *row) merge(local []byte) error {
	if s3xml.Covers(r.rec.Body, local) {
		return nil
	}
	ours, err := s3xml.ParseBody(local)
	if err != nil {
		return err
	}
	theirs, err := s3xml.ParseBody(r.rec.Body)
	if err != nil {
		return err
	}
	merged := ours.Overlay(theirs)
	r.sent, r.merged = r.rec.Body, true
	r.rec.Hash, r.rec.Body = merged.Hash(), merged.AppendBody(nil)
	return nil
}

// forget makes the row what was received, whatever an earlier look has found.
func (r *row) forget() {
	r.same = false
	if r.merged {
		r.rec.Hash, r.rec.Body, r.merged = r.rec.ReceivedHash, r.sent, false
	}
	if r.stranger {
		r.skip = ""
	}
}

// seen asks for the versions that differ from ours whether we know them. The answers have the order of rows.
func (j *job) seen(ctx context.Context, r Reader, v *view, rows []row) ([]policy.Seen, error) {
	answers := make([]policy.Seen, len(rows))
	var questions []SeenQuestion
	var index []int
	for i := range rows {
		if row := &rows[i]; j.mustAsk(v, row) {
			local := v.local(row)
			questions = append(questions, SeenQuestion{
				Key: row.rec.Key, Hash: row.rec.Hash, ReceivedHash: row.rec.ReceivedHash, ModifiedOn: row.rec.ModifiedOn,
				First: local == nil || local.Seq == local.FirstSeq, Unwanted: row.skip != "",
			})
			index = append(index, i)
		}
	}
	if len(questions) == 0 {
		return answers, nil
	}
	found, err := r.Seen(ctx, j.in.Repository.ID, j.in.Rule.String(), questions)
	if err != nil {
		return nil, err
	}
	for k, i := range index {
		answers[i] = found[k]
	}
	return answers, nil
}

// mustAsk is false where the answer cannot matter: most records of a first load are plainly new, most of a
// repeated one plainly the same.
func (j *job) mustAsk(v *view, r *row) bool {
	switch {
	case r.reject != "":
		return false
	case r.skip != "":
		return true // an Eden sends the same again and again: one entry is enough
	}
	local := v.local(r)
	if local == nil {
		return j.in.Rule.Update == policy.Master || !j.in.Rule.Strategy.Has(policy.Create)
	}
	return local.Hash != r.rec.Hash || local.Deleted != r.rec.Deleted
}

// lookAhead looks for batches while the one before is stored, and for the first one if others are being stored. A view of which
// nobody knows whether it was overtaken is of no use, and where that happens once it happens again: the rest of the document is
// looked at when its turn has come.
func (j *job) lookAhead(ctx context.Context, in <-chan *batch, out chan<- *batch) {
	defer close(out)
	for first := true; ; first = false {
		b, ok := <-in
		if !ok {
			return
		}
		j.gate(b)
		b.err = j.newcomers.mark(ctx, j.e.store, b)
		if pays := !first || j.e.store.Waiting(); b.err == nil && pays && !j.overtaken.Load() {
			b.view = j.lookNow(ctx, b)
		}
		out <- b // whoever stores takes every batch, to the end: none may be missing unnoticed
	}
}

// lookNow is nil when it fails: the transaction will look again, and tell.
func (j *job) lookNow(ctx context.Context, b *batch) (v *view) {
	turn, err := j.e.store.Ahead(ctx, func(r Reader) (err error) {
		v, err = j.look(ctx, r, b)
		return err
	})
	if err != nil {
		return nil
	}
	v.turn = turn
	return v
}

// still tells whether a view is as good as one of this transaction: nothing that it shows was written to since. What a tree
// looks like depends on more than its records.
func (a *application) still(v *view, rows []row) bool {
	_, before := a.tx.Turn()
	switch {
	case v == nil:
		return false
	case v.turn == before:
		return true
	}
	keys := make([]transfer.Key, len(rows))
	for i := range rows {
		keys[i] = rows[i].rec.Key
	}
	known, written := a.tx.Since(v.turn, keys)
	if !known {
		a.overtaken.Store(true)
	}
	return !written && len(v.trees) == 0
}
