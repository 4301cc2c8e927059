package engine_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
)

// selected is the document of organisations that pass filters.
func (s *site) selected(filters ...transfer.Filter) string {
	s.t.Helper()
	return s.export(transfer.Export{RepositoryID: "c", Filters: filters})
}

func TestGTW029_OnlyMatchingRecords(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.edit("a", "Anchor")
		a.edit("b", "Bridge")
		a.edit("gone", "Gone")
		a.remove("gone")
		doc := a.selected(transfer.Filter{Table: orgs, Query: "~.name__like=A*"})
		mustContain(t, doc, "Anchor")
		mustNotContain(t, doc, "Bridge")
		// A deletion has no field to look at, and what was deleted must be deleted elsewhere, too.
		if element(t, doc, "gone") == "" {
			t.Errorf("the deletion is not sent: %s", doc)
		}
		mustContain(t, a.selected(), "Anchor", "Bridge")
	})
}

func TestCFG022_FiltersOfATableApplyTogether(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(
		el("a", at(early), name("Anchor")+`<data field="code">1</data>`),
		el("b", at(early), name("Bridge")+`<data field="code">1</data>`),
		el("c", at(early), name("Anchor")+`<data field="code">2</data>`),
	))
	names, codes := transfer.Filter{Table: orgs, Query: "~.name=Anchor"}, transfer.Filter{Table: "~", Query: "~.code=1"}
	for _, filters := range [][]transfer.Filter{{names, codes}, {codes, names}, {{Table: orgs, Query: "~.code=1&~.name=Anchor"}}} {
		doc := a.selected(filters...)
		if element(t, doc, "a") == "" || element(t, doc, "b") != "" || element(t, doc, "c") != "" {
			t.Errorf("%v select %s", filters, doc)
		}
		mustContain(t, doc, `results="1"`)
	}
	mustContain(t, a.selected(names), `results="2"`)
}

func TestGTW030_FiltersOfOtherTablesLeaveMastersAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		location := func(uid, country string) string {
			return `<resource name="gis_location" uuid="urn:` + uid + `" modified_on="` + early + `"><data field="L0">` + country + `</data></resource>`
		}
		in := func(uid string) string {
			return `<reference field="location_id" resource="gis_location" uuid="urn:` + uid + `"/>`
		}
		contact := func(uid, kind string) string {
			return `<resource name="org_contact" uuid="urn:` + uid + `" modified_on="` + early + `"><data field="kind">` + kind + `</data></resource>`
		}
		a.feed(document(
			el("u", at(early), in("oslo")+contact("mail", "mail")+contact("phone", "phone")), el("v", at(early), in("kiel")),
			location("oslo", "Norway"), location("kiel", "Germany"),
		))
		doc := a.selected(transfer.Filter{Table: locations, Query: "~.L0=Norway"}, transfer.Filter{Table: "org_contact", Query: "~.kind=mail"})
		mustContain(t, doc, `results="2"`, `uuid="urn:mail"`)
		mustNotContain(t, doc, `uuid="urn:phone"`)
		for uid, there := range map[string]bool{"u": true, "v": true, "oslo": true, "kiel": false} {
			if got := element(t, doc, uid) != ""; got != there {
				t.Errorf("%s is in the document: %v, want %v", uid, got, there)
			}
		}
		all := a.selected()
		if element(t, all, "kiel") == "" {
			t.Errorf("without filters: %s", all)
		}
		mustContain(t, all, `uuid="urn:phone"`)
	})
}

func TestGTW026_MsinceIsInclusive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.clock = start.Add(-48 * time.Hour)
		a.edit("before", "Before")
		a.clock = start
		a.edit("at", "At") // a minute after the start
		a.edit("after", "After")
		since := start.Add(time.Minute)
		for _, x := range []transfer.Export{{Since: since}, {RepositoryID: "c", Since: since}} {
			doc := a.export(x)
			mustContain(t, doc, ">At<", ">After<", `results="2"`)
			mustNotContain(t, doc, ">Before<")
		}
		mustContain(t, a.export(transfer.Export{}), ">Before<")
	})
}

func TestCFG020_ChangedFiltersStartBothDirectionsAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		repo := a.repo("eden", transfer.ModeBoth, newer)
		remote := &scripted{docs: []string{document(org("theirs", "Theirs", early))}}
		a.remote = remote
		a.edit("a", "Anchor")
		a.sync("eden", transfer.Done)
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 1 || remote.asked[1].Since.IsZero() {
			t.Fatalf("%d pushes, asked %+v", len(remote.pushed), remote.asked)
		}
		for i, filters := range [][]transfer.Filter{{{Table: "~", Query: "~.name__like=A*"}}, {{Table: "~", Query: "~.name__like=An*"}}, nil} {
			repo.Tasks[0].Filters = filters
			a.sync("eden", transfer.Done)
			if len(remote.pushed) != 2+i || !remote.asked[len(remote.asked)-1].Since.IsZero() {
				t.Errorf("%v: %d pushes, asked since %s", filters, len(remote.pushed), remote.asked[len(remote.asked)-1].Since)
			}
			mustContain(t, remote.pushed[len(remote.pushed)-1], "Anchor")
			a.remote.(*scripted).docs = []string{document(org("theirs", "Theirs", early))}
			a.sync("eden", transfer.Done)
			if len(remote.pushed) != 2+i {
				t.Errorf("%v: the same filters push again", filters)
			}
		}
	})
}
