package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// overheard is a connection that keeps what was asked and what came.
type overheard struct {
	direct
	whole  bool // it is never brief
	asked  []engine.PullRequest
	pushed []engine.PushRequest
	docs   []string
}

func (o *overheard) Pull(ctx context.Context, repo transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	q.Brief = q.Brief && !o.whole
	answer, err := o.direct.Pull(ctx, repo, q)
	if err != nil {
		return nil, err
	}
	doc, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(doc))
	o.asked, o.docs = append(o.asked, q), append(o.docs, string(doc))
	return answer, err
}

func (o *overheard) Push(ctx context.Context, repo transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	if q.Brief && o.whole {
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Remote: true, Status: http.StatusConflict}
	}
	o.pushed, o.docs = append(o.pushed, q), append(o.docs, string(q.Body))
	return o.direct.Push(ctx, repo, q)
}

// hear forgets what was heard before, and synchronizes.
func (o *overheard) hear() transfer.Counts {
	o.asked, o.pushed, o.docs = nil, nil, nil
	return o.from.sync(o.to.name, transfer.Done).Totals()
}

// briefly is a site a with three organisations at the quay, and another one that has pulled them, or got them by a push, and will hear
// the next ones in brief.
func briefly(t *testing.T, database string, mode transfer.Mode, rule policy.Rule) (a, b *site, line *overheard) {
	t.Helper()
	a, b = newSite(t, database, "a"), newSite(t, database, "b")
	line = &overheard{direct: direct{from: b, to: a}}
	b.repo("a", transfer.ModePull, rule)
	if mode == transfer.ModePush {
		line.from, line.to = a, b
		a.repo("b", transfer.ModePush, newer)
	}
	line.from.remote = line
	a.put(location("quay"), named("Quay"))
	a.put(location("hill"), named("Hill"))
	for _, uid := range []string{"one", "two", "three"} {
		a.put(organisation(uid), inPlace(uid, "quay"))
	}
	if line.hear(); len(line.docs) != 1 || len(line.asked) == 1 && line.asked[0].Brief {
		t.Error("a first load is brief")
	}
	mustNotContain(t, line.docs[0], "edensync-hash")
	if mode == transfer.ModePush { // by its answer to the first document the other site says that it is an edensync
		a.put(organisation("three"), inPlace("three", "quay"))
		line.hear()
	}
	return a, b, line
}

// What comes along and has not changed is told by its hash.
func TestWhatComesAlongIsToldInBrief(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, _, line := briefly(t, database, transfer.ModePull, newer)
		a.put(organisation("one"), inPlace("First", "quay"))
		if got := line.hear(); got != (transfer.Counts{Received: 2, Updated: 1, Unchanged: 1}) || len(line.docs) != 1 {
			t.Errorf("%+v, %d documents", got, len(line.docs))
		}
		mustContain(t, line.docs[0], "First", `uuid="urn:quay"`, "edensync-hash")
		mustNotContain(t, line.docs[0], ">Quay<")

		a.put(location("quay"), named("Pier"))
		a.put(organisation("one"), inPlace("Second", "quay"))
		if got := line.hear(); got != (transfer.Counts{Received: 2, Updated: 2}) || len(line.docs) != 1 {
			t.Errorf("%+v, %d documents", got, len(line.docs))
		}
		mustContain(t, line.docs[0], ">Pier<")
		mustNotContain(t, line.docs[0], "edensync-hash")
	})
}

// Who lacks what is told by its hash hears all of it.
func TestWhatIsNotThereIsToldAgain(t *testing.T) {
	t.Parallel()
	lost := func(s *site, uid string) {
		if _, err := s.db.Exec(s.t.Context(), "DELETE FROM record WHERE uid = ?", uid); err != nil {
			s.t.Fatal(err)
		}
	}
	onBoth(t, func(t *testing.T, database string) {
		for name, c := range map[string]struct {
			happens func(a, b *site)
			counts  transfer.Counts
			has     string
		}{
			"an old place that it never got": {
				func(a, _ *site) { a.put(organisation("one"), inPlace("First", "hill")) },
				transfer.Counts{Received: 2, Created: 1, Updated: 1},
				"urn:hill",
			},
			"one that it has lost": {
				func(a, b *site) {
					lost(b, "urn:quay")
					a.put(organisation("one"), inPlace("First", "quay"))
				},
				transfer.Counts{Received: 2, Created: 1, Updated: 1},
				"urn:quay",
			},
			"one behind another one": { // which is told by its hash and refers to it
				func(a, b *site) {
					a.put(location("pier"), inPlace("Pier", "quay"))
					a.put(organisation("one"), inPlace("First", "pier"))
					b.sync("a", transfer.Done)
					lost(b, "urn:quay")
					a.put(location("quay"), named("Quay 2"))
					a.put(organisation("one"), inPlace("Again", "pier"))
				},
				transfer.Counts{Received: 3, Created: 1, Updated: 1, Unchanged: 1},
				"urn:quay",
			},
		} {
			a, b, line := briefly(t, database, transfer.ModePull, newer)
			c.happens(a, b)
			if got := line.hear(); got != c.counts || !b.has(locations, c.has) {
				t.Errorf("%s: %+v", name, got)
			}
			if len(line.asked) != 2 || !line.asked[0].Brief || line.asked[1].Brief {
				t.Errorf("%s: asked %+v", name, line.asked)
			}
			if got := b.items(transfer.ItemFilter{}); len(got) != 0 {
				t.Errorf("%s: %+v", name, got[0])
			}
		}
	})
}

// What this site has decided already needs no content: it is not asked for again and again.
func TestWhatWasDecidedIsNotToldAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, rule := range []policy.Rule{newer, rule(policy.This, policy.This), rule(policy.Newer, policy.This), rule(policy.Master, policy.Master)} {
			a, b, line := briefly(t, database, transfer.ModePull, rule)
			b.clock = a.clock
			b.put(location("quay"), named("Quay of b"))
			for i := range 3 {
				a.put(organisation("one"), inPlace(fmt.Sprint("Edit ", i), "quay"))
				line.hear()
				if len(line.docs) != 1 || !line.asked[0].Brief || !strings.Contains(line.docs[0], "edensync-hash") {
					t.Errorf("%s: %d documents for edit %d: %s", rule, len(line.docs), i, line.docs)
				}
			}
			mustContain(t, b.place("quay"), "Quay of b")
		}
	})
}

// A brief document says the same as the whole one, whatever the policies are and whatever has happened to what comes along: the other
// site ends alike, with the same counts and the same entries.
func TestBriefDocumentsSayTheSame(t *testing.T) {
	t.Parallel()
	happenings := map[string]func(a, b *site, next func() transfer.Counts){
		"nothing":       func(_, _ *site, _ func() transfer.Counts) {},
		"an edit there": func(_, b *site, _ func() transfer.Counts) { b.put(location("quay"), named("Quay of b")) },
		"an edit here":  func(a, _ *site, _ func() transfer.Counts) { a.put(location("quay"), named("Quay of a")) },
		"the same edit": func(a, b *site, _ func() transfer.Counts) {
			a.put(location("quay"), named("Alike"))
			b.put(location("quay"), named("Alike"))
		},
		"a deletion": func(_, b *site, _ func() transfer.Counts) { mustDelete(b, location("quay")) },
		"there and back": func(_, b *site, _ func() transfer.Counts) {
			b.put(location("quay"), named("x"))
			b.put(location("quay"), named("Quay"))
		},
		"back here": func(a, _ *site, next func() transfer.Counts) {
			a.put(location("quay"), named("x"))
			next()
			a.put(location("quay"), named("Quay"))
		},
		"held from another site": func(a, b *site, _ func() transfer.Counts) { // for the one that made it that is no reason to be passed over
			c := transfer.Repository{ID: "c", Name: "c"}
			for n, name := range []string{"Hill", "Hill of c"} {
				doc := document(fmt.Sprintf(`<resource name="gis_location" uuid="urn:hill" mci="2" modified_on=%q><data field="name">%s</data></resource>`,
					s3xml.FormatTime(a.one(location("hill")).ModifiedOn.Add(time.Duration(n+1)*time.Second)), name))
				if _, err := b.Import(b.t.Context(), transfer.Import{Repository: c, Resource: locations, Rule: newer, RequestID: b.id()}, strings.NewReader(doc)); err != nil {
					b.t.Fatal(err)
				}
			}
			a.put(organisation("two"), inPlace("Two", "hill"))
		},
		"another place": func(a, _ *site, _ func() transfer.Counts) { a.put(organisation("two"), inPlace("Two", "hill")) },
		"an older clock": func(a, b *site, _ func() transfer.Counts) {
			b.clock = b.clock.Add(-9 * time.Hour)
			b.put(location("quay"), named("Old"))
			b.clock = a.clock
		},
		"a younger clock": func(_, b *site, _ func() transfer.Counts) {
			b.clock = b.clock.Add(9 * time.Hour)
			b.put(location("quay"), named("Young"))
		},
	}
	rules := []policy.Rule{newer, rule(policy.Newer, policy.This), rule(policy.Master, policy.Newer), rule(policy.Other, policy.This)}
	for _, p := range []policy.Policy{policy.This, policy.Other, policy.Newer, policy.Master} {
		rules = append(rules, rule(p, p))
	}
	for _, rule := range rules {
		for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush} {
			t.Run(string(mode)+" "+rule.String(), func(t *testing.T) {
				t.Parallel()
				for name, happens := range happenings {
					brief, whole := heard(t, mode, rule, happens, false), heard(t, mode, rule, happens, true)
					if brief != whole {
						t.Errorf("%s: in brief\n%s\nas a whole\n%s", name, brief, whole)
					}
				}
			})
		}
	}
}

// heard is what becomes of two documents behind something that happens.
func heard(t *testing.T, mode transfer.Mode, rule policy.Rule, happens func(a, b *site, next func() transfer.Counts), whole bool) string {
	t.Helper()
	a, b, line := briefly(t, "sqlite", mode, rule)
	line.whole, b.clock = whole, a.clock
	happens(a, b, line.hear)
	var lines []string
	for _, name := range []string{"First", "Second"} {
		a.put(organisation("one"), inPlace(name, "quay"))
		lines = append(lines, fmt.Sprintf("%+v %s %s %s", line.hear(), b.show(), b.place("quay"), b.place("hill")))
	}
	entries := []string{}
	for _, it := range b.items(transfer.ItemFilter{}) {
		entries = append(entries, fmt.Sprintf("%s %s %s %s %s", it.Key.UID, it.Outcome, it.Reason, it.Incoming.Hash, it.Incoming.XML))
	}
	slices.Sort(entries)
	return strings.Join(append(lines, entries...), "\n")
}

func mustDelete(s *site, key transfer.Key) {
	s.t.Helper()
	s.clock = s.clock.Add(time.Minute)
	if _, err := s.Apply(s.t.Context(), engine.Edit{Key: key, Delete: true}); err != nil {
		s.t.Fatal(err)
	}
}

// What was stored of a brief document stays; the whole one begins behind it.
func TestTheWholeDocumentGoesOnWhereTheBriefOneEnded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b, line := briefly(t, database, transfer.ModePull, newer)
		a.WorkInSmallPieces()
		b.WorkInSmallPieces()
		for i := range 6 {
			a.put(organisation(fmt.Sprint("n", i)), inPlace(fmt.Sprint("New ", i), "quay"))
		}
		a.put(organisation("one"), inPlace("First", "hill"))
		if got := line.hear(); got.Created != 7 || got.Updated != 1 || !b.has(locations, "urn:hill") {
			t.Errorf("%+v", got)
		}
		if len(line.docs) != 2 || line.asked[1].Cursor == line.asked[0].Cursor {
			t.Fatalf("asked %+v", line.asked)
		}
		mustNotContain(t, line.docs[1], "New 0")
		if got := b.show(); strings.Count(got, "New") != 6 || !strings.Contains(got, "one=First") {
			t.Error(got)
		}
	})
}

// A hash counts only in a document that was asked for in brief: whoever could plant it in a record would keep others from hearing of its
// changes.
func TestAHashIsNoAttributeOfARecord(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b, line := briefly(t, database, transfer.ModePull, newer)
		quay := a.one(location("quay"))
		doc := document(el("x", at(later)+` edensync-hash="`+quay.Hash+`" approved="true"`, ""))
		a.importFrom(transfer.Repository{ID: "eden", Name: "eden"}, newer, doc)
		stored := a.one(organisation("x"))
		mustContain(t, stored.Attrs, "approved")
		mustNotContain(t, stored.Attrs, "edensync-hash")
		if stored.Hash == quay.Hash {
			t.Error("an Eden is believed a hash")
		}
		a.put(organisation("one"), s3xml.Content{Fields: named("First").Fields, References: []s3xml.Ref{{Field: "parent", Resource: orgs, UIDs: []string{"urn:x"}}}})
		if line.hear(); !b.has(orgs, "urn:x") {
			t.Error("it did not come")
		}
	})
}

// What is not stored here as it is sent is told as a whole: who reads it would come to another hash.
func TestWhatIsSentOtherwiseIsNotToldInBrief(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, _, line := briefly(t, database, transfer.ModePull, newer)
		picture := s3xml.Content{Fields: []s3xml.Field{{Name: "image", Form: s3xml.File, URL: "http://eden.example.org/x.png", Filename: "x.png"}}}
		a.put(location("picture"), picture)
		a.put(location("gone"), named("Gone"))
		a.put(location("pier"), inPlace("Pier", "gone"))
		a.put(transfer.Key{Resource: locations, UID: "plain"}, named("Plain"))
		refer := func(name string) {
			c := named(name)
			c.References = []s3xml.Ref{{Field: "location_id", Resource: locations, UIDs: []string{"urn:picture", "urn:pier", "plain"}}}
			a.put(organisation("one"), c)
		}
		refer("First")
		line.hear()
		merge := document(`<resource name="gis_location" uuid="urn:gone" deleted="True" replaced_by="urn:quay" modified_on="` + future + `"/>`)
		in := transfer.Import{Resource: locations, Rule: newer, Complete: true, RequestID: a.id()}
		if _, err := a.Import(t.Context(), in, strings.NewReader(merge)); err != nil {
			t.Fatal(err)
		}
		refer("Second")
		if line.hear(); len(line.docs) != 1 {
			t.Errorf("%d documents: %s", len(line.docs), line.docs)
		}
		if got := strings.Count(line.docs[0], "edensync-hash"); got != 1 { // the quay, behind the pier
			t.Errorf("%d are told in brief: %s", got, line.docs[0])
		}
	})
}
