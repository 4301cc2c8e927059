package s3xml

import (
	"bytes"
	"encoding/binary"
)

// open is an element whose end tag is still to come; names of other elements lie in tagger.names.
type open struct {
	op   op
	name span
}

// tagger reads tags. Start tags are written on the tape: an event for the element and one for each attribute.
type tagger struct {
	scanner
	limits Limits
	tape   []event
	stack  []open
	names  []byte
	spaces []namespace

	at    int  // where on the tape the last start tag begins
	mark  int  // how long the arena was before the last start tag
	empty bool // whether the last start tag was an empty-element tag
}

// startTag reads a start tag whose '<' is consumed.
func (t *tagger) startTag() error {
	o, name := t.usualElement(), []byte(nil)
	if o == opOther {
		var err error
		if name, err = t.name("an element"); err != nil {
			return err
		}
		o = opOf(name)
	}
	if len(t.stack) >= t.limits.Depth {
		return t.exceeded("Depth", int64(t.limits.Depth))
	}
	qualified := t.push(o, name)
	prefixed, err := t.attributes()
	if err != nil {
		return err
	}
	if qualified || prefixed {
		if err := t.bind(); err != nil {
			return err
		}
	}
	if t.empty {
		t.pop()
	}
	return t.checkRecord()
}

// usualElement consumes the name of an element if the buffer holds one that the format knows, with a space behind it.
func (t *tagger) usualElement() op {
	rest := t.buf[t.r:t.w]
	switch {
	case len(rest) < 10:
		return opOther
	case string(rest[:5]) == "data ":
		t.r += 4
		return opData
	case string(rest[:10]) == "reference ":
		t.r += 9
		return opReference
	case string(rest[:9]) == "resource ":
		t.r += 8
		return opResource
	}
	return opOther
}

// push opens an element and begins it on the tape. It reports whether its name, which counts for other elements only, has
// a prefix.
func (t *tagger) push(o op, name []byte) (qualified bool) {
	t.at, t.mark = len(t.tape), len(t.arena)
	e, begin := open{op: o}, event{op: o}
	if e.op == opOther {
		e.name.from = uint32(len(t.names))
		t.names = append(t.names, name...)
		e.name.to = uint32(len(t.names))
		begin.name = t.keep(name)
		qualified = bytes.IndexByte(name, ':') >= 0
	}
	t.stack = append(t.stack, e)
	t.tape = append(t.tape, begin)
	return qualified
}

func (t *tagger) pop() {
	last := len(t.stack) - 1
	if e := t.stack[last]; e.op == opOther {
		t.names = t.names[:e.name.from]
	}
	for n := len(t.spaces); n > 0 && t.spaces[n-1].depth > last; n-- {
		t.spaces = t.spaces[:n-1]
	}
	t.stack = t.stack[:last]
}

// openName returns the name of the innermost open element.
func (t *tagger) openName() string {
	if e := t.stack[len(t.stack)-1]; e.op == opOther {
		return string(t.names[e.name.from:e.name.to])
	} else {
		return opNames[e.op]
	}
}

// elementName returns the name of an element on the tape.
func (t *tagger) elementName(at int) string {
	if e := &t.tape[at]; e.op == opOther {
		return string(t.bytes(e.name))
	} else {
		return opNames[e.op]
	}
}

// attributes reads the attributes and the end of a start tag. It reports whether a name among them is qualified by
// a namespace prefix or declares a namespace.
func (t *tagger) attributes() (qualified bool, err error) {
	var seen uint32
	for n := 0; ; n++ {
		next, spaced := t.gap()
		switch next {
		case '>':
			t.r++
			t.empty = false
			return qualified, nil
		case '/':
			if !t.accept("/>") {
				return false, t.closing()
			}
			t.empty = true
			return qualified, nil
		}
		if !spaced {
			return false, t.unexpected("white space, > or /> in a start tag")
		}
		if n == t.limits.Attributes {
			return false, t.exceeded("Attributes", int64(n))
		}
		q, err := t.attribute(&seen)
		if err != nil {
			return false, err
		}
		qualified = qualified || q
	}
}

// closing is the error for a '/' in a start tag that is not followed by '>'.
func (t *tagger) closing() error {
	if !t.has(2) {
		return t.ended("a start tag")
	}
	return t.syntax("expected /> in a start tag")
}

// attribute reads one attribute onto the tape; seen are the known ones that the element already has.
func (t *tagger) attribute(seen *uint32) (qualified bool, err error) {
	k, at := t.usualAttribute(*seen), span{}
	if k == keyOther {
		if k, at, qualified, err = t.attributeName(*seen); err != nil {
			return false, err
		}
	}
	*seen |= 1 << k
	t.token = len(t.arena)
	if err := t.value(); err != nil {
		return false, err
	}
	e := grow(&t.tape)
	e.op, e.key, e.name = opAttr, k, at
	e.text.from, e.text.to = uint32(t.token), uint32(len(t.arena))
	return qualified, nil
}

// usual are the beginnings of the attributes that most of a document consists of, as the hardware loads them.
var usual = [...]struct {
	word, mask uint64
	size       int
	key        key
}{
	usualOf(keyField), usualOf(keyValue), usualOf(keyUUID), usualOf(keyName), usualOf(keyMCI),
}

func usualOf(k key) (u struct {
	word, mask uint64
	size       int
	key        key
},
) {
	text := keyNames[k] + `="`
	u.mask, u.key, u.size = 1<<(8*len(text))-1, k, len(text)-1
	for i := range len(text) {
		u.word |= uint64(text[i]) << (8 * i)
	}
	return u
}

// usualAttribute consumes the name of an attribute and the = behind it if the buffer holds a usual one, and if the element
// does not have it already.
func (t *tagger) usualAttribute(seen uint32) key {
	if t.w-t.r < 8 {
		return keyOther
	}
	w := binary.LittleEndian.Uint64(t.buf[t.r:])
	for i := range usual {
		if u := &usual[i]; (w^u.word)&u.mask == 0 && seen&(1<<u.key) == 0 {
			t.r += u.size
			return u.key
		}
	}
	return keyOther
}

// attributeName consumes the name of any attribute, and what stands between it and its value.
func (t *tagger) attributeName(seen uint32) (k key, at span, qualified bool, err error) {
	name, err := t.name("an attribute")
	if err != nil {
		return 0, at, false, err
	}
	if k = keyOf(name); k == keyOther {
		qualified = bytes.IndexByte(name, ':') >= 0 || string(name) == "xmlns"
		at = t.keep(name)
	}
	if seen&(1<<k) != 0 && (k != keyOther || t.repeats(name)) {
		return 0, at, false, t.syntax("attribute %s occurs twice", name)
	}
	if next, _ := t.gap(); next != '=' {
		return 0, at, false, t.unexpected("= after an attribute name")
	}
	t.r++
	t.gap()
	return k, at, qualified, nil
}

// keep copies text to the arena.
func (t *tagger) keep(text []byte) span {
	from := len(t.arena)
	t.arena = append(t.arena, text...)
	return span{uint32(from), uint32(len(t.arena))}
}

func (t *tagger) bytes(s span) []byte { return t.arena[s.from:s.to] }

// attrName returns the name of an attribute on the tape.
func (t *tagger) attrName(e *event) string {
	if e.key == keyOther {
		return string(t.bytes(e.name))
	}
	return keyNames[e.key]
}

// repeats reports whether the last start tag has another attribute of the given name, which has no key.
func (t *tagger) repeats(name []byte) bool {
	for i := t.at + 1; i < len(t.tape); i++ {
		if e := &t.tape[i]; e.key == keyOther && bytes.Equal(t.bytes(e.name), name) {
			return true
		}
	}
	return false
}

// usualEnds are the end tags of the elements that the format knows, without "</".
var usualEnds = [...]string{opOther: "", opResource: "resource>", opData: "data>", opReference: "reference>"}

// endTag reads an end tag whose "</" is consumed.
func (t *tagger) endTag() error {
	if end := usualEnds[t.stack[len(t.stack)-1].op]; end != "" && t.w-t.r >= len(end) && string(t.buf[t.r:t.r+len(end)]) == end {
		t.r += len(end)
		t.pop()
		return nil
	}
	name, err := t.name("an end tag")
	if err != nil {
		return err
	}
	e := t.stack[len(t.stack)-1]
	if e.op != opOf(name) || e.op == opOther && !bytes.Equal(t.names[e.name.from:e.name.to], name) {
		return t.syntax("end tag </%s> does not match start tag <%s>", name, t.openName())
	}
	if next, _ := t.gap(); next != '>' {
		return t.unexpected("> in an end tag")
	}
	t.r++
	t.pop()
	return nil
}

// eventCost is about what an event costs in memory, tape and record together, at the most.
const eventCost = 160

// checkRecord enforces the limit on one record.
func (t *tagger) checkRecord() error {
	if len(t.arena)+eventCost*len(t.tape) > t.limits.RecordBytes {
		return t.exceeded("RecordBytes", int64(t.limits.RecordBytes))
	}
	return nil
}

// token is what ends a piece of content.
type token uint8

const (
	tokenStart token = iota // a start tag, on the tape
	tokenEnd                // the end tag of the current element
)

// markup goes to the next tag in the content of the current element, over comments and processing instructions.
// If keep, the text in front of it is appended to the arena, otherwise it is checked and dropped.
func (t *tagger) markup(keep bool) (token, error) {
	for {
		if err := t.content(keep); err != nil {
			return 0, err
		}
		if !t.has(2) {
			return 0, t.ended("an element")
		}
		var err error
		switch t.buf[t.r+1] {
		case '/':
			t.r += 2
			return tokenEnd, t.endTag()
		case '!':
			err = t.declaration(keep)
		case '?':
			t.r += 2
			err = t.instruction()
		default:
			t.r++
			return tokenStart, t.startTag()
		}
		if err != nil {
			return 0, err
		}
	}
}

// content reads text up to the next '<'.
func (t *tagger) content(keep bool) error {
	if keep {
		if t.r < t.w && t.buf[t.r] == '<' {
			return nil
		}
		return t.text()
	}
	t.skipSpace()
	if t.peek() == '<' {
		return nil
	}
	t.token = len(t.arena)
	err := t.text()
	t.arena = t.arena[:t.token]
	return err
}

// declaration reads what begins with "<!": a comment, a CDATA section, or what S3XML refuses.
func (t *tagger) declaration(keep bool) error {
	switch {
	case t.accept("<!--"):
		return t.comment()
	case t.accept("<![CDATA["):
		mark := len(t.arena)
		if !keep {
			t.token = mark
		}
		err := t.cdata()
		if !keep {
			t.arena = t.arena[:mark]
		}
		return err
	case !t.has(len("<![CDATA[")):
		return t.ended("a declaration")
	}
	return t.refused()
}

// refused is the error for a declaration.
func (t *tagger) refused() error {
	if bytes.HasPrefix(t.buf[t.r:t.w], []byte("<!DOCTYPE")) {
		return t.syntax("document types and entities are refused")
	}
	return t.syntax("expected a comment or a CDATA section after <!")
}
