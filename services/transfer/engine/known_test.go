package engine_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// family stores an organisation, its parent, and the branch of it, and how far the changes of the site have got then. The organisation
// above all lies in a place.
func family(t *testing.T, database string) (a *site, seq int64) {
	t.Helper()
	a = newSite(t, database, "a")
	a.put(transfer.Key{Resource: locations, UID: "urn:place"}, named("Quay"))
	head := named("Head")
	head.References = []s3xml.Ref{{Field: "location_id", Resource: locations, UIDs: []string{"urn:place"}}}
	a.put(organisation("head"), head)
	a.put(organisation("parent"), below("Parent", "head"))
	seq = a.put(organisation("branch"), below("Branch", "parent")).Seq
	return a, seq
}

func below(name, above string) s3xml.Content {
	c := named(name)
	c.References = []s3xml.Ref{{Field: "organisation_id", Resource: orgs, UIDs: []string{"urn:" + above}}}
	return c
}

// written lists the records of a document in their order.
func written(t *testing.T, doc string) string {
	t.Helper()
	var uids []string
	for _, part := range strings.Split(doc, ` uuid="urn:`)[1:] {
		uid, rest, _ := strings.Cut(part, `"`)
		if strings.HasPrefix(rest, " created_on") || strings.HasPrefix(rest, " mci") || strings.HasPrefix(rest, " modified_on") {
			uids = append(uids, uid)
		}
	}
	return strings.Join(uids, " ")
}

// Who has got everything up to a cursor has the records that others refer to, as far as they are of the same resource. They need not
// come once more with each of these, unless they refer to another resource.
func TestWhatAPeerHasDoesNotComeAlong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, seq := family(t, database)
		a.put(organisation("branch"), below("Renamed", "parent"))
		some := []transfer.Filter{{Table: orgs, Query: "~.name__like=*a*"}}
		for _, c := range []struct {
			what string
			ask  transfer.Export
			want string
		}{
			{"from the beginning", transfer.Export{ByCursor: true}, "head parent branch place"},
			{"from a cursor", transfer.Export{ByCursor: true, AfterSeq: seq}, "branch head place"},
			{"from one in front of all", transfer.Export{ByCursor: true, AfterSeq: 1}, "head parent branch place"},
			{"a part of the records", transfer.Export{ByCursor: true, AfterSeq: seq, Filters: some}, "branch parent head place"},
			{"an Eden", transfer.Export{Since: a.now()}, "branch parent head place"},
		} {
			if got := written(t, a.export(c.ask)); got != c.want {
				t.Errorf("%s: %q, want %q", c.what, got, c.want)
			}
		}
	})
}

// What has changed since is sent as what it is.
func TestWhatAPeerHadComesAgainWhenItHasChanged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, seq := family(t, database)
		a.put(organisation("branch"), below("Renamed", "parent"))
		a.put(organisation("parent"), named("Renamed, too"))
		doc := a.export(transfer.Export{ByCursor: true, AfterSeq: seq})
		mustContain(t, doc, `results="2"`, "Renamed, too")
		if got := written(t, doc); got != "branch parent" {
			t.Errorf("the document has %q", got)
		}
		// Changes behind the end of the document come along, too.
		doc = a.export(transfer.Export{ByCursor: true, AfterSeq: seq, Upto: seq + 1})
		mustContain(t, doc, `results="1"`, "Renamed, too")
	})
}

// Whoever gets a document takes what was asked for, and what that refers to. So of a chain that leads to another resource nothing may be
// missing: its end would come as something that nobody asked for, and its change be lost.
func TestWhatTheMissingOnesReferToArrives(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, _ := family(t, database)
		b := newSite(t, database, "b")
		b.remote = &direct{from: b, to: a}
		b.repo("a", transfer.ModePull, newer)
		b.sync("a", transfer.Done)
		a.put(transfer.Key{Resource: locations, UID: "urn:place"}, named("Quay 2"))
		a.put(organisation("branch"), below("Renamed", "parent"))
		if got := b.sync("a", transfer.Done).Totals(); got.Updated != 2 || got.Skipped > 0 {
			t.Errorf("%+v", got)
		}
		h, err := b.store.GetRecord(t.Context(), transfer.Key{Resource: locations, UID: "urn:place"})
		if err != nil {
			t.Fatal(err)
		}
		mustContain(t, string(h.Body), "Quay 2")
	})
}
