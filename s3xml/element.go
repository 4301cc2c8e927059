package s3xml

import (
	"bytes"
	"slices"
)

// resource reads the content of the resource that begins on the tape at the given place.
func (d *Decoder) resource(at int) error {
	for !d.empty {
		tok, err := d.markup(false)
		if err != nil {
			return err
		}
		if tok == tokenEnd {
			break
		}
		if err := d.child(at, d.at); err != nil {
			return err
		}
		d.empty = false
	}
	d.tape = append(d.tape, event{op: opEnd})
	return nil
}

// child reads a child element of the resource that begins at parent.
func (d *Decoder) child(parent, at int) error {
	switch d.tape[at].op {
	case opData:
		d.tape[parent].children.data++
		return d.data(at)
	case opReference:
		d.tape[parent].children.references++
		return d.foreignKey(at)
	case opResource:
		d.tape[parent].children.components++
		return d.resource(at)
	default:
		return d.unknown(at, d.mark)
	}
}

// data reads the content of a data element. One that has child elements is no field but an unknown element.
func (d *Decoder) data(at int) error {
	if d.empty {
		return nil
	}
	start, from := d.mark, len(d.arena)
	d.token = from
	tok, err := d.markup(true)
	if err != nil {
		return err
	}
	if tok == tokenStart {
		return d.convert(at, start, from)
	}
	d.tape[at].text = span{uint32(from), uint32(len(d.arena))}
	return nil
}

// foreignKey reads the content of a reference: text, and the target itself if the reference is anonymous.
func (d *Decoder) foreignKey(at int) error {
	if d.empty {
		d.tape = append(d.tape, event{op: opEnd})
		return nil
	}
	start, from := d.mark, len(d.arena)
	d.token = from
	tok, err := d.markup(true)
	if err != nil {
		return err
	}
	text := d.arena[from:]
	if tok == tokenStart {
		if d.tape[d.at].op != opResource {
			return d.convert(at, start, from)
		}
		text = bytes.TrimSpace(d.arena[from:d.mark])
	}
	if len(text) > 0 {
		d.tape[at].text = span{uint32(from), uint32(from + len(text))}
	}
	for tok == tokenStart {
		if tok, err = d.target(); err != nil {
			return err
		}
	}
	d.tape = append(d.tape, event{op: opEnd})
	return nil
}

// target reads a resource inside a reference, and what follows it.
func (d *Decoder) target() (token, error) {
	if d.tape[d.at].op != opResource {
		return 0, d.syntax("element %s beside a resource inside a reference", d.elementName(d.at))
	}
	if err := d.resource(d.at); err != nil {
		return 0, err
	}
	return d.markup(false)
}

// unknown collects the element that begins at the given place of the tape, whose start tag is the last one read, as
// canonical XML; the arena had the given length before it.
func (d *Decoder) unknown(at, mark int) error {
	d.inheritAll()
	d.raw = d.raw[:0]
	name := d.elementName(at)
	if err := d.collect(at, mark); err != nil {
		return err
	}
	return d.finishUnknown(at, mark, name)
}

// convert collects a data or reference element, in which a child element has just begun, as an unknown one. Its text so
// far begins at from.
func (d *Decoder) convert(at, mark, from int) error {
	child, text := d.at, string(d.arena[from:d.mark])
	name := d.elementName(at)
	// The declarations in force go to the children.
	d.inheritAll()
	d.raw = d.raw[:0]
	d.rawStart(at, child, false)
	d.raw = appendText(d.raw, text)
	if err := d.collect(child, len(d.arena)); err != nil {
		return err
	}
	if err := d.collectContent(mark); err != nil {
		return err
	}
	return d.finishUnknown(at, mark, name)
}

// finishUnknown replaces what the tape and the arena hold of an element by the collected XML.
func (d *Decoder) finishUnknown(at, mark int, name string) error {
	d.tape, d.arena = d.tape[:at], d.arena[:mark]
	d.tape = append(d.tape, event{op: opUnknown, name: d.keep([]byte(name)), text: d.keep(d.raw)})
	d.empty = false
	return d.checkRecord()
}

// collect writes the element whose start tag is the last one read.
func (d *Decoder) collect(at, mark int) error {
	empty := d.empty
	d.rawStart(at, len(d.tape), empty)
	d.tape, d.arena = d.tape[:at], d.arena[:mark]
	if empty {
		return nil
	}
	return d.collectContent(mark)
}

// collectContent writes the rest of the innermost open element, with its end tag.
func (d *Decoder) collectContent(mark int) error {
	for depth := len(d.stack); len(d.stack) >= depth; {
		name, bare := d.openName(), len(d.raw)
		d.token = len(d.arena)
		from := d.token
		tok, err := d.markup(true)
		if err != nil {
			return err
		}
		if tok == tokenEnd {
			d.raw = appendText(d.raw, string(d.arena[from:]))
			d.rawEnd(name, len(d.raw) == bare && d.bare == bare)
			d.arena = d.arena[:mark]
			continue
		}
		d.raw = appendText(d.raw, string(d.arena[from:d.mark]))
		d.rawStart(d.at, len(d.tape), d.empty)
		d.tape, d.arena = d.tape[:d.at], d.arena[:mark]
		if len(d.raw) > d.limits.RecordBytes {
			return d.exceeded("RecordBytes", int64(d.limits.RecordBytes))
		}
	}
	return nil
}

// rawStart writes the start tag on the tape from at to end, its attributes sorted.
func (d *Decoder) rawStart(at, end int, empty bool) {
	attrs := d.tape[at+1 : end]
	slices.SortFunc(attrs, func(a, b event) int {
		return bytes.Compare(d.nameBytes(&a), d.nameBytes(&b))
	})
	d.raw = append(append(d.raw, '<'), d.elementName(at)...)
	for i := range attrs {
		d.raw = append(append(d.raw, ' '), d.nameBytes(&attrs[i])...)
		d.raw = append(d.raw, '=', '"')
		d.raw = appendValue(d.raw, string(d.bytes(attrs[i].text)))
		d.raw = append(d.raw, '"')
	}
	if empty {
		d.raw = append(d.raw, '/')
	}
	d.raw = append(d.raw, '>')
	d.bare = len(d.raw)
	if empty {
		d.bare = -1
	}
}

// nameBytes returns the name of an attribute on the tape.
func (d *Decoder) nameBytes(e *event) []byte {
	if e.key == keyOther {
		return d.bytes(e.name)
	}
	return []byte(keyNames[e.key])
}

// rawEnd writes an end tag, or makes the start tag that was just written an empty one.
func (d *Decoder) rawEnd(name string, bare bool) {
	if bare {
		d.raw = append(d.raw[:len(d.raw)-1], '/', '>')
		return
	}
	d.raw = append(append(append(d.raw, '<', '/'), name...), '>')
}
