package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// counting is a store that counts what a run asks it for.
type counting struct {
	engine.Store
	asked map[string]int
}

func (c *counting) Standing(ctx context.Context, repositoryID, task string) (engine.Standing, error) {
	c.asked["standing"]++
	return c.Store.Standing(ctx, repositoryID, task)
}

func (c *counting) Position(ctx context.Context) (transfer.Position, error) {
	c.asked["position"]++
	return c.Store.Position(ctx)
}

func (c *counting) Clock(ctx context.Context) (int64, error) {
	c.asked["clock"]++
	return c.Store.Clock(ctx)
}

func (c *counting) Cursor(ctx context.Context, repositoryID, resource string) (transfer.Cursor, error) {
	c.asked["cursor"]++
	return c.Store.Cursor(ctx, repositoryID, resource)
}

func (c *counting) NextPage(ctx context.Context, q engine.TreeQuery, limit int) (engine.Page, error) {
	c.asked["page"]++
	return c.Store.NextPage(ctx, q, limit)
}

func (c *counting) Resends(ctx context.Context, repositoryID, task string, limit int) ([]transfer.Key, error) {
	c.asked["resends"]++
	return c.Store.Resends(ctx, repositoryID, task, limit)
}

func (c *counting) OpenRejects(ctx context.Context, repositoryID, task string, d transfer.Direction, limit int) ([]*transfer.Item, error) {
	c.asked["rejects"]++
	return c.Store.OpenRejects(ctx, repositoryID, task, d, limit)
}

func (c *counting) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	c.asked["write"]++
	return c.Store.Write(ctx, lease, fn)
}

// Most runs of a site find nothing to do: they ask where the task stands, and write that they have looked.
func TestARunWithNothingToDoAsksOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, newer)
		a.edit("mine", "Mine")
		a.remote = &scripted{}
		a.sync("eden", transfer.Done)
		store := &counting{Store: a.store, asked: map[string]int{}}
		a.Engine = engine.New(engine.Options{Store: store, Remote: a, Sites: a, Now: a.now, NewID: a.id})
		a.sync("eden", transfer.Done)
		if diff := cmp.Diff(map[string]int{"standing": 1, "write": 1}, store.asked); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
	})
}

// The other site is asked as often: it looks how far its own changes have got, and what it knows of who asks.
func TestAPullOfNothingAsksLittle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, filters := range [][]transfer.Filter{nil, {{Table: orgs, Query: "~.name=Mine"}}} {
			giver, taker, goOn := exchanging(t, database, transfer.ModePull)
			taker.remote.(*direct).filters = filters
			giver.edit("mine", "Mine")
			goOn()
			store := &counting{Store: giver.store, asked: map[string]int{}}
			giver.Engine = engine.New(engine.Options{Store: store, Remote: giver, Sites: giver, Now: giver.now, NewID: giver.id})
			if goOn(); store.asked["page"] != 0 || store.asked["clock"] != 1 {
				t.Errorf("filters %v: asked %v", filters, store.asked)
			}
			giver.edit("another", "Mine")
			if got := goOn(); got.Created != 1 {
				t.Errorf("filters %v: %+v when there is something again", filters, got)
			}
		}
	})
}

// meanwhile is a remote at which time passes, and beside which people edit, before it answers a pull.
type meanwhile struct {
	scripted
	happens func()
}

func (m *meanwhile) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	m.happens()
	return m.scripted.Pull(ctx, r, q)
}

// What people edit while the remote is asked goes out, with this run or with the next one: with this one if the remote took its time
// or sent anything.
func TestWhatIsEditedMeanwhileGoesOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for about, c := range map[string]struct {
			wait time.Duration
			docs []string
			soon bool
		}{
			"a quick remote without anything new": {},
			"a quick remote with something":       {docs: []string{document(org("u", "One", early))}, soon: true},
			"a slow remote":                       {wait: time.Second, soon: true},
		} {
			a := newSite(t, database, "a")
			a.repo("eden", transfer.ModeBoth, newer)
			a.remote = &scripted{}
			a.sync("eden", transfer.Done)
			edits := 0
			remote := &meanwhile{scripted: scripted{docs: c.docs}}
			remote.happens = func() {
				a.passed.Add(int64(c.wait))
				if edits++; edits == 1 {
					a.edit(fmt.Sprint("mine", edits), "Mine")
				}
			}
			a.remote = remote
			a.sync("eden", transfer.Done)
			if c.soon && len(remote.pushed) != 1 {
				t.Errorf("%s: %d documents were pushed by the same run", about, len(remote.pushed))
			}
			if a.sync("eden", transfer.Done); len(remote.pushed) != 1 {
				t.Errorf("%s: %d documents were pushed", about, len(remote.pushed))
			}
		}
	})
}
