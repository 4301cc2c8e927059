package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// exportTrees is how many masters are read and written at a time. The first ones are fewer, so that the document begins soon.
const (
	exportTrees = 500
	firstTrees  = 100
)

// CursorPage is how many masters a pull by cursor gets when it does not say how many it wants. What they refer to comes with
// each page anew, and bookmarks let a pull go on within one.
const CursorPage = 20_000

// Selected is what an export found, known before the first byte is written.
type Selected struct {
	Results int64 // masters in the document
	UpTo    int64 // change number up to which it is complete
	More    bool  // masters are left beyond UpTo
}

// export is one document on its way to a peer.
type export struct {
	*Engine
	transfer.Export
	filters  selector
	part     transfer.Selection // what the peer asks for
	query    TreeQuery
	selected Selected
	youngest time.Time
}

// Export writes what a peer asked for as one S3XML document to the writer that open returns. Before it returns it has noted what the
// peer says to have got, and to an Eden what was served, so that a later request confirms it.
func (e *Engine) Export(ctx context.Context, out transfer.Export, open func(Selected) io.Writer) error {
	x := &export{Engine: e, Export: out, part: transfer.Selection{Filters: out.Filters}}
	var err error
	if x.filters, err = newSelector(out.Resource, out.Filters); err != nil {
		return apierr.New(apierr.KindInvalid, apierr.ReasonFilterInvalid, "%v", err)
	}
	noted := x.note(ctx)
	err = x.send(ctx, open, noted)
	if failed := noted(); err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("export of %s: %w", out.Resource, err)
	}
	return x.served(ctx)
}

// note remembers what a pull by cursor says of how far the peer has got, while the document is read and written: the peer waits for
// both. noted waits for it, and may be called again.
func (x *export) note(ctx context.Context) (noted func() error) {
	if !x.ByCursor || x.RepositoryID == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- x.heard(ctx) }()
	return sync.OnceValue(func() error { return <-done })
}

// send selects the records and writes the document. It ends only when all that was to be noted is.
func (x *export) send(ctx context.Context, open func(Selected) io.Writer, noted func() error) error {
	if err := x.plan(ctx); err != nil {
		return err
	}
	site, err := x.sites.Site(ctx)
	if err != nil {
		return err
	}
	w := newWriter(x.store, open(x.selected), site, x.filters, x.isMaster)
	w.known, w.brief, w.part = x.isKnown, x.mayBeKnown, x.part
	r := root{results: x.selected.Results}
	if !x.ByCursor {
		r.start, r.limit = x.Offset, x.Limit
	}
	w.begin(r)
	if err := x.write(ctx, w); err != nil {
		return err
	}
	if err := noted(); err != nil {
		return err
	}
	return w.end()
}

// plan decides which rows the answer holds.
func (x *export) plan(ctx context.Context) error {
	clock := x.Upto
	if clock == 0 {
		var err error
		if clock, err = x.store.Clock(ctx); err != nil {
			return err
		}
	}
	x.query = TreeQuery{Resource: x.Resource, Upto: clock, WithDeleted: x.WithDeleted}
	x.selected.UpTo = clock
	var err error
	switch {
	case x.ByCursor && x.AfterSeq >= clock:
		return nil // nothing at all has changed here since
	case x.ByCursor:
		err = x.planCursor(ctx)
	case !x.Since.IsZero():
		err = x.planSince(ctx)
	}
	if err != nil || x.ByCursor && x.filters.empty() {
		return err
	}
	x.selected.Results, err = x.count(ctx)
	return err
}

// planCursor selects by change number, one page at a time.
func (x *export) planCursor(ctx context.Context) (err error) {
	x.query.After, x.query.Position, x.query.Told = x.AfterSeq, x.AfterSeq, x.Told
	if x.AfterSeq > 0 {
		x.query.NotOrigin = x.RepositoryID // what came from there need not go back
	}
	limit := x.Limit
	if limit <= 0 || limit > CursorPage {
		limit = CursorPage
	}
	page, err := x.store.NextPage(ctx, x.query, limit)
	if page.More {
		x.query.Upto, x.selected.UpTo, x.selected.More = page.End, page.End, true
	}
	if page.Whole {
		x.query.NotOrigin = ""
	}
	x.selected.Results = page.Masters
	return err
}

// planSince serves an Eden that asks by time: everything changed after what it is known to have, and everything
// with a time from there on. A record that came late to this site is sent although its time is old.
func (x *export) planSince(ctx context.Context) error {
	x.query.Since = x.Since
	if x.RepositoryID != "" {
		servings, err := x.store.Servings(ctx, x.RepositoryID, x.Resource, x.part)
		if err != nil {
			return err
		}
		x.query.After = transfer.Confirmed(servings, x.Since)
	}
	if x.query.After == 0 {
		x.query.After, x.query.Arrived = x.query.Upto, true
	}
	return nil
}

func (x *export) count(ctx context.Context) (int64, error) {
	if x.filters.empty() {
		n, err := x.store.CountTrees(ctx, x.query)
		return x.slice(n), err
	}
	var n int64
	err := x.pages(ctx, func(trees []*transfer.Tree) error {
		n += int64(len(trees))
		return nil
	})
	return n, err
}

// slice is how many of n masters the asked for slice holds.
func (x *export) slice(n int64) int64 {
	if x.ByCursor {
		return n
	}
	n = max(0, n-int64(x.Offset))
	if x.Limit > 0 {
		n = min(n, int64(x.Limit))
	}
	return n
}

// pages goes through the selection group by group.
func (x *export) pages(ctx context.Context, do func([]*transfer.Tree) error) error {
	if x.ByCursor && x.selected.Results == 0 && (x.filters.empty() || x.AfterSeq >= x.query.Upto) {
		return nil // as nearly always, when nothing has changed
	}
	q, skip, left := x.query, x.Offset, -1
	q.Limit = x.pieces.first
	if x.Limit > 0 && !x.ByCursor {
		left = x.Limit
	}
	for trees, err := range groups(ctx, x.store, q, x.pieces.next) {
		if err != nil {
			return err
		}
		trees = slices.DeleteFunc(trees, func(t *transfer.Tree) bool { return !x.filters.match(t) })
		drop := min(skip, len(trees))
		trees, skip = trees[drop:], skip-drop
		if left > 0 && len(trees) > left {
			trees = trees[:left]
		}
		if left > 0 {
			left -= len(trees)
		}
		if err := do(trees); err != nil || left == 0 {
			return err
		}
	}
	return nil
}

func (x *export) write(ctx context.Context, w *writer) error {
	return x.pages(ctx, func(trees []*transfer.Tree) error {
		for _, t := range trees {
			if t.ModifiedOn.After(x.youngest) {
				x.youngest = t.ModifiedOn
			}
		}
		if err := w.trees(ctx, trees); err != nil || x.Cursor == nil || len(trees) == 0 {
			return err
		}
		w.bookmark(x.Cursor(trees[len(trees)-1].TreeSeq))
		return nil
	})
}

// isMaster tells whether a record is in the document as a master, so that it need not follow as a dependency.
func (x *export) isMaster(r *transfer.Record) bool {
	if r.Resource != x.Resource || !r.Master || r.TreeSeq > x.query.Upto || !x.filters.empty() || x.Limit > 0 {
		return false
	}
	return r.TreeSeq > x.query.After || !x.Since.IsZero() && !r.ModifiedOn.Before(x.Since)
}

// isKnown tells whether the peer has the present version of a record: it asks for what came after it. Of a part of the records, or of
// other resources, its cursor says nothing.
func (x *export) isKnown(r *transfer.Record) bool {
	return x.ByCursor && x.filters.empty() && r.Resource == x.Resource && r.Master && r.TreeSeq <= x.AfterSeq
}

// mayBeKnown tells whether the peer, which wants to hear it in brief, has probably got a record with something that it has asked for before.
func (x *export) mayBeKnown(r *transfer.Record) bool {
	return x.Brief && x.ByCursor && r.Seq <= x.AfterSeq
}

// served remembers the answer to an Eden, which says with its next request that it has got it.
func (x *export) served(ctx context.Context) error {
	if x.RepositoryID == "" || x.ByCursor || x.Limit > 0 {
		return nil
	}
	return x.store.Write(ctx, nil, func(tx Tx) error {
		confirmed := x.query.After
		if x.query.Arrived {
			confirmed = 0
		}
		if confirmed > 0 {
			if err := tx.ConfirmServing(ctx, x.RepositoryID, x.Resource, x.part, confirmed); err != nil {
				return err
			}
		}
		s := transfer.Serving{Youngest: x.confirming(), Seq: x.selected.UpTo, ServedAt: x.now()}
		return errors.Join(x.seen(ctx, tx, confirmed), tx.AddServing(ctx, x.RepositoryID, x.Resource, x.part, s))
	})
}

// heard writes nothing when the peer says what is known already, as nearly always when nothing has changed.
func (x *export) heard(ctx context.Context) error {
	cursor, err := x.store.Cursor(ctx, x.RepositoryID, x.Resource)
	if err != nil || knows(cursor, x.stored()) {
		return err
	}
	return x.store.Write(ctx, nil, func(tx Tx) error { return x.seen(ctx, tx, x.stored()) })
}

// knows tells whether the cursor says already that the repository has our changes up to seq.
func knows(c transfer.Cursor, seq int64) bool { return seq <= c.SyncSeq && !c.OneWay }

// stored is the change number up to which a peer that pulls by cursor says that it has everything.
func (x *export) stored() int64 {
	told := TreeQuery{After: x.AfterSeq, Told: x.Told}.ToldUpto()
	if x.Ahead {
		return min(x.SeenSeq, told)
	}
	return told
}

// seen notes that the repository has our changes up to seq, as far as it asks for them.
func (x *export) seen(ctx context.Context, tx Tx, seq int64) error {
	cursor, err := x.store.Cursor(ctx, x.RepositoryID, x.Resource)
	if err != nil || knows(cursor, seq) {
		return err
	}
	cursor.OneWay = false
	return errors.Join(show(ctx, tx, &cursor, x.part, seq), tx.SaveCursor(ctx, cursor), tx.Heard(ctx, x.RepositoryID, x.Position))
}

// confirming is the msince from which on a later request confirms this answer. An answer in which everything is older
// than what was asked for moves no cursor forward: the same request once more means that it was lost, or that the peer
// stays where it was; only a later one confirms.
func (x *export) confirming() time.Time {
	switch {
	case x.youngest.IsZero():
		return x.Since // nothing was sent: the next request asks from the same time
	case !x.Since.IsZero() && !x.youngest.After(x.Since):
		return x.Since.Add(time.Second)
	default:
		return x.youngest
	}
}
