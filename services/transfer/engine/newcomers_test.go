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

// asked counts the records that are looked for. Somebody else writes after the first transaction.
type asked struct {
	engine.Store
	ahead bool
	keys  atomic.Int64
	wrote atomic.Bool
	write func()
}

func (s *asked) Ahead(ctx context.Context, fn func(engine.Reader) error) (int64, error) {
	if !s.ahead {
		return 0, errors.New("no snapshot can be had")
	}
	return s.Store.Ahead(ctx, func(r engine.Reader) error { return fn(askedReader{r, &s.keys}) })
}

func (s *asked) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	err := s.Store.Write(ctx, lease, func(tx engine.Tx) error { return fn(askedTx{tx, &s.keys}) })
	if !s.wrote.Swap(true) {
		s.write()
	}
	return err
}

type askedReader struct {
	engine.Reader
	keys *atomic.Int64
}

func (r askedReader) Load(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	r.keys.Add(int64(len(keys)))
	return r.Reader.Load(ctx, keys)
}

func (r askedReader) LoadWhole(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	r.keys.Add(int64(len(keys)))
	return r.Reader.LoadWhole(ctx, keys)
}

type askedTx struct {
	engine.Tx
	keys *atomic.Int64
}

func (t askedTx) Load(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	return askedReader{t.Tx, t.keys}.Load(ctx, keys)
}

func (t askedTx) LoadWhole(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error) {
	return askedReader{t.Tx, t.keys}.LoadWhole(ctx, keys)
}

func firstLoad(t *testing.T, write func(s *site), check func(s *site, store *asked, c transfer.Counts), last string) {
	t.Helper()
	onBoth(t, func(t *testing.T, database string) {
		for _, ahead := range []bool{false, true} {
			t.Run(fmt.Sprint("ahead ", ahead), func(t *testing.T) {
				s := newSite(t, database, "a")
				store := &asked{Store: s.store, ahead: ahead, write: func() { write(s) }}
				s.Engine = engine.New(engine.Options{Store: store, Remote: s, Sites: s, Now: s.now, NewID: s.id})
				in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer}
				done, err := s.Import(t.Context(), in, strings.NewReader(batches("2026-11-22T09:00:00", last)))
				if err != nil {
					t.Fatal(err)
				}
				check(s, store, done.Counts)
			})
		}
	})
}

// A site that has nothing does not look for what it is given.
func TestAFirstLoadLooksForNothing(t *testing.T) {
	t.Parallel()
	firstLoad(t, func(*site) {}, func(_ *site, store *asked, c transfer.Counts) {
		if n := store.keys.Load(); n > 5 || c.Created != transfer.BatchRecords+101 {
			t.Errorf("%d records were looked for, %+v", n, c)
		}
	}, org("last", "One", "2026-11-22T10:00:00"))
}

// What comes twice is found although the site had nothing.
func TestAFirstLoadFindsWhatItStored(t *testing.T) {
	t.Parallel()
	firstLoad(t, func(*site) {}, func(s *site, _ *asked, c transfer.Counts) {
		if c.Rejected != 1 || c.Created != transfer.BatchRecords+100 || !strings.Contains(string(s.get("0").Body), "One") {
			t.Errorf("%+v", c)
		}
	}, org("0", "Two", "2026-11-22T10:00:00"))
}

// Somebody makes a record during a first load that brings the same one. Both versions are there afterwards.
func TestARecordMadeDuringAFirstLoadIsSeen(t *testing.T) {
	t.Parallel()
	edit := func(s *site) {
		if _, err := s.Apply(t.Context(), engine.Edit{Key: organisation("last"), Content: titled("Mine")}); err != nil {
			t.Error(err)
		}
	}
	firstLoad(t, edit, func(s *site, _ *asked, c transfer.Counts) {
		if body := string(s.get("last").Body); c.Conflict != 1 || c.Created != transfer.BatchRecords+100 || !strings.Contains(body, "Mine") {
			t.Errorf("%+v, %s", c, body)
		}
	}, org("last", "Two", "2026-11-22T10:00:00"))
}
