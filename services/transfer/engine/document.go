package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// maxDepth is how far references are followed, as in Eden.
const maxDepth = 10

// writer writes one S3XML document: masters with their components, each group followed by the records that it
// refers to. Memory hardly grows with the document: only the latest masters are remembered, and eight bytes for each
// record that nothing else tells to be in the document.
type writer struct {
	store   Store
	out     io.Writer
	site    transfer.Site
	written *keySet                     // records that are in the document already, but for those that master tells
	masters *recentSet                  // of those that master tells, the ones that were written or referred to lately
	master  func(*transfer.Record) bool // records that the document holds as masters anyway
	known   func(*transfer.Record) bool // versions that the peer has, which mostly need not come along with others
	brief   func(*transfer.Record) bool // versions that the peer may have: of those that come along the hash is enough
	told    bool                        // some records were told by their hashes
	filters selector                    // apply to components and dependencies, too
	part    transfer.Selection          // of which the document is, or a page of it
	group   []level                     // the masters at hand, and below them what they lead to
	awaited map[transfer.Key]int        // records that are not here: how many masters were noted as waiting for them
	buf     []byte
	err     error
}

// maxWritten bounds what a document remembers of its records; beyond it some may stand in it twice. Masters that were
// forgotten are read again when something refers to them.
const (
	maxWritten    = 1 << 20
	recentMasters = 1 << 16
)

func newWriter(store Store, out io.Writer, site transfer.Site, filters selector, master func(*transfer.Record) bool) *writer {
	return &writer{
		store: store, out: out, site: site, written: newKeySet(maxWritten), masters: newRecentSet(recentMasters),
		master: master, known: none, brief: none, filters: filters, awaited: map[transfer.Key]int{},
	}
}

func none(*transfer.Record) bool { return false }

// root is the start of a document.
type root struct {
	results      int64
	start, limit int // 0 = not asked for
}

func (w *writer) begin(r root) {
	attrs := []s3xml.Attr{
		{Name: "success", Value: strconv.FormatBool(r.results > 0)},
		{Name: "results", Value: strconv.FormatInt(r.results, 10)},
	}
	if r.limit > 0 {
		attrs = append(attrs, s3xml.Attr{Name: "start", Value: strconv.Itoa(r.start)}, s3xml.Attr{Name: "limit", Value: strconv.Itoa(r.limit)})
	}
	if domain := domainOf(w.site.PublicURL); domain != "" {
		attrs = append(attrs, s3xml.Attr{Name: "domain", Value: domain}, s3xml.Attr{Name: "url", Value: w.site.PublicURL})
	}
	w.buf = s3xml.AppendDocumentStart(w.buf[:0], &s3xml.Document{Attrs: attrs})
	w.flush()
}

func (w *writer) flush() {
	if w.err == nil {
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

func (w *writer) end() error {
	w.buf = s3xml.AppendDocumentEnd(w.buf, &s3xml.Document{})
	w.flush()
	return w.err
}

// flushBytes is how much is collected before it is written.
const flushBytes = 64 << 10

// trees writes masters and then what they refer to.
func (w *writer) trees(ctx context.Context, trees []*transfer.Tree) error {
	for _, t := range trees {
		w.filters.prune(t)
		w.keepOut(t)
		switch {
		case t.Deleted:
		case w.master(&t.Record):
			w.masters.add(t.Key)
		default:
			w.written.add(t.Key)
		}
	}
	targets, err := w.targets(ctx, trees)
	if err != nil {
		return err
	}
	w.group = append(w.group[:0], level{trees, targets.missing})
	if err := targets.repoint(trees); err != nil {
		return err
	}
	if err := w.ownFiles(ctx, trees); err != nil {
		return err
	}
	for _, t := range trees {
		w.tree(t)
	}
	if err := w.dependencies(ctx, targets.live, 1); err != nil {
		return err
	}
	return w.await(ctx)
}

// keepOut leaves out components that stay at this site.
func (w *writer) keepOut(t *transfer.Tree) {
	t.Components = slices.DeleteFunc(t.Components, func(c *transfer.Tree) bool { return transfer.KeptOut(c.Resource, w.site.Exposed) })
	for _, c := range t.Components {
		w.keepOut(c)
	}
}

func (w *writer) tree(t *transfer.Tree) {
	if transfer.KeptOut(t.Resource, w.site.Exposed) {
		return
	}
	w.buf = appendTree(w.buf, t, t.MCI+1)
	if len(w.buf) >= flushBytes {
		w.flush()
	}
}

// bookmark says that everything up to a cursor stands in front of it, with all that it refers to.
func (w *writer) bookmark(cursor string) { w.buf = s3xml.AppendBookmark(w.buf, cursor) }

// targets are the records that a group of trees refers to.
type targets struct {
	live    []*transfer.Record      // not in the document yet
	merged  map[transfer.Key]string // merged into another record: the uid of that one
	missing []transfer.Key          // not here, or deleted
}

// targets reads the records that trees refer to and that were not met before in this document.
func (w *writer) targets(ctx context.Context, trees []*transfer.Tree) (*targets, error) {
	found := &targets{merged: map[transfer.Key]string{}}
	var keys []transfer.Key
	var named []s3xml.Target
	for _, t := range trees {
		for _, r := range flatten(t) {
			var err error
			if named, err = s3xml.AppendTargets(named[:0], r.Body); err != nil {
				return nil, fmt.Errorf("references of %s %s: %w", r.Resource, r.UID, err)
			}
			for _, target := range named {
				if k := transfer.Key(target); !w.written.holds(k) && !w.masters.holds(k) {
					keys = append(keys, k)
				}
			}
		}
	}
	return found, w.collect(ctx, keys, found)
}

// collect sorts the records of keys into live, merged and missing ones; merged ones are followed to where they went.
func (w *writer) collect(ctx context.Context, keys []transfer.Key, found *targets) error {
	for hop := 0; len(keys) > 0 && hop < maxDepth; hop++ {
		asked := distinct(keys)
		records, err := w.store.Records(ctx, asked)
		if err != nil {
			return err
		}
		if len(records) < len(asked) {
			found.missing = append(found.missing, without(asked, records)...)
		}
		keys = nil
		for _, r := range records {
			switch {
			case r.Deleted && r.ReplacedBy != "":
				found.merged[r.Key] = r.ReplacedBy
				keys = append(keys, transfer.Key{Resource: r.Resource, UID: r.ReplacedBy})
			case r.Deleted:
				found.missing = append(found.missing, r.Key)
			case w.master(r):
				w.masters.add(r.Key)
			case w.written.add(r.Key):
				found.live = append(found.live, r)
			}
		}
	}
	return nil
}

func distinct(keys []transfer.Key) []transfer.Key {
	seen := make(map[transfer.Key]bool, len(keys))
	var out []transfer.Key
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

// repoint writes references to merged records as references to the records that replaced them.
func (t *targets) repoint(trees []*transfer.Tree) error {
	if len(t.merged) == 0 {
		return nil
	}
	for _, tree := range trees {
		for _, r := range flatten(tree) {
			body, err := t.repointed(r.Body)
			if err != nil {
				return fmt.Errorf("references of %s %s: %w", r.Resource, r.UID, err)
			}
			r.Body = body
		}
	}
	return nil
}

func (t *targets) repointed(body []byte) ([]byte, error) {
	if named, err := s3xml.AppendTargets(nil, body); err != nil || !t.concerns(named) {
		return body, err
	}
	content, err := s3xml.ParseBody(body)
	if err != nil {
		return nil, err
	}
	for i := range content.References {
		ref := &content.References[i]
		for k, uid := range ref.UIDs {
			ref.UIDs[k] = t.final(transfer.Key{Resource: ref.Resource, UID: uid})
		}
	}
	return content.AppendBody(nil), nil
}

// concerns tells whether one of the records that a body names was merged.
func (t *targets) concerns(named []s3xml.Target) bool {
	return slices.ContainsFunc(named, func(target s3xml.Target) bool { return t.merged[transfer.Key(target)] != "" })
}

// final follows merges to their end; circles stop after maxDepth steps.
func (t *targets) final(k transfer.Key) string {
	for range maxDepth {
		next, ok := t.merged[k]
		if !ok {
			break
		}
		k.UID = next
	}
	return k.UID
}

// dependencies writes records that others refer to, without their components, and what they refer to in turn. Those that the peer has
// are followed as well, and left out unless they lead to another resource: it takes of those only what something in the document refers to.
func (w *writer) dependencies(ctx context.Context, live []*transfer.Record, depth int) error {
	var trees []*transfer.Tree
	for _, r := range live {
		t := &transfer.Tree{Record: *r}
		if !transfer.KeptOut(r.Resource, w.site.Exposed) && w.filters.match(t) {
			trees = append(trees, t)
		}
	}
	if len(trees) == 0 || depth > maxDepth {
		return w.err
	}
	next, err := w.targets(ctx, trees)
	if err != nil {
		return err
	}
	if err := next.repoint(trees); err != nil {
		return err
	}
	w.group = append(w.group, level{slices.Clone(trees), next.missing})
	trees = slices.DeleteFunc(trees, func(t *transfer.Tree) bool { return w.known(&t.Record) && !leadsElsewhere(&t.Record) })
	if err := w.ownFiles(ctx, trees); err != nil {
		return err
	}
	for _, t := range trees {
		t.Alias = ""
		if w.briefly(t, next) {
			w.buf, w.told = appendBrief(w.buf, &t.Record), true
			continue
		}
		w.tree(t)
	}
	return w.dependencies(ctx, next.live, depth+1)
}

// leadsElsewhere tells whether a record refers to one of another resource.
func leadsElsewhere(r *transfer.Record) bool {
	named, err := s3xml.AppendTargets(nil, r.Body)
	return err != nil || slices.ContainsFunc(named, func(target s3xml.Target) bool { return target.Resource != r.Resource })
}

// ownFiles lets upload fields whose files are here point to this site: other sites may fetch only from a repository
// that they know.
func (w *writer) ownFiles(ctx context.Context, trees []*transfer.Tree) error {
	if w.site.PublicURL == "" {
		return nil
	}
	var keys []transfer.Key
	rows := map[transfer.Key]*transfer.Record{}
	for _, t := range trees {
		for _, r := range flatten(t) {
			if bytes.Contains(r.Body, []byte(` url="`)) {
				keys, rows[r.Key] = append(keys, r.Key), r
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	files, err := w.store.Files(ctx, keys)
	if err != nil {
		return err
	}
	for _, f := range files {
		if r := rows[f.Key]; r != nil && f.State == transfer.FileStored {
			if err := pointTo(r, f.Field, w.site.PublicURL+"/default/download/"+f.Token); err != nil {
				return err
			}
		}
	}
	return nil
}

func pointTo(r *transfer.Record, field, url string) error {
	content, err := s3xml.ParseBody(r.Body)
	if err != nil {
		return fmt.Errorf("files of %s %s: %w", r.Resource, r.UID, err)
	}
	if f := content.Field(field); f != nil {
		f.URL = url
		r.Body = content.AppendBody(nil)
	}
	return nil
}
