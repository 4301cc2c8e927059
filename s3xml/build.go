package s3xml

import "slices"

// builder turns the tape into a record. All strings are parts of one, made of the arena.
type builder struct {
	text string
	tape []event
	at   int // where on the tape the next event is
}

// build writes the record on the tape into rec, using its slices again.
func (d *Decoder) build(rec *Record) {
	d.text = string(d.arena)
	b := builder{text: d.text, tape: d.tape}
	b.record(rec)
}

func (b *builder) string(s span) string { return b.text[s.from:s.to] }

// next takes an event from the tape.
func (b *builder) next() *event {
	b.at++
	return &b.tape[b.at-1]
}

// attr takes the next event if it is an attribute.
func (b *builder) attr() *event {
	if b.at == len(b.tape) || b.tape[b.at].op != opAttr {
		return nil
	}
	return b.next()
}

// other makes an attribute that has no place of its own.
func (b *builder) other(e *event) Attr {
	if e.key == keyOther {
		return Attr{b.string(e.name), b.string(e.text)}
	}
	return Attr{keyNames[e.key], b.string(e.text)}
}

// record builds the resource that begins with the next event.
func (b *builder) record(r *Record) {
	begin := b.next()
	r.reset(begin, b.others(r))
	for e := b.attr(); e != nil; e = b.attr() {
		if p := r.attr(e.key); p != nil {
			*p = b.string(e.text)
		} else {
			r.Attrs = append(r.Attrs, b.other(e))
		}
	}
	for {
		switch b.tape[b.at].op {
		case opData:
			b.data(grow(&r.Data))
		case opReference:
			b.references(&r.References)
		case opResource:
			b.record(grow(&r.Components))
		case opUnknown:
			e := b.next()
			r.Unknown = append(r.Unknown, Element{b.string(e.name), b.string(e.text)})
		default:
			b.next()
			return
		}
	}
}

// others counts the attributes that come next and have no place of their own in a record.
func (b *builder) others(r *Record) int {
	n := 0
	for i := b.at; i < len(b.tape) && b.tape[i].op == opAttr; i++ {
		if r.attr(b.tape[i].key) == nil {
			n++
		}
	}
	return n
}

// reset empties the record and makes room for what comes.
func (r *Record) reset(begin *event, attrs int) {
	*r = Record{
		Attrs:      room(r.Attrs, attrs),
		Data:       room(r.Data, int(begin.children.data)),
		References: room(r.References, int(begin.children.references)),
		Components: room(r.Components, int(begin.children.components)),
		Unknown:    r.Unknown[:0],
	}
}

// room empties a slice and makes sure that n elements fit.
func room[T any](s []T, n int) []T {
	if cap(s) >= n {
		return s[:0]
	}
	return append(make([]T, 0, n), s[:cap(s)]...)[:0]
}

// grow lengthens the slice by one element, which may hold slices from earlier use.
func grow[T any](s *[]T) *T {
	if n := len(*s); n < cap(*s) {
		*s = (*s)[:n+1]
	} else {
		var zero T
		*s = append(*s, zero)
	}
	return &(*s)[len(*s)-1]
}

// attr returns where an attribute of a resource belongs, nil if it is one of the others.
func (r *Record) attr(k key) *string {
	switch k {
	case keyName:
		return &r.Name
	case keyUUID:
		return &r.UUID
	case keyTUID:
		return &r.TUID
	case keyAlias:
		return &r.Alias
	case keyMCI:
		return &r.MCI
	case keyCreatedOn:
		return &r.CreatedOn
	case keyModifiedOn:
		return &r.ModifiedOn
	case keyDeleted:
		return &r.Deleted
	case keyReplacedBy:
		return &r.ReplacedBy
	default:
		return nil
	}
}

func (b *builder) data(d *Data) {
	begin := b.next()
	*d = Data{Text: b.string(begin.text), Attrs: d.Attrs[:0]}
	for e := b.attr(); e != nil; e = b.attr() {
		switch e.key {
		case keyField:
			d.Field = b.string(e.text)
		case keyValue:
			d.Value, d.HasValue = b.string(e.text), true
		case keyURL:
			d.URL = b.string(e.text)
		case keyFilename:
			d.Filename = b.string(e.text)
		default:
			d.Attrs = append(d.Attrs, b.other(e))
		}
	}
}

// references builds the reference that begins with the next event: one for each target inside it.
func (b *builder) references(refs *[]Reference) {
	r := grow(refs)
	b.reference(r)
	for first := true; b.tape[b.at].op == opResource; first = false {
		if !first {
			last := *r
			r = grow(refs)
			*r = last
			r.Attrs = slices.Clone(last.Attrs)
		}
		r.Record = &Record{}
		b.record(r.Record)
	}
	b.next()
}

func (b *builder) reference(r *Reference) {
	begin := b.next()
	*r = Reference{Text: b.string(begin.text), Attrs: r.Attrs[:0]}
	for e := b.attr(); e != nil; e = b.attr() {
		switch e.key {
		case keyField:
			r.Field = b.string(e.text)
		case keyResource:
			r.Resource = b.string(e.text)
		case keyUUID:
			r.UUID = b.string(e.text)
		case keyTUID:
			r.TUID = b.string(e.text)
		case keyValue:
			r.Value = b.string(e.text)
		default:
			r.Attrs = append(r.Attrs, b.other(e))
		}
	}
}
