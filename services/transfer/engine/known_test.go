package engine_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// family stores an organisation in a place, its branch, and how far the changes of the site have got then.
func family(t *testing.T, database string) (a *site, seq int64) {
	t.Helper()
	a = newSite(t, database, "a")
	a.put(transfer.Key{Resource: locations, UID: "urn:place"}, named("Quay"))
	parent := named("Parent")
	parent.References = []s3xml.Ref{{Field: "location_id", Resource: locations, UIDs: []string{"urn:place"}}}
	a.put(organisation("parent"), parent)
	seq = a.put(organisation("branch"), branch("Branch")).Seq
	return a, seq
}

func branch(name string) s3xml.Content {
	c := named(name)
	c.References = []s3xml.Ref{{Field: "organisation_id", Resource: orgs, UIDs: []string{"urn:parent"}}}
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
// come once more with each of these; what they refer to in turn is not known to be there.
func TestWhatAPeerHasDoesNotComeAlong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, seq := family(t, database)
		a.put(organisation("branch"), branch("Renamed"))
		some := []transfer.Filter{{Table: orgs, Query: "~.name__like=*a*"}}
		for _, c := range []struct {
			what string
			ask  transfer.Export
			want string
		}{
			{"from the beginning", transfer.Export{ByCursor: true}, "parent branch place"},
			{"from a cursor", transfer.Export{ByCursor: true, AfterSeq: seq}, "branch place"},
			{"from one in front of the parent", transfer.Export{ByCursor: true, AfterSeq: 1}, "parent branch place"},
			{"a part of the records", transfer.Export{ByCursor: true, AfterSeq: seq, Filters: some}, "branch parent place"},
			{"an Eden", transfer.Export{Since: a.now()}, "branch parent place"},
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
		a.put(organisation("branch"), branch("Renamed"))
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
