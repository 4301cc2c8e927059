package s3xml_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// endless yields before once, then repeat for ever.
type endless struct {
	before, repeat string
	rest           string
	read           int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if e.rest == "" {
			e.rest, e.before = e.before, e.repeat
		}
		m := copy(p[n:], e.rest)
		e.rest = e.rest[m:]
		n += m
	}
	e.read += int64(n)
	return n, nil
}

// TestLimits gives the decoder documents without end, under limits that are small for the test. Each must stop at its limit, having read little.
func TestLimits(t *testing.T) {
	t.Parallel()
	limits := s3xml.Limits{Depth: 8, Attributes: 8, TokenBytes: 1 << 20, RecordBytes: 4 << 20, DocumentBytes: 32 << 20, Records: 1000}
	for name, c := range map[string]struct {
		before, repeat, limit string
		maxRead               int64
	}{
		"resources in resources":   {"<s3xml>", "<resource>", "Depth", 1 << 17},
		"unknown in unknown":       {"<s3xml><resource>", "<x>", "Depth", 1 << 17},
		"unknown at top":           {"<s3xml>", "<x>", "Depth", 1 << 17},
		"many attributes":          {"<s3xml><resource ", "name='' uuid='' tuid='' mci='' alias='' url='' error='' lat='' lon='' ", "Attributes", 1 << 17},
		"attribute value":          {"<s3xml a='", "x", "TokenBytes", 2 << 20},
		"attribute value of >":     {"<s3xml a='", ">", "TokenBytes", 2 << 20},
		"attribute value of &":     {"<s3xml a='", "&amp;", "TokenBytes", 8 << 20},
		"attribute value, wide":    {"<s3xml><resource a='", "é", "TokenBytes", 2 << 20},
		"text":                     {"<s3xml><resource><data>", "x", "TokenBytes", 2 << 20},
		"text of references":       {"<s3xml><resource><data>", "&#65;", "TokenBytes", 8 << 20},
		"text of ]":                {"<s3xml><resource><data>", "]", "TokenBytes", 2 << 20},
		"text of line ends":        {"<s3xml><resource><data>", "\r", "TokenBytes", 2 << 20},
		"text in pieces":           {"<s3xml><resource><data>", "x<!-- -->", "TokenBytes", 16 << 20},
		"CDATA":                    {"<s3xml><resource><data><![CDATA[", "x", "TokenBytes", 2 << 20},
		"stray text":               {"<s3xml>", "x", "TokenBytes", 2 << 20},
		"stray CDATA":              {"<s3xml><![CDATA[", "x", "TokenBytes", 2 << 20},
		"unknown text":             {"<s3xml><resource><x>", "y", "TokenBytes", 2 << 20},
		"data":                     {"<s3xml><resource>", "<data/>", "RecordBytes", 4 << 20},
		"references":               {"<s3xml><resource>", "<reference/>", "RecordBytes", 4 << 20},
		"components":               {"<s3xml><resource>", "<resource/>", "RecordBytes", 4 << 20},
		"fields":                   {"<s3xml><resource>", "<data field='f'>" + strings.Repeat("x", 1000) + "</data>", "RecordBytes", 8 << 20},
		"unknown elements":         {"<s3xml><resource>", "<x/>", "RecordBytes", 4 << 20},
		"in an unknown element":    {"<s3xml><resource><x>", "<y/>", "RecordBytes", 8 << 20},
		"in unknown top element":   {"<s3xml><x>", "<y>1</y>", "RecordBytes", 8 << 20},
		"escapes in unknown":       {"<s3xml><resource><x>", "<y>>>>>>></y>", "RecordBytes", 8 << 20},
		"after a field in a field": {"<s3xml><resource><data><x/>", "<y/>", "RecordBytes", 8 << 20},
		"anonymous references":     {"<s3xml><resource><reference>", "<resource/>", "RecordBytes", 4 << 20},
		"a comment":                {"<s3xml><!--", "x", "DocumentBytes", 33 << 20},
		"comments":                 {"<s3xml>", "<!-- -->", "DocumentBytes", 33 << 20},
		"an instruction":           {"<?p ", "x", "DocumentBytes", 33 << 20},
		"white space":              {"", " ", "DocumentBytes", 33 << 20},
		"white space in a tag":     {"<s3xml ", "\n", "DocumentBytes", 33 << 20},
		"white space in the end":   {"<s3xml/>", "\n", "DocumentBytes", 33 << 20},
		"unknown top elements":     {"<s3xml>", "<x></x>", "DocumentBytes", 33 << 20},
		"records":                  {"<s3xml>", "<resource/>", "Records", 1 << 17},
		"namespaces in depth":      {"<s3xml><resource>", "<x xmlns:a='1' xmlns:b='1' xmlns:c='1' xmlns:d='1'>", "Namespaces", 1 << 17},
		"name of an element":       {"<s3xml><", "x", "NameBytes", 1 << 17},
		"name of an element, wide": {"<s3xml><", "é", "NameBytes", 1 << 17},
		"name of an attribute":     {"<s3xml ", "x", "NameBytes", 1 << 17},
		"name of an end tag":       {"<s3xml></", "s", "NameBytes", 1 << 17},
		"name of an instruction":   {"<?", "p", "NameBytes", 1 << 17},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &endless{before: c.before, repeat: c.repeat}
			d := s3xml.NewDecoder(r, limits)
			var rec s3xml.Record
			var err error
			for err == nil {
				err = d.Next(&rec)
			}
			var got *s3xml.LimitError
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want a limit error", err)
			}
			if got.Limit != c.limit || got.Max <= 0 || got.Offset > r.read || r.read > c.maxRead {
				t.Errorf("%v after %d bytes read, want %s within %d", err, r.read, c.limit, c.maxRead)
			}
			if !strings.Contains(err.Error(), c.limit) {
				t.Errorf("%q does not name the limit", err)
			}
		})
	}
}

// TestDefaultLimits checks that a limit left out is the default one, and that documents at the limit pass.
func TestDefaultLimits(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<resource name='a_b'>", 63)
	for _, c := range []struct {
		doc string
		ok  bool
	}{
		{"<s3xml>" + deep + strings.Repeat("</resource>", 63) + "</s3xml>", true},
		{"<s3xml><x>" + deep + strings.Repeat("</resource>", 63) + "</x></s3xml>", false},
		{"<s3xml>" + strings.Repeat("<a>", 100_000), false},
	} {
		for _, l := range []s3xml.Limits{{}, s3xml.DefaultLimits(), {Depth: -1}} {
			if _, _, err := decode(strings.NewReader(c.doc), l); (err == nil) != c.ok {
				t.Errorf("%.30s…: %v", c.doc, err)
			}
		}
	}
	exact := "<s3xml><resource name='abc' uuid='é'/></s3xml>"
	tight := s3xml.Limits{Depth: 2, Attributes: 2, TokenBytes: 3, Records: 1, DocumentBytes: int64(len(exact))}
	if _, _, err := decode(strings.NewReader(exact), tight); err != nil {
		t.Error(err)
	}
	tight.DocumentBytes--
	if _, _, err := decode(strings.NewReader(exact), tight); err == nil {
		t.Error("one byte too many is accepted")
	}
}

// heap returns the bytes in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemory is not parallel, because it measures.
func TestMemory(t *testing.T) {
	t.Run("a long document", func(t *testing.T) {
		const records = 200_000
		before := heap()
		d := s3xml.NewDecoder(newGenerator(records, true), s3xml.Limits{})
		var r s3xml.Record
		n, most := 0, uint64(0)
		err := d.Next(&r)
		for ; err == nil; err = d.Next(&r) {
			if n++; n%(records/10) == 0 {
				most = max(most, heap())
			}
		}
		if !errors.Is(err, io.EOF) || n != records {
			t.Fatalf("%d records, %v", n, err)
		}
		if most > before+(1<<20) {
			t.Errorf("the heap grew by %d KiB over %d MB", (most-before)>>10, d.Offset()>>20)
		}
	})
	t.Run("a huge attribute", func(t *testing.T) {
		before := heap()
		r := io.LimitReader(&endless{before: "<s3xml><resource name='", repeat: "0123456789abcdef"}, 1<<30)
		d := s3xml.NewDecoder(r, s3xml.Limits{})
		var rec s3xml.Record
		err := d.Next(&rec)
		var limit *s3xml.LimitError
		if !errors.As(err, &limit) || limit.Limit != "TokenBytes" || d.Offset() > limit.Max+(1<<20) {
			t.Fatalf("%v after %d bytes", err, d.Offset())
		}
		if after := heap(); after > before+3*uint64(limit.Max) {
			t.Errorf("the heap grew by %d KiB", (after-before)>>10)
		}
		runtime.KeepAlive(d)
	})
}

// TestAllocations holds what reading and writing a record of 12 fields may allocate.
func TestAllocations(t *testing.T) {
	var one strings.Builder
	one.WriteString(`<resource name="a_b" uuid="u" mci="1" modified_on="2026-11-20T09:00:00" url="http://h/1" created_by="e">`)
	for _, f := range strings.Fields("a b c d e f g h i j k l") {
		one.WriteString(`<data field="` + f + `" value="&quot;x &amp; y&quot;">x &amp;amp; y</data>`)
	}
	one.WriteString(`<reference field="r" resource="c_d" uuid="v">é</reference></resource>`)
	d := s3xml.NewDecoder(&endless{before: "<s3xml>", repeat: one.String()}, s3xml.Limits{})
	var reused s3xml.Record
	if n := testing.AllocsPerRun(1000, func() {
		if err := d.Next(&reused); err != nil {
			t.Fatal(err)
		}
	}); n > 2 {
		t.Errorf("%v allocations into a record that is used again", n)
	}
	if n := testing.AllocsPerRun(1000, func() {
		var fresh s3xml.Record
		if err := d.Next(&fresh); err != nil {
			t.Fatal(err)
		}
	}); n > 6 {
		t.Errorf("%v allocations into a new record", n)
	}
	buf := make([]byte, 0, 1<<16)
	if n := testing.AllocsPerRun(1000, func() { buf = s3xml.AppendRecord(buf[:0], &reused) }); n > 0 {
		t.Errorf("%v allocations to append a record", n)
	}
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := s3xml.ContentOf(&reused); err != nil {
			t.Fatal(err)
		}
	}); n > 8 {
		t.Errorf("%v allocations for a content", n)
	}
}
