package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// inPlace is the content of something in a location.
func inPlace(name, place string) s3xml.Content {
	c := named(name)
	c.References = []s3xml.Ref{{Field: "location_id", Resource: locations, UIDs: []string{"urn:" + place}}}
	return c
}

// exchanging connects two sites of which one gets what the other one has, by its pull or by a push. go on is the next exchange.
func exchanging(t *testing.T, database string, mode transfer.Mode) (giver, taker *site, goOn func() transfer.Counts) {
	t.Helper()
	giver, taker = newSite(t, database, "giver"), newSite(t, database, "taker")
	begins, other := taker, giver
	if mode == transfer.ModePush {
		begins, other = giver, taker
	}
	begins.remote = &direct{from: begins, to: other}
	begins.repo(other.name, mode, newer)
	return giver, taker, func() transfer.Counts { return begins.sync(other.name, transfer.Done).Totals() }
}

// Who got a record while what it refers to was not there gets that as soon as it comes, by whatever way it comes.
func TestWhatWasAwaitedIsSent(t *testing.T) {
	t.Parallel()
	quay := location("quay")
	ways := map[string]struct{ before, after func(s *site) }{
		"an edit": {after: func(s *site) { s.put(quay, named("Quay")) }},
		"a document about something else": {after: func(s *site) {
			in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "eden"}, Resource: locations, Rule: newer, RequestID: "r"}
			doc := document(`<resource name="gis_location" uuid="urn:quay" modified_on="` + later + `"><data field="name">Quay</data></resource>`)
			if _, err := s.Import(s.t.Context(), in, strings.NewReader(doc)); err != nil {
				s.t.Fatal(err)
			}
		}},
		"a version after its deletion": {
			before: func(s *site) {
				s.put(quay, named("Quay"))
				if _, err := s.Apply(s.t.Context(), engine.Edit{Key: quay, Delete: true}); err != nil {
					s.t.Fatal(err)
				}
			},
			after: func(s *site) { s.put(quay, named("Quay")) },
		},
		"what a place was merged into": {
			before: func(s *site) {
				s.put(location("pier"), named("Pier"))
				in := transfer.Import{Resource: locations, Rule: newer, Complete: true, RequestID: "merge"}
				doc := document(`<resource name="gis_location" uuid="urn:pier" deleted="True" replaced_by="urn:quay" modified_on="` + future + `"/>`)
				if _, err := s.Import(s.t.Context(), in, strings.NewReader(doc)); err != nil {
					s.t.Fatal(err)
				}
			},
			after: func(s *site) { s.put(quay, named("Quay")) },
		},
		"what a place that was there refers to": {
			before: func(s *site) { s.put(location("pier"), inPlace("Pier", "quay")) },
			after:  func(s *site) { s.put(quay, named("Quay")) },
		},
	}
	for name, way := range ways {
		onBoth(t, func(t *testing.T, database string) {
			for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush} {
				giver, taker, goOn := exchanging(t, database, mode)
				place := "quay"
				if way.before != nil {
					way.before(giver)
				}
				if giver.has(locations, "urn:pier") {
					place = "pier"
				}
				giver.put(organisation("one"), inPlace("One", place))
				giver.put(organisation("two"), named("Two"))
				for range 2 { // it is awaited once, however often it is missed
					goOn()
					giver.put(organisation("two"), inPlace("Two", place))
				}
				goOn()
				way.after(giver)
				if got := goOn(); !taker.has(locations, quay.UID) || got.Created != 1 || got.Updated != 0 {
					t.Errorf("%s, %s: %+v", name, mode, got)
				}
				if got := goOn(); got != (transfer.Counts{}) {
					t.Errorf("%s, %s: once more %+v", name, mode, got)
				}
			}
		})
	}
}

// What never leaves this site is not waited for.
func TestWhatIsKeptOutIsNotAwaited(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		giver, _, goOn := exchanging(t, database, transfer.ModePull)
		owned := inPlace("One", "quay")
		owned.References = append(owned.References, s3xml.Ref{Field: "owned_by", Resource: "auth_user", UIDs: []string{"urn:somebody"}})
		giver.put(organisation("one"), owned)
		goOn()
		var awaited []string
		if err := giver.db.Select(t.Context(), &awaited, "SELECT resource FROM awaited"); err != nil || !slices.Equal(awaited, []string{locations}) {
			t.Errorf("%v, %v", awaited, err)
		}
	})
}

// late is a store in which something comes at the moment between the look for it and the note that it is not there.
type late struct {
	engine.Store
	comes func()
}

func (l *late) Await(ctx context.Context, sel transfer.Selection, awaited []transfer.Awaited) error {
	if comes := l.comes; comes != nil {
		l.comes = nil
		comes()
	}
	return l.Store.Await(ctx, sel, awaited)
}

// What comes while a document is written that does not have it any more goes out with the next one.
func TestWhatComesMeanwhileIsSent(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush} {
			giver, taker, goOn := exchanging(t, database, mode)
			giver.put(organisation("one"), inPlace("One", "quay"))
			store := &late{Store: giver.store, comes: func() { giver.put(location("quay"), named("Quay")) }}
			giver.Engine = engine.New(engine.Options{Store: store, Remote: giver, Sites: giver, Now: giver.now, NewID: giver.id})
			goOn()
			if taker.has(locations, "urn:quay") {
				t.Fatalf("%s: nothing came late", mode)
			}
			if goOn(); !taker.has(locations, "urn:quay") {
				t.Errorf("%s: it was never sent", mode)
			}
		}
	})
}

// However many records refer to what comes late, a few of them bring it: of those that a repository gets.
func TestAFewBringWhatComesLate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush} {
			giver, taker, goOn := exchanging(t, database, mode)
			other := newSite(t, database, "other")
			other.remote = &direct{from: other, to: giver, filters: []transfer.Filter{{Table: orgs, Query: "~.name=Last"}}}
			other.repo("giver", transfer.ModePull, newer).Tasks[0].Filters = other.remote.(*direct).filters
			for i := range 20 {
				giver.put(organisation(fmt.Sprint(i)), inPlace("One", "quay"))
			}
			giver.put(organisation("last"), inPlace("Last", "quay"))
			goOn()
			other.sync("giver", transfer.Done)
			giver.put(location("quay"), named("Quay"))
			goOn()
			other.sync("giver", transfer.Done)
			if !taker.has(locations, "urn:quay") || !other.has(locations, "urn:quay") {
				t.Errorf("%s: the taker has it: %v, the other one: %v", mode, taker.has(locations, "urn:quay"), other.has(locations, "urn:quay"))
			}
			if n := sentAgain(t, giver); n != transfer.MaxAwaiting+1 {
				t.Errorf("%s: %d records are sent again", mode, n)
			}
		}
	})
}

// sentAgain is how many organisations have a number of their tree that is not the one of their version.
func sentAgain(t *testing.T, s *site) (n int) {
	t.Helper()
	if err := s.db.Get(t.Context(), &n, "SELECT count(*) FROM record WHERE resource = ? AND tree_seq > seq", orgs); err != nil {
		t.Fatal(err)
	}
	return n
}
