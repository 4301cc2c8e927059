package s3xml_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/s3xml"
)

// writer writes records in every way that XML allows, by chance.
type writer struct {
	*rand.Rand
	strings.Builder
}

// TestRandomDocuments writes random records in random ways: the decoder must accept all of them and read the same records.
// It is the counterpart of FuzzDecode, which cannot tell when too much is refused.
func TestRandomDocuments(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 7))}
		records := make([]s3xml.Record, w.IntN(4))
		w.filler()
		w.WriteString("<s3xml")
		w.attr("success", w.words())
		w.space(0)
		w.WriteString(">")
		for i := range records {
			records[i] = w.record(3)
			w.filler()
			w.resource(&records[i])
		}
		w.filler()
		w.WriteString("</s3xml")
		w.space(0)
		w.WriteString(">")
		w.filler()
		doc := w.String()
		for _, r := range []io.Reader{strings.NewReader(doc), iotest.HalfReader(strings.NewReader(doc)), iotest.OneByteReader(strings.NewReader(doc))} {
			_, got, err := decode(r, s3xml.Limits{})
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, doc)
			}
			if !sameRecords(records, got) {
				t.Fatalf("seed %d (-written +read):\n%s\n%s", seed, cmp.Diff(records, got, equal), doc)
			}
		}
		if _, err := oracle([]byte(doc)); err != nil {
			t.Fatalf("seed %d: the test writes what encoding/xml refuses: %v\n%s", seed, err, doc)
		}
	}
}

// words returns a text of characters that are easily mistaken.
func (w *writer) words() string {
	alphabet := []string{"a", "b-", "]]>", "]", "<", ">", "&", "&amp;", "\"", "'", "\t", "\n", "\r", "\r\n", " ", "--", "?>", "é", "😀", "\uFFFD", "\x7f", "\u0085", "<!--", "{\"a\": 1}", "[1, 2]"}
	var b strings.Builder
	for range w.IntN(6) {
		b.WriteString(alphabet[w.IntN(len(alphabet))])
	}
	return b.String()
}

func (w *writer) attrs() []s3xml.Attr {
	var attrs []s3xml.Attr
	for i := range w.IntN(3) {
		attrs = append(attrs, s3xml.Attr{Name: fmt.Sprintf("%c%d.x-y_", 'a'+w.IntN(26), i), Value: w.words()})
	}
	return attrs
}

func (w *writer) record(depth int) s3xml.Record {
	r := s3xml.Record{
		Name: w.words(), UUID: w.words(), TUID: w.words(), Alias: w.words(), MCI: w.words(), CreatedOn: w.words(),
		ModifiedOn: w.words(), Deleted: w.words(), ReplacedBy: w.words(), Attrs: w.attrs(),
	}
	for range w.IntN(4) {
		d := s3xml.Data{Field: w.words(), HasValue: w.IntN(2) == 0, Text: w.words(), URL: w.words(), Filename: w.words(), Attrs: w.attrs()}
		if d.HasValue {
			d.Value = w.words()
		}
		r.Data = append(r.Data, d)
	}
	for range w.IntN(3) {
		ref := s3xml.Reference{Field: w.words(), Resource: w.words(), UUID: w.words(), TUID: w.words(), Value: w.words(), Text: w.words(), Attrs: w.attrs()}
		if depth > 0 && w.IntN(4) == 0 {
			target := w.record(depth - 1)
			ref.Record, ref.Text = &target, strings.TrimSpace(ref.Text)
		}
		r.References = append(r.References, ref)
	}
	for range w.IntN(2) * depth {
		r.Components = append(r.Components, w.record(depth-1))
	}
	return r
}

// resource writes a record; its children keep the order of their kind only.
func (w *writer) resource(r *s3xml.Record) {
	w.open("resource", r.Attrs, "name", r.Name, "uuid", r.UUID, "tuid", r.TUID, "alias", r.Alias, "mci", r.MCI,
		"created_on", r.CreatedOn, "modified_on", r.ModifiedOn, "deleted", r.Deleted, "replaced_by", r.ReplacedBy)
	data, references, components := r.Data, r.References, r.Components
	if len(data)+len(references)+len(components) == 0 && w.empty() {
		return
	}
	w.WriteString(">")
	for len(data)+len(references)+len(components) > 0 {
		w.filler()
		switch n := w.IntN(3); {
		case n == 0 && len(data) > 0:
			w.data(&data[0])
			data = data[1:]
		case n == 1 && len(references) > 0:
			w.reference(&references[0])
			references = references[1:]
		case n == 2 && len(components) > 0:
			w.resource(&components[0])
			components = components[1:]
		}
	}
	w.filler()
	w.close("resource")
}

func (w *writer) data(d *s3xml.Data) {
	named := []string{"field", d.Field, "url", d.URL, "filename", d.Filename}
	w.open("data", d.Attrs, named...)
	if d.HasValue {
		w.attr("value", d.Value)
	}
	if d.Text == "" && w.empty() {
		return
	}
	w.WriteString(">")
	w.text(d.Text)
	w.close("data")
}

func (w *writer) reference(r *s3xml.Reference) {
	w.open("reference", r.Attrs, "field", r.Field, "resource", r.Resource, "uuid", r.UUID, "tuid", r.TUID, "value", r.Value)
	if r.Text == "" && r.Record == nil && w.empty() {
		return
	}
	w.WriteString(">")
	w.text(r.Text)
	if r.Record != nil {
		w.space(0)
		w.resource(r.Record)
		w.filler()
	}
	w.close("reference")
}

// open writes a start tag up to its end; empty attributes may be left out.
func (w *writer) open(name string, attrs []s3xml.Attr, named ...string) {
	w.WriteString("<" + name)
	for i := 0; i < len(named); i += 2 {
		if named[i+1] != "" || w.IntN(2) == 0 {
			w.attr(named[i], named[i+1])
		}
	}
	for _, a := range attrs {
		w.attr(a.Name, a.Value)
	}
	w.space(0)
}

func (w *writer) close(name string) {
	w.WriteString("</" + name)
	w.space(0)
	w.WriteString(">")
}

// empty ends a start tag as that of an empty element, or refuses by chance.
func (w *writer) empty() bool {
	if w.IntN(2) == 0 {
		return false
	}
	w.WriteString("/>")
	return true
}

func (w *writer) attr(name, value string) {
	w.space(1)
	w.WriteString(name)
	w.space(0)
	w.WriteString("=")
	w.space(0)
	quote := []rune{'"', '\''}[w.IntN(2)]
	w.WriteRune(quote)
	for _, r := range value {
		if r == quote || r == '<' || r == '&' || r == '\t' || r == '\n' || r == '\r' || w.IntN(20) == 0 {
			w.char(r)
		} else {
			w.WriteRune(r)
		}
	}
	w.WriteRune(quote)
}

// text writes character data in pieces: as it is, as references, as CDATA, with comments between.
func (w *writer) text(s string) {
	for _, r := range s {
		switch n := w.IntN(20); {
		case n == 0 && r != '\r':
			w.WriteString("<![CDATA[" + string(r) + "]]>")
		case n == 1:
			w.WriteString("<!-- - < & -->")
			w.char(r)
		case n == 2 || r == '<' || r == '&' || r == '>' || r == '\r':
			w.char(r)
		case n == 3 && r == '\n':
			w.WriteString("\r\n")
		default:
			w.WriteRune(r)
		}
	}
}

// char writes a character as a reference.
func (w *writer) char(r rune) {
	named := map[rune]string{'<': "&lt;", '>': "&gt;", '&': "&amp;", '"': "&quot;", '\'': "&apos;"}
	switch n := w.IntN(3); {
	case n == 0 && named[r] != "":
		w.WriteString(named[r])
	case n == 1:
		w.WriteString("&#0" + strconv.Itoa(int(r)) + ";")
	default:
		w.WriteString("&#x" + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + ";")
	}
}

// space writes white space, at least n characters of it.
func (w *writer) space(n int) {
	if w.IntN(4) == 0 {
		n += w.IntN(3)
	}
	for range n {
		w.WriteString([]string{" ", "\t", "\n", "\r\n"}[w.IntN(4)])
	}
}

// filler writes what may stand between elements without meaning anything.
func (w *writer) filler() {
	w.space(0)
	switch w.IntN(12) {
	case 0:
		w.WriteString("<!-- <a> & - é -->")
	case 1:
		w.WriteString("<?p-i a > ? b?>")
	}
	w.space(0)
}
