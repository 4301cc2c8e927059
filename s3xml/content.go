package s3xml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Content is what a record says about its subject: fields, references and what we do not understand, without its identity, times, MCI and components.
// [ContentOf] and [ParseBody] return it in canonical order; a Content made by hand is canonical if it has that order.
type Content struct {
	// Fields are sorted by name, one for each.
	Fields []Field
	// References are sorted by field; several of the same field keep their order.
	References []Ref
	// Unknown are elements to be sent on, sorted by name.
	Unknown []Element
	// Attrs are the attributes of the resource element that are worth sending on, sorted by name: authors, owners,
	// approved and unknown ones, but not url and error. They are no part of the body and of the hash; see
	// AppendAttrs.
	Attrs []Attr

	known vouched // of which most of the strings are parts
}

// Form is how a field is written on the wire. It does not count when contents are compared.
type Form uint8

const (
	// Text is a string. It is written as text only.
	Text Form = iota
	// Literal is a number, boolean, date or other text that stands in the value attribute as it is, or a JSON string that only JSON
	// can express in XML (control characters). It is written as value and text.
	Literal
	// JSONText is a JSON object without insignificant space. It is written as text only.
	//
	// EDEN: the value attribute must not hold an object (docs/s3xml.md §7).
	JSONText
	// Array is a JSON array without insignificant space. It is written as value and text.
	Array
	// Null is a field that is cleared, an extension that an Eden takes for an empty element.
	Null
	// File is an upload field: no value, but URL and Filename.
	File
)

// Field is one field of a record.
type Field struct {
	Name, Value string
	Form        Form
	// URL and Filename say where the file of an upload field is to be had, as the sender wrote it.
	URL, Filename string
	// Attrs are unknown attributes of the data element, to be sent on.
	Attrs []Attr
}

// IsEmpty reports whether the field says nothing: it is null, or an empty string, and no file.
func (f *Field) IsEmpty() bool { return f.Value == "" && f.URL == "" && f.Filename == "" }

// Ref is one reference of a record.
type Ref struct {
	// Field is the foreign key column, Resource the table it points to.
	Field, Resource string
	// UIDs are the targets; List says that they were, and will be, written as a list.
	UIDs []string
	List bool
	// Value is the raw key where the target has no UID.
	Value string
	// Text is the name of the target for the eyes of people; it does not count when contents are compared.
	Text string
	// Attrs are unknown attributes of the reference element, to be sent on.
	Attrs []Attr
}

// IsEmpty reports whether the reference has no target: an empty list.
func (r *Ref) IsEmpty() bool { return len(r.UIDs) == 0 && r.Value == "" }

// ContentOf returns what the record says, components excluded, in canonical form. Of a field that occurs
// twice the last one counts, as in Eden. References without target are left out, as Eden ignores them.
//
// It fails if a list of UIDs is malformed, or if a reference has only a TUID or contains its target: these mean
// something inside their document only and must be resolved first.
func ContentOf(r *Record) (Content, error) {
	var c Content
	if err := c.Set(r, ""); err != nil {
		return Content{}, err
	}
	return c, nil
}

// Set makes c what [ContentOf] returns. It uses the slices of c again, for those who look at one record after the other;
// after an error c is void. text is what [Decoder.Text] returned with the record, of which most of its strings are parts; empty
// if it is not known.
func (c *Content) Set(r *Record, text string) error {
	c.known = vouched(text)
	c.Attrs = appendKept(c.Attrs[:0], r.Attrs, isFleeting, c.known)
	slices.SortStableFunc(c.Attrs, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) })
	c.setFields(r.Data)
	if err := c.setReferences(r); err != nil {
		return err
	}
	c.Unknown = c.Unknown[:0]
	for _, e := range r.Unknown {
		c.Unknown = append(c.Unknown, Element{c.known.clean(e.Name), c.known.clean(e.XML)})
	}
	slices.SortStableFunc(c.Unknown, func(a, b Element) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// setFields makes the fields, each where it belongs, since they are large.
func (c *Content) setFields(data []Data) {
	var few [32]place
	order := few[:0]
	for i := range data {
		order = append(order, placeOf(c.known.clean(data[i].Field), i))
	}
	slices.SortStableFunc(order, place.compare)
	c.Fields = room(c.Fields, len(data))
	for i := range order {
		if i+1 == len(order) || order[i].name != order[i+1].name {
			f := grow(&c.Fields)
			f.set(&data[order[i].at], c.known)
			f.Name = order[i].name
		}
	}
}

// place is where a name comes in an order: by its first bytes, which mostly decide, then by all of it.
type place struct {
	first uint64
	name  string
	at    int // which one of the list has the name
}

func placeOf(name string, at int) place {
	p := place{name: name, at: at}
	for i := range min(8, len(name)) {
		p.first |= uint64(name[i]) << (56 - 8*i)
	}
	return p
}

func (p place) compare(q place) int {
	if p.first != q.first {
		return cmp.Compare(p.first, q.first)
	}
	return strings.Compare(p.name, q.name)
}

// isFleeting tells attributes of a resource that say nothing about the record.
func isFleeting(name string) bool { return name == "url" || name == "error" }

// isFleetingInside tells the same of data and reference elements: lat and lon repeat what the target says.
func isFleetingInside(name string) bool {
	return name == "error" || name == "null" || name == "lat" || name == "lon"
}

// appendKept appends the attributes that are not left out.
func appendKept(kept, attrs []Attr, leftOut func(name string) bool, known vouched) []Attr {
	for i := range attrs {
		if a := &attrs[i]; !leftOut(a.Name) && validName(a.Name) && firstOf(attrs, i) {
			kept = append(kept, Attr{a.Name, known.clean(a.Value)})
		}
	}
	return kept
}

// set makes the field what a data element says, its name apart.
func (f *Field) set(d *Data, known vouched) {
	*f = Field{URL: known.clean(d.URL), Filename: known.clean(d.Filename)}
	if len(d.Attrs) > 0 {
		f.Attrs = appendKept(nil, d.Attrs, isFleetingInside, known)
	}
	switch {
	case d.HasValue:
		f.Value, f.Form = valueOf(known.clean(d.Value))
	case d.Text != "":
		f.Value, f.Form = textOf(unescape(d.Text), known)
	case d.Attr("null") == "true":
		f.Form = Null
	}
	if f.Value == "" && !f.IsEmpty() {
		f.Form = File
	}
}

// valueOf interprets a value attribute that XML can carry.
//
// EDEN: it is JSON, and what is no JSON stands for itself (docs/s3xml.md §5).
func valueOf(value string) (string, Form) {
	trimmed := trim(value)
	if trimmed == "" {
		return formOf(value)
	}
	switch trimmed[0] {
	case '"':
		if text, ok := jsonText(trimmed); ok {
			return formOf(text)
		}
		if canonical, ok := canonicalJSON(trimmed); ok {
			return canonical, Literal
		}
	case '{':
		if canonical, ok := canonicalJSON(trimmed); ok {
			return canonical, JSONText
		}
	case '[':
		if canonical, ok := canonicalJSON(trimmed); ok {
			return canonical, Array
		}
	case 'n':
		if trimmed == "null" {
			return "", Null
		}
	}
	return value, Literal
}

// trim takes away white space.
func trim(s string) string {
	if s != "" && s[0] > ' ' && s[len(s)-1] > ' ' {
		return s
	}
	return strings.Trim(s, " \t\n\r")
}

// textOf interprets a string.
func textOf(text string, known vouched) (string, Form) {
	if !known.carried(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		if !carried(text) {
			return quoteJSON(text), Literal
		}
	}
	return formOf(text)
}

// formOf interprets a string that XML can carry. An object that is canonical already has a form of its own, so that
// what AppendBody writes for it reads as it was.
func formOf(text string) (string, Form) {
	if len(text) > 1 && text[0] == '{' && text[len(text)-1] == '}' {
		if canonical, ok := canonicalJSON(text); ok && canonical == text {
			return text, JSONText
		}
	}
	return text, Text
}

// nextEntity finds the first predefined entity of a text at or behind from: its place, its length and what it stands for.
// The place is −1 if there is none.
func nextEntity(text string, from int) (at, size int, means byte) {
	for {
		i := strings.IndexByte(text[from:], '&')
		if i < 0 {
			return -1, 0, 0
		}
		from += i
		if means, size = entity(text[from:]); size > 0 {
			return from, size, means
		}
		from++
	}
}

// unescape undoes the second level of escaping that text without value attribute may have.
//
// EDEN: texts are unescaped once more after the XML parser did it (docs/s3xml.md §6).
func unescape(text string) string {
	at, size, means := nextEntity(text, 0)
	if at < 0 {
		return text
	}
	b := make([]byte, 0, len(text))
	from := 0
	for at >= 0 {
		b = append(append(b, text[from:at]...), means)
		from = at + size
		at, size, means = nextEntity(text, from)
	}
	return string(append(b, text[from:]...))
}

// setReferences makes the references.
func (c *Content) setReferences(r *Record) error {
	c.References = roomForRefs(c.References, len(r.References))
	for i := range r.References {
		from := &r.References[i]
		uuid := c.known.clean(from.UUID)
		if uuid == "" && (from.TUID != "" || from.Record != nil) {
			return fmt.Errorf("s3xml: content of %s %s: reference %s to %s is not resolved to a UUID", r.Name, r.UUID, from.Field, from.Resource)
		}
		ref := grow(&c.References)
		if err := ref.set(from, uuid, c.known); err != nil {
			return fmt.Errorf("s3xml: content of %s %s: %w", r.Name, r.UUID, err)
		}
		if uuid == "" && ref.Value == "" {
			c.References = c.References[:len(c.References)-1]
		}
	}
	byField := func(a, b Ref) int { return strings.Compare(a.Field, b.Field) }
	if !slices.IsSortedFunc(c.References, byField) {
		slices.SortStableFunc(c.References, byField)
	}
	return nil
}

// roomForRefs empties the slice and makes sure that n references fit, with a UID each.
func roomForRefs(refs []Ref, n int) []Ref {
	if cap(refs) >= n {
		return refs[:0]
	}
	refs = make([]Ref, n)
	uids := make([]string, n)
	for i := range refs {
		refs[i].UIDs = uids[i : i : i+1]
	}
	return refs[:0]
}

// cleanUIDs cleans the UIDs of a list in place and drops those of which nothing is left.
func cleanUIDs(uids []string) []string {
	kept := uids[:0]
	for _, uid := range uids {
		if uid = clean(uid); uid != "" {
			kept = append(kept, uid)
		}
	}
	return kept
}

// set makes the reference what an element says whose uuid is given in clean form.
func (r *Ref) set(from *Reference, uuid string, known vouched) error {
	*r = Ref{Field: known.clean(from.Field), Resource: known.clean(from.Resource), Text: known.clean(from.Text), UIDs: r.UIDs[:0]}
	if len(from.Attrs) > 0 {
		r.Attrs = appendKept(nil, from.Attrs, isFleetingInside, known)
	}
	switch {
	case uuid == "":
		r.Value = known.clean(from.Value)
	case uuid[0] == '[':
		list := *from
		list.UUID = uuid
		uids, err := list.UIDs()
		if err != nil {
			return err
		}
		r.List, r.UIDs = true, cleanUIDs(uids)
	default:
		r.UIDs = append(r.UIDs, uuid)
	}
	return nil
}

// sort brings the content into canonical order.
func (c *Content) sort() {
	byName := func(a, b Field) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(c.Fields, byName) {
		slices.SortStableFunc(c.Fields, byName)
	}
	c.Fields = lastOfEach(c.Fields)
	slices.SortStableFunc(c.References, func(a, b Ref) int { return strings.Compare(a.Field, b.Field) })
	slices.SortStableFunc(c.Unknown, func(a, b Element) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.Attrs, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) })
}

// lastOfEach drops all but the last of neighbours with the same name.
func lastOfEach(fields []Field) []Field {
	kept := fields[:0]
	for i := range fields {
		if i+1 == len(fields) || fields[i+1].Name != fields[i].Name {
			kept = append(kept, fields[i])
		}
	}
	return kept
}

// Field returns the field of the given name, nil if the content has none.
func (c *Content) Field(name string) *Field {
	i, found := slices.BinarySearchFunc(c.Fields, name, func(f Field, name string) int { return strings.Compare(f.Name, name) })
	if !found {
		return nil
	}
	return &c.Fields[i]
}
