package s3xml

import "slices"

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
