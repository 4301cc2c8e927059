package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/edensync/edensync/services/transfer"
)

// tracked is an edit that a site stored.
type tracked struct {
	at         string
	version    transfer.Record
	first      bool // the site did not have the record before
	superseded bool // somebody who saw it changed it further
}

// track notes an edit. A place may be made at several sites, alike: who changes one of them has seen what the others are.
func (w *world) track(n *node, before, stored *transfer.Record) {
	made := &tracked{at: n.name, version: *stored, first: before == nil}
	for _, e := range w.edits {
		if before != nil && (same(e, before.Key, before.Hash, before.ModifiedOn) || e.first && e.alike(before)) {
			e.superseded = true
		}
		if made.first && e.alike(stored) {
			made.superseded = made.superseded || e.superseded
		}
	}
	w.edits = append(w.edits, made)
}

func (e *tracked) alike(r *transfer.Record) bool {
	return e.version.Key == r.Key && e.version.Hash == r.Hash
}

// same tells whether a version is what the edit made. All deletions have one hash; one that was made later stands for
// those before it.
func same(e *tracked, key transfer.Key, hash string, modified time.Time) bool {
	return e.version.Key == key && e.version.Hash == hash && !modified.Before(e.version.ModifiedOn)
}

// mustBeEqual compares live records with their components by content. A site that never had a record does not keep
// its tombstone.
func (w *world) mustBeEqual() {
	want := w.live(w.nodes[0])
	for _, n := range w.nodes[1:] {
		if got := w.live(n); got != want {
			w.r.Fatalf("%s:\n%s\n%s:\n%s\n%s", n.name, got, w.nodes[0].name, want, w.story())
		}
	}
}

// story is what every site has and had of every record, for whoever has to find out why.
func (w *world) story() string {
	var b strings.Builder
	for _, n := range w.nodes {
		for _, key := range w.keys() {
			h, err := n.site.store.GetRecord(n.t.Context(), key)
			if err != nil {
				continue
			}
			for _, v := range append([]transfer.Record{h.Record}, h.Versions...) {
				fmt.Fprintf(&b, "%s %s: seq %d from %q at %s mci %d deleted %v %s\n", n.name, v.UID, v.Seq, v.Origin, v.ModifiedOn.Format(time.TimeOnly), v.MCI, v.Deleted, v.Hash[:6])
			}
		}
		for _, it := range n.items(transfer.ItemFilter{}) {
			fmt.Fprintf(&b, "%s %s %s: with %s, %s, in %s %.6s, here %s %.6s, %s\n", n.name, it.Outcome, it.Key.UID, it.RepositoryID, it.Reason,
				it.Incoming.ModifiedOn.Format(time.TimeOnly), it.Incoming.Hash, it.Local.ModifiedOn.Format(time.TimeOnly), it.Local.Hash, it.Winner)
		}
	}
	return b.String()
}

// keys are those of all masters.
func (w *world) keys() []transfer.Key {
	keys := []transfer.Key{location("quay"), location("hill")}
	for _, uid := range uids {
		keys = append(keys, organisation(uid))
	}
	return keys
}

func (w *world) live(n *node) string {
	var keys []transfer.Key
	for _, uid := range uids {
		keys = append(keys, organisation(uid))
	}
	trees, err := n.site.store.TreesOf(n.t.Context(), keys)
	if err != nil {
		w.r.Fatal(err)
	}
	var lines []string
	for _, t := range trees {
		if t.Deleted {
			continue
		}
		line := t.UID + " " + t.Hash
		for _, c := range t.Components {
			if !c.Deleted {
				line += fmt.Sprintf(" [%s %s %s]", c.Alias, c.UID, c.Hash)
			}
		}
		lines = append(lines, line)
		w.mustHavePlaces(n, &t.Record)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// mustHavePlaces demands what a record refers to.
func (w *world) mustHavePlaces(n *node, r *transfer.Record) {
	for _, place := range []string{"quay", "hill"} {
		if strings.Contains(string(r.Body), "urn:"+place) && w.versionAt(n, location(place)) == nil {
			w.r.Fatalf("%s has %s but not the location %s that it refers to\n%s", n.name, r.UID, place, w.story())
		}
	}
}

// mustBeKept demands of every edit that it is current somewhere, that somebody who saw it changed it further, or that
// the ledger of a site holds it.
func (w *world) mustBeKept() {
	for _, e := range w.edits {
		if !e.superseded && !w.current(e) && !w.inLedger(e) {
			w.r.Fatalf("the edit at %s of %s (%s, deleted %v, %s) vanished without an entry\n%s", e.at, e.version.UID, e.version.Body, e.version.Deleted, e.version.ModifiedOn, w.story())
		}
	}
}

func (w *world) current(e *tracked) bool {
	return slices.ContainsFunc(w.nodes, func(n *node) bool {
		v := w.versionAt(n, e.version.Key)
		return v != nil && same(e, v.Key, v.Hash, v.ModifiedOn)
	})
}

func (w *world) inLedger(e *tracked) bool {
	return slices.ContainsFunc(w.nodes, func(n *node) bool {
		return slices.ContainsFunc(n.items(transfer.ItemFilter{UID: e.version.UID}), func(it *transfer.Item) bool {
			return same(e, it.Key, it.Incoming.Hash, it.Incoming.ModifiedOn) || same(e, it.Key, it.Local.Hash, it.Local.ModifiedOn)
		})
	})
}

// mustBeAskedFor demands that no edensync sends another one what that does not take because nobody asked for it.
func (w *world) mustBeAskedFor() {
	for _, n := range w.nodes {
		for _, it := range n.items(transfer.ItemFilter{}) {
			asEden := func(l *link) bool {
				return l.eden && (l.from == n.site && l.to.name == it.RepositoryID || l.to == n.site && l.from.name == it.RepositoryID)
			}
			if it.Reason == transfer.SkipNotRequested && !slices.ContainsFunc(w.links, asEden) {
				w.r.Fatalf("%s was sent %s %s, which it did not ask for\n%s", n.name, it.Key.Resource, it.Key.UID, w.story())
			}
		}
	}
}

// mustHaveEnded demands that no run is stuck and that every ledger closes.
func (w *world) mustHaveEnded() {
	for _, n := range w.nodes {
		if _, err := n.db.Exec(n.t.Context(), "UPDATE run SET leased_until = 1 WHERE leased_until > 0"); err != nil {
			w.r.Fatal(err)
		}
		if _, err := n.site.store.EndAbandoned(n.t.Context()); err != nil {
			w.r.Fatal(err)
		}
		runs, _, err := n.site.store.ListRuns(n.t.Context(), transfer.RunFilter{WithPeerRuns: true}, transfer.Page{Size: 1000})
		if err != nil {
			w.r.Fatal(err)
		}
		for _, run := range runs {
			if !run.State.Final() {
				w.r.Fatalf("%s: a run is stuck: %+v", n.name, run)
			}
			for _, p := range run.Parts {
				if !p.Counts.Closed() {
					w.r.Fatalf("%s: a ledger does not close: %+v", n.name, p)
				}
			}
		}
	}
}
