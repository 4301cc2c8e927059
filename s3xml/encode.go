package s3xml

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Declaration is what every document that this package writes begins with, as Eden's do.
const Declaration = "<?xml version='1.0' encoding='utf-8'?>\n"

// rootAttrs come first in a root element, in this order.
var rootAttrs = [...]string{"success", "results", "start", "limit", "domain", "url"}

// AppendDocumentStart appends the XML declaration and the start tag of the root element, which is named s3xml if
// doc does not say otherwise.
func AppendDocumentStart(dst []byte, doc *Document) []byte {
	dst = append(dst, Declaration...)
	dst = append(dst, '<')
	dst = append(dst, rootName(doc)...)
	for _, name := range rootAttrs {
		for i, a := range doc.Attrs {
			if a.Name == name && firstOf(doc.Attrs, i) {
				dst = appendAttr(dst, name, a.Value)
			}
		}
	}
	dst = appendAttrs(dst, doc.Attrs, func(name string) bool {
		for _, known := range rootAttrs {
			if name == known {
				return true
			}
		}
		return false
	})
	return append(dst, '>')
}

// AppendDocumentEnd appends the end tag of the root element.
func AppendDocumentEnd(dst []byte, doc *Document) []byte {
	dst = append(append(dst, '<', '/'), rootName(doc)...)
	return append(dst, '>', '\n')
}

func rootName(doc *Document) string {
	if validName(doc.Root) {
		return doc.Root
	}
	return "s3xml"
}

// AppendRecord appends the resource element with everything below it: data, references, unknown elements,
// components. Characters that XML does not allow are removed, invalid UTF-8 is replaced by U+FFFD;
// of Attrs, those whose name is no XML name, or is written already, are left out.
func AppendRecord(dst []byte, r *Record) []byte {
	if len(r.Data)+len(r.References)+len(r.Unknown)+len(r.Components) == 0 {
		dst = appendStart(dst, r)
		return append(dst, '/', '>')
	}
	dst = AppendStartTag(dst, r)
	for i := range r.Data {
		dst = appendData(dst, &r.Data[i])
	}
	for i := range r.References {
		dst = appendReference(dst, &r.References[i])
	}
	for i := range r.Unknown {
		dst = append(dst, r.Unknown[i].XML...)
	}
	for i := range r.Components {
		dst = AppendRecord(dst, &r.Components[i])
	}
	return AppendEndTag(dst)
}

// AppendStartTag appends the start tag of a resource with all its attributes, for callers that have its content
// encoded already ([Content.AppendBody]).
func AppendStartTag(dst []byte, r *Record) []byte { return append(appendStart(dst, r), '>') }

// AppendEndTag appends the end tag of a resource.
func AppendEndTag(dst []byte) []byte { return append(dst, "</resource>"...) }

func appendStart(dst []byte, r *Record) []byte {
	dst = append(dst, "<resource"...)
	dst = appendAttr(dst, "name", r.Name)
	dst = appendIfSet(dst, "alias", r.Alias)
	dst = appendIfSet(dst, "uuid", r.UUID)
	dst = appendIfSet(dst, "tuid", r.TUID)
	dst = appendIfSet(dst, "mci", r.MCI)
	dst = appendIfSet(dst, "created_on", r.CreatedOn)
	dst = appendIfSet(dst, "deleted", r.Deleted)
	dst = appendIfSet(dst, "modified_on", r.ModifiedOn)
	dst = appendIfSet(dst, "replaced_by", r.ReplacedBy)
	if len(r.Attrs) == 0 {
		return dst
	}
	return appendAttrs(dst, r.Attrs, isResourceAttr)
}

func isResourceAttr(name string) bool {
	switch name {
	case "name", "alias", "uuid", "tuid", "mci", "created_on", "deleted", "modified_on", "replaced_by":
		return true
	}
	return false
}

func isDataAttr(name string) bool {
	return name == "field" || name == "value" || name == "url" || name == "filename"
}

func isReferenceAttr(name string) bool {
	return name == "field" || name == "resource" || name == "uuid" || name == "tuid" || name == "value"
}

func appendData(dst []byte, d *Data) []byte {
	dst = append(dst, "<data"...)
	dst = appendAttr(dst, "field", d.Field)
	if d.HasValue {
		dst = appendAttr(dst, "value", d.Value)
	}
	dst = appendIfSet(dst, "url", d.URL)
	dst = appendIfSet(dst, "filename", d.Filename)
	if len(d.Attrs) > 0 {
		dst = appendAttrs(dst, d.Attrs, isDataAttr)
	}
	if d.Text == "" {
		return append(dst, '/', '>')
	}
	dst = appendText(append(dst, '>'), d.Text)
	return append(dst, "</data>"...)
}

func appendReference(dst []byte, r *Reference) []byte {
	dst = append(dst, "<reference"...)
	dst = appendAttr(dst, "field", r.Field)
	dst = appendAttr(dst, "resource", r.Resource)
	dst = appendIfSet(dst, "uuid", r.UUID)
	dst = appendIfSet(dst, "tuid", r.TUID)
	dst = appendIfSet(dst, "value", r.Value)
	if len(r.Attrs) > 0 {
		dst = appendAttrs(dst, r.Attrs, isReferenceAttr)
	}
	if r.Text == "" && r.Record == nil {
		return append(dst, '/', '>')
	}
	dst = appendText(append(dst, '>'), r.Text)
	if r.Record != nil {
		dst = AppendRecord(dst, r.Record)
	}
	return append(dst, "</reference>"...)
}

// appendAttrs appends the attributes, except those that are written elsewhere, named like one before, or have an
// invalid name.
func appendAttrs(dst []byte, attrs []Attr, elsewhere func(name string) bool) []byte {
	for i := range attrs {
		if a := &attrs[i]; !elsewhere(a.Name) && validName(a.Name) && firstOf(attrs, i) {
			dst = appendAttr(dst, a.Name, a.Value)
		}
	}
	return dst
}

// firstOf reports whether no attribute before the i-th has its name.
func firstOf(attrs []Attr, i int) bool {
	for j := range i {
		if attrs[j].Name == attrs[i].Name {
			return false
		}
	}
	return true
}

func appendIfSet(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendAttr(dst, name, value)
}

func appendAttr(dst []byte, name, value string) []byte {
	dst = append(append(dst, ' '), name...)
	dst = appendValue(append(dst, '=', '"'), value)
	return append(dst, '"')
}

// escapes says what is written for a byte: itself where special is false, else text, nothing for those that XML does not allow.
type escapes struct {
	special [256]bool
	text    [256]string
}

var (
	textEscapes  = escapesOf(map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}, "\t\n")
	valueEscapes = escapesOf(map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;", '\t': "&#9;", '\n': "&#10;", '"': "&quot;"}, "")
)

func escapesOf(texts map[byte]string, plain string) *escapes {
	e := &escapes{}
	for c := range byte(' ') {
		e.special[c] = strings.IndexByte(plain, c) < 0
	}
	for c, text := range texts {
		e.special[c], e.text[c] = true, text
	}
	return e
}

func appendText(dst []byte, s string) []byte  { return textEscapes.append(dst, s, "") }
func appendValue(dst []byte, s string) []byte { return valueEscapes.append(dst, s, "") }

// append escapes a text, of which known may vouch that XML can carry it.
func (e *escapes) append(dst []byte, s string, known vouched) []byte {
	start, from := len(dst), 0
	var all uint64
	for i := 0; i < len(s); i++ {
		if len(s)-i >= 8 {
			w := word(s[i:])
			all |= w
			// & and " differ in the bit 4 only, < and > in the bit 2.
			found := bytesBelow(w, ' ') | bytesEqual(w|4*eachByte, '&') | bytesEqual(w|2*eachByte, '>')
			if found == 0 {
				i += 7
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		}
		c := s[i]
		all |= uint64(c)
		if e.special[c] {
			dst = append(append(dst, s[from:i]...), e.text[c]...)
			from = i + 1
		}
	}
	if all&highBits != 0 && !known.has(s) && (!utf8.ValidString(s) || !allCharacters(s)) {
		return e.append(dst[:start], clean(s), "")
	}
	return append(dst, s[from:]...)
}

// flushAt is how many bytes an encoder collects before it writes them.
const flushAt = 32 << 10

// Encoder writes a document as a stream: Begin, any number of Record and Raw, End. It is not safe for concurrent use.
// After an error every further call returns it.
type Encoder struct {
	w     io.Writer
	buf   []byte
	doc   *Document
	ended bool
	err   error
}

// NewEncoder returns an encoder that writes to w in pieces of some 32 KiB. It does not close w.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

// errOrder is the error for calls in another order than Begin, Record, Raw, End.
var errOrder = errors.New("s3xml: encoder calls out of order: Begin once, then Record and Raw, then End once")

// Begin writes the XML declaration and the root's start tag, its attributes in Eden's order: success, results,
// start, limit, domain, url, others as given.
func (e *Encoder) Begin(doc Document) error {
	if e.err == nil && e.doc != nil {
		e.err = errOrder
	}
	if e.err != nil {
		return e.err
	}
	e.doc = &doc
	e.buf = AppendDocumentStart(e.buf, &doc)
	return nil
}

// Record writes a resource as [AppendRecord] does.
func (e *Encoder) Record(r *Record) error {
	if !e.open() {
		return e.err
	}
	e.buf = AppendRecord(e.buf, r)
	return e.spill()
}

// Raw writes resources that are encoded already. They must be well-formed and complete; nothing is checked.
func (e *Encoder) Raw(encoded []byte) error {
	if !e.open() {
		return e.err
	}
	e.buf = append(e.buf, encoded...)
	return e.spill()
}

// End writes the root's end tag and all that is still held.
func (e *Encoder) End() error {
	if !e.open() {
		return e.err
	}
	e.ended = true
	e.buf = AppendDocumentEnd(e.buf, e.doc)
	return e.Flush()
}

// Flush writes all that is held to the writer.
func (e *Encoder) Flush() error {
	if e.err != nil || len(e.buf) == 0 {
		return e.err
	}
	if _, err := e.w.Write(e.buf); err != nil {
		e.err = fmt.Errorf("s3xml: write document: %w", err)
	}
	e.buf = e.buf[:0]
	return e.err
}

// open reports whether resources may be written.
func (e *Encoder) open() bool {
	if e.err == nil && (e.doc == nil || e.ended) {
		e.err = errOrder
	}
	return e.err == nil
}

// spill writes what is held once it is enough.
func (e *Encoder) spill() error {
	if len(e.buf) < flushAt {
		return nil
	}
	return e.Flush()
}
