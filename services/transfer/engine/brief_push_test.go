package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// A push tells by its hash what the other site has probably got with an earlier one.
func TestAPushTellsInBrief(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b, line := briefly(t, database, transfer.ModePush, newer)
		a.put(organisation("one"), inPlace("First", "quay"))
		if got := line.hear(); got.Sent != 1 || got.Accepted != 1 || len(line.docs) != 1 || !line.pushed[0].Brief {
			t.Errorf("%+v, %+v", got, line.pushed)
		}
		mustContain(t, line.docs[0], "First", `uuid="urn:quay"`, "edensync-hash")
		mustNotContain(t, line.docs[0], ">Quay<")

		a.put(location("quay"), named("Pier"))
		a.put(organisation("one"), inPlace("Second", "quay"))
		if line.hear(); len(line.docs) != 1 || line.pushed[0].Brief {
			t.Errorf("%+v", line.pushed)
		}
		mustContain(t, b.place("quay"), "Pier")
	})
}

// A site that lacks what a push tells by its hash refuses it, and gets all of it with the same run.
func TestABriefPushIsSentAsAWhole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b, line := briefly(t, database, transfer.ModePush, newer)
		a.put(organisation("one"), inPlace("First", "hill"))
		if got := line.hear(); got.Sent != 1 || got.Accepted != 1 || !b.has(locations, "urn:hill") {
			t.Errorf("%+v", got)
		}
		if len(line.pushed) != 2 || !line.pushed[0].Brief || line.pushed[1].Brief || line.pushed[0].Key == line.pushed[1].Key {
			t.Errorf("%+v", line.pushed)
		}
		runs, _, err := b.store.ListRuns(t.Context(), transfer.RunFilter{WithPeerRuns: true}, transfer.Page{Size: 2})
		if err != nil {
			t.Fatal(err)
		}
		if runs[0].State != transfer.Done || runs[1].State != transfer.Stopped || runs[1].Reason != string(apierr.ReasonPushBrief) {
			t.Errorf("the runs there: %+v, %+v", runs[0], runs[1])
		}
		if got := b.items(transfer.ItemFilter{}); len(got) != 0 {
			t.Errorf("%+v", got[0])
		}
	})
}

// Who sends a brief document again, because the answer was lost, must not hear that all of it is stored.
func TestABriefPushIsRefusedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		peer := transfer.Repository{ID: "peer", Name: "peer"}
		told := `<resource name="gis_location" uuid="urn:hill" mci="1" modified_on="` + early + `" edensync-hash="0123456789abcdef0123456789abcdef"/>`
		doc := document(el("one", at(early), name("One")+`<reference field="location_id" resource="gis_location" uuid="urn:hill"/>`), told)
		in := transfer.Import{Repository: peer, Resource: orgs, Rule: newer, Complete: true, Brief: true, RequestID: "r"}
		for range 2 {
			if _, err := a.Import(t.Context(), in, strings.NewReader(doc)); apierr.ReasonOf(err) != apierr.ReasonPushBrief {
				t.Errorf("%v", err)
			}
		}
		if a.show() != "" {
			t.Errorf("stored %s", a.show())
		}
		in.Brief = false // the attribute means nothing then
		if _, err := a.Import(t.Context(), in, strings.NewReader(doc)); err != nil || !a.has(locations, "urn:hill") {
			t.Error(err)
		}
	})
}

// What comes along with a later document of a run may be as new as what the documents before it have brought.
func TestWhatIsNewIsNotToldInBrief(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b, line := briefly(t, database, transfer.ModePush, newer)
		many := func(from int) {
			var elements []string
			for i := range 500 {
				elements = append(elements, el(fmt.Sprint("n", from+i), at(later), name("New")))
			}
			a.importFrom(transfer.Repository{ID: "eden", Name: "eden"}, newer, document(elements...))
		}
		many(0)
		a.put(location("pier"), named("Pier"))
		many(500)
		a.put(organisation("one"), inPlace("First", "pier"))
		if line.hear(); len(line.pushed) != 2 || line.pushed[1].Brief || !b.has(locations, "urn:pier") {
			t.Errorf("%d documents", len(line.pushed))
		}
	})
}
