package sqlstore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// pick is a master that a page holds, without its content.
type pick struct {
	key          transfer.Key
	treeSeq, seq int64
	origin       string
}

// minPicks is the number of masters that are read at once when a filter may drop most of them.
const minPicks = 500

// pickEach goes through the masters of a selection in the order of TreeSeq, chunk by chunk, until do wants no more of them. What
// NotOrigin leaves out is not among them; whole tells that it was nothing.
func pickEach(ctx context.Context, q sqldb.Querier, sel selection, chunk int, do func(kept []pick, whole bool) (more bool)) error {
	for {
		page, err := sel.page(ctx, q, chunk, 0)
		if err != nil {
			return err
		}
		kept, err := notOnlyFrom(ctx, q, sel.query.NotOrigin, sel.query.ToldUpto(), page)
		if err != nil || !do(kept, len(kept) == len(page)) || len(page) < chunk {
			return err
		}
		sel.position = page[len(page)-1].treeSeq
	}
}

// chunkOf is how many masters are looked at together where so many are wanted and some may be left out.
func chunkOf(limit int) int { return min(max(limit, minPicks), maxIn) }

// pickAll selects the masters of a page from which some are left out; limit 0 = all.
func pickAll(ctx context.Context, q sqldb.Querier, query engine.TreeQuery, limit int) (picked []pick, err error) {
	sel, err := selectionOf(ctx, q, query)
	if err != nil {
		return nil, err
	}
	limit, skip := noLimit(limit), query.Offset
	err = pickEach(ctx, q, sel, chunkOf(limit), func(kept []pick, _ bool) bool {
		skipped := min(skip, len(kept))
		kept, skip = kept[skipped:], skip-skipped
		picked = append(picked, kept[:min(limit-len(picked), len(kept))]...)
		return len(picked) < limit
	})
	return picked, err
}

// nextPage measures a page.
func nextPage(ctx context.Context, q sqldb.Querier, query engine.TreeQuery, limit int) (page engine.Page, err error) {
	sel, err := selectionOf(ctx, q, query)
	if err != nil {
		return page, err
	}
	limit = noLimit(limit)
	page.Whole = true
	if query.NotOrigin == "" {
		var known bool
		if page.Masters, known, err = countedMasters(ctx, q, query); err == nil && known && page.Masters <= int64(limit) {
			page.End, err = sel.end(ctx, q)
			return page, err
		}
		if err != nil {
			return page, err
		}
		return sel.extent(ctx, q, limit)
	}
	err = pickEach(ctx, q, sel, chunkOf(limit), func(kept []pick, whole bool) bool {
		taken := min(limit-int(page.Masters), len(kept))
		if taken > 0 {
			page.End = kept[taken-1].treeSeq
		}
		page.Masters, page.Whole, page.More = page.Masters+int64(taken), page.Whole && whole, taken < len(kept)
		return !page.More
	})
	return page, err
}

// end is the change number of the last master; 0 = there is none.
func (s *selection) end(ctx context.Context, q sqldb.Querier) (end int64, err error) {
	conditions, lists := s.ranges()
	err = each(ctx, q, func(rows *sqlx.Rows) error { return rows.Scan(&end) },
		"SELECT tree_seq FROM record WHERE "+conditions[0]+" ORDER BY tree_seq DESC LIMIT 1", lists[0]...)
	return end, err
}

// extent measures a page of which nothing is left out. It needs no more than the index.
func (s *selection) extent(ctx context.Context, q sqldb.Querier, limit int) (page engine.Page, err error) {
	page.Whole = true
	text, args := s.text("tree_seq", limit, s.query.Offset)
	err = each(ctx, q, func(rows *sqlx.Rows) error { return rows.Scan(&page.Masters, &page.End) },
		"SELECT count(*), COALESCE(max(tree_seq), 0) FROM ("+text+") AS page", args...)
	if err != nil || page.Masters < int64(limit) {
		return page, err
	}
	rest := *s
	rest.position = page.End
	next, err := rest.page(ctx, q, 1, 0)
	page.More = len(next) > 0
	return page, err
}

// noLimit is a limit that says so if there is none.
func noLimit(limit int) int {
	if limit <= 0 {
		return math.MaxInt32
	}
	return limit
}

// selection is a TreeQuery reduced to ranges of one index each: rows above a change number, and rows below it that are young
// by their own time. Most of these came after that time, too.
type selection struct {
	query    engine.TreeQuery
	above    int64 // every row with a TreeSeq above it
	since    sqldb.Micros
	arrived  int64 // rows that arrived at or after since have a TreeSeq above it
	position int64
}

// selectionOf turns the time, if asked for, into a change number.
func selectionOf(ctx context.Context, q sqldb.Querier, query engine.TreeQuery) (selection, error) {
	sel := selection{query: query, above: query.After, since: sqldb.MicrosOf(query.Since), position: query.Position}
	if query.Since.IsZero() {
		return sel, nil
	}
	err := q.Get(ctx, &sel.arrived, "SELECT COALESCE(min(seq), ?) FROM clock_mark WHERE noted_at >= ?",
		int64(math.MaxInt64), sqldb.MicrosOf(query.Since.Truncate(markInterval)))
	if err != nil {
		return sel, fmt.Errorf("find the change number of %s: %w", query.Since, err)
	}
	if query.Arrived && (query.After == 0 || sel.arrived < query.After) {
		sel.above = min(sel.arrived, query.Upto)
	}
	return sel, nil
}

// ranges are the conditions of the ranges with their arguments. The sign before tree_seq keeps its index out of the last one:
// there the time selects, among the few that claim to be younger than their arrival.
func (s *selection) ranges() (conditions []string, args [][]any) {
	live := " AND NOT deleted"
	if s.query.WithDeleted {
		live = ""
	}
	add := func(condition string, values ...any) {
		conditions = append(conditions, "resource = ? AND master AND "+condition+live)
		args = append(args, append([]any{s.query.Resource}, values...))
	}
	add("tree_seq > ? AND tree_seq <= ?", max(s.above, s.position), s.query.Upto)
	if s.since == 0 || s.above <= s.position {
		return conditions, args
	}
	below := min(s.above, s.query.Upto)
	if s.arrived < below {
		add("tree_seq > ? AND tree_seq <= ? AND modified_on >= ?", max(s.arrived, s.position), below, s.since)
	}
	add("modified_on > arrived_on AND modified_on >= ? AND +tree_seq > ? AND +tree_seq <= ?", s.since, s.position, min(s.arrived, below))
	return conditions, args
}

// text is a SELECT of columns, tree_seq among them, of the next masters, with its arguments.
func (s *selection) text(columns string, limit, offset int) (text string, args []any) {
	conditions, lists := s.ranges()
	for i, cond := range conditions {
		if i > 0 {
			text += " UNION ALL "
		}
		text += fmt.Sprintf("SELECT %s FROM (SELECT %s FROM record WHERE %s ORDER BY tree_seq LIMIT ?) AS range%d", columns, columns, cond, i)
		args = append(append(args, lists[i]...), int64(limit)+int64(offset))
	}
	return text + " ORDER BY tree_seq LIMIT ? OFFSET ?", append(args, limit, offset)
}

// page reads the next masters.
func (s *selection) page(ctx context.Context, q sqldb.Querier, limit, offset int) (page []pick, err error) {
	text, args := s.text("uid, tree_seq, seq, origin", limit, offset)
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		p := pick{key: transfer.Key{Resource: s.query.Resource}}
		err := rows.Scan(&p.key.UID, &p.treeSeq, &p.seq, &p.origin)
		page = append(page, p)
		return err
	}, text, args...)
	return page, err
}

func countMasters(ctx context.Context, q sqldb.Querier, query engine.TreeQuery) (int64, error) {
	sel, err := selectionOf(ctx, q, query)
	if err != nil {
		return 0, err
	}
	conditions, args := sel.ranges()
	var count int64
	for i, cond := range conditions {
		var n int64
		if err := q.Get(ctx, &n, "SELECT count(*) FROM record WHERE "+cond, args[i]...); err != nil {
			return 0, err
		}
		count += n
	}
	return max(count-int64(query.Offset), 0), nil
}

// notOnlyFrom drops the trees in which every row that changed after a number came from origin: it knows them.
// A tree in which only the structure changed stays.
func notOnlyFrom(ctx context.Context, q sqldb.Querier, origin string, after int64, page []pick) ([]pick, error) {
	f := newForest(origin, after)
	changed := func(p pick) bool { return p.seq > after && p.origin != origin } // whatever its components are
	if err := f.explore(ctx, q, slices.DeleteFunc(slices.Clone(page), changed)); err != nil {
		return nil, err
	}
	var theirs []transfer.Key
	for _, p := range page {
		if !changed(p) && !f.foreign[p.key] && f.own[p.key] {
			theirs = append(theirs, p.key)
		}
	}
	drop, err := withoutRaised(ctx, q, origin, after, theirs)
	if err != nil || len(drop) == 0 {
		return page, err
	}
	return slices.DeleteFunc(slices.Clone(page), func(p pick) bool { return drop[p.key] }), nil
}

// withoutRaised is the set of those trees that were not raised after a number for another reason than a change in them, which somebody else than
// origin brought.
func withoutRaised(ctx context.Context, q sqldb.Querier, origin string, after int64, trees []transfer.Key) (map[transfer.Key]bool, error) {
	left := setOf(trees)
	for _, l := range lookups(q.Dialect(), "resource, uid", "raised", own, " AND seq > ? AND origin <> ?", trees) {
		err := each(ctx, q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			err := rows.Scan(&k.Resource, &k.UID)
			delete(left, k)
			return err
		}, l.text, append(l.args, after, origin)...)
		if err != nil {
			return nil, fmt.Errorf("look which of %d trees were raised: %w", len(trees), err)
		}
	}
	return left, nil
}

// Overtaken is documented at engine.Store.
func (s *Store) Overtaken(ctx context.Context, query engine.TreeQuery) (missed []transfer.Key, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		missed, err = overtaken(ctx, q, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what was changed while %s up to %d was said: %w", query.Resource, query.Upto, err)
	}
	return missed, nil
}

func overtaken(ctx context.Context, q sqldb.Querier, query engine.TreeQuery) (missed []transfer.Key, err error) {
	later := query
	later.After, later.Position, later.Upto = query.Upto, query.Upto, math.MaxInt64
	sel, err := selectionOf(ctx, q, later)
	if err != nil {
		return nil, err
	}
	for {
		page, err := sel.page(ctx, q, minPicks, 0)
		if err != nil {
			return nil, err
		}
		f := newForest(query.NotOrigin, query.ToldUpto())
		f.upto = query.Upto
		if err := f.explore(ctx, q, page); err != nil {
			return nil, err
		}
		for _, p := range page {
			if f.foreign[p.key] {
				missed = append(missed, p.key)
			}
		}
		if len(page) < minPicks {
			return missed, nil
		}
		sel.position = page[len(page)-1].treeSeq
	}
}

// forest is what the trees of a page look like, and which of them hold changes of whom.
type forest struct {
	after, upto  int64
	origin       string
	parent       map[transfer.Key]transfer.Key
	own, foreign map[transfer.Key]bool // a row of the tree changed after the number, by the origin or by others
	rows         []pick
}

// newForest is empty; it looks at rows that changed after a number.
func newForest(origin string, after int64) *forest {
	return &forest{
		after: after, upto: math.MaxInt64, origin: origin,
		parent: map[transfer.Key]transfer.Key{}, own: map[transfer.Key]bool{}, foreign: map[transfer.Key]bool{},
	}
}

// explore reads the components of the page level by level.
func (f *forest) explore(ctx context.Context, q sqldb.Querier, page []pick) error {
	f.rows = append(f.rows, page...)
	level, seen := keysOf(page), map[transfer.Key]bool{}
	for _, k := range level {
		seen[k] = true
	}
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		var next []transfer.Key
		err := eachChild(ctx, q, level, "resource, uid, parent_resource, parent_uid, seq, origin", "", func(rows *sqlx.Rows) error {
			var p pick
			var parent transfer.Key
			err := rows.Scan(&p.key.Resource, &p.key.UID, &parent.Resource, &parent.UID, &p.seq, &p.origin)
			f.parent[p.key] = parent
			if !seen[p.key] {
				seen[p.key] = true
				f.rows = append(f.rows, p)
				next = append(next, p.key)
			}
			return err
		})
		if err != nil {
			return err
		}
		level = next
	}
	for _, row := range f.rows {
		f.judge(row)
	}
	return nil
}

// judge notes a changed row at everything above it.
func (f *forest) judge(row pick) {
	if row.seq <= f.after || row.seq > f.upto {
		return
	}
	changed := f.foreign
	if row.origin == f.origin {
		changed = f.own
	}
	key, ok := row.key, true
	for depth := 0; depth <= maxDepth && ok; depth++ {
		changed[key] = true
		key, ok = f.parent[key]
	}
}
