package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// twoTasks is a site with two resources, each with a record to push, and a remote that may fail on requests.
func twoTasks(t *testing.T, database string, fail ...string) (*site, *desk) {
	t.Helper()
	a := newSite(t, database, "a")
	repo := a.repo("eden", transfer.ModeBoth, newer)
	repo.Tasks = append(repo.Tasks, transfer.Task{Resource: offices, Mode: transfer.ModeBoth, Rule: newer})
	a.edit("u", "One")
	a.put(transfer.Key{Resource: offices, UID: "urn:f"}, named("Office"))
	d := &desk{fail: map[string]error{}}
	for _, request := range fail {
		d.fail[request] = errCut
	}
	a.remote = d
	return a, d
}

func TestTRF001_TasksOneAfterTheOther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database)
		a.sync("eden", transfer.Done)
		want := []string{"pull org_organisation", "push org_organisation", "pull org_office", "push org_office"}
		if !slices.Equal(d.order, want) {
			t.Errorf("requests: %q", d.order)
		}
		d.order = nil
		a.edit("u", "Two")
		a.put(transfer.Key{Resource: offices, UID: "urn:f"}, named("Office 2"))
		if a.sync("eden", transfer.Done); !slices.Equal(d.order, want) {
			t.Errorf("requests of the second run: %q", d.order)
		}
	})
}

func TestTRF002_APullThatFailsSkipsItsPushOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database, "pull org_organisation")
		run := a.sync("eden", transfer.Failed)
		if want := []string{"pull org_organisation", "pull org_office", "push org_office"}; !slices.Equal(d.order, want) {
			t.Errorf("requests: %q", d.order)
		}
		if len(run.Parts) != 3 || run.Parts[0].State != transfer.Failed || run.Parts[2].State != transfer.Done || run.Parts[2].Counts.Accepted != 1 {
			t.Errorf("parts: %+v", run.Parts)
		}
	})
}

func TestTRF003_APushThatFailsStopsNothingElse(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database, "push org_organisation")
		run := a.sync("eden", transfer.Failed)
		want := []string{"pull org_organisation", "push org_organisation", "pull org_office", "push org_office"}
		if !slices.Equal(d.order, want) || !strings.Contains(run.Message, "unavailable") {
			t.Errorf("requests: %q, message: %s", d.order, run.Message)
		}
		d.fail = nil
		if again := a.sync("eden", transfer.Done); again.Totals().Accepted != 1 {
			t.Errorf("the next run: %+v", again.Totals())
		}
	})
}

func TestTRF012_AnUnreachablePeerMovesNoCursor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database)
		d.docs = []string{document(org("v", "Theirs", early))}
		a.sync("eden", transfer.Done)
		a.edit("u", "Two")
		before := a.cursors()
		d.fail = map[string]error{"pull org_organisation": errCut, "pull org_office": errCut}
		a.sync("eden", transfer.Failed)
		if after := a.cursors(); after != before {
			t.Errorf("the cursors moved\nfrom %s\nto   %s", before, after)
		}
		log := a.log()
		last := log[len(log)-1]
		if last.GetResult() != auditv1.Result_RESULT_ERROR || !last.GetRemoteError() || last.GetMessage() != "Peer repository unavailable (cut)" {
			t.Errorf("log: %v", last)
		}
		d.fail = nil
		a.sync("eden", transfer.Done)
		if a.cursors() == before {
			t.Error("a good run does not move the cursors either")
		}
	})
}

// cursors is a text of how far the exchange with eden is, by data, not by the clock.
func (s *site) cursors() string {
	s.t.Helper()
	var text []string
	for _, resource := range []string{orgs, offices} {
		c, err := s.store.Cursor(s.t.Context(), "eden", resource)
		if err != nil {
			s.t.Fatal(err)
		}
		text = append(text, fmt.Sprint(c.PullTime, c.PullToken, c.PushSeq, c.SyncSeq))
	}
	return strings.Join(text, "; ")
}

func TestTRF024_NothingToSendIsNoRequest(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		d := &desk{}
		a.remote = d
		a.sync("eden", transfer.Done)
		log := a.log()
		if len(d.order) != 0 || len(log) != 1 || log[0].GetResult() != auditv1.Result_RESULT_WARNING || log[0].GetMessage() != "No data to send" {
			t.Errorf("requests: %q, log: %v", d.order, log)
		}
		a.edit("u", "One")
		a.sync("eden", transfer.Done)
		if log = a.log(); len(d.order) != 1 || log[1].GetResult() != auditv1.Result_RESULT_SUCCESS {
			t.Errorf("requests: %q, log: %v", d.order, log[1])
		}
	})
}

func TestTRF030_APushSendsWhatChangedSince(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, newer)
		remote := &scripted{docs: []string{document(org("pulled", "Pulled", early), org("edited", "Pulled, too", early))}}
		a.remote = remote
		a.edit("first", "First")
		a.sync("eden", transfer.Done)
		a.edit("second", "Second")
		a.edit("edited", "Edited here")
		a.sync("eden", transfer.Done)
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 2 {
			t.Fatalf("%d pushes: %v", len(remote.pushed), remote.pushed)
		}
		mustContain(t, remote.pushed[0], ">First<", `results="1"`)
		mustContain(t, remote.pushed[1], ">Second<", ">Edited here<", `results="2"`)
	})
}

// The times that people see are those of this site's clock, not Eden's cursor (docs/compatibility.md).
func TestTRF086_TheNextPullOverlaps(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(org("u", "One", early), org("v", "Two", later)))
		run := a.feed(document(org("v", "Two", later), org("w", "In the same second", later)))
		asked := a.remote.(*scripted).asked
		youngest := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		if !asked[0].Since.IsZero() || asked[1].Since.After(youngest) || !asked[1].Since.Equal(youngest.Add(-a.info.PullOverlap)) {
			t.Errorf("asked from %s and %s, the youngest received is of %s", asked[0].Since, asked[1].Since, youngest)
		}
		if c := run.Totals(); c.Unchanged != 1 || c.Created != 1 {
			t.Errorf("counts: %+v", c)
		}
		if c, err := a.store.Cursor(t.Context(), "eden", orgs); err != nil || !c.PullTime.Equal(youngest) || !c.LastPullAt.Equal(a.clock) {
			t.Errorf("cursor: %+v, %v", c, err)
		}
	})
}

func TestTRF087_RejectsAreTriedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		bad := el("bad", `mci="many" modified_on="`+later+`"`, name("Bad"))
		a.feed(document(org("u", "One", later), bad))
		rejects := func() []*transfer.Item {
			return a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Rejected}})
		}
		if r := rejects(); len(r) != 1 || r[0].Attempts != 1 || r[0].State != transfer.Open || r[0].Reason != transfer.RejectBadMCI || string(r[0].Incoming.XML) != bad {
			t.Fatalf("rejects: %+v", r)
		}
		a.feed(document())
		if since := a.remote.(*scripted).asked[1].Since; since.IsZero() {
			t.Error("the cursor did not advance")
		}
		if r := rejects(); len(r) != 1 || r[0].Attempts != 2 || r[0].State != transfer.Open {
			t.Errorf("after the next run: %+v", r)
		}
		a.feed(document(org("bad", "Mended", future)))
		if r := rejects(); len(r) != 1 || r[0].State != transfer.Closed || a.show() != "bad=Mended u=One" {
			t.Errorf("after it came well: %s, %+v", a.show(), r)
		}
	})
}

func TestTRF088_RecordsFromTheFuture(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		remote := a.remote.(*scripted)
		remote.date = start.Add(time.Hour)
		tomorrow := remote.date.Add(24 * time.Hour)
		run := a.feed(document(org("u", "Now", "2026-11-23T09:00:20"), org("v", "Tomorrow", tomorrow.Format("2006-01-02T15:04:05"))))
		if got := a.show(); got != "u=Now v=Tomorrow" || run.State != transfer.DoneWithWarnings || !a.get("v").ModifiedOn.Equal(tomorrow) {
			t.Errorf("%s, %s", run.State, got)
		}
		log := a.log()
		if e := log[len(log)-1]; e.GetResult() != auditv1.Result_RESULT_WARNING || !strings.Contains(e.GetMessage(), "1 records are dated in the future") {
			t.Errorf("log: %v", e)
		}
		if c, err := a.store.Cursor(t.Context(), "eden", orgs); err != nil || c.PullTime.After(remote.date.Add(time.Second)) {
			t.Errorf("the cursor is %s, the remote's clock %s, %v", c.PullTime, remote.date, err)
		}
		again := a.feed(document(org("v", "Tomorrow", tomorrow.Format("2006-01-02T15:04:05"))))
		if again.State != transfer.Done || again.Totals().Unchanged != 1 {
			t.Errorf("the same record again: %s, %s", again.State, again.Message)
		}
		if run := a.feed(document(org("w", "Within the tolerance", "2026-11-23T09:00:59"))); run.State != transfer.Done {
			t.Errorf("%s, %s", run.State, run.Message)
		}
	})
}

func TestCFG018_ModeNoneExchangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database)
		a.repos["eden"].Tasks[0].Mode = transfer.ModeNone
		a.repos["eden"].Tasks[0].Rule = rule(policy.This, policy.This)
		a.sync("eden", transfer.Done)
		if want := []string{"pull org_office", "push org_office"}; !slices.Equal(d.order, want) {
			t.Errorf("requests: %q", d.order)
		}
		// What the repository pushes by itself is decided by the rule of the task all the same.
		b := newSite(t, database, "eden")
		b.repo("a", transfer.ModePush, newer)
		b.remote = &direct{from: b, to: a, eden: true}
		b.clock = a.clock.Add(time.Hour)
		b.edit("u", "Theirs")
		b.sync("a", transfer.Done)
		if got := a.show(); got != "u=One" {
			t.Errorf("under THIS: %s", got)
		}
		a.repos["eden"].Tasks[0].Rule = rule(policy.Other, policy.Other)
		b.edit("u", "Theirs again")
		b.sync("a", transfer.Done)
		if got := a.show(); got != "u=Theirs again" {
			t.Errorf("under OTHER: %s", got)
		}
	})
}

var _ engine.Remote = (*desk)(nil)
