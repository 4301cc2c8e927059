package s3xml

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// Attr is one XML attribute, the value with all references resolved and white space normalised.
type Attr struct{ Name, Value string }

// Document is the root element of a document: its name (s3xml; Eden accepts any) and its attributes in
// document order: success, results, start, limit, domain, url and whatever else the sender wrote.
type Document struct {
	Root  string
	Attrs []Attr
}

// Attr returns the value of the named root attribute, "" if it is absent.
func (d *Document) Attr(name string) string { return attrValue(d.Attrs, name) }

// Record is one resource element with everything below it. All strings are the text of the wire with XML
// references resolved; times, numbers and JSON are not interpreted ([ParseTime], [ContentOf]). An absent
// attribute and an empty one are the same: "".
//
// The strings of a decoded record are parts of one allocation: keep a copy ([strings.Clone]) where only a
// little of a record is kept for long. Its slices belong to the Record that was given to [Decoder.Next] and are
// written over when it is given again; [Record.Clone] makes an independent one.
type Record struct {
	// Name is the table, for example org_office.
	Name string
	// UUID identifies the record everywhere, TUID only inside its document.
	UUID, TUID string
	// Alias tells components of the same table apart.
	Alias string

	// MCI is the master copy index, a decimal integer; how often the record was copied since its creation.
	MCI string
	// CreatedOn and ModifiedOn are the originator's times.
	CreatedOn, ModifiedOn string
	// Deleted marks a tombstone, see IsDeleted; ReplacedBy is the UUID of the record it was merged into.
	Deleted, ReplacedBy string

	// Attrs are all other attributes in document order: url, created_by, modified_by, owned_by_user,
	// owned_by_group, approved, error and unknown ones.
	Attrs []Attr

	// Data, References and Components are the child elements, each kind in document order.
	Data       []Data
	References []Reference
	Components []Record
	// Unknown are child elements that are none of these, to be sent on as they are.
	Unknown []Element
}

// Data is one field of a record.
type Data struct {
	// Field is the column.
	Field string
	// Value is the attribute value, which wins over Text where HasValue is set: JSON, or literal text.
	Value    string
	HasValue bool
	// Text is the text of the element: the value where HasValue is not set, else for the eyes of people only.
	Text string
	// URL and Filename say where the file of an upload field is to be had.
	URL, Filename string
	// Attrs are all other attributes in document order, for example null and error.
	Attrs []Attr
}

// Attr returns the value of another attribute of the field, "" if it is absent.
func (d *Data) Attr(name string) string { return attrValue(d.Attrs, name) }

// Reference is a foreign key of a record.
type Reference struct {
	// Field is the foreign key column, Resource the table it points to (the instance table of a super-entity).
	Field, Resource string
	// UUID is one UID or, for list references, a JSON array of UIDs; see UIDs.
	UUID string
	// TUID is the UID where the target is known inside the document only.
	TUID string
	// Value is the raw key of a target that has no UID; it means nothing elsewhere.
	Value string
	// Text is the name of the target for the eyes of people.
	Text string
	// Attrs are all other attributes in document order, for example lat and lon.
	Attrs []Attr
	// Record is the target itself where it is written inside the reference (an anonymous reference), else nil.
	// A list reference with several of them is decoded as one Reference for each.
	Record *Record
}

// Attr returns the value of another attribute of the reference, "" if it is absent.
func (r *Reference) Attr(name string) string { return attrValue(r.Attrs, name) }

// Element is an element that S3XML does not define, in canonical form: no comments and processing
// instructions, attributes sorted by name, text escaped as this package does, and with the namespace declarations
// that were in force. XML is written out as it is and must be well-formed; take it from the decoder.
type Element struct{ Name, XML string }

// UIDs returns the UIDs that the reference names: none if it has no UUID, several for a list reference. Empty ones
// and nulls in a list name nothing and are left out. It fails if UUID looks like a JSON array but is not one of strings.
func (r *Reference) UIDs() ([]string, error) {
	switch {
	case r.UUID == "":
		return nil, nil
	case !r.isList():
		return []string{r.UUID}, nil
	}
	var uids []string
	err := json.Unmarshal([]byte(r.UUID), &uids)
	uids = slices.DeleteFunc(uids, func(uid string) bool { return uid == "" })
	if err != nil {
		return nil, fmt.Errorf("s3xml: reference %s to %s: uuid %q is no JSON array of strings: %w", r.Field, r.Resource, shorten(r.UUID), err)
	}
	return uids, nil
}

// isList tells a JSON array of UIDs from a single UID.
func (r *Reference) isList() bool { return strings.HasPrefix(r.UUID, "[") }

// Attr returns the value of another attribute of the resource element, "" if it is absent.
func (r *Record) Attr(name string) string { return attrValue(r.Attrs, name) }

// IsDeleted reports whether the record is a tombstone.
//
// EDEN: only "true" in any case counts, "1" does not (docs/s3xml.md §4).
func (r *Record) IsDeleted() bool { return strings.EqualFold(r.Deleted, "true") }

// Size returns roughly how many bytes of memory the record holds, everything below it included.
func (r *Record) Size() int {
	n := int(unsafe.Sizeof(*r)) + len(r.Name) + len(r.UUID) + len(r.TUID) + len(r.Alias) + len(r.MCI) +
		len(r.CreatedOn) + len(r.ModifiedOn) + len(r.Deleted) + len(r.ReplacedBy) + attrsSize(r.Attrs)
	for i := range r.Data {
		d := &r.Data[i]
		n += int(unsafe.Sizeof(*d)) + len(d.Field) + len(d.Value) + len(d.Text) + len(d.URL) + len(d.Filename) + attrsSize(d.Attrs)
	}
	for i := range r.References {
		n += r.References[i].size()
	}
	for i := range r.Components {
		n += r.Components[i].Size()
	}
	for _, e := range r.Unknown {
		n += int(unsafe.Sizeof(e)) + len(e.Name) + len(e.XML)
	}
	return n
}

func (r *Reference) size() int {
	n := int(unsafe.Sizeof(*r)) + len(r.Field) + len(r.Resource) + len(r.UUID) + len(r.TUID) +
		len(r.Value) + len(r.Text) + attrsSize(r.Attrs)
	if r.Record != nil {
		n += r.Record.Size()
	}
	return n
}

func attrsSize(attrs []Attr) int {
	n := 0
	for _, a := range attrs {
		n += int(unsafe.Sizeof(a)) + len(a.Name) + len(a.Value)
	}
	return n
}

// Clone returns a copy that shares no slice with r, for records that outlive the next [Decoder.Next].
func (r *Record) Clone() Record {
	c := *r
	c.Attrs = cloneSlice(r.Attrs, nil)
	c.Data = cloneSlice(r.Data, func(d *Data) { d.Attrs = cloneSlice(d.Attrs, nil) })
	c.References = cloneSlice(r.References, func(ref *Reference) {
		ref.Attrs = cloneSlice(ref.Attrs, nil)
		if ref.Record != nil {
			target := ref.Record.Clone()
			ref.Record = &target
		}
	})
	c.Components = cloneSlice(r.Components, func(component *Record) { *component = component.Clone() })
	c.Unknown = cloneSlice(r.Unknown, nil)
	return c
}

// cloneSlice copies s, nil if it is empty, and lets deepen replace what the elements share with the original.
func cloneSlice[T any](s []T, deepen func(*T)) []T {
	if len(s) == 0 {
		return nil
	}
	c := append(make([]T, 0, len(s)), s...)
	for i := range c {
		if deepen == nil {
			break
		}
		deepen(&c[i])
	}
	return c
}

func attrValue(attrs []Attr, name string) string {
	for _, a := range attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// shorten cuts a text from outside to a length that fits an error message.
func shorten(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
