package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// one reads a record that must be here.
func (s *site) one(key transfer.Key) *transfer.Record {
	s.t.Helper()
	records, err := s.store.Records(s.t.Context(), []transfer.Key{key})
	if err != nil || len(records) != 1 {
		s.t.Fatalf("%s has %d records %s, %v", s.name, len(records), key.UID, err)
	}
	return records[0]
}

// place is the content of a location, empty if there is none.
func (s *site) place(uid string) string {
	s.t.Helper()
	if !s.has(locations, "urn:"+uid) {
		return ""
	}
	return string(s.one(location(uid)).Body)
}

// A site that keeps its version of what came along with something else says so to the other one, although nothing that refers to it
// goes there. An edensync takes it, since it has it.
func TestWhatIsKeptOfAnotherResourceIsTaken(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b := newSite(t, database, "a"), newSite(t, database, "b")
		b.remote = &direct{from: b, to: a}
		rule := newer
		rule.Conflict = policy.This
		b.repo("a", transfer.ModeBoth, rule)
		a.put(location("quay"), named("Quay"))
		a.put(organisation("one"), inPlace("One", "quay"))
		b.sync("a", transfer.Done)
		b.put(location("quay"), named("Quay of b"))
		a.put(location("quay"), named("Quay of a"))
		a.put(organisation("one"), inPlace("One of a", "quay"))
		if got := b.sync("a", transfer.Done).Totals(); got.Conflict != 2 || got.Updated != 1 || got.Sent != 1 { // one at each site
			t.Errorf("%+v", got)
		}
		mustContain(t, b.place("quay"), "Quay of b")
		mustContain(t, a.place("quay"), "Quay of b")
	})
}

// What nobody asked for, what nothing refers to and what is not here is turned away, whoever sends it; from an Eden also what is here.
func TestStrangersAreTurnedAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for name, c := range map[string]struct {
			complete, here bool
			want           transfer.Counts
		}{
			"an Eden's":                     {false, false, transfer.Counts{Received: 1, Skipped: 1}},
			"an Eden's of what is here":     {false, true, transfer.Counts{Received: 1, Skipped: 1}},
			"an edensync's":                 {true, false, transfer.Counts{Received: 1, Skipped: 1}},
			"an edensync's of what is here": {true, true, transfer.Counts{Received: 1, Updated: 1}},
		} {
			a := newSite(t, database, "a")
			doc := func(name string) string {
				return document(`<resource name="gis_location" uuid="urn:quay" modified_on="` + later + `"><data field="name">` + name + `</data></resource>`)
			}
			in := transfer.Import{Repository: transfer.Repository{ID: "peer", Name: "peer"}, Resource: locations, Rule: newer, Complete: c.complete}
			if c.here {
				in.RequestID = a.id()
				if _, err := a.Import(t.Context(), in, strings.NewReader(doc("Quay"))); err != nil {
					t.Fatal(err)
				}
			}
			in.Resource = orgs
			for i, want := range []transfer.Counts{c.want, {Received: 1, Unchanged: 1}} { // once more it is known
				in.RequestID = a.id()
				got, err := a.Import(t.Context(), in, strings.NewReader(doc("Pier")))
				if err != nil {
					t.Fatal(err)
				}
				if got.Counts != want || strings.Contains(a.place("quay"), "Pier") != (c.want.Updated > 0) {
					t.Errorf("%s, time %d: %+v, stored %q", name, i, got.Counts, a.place("quay"))
				}
			}
		}
	})
}

// What was turned away because nobody had asked for it is taken as soon as somebody does.
func TestWhatWasTurnedAwayIsTakenWhenItIsWanted(t *testing.T) {
	t.Parallel()
	quay := func(name, at string) string {
		return `<resource name="gis_location" uuid="urn:quay" mci="1" modified_on="` + at + `"><data field="name">` + name + `</data></resource>`
	}
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		r := a.repo("eden", transfer.ModePull, newer)
		r.Tasks = append(r.Tasks, transfer.Task{Resource: locations, Mode: transfer.ModePull, Rule: newer})
		remote := &scripted{docs: []string{document(), document(quay("Old", early))}}
		a.remote = remote
		a.sync("eden", transfer.Done)
		remote.docs = []string{document(quay("New", later)), document(quay("New", later))}
		a.sync("eden", transfer.Done)
		if here, err := a.store.GetRecord(t.Context(), location("quay")); err != nil || !strings.Contains(string(here.Body), "New") {
			t.Errorf("by its task: %s, %v", here.Body, err)
		}

		b := newSite(t, database, "b")
		hub := b.repo("hub", transfer.ModePull, newer)
		refers := `<resource name="org_organisation" uuid="urn:x" mci="1" modified_on="` + early + `"><data field="name">X</data>` +
			`<reference field="location_id" resource="gis_location" uuid="urn:quay"/></resource>`
		for i, doc := range []string{document(quay("Quay", early)), document(refers, quay("Quay", early))} {
			in := transfer.Import{Repository: *hub, Resource: orgs, Rule: rule(policy.Master, policy.Master), Complete: true, RequestID: fmt.Sprint("k", i)}
			if _, err := b.Import(t.Context(), in, strings.NewReader(doc)); err != nil {
				t.Fatal(err)
			}
		}
		if !b.has(locations, "urn:quay") {
			t.Error("what refers to it does not bring it")
		}
	})
}

// A table that an administrator no longer lists stays here, also where it is a component of another one.
func TestComponentsOfKeptOutTablesStayHere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		remote := &scripted{}
		a.remote = remote
		a.info.Exposed = map[string]bool{"auth_membership": true}
		in := transfer.Import{Repository: transfer.Repository{ID: "other"}, Resource: orgs, Rule: newer, RequestID: "k"}
		member := `<resource name="auth_membership" uuid="urn:s" mci="1" modified_on="` + early + `"><data field="name">secret</data></resource>`
		if _, err := a.Import(t.Context(), in, strings.NewReader(document(with("x", member)))); err != nil {
			t.Fatal(err)
		}
		a.info.Exposed = nil
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 1 || strings.Contains(remote.pushed[0], "auth_membership") {
			t.Errorf("pushed %v", remote.pushed)
		}
	})
}

// A task of a table that is not listed any more exchanges nothing and says so; listed again, it goes on where it was.
func TestATaskOfAKeptOutTableWaits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		r := a.repo("eden", transfer.ModeBoth, newer)
		r.Tasks = []transfer.Task{{Resource: "auth_membership", Mode: transfer.ModePush, Rule: newer}}
		remote := &scripted{}
		a.remote = remote
		a.put(transfer.Key{Resource: "auth_membership", UID: "urn:s"}, named("Member"))
		run := a.sync("eden", transfer.NeedsYou)
		if len(remote.pushed) != 0 || len(run.Parts) != 1 || run.Parts[0].Reason != "RESOURCE_PROTECTED" || run.Totals().Sent != 0 {
			t.Errorf("kept out: %d documents, %+v", len(remote.pushed), run.Parts)
		}
		a.info.Exposed = map[string]bool{"auth_membership": true}
		if a.sync("eden", transfer.Done); len(remote.pushed) != 1 || !strings.Contains(remote.pushed[0], "Member") {
			t.Errorf("listed again: pushed %v", remote.pushed)
		}
	})
}
