package s3xml

import (
	"bytes"
	"slices"
)

// Overlay returns the content after a partial update, as Eden means it: what over does not mention stays, what it
// mentions is replaced, and a field that over gives as null is cleared. An empty element clears a text and says nothing
// about a field that is none, such as a number or a list. Cleared fields stay in the result as what they are, so that
// they can be sent on.
//
// A name is a field or a reference: one in over replaces either. Unknown elements and attributes are replaced by name.
func (c Content) Overlay(over Content) Content {
	over.Fields = without(over.Fields, func(f *Field) bool { return f.IsEmpty() && f.Form == Text && c.isNoText(f.Name) }, nil)
	names := make(map[string]bool, len(over.Fields)+len(over.References))
	for i := range over.Fields {
		names[over.Fields[i].Name] = true
	}
	for i := range over.References {
		names[over.References[i].Field] = true
	}
	merged := Content{
		Fields:     without(c.Fields, func(f *Field) bool { return names[f.Name] }, over.Fields),
		References: without(c.References, func(r *Ref) bool { return names[r.Field] }, over.References),
		Unknown: without(c.Unknown, func(e *Element) bool {
			return slices.ContainsFunc(over.Unknown, func(o Element) bool { return o.Name == e.Name })
		}, over.Unknown),
		Attrs: without(c.Attrs, func(a *Attr) bool { return attrNamed(over.Attrs, a.Name) }, over.Attrs),
	}
	merged.sort()
	return merged
}

// isNoText tells whether a field is of a type that an empty element does not clear.
//
// EDEN: empty elements clear texts only (docs/s3xml.md §5).
func (c *Content) isNoText(name string) bool {
	f := c.Field(name)
	return f != nil && !f.IsEmpty() && (f.Form == Literal || f.Form == Array || f.Form == File)
}

func attrNamed(attrs []Attr, name string) bool {
	return slices.ContainsFunc(attrs, func(a Attr) bool { return a.Name == name })
}

// without returns a new slice of the elements that are not replaced, followed by more.
func without[T any](from []T, replaced func(*T) bool, more []T) []T {
	kept := make([]T, 0, len(from)+len(more))
	for i := range from {
		if !replaced(&from[i]) {
			kept = append(kept, from[i])
		}
	}
	return append(kept, more...)
}

// Covers tells of two stored bodies, as [Content.AppendBody] writes them, that the first one stays as it is when it is laid
// over the second one: it mentions all that the other mentions, and nothing without saying something of it. Most updates
// are like that, and this takes a small part of the time of [Content.Overlay]. False may also mean that it is not easy to tell.
func Covers(over, base []byte) bool {
	o, b := mentions{rest: over}, mentions{rest: base}
	for b.next() {
		for !bytes.Equal(o.name, b.name) {
			if !o.next() || o.silent {
				return false
			}
		}
	}
	for o.next() {
		if o.silent {
			return false
		}
	}
	return len(o.rest) == 0 && len(b.rest) == 0
}

// mentions goes through the fields and references of a body, in its order. It stops in front of anything else.
type mentions struct {
	rest   []byte
	name   []byte // of the present one, with its kind in front
	silent bool   // it is empty, but not null
}

func (m *mentions) next() bool {
	start, end := `<data field="`, "</data>"
	reference := bytes.HasPrefix(m.rest, []byte(startOfReference))
	if reference {
		start, end = startOfReference+`field="`, "</reference>"
	}
	tail, ok := bytes.CutPrefix(m.rest, []byte(start))
	quote := bytes.IndexByte(tail, '"')
	if !ok || quote < 0 {
		return false
	}
	name := m.rest[:len(m.rest)-len(tail)+quote]
	attrs, tail, ok := bytes.Cut(tail[quote+1:], []byte(">")) // values have it escaped
	closed := bytes.HasSuffix(attrs, []byte("/"))
	if !closed {
		tail, ok = bytes.CutPrefix(tail[max(0, bytes.IndexByte(tail, '<')):], []byte(end))
	}
	if !ok {
		return false
	}
	m.silent = closed && !reference && string(attrs) != ` null="true"/`
	m.rest, m.name = tail, name
	return true
}
