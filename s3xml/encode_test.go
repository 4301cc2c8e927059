package s3xml_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// encodeAll writes a whole document.
func encodeAll(t *testing.T, w io.Writer, doc s3xml.Document, records []s3xml.Record) {
	t.Helper()
	e := s3xml.NewEncoder(w)
	errs := []error{e.Begin(doc)}
	for i := range records {
		errs = append(errs, e.Record(&records[i]))
	}
	if err := errors.Join(append(errs, e.End())...); err != nil {
		t.Fatal(err)
	}
}

func TestEncoderWritesWhatEdenWrites(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	e := s3xml.NewEncoder(&out)
	deleted := s3xml.Record{Name: "org_office", UUID: "urn:uuid:5d0c", Deleted: "True", ModifiedOn: "2026-06-01T08:00:00"}
	err := errors.Join(
		e.Begin(s3xml.Document{Attrs: []s3xml.Attr{
			{Name: "later", Value: "x"},
			{Name: "url", Value: "http://h/?a&b"},
			{Name: "domain", Value: "d"},
			{Name: "results", Value: "2"},
			{Name: "success", Value: "true"},
			{Name: "limit", Value: "9"},
			{Name: "start", Value: "0"},
			{Name: "domain", Value: "twice"},
		}}),
		e.Record(&deleted),
		e.Raw([]byte(`<resource name="a_b"/>`)),
		e.End(),
	)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "document", "<?xml version='1.0' encoding='utf-8'?>\n"+
		`<s3xml success="true" results="2" start="0" limit="9" domain="d" url="http://h/?a&amp;b" later="x">`+
		`<resource name="org_office" uuid="urn:uuid:5d0c" deleted="True" modified_on="2026-06-01T08:00:00"/>`+
		`<resource name="a_b"/></s3xml>`+"\n", out.String())
}

func TestAppendRecordEscapes(t *testing.T) {
	t.Parallel()
	r := s3xml.Record{
		Name:  "a<&>\"'\t\n\r\x00\x1f\x7f\uFFFE\uFFFF\uFFFD😀",
		Attrs: []s3xml.Attr{{Name: "ok", Value: "\xff"}, {Name: "not ok", Value: "1"}, {Name: "", Value: "2"}, {Name: "uuid", Value: "3"}, {Name: "ok", Value: "4"}, {Name: "a:b:c", Value: "5"}},
		Data: []s3xml.Data{{
			Field: "f", Text: "a<&>\"'\t\n\r\x00\x1f]]>\uFFFE\uFFFD\xc3",
			Attrs: []s3xml.Attr{{Name: "field", Value: "g"}},
		}},
		References: []s3xml.Reference{{Field: "r", Attrs: []s3xml.Attr{{Name: "tuid", Value: "t"}}}},
	}
	same(t, "record", `<resource name="a&lt;&amp;&gt;&quot;'&#9;&#10;&#13;`+"\x7f\uFFFD😀"+`" ok="`+"\uFFFD"+`">`+
		`<data field="f">a&lt;&amp;&gt;"'`+"\t\n&#13;]]&gt;\uFFFD\uFFFD"+`</data><reference field="r" resource=""/></resource>`,
		string(s3xml.AppendRecord(nil, &r)))
}

// TestAppendParts puts a resource together from a stored body.
func TestAppendParts(t *testing.T) {
	t.Parallel()
	doc := s3xml.Document{Root: "not a name"}
	b := s3xml.AppendDocumentStart(nil, &doc)
	b = s3xml.AppendStartTag(b, &s3xml.Record{Name: "a_b", MCI: "1", Attrs: []s3xml.Attr{{Name: "url", Value: "u"}}})
	b = append(b, `<data field="f">1</data>`...)
	b = s3xml.AppendEndTag(b)
	b = s3xml.AppendDocumentEnd(b, &doc)
	same(t, "document", s3xml.Declaration+`<s3xml><resource name="a_b" mci="1" url="u"><data field="f">1</data></resource></s3xml>`+"\n", string(b))
}

func TestEncoderOrder(t *testing.T) {
	t.Parallel()
	var r s3xml.Record
	for name, calls := range map[string]func(e *s3xml.Encoder) error{
		"record first": func(e *s3xml.Encoder) error { return e.Record(&r) },
		"raw first":    func(e *s3xml.Encoder) error { return e.Raw(nil) },
		"end first":    func(e *s3xml.Encoder) error { return e.End() },
		"begin twice":  func(e *s3xml.Encoder) error { _ = e.Begin(s3xml.Document{}); return e.Begin(s3xml.Document{}) },
		"end twice":    func(e *s3xml.Encoder) error { _, _ = e.Begin(s3xml.Document{}), e.End(); return e.End() },
		"record late":  func(e *s3xml.Encoder) error { _, _ = e.Begin(s3xml.Document{}), e.End(); return e.Record(&r) },
	} {
		e := s3xml.NewEncoder(io.Discard)
		if err := calls(e); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := e.Begin(s3xml.Document{}); err == nil {
			t.Errorf("%s: the error is forgotten", name)
		}
	}
}

// brokenWriter takes some bytes and then fails.
type brokenWriter struct{ left int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

// TestEncoderStreams checks that it writes while records come, and reports and keeps the error of the writer.
func TestEncoderStreams(t *testing.T) {
	t.Parallel()
	w := &brokenWriter{left: 200_000}
	e := s3xml.NewEncoder(w)
	if err := e.Begin(s3xml.Document{}); err != nil {
		t.Fatal(err)
	}
	r := s3xml.Record{Name: "a_b", Data: []s3xml.Data{{Field: "f", Text: strings.Repeat("x", 1000)}}}
	n := 0
	for ; n < 1000; n++ {
		if err := e.Record(&r); err != nil {
			if !errors.Is(err, errBroken) {
				t.Fatal(err)
			}
			break
		}
	}
	if n < 150 || n > 250 {
		t.Errorf("the writer's error came after %d records", n)
	}
	if err := e.End(); !errors.Is(err, errBroken) {
		t.Errorf("End: %v", err)
	}
	if err := e.Flush(); !errors.Is(err, errBroken) {
		t.Errorf("Flush: %v", err)
	}
}

func TestFlush(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	e := s3xml.NewEncoder(&out)
	if err := errors.Join(e.Begin(s3xml.Document{}), e.Flush()); err != nil || out.String() != s3xml.Declaration+"<s3xml>" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
