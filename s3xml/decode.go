package s3xml

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// Decoder reads a document as a stream. It holds one record at a time: what it needs does not grow with the
// document. It is not safe for concurrent use.
//
// Accepted is well-formed XML 1.0 in UTF-8 without document type. The decoder refuses, with [SyntaxError]:
// mismatched or missing tags, duplicate attributes, text outside the root, invalid UTF-8 and characters
// that XML does not allow, every entity but the five predefined ones, other encodings, default namespaces on S3XML's own
// elements, undeclared prefixes. White space in attributes and line ends are normalised as XML says, comments and
// processing instructions skipped, but for bookmarks. Text directly inside the root or a resource and unknown elements at top level
// have no meaning and are dropped.
type Decoder struct {
	tagger
	doc     Document
	state   state
	records int64
	raw     []byte // the unknown element being collected
	bare    int    // how long raw was after its last start tag, if that still is open and empty
	text    string // of the last record
	failed  error
}

type state uint8

const (
	stateProlog state = iota
	stateRecords
	stateEnd
)

// NewDecoder returns a decoder of the document that r yields. It reads no more than the document and no further
// once it has failed; it does not close r.
func NewDecoder(r io.Reader, l Limits) *Decoder {
	d := &Decoder{}
	d.reset(r, l.orDefault())
	return d
}

// reset makes the decoder ready for another document, with its buffers.
func (d *Decoder) reset(r io.Reader, l Limits) {
	d.input.reset(r, l.DocumentBytes)
	d.limits, d.max = l, l.TokenBytes
	d.stack, d.names, d.spaces = d.stack[:0], d.names[:0], d.spaces[:0]
	d.doc, d.state, d.records, d.bookmark, d.text, d.failed = Document{}, stateProlog, 0, "", "", nil
	d.forget()
}

// forget drops the last record from the buffers.
func (d *Decoder) forget() {
	d.arena, d.tape, d.raw = d.arena[:0], d.tape[:0], d.raw[:0]
}

// Offset returns how many bytes of the document are decoded.
func (d *Decoder) Offset() int64 { return d.offset() }

// Bookmark is the text of the last bookmark (see [AppendBookmark]) in front of the record that Next has returned, or of the
// end; empty = there was none. One longer than a kilobyte counts as none.
func (d *Decoder) Bookmark() string { return d.bookmark }

// Text is all text of the record that Next has returned, of which its strings are parts, for [Content.Set]: XML can carry it.
func (d *Decoder) Text() string { return d.text }

// Document reads up to the root's start tag and returns it; later calls return the same.
// It fails with [NotXMLError] if the input is something else.
func (d *Decoder) Document() (Document, error) {
	if d.state == stateProlog && d.failed == nil {
		d.failed = d.prolog()
	}
	if d.state == stateProlog {
		return Document{}, d.failed
	}
	return d.doc, nil
}

// Next reads the next top-level resource into rec, which is overwritten completely. It returns [io.EOF] after the
// last one, when the document has turned out complete and well-formed to its end, and never before. After
// an error rec is void and every further call returns the same error.
func (d *Decoder) Next(rec *Record) error {
	if _, err := d.Document(); err != nil {
		return err
	}
	if d.failed == nil {
		d.failed = d.next(rec)
	}
	return d.failed
}

func (d *Decoder) next(rec *Record) error {
	for d.state == stateRecords {
		d.forget()
		d.begin()
		tok, err := d.markup(false)
		if err != nil {
			return err
		}
		if tok == tokenEnd {
			d.state = stateEnd
			break
		}
		passed := d.bookmark
		found, err := d.topLevel()
		if err != nil {
			return err
		}
		d.bookmark = passed // one that stands inside a record says nothing
		if found {
			d.build(rec)
			return nil
		}
	}
	if _, err := d.outside("after the root element"); err != nil {
		return err
	}
	return io.EOF
}

// topLevel reads a child of the root and reports whether it is a resource.
func (d *Decoder) topLevel() (bool, error) {
	if d.tape[d.at].op != opResource {
		return false, d.unknown(d.at, d.mark)
	}
	if d.records++; d.records > d.limits.Records {
		return false, d.exceeded("Records", d.limits.Records)
	}
	return true, d.resource(d.at)
}

// prolog reads the document up to and with the root's start tag.
func (d *Decoder) prolog() error {
	spaced, err := d.sniff()
	if err != nil {
		return err
	}
	if d.has(6) && string(d.buf[d.r:d.r+5]) == "<?xml" && class[d.buf[d.r+5]]&isSpace != 0 {
		if spaced {
			return d.syntax("white space in front of the XML declaration")
		}
		if err := d.xmlDeclaration(); err != nil {
			return err
		}
	}
	end, err := d.outside("in front of the root element")
	if end {
		return d.ended("its prolog: there is no root element")
	}
	if err != nil {
		return err
	}
	d.r++
	if err := d.startTag(); err != nil {
		return err
	}
	d.root()
	return nil
}

// root takes the root element from the tape.
func (d *Decoder) root() {
	d.state = stateRecords
	if d.empty {
		d.state = stateEnd
	}
	d.doc.Root = d.elementName(d.at)
	for i := range d.tape[d.at+1:] {
		a := &d.tape[d.at+1+i]
		d.doc.Attrs = append(d.doc.Attrs, Attr{d.attrName(a), string(d.bytes(a.text))})
	}
}

// sniff skips a byte order mark and white space and makes sure that the input looks like XML.
func (d *Decoder) sniff() (spaced bool, err error) {
	d.has(3)
	if bytes.HasPrefix(d.buf[:d.w], []byte("\xFE\xFF")) || bytes.HasPrefix(d.buf[:d.w], []byte("\xFF\xFE")) {
		return false, d.syntax("the document is UTF-16, only UTF-8 is accepted")
	}
	d.accept("\uFEFF")
	spaced = d.skipSpace()
	const most = 4096
	d.has(len("<!doctype html"))
	head := d.buf[d.r:d.w]
	if len(head) == 0 && !d.eof {
		return false, d.ended("its prolog")
	}
	g, isXML := guess(head)
	if isXML {
		return spaced, nil
	}
	d.has(most)
	head = d.buf[d.r:d.w]
	return false, &NotXMLError{Guess: g, Head: bytes.Clone(head[:min(len(head), most)])}
}

// guess says what the input is by its first bytes.
func guess(head []byte) (g Guess, isXML bool) {
	lower := strings.ToLower(string(head[:min(len(head), len("<!doctype html"))]))
	switch {
	case len(head) == 0:
		return GuessEmpty, false
	case head[0] == '{' || head[0] == '[':
		return GuessJSON, false
	case head[0] != '<':
		return GuessText, false
	case lower == "<!doctype html", strings.HasPrefix(lower, "<html>"), strings.HasPrefix(lower, "<html "):
		return GuessHTML, false
	default:
		return 0, true
	}
}

// outside skips comments, processing instructions and white space outside the root element, up to a start tag
// or the end of the input.
func (d *Decoder) outside(where string) (end bool, err error) {
	for err == nil {
		d.skipSpace()
		switch {
		case d.r == d.w && d.eof:
			return true, nil
		case d.r == d.w:
			return false, d.ended("a document")
		case d.buf[d.r] != '<':
			return false, d.syntax("text %s", where)
		case !d.has(2):
			return false, d.ended("a tag")
		}
		switch d.buf[d.r+1] {
		case '?':
			d.r += 2
			err = d.instruction()
		case '!':
			err = d.declarationOutside()
		default:
			if d.state == stateEnd {
				err = d.syntax("another tag %s", where)
			}
			return false, err
		}
	}
	return false, err
}

// declarationOutside reads what begins with "<!" outside the root element, where only comments are allowed.
func (d *Decoder) declarationOutside() error {
	switch {
	case d.accept("<!--"):
		return d.comment()
	case !d.has(len("<!DOCTYPE")):
		return d.ended("a declaration")
	}
	return d.refused()
}

// xmlDeclaration reads the XML declaration.
func (d *Decoder) xmlDeclaration() error {
	d.r += len("<?xml")
	next := 0 // the pseudo-attributes have a fixed order
	for {
		spaced := d.skipSpace()
		if d.accept("?>") {
			break
		}
		if d.peek() == '?' && !d.has(2) {
			return d.ended("the XML declaration")
		}
		if !spaced {
			return d.unexpected("white space or ?> in the XML declaration")
		}
		name, value, err := d.pseudoAttribute()
		if err != nil {
			return err
		}
		at := slices.Index(pseudoAttributes[next:], name)
		if at < 0 || next == 0 && at > 0 {
			return d.syntax("%s is not allowed here in the XML declaration", name)
		}
		next += at + 1
		if err := d.checkDeclared(name, value); err != nil {
			return err
		}
	}
	d.forget()
	if next == 0 {
		return d.syntax("the XML declaration has no version")
	}
	return nil
}

var pseudoAttributes = []string{"version", "encoding", "standalone"}

// pseudoAttribute reads name="value" in the XML declaration.
func (d *Decoder) pseudoAttribute() (name, value string, err error) {
	b, err := d.name("a part of the XML declaration")
	if err != nil {
		return "", "", err
	}
	name = string(b)
	d.skipSpace()
	if !d.accept("=") {
		return "", "", d.unexpected("= in the XML declaration")
	}
	d.skipSpace()
	d.token = len(d.arena)
	err = d.value()
	return name, string(d.arena[d.token:]), err
}

// checkDeclared refuses versions other than 1.0 and encodings other than UTF-8 and its subset.
func (d *Decoder) checkDeclared(name, value string) error {
	ok := false
	switch name {
	case "version":
		ok = value == "1.0"
	case "encoding":
		switch strings.ToLower(value) {
		case "utf-8", "utf8", "us-ascii", "ascii":
			ok = true
		}
	case "standalone":
		ok = value == "yes" || value == "no"
	}
	if !ok {
		return d.syntax("%s %q is not accepted: XML 1.0 in UTF-8 is", name, shorten(value))
	}
	return nil
}
