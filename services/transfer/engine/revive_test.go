package engine_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// A record is deleted here while another site changes it, and its version wins. It brings back our components, of which
// that site has never heard: they were deleted with the record before it could.
func TestRevivedRecordsBringTheirComponents(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := pair(t, database, false, nil)
		field.edit("x", "North")
		exchange(hub, field)
		hub.clock = hub.clock.Add(time.Minute)
		if _, err := hub.Apply(t.Context(), engine.Edit{Key: officeOf("x"), Parent: organisation("x"), Alias: "office", Content: titled("Office")}); err != nil {
			t.Fatal(err)
		}
		hub.remove("x")
		field.clock = hub.clock.Add(time.Minute)
		field.edit("x", "North again")
		for range 3 {
			exchange(hub, field)
		}
		trees, err := field.store.TreesOf(t.Context(), []transfer.Key{organisation("x")})
		if err != nil || len(trees) != 1 || len(trees[0].Components) != 1 || trees[0].Deleted {
			t.Errorf("at the field site: %+v, %v", trees, err)
		}
		for _, s := range []*site{hub, field} {
			if found := s.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}}); len(found) != 1 {
				t.Errorf("%s has %d conflicts", s.name, len(found))
			}
		}
	})
}

// A component is deleted here, and then the whole record, before the other site hears of either: it hears of the record alone.
// When that site brings the record back, the component stays deleted at both.
func TestRevivedRecordsLeaveDeletedComponentsDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := pair(t, database, false, nil)
		field.edit("x", "North")
		office := engine.Edit{Key: officeOf("x"), Parent: organisation("x"), Alias: "office", Content: titled("Office")}
		if _, err := field.Apply(t.Context(), office); err != nil {
			t.Fatal(err)
		}
		exchange(hub, field)
		hub.clock = field.clock.Add(time.Minute)
		if _, err := hub.Apply(t.Context(), engine.Edit{Key: officeOf("x"), Delete: true}); err != nil {
			t.Fatal(err)
		}
		hub.remove("x")
		exchange(hub, field)
		field.clock = hub.clock.Add(time.Minute)
		field.edit("x", "North again")
		for range 3 {
			exchange(hub, field)
		}
		for _, s := range []*site{hub, field} {
			trees, err := s.store.TreesOf(t.Context(), []transfer.Key{organisation("x")})
			if err != nil || len(trees) != 1 || trees[0].Deleted || len(trees[0].Components) != 1 || !trees[0].Components[0].Deleted {
				t.Errorf("at the %s: %+v, %v", s.name, trees, err)
			}
		}
	})
}
