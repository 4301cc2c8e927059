package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// flaky cuts connections when told to.
type flaky struct {
	engine.Remote
	cutPull, cutPush bool
}

var errCut = &transfer.RemoteError{Reason: "PEER_UNAVAILABLE", Remote: true, Retry: true, Message: "Peer repository unavailable (cut)"}

func (f *flaky) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	if f.cutPull {
		return nil, errCut
	}
	return f.Remote.Pull(ctx, r, q)
}

// Push cuts the answer, not the request: the hub has stored what the field site believes lost.
func (f *flaky) Push(ctx context.Context, r transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	answer, err := f.Remote.Push(ctx, r, q)
	if f.cutPush && err == nil {
		return nil, errCut
	}
	return answer, err
}

// Whatever was edited and deleted at a hub and its field sites, with clocks that differ and connections that break,
// after quiet rounds all sites hold the same, and no version vanished without an entry.
func TestSitesConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		hub := newSite(t, "sqlite", "hub")
		fields := make([]*site, rapid.IntRange(1, 3).Draw(r, "fields"))
		links := make([]*flaky, len(fields))
		for i := range fields {
			f := newSite(t, "sqlite", fmt.Sprintf("field%d", i))
			f.clock = start.Add(time.Duration(rapid.IntRange(-60, 60).Draw(r, "skew")) * time.Minute)
			f.repo("hub", transfer.ModeBoth, newer)
			links[i] = &flaky{Remote: &direct{from: f, to: hub, eden: rapid.Bool().Draw(r, "eden")}}
			f.remote = links[i]
			fields[i] = f
		}
		all := append([]*site{hub}, fields...)
		edits := 0
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			s := all[rapid.IntRange(0, len(all)-1).Draw(r, "site")]
			uid := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "uid")
			switch rapid.SampledFrom([]string{"edit", "edit", "delete", "sync", "sync", "cut"}).Draw(r, "step") {
			case "edit":
				edits++
				s.edit(uid, fmt.Sprintf("edit%d@%s", edits, s.name))
			case "delete":
				_, err := s.Apply(t.Context(), engine.Edit{Key: organisation(uid), Delete: true})
				if err != nil && apierr.KindOf(err) != apierr.KindNotFound {
					r.Fatal(err)
				}
			case "sync":
				i := rapid.IntRange(0, len(fields)-1).Draw(r, "link")
				links[i].cutPull, links[i].cutPush = false, false
				fields[i].mustClose(r, fields[i].tryRun("hub"))
			case "cut":
				i := rapid.IntRange(0, len(fields)-1).Draw(r, "link")
				links[i].cutPull = rapid.Bool().Draw(r, "cutPull")
				links[i].cutPush = !links[i].cutPull
				fields[i].mustClose(r, fields[i].tryRun("hub"))
			}
		}
		quiet(r, fields, links)
		for _, f := range fields {
			if f.live() != hub.live() {
				r.Fatalf("%s: %s\nhub: %s", f.name, f.live(), hub.live())
			}
		}
	})
}

// quiet synchronizes all field sites until nothing moves any more.
func quiet(r *rapid.T, fields []*site, links []*flaky) {
	for range 4 {
		for i, f := range fields {
			links[i].cutPull, links[i].cutPush = false, false
			f.mustClose(r, f.tryRun("hub"))
		}
	}
}

// live leaves deletions out: a site that never had a record does not keep its tombstone.
func (s *site) live() string {
	return strings.Join(slices.DeleteFunc(strings.Fields(s.show()), func(f string) bool {
		return strings.HasSuffix(f, "=-")
	}), " ")
}

func (s *site) mustClose(r *rapid.T, run transfer.Run) {
	for _, p := range run.Parts {
		if !p.Counts.Closed() {
			r.Fatalf("the ledger of %s does not close: %+v", s.name, p)
		}
	}
	if run.State == transfer.NeedsYou {
		r.Fatalf("%s: %s %s", s.name, run.State, run.Message)
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
	if _, err := a.Choose(t.Context(), conflicts[0], transfer.LocalWins, "ann"); err != nil {
		t.Fatal(err)
	}
	a.clock = b.clock
	a.sync("b", transfer.Done)
	mustEqual(t, a, b, "x=older, at a")
}
