package storetest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func (b *bench) trees(t *testing.T, q engine.TreeQuery) string {
	t.Helper()
	trees, err := b.Trees(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return outline(trees)
}

// check compares a page with what counting and cutting say of the same selection.
func (b *bench) check(t *testing.T, name string, q engine.TreeQuery, want string) {
	t.Helper()
	whole := b.trees(t, q)
	if whole != want {
		t.Errorf("%s: %q, want %q", name, whole, want)
	}
	masters := int64(len(masterNames(want)))
	all, err := b.NextPage(t.Context(), q, 0)
	if all.Masters != masters || all.More || err != nil {
		t.Errorf("%s: all are %+v, want %d, %v", name, all, masters, err)
	}
	every := q
	every.NotOrigin = ""
	n, err := b.CountTrees(t.Context(), q)
	if whole := n == masters; err != nil || all.Whole != whole || whole && b.trees(t, every) != want {
		t.Errorf("%s: %d of %d masters, %+v, %v", name, masters, n, all, err)
	}
	var pages []string
	for limit, paged := 2, q; len(pages) < 100; {
		paged.Limit = limit
		trees, err := b.Trees(t.Context(), paged)
		if err != nil {
			t.Fatal(err)
		}
		page, err := b.NextPage(t.Context(), paged, limit)
		expected := engine.Page{Masters: int64(len(trees)), More: page.More && len(trees) > 0, Whole: page.Whole}
		if every.Position, every.Upto = paged.Position, page.End; page.Whole && b.trees(t, every) != outline(trees) {
			t.Errorf("%s: a page of which something was left out says that it is whole: %+v", name, page)
		}
		if len(trees) > 0 {
			expected.End = trees[len(trees)-1].TreeSeq
			pages = append(pages, outline(trees))
			paged.Position = page.End
		}
		if err != nil || page != expected {
			t.Errorf("%s: a page of %d: %+v, want %+v, %v", name, len(trees), page, expected, err)
		}
		if !page.More {
			break
		}
		if len(trees) < limit {
			t.Errorf("%s: something follows a page that is not full", name)
		}
	}
	if joined := strings.Join(pages, " "); joined != want {
		t.Errorf("%s: pages say %q, want %q", name, joined, want)
	}
}

// masterNames are the words of an outline outside of brackets.
func masterNames(outline string) []string {
	depth, top := 0, strings.Builder{}
	for _, c := range outline {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0:
			top.WriteRune(c)
		}
	}
	return strings.Fields(top.String())
}

func TestTreesOfAResource(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		top := chain("top", "mid", "leaf", "low")
		second := component(top[0], email, "second", "x")
		gone, goneToo := component(top[0], email, "gone", "x"), master(office, "deleted", "x")
		below := component(gone, email, "below-gone", "x")
		gone.Deleted, goneToo.Deleted = true, true
		b.apply(t, append(top, second, gone, goneToo, below, master(organ, "other", "x"), master(office, "plain", "x"))...)
		upto := b.mustClock(t)
		b.apply(t, master(office, "later", "x"))

		q := engine.TreeQuery{Resource: office, Upto: upto}
		b.check(t, "live", q, "plain top(mid(leaf(low)) second)")
		q.WithDeleted = true
		b.check(t, "with deleted ones", q, "deleted! plain top(mid(leaf(low)) second gone!(below-gone))")
		q.After = b.one(t, key(office, "plain")).TreeSeq
		b.check(t, "after plain", q, "top(mid(leaf(low)) second gone!(below-gone))")
		b.check(t, "all that is here", engine.TreeQuery{Resource: office, Upto: b.mustClock(t)}, "plain top(mid(leaf(low)) second) later")
		b.check(t, "nothing", engine.TreeQuery{Resource: email, Upto: upto}, "")
		b.check(t, "unknown", engine.TreeQuery{Resource: "no_table", Upto: upto}, "")
		if got := b.trees(t, engine.TreeQuery{Resource: office, Upto: upto + 1, Offset: 1, Limit: 1}); got != "top(mid(leaf(low)) second)" {
			t.Errorf("slice: %s", got)
		}
	})
}

func TestTreeHasItsContent(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("top", "mid")
		b.apply(t, records...)
		trees, err := b.Trees(t.Context(), engine.TreeQuery{Resource: office, Upto: 99})
		if err != nil || len(trees) != 1 {
			t.Fatalf("%v, %v", trees, err)
		}
		same(t, "tree", trees[0], &transfer.Tree{Record: *records[0], Components: []*transfer.Tree{{Record: *records[1]}}})
		trees, err = b.TreesOf(t.Context(), []transfer.Key{records[1].Key, key(office, "nobody"), records[0].Key, records[1].Key})
		if err != nil || outline(trees) != "mid top(mid)" {
			t.Errorf("by key: %s, %v", outline(trees), err)
		}
	})
}

// A master that is a component of another master stands at both places.
func TestMasterThatIsAComponent(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("a", "b", "c")
		records[1].Master = true
		b.apply(t, records...)
		b.check(t, "both", engine.TreeQuery{Resource: office, Upto: 99}, "a(b(c)) b(c)")
	})
}

func TestTreesSince(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		aged := func(uid string, age time.Duration) *transfer.Record {
			r := master(office, uid, "x")
			r.ModifiedOn = start.Add(-age)
			return r
		}
		old, parent := aged("old", 50*time.Hour), aged("parent", 50*time.Hour)
		b.apply(t, old, parent, aged("young", time.Hour))
		b.clock.advance(10 * time.Minute)
		confirmed := b.mustClock(t)
		late := aged("late", 40*time.Hour) // an old time, but new here
		part := component(parent, office, "part", "x")
		part.ModifiedOn = start.Add(-40 * time.Hour)
		b.apply(t, late, part, aged("new", 0))
		upto := b.mustClock(t)
		since := start.Add(-2 * time.Hour)

		q := engine.TreeQuery{Resource: office, After: confirmed, Upto: upto, Since: since}
		b.check(t, "confirmed and since", q, "young late new parent(part)")
		q.Since = start.Add(-time.Minute)
		b.check(t, "confirmed and short since", q, "late new parent(part)")

		q = engine.TreeQuery{Resource: office, After: upto, Upto: upto, Since: since, Arrived: true}
		b.check(t, "arrival, all younger than since", q, "old young late new parent(part)")
		q.Since = start.Add(5 * time.Minute)
		b.check(t, "arrived since", q, "late new parent(part)")
		q.Since = start.Add(time.Hour)
		b.check(t, "nothing since", q, "")
		q.Since, q.After = start.Add(5*time.Minute), 0
		b.check(t, "nothing confirmed", q, "late new parent(part)")
		b.write(t, func(tx engine.Tx) error {
			r := *old
			r.ModifiedOn = start.Add(2 * time.Hour)
			return tx.Touch(t.Context(), []*transfer.Record{&r})
		})
		q.Since, q.After = start.Add(time.Hour), upto
		b.check(t, "future time", q, "old")
	})
}

// Whatever the order in which times and changes came, pages hold what is above the change number or young by its own time.
func TestTreesSinceAreComplete(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		random := rand.New(rand.NewPCG(1, 2))
		minutes := func(n int) time.Duration { return time.Duration(random.IntN(n)-n/2) * time.Minute }
		var records []*transfer.Record
		for i := range 80 {
			r := master(office, uidNumber(i), "x")
			r.ModifiedOn = b.clock.Now().Add(minutes(200) - 30*time.Minute)
			b.apply(t, r)
			records = append(records, r)
			if i%3 == 0 {
				touched := *records[random.IntN(len(records))]
				touched.ModifiedOn = b.clock.Now().Add(minutes(60))
				b.write(t, func(tx engine.Tx) error { return tx.Touch(t.Context(), []*transfer.Record{&touched}) })
			}
			b.clock.advance(minutes(40) + 5*time.Minute)
		}
		upto := b.mustClock(t)
		var keys []transfer.Key
		for _, r := range records {
			keys = append(keys, r.Key)
		}
		found := b.load(t, keys...)
		for range 60 {
			q := engine.TreeQuery{Resource: office, After: random.Int64N(upto + 1), Upto: upto, Limit: 7, Since: start.Add(minutes(600) + 200*time.Minute)}
			var want []string
			for _, r := range records {
				if r = found[r.Key]; r.TreeSeq > q.After || !r.ModifiedOn.Before(q.Since) {
					want = append(want, r.UID)
				}
			}
			var got []string
			for {
				trees, err := b.Trees(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, tree := range trees {
					got, q.Position = append(got, tree.UID), tree.TreeSeq
				}
				if len(trees) < q.Limit {
					break
				}
			}
			same(t, fmt.Sprintf("after %d, since %s", q.After, q.Since), got, want)
			q.Position = 0
			if n, err := b.CountTrees(t.Context(), q); err != nil || n != int64(len(want)) {
				t.Errorf("counted %d of %d: %v", n, len(want), err)
			}
		}
	})
}

// A clock that was set back must not hide what arrived.
func TestTreesSinceAfterTheClockWasSetBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.apply(t, master(office, "before", "x"))
		b.clock.advance(-3 * time.Hour)
		for _, uid := range []string{"a", "b"} {
			r := master(office, uid, "x")
			r.ModifiedOn = start.Add(-90 * 24 * time.Hour)
			b.apply(t, r)
			b.clock.advance(2 * time.Hour)
		}
		q := engine.TreeQuery{Resource: office, After: 3, Upto: 3, Since: start.Add(-150 * time.Minute), Arrived: true}
		if got := b.trees(t, q); !strings.Contains(got, "b") {
			t.Errorf("%q lacks b", got)
		}
	})
}

func TestTreesNotFromOrigin(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		from := func(origin string, r *transfer.Record) *transfer.Record {
			next := *r
			next.Origin = origin
			return &next
		}
		theirs, mixed, ours, moved := chain("theirs", "t1"), chain("mixed", "m1", "m2", "m3"), chain("ours"), chain("moved", "p")
		nested := chain("outer", "inner", "leaf")
		nested[1].Master = true
		var all []*transfer.Record
		for _, records := range [][]*transfer.Record{theirs, mixed, ours, moved, nested} {
			for _, r := range records {
				all = append(all, from("peer", r))
			}
		}
		b.apply(t, all...)
		q := engine.TreeQuery{Resource: office, Upto: 1 << 40, NotOrigin: "peer"}
		b.check(t, "all from the peer", q, "")

		q.After = b.mustClock(t)
		b.apply(t, from("peer", changed(theirs[0], "2")), from("peer", changed(theirs[1], "2")), from("peer", changed(mixed[0], "2")),
			from("third", changed(mixed[3], "2")), from("", changed(ours[0], "2")), from("", changed(nested[2], "2")))
		relinked := *moved[1]
		relinked.Alias = "elsewhere"
		b.write(t, func(tx engine.Tx) error { return tx.Relink(t.Context(), "", []*transfer.Record{&relinked}) })
		b.check(t, "changed by others somewhere", q, "ours inner(leaf) outer(inner(leaf)) mixed(m1(m2(m3))) moved(p)")
		q.NotOrigin = ""
		b.check(t, "without the filter", q, "ours theirs(t1) inner(leaf) outer(inner(leaf)) mixed(m1(m2(m3))) moved(p)")
		q.NotOrigin, q.Offset, q.Limit = "peer", 1, 2
		if got := b.trees(t, q); got != "inner(leaf) outer(inner(leaf))" {
			t.Errorf("slice: %s", got)
		}
	})
}

// A tree that the peer raised behind the number up to which it has got trees holds what others had changed in it before.
func TestTreesThatWereRaisedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		theirs := chain("m", "c")
		for _, r := range theirs {
			r.Origin = "peer"
		}
		b.apply(t, theirs...)
		b.apply(t, master(office, "told", "x"))
		told := b.mustClock(t)
		edited := changed(theirs[0], "ours")
		edited.Origin = ""
		b.apply(t, edited)
		b.apply(t, master(office, "plain", "x"))
		upto := b.mustClock(t)
		said := engine.TreeQuery{Resource: office, After: told, Upto: upto, NotOrigin: "peer", WithDeleted: true}
		overtaken := func(about, want string) {
			t.Helper()
			keys, err := b.Overtaken(t.Context(), said)
			if got := uids(keys, func(k transfer.Key) string { return k.UID }); got != want || err != nil {
				t.Errorf("%s: %q, want %q, %v", about, got, want, err)
			}
		}
		overtaken("before anything came", "")
		raised := changed(theirs[1], "theirs")
		raised.Origin = "peer"
		b.apply(t, raised)
		later := master(office, "later", "x")
		later.Origin = "third"
		b.apply(t, later)
		overtaken("after the peer has changed a component", "m")
		said.Told = upto
		overtaken("of what was told already", "m") // no more than After counts
		next := engine.TreeQuery{Resource: office, After: upto, Upto: b.mustClock(t), NotOrigin: "peer", WithDeleted: true}
		b.check(t, "by the number of trees", next, "later")
		next.Told = told
		b.check(t, "by what was told", next, "m(c) later")
		next.Told = -1
		b.check(t, "if nothing was told", next, "m(c) later")
	})
}

// More masters than one reading of the filter takes.
func TestTreesNotFromOriginOverManyPages(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const n = 2600
		var batch []*transfer.Record
		for i := range n {
			r := master(office, uidNumber(i), "x")
			if i%1300 == 1299 {
				r.Origin = "third"
			}
			batch = append(batch, r)
		}
		b.apply(t, batch...)
		q := engine.TreeQuery{Resource: office, Upto: n, NotOrigin: "repo-a"}
		b.check(t, "two among many", q, uidNumber(1299)+" "+uidNumber(2599))
	})
}

// While pages are read, records change. What was there at the beginning is read once or has moved behind the end,
// where the next exchange finds it.
func TestPagingUnderChange(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var records []*transfer.Record
		for i := range 20 {
			records = append(records, master(office, fmt.Sprint(i), "x"))
		}
		b.apply(t, records...)
		upto := b.mustClock(t)
		read := func(q engine.TreeQuery, meanwhile func(page int)) (seen []string) {
			for page := 0; ; page++ {
				q.Limit = 3
				trees, err := b.Trees(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if len(trees) == 0 {
					return seen
				}
				q.Position = trees[len(trees)-1].TreeSeq
				for _, tree := range trees {
					seen = append(seen, tree.UID)
				}
				meanwhile(page)
			}
		}
		first := read(engine.TreeQuery{Resource: office, Upto: upto}, func(page int) {
			b.apply(t, changed(records[page], "behind"), changed(records[19-page], "ahead"), master(office, fmt.Sprint("new", page), "x"))
		})
		second := read(engine.TreeQuery{Resource: office, After: upto, Upto: b.mustClock(t)}, func(int) {})
		times := map[string]int{}
		for _, uid := range first {
			if times[uid]++; times[uid] > 1 {
				t.Errorf("%s came twice while reading", uid)
			}
		}
		for _, uid := range second {
			times[uid]++
		}
		for _, r := range records {
			if times[r.UID] == 0 {
				t.Errorf("%s was never read", r.UID)
			}
		}
	})
}
