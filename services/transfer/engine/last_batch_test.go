package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// A received document ends its run in the transaction of its last batch, so that a small one takes one. What has no last
// batch, or not a good one, ends it in one of its own.
func TestARunEndsWithItsLastBatch(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range transfer.BatchRecords + 1 {
		many = append(many, org(fmt.Sprint(i), "One", "2026-11-22T10:00:00"))
	}
	one := org("one", "One", "2026-11-22T10:00:00")
	broken := strings.TrimSuffix(document(many...), "</s3xml>")
	for name, c := range map[string]struct {
		document string
		writes   int64
		stored   int64
		state    transfer.RunState
	}{
		"nothing":            {document(), 1, 0, transfer.Done},
		"one batch":          {document(one), 1, 1, transfer.Done},
		"one full batch":     {document(many[1:]...), 2, transfer.BatchRecords, transfer.Done},
		"two batches":        {document(many...), 2, transfer.BatchRecords + 1, transfer.Done},
		"with a reject":      {document(one, `<resource name="org_organisation" uuid="urn:x" modified_on="never"/>`), 1, 1, transfer.DoneWithWarnings},
		"broken at its end":  {broken, 2, transfer.BatchRecords, transfer.Failed},
		"broken from before": {"<s3xml>" + one, 1, 0, transfer.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, database string) {
				s := newSite(t, database, "a")
				store := s.count()
				in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer, RequestID: "r"}
				_, err := s.Import(t.Context(), in, strings.NewReader(c.document))
				if (err != nil) != (c.state == transfer.Failed) {
					t.Fatal(err)
				}
				if n := store.writes.Load(); n != c.writes {
					t.Errorf("%d transactions, want %d", n, c.writes)
				}
				run := s.onlyRun()
				if run.State != c.state || len(run.Parts) != 1 || run.Parts[0].State != c.state || run.EndedAt.IsZero() {
					t.Fatalf("%+v", run)
				}
				if p := run.Parts[0]; p.Counts.Created != c.stored || p.Handled != c.stored || !p.Counts.Closed() || p.EndedAt.IsZero() {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

// writing is a store that counts the transactions that were committed.
type writing struct {
	engine.Store
	writes atomic.Int64
}

func (s *writing) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	err := s.Store.Write(ctx, lease, fn)
	if err == nil {
		s.writes.Add(1)
	}
	return err
}

// count makes the engine of the site write through a store that counts.
func (s *site) count() *writing {
	c := &writing{Store: s.store}
	s.Engine = engine.New(engine.Options{Store: c, Remote: s, Sites: s, Now: s.now, NewID: s.id})
	return c
}

// unfinished is a store that fails where a run would end.
type unfinished struct{ engine.Store }

var errNoEnd = errors.New("no end")

func (s unfinished) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	return s.Store.Write(ctx, lease, func(tx engine.Tx) error { return fn(unfinishedTx{tx}) })
}

type unfinishedTx struct{ engine.Tx }

func (unfinishedTx) FinishRun(context.Context, string, transfer.Ending) error { return errNoEnd }

// What ends together is stored together, or not at all.
func TestALastBatchWithoutItsEndIsNotStored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		s := newSite(t, database, "a")
		e := engine.New(engine.Options{Store: unfinished{s.store}, Remote: s, Sites: s, Now: s.now, NewID: s.id})
		in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer, RequestID: "r"}
		doc := document(org("one", "One", "2026-11-22T10:00:00"))
		if _, err := e.Import(t.Context(), in, strings.NewReader(doc)); !errors.Is(err, errNoEnd) {
			t.Fatal(err)
		}
		if clock, err := s.store.Clock(t.Context()); err != nil || clock != 0 {
			t.Errorf("change number %d, %v", clock, err)
		}
		got, err := s.Import(t.Context(), in, strings.NewReader(doc))
		if err != nil || got.Counts.Created != 1 {
			t.Errorf("sent again: %+v, %v", got, err)
		}
	})
}
