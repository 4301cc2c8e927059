package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// branch is the office that the tests of places move between organisations.
var branch = transfer.Key{Resource: "org_office", UID: "urn:branch"}

func with(uid string, component string) string {
	return `<resource name="org_organisation" uuid="urn:` + uid + `" mci="1" modified_on="` + early + `"><data field="name">` + uid + `</data>` + component + `</resource>`
}

func branchAs(at, name, component string) string {
	return `<resource name="org_office" alias="office" uuid="urn:branch" mci="1" modified_on="` + at + `"><data field="name">` + name + `</data>` + component + `</resource>`
}

// An older version of a component says nothing of where it stands, from whomever it comes.
func TestOldVersionsMoveNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for about, c := range map[string]struct{ from, name string }{
			"of a site that has not heard of the move":       {"two", "Branch"},
			"of the same site, and with another content now": {"one", "Branch, moved"},
		} {
			a := newSite(t, database, "a")
			a.repo("one", transfer.ModePull, newer)
			a.repo("two", transfer.ModePull, newer)
			old := document(with("m1", branchAs(early, "Branch", "")), with("m2", ""))
			a.remote = &scripted{docs: []string{old, document(with("m1", ""), with("m2", branchAs(later, c.name, ""))), old}}
			a.sync("one", transfer.Done)
			a.sync("one", transfer.Done)
			a.sync(c.from, transfer.Done)
			here, err := a.store.GetRecord(t.Context(), branch)
			if err != nil || here.Parent != organisation("m2") {
				t.Errorf("%s: it stands below %v, %v", about, here.Parent, err)
			}
		}
	})
}

// What this site keeps of a component goes out below the master under which it stands here: other places say nothing, and an Eden does not
// take a component by itself.
func TestKeptComponentsAreSaidAgainInTheirTree(t *testing.T) {
	t.Parallel()
	nested := func(at, phone string) string {
		return document(with("m", branchAs(early, "Branch", `<resource name="org_contact" uuid="urn:c" mci="1" modified_on="`+at+`">`+
			`<data field="name">`+phone+`</data></resource>`)))
	}
	onBoth(t, func(t *testing.T, database string) {
		for about, c := range map[string]struct {
			first, older string
			edited       transfer.Key
		}{
			"two levels below its master": {nested(early, "1"), nested(later, "3"), transfer.Key{Resource: "org_contact", UID: "urn:c"}},
			"below another master there": {
				document(with("m", branchAs(early, "Branch", "")), with("m2", "")), document(with("m2", branchAs(later, "Theirs", ""))), branch,
			},
		} {
			a := newSite(t, database, "a")
			a.repo("eden", transfer.ModeBoth, newer)
			remote := &scripted{docs: []string{c.first}}
			a.remote = remote
			a.sync("eden", transfer.Done)
			a.clock = a.clock.Add(time.Hour)
			if _, err := a.Apply(t.Context(), engine.Edit{Key: c.edited, Content: named("Ours")}); err != nil {
				t.Fatal(err)
			}
			a.sync("eden", transfer.Done)
			remote.pushed, remote.docs = nil, []string{c.older}
			a.sync("eden", transfer.Done)
			if len(remote.pushed) != 1 || !strings.Contains(remote.pushed[0], `uuid="urn:m"`) || !strings.Contains(remote.pushed[0], "Ours") {
				t.Errorf("%s: pushed %v", about, remote.pushed)
			}
		}
	})
}

// What the repository pushes and this site does not take is answered by a push of ours, as in a pull.
func TestWhatIsKeptAgainstAPushIsSaidAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		r := a.repo("eden", transfer.ModePush, newer)
		remote := &scripted{}
		a.remote = remote
		a.edit("x", "Ours")
		a.sync("eden", transfer.Done)
		in := transfer.Import{Repository: *r, Resource: orgs, Rule: newer, RequestID: "k"}
		if got, err := a.Import(t.Context(), in, strings.NewReader(document(org("x", "Theirs", early)))); err != nil || got.Counts.Skipped != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		remote.pushed = nil
		a.sync("eden", transfer.Done)
		if a.sync("eden", transfer.Done); len(remote.pushed) != 1 || !strings.Contains(remote.pushed[0], "Ours") {
			t.Errorf("pushed %v", remote.pushed)
		}
	})
}

// Under OTHER an Eden gets what is new to it. What it has refused stays new, although the cursor has passed it.
func TestWhatAnEdenRefusedStaysNewToIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, rule(policy.Other, policy.Other))
		remote := &scripted{answer: refuses}
		a.remote = remote
		a.edit("x", "X")
		a.sync("eden", transfer.DoneWithWarnings)
		remote.answer = nil
		a.sync("eden", transfer.Done)
		if a.sync("eden", transfer.Done); len(remote.pushed) != 2 {
			t.Errorf("%d documents", len(remote.pushed))
		}
		if r := a.rejects(); len(r) != 1 || r[0].State != transfer.Closed {
			t.Errorf("it was taken, but %+v", r)
		}
	})
}
