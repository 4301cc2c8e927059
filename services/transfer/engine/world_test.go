package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// node is a site of a generated world. All but the first synchronize with an upper site, which may have one itself.
type node struct {
	*site
	store *mortal
}

// world is a tree of sites with everything that people did there.
type world struct {
	r     *rapid.T
	nodes []*node
	links []*link // of all sites that begin exchanges; each pair exchanges both ways, whoever begins
	edits []*tracked
	sent  []delivery

	still    bool // nothing happens any more but exchanges, one after the other
	panicked any  // the first panic of what happened meanwhile
	records  int  // that people work on: the fewer, the more often they meet
}

// alike lets all sites exchange everything in both directions under NEWER.
func alike(*rapid.T) transfer.Task {
	return transfer.Task{Resource: orgs, Mode: transfer.ModeBoth, Rule: newer}
}

// anyhow draws direction, policies and filter. Under OTHER edits are given up by intention: a site that pushes under
// THIS asks for that.
func anyhow(r *rapid.T) transfer.Task {
	task := transfer.Task{Resource: orgs, Mode: rapid.SampledFrom([]transfer.Mode{transfer.ModeBoth, transfer.ModePull, transfer.ModePush}).Draw(r, "mode")}
	keeping := []policy.Policy{policy.Newer, policy.Master}
	if task.Mode == transfer.ModePull {
		keeping = append(keeping, policy.This)
	}
	task.Rule = rule(rapid.SampledFrom(keeping).Draw(r, "update"), rapid.SampledFrom(keeping).Draw(r, "conflict"))
	if query := rapid.SampledFrom([]string{"", "~.name__like=*at site0", "office.name__like=*at site0"}).Draw(r, "filter"); query != "" {
		task.Filters = []transfer.Filter{{Table: orgs, Query: query}}
	}
	return task
}

// newWorld draws 2 to 5 sites: a hub with field sites, a chain, or anything between. task draws what each of them
// exchanges with the one above.
func newWorld(t *testing.T, r *rapid.T, task func(*rapid.T) transfer.Task) *world {
	t.Helper()
	w := &world{r: r, records: rapid.IntRange(2, len(uids)).Draw(r, "records")}
	for i := range rapid.IntRange(2, 5).Draw(r, "sites") {
		s := newSite(t, "sqlite", fmt.Sprintf("site%d", i))
		n := &node{site: s, store: &mortal{Store: s.store, world: w, waits: rapid.Bool().Draw(r, "waits")}}
		n.start()
		s.clock = start.Add(time.Duration(rapid.IntRange(-60, 60).Draw(r, "skew")) * time.Minute)
		s.remote = links{}
		if i > 0 {
			upper, eden := w.nodes[rapid.IntRange(0, i-1).Draw(r, "upper")], rapid.Bool().Draw(r, "eden")
			w.connect(n, upper, eden, task(r))
			if rapid.Bool().Draw(r, "both begin") {
				w.connect(upper, n, eden, task(r))
			}
		}
		w.nodes = append(w.nodes, n)
	}
	return w
}

// connect lets a site synchronize with another one.
func (w *world) connect(n, with *node, eden bool, its transfer.Task) {
	n.repo(with.name, its.Mode, its.Rule).Tasks[0] = its
	l := &link{world: w, node: n, direct: &direct{from: n.site, to: with.site, eden: eden, filters: its.Filters}}
	n.remote.(links)[with.name] = l
	w.links = append(w.links, l)
}

// close lets go of the databases, so that a long search does not run out of files.
func (w *world) close() {
	for _, n := range w.nodes {
		if err := n.db.Close(); err != nil {
			w.r.Errorf("close %s: %v", n.name, err)
		}
	}
}

// start is a new process over the same database.
func (n *node) start() {
	n.store.dead, n.store.until = false, -1
	n.Engine = engine.New(engine.Options{Store: n.store, Remote: n.site, Sites: n.site, Now: n.now, NewID: n.id})
	n.WorkInSmallPieces()
	n.WaitFor(time.Hour) // what happens must depend on nothing but what is drawn
}

// errCrash is what a process meets that is dying; it can do nothing about it.
var errCrash = errors.New("the process is gone")

// mortal is the store of a process that dies: at the n-th step that writes, with everything of the transaction lost, or
// after the n-th commit. A dead process reaches the database no more.
type mortal struct {
	engine.Store
	world  *world
	until  int  // steps left; negative = it lives
	commit bool // steps are whole transactions
	dead   bool
	waits  bool // others of the process stand in line whenever a document comes
	first  bool // what is looked at next is the first batch of one
}

func (m *mortal) Waiting() bool {
	m.first = m.waits
	return m.waits
}

// Ahead lets something happen behind the look at a first batch: nothing else of the document is at work then.
func (m *mortal) Ahead(ctx context.Context, fn func(engine.Reader) error) (int64, error) {
	first := m.first
	m.first = false
	turn, err := m.Store.Ahead(ctx, fn)
	if first {
		m.world.meanwhile()
	}
	return turn, err
}

func (m *mortal) step() error {
	if m.until == 0 {
		m.dead = true
	}
	if m.until >= 0 {
		m.until--
	}
	if m.dead {
		return errCrash
	}
	return nil
}

func (m *mortal) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	if m.dead {
		return errCrash
	}
	err := m.Store.Write(ctx, lease, func(tx engine.Tx) error {
		if !m.commit {
			tx = &mortalTx{Tx: tx, m: m}
		}
		if err := fn(tx); err != nil || !m.dead {
			return err
		}
		return errCrash
	})
	if err == nil && m.commit {
		return m.step()
	}
	return err
}

func (m *mortal) Await(ctx context.Context, sel transfer.Selection, awaited []transfer.Awaited) error {
	if m.dead {
		return errCrash
	}
	if err := m.Store.Await(ctx, sel, awaited); err != nil {
		return err
	}
	return m.step()
}

func (m *mortal) PeerRun(ctx context.Context, run transfer.Run, at transfer.Position, ttl time.Duration) (transfer.Run, *transfer.Lease, error) {
	if m.dead {
		return run, nil, errCrash
	}
	return m.Store.PeerRun(ctx, run, at, ttl)
}

// mortalTx is a transaction in which every statement that writes may be the last.
type mortalTx struct {
	engine.Tx
	m *mortal
}

func (t *mortalTx) Apply(ctx context.Context, changes []*transfer.Record) error {
	return errors.Join(t.m.step(), t.Tx.Apply(ctx, changes))
}

func (t *mortalTx) AddItems(ctx context.Context, items []*transfer.Item) error {
	return errors.Join(t.m.step(), t.Tx.AddItems(ctx, items))
}

func (t *mortalTx) Resend(ctx context.Context, repositoryID, task string, keys []transfer.Key) error {
	return errors.Join(t.m.step(), t.Tx.Resend(ctx, repositoryID, task, keys))
}

func (t *mortalTx) SaveCursor(ctx context.Context, c transfer.Cursor) error {
	return errors.Join(t.m.step(), t.Tx.SaveCursor(ctx, c))
}

func (t *mortalTx) SavePart(ctx context.Context, runID string, p transfer.Part) error {
	return errors.Join(t.m.step(), t.Tx.SavePart(ctx, runID, p))
}

func (t *mortalTx) AddServing(ctx context.Context, repositoryID, resource string, sel transfer.Selection, s transfer.Serving) error {
	return errors.Join(t.m.step(), t.Tx.AddServing(ctx, repositoryID, resource, sel, s))
}

func (t *mortalTx) FinishRun(ctx context.Context, runID string, end transfer.Ending) error {
	return errors.Join(t.m.step(), t.Tx.FinishRun(ctx, runID, end))
}

// anyOf draws by number: a node is too much to print.
func (w *world) anyOf(nodes []*node, label string) *node {
	return nodes[rapid.IntRange(0, len(nodes)-1).Draw(w.r, label)]
}

func (w *world) oneOf(links []*link) *link {
	return links[rapid.IntRange(0, len(links)-1).Draw(w.r, "link")]
}

// arm lets a site die some steps from now.
func (w *world) arm() {
	n := w.anyOf(w.nodes, "dying")
	n.store.until, n.store.commit = rapid.IntRange(0, 25).Draw(w.r, "after"), rapid.Bool().Draw(w.r, "behind the commit")
}

// revive starts the processes again that died.
func (w *world) revive() {
	for _, n := range w.nodes {
		if n.store.dead {
			n.start()
		}
	}
}

// synchronize lets one site run; when it dies, another process takes the run over and ends it.
func (w *world) synchronize(l *link) transfer.Run {
	n, t, name := l.node, l.node.t, l.to.name
	l.busy = true
	defer func() { l.busy = false }()
	n.passed.Add(int64(time.Minute))
	id := n.id()
	run := transfer.Run{
		ID: id, RequestID: id, RepositoryID: name, RepositoryName: name, Trigger: transfer.Manual, State: transfer.Queued,
		CreatedAt: n.now(),
	}
	if _, err := n.site.store.CreateRun(t.Context(), run); err != nil {
		w.r.Fatal(err)
	}
	for {
		claimed, lease, err := n.site.store.Claim(t.Context(), "test", time.Minute)
		if err != nil || claimed == nil {
			w.r.Fatalf("claim: %v, %v", claimed, err)
		}
		_, _, err = n.Execute(t.Context(), lease, *claimed, *n.repos[name])
		if w.panicked != nil {
			panic(w.panicked)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, errCrash) {
			w.r.Fatal(err)
		}
		w.revive()
		// As if the lease had run out. It may be too late for that: the process died behind the last commit.
		if err := n.site.store.Release(t.Context(), lease); err != nil {
			break
		}
	}
	w.revive()
	done, err := n.site.store.GetRun(t.Context(), id)
	if err != nil || !done.State.Final() || done.State == transfer.NeedsYou {
		w.r.Fatalf("%s: run %+v, %v", n.name, done, err)
	}
	return done
}

// change makes an edit with a content that nobody else makes. A record is made at one site: uids are unique.
func (w *world) change(n *node, e engine.Edit) {
	w.r.Helper()
	n.passed.Add(int64(time.Minute))
	before := w.versionAt(n, e.Key)
	if before == nil && e.Key.Resource != "gis_location" && w.known(e.Key) {
		return
	}
	_, err := n.Apply(n.t.Context(), e)
	if err != nil && !errors.Is(err, errCrash) && apierr.KindOf(err) != apierr.KindNotFound { // nothing to delete, no parent
		w.r.Fatal(err)
	}
	w.changed(n, before, e.Key)
}

// known tells whether some site has the record.
func (w *world) known(key transfer.Key) bool {
	return slices.ContainsFunc(w.nodes, func(n *node) bool { return w.versionAt(n, key) != nil })
}

// changed notes what an edit stored, also where the site died before it could confirm it.
func (w *world) changed(n *node, before *transfer.Record, key transfer.Key) {
	w.revive()
	if stored := w.versionAt(n, key); stored != nil && (before == nil || before.Seq != stored.Seq) {
		w.track(n, before, stored)
	}
}

func (w *world) versionAt(n *node, key transfer.Key) *transfer.Record {
	records, err := n.site.store.Records(n.t.Context(), []transfer.Key{key})
	if err != nil {
		w.r.Fatal(err)
	}
	if len(records) == 0 {
		return nil
	}
	return records[0]
}

func officeOf(uid string) transfer.Key {
	return transfer.Key{Resource: "org_office", UID: "urn:office-of-" + uid}
}

func location(uid string) transfer.Key {
	return transfer.Key{Resource: "gis_location", UID: "urn:" + uid}
}

func titled(name string, refs ...s3xml.Ref) s3xml.Content {
	return s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: name}}, References: refs}
}

var uids = []string{"a", "b", "c"}

// act lets somebody do something at a site.
func (w *world) act(n *node) {
	uid := rapid.SampledFrom(uids[:w.records]).Draw(w.r, "uid")
	name := fmt.Sprintf("edit %d at %s", len(w.edits), n.name)
	switch rapid.SampledFrom([]string{"edit", "edit", "edit", "edit", "office", "office", "place", "delete", "close office", "merge"}).Draw(w.r, "act") {
	case "edit":
		place := rapid.SampledFrom([]string{"quay", "hill"}).Draw(w.r, "place")
		if !w.has(n, location(place), titled(place)) {
			return
		}
		refs := []s3xml.Ref{{Field: "location_id", Resource: "gis_location", UIDs: []string{"urn:" + place}}}
		if uid == "b" && w.has(n, organisation("head"), titled("head", refs...)) { // always: an Eden cannot say that a reference is gone
			refs = append(refs, s3xml.Ref{Field: "organisation_id", Resource: orgs, UIDs: []string{"urn:head"}})
		}
		w.change(n, engine.Edit{Key: organisation(uid), Content: titled(name, refs...)})
	case "office":
		w.change(n, engine.Edit{Key: officeOf(uid), Parent: organisation(uid), Alias: "office", Content: titled(name)})
	case "place":
		if quay := location("quay"); w.versionAt(n, quay) != nil {
			w.change(n, engine.Edit{Key: quay, Content: titled(name)})
		}
	case "delete":
		w.change(n, engine.Edit{Key: organisation(uid), Delete: true})
	case "close office":
		w.change(n, engine.Edit{Key: officeOf(uid), Delete: true})
	case "merge":
		w.merge(n, uid)
	}
}

// has makes a record, which others refer to, where it is not there; the site may die over it.
func (w *world) has(n *node, key transfer.Key, content s3xml.Content) bool {
	if w.versionAt(n, key) == nil {
		w.change(n, engine.Edit{Key: key, Content: content})
	}
	return w.versionAt(n, key) != nil
}

// merge replaces a record by another one, by a file that an administrator imports.
func (w *world) merge(n *node, uid string) {
	key := organisation(uid)
	before := w.versionAt(n, key)
	if before == nil || before.Deleted {
		return
	}
	n.passed.Add(int64(time.Minute))
	into := rapid.SampledFrom(uids[:w.records]).Filter(func(s string) bool { return s != uid }).Draw(w.r, "into")
	at := transfer.NextModifiedOn(n.now(), before.ModifiedOn).Format("2006-01-02T15:04:05")
	doc := document(fmt.Sprintf(`<resource name="org_organisation" uuid=%q deleted="True" replaced_by="urn:%s" modified_on=%q/>`, key.UID, into, at))
	still := w.still
	w.still = true // else somebody could change what is noted as the version before
	if err := n.file(doc); err != nil && !errors.Is(err, errCrash) {
		w.r.Fatal(err)
	}
	w.still = still
	w.changed(n, before, key)
}
