package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

func TestPullFromEden(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePull, newer)
		remote := &scripted{docs: []string{
			document(org("u1", "One", "2026-11-22T09:00:00"), org("u2", "Two", "2026-11-22T10:00:00")),
			document(org("u2", "Two", "2026-11-22T10:00:00")),
			document(org("u1", "One again", "2026-11-22T11:00:00"), `<resource name="org_organisation" uuid="urn:u2" deleted="True" modified_on="2026-11-22T11:30:00"/>`),
		}, date: start}
		a.remote = remote

		first := a.sync("eden", transfer.Done)
		if c := first.Totals(); c.Created != 2 || c.Received != 2 || first.Parts[0].Message != "Data imported successfully (2 records)" {
			t.Errorf("first pull: %+v", first.Parts)
		}
		if second := a.sync("eden", transfer.Done).Totals(); second.Unchanged != 1 || second.Received != 1 {
			t.Errorf("repeated record: %+v", second)
		}
		if third := a.sync("eden", transfer.Done).Totals(); third.Updated != 1 || third.Deleted != 1 {
			t.Errorf("changes: %+v", third)
		}
		if got := a.sync("eden", transfer.Done); got.Parts[0].Message != "No data to import (already up-to-date)" {
			t.Errorf("nothing to do: %+v", got.Parts)
		}
		if got := a.show(); got != "u1=One again u2=-" {
			t.Errorf("records: %s", got)
		}
		// The first request asks for everything, later ones from the youngest time received minus the overlap.
		for i, want := range []string{"0001-01-01T00:00:00Z", "2026-11-22T09:59:58Z", "2026-11-22T09:59:58Z", "2026-11-22T11:29:58Z"} {
			if got := remote.asked[i].Since.Format(time.RFC3339); got != want {
				t.Errorf("request %d: msince %s, want %s", i, got, want)
			}
		}
	})
}

func TestFutureTimeDoesNotBlindThePull(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.repo("eden", transfer.ModePull, newer)
	remote := &scripted{docs: []string{document(org("u1", "From the future", "2036-01-01T00:00:00"))}, date: start}
	a.remote = remote
	a.sync("eden", transfer.DoneWithWarnings)
	a.sync("eden", transfer.Done)
	if got, want := remote.asked[1].Since, start.Add(-time.Second); !got.Equal(want) {
		t.Errorf("the cursor went to %s, want the remote's clock: %s", got, want)
	}
}

func TestRejectsAreKeptAndRetried(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePull, newer)
		remote := &scripted{docs: []string{
			document(org("u1", "Good", "2026-11-22T09:00:00"), org("bad", "Bad time", "yesterday-ish")),
			document(),
			document(org("bad", "Mended", "2026-11-22T12:00:00")),
		}}
		a.remote = remote
		run := a.sync("eden", transfer.DoneWithWarnings)
		if c := run.Totals(); c.Created != 1 || c.Rejected != 1 {
			t.Errorf("counts: %+v", c)
		}
		if !strings.Contains(run.Message, "(UID: urn:bad)") {
			t.Errorf("the message does not name the record: %s", run.Message)
		}
		a.sync("eden", transfer.DoneWithWarnings)
		rejects := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Rejected}})
		if len(rejects) != 1 || rejects[0].Attempts != 2 || rejects[0].State != transfer.Open || !strings.Contains(string(rejects[0].Incoming.XML), "Bad time") {
			t.Fatalf("rejects: %+v", rejects)
		}
		a.sync("eden", transfer.DoneWithWarnings) // retried in vain, then the good version arrives
		rejects = a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Rejected}})
		if len(rejects) != 1 || rejects[0].State != transfer.Closed {
			t.Errorf("the reject did not close by itself: %+v", rejects[0])
		}
		a.sync("eden", transfer.Done)
		if got := a.show(); got != "bad=Mended u1=Good" {
			t.Errorf("records: %s", got)
		}
	})
}

func TestConflictKeepsBothVersions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePull, policy.Rule{Strategy: policy.All, Update: policy.Newer, Conflict: policy.This})
		a.remote = &scripted{docs: []string{
			document(org("u1", "Agreed", "2026-11-22T09:00:00")),
			document(org("u1", "Theirs", "2026-11-23T22:00:00")),
			document(org("u1", "Theirs", "2026-11-23T22:00:00")),
		}}
		a.sync("eden", transfer.Done)
		a.edit("u1", "Ours")
		if c := a.sync("eden", transfer.Done).Totals(); c.Conflict != 1 {
			t.Fatalf("counts: %+v", c)
		}
		if c := a.sync("eden", transfer.Done).Totals(); c.Conflict != 0 || c.Unchanged != 1 {
			t.Errorf("the same version made a second conflict: %+v", c)
		}
		conflicts := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}})
		if len(conflicts) != 1 {
			t.Fatalf("%d conflicts", len(conflicts))
		}
		c := conflicts[0]
		if c.Winner != transfer.LocalWins || c.State != transfer.Open || !strings.Contains(string(c.Local.XML), "Ours") || !strings.Contains(string(c.Incoming.XML), "Theirs") {
			t.Errorf("conflict: %+v", c)
		}
		if got := a.show(); got != "u1=Ours" {
			t.Errorf("records: %s", got)
		}
		if _, err := a.Choose(t.Context(), c, transfer.Choice{Winner: transfer.RemoteWins}, "ann"); err != nil {
			t.Fatal(err)
		}
		if got := a.show(); got != "u1=Theirs" {
			t.Errorf("after the decision: %s", got)
		}
	})
}

func TestPartialUpdateKeepsWhatEdenCannotSay(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.repo("eden", transfer.ModePull, newer)
	a.remote = &scripted{docs: []string{
		document(`<resource name="org_organisation" uuid="urn:u1" modified_on="2026-11-22T09:00:00"><data field="name">One</data><data field="year" value="1999">1999</data></resource>`),
		document(`<resource name="org_organisation" uuid="urn:u1" modified_on="2026-11-22T10:00:00"><data field="name">Two</data></resource>`),
		document(`<resource name="org_organisation" uuid="urn:u1" modified_on="2026-11-22T10:00:00"><data field="name">Two</data></resource>`),
	}}
	for range 2 {
		a.sync("eden", transfer.Done)
	}
	if c := a.sync("eden", transfer.Done).Totals(); c.Unchanged != 1 {
		t.Errorf("the same partial version again: %+v", c)
	}
	h, err := a.store.GetRecord(t.Context(), organisation("u1"))
	if err != nil {
		t.Fatal(err)
	}
	if body := string(h.Body); !strings.Contains(body, "1999") || !strings.Contains(body, "Two") {
		t.Errorf("body: %s", body)
	}
	if len(h.Versions) != 1 {
		t.Errorf("%d superseded versions, want 1", len(h.Versions))
	}
}

func TestPushSendsOnlyWhatTheRemoteLacks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, newer)
		remote := &scripted{docs: []string{document(org("theirs", "From Eden", "2026-11-22T09:00:00"))}}
		a.remote = remote
		a.edit("ours", "Made here")
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 1 || !strings.Contains(remote.pushed[0], "Made here") || strings.Contains(remote.pushed[0], "From Eden") {
			t.Fatalf("pushed: %v", remote.pushed)
		}
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 1 {
			t.Errorf("pushed again: %v", remote.pushed[1:])
		}
		a.remove("ours")
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 2 || !strings.Contains(remote.pushed[1], `deleted="True"`) {
			t.Errorf("deletion: %v", remote.pushed)
		}
	})
}

func TestTRF029_PoisonRecordIsFoundByHalving(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		for _, uid := range strings.Fields("a b c d e f g h") {
			a.edit(uid, "record "+uid)
		}
		remote := &scripted{}
		remote.answer = func(doc string) (*engine.PushAnswer, error) {
			if strings.Contains(doc, "record f") {
				return nil, &transfer.RemoteError{Reason: "PEER_BROKEN", Status: 500, Remote: true, Message: "Internal error"}
			}
			return &engine.PushAnswer{}, nil
		}
		a.remote = remote
		run := a.sync("eden", transfer.DoneWithWarnings)
		if c := run.Totals(); c.Accepted != 7 || c.Rejected != 1 || len(remote.pushed) > 9 {
			t.Errorf("counts %+v with %d requests", c, len(remote.pushed))
		}
		rejects := a.items(transfer.ItemFilter{Direction: transfer.Push})
		if len(rejects) != 1 || rejects[0].Key.UID != "urn:f" || rejects[0].Reason != transfer.RejectRemotePoison {
			t.Fatalf("rejects: %+v", rejects)
		}
		remote.answer = nil // the remote is mended: the record goes with the next run
		a.sync("eden", transfer.Done)
		if last := remote.pushed[len(remote.pushed)-1]; !strings.Contains(last, "record f") {
			t.Errorf("last push: %s", last)
		}
		if state := a.items(transfer.ItemFilter{Direction: transfer.Push})[0].State; state != transfer.Closed {
			t.Errorf("the reject is %s", state)
		}
	})
}

func TestBrokenRemoteIsNotAHeapOfPoison(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.repo("eden", transfer.ModePush, newer)
	for _, uid := range strings.Fields("a b c d e f g h i j k l m n o p") {
		a.edit(uid, uid)
	}
	broken := &transfer.RemoteError{Reason: "PEER_BROKEN", Status: 500, Remote: true, Retry: true, Message: "Internal error"}
	remote := &scripted{answer: func(string) (*engine.PushAnswer, error) { return nil, broken }}
	a.remote = remote
	a.sync("eden", transfer.Failed)
	if n := len(remote.pushed); n > 12 {
		t.Errorf("%d requests to a remote that fails on all", n)
	}
}

// Two sites that exchange through the additions of edensync end equal, whatever was edited where.
func TestTwoSitesInStep(t *testing.T) {
	t.Parallel()
	for _, eden := range []bool{false, true} {
		onBoth(t, func(t *testing.T, database string) {
			a, b := newSite(t, database, "a"), newSite(t, database, "b")
			a.repo("b", transfer.ModeBoth, newer)
			a.remote = &direct{from: a, to: b, eden: eden}
			a.edit("only-a", "made at a")
			b.edit("only-b", "made at b")
			b.edit("both", "first")
			a.sync("b", transfer.Done)
			mustEqual(t, a, b, "both=first only-a=made at a only-b=made at b")

			a.clock = b.clock
			a.edit("both", "a was first")
			b.clock = b.clock.Add(time.Hour)
			b.edit("both", "b was later")
			b.remove("only-a")
			run := a.sync("b", transfer.Done)
			mustEqual(t, a, b, "both=b was later only-a=- only-b=made at b")
			if c := run.Totals(); c.Conflict != 1 {
				t.Errorf("eden=%v: %+v", eden, c)
			}

			quiet := a.sync("b", transfer.Done)
			if c := quiet.Totals(); c.Created+c.Updated+c.Deleted+c.Conflict+c.Sent != 0 {
				t.Errorf("eden=%v: the sites do not come to rest: %+v", eden, c)
			}
		})
	}
}

func mustEqual(t *testing.T, a, b *site, want string) {
	t.Helper()
	if a.show() != want || b.show() != want {
		t.Errorf("%s: %s\n%s: %s\nwant %s", a.name, a.show(), b.name, b.show(), want)
	}
}

// A hub must forward what comes to it late: an edit made at b at 10:00 that reaches the hub at 13:00 gets to c, which
// pulled at 12:00.
func TestLateArrivalIsForwarded(t *testing.T) {
	t.Parallel()
	for _, eden := range []bool{false, true} {
		onBoth(t, func(t *testing.T, database string) {
			hub, b, c := newSite(t, database, "hub"), newSite(t, database, "b"), newSite(t, database, "c")
			b.repo("hub", transfer.ModePush, newer)
			b.remote = &direct{from: b, to: hub, eden: eden}
			c.repo("hub", transfer.ModePull, newer)
			c.remote = &direct{from: c, to: hub, eden: eden}
			noon := start.Add(4 * time.Hour)
			b.clock = noon.Add(-2 * time.Hour)
			b.edit("late", "made at ten")
			hub.clock = noon.Add(-time.Minute)
			hub.edit("early", "made at noon")
			c.clock, hub.clock = noon, noon
			c.sync("hub", transfer.Done)
			c.sync("hub", transfer.Done)
			b.clock, hub.clock = noon.Add(time.Hour), noon.Add(time.Hour)
			b.sync("hub", transfer.Done)
			c.clock = noon.Add(2 * time.Hour)
			c.sync("hub", transfer.Done)
			if got := c.show(); got != "early=made at noon late=made at ten" {
				t.Errorf("eden=%v: c has %s", eden, got)
			}
		})
	}
}

func TestComponentsAndReferencesTravel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b := newSite(t, database, "a"), newSite(t, database, "b")
		a.repo("eden", transfer.ModePull, newer)
		a.remote = &scripted{docs: []string{document(
			`<resource name="org_organisation" uuid="urn:o1" mci="1" modified_on="2026-11-22T09:00:00" created_by="ann@example.org">
			<data field="name">One</data><reference field="location_id" resource="gis_location" uuid="l1">Quay</reference>
			<resource name="org_office" alias="branch" uuid="f1" mci="1" modified_on="2026-11-22T09:00:00"><data field="name">Office</data>
			<resource name="org_contact" uuid="c1" mci="1" modified_on="2026-11-22T09:00:00"><data field="value">+47 555</data></resource></resource></resource>`,
			`<resource name="gis_location" uuid="l1" mci="2" modified_on="2020-01-01T00:00:00"><data field="lat" value="60.39">60.39</data></resource>`,
			`<resource name="hms_hospital" uuid="h1" modified_on="2020-01-01T00:00:00"><data field="name">Nobody asked</data></resource>`,
		)}}
		if c := a.sync("eden", transfer.Done).Totals(); c.Created != 4 || c.Skipped != 1 {
			t.Errorf("counts: %+v", c)
		}
		b.repo("a", transfer.ModePull, newer)
		b.remote = &direct{from: b, to: a}
		if c := b.sync("a", transfer.Done).Totals(); c.Created != 4 {
			t.Errorf("forwarded: %+v", c)
		}
		h, err := b.store.GetRecord(t.Context(), organisation("o1"))
		if err != nil {
			t.Fatal(err)
		}
		office := h.Components[0]
		if office.Alias != "branch" || office.Components[0].UID != "c1" || h.MCI != 2 || !strings.Contains(h.Attrs, "ann@example.org") {
			t.Errorf("tree at b: %+v, office %+v", h.Record, office)
		}
		// A component that changes brings its master along.
		if _, err := a.Apply(t.Context(), engine.Edit{Key: transfer.Key{Resource: "org_contact", UID: "c1"}, Delete: true}); err != nil {
			t.Fatal(err)
		}
		if c := b.sync("a", transfer.Done).Totals(); c.Deleted != 1 {
			t.Errorf("component change: %+v", c)
		}
	})
}
