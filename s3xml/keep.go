package s3xml

import (
	"bytes"
	"slices"
)

// keeping is what an input keeps of what it consumes.
type keeping struct {
	most int    // bytes; 0 = nothing is kept
	on   bool   // what is kept has not become too much
	from int    // where in the buffer begins what is not in head
	head []byte // what the window has moved over
}

// begin forgets what was kept, and keeps what comes next.
func (in *input) begin() {
	in.kept.head, in.kept.from, in.kept.on = in.kept.head[:0], in.r, in.kept.most > 0
}

// saveKept copies what is kept out of the buffer before it moves.
func (in *input) saveKept() {
	k := &in.kept
	if k.on = k.on && len(k.head)+in.r-k.from <= k.most; k.on {
		k.head = append(k.head, in.buf[k.from:in.r]...)
	}
	k.from = in.r
}

// Keep makes the decoder keep each of the next records as it stands in the document, unless that takes more than most bytes
// together with what stands in front of it. 0 ends it.
func (d *Decoder) Keep(most int) { d.kept.most = most }

// Kept is the record that Next has returned, as it stands in the document, for a [Rereader]; nil = it was not kept. It is void
// after the next call of Next.
func (d *Decoder) Kept() []byte {
	k := &d.kept
	switch {
	case !k.on || len(k.head)+d.r-k.from > k.most:
		return nil
	case len(k.head) == 0:
		return d.buf[k.from:d.r]
	}
	d.saveKept()
	return k.head
}

// Rereader decodes records again that a decoder has kept: a reader of many records of which it needs few as a whole keeps
// them, which is much less work than to make something of them. It is not safe for concurrent use.
type Rereader struct{ d Decoder }

// Rereader returns one for the records of this document, in front of the first of which it is asked for. It may be used while
// the decoder goes on.
func (d *Decoder) Rereader() (*Rereader, error) {
	if _, err := d.Document(); err != nil {
		return nil, err
	}
	r := &Rereader{}
	r.d.limits, r.d.max, r.d.state = d.limits, d.max, stateRecords
	r.d.stack, r.d.names, r.d.spaces = slices.Clone(d.stack), slices.Clone(d.names), slices.Clone(d.spaces)
	return r, nil
}

// Record reads what [Decoder.Kept] has returned into rec, which is overwritten completely, and returns its text (see
// [Decoder.Text]).
func (r *Rereader) Record(kept []byte, rec *Record) (text string, err error) {
	r.d.input.reset(bytes.NewReader(kept), int64(len(kept)))
	r.d.records = 0
	err = r.d.Next(rec)
	return r.d.text, err
}
