package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// overtaken is a store in which somebody else writes right after it was looked into ahead for the first time.
type overtaken struct {
	engine.Store
	once  sync.Once
	write func()
}

func (s *overtaken) Ahead(ctx context.Context, fn func(engine.Reader) error) (int64, error) {
	turn, err := s.Store.Ahead(ctx, fn)
	s.once.Do(s.write)
	return turn, err
}

// lined is a store in which others stand in line, or nobody. It counts the records that a transaction looks for.
type lined struct {
	overtaken
	others bool
	within atomic.Int64
}

func (s *lined) Waiting() bool { return s.others }

func (s *lined) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	return s.Store.Write(ctx, lease, func(tx engine.Tx) error { return fn(askedTx{tx, &s.within}) })
}

// batches is a document of more than one batch, all records of one time; the last one is as given.
func batches(modified, last string) string {
	var all []string
	for i := range transfer.BatchRecords + 100 {
		all = append(all, org(fmt.Sprint(i), "One", modified))
	}
	return document(append(all, last)...)
}

func importing(t *testing.T, database string, write func(s *site)) (s *site, load func(doc string) *transfer.Imported) {
	t.Helper()
	s = newSite(t, database, "a")
	s.Engine = engine.New(engine.Options{
		Store: &overtaken{Store: s.store, write: func() { write(s) }}, Remote: s, Sites: s, Now: s.now, NewID: s.id,
	})
	in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer}
	return s, func(doc string) *transfer.Imported {
		s.clock = s.clock.Add(time.Minute)
		done, err := s.Import(t.Context(), in, strings.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
}

// Between the look at a batch and its transaction somebody edits a record of it. The decision must see the edit.
func TestAnEditAfterTheLookIsSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		edits := 0
		s, load := importing(t, database, func(s *site) {
			edits++
			if _, err := s.Apply(t.Context(), engine.Edit{Key: organisation("last"), Content: titled("Mine")}); err != nil {
				t.Error(err)
			}
		})
		load(document(org("last", "One", "2026-11-22T09:00:00")))
		c := load(batches("2026-11-22T09:00:00", org("last", "Two", "2026-11-22T10:00:00"))).Counts
		if edits != 1 {
			t.Fatalf("looked ahead %d times before somebody wrote", edits)
		}
		if body := string(s.get("last").Body); c.Conflict != 1 || c.Updated != 0 || !strings.Contains(body, "Mine") {
			t.Errorf("%+v, %s", c, body)
		}
	})
}

// A small document that has to wait is looked at meanwhile. What others write to other records makes no difference; what they write
// to its own is seen. One that need not wait is looked at in its transaction only.
func TestADocumentIsLookedAtWhileItWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edited  string // between the look and the transaction
		waits   bool
		looking bool // in the transaction
		want    transfer.Counts
	}{
		"others write to other records": {"another", true, false, transfer.Counts{Received: 1, Updated: 1}},
		"others write to its own":       {"one", true, true, transfer.Counts{Received: 1, Conflict: 1}},
		"nobody is in front of it":      {"one", false, true, transfer.Counts{Received: 1, Updated: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, database string) {
				s := newSite(t, database, "a")
				in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer}
				first := document(org("one", "One", "2026-11-22T09:00:00"), org("another", "Another", "2026-11-22T09:00:00"))
				if _, err := s.Import(t.Context(), in, strings.NewReader(first)); err != nil {
					t.Fatal(err)
				}
				store := &lined{others: c.waits, overtaken: overtaken{Store: s.store, write: func() {
					if _, err := s.Apply(t.Context(), engine.Edit{Key: organisation(c.edited), Content: titled("Mine")}); err != nil {
						t.Error(err)
					}
				}}}
				e := engine.New(engine.Options{Store: store, Remote: s, Sites: s, Now: s.now, NewID: s.id})
				s.clock = s.clock.Add(time.Minute)
				done, err := e.Import(t.Context(), in, strings.NewReader(document(org("one", "Two", "2026-11-22T10:00:00"))))
				if err != nil || done.Counts != c.want {
					t.Errorf("%+v, %v", done, err)
				}
				if looked := store.within.Load(); (looked > 0) != c.looking {
					t.Errorf("the transaction looked for %d records", looked)
				}
			})
		})
	}
}

// What the batch before stored is seen, too, although it was not there yet when the next one was looked at.
func TestTheBatchBeforeIsSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		_, load := importing(t, database, func(*site) {})
		again := load(batches("2026-11-22T09:00:00", org("0", "Two", "2026-11-22T10:00:00")))
		if c := again.Counts; c.Created != transfer.BatchRecords+100 || c.Rejected != 1 || c.Updated != 0 {
			t.Errorf("%+v", c)
		}
		if it := again.Items; len(it) != 1 || it[0].Reason != transfer.RejectDuplicate || it[0].Outcome != policy.Rejected {
			t.Errorf("%+v", it)
		}
	})
}
