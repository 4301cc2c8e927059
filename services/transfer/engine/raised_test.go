package engine_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
)

// acquaintances are a hub and a field, which begins all exchanges, in both directions.
func acquaintances(t *testing.T, database string) (hub, field *site, goOn func()) {
	t.Helper()
	hub, field = newSite(t, database, "hub"), newSite(t, database, "field")
	field.remote = &direct{from: field, to: hub}
	field.repo("hub", transfer.ModeBoth, newer)
	hub.repo("field", transfer.ModePull, newer)
	return hub, field, func() {
		hub.clock, field.clock = hub.clock.Add(time.Hour), field.clock.Add(time.Hour)
		field.sync("hub", transfer.Done)
	}
}

// What a record waited for comes to a site also if that site has changed the record itself since it last asked.
func TestWhatWasAwaitedGoesToWhoChangedTheMaster(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush} { // how the hub's changes come to the field
			hub, field, goOn := acquaintances(t, database)
			if mode == transfer.ModePush {
				field.repos["hub"].Tasks[0].Mode = transfer.ModePush
				hub.remote = &direct{from: hub, to: field}
				hub.repo("field", transfer.ModePush, newer)
			}
			exchange := func() {
				goOn()
				if mode == transfer.ModePush {
					hub.sync("field", transfer.Done)
				}
			}
			hub.put(organisation("one"), inPlace("One", "quay"))
			exchange()
			field.put(organisation("one"), inPlace("One, edited", "quay"))
			goOn()
			hub.put(location("quay"), named("Quay"))
			exchange()
			if !field.has(locations, "urn:quay") {
				t.Errorf("%s: hub %s, field %s: the quay was never sent", mode, hub.show(), field.show())
			}
		}
	})
}

// So does the place of a component that a third site has moved.
func TestMovesGoToWhoChangedTheMaster(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field, goOn := acquaintances(t, database)
		hub.take("eden", "k1", document(with("m1", branchAs(early, "Branch", "")), with("m2", "")))
		goOn()
		field.edit("m2", "M2, edited")
		goOn()
		hub.take("eden", "k2", document(with("m1", ""), with("m2", branchAs(later, "Branch", ""))))
		goOn()
		here, err := field.store.GetRecord(t.Context(), branch)
		if err != nil || here.Parent != organisation("m2") {
			t.Errorf("at the field it stands below %v, %v", here.Parent, err)
		}
	})
}
