package engine_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Whatever happens at 2 to 5 sites and between them - edits, deletions, merges, clocks that differ by up to an hour,
// connections that break, exchanges that cross, processes that die at any step, documents that come late, again or in another
// order -, after quiet rounds all sites hold the same, no edit has vanished without an entry, every ledger closes and no run is stuck.
func TestSitesConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, r, alike)
		defer w.close()
		for range rapid.IntRange(1, 16).Draw(r, "steps") {
			w.step()
		}
		w.quiet()
		w.mustBeEqual()
		w.mustBeKept()
		w.mustBeAskedFor()
		w.mustHaveEnded()
	})
}

// The same with sites that only pull or only push, leave records out by filters, and follow other policies: they do not
// end alike, but there, too, no edit vanishes without an entry.
func TestNoEditVanishes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, r, anyhow)
		defer w.close()
		for range rapid.IntRange(1, 24).Draw(r, "steps") {
			w.step()
		}
		w.quiet()
		w.mustBeKept()
		w.mustBeAskedFor()
		w.mustHaveEnded()
	})
}

// step is one thing that happens somewhere.
func (w *world) step() {
	switch rapid.SampledFrom([]string{"act", "act", "act", "sync", "sync", "cut", "crash", "again"}).Draw(w.r, "step") {
	case "act":
		w.act(w.anyOf(w.nodes, "site"))
	case "sync":
		w.synchronize(w.oneOf(w.links))
	case "cut":
		l := w.oneOf(w.links)
		l.cut = rapid.SampledFrom([]string{noAnswer, halfPull, halfPush, unconfirmed, delayed}).Draw(w.r, "cut")
		w.synchronize(l)
		l.cut = ""
	case "crash":
		w.arm()
	case "again":
		w.again()
	}
}

// quiet synchronizes all sites until nothing moves any more, but not more often than what happened anywhere needs to
// reach everybody.
func (w *world) quiet() {
	w.still = true
	for _, n := range w.nodes {
		n.start()
	}
	for range len(w.nodes) + 2 {
		moved := int64(0)
		for _, l := range w.links {
			c := w.synchronize(l).Totals()
			moved += c.Created + c.Updated + c.Deleted + c.Skipped + c.Conflict + c.Rejected + c.Sent
		}
		if moved == 0 {
			return
		}
	}
}

// An edit that a policy decided against is never gone without a trace: the site that decided keeps an entry with it.
func TestLosingVersionIsKept(t *testing.T) {
	t.Parallel()
	a, b := newSite(t, "sqlite", "a"), newSite(t, "sqlite", "b")
	a.repo("b", transfer.ModeBoth, newer)
	a.remote = &direct{from: a, to: b}
	a.edit("x", "agreed")
	a.sync("b", transfer.Done)
	a.edit("x", "older, at a")
	b.clock = a.clock.Add(time.Hour)
	b.edit("x", "younger, at b")
	a.sync("b", transfer.Done)
	mustEqual(t, a, b, "x=younger, at b")
	conflicts := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}})
	if len(conflicts) != 1 || conflicts[0].Winner != transfer.RemoteWins {
		t.Fatalf("conflicts at a: %+v", conflicts)
	}
	if _, err := a.Choose(t.Context(), conflicts[0], transfer.Choice{Winner: transfer.LocalWins}, "ann"); err != nil {
		t.Fatal(err)
	}
	a.clock = b.clock
	a.sync("b", transfer.Done)
	mustEqual(t, a, b, "x=older, at a")
}
