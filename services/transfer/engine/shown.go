package engine

import (
	"context"
	"strings"

	"github.com/edensync/edensync/services/transfer"
)

// show notes in the cursor, or beside it, that the repository has seen our changes up to seq as far as a selection
// goes. The caller saves the cursor.
func show(ctx context.Context, tx Tx, c *transfer.Cursor, sel transfer.Selection, seq int64) error {
	switch {
	case sel.Everything():
		c.SyncSeq = max(c.SyncSeq, seq)
		return nil
	case seq <= c.SyncSeq:
		return nil
	default:
		return tx.SaveShown(ctx, c.RepositoryID, c.Resource, transfer.Shown{Selection: sel, Seq: seq})
	}
}

// knowledge is what is known of how much the repository has seen of a resource.
type knowledge struct {
	cursor transfer.Cursor
	parts  []shownPart
}

// shownPart is a part of a resource that the repository has seen up to seq.
type shownPart struct {
	selector
	selection string
	madeHere  bool
	seq       int64
}

// moment is what this site knew before the repository can have written a document: what the repository sees of ours later is
// not in the document, even if this site hears of it before the document has come.
type moment struct {
	at      transfer.Position // of this site
	known   map[string]*knowledge
	rejects bool // there are open ones of the repository, which what comes may close
	resends bool // records of the resource must be said again
	unsaid  map[transfer.Key]bool
	unknown bool // there are more of them than are looked at: any record may be one
}

// maxUnsaid bounds the memory of a repository that refuses all that it is told.
const maxUnsaid = 50_000

// mustSay tells whether the repository has not got our present version of a record although it was told later ones: it refused it, or kept
// its own one, and is to be told again.
func (m *moment) mustSay(k transfer.Key) bool { return m.unknown || m.unsaid[k] }

// moment reads that now. There is knowledge of the resource in any case.
func (e *Engine) moment(ctx context.Context, repositoryID, resource string) (moment, error) {
	s, err := e.store.Standing(ctx, repositoryID, resource)
	if err != nil {
		return moment{}, err
	}
	m := moment{at: s.At, known: map[string]*knowledge{}, rejects: s.Rejects, resends: s.Resends}
	if m.resends {
		keys, err := e.store.Resends(ctx, repositoryID, resource, maxUnsaid)
		if err != nil {
			return moment{}, err
		}
		m.unsaid, m.unknown = keysIn(keys), len(keys) == maxUnsaid
	}
	m.known[resource] = knowledgeOf(transfer.NewCursor(repositoryID, resource), s.Shown[resource])
	for _, c := range s.Cursors {
		m.known[c.Resource] = knowledgeOf(c, s.Shown[c.Resource])
	}
	return m, nil
}

func keysIn(keys []transfer.Key) map[transfer.Key]bool {
	set := make(map[transfer.Key]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return set
}

func knowledgeOf(c transfer.Cursor, shown []transfer.Shown) *knowledge {
	k := &knowledge{cursor: c}
	for _, s := range shown {
		if filters, err := newSelector(c.Resource, s.Selection.Filters); err == nil { // else nobody could have sent by them
			k.parts = append(k.parts, shownPart{selector: filters, selection: s.Selection.String(), madeHere: s.Selection.MadeHere, seq: s.Seq})
		}
	}
	return k
}

// ofItsOwn tells whether the resource is exchanged with the repository not only as something that others refer to.
func (k *knowledge) ofItsOwn() bool { return !k.cursor.OneWay || k.cursor.SyncSeq > 0 }

// loadShown reads the trees of our versions of which only a selection tells whether they were seen.
func (j *job) loadShown(ctx context.Context, from Reader, v *view, rows []row) error {
	var keys []transfer.Key
	for i := range rows {
		r, root := &rows[i], &rows[rows[i].root].rec
		local := v.local(r)
		if local == nil || local.Origin == j.in.Repository.ID || local.Hash == r.rec.Hash && local.Deleted == r.rec.Deleted {
			continue
		}
		k, _ := v.sightOf(root.Resource, j.in.Resource)
		if local.Seq > k.cursor.SyncSeq && len(k.parts) > 0 {
			keys = append(keys, root.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	trees, err := from.TreesOf(ctx, keys)
	v.trees = make(map[transfer.Key]*transfer.Tree, len(trees))
	for _, t := range trees {
		v.trees[t.Key] = t
	}
	return err
}

// sightOf is what decides whether the repository has seen our versions of a resource. A dependency that is not exchanged
// by itself travels with the records that refer to it.
func (v *view) sightOf(resource, asked string) (k *knowledge, asDependency bool) {
	k = v.known[resource]
	if resource != asked && (k == nil || !k.ofItsOwn()) {
		return v.known[asked], true
	}
	return k, false
}

// localChanged tells whether our version is one that the repository may not have seen. Where it does not say what it has
// seen - nothing was ever sent to it, or a dependency went along with some record or not - an edit that people made here
// counts as unseen.
func (a *application) localChanged(root transfer.Key, local *transfer.Record) bool {
	if local.Origin == a.in.Repository.ID {
		return false
	}
	if a.moment.mustSay(root) || a.moment.mustSay(local.Key) {
		return true
	}
	k, asDependency := a.sightOf(root.Resource, a.in.Resource)
	byHand := local.Origin == "" && local.Run == ""
	switch {
	case asDependency:
		return local.Seq > k.latest() || byHand && (k.cursor.OneWay || local.Seq > local.FirstSeq)
	case local.Seq > k.cursor.SyncSeq:
		return !k.shown(a.trees[root], local)
	default:
		return byHand && k.cursor.OneWay
	}
}

// latest is the change number up to which the repository has seen at least a part of the records.
func (k *knowledge) latest() int64 {
	seq := k.cursor.SyncSeq
	for i := range k.parts {
		seq = max(seq, k.parts[i].seq)
	}
	return seq
}

// told is the change number up to which the repository has got all changes of a selection.
func (k *knowledge) told(sel transfer.Selection) int64 {
	seq := k.cursor.SyncSeq
	for i := range k.parts {
		if k.parts[i].selection == sel.String() {
			seq = max(seq, k.parts[i].seq)
		}
	}
	return seq
}

// shown tells whether our version was in a part of the records that the repository has seen. The tree is the present
// one: if what a selection looks at has changed since, nobody knows.
func (k *knowledge) shown(tree *transfer.Tree, local *transfer.Record) bool {
	if tree == nil {
		return false
	}
	for i := range k.parts {
		p := &k.parts[i]
		looked := tree.Seq
		if p.looksBelow() {
			looked = tree.TreeSeq
		}
		if local.Seq <= p.seq && looked <= p.seq && (!p.madeHere || tree.MCI == 0) && p.match(tree) && p.reaches(tree, local.Key) {
			return true
		}
	}
	return false
}

// looksBelow tells whether the filters of the resource itself look at components.
func (s selector) looksBelow() bool {
	for _, f := range s.byTable[s.resource] {
		for _, field := range f.Selectors() {
			if !strings.HasPrefix(field, "~.") {
				return true
			}
		}
	}
	return false
}

// reaches tells whether a record of the tree is left when the filters have pruned it.
func (s selector) reaches(t *transfer.Tree, key transfer.Key) bool {
	if t.Key == key {
		return true
	}
	for _, c := range t.Components {
		if s.match(c) && s.reaches(c, key) {
			return true
		}
	}
	return false
}
