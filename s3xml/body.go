package s3xml

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Hash returns 32 hexadecimal digits that are equal for contents that say the same: over the names and values of fields,
// files (by name: the same file has another URL at each site), fields, tables and UIDs of references, and unknown elements. Forms, display texts and attributes
// do not count, and neither do empty fields and references: "", null and absent are equal.
func (c *Content) Hash() string { return string(c.AppendHash(nil)) }

// AppendHash appends what Hash returns.
func (c *Content) AppendHash(dst []byte) []byte {
	buf := hashBuffers.Get().(*[]byte)
	defer hashBuffers.Put(buf)
	b := (*buf)[:0]
	for i := range c.Fields {
		b = hashField(b, &c.Fields[i])
	}
	for i := range c.References {
		b = hashRef(b, &c.References[i])
	}
	for i := range c.Unknown {
		b = hashStrings(append(b, 'x'), c.Unknown[i].Name, c.Unknown[i].XML)
	}
	*buf = b
	sum := sha256.Sum256(b)
	return hex.AppendEncode(dst, sum[:16])
}

var hashBuffers = sync.Pool{New: func() any { return new([]byte) }}

func hashField(b []byte, f *Field) []byte {
	if f.IsEmpty() {
		return b
	}
	if f.URL != "" || f.Filename != "" {
		b = hashStrings(append(b, 'u'), f.Name, f.Filename)
	}
	if f.Value != "" {
		b = hashStrings(append(b, 'f'), f.Name, f.Value)
	}
	return b
}

func hashRef(b []byte, r *Ref) []byte {
	switch {
	case r.IsEmpty():
		return b
	case len(r.UIDs) == 0:
		return hashStrings(append(b, 'k'), r.Field, r.Resource, r.Value)
	}
	b = hashStrings(append(b, 'r'), r.Field, r.Resource)
	b = binary.AppendUvarint(b, uint64(len(r.UIDs)))
	return hashStrings(b, r.UIDs...)
}

// hashStrings appends strings with their lengths, so that no two lists look alike.
func hashStrings(b []byte, parts ...string) []byte {
	for _, s := range parts {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// AppendBody appends the content as the inner XML of a resource element, in the one form that every Eden accepts and
// [ParseBody] reads back: between [AppendStartTag] and [AppendEndTag] it makes a record.
//
// EDEN: see the emission recipe in docs/s3xml.md §7.
func (c *Content) AppendBody(dst []byte) []byte {
	for i := range c.Fields {
		dst = appendField(dst, &c.Fields[i], c.known)
	}
	for i := range c.References {
		dst = appendRef(dst, &c.References[i], c.known)
	}
	for i := range c.Unknown {
		dst = append(dst, c.Unknown[i].XML...)
	}
	return dst
}

func appendField(dst []byte, f *Field, known vouched) []byte {
	dst = append(dst, "<data"...)
	dst = appendAttr(dst, "field", f.Name)
	text := f.Value
	switch f.Form {
	case Null:
		dst = append(dst, ` null="true"`...)
	case Literal, Array:
		dst = appendAttr(dst, "value", f.Value)
	default:
		text = escapeAgain(text)
	}
	dst = appendIfSet(dst, "url", f.URL)
	dst = appendIfSet(dst, "filename", f.Filename)
	if len(f.Attrs) > 0 {
		dst = appendAttrs(dst, f.Attrs, isDataAttr)
	}
	if f.Form == Null || text == "" {
		return append(dst, '/', '>')
	}
	dst = textEscapes.append(append(dst, '>'), text, known)
	return append(dst, "</data>"...)
}

// escapeAgain escapes a text that would not survive the second unescaping of whoever reads it.
func escapeAgain(text string) string {
	if at, _, _ := nextEntity(text, 0); at < 0 {
		return text
	}
	return strings.ReplaceAll(text, "&", "&amp;")
}

func appendRef(dst []byte, r *Ref, known vouched) []byte {
	dst = append(dst, "<reference"...)
	dst = appendAttr(dst, "field", r.Field)
	dst = appendAttr(dst, "resource", r.Resource)
	switch {
	case r.List || len(r.UIDs) > 1 || len(r.UIDs) == 1 && strings.HasPrefix(r.UIDs[0], "["):
		dst = appendAttr(dst, "uuid", arrayOf(r.UIDs))
	case len(r.UIDs) == 1:
		dst = appendAttr(dst, "uuid", r.UIDs[0])
	default:
		dst = appendIfSet(dst, "value", r.Value)
	}
	if len(r.Attrs) > 0 {
		dst = appendAttrs(dst, r.Attrs, isReferenceAttr)
	}
	if r.Text == "" {
		return append(dst, '/', '>')
	}
	dst = textEscapes.append(append(dst, '>'), r.Text, known)
	return append(dst, "</reference>"...)
}

// arrayOf returns a JSON array of strings.
func arrayOf(items []string) string {
	b := []byte{'['}
	for i, s := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, quoteJSON(s)...)
	}
	return string(append(b, ']'))
}

// AppendAttrs appends attributes as they stand in a start tag, a space before each; for [Content].Attrs.
func AppendAttrs(dst []byte, attrs []Attr) []byte { return appendAttrs(dst, attrs, isResourceAttr) }

// ParseAttrs reads what [AppendAttrs] wrote.
func ParseAttrs(attrs []byte) ([]Attr, error) {
	var r Record
	if _, err := parseWrapped("<resource", attrs, "/>", &r); err != nil {
		return nil, fmt.Errorf("s3xml: parse stored attributes: %w", err)
	}
	return r.Attrs, nil
}

// ParseBody reads what [Content.AppendBody] wrote, or any other inner XML of a resource without components.
func ParseBody(body []byte) (Content, error) {
	var r Record
	text, err := parseWrapped("<resource>", body, "</resource>", &r)
	if err != nil {
		return Content{}, fmt.Errorf("s3xml: parse stored body: %w", err)
	}
	if len(r.Components) > 0 {
		return Content{}, errors.New("s3xml: parse stored body: it contains a component")
	}
	var c Content
	if err := c.Set(&r, text); err != nil {
		return Content{}, err
	}
	return c, nil
}

// bodyLimits are wide: what is stored has passed the limits of its document.
var bodyLimits = Limits{TokenBytes: maxRecordBytes, RecordBytes: maxRecordBytes, Attributes: 1 << 10, Depth: 1 << 10}.orDefault()

var decoders = sync.Pool{New: func() any { return &Decoder{} }}

// parseWrapped decodes one resource from its parts, and returns all of its text.
func parseWrapped(before string, middle []byte, after string, r *Record) (text string, err error) {
	d := decoders.Get().(*Decoder)
	defer decoders.Put(d)
	parts := &wrapped{before: "<s3xml>" + before, middle: middle, after: after + "</s3xml>"}
	d.reset(parts, bodyLimits)
	if err := d.Next(r); err != nil {
		return "", err
	}
	text = d.Text()
	var second Record
	if err := d.Next(&second); !errors.Is(err, io.EOF) {
		return "", errors.Join(errors.New("it is more than one resource"), err)
	}
	return text, nil
}

// wrapped reads three texts as one.
type wrapped struct {
	before string
	middle []byte
	after  string
}

// Read fills p from what is left.
func (w *wrapped) Read(p []byte) (n int, err error) {
	n = copy(p, w.before)
	w.before = w.before[n:]
	m := copy(p[n:], w.middle)
	w.middle = w.middle[m:]
	k := copy(p[n+m:], w.after)
	w.after = w.after[k:]
	if n+m+k == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n + m + k, nil
}
