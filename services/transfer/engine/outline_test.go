package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// outlines is a store that counts the records about which it is asked without a body.
type outlines struct {
	engine.Store
	n atomic.Int64
}

type outlinesReader struct {
	engine.Reader
	n *atomic.Int64
}

func (s *outlines) Ahead(ctx context.Context, fn func(engine.Reader) error) (int64, error) {
	return s.Store.Ahead(ctx, func(r engine.Reader) error { return fn(outlinesReader{r, &s.n}) })
}

func (r outlinesReader) Same(ctx context.Context, versions []*transfer.Record) ([]bool, error) {
	for _, v := range versions {
		if v.Body == nil {
			r.n.Add(1)
		}
	}
	return r.Reader.Same(ctx, versions)
}

// repeated is a document of organisations with an office each. Those that are named have another version in it.
func repeated(others ...int) string {
	var all []string
	for i := range 60 {
		name, modified := "One", "2026-11-22T09:00:00"
		for _, other := range others {
			if i == other {
				name, modified = "Two", "2026-11-22T10:00:00"
			}
		}
		office := fmt.Sprintf(`<resource name="org_office" alias="office" uuid="urn:office-%d" modified_on=%q owned_by_group="%s"><data field="name">%s</data></resource>`, i, modified, name, name)
		all = append(all, strings.Replace(org(fmt.Sprint(i), name, modified), "</resource>", office+"</resource>", 1))
	}
	return document(all...)
}

// A document that says again what is here is read in outline. What it has that is new is stored as if it had come alone.
func TestWhatIsNewInARepeatedDocumentIsStoredWhole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer}
		load := func(s *site, doc string) transfer.Counts {
			done, err := s.Import(t.Context(), in, strings.NewReader(doc))
			if err != nil {
				t.Fatal(err)
			}
			return done.Counts
		}
		a, b := newSite(t, database, "a"), newSite(t, database, "b")
		store := &outlines{Store: a.store}
		a.Engine = engine.New(engine.Options{Store: store, Remote: a, Sites: a, Now: a.now, NewID: a.id})
		a.WorkInSmallPieces()
		load(a, repeated())
		if n := store.n.Load(); n != 0 {
			t.Errorf("%d outlines of what was new", n)
		}
		if c := load(a, repeated()); c.Unchanged != 120 || store.n.Load() < 40 {
			t.Errorf("%+v, %d outlines", c, store.n.Load())
		}
		latest := repeated(40, 57)
		if c := load(a, latest); c.Updated != 4 || c.Unchanged != 116 {
			t.Errorf("%+v", c)
		}
		load(b, latest)
		for i := range 60 {
			for _, key := range []transfer.Key{organisation(fmt.Sprint(i)), {Resource: "org_office", UID: fmt.Sprint("urn:office-", i)}} {
				if got, want := said(t, a, key), said(t, b, key); got != want {
					t.Errorf("%s: %s, not %s", key.UID, got, want)
				}
			}
		}
	})
}

// said is what the site has of what others said about a record.
func said(t *testing.T, s *site, key transfer.Key) string {
	t.Helper()
	records, err := s.store.Records(t.Context(), []transfer.Key{key})
	if err != nil || len(records) != 1 {
		t.Fatal(key, records, err)
	}
	r := records[0]
	return fmt.Sprintf("%s %s %s %s %s", r.Hash, r.ModifiedOn, r.Attrs, r.Body, r.Parent)
}

// A document may hold two versions of what it refers to, the one that is here behind another one. Where the last one wins, it is
// stored whole.
func TestWhatIsHereIsStoredWholeBehindAnotherVersion(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		place := func(name, modified string) string {
			return strings.NewReplacer("org_organisation", "gis_location", "urn:place", "urn:quay").Replace(org("place", name, modified))
		}
		doc := func(places ...string) string {
			var all []string
			for i := range 40 {
				all = append(all, strings.Replace(org(fmt.Sprint(i), "One", "2026-11-22T09:00:00"), "</resource>",
					`<reference field="location_id" resource="gis_location" uuid="urn:quay"/></resource>`, 1))
			}
			return document(append(all, places...)...)
		}
		rule := policy.Rule{Strategy: policy.All, Update: policy.Other, Conflict: policy.Other}
		in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: rule}
		here := place("Here", "2026-11-22T09:00:00")
		s := newSite(t, database, "a")
		s.WorkInSmallPieces()
		for _, d := range []string{doc(here, here), doc(place("Another", "2026-11-22T10:00:00"), here)} {
			if _, err := s.Import(t.Context(), in, strings.NewReader(d)); err != nil {
				t.Fatal(err)
			}
		}
		if got := said(t, s, transfer.Key{Resource: "gis_location", UID: "urn:quay"}); !strings.Contains(got, ">Here<") {
			t.Error(got)
		}
	})
}
