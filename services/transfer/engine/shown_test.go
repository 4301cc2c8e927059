package engine_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// northern is a filter that people use: an own field decides.
var northern = []transfer.Filter{{Table: "~", Query: "~.name__like=North*"}}

// pair is a hub and a field site that synchronizes with it, by cursors or as an Eden would, with a filter.
func pair(t *testing.T, database string, eden bool, filters []transfer.Filter) (hub, field *site) {
	t.Helper()
	hub, field = newSite(t, database, "hub"), newSite(t, database, "field")
	field.repo("hub", transfer.ModeBoth, newer).Tasks[0].Filters = filters
	field.remote = &direct{from: field, to: hub, eden: eden, filters: filters}
	if eden {
		field.info.PullOverlap = -time.Second // as an Eden asks
	}
	hub.repos["field"] = &transfer.Repository{ID: "field", Name: "field", AcceptPushes: true}
	return hub, field
}

// exchange lets the field site synchronize; both clocks go on.
func exchange(hub, field *site) transfer.Run {
	field.clock = field.clock.Add(time.Minute)
	hub.clock = field.clock.Add(time.Minute)
	return field.sync("hub", transfer.Done)
}

// A site that pulls with a filter confirms what it saw through it: its first change of that is no conflict.
func TestAFilteredPeerConfirmsWhatItSaw(t *testing.T) {
	t.Parallel()
	for _, eden := range []bool{false, true} {
		onBoth(t, func(t *testing.T, database string) {
			hub, field := pair(t, database, eden, northern)
			hub.edit("seen", "North 1")
			hub.edit("hidden", "South 1")
			exchange(hub, field)
			exchange(hub, field) // what it asks for now confirms the last answer
			if got := field.show(); got != "seen=North 1" {
				t.Fatalf("eden=%v: the field site has %s", eden, got)
			}
			field.clock = hub.clock
			field.edit("seen", "North 2")
			if c := exchange(hub, field).Totals(); c.Conflict != 0 || c.Accepted != 1 {
				t.Errorf("eden=%v: %+v", eden, c)
			}
			if got := hub.show(); got != "hidden=South 1 seen=North 2" || len(hub.items(transfer.ItemFilter{})) != 0 {
				t.Errorf("eden=%v: the hub has %s", eden, got)
			}
			// What the hub changes now, the field site has not seen: it changes the older version, and pushes first.
			hub.clock = field.clock
			hub.edit("seen", "North 3")
			field.clock = hub.clock.Add(time.Hour)
			field.edit("seen", "North 4")
			field.repos["hub"].Tasks[0].Mode = transfer.ModePush
			if c := exchange(hub, field).Totals(); c.Conflict != 1 || len(hub.items(transfer.ItemFilter{})) != 1 {
				t.Errorf("eden=%v: both changed it: %+v", eden, c)
			}
		})
	}
}

// What a filter keeps back was not seen: a change of the other site meets it as a conflict.
func TestWhatAFilterKeepsBackWasNotSeen(t *testing.T) {
	t.Parallel()
	for _, eden := range []bool{false, true} {
		onBoth(t, func(t *testing.T, database string) {
			hub, field := pair(t, database, eden, northern)
			hub.edit("x", "North 1")
			exchange(hub, field)
			field.clock = hub.clock
			field.edit("x", "South, by the field site") // leaves the filter
			exchange(hub, field)
			if got := hub.show(); got != "x=North 1" {
				t.Fatalf("eden=%v: the hub has %s", eden, got)
			}
			hub.clock = field.clock.Add(time.Hour)
			hub.edit("x", "North 2")
			field.clock = hub.clock
			if c := exchange(hub, field).Totals(); c.Conflict != 1 || field.show() != "x=North 2" {
				t.Errorf("eden=%v: %+v, the field site has %s", eden, c, field.show())
			}
			// It comes back into the filter.
			field.clock = hub.clock
			field.edit("x", "North 3")
			if c := exchange(hub, field).Totals(); c.Conflict != 0 || hub.show() != "x=North 3" {
				t.Errorf("eden=%v: %+v, the hub has %s", eden, c, hub.show())
			}
		})
	}
}

// When the filter of a task is taken away, everything that it kept back is sent, and counts as unseen until then.
func TestAWiderFilterSendsWhatWasKeptBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := pair(t, database, false, northern)
		field.edit("north", "North")
		field.edit("south", "South")
		exchange(hub, field)
		if got := hub.show(); got != "north=North" {
			t.Fatalf("the hub has %s", got)
		}
		hub.clock = field.clock
		hub.edit("south", "made there, too")
		field.repos["hub"].Tasks[0].Filters = nil
		field.remote.(*direct).filters = nil
		if c := exchange(hub, field).Totals(); c.Conflict != 1 {
			t.Errorf("both made it: %+v", c)
		}
		exchange(hub, field)
		mustEqual(t, hub, field, "north=North south=made there, too")
	})
}

// Records that must be said again and do not pass the filter any more make no room scarce for those that do.
func TestWhatLeftTheFilterIsNotSaidAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, newer).Tasks[0].Filters = northern
		remote := &scripted{docs: []string{document(org("x", "North 1", "2026-11-20T05:00:00"))}}
		a.remote = remote
		a.sync("eden", transfer.Done)
		a.edit("x", "South")
		remote.docs = []string{document(org("x", "North 2", "2026-11-20T06:00:00"))}
		a.sync("eden", transfer.Done) // a conflict that ours wins
		a.sync("eden", transfer.Done)
		left, err := a.store.Resends(t.Context(), "eden", orgs, 10)
		if err != nil || len(left) != 0 || len(remote.pushed) != 0 {
			t.Errorf("still to be said: %v, %v, pushed %q", left, err, remote.pushed)
		}
	})
}

// Under MASTER a change of somebody else's record is not pushed, so the repository has not seen it.
func TestWhatMasterKeepsBackWasNotSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, rule(policy.Master, policy.Master))
		remote := &scripted{docs: []string{document(org("x", "one", "2026-11-20T05:00:00"))}}
		a.remote = remote
		a.sync("eden", transfer.Done)
		a.edit("x", "changed here")
		a.edit("ours", "made here")
		a.sync("eden", transfer.Done)
		remote.docs = []string{document(org("x", "two", "2026-11-20T06:00:00"), org("ours", "theirs", "2026-11-24T06:00:00"))}
		if c := a.sync("eden", transfer.Done).Totals(); c.Conflict != 1 || c.Skipped != 1 || a.show() != "ours=made here x=two" {
			t.Errorf("%+v, %s", c, a.show())
		}
	})
}

// A site that only pulls tells nobody of its edits: a change of the repository meets each as a conflict, whatever was
// pulled in between. What came from elsewhere counts as seen after the next pull.
func TestEditsOfASiteThatOnlyPullsAreNotSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(org("x", "one", "2026-11-20T05:00:00"), org("y", "one", "2026-11-20T05:00:00")))
		a.edit("x", "changed here")
		a.importFrom(transfer.Repository{ID: "other"}, newer, document(org("y", "elsewhere", "2026-11-20T06:00:00")))
		a.feed(document(), document())
		run := a.feed(document(org("x", "two", "2026-11-24T06:00:00"), org("y", "two", "2026-11-24T06:00:00")))
		if c := run.Totals(); c.Conflict != 1 || c.Updated != 1 || a.show() != "x=two y=two" {
			t.Errorf("%+v, %s", c, a.show())
		}
	})
}

// What a site pulls does not tell that the repository has seen anything more of it.
func TestAPullConfirmsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(org("x", "one", "2026-11-20T05:00:00")))
		a.pulledBy("eden")
		a.importFrom(transfer.Repository{ID: "other"}, newer, document(org("x", "elsewhere", "2026-11-20T06:00:00")))
		a.feed(document())
		if c := a.feed(document(org("x", "two", "2026-11-24T06:00:00"))).Totals(); c.Conflict != 1 {
			t.Errorf("%+v", c)
		}
	})
}

// pulledBy lets a repository pull everything and confirm it.
func (s *site) pulledBy(repository string) {
	s.t.Helper()
	seq, err := s.store.Clock(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	out := transfer.Export{RepositoryID: repository, Resource: orgs, ByCursor: true, AfterSeq: seq}
	if err := s.Export(s.t.Context(), out, func(engine.Selected) io.Writer { return &bytes.Buffer{} }); err != nil {
		s.t.Fatal(err)
	}
}

// A dependency that was edited here was not seen because the records that refer to it were: it is no part of them.
func TestEditsOfDependenciesAreNotSeen(t *testing.T) {
	t.Parallel()
	with := func(place string) string {
		ref := `<resource name="org_organisation" uuid="urn:x" mci="1" modified_on="2026-11-20T05:00:00"><data field="name">one</data><reference field="location_id" resource="gis_location" uuid="urn:quay"/></resource>`
		return document(ref, `<resource name="gis_location" uuid="urn:quay" mci="1" modified_on="`+place+`"><data field="name">`+place+`</data></resource>`)
	}
	onBoth(t, func(t *testing.T, database string) {
		for _, own := range []bool{false, true} {
			a := newSite(t, database, "a")
			repo := a.repo("eden", transfer.ModeBoth, newer)
			if own {
				repo.Tasks = append(repo.Tasks, transfer.Task{Resource: locations, Mode: transfer.ModeBoth, Rule: newer})
			} else {
				repo.Tasks[0].Filters = []transfer.Filter{{Table: orgs, Query: "~.name=one,of no concern"}}
			}
			remote := &scripted{docs: []string{with("2026-11-20T05:00:00")}}
			a.remote = remote
			a.sync("eden", transfer.Done)
			a.clock = a.clock.Add(time.Minute)
			_, err := a.Apply(t.Context(), engine.Edit{Key: location("quay"), Content: s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: "ours"}}}})
			if err != nil {
				t.Fatal(err)
			}
			a.edit("y", "of no concern")
			a.sync("eden", transfer.Done)
			remote.docs = []string{with("2026-11-24T06:00:00")}
			c, want := a.sync("eden", transfer.Done).Totals(), int64(1)
			if own {
				want = 0 // it was pushed as a record of its own
			}
			if c.Conflict != want || c.Conflict+c.Updated != 1 {
				t.Errorf("own task %v: %+v", own, c)
			}
		}
	})
}
