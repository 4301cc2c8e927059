package engine

import (
	"fmt"
	"sync"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// An Eden sends all that it has again and again. Of a record that is here already, just the same, nothing is needed but what
// tells so. So where most are, records are read in outline: without attributes and body. The few others are read again from the
// document, of which a batch keeps its part.

// nearlyAll of a batch are all but one in so many. To read an element again costs four times what an outline saves.
const nearlyAll = 10

// mostKept is how long an element may be that is read in outline, with what stands in front of it.
const mostKept = 64 << 10

// element is one of the document whose rows are an outline.
type element struct {
	first, end int // its rows in the batch
	from, to   int // its text in what the batch keeps
}

// outline begins with the rows that come next, of the element that the batch keeps if it has room for it.
func (b *batch) outline(kept []byte) bool {
	if kept == nil || len(b.kept)+len(kept) > transfer.BatchBytes {
		return false
	}
	from := len(b.kept)
	b.kept = append(b.kept, kept...)
	b.elements = append(b.elements, element{first: len(b.rows), from: from, to: len(b.kept)})
	return true
}

// outlined ends them.
func (b *batch) outlined() { b.elements[len(b.elements)-1].end = len(b.rows) }

// completion reads elements again. Batches may need it at the same time: one that is stored and one that is looked at ahead.
type completion struct {
	mutex sync.Mutex
	read  reader
	again *s3xml.Rereader
	el    s3xml.Record
	rows  []row
}

// complete gives the rows that are an outline what they lack, but for elements that are here already just the same.
func (c *completion) complete(b *batch) error {
	for i := range b.elements {
		e := &b.elements[i]
		if !lack(b.rows[e.first:e.end]) {
			continue
		}
		if err := c.element(b.kept[e.from:e.to], b.rows[e.first:e.end]); err != nil {
			return fmt.Errorf("read element %d of %d of a batch again: %w", i+1, len(b.elements), err)
		}
	}
	return nil
}

// lack tells whether a row is an outline of which more is needed.
func lack(rows []row) bool {
	for i := range rows {
		if r := &rows[i]; r.outline && !r.told && r.reject == "" && !r.same {
			return true
		}
	}
	return false
}

// element completes the rows of one element, whose text was kept.
func (c *completion) element(kept []byte, rows []row) (err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.read.text, err = c.again.Record(kept, &c.el); err != nil {
		return err
	}
	if c.rows = c.read.rows(c.rows[:0], &c.el); len(c.rows) != len(rows) {
		return fmt.Errorf("%d records, which were %d", len(c.rows), len(rows))
	}
	for i := range rows {
		r, again := &rows[i].rec, &c.rows[i].rec
		if r.Key != again.Key || r.ReceivedHash != again.ReceivedHash {
			return fmt.Errorf("%s %s has become %s %s, or changed", r.Resource, r.UID, again.Resource, again.UID)
		}
		r.Attrs, r.Body, rows[i].outline = again.Attrs, again.Body, false
	}
	return nil
}
