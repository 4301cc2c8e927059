package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// job is the import of one document.
type job struct {
	e     *Engine
	in    transfer.Import
	runID string
	lease *transfer.Lease
	part  *transfer.Part // counts grow batch by batch
	ours  bool           // the task also pushes, so that what we keep must be said again
	last  bool           // no document follows, so that this one tells how many records are to be expected
	brief bool           // the document may tell by their hashes what this site has
	whole bool           // the document is all of the run, which ends in the transaction of its last batch

	clockMax time.Time // versions with a later time are from the future; zero = unknown
	ahead    int64     // versions from the future that were taken

	// reached, if set, notes in the transaction of a batch that everything in front of a bookmark of the document is stored.
	reached  func(ctx context.Context, tx Tx, bookmark string) error
	bookmark string // the last one that was noted

	moment   moment
	result   transfer.Imported
	referred *keySet // records of other resources that the document refers to

	repeats   atomic.Bool // most of the last batch was here already
	repeated  atomic.Bool // nearly all of it was: the next ones are read in outline
	rest      completion  // reads what outlines lack
	spare     chan *batch // those that are stored, for their memory
	overtaken atomic.Bool // others write while this document is stored
	newcomers *newcomers  // of the whole exchange, which may have several documents
}

// batch is the work of one transaction: whole trees.
type batch struct {
	rows  []row
	bytes int
	view  *view  // made ahead; nil = there is none
	novel []bool // rows of records that cannot be here, as long as nobody else writes; nil = not known
	// elements are those whose rows are an outline; their text is kept as it came.
	elements []element
	kept     []byte
	full     bool // it could not take more
	last     bool // the document has ended with it, and well
	// bookmark: with this batch everything in front of it is stored. The same one may come several times.
	bookmark string
	err      error // why it cannot be stored
}

// maxReferred bounds the memory of one document. Beyond it every record counts as referred to: it is better to
// keep one too many.
const maxReferred = 1 << 20

// run reads the document to its end. Batches that were complete before an error stay: an import that is
// repeated finds them unchanged. The error of a document that is not well-formed is the decoder's.
func (j *job) run(ctx context.Context, body io.Reader) error {
	dec := s3xml.NewDecoder(body, j.e.limits)
	doc, err := dec.Document()
	if err != nil {
		return err
	}
	if n, err := strconv.ParseInt(doc.Attr("results"), 10, 64); err == nil && n > 0 && j.last {
		j.part.Expected = j.part.Handled + n
	}
	j.referred = newKeySet(maxReferred)
	site, err := j.e.sites.Site(ctx)
	if err != nil {
		return fmt.Errorf("import %s: %w", j.in.Resource, err)
	}
	domain := doc.Attr("domain")
	if j.in.Complete {
		domain = "" // an edensync writes every uid as it is
	}
	read := &reader{
		domain: domain, ownDomain: domainOf(site.PublicURL), exposed: site.Exposed,
		document: uuid.NewSHA1(uuid.NameSpaceOID, []byte(j.runID+"\x00"+j.in.Resource)),
		now:      j.e.now(), repoID: j.in.Repository.ID, files: site.MaxAttachment > 0, batch: j.e.pieces.batch, brief: j.brief,
	}
	j.rest.read, j.spare = *read, make(chan *batch, batchesAtWork)
	if j.rest.again, err = dec.Rereader(); err != nil {
		return err
	}
	return j.pipe(ctx, dec, read)
}

// batchesAtWork is how many batches there are at the same time: one that is decoded, one that is looked at ahead, one that is stored.
const batchesAtWork = 3

// pipe decodes in one goroutine, reads in a second one what decisions depend on, and stores in a third: parser and
// database work at the same time.
func (j *job) pipe(ctx context.Context, dec *s3xml.Decoder, read *reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	decoded, batches := make(chan *batch), make(chan *batch)
	var decodeErr error
	go func() {
		defer close(decoded)
		decodeErr = j.decode(ctx, dec, read, decoded)
	}()
	go j.lookAhead(ctx, decoded, batches)
	var storeErr error
	for b := range batches {
		if storeErr != nil {
			continue // drain, so that the decoder can end
		}
		if storeErr = j.storeBatch(ctx, b); storeErr != nil {
			cancel()
		}
	}
	if storeErr != nil {
		return storeErr
	}
	return decodeErr
}

// batchAge is how long records may wait for their batch to fill: over a slow line a run is seen to move, and what has
// come is kept when the line breaks.
const batchAge = time.Second

// decode sends whole trees in batches. At an error the batch begun is dropped: a small document that is not
// well-formed stores nothing, a large one keeps its complete batches.
func (j *job) decode(ctx context.Context, dec *s3xml.Decoder, read *reader, out chan<- *batch) error {
	b, el, began := j.begin(dec), s3xml.Record{}, j.e.now()
	send := func() error {
		select {
		case out <- b:
			b, began = j.begin(dec), j.e.now()
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for {
		err := dec.Next(&el)
		if errors.Is(err, io.EOF) {
			if len(b.rows) == 0 {
				return nil
			}
			b.last = true
			return send()
		}
		if err != nil {
			return err
		}
		b.add(dec, read, &el)
		b.full = len(b.rows) >= read.batch || b.bytes >= transfer.BatchBytes
		if b.full || j.e.now().Sub(began) >= batchAge {
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// begin is an empty batch.
func (j *job) begin(dec *s3xml.Decoder) *batch {
	b := &batch{}
	select {
	case old := <-j.spare:
		clear(old.rows)
		b.rows, b.kept, b.elements = old.rows[:0], old.kept[:0], old.elements[:0]
	default:
	}
	dec.Keep(0)
	if j.repeated.Load() {
		dec.Keep(mostKept)
		b.kept = slices.Grow(b.kept, transfer.BatchBytes)
	}
	return b
}

// done gives the memory of a batch that is stored to another one.
func (j *job) done(b *batch) {
	select {
	case j.spare <- b:
	default:
	}
}

// add appends the rows of the element that the decoder has read.
func (b *batch) add(dec *s3xml.Decoder, read *reader, el *s3xml.Record) {
	b.bookmark = dec.Bookmark()
	b.bytes += el.Size()
	read.text, read.outline = dec.Text(), b.outline(dec.Kept())
	b.rows = read.rows(b.rows, el)
	if read.outline {
		b.outlined()
	}
}

// batchTimeout bounds one transaction. It is generous: a batch takes milliseconds.
const batchTimeout = 2 * time.Minute

// storeBatch applies one batch. A run that is asked to stop ends before the next batch, never inside one.
func (j *job) storeBatch(ctx context.Context, b *batch) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTimeout)
	defer cancel()
	if b.err != nil {
		return fmt.Errorf("import of %s from %s: %w", j.in.Resource, j.in.Repository.Name, b.err)
	}
	var a *application
	err := j.e.store.Write(ctx, j.lease, func(tx Tx) error {
		a = &application{job: j, tx: tx, part: *j.part, ends: j.whole && b.last, bookmark: b.bookmark}
		return a.apply(ctx, b)
	})
	if err != nil {
		return fmt.Errorf("import of %s from %s, batch of %d records: %w", j.in.Resource, j.in.Repository.Name, len(b.rows), err)
	}
	j.newcomers.wrote(a.tx.Turn())
	j.absorb(a)
	j.done(b)
	return nil
}

// absorb takes over what a committed batch brought.
func (j *job) absorb(a *application) {
	*j.part = a.part
	j.bookmark = a.bookmark
	j.result.Counts = j.result.Counts.Plus(a.counts)
	j.result.Masters += a.masters
	j.ahead += a.ahead
	if a.youngest.After(j.result.Youngest) {
		j.result.Youngest = a.youngest
	}
	j.result.Items = j.reported(a.items)
}

// reported are the items that the caller learns of, with those of one more batch.
func (j *job) reported(more []*transfer.Item) []*transfer.Item {
	room := max(0, transfer.MaxReportedItems-len(j.result.Items))
	return append(j.result.Items, more[:min(room, len(more))]...)
}

// gate marks top-level records that nobody asked for: neither of the requested resource nor referred to by the
// document so far. An Eden ignores them, too. An edensync says some again that this site has: only when it has none are they turned away.
func (j *job) gate(b *batch) {
	for i := range b.rows {
		for _, ref := range b.rows[i].refs {
			if ref.Resource != j.in.Resource {
				j.referred.add(ref)
			}
		}
	}
	for i := range b.rows {
		r, top := &b.rows[i], &b.rows[b.rows[i].root]
		foreign := top.rec.Resource != j.in.Resource && !j.referred.has(top.rec.Key)
		switch {
		case !foreign || r.skip != "" || r.reject != "":
		case j.in.Complete:
			r.stranger = true
		default:
			r.skip = transfer.SkipNotRequested
		}
	}
}
