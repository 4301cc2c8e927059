package s3xml_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/s3xml"
)

// decode reads a whole document; every record is a new one.
func decode(r io.Reader, l s3xml.Limits) (s3xml.Document, []s3xml.Record, error) {
	d := s3xml.NewDecoder(r, l)
	doc, err := d.Document()
	var records []s3xml.Record
	for err == nil {
		var r s3xml.Record
		if err = d.Next(&r); err == nil {
			records = append(records, r)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return doc, records, err
}

// same compares without telling nil from empty.
func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

var decodeCases = []struct {
	name, doc string
	want      []s3xml.Record
}{
	{
		"all attributes of a resource",
		`<s3xml><resource name="a_b" alias="c" uuid="u" tuid="t" mci="3" created_on="2026-01-01T00:00:00" modified_on="x" ` +
			`deleted="True" replaced_by="v" url="http://h/a" created_by="e" approved="false" odd="1"/></s3xml>`,
		[]s3xml.Record{{
			Name: "a_b", Alias: "c", UUID: "u", TUID: "t", MCI: "3", CreatedOn: "2026-01-01T00:00:00",
			ModifiedOn: "x", Deleted: "True", ReplacedBy: "v",
			Attrs: []s3xml.Attr{{Name: "url", Value: "http://h/a"}, {Name: "created_by", Value: "e"}, {Name: "approved", Value: "false"}, {Name: "odd", Value: "1"}},
		}},
	},
	{
		"value against text",
		`<s3xml><resource name="a_b"><data field="f" value="&quot;RR&quot;">shown</data><data field="g">text</data>` +
			`<data field="h" value=""/><data field="i"></data></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b", Data: []s3xml.Data{
			{Field: "f", Value: `"RR"`, HasValue: true, Text: "shown"},
			{Field: "g", Text: "text"},
			{Field: "h", HasValue: true},
			{Field: "i"},
		}}},
	},
	{
		"file and null",
		`<s3xml><resource name="a_b"><data field="f" url="http://h/x.png" filename="x.png"/><data field="n" null="true"/></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b", Data: []s3xml.Data{
			{Field: "f", URL: "http://h/x.png", Filename: "x.png"},
			{Field: "n", Attrs: []s3xml.Attr{{Name: "null", Value: "true"}}},
		}}},
	},
	{
		"references",
		`<s3xml><resource name="a_b"><reference field="f" resource="c_d" uuid="u" lat="1.0">Name</reference>` +
			`<reference field="l" resource="c_d" uuid='["u","v"]'/><reference field="t" resource="c_d" tuid="7"/>` +
			`<reference field="k" resource="c_d" value="12"/></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b", References: []s3xml.Reference{
			{Field: "f", Resource: "c_d", UUID: "u", Text: "Name", Attrs: []s3xml.Attr{{Name: "lat", Value: "1.0"}}},
			{Field: "l", Resource: "c_d", UUID: `["u","v"]`},
			{Field: "t", Resource: "c_d", TUID: "7"},
			{Field: "k", Resource: "c_d", Value: "12"},
		}}},
	},
	{
		"anonymous references",
		`<s3xml><resource name="a_b"><reference field="f" resource="c_d"> <resource name="c_d"><data field="x">1</data></resource>` +
			` <resource name="c_d"/> late </reference><reference field="g" resource="c_d" uuid="u">Name<resource name="c_d"/></reference></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b", References: []s3xml.Reference{
			{Field: "f", Resource: "c_d", Record: &s3xml.Record{Name: "c_d", Data: []s3xml.Data{{Field: "x", Text: "1"}}}},
			{Field: "f", Resource: "c_d", Record: &s3xml.Record{Name: "c_d"}},
			{Field: "g", Resource: "c_d", UUID: "u", Text: "Name", Record: &s3xml.Record{Name: "c_d"}},
		}}},
	},
	{
		"components in components, in any order",
		`<s3xml><resource name="a_b"><resource name="c_d" uuid="1"><resource name="e_f" uuid="2"><data field="x">1</data></resource></resource>` +
			`<data field="y">2</data><resource name="c_d" uuid="3" deleted="true"/></resource><resource name="a_b"/></s3xml>`,
		[]s3xml.Record{
			{
				Name: "a_b",
				Data: []s3xml.Data{{Field: "y", Text: "2"}},
				Components: []s3xml.Record{
					{Name: "c_d", UUID: "1", Components: []s3xml.Record{{Name: "e_f", UUID: "2", Data: []s3xml.Data{{Field: "x", Text: "1"}}}}},
					{Name: "c_d", UUID: "3", Deleted: "true"},
				},
			},
			{Name: "a_b"},
		},
	},
	{
		"text in pieces",
		"<s3xml><resource name='a_b'><data field='f'> a&amp;&#x41;&#66;<![CDATA[<&]]]]><!-- - c --><?p q?>\r\nz\r ]] &gt;</data></resource></s3xml>",
		[]s3xml.Record{{Name: "a_b", Data: []s3xml.Data{{Field: "f", Text: " a&AB<&]]\nz\n ]] >"}}}},
	},
	{
		"white space in attributes",
		"<s3xml><resource name='a\tb\nc\r\nd&#9;&#10;&#13;e\"'/></s3xml>",
		[]s3xml.Record{{Name: "a b c d\t\n\re\""}},
	},
	{
		"unknown elements",
		`<s3xml><resource name="a_b"><map b="2" a="1&#10;"><p>x &lt; <!-- c -->y</p><q></q> </map><data field="f">1<b>2</b>3<c/></data>` +
			`<reference field="r" resource="c_d">n<x/></reference></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b", Unknown: []s3xml.Element{
			{Name: "map", XML: `<map a="1&#10;" b="2"><p>x &lt; y</p><q/> </map>`},
			{Name: "data", XML: `<data field="f">1<b>2</b>3<c/></data>`},
			{Name: "reference", XML: `<reference field="r" resource="c_d">n<x/></reference>`},
		}}},
	},
	{
		"prefixes keep their namespace",
		`<s3xml xmlns:p="urn:p" xmlns:q="urn:q"><resource name="a_b" p:x="1"><q:y><z xmlns="urn:z" p:w="2"/></q:y><data field="f" xml:lang="de">1</data></resource></s3xml>`,
		[]s3xml.Record{{
			Name:    "a_b",
			Attrs:   []s3xml.Attr{{Name: "p:x", Value: "1"}, {Name: "xmlns:p", Value: "urn:p"}},
			Unknown: []s3xml.Element{{Name: "q:y", XML: `<q:y xmlns:p="urn:p" xmlns:q="urn:q"><z p:w="2" xmlns="urn:z"/></q:y>`}},
			Data:    []s3xml.Data{{Field: "f", Text: "1", Attrs: []s3xml.Attr{{Name: "xml:lang", Value: "de"}}}},
		}},
	},
	{
		"text and elements without meaning are dropped",
		`<s3xml>stray &amp; text<other a="1"><resource name="inside"/></other><resource name="a_b">stray<![CDATA[ text]]></resource></s3xml>`,
		[]s3xml.Record{{Name: "a_b"}},
	},
	{
		"names outside ASCII",
		`<s3xml><resource name="a_b" größe="1"><été/></resource></s3xml>`,
		[]s3xml.Record{{
			Name:    "a_b",
			Attrs:   []s3xml.Attr{{Name: "größe", Value: "1"}},
			Unknown: []s3xml.Element{{Name: "été", XML: `<été/>`}},
		}},
	},
}

// TestDecode reads each document whole, byte by byte, and with the last data coming together with the end.
func TestDecode(t *testing.T) {
	t.Parallel()
	for _, c := range decodeCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []io.Reader{
				strings.NewReader(c.doc),
				iotest.OneByteReader(strings.NewReader(c.doc)),
				iotest.DataErrReader(strings.NewReader(c.doc)),
			} {
				_, got, err := decode(r, s3xml.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				same(t, "records", c.want, got)
			}
		})
	}
}

// TestDecodeEncodeDecode writes what it read and reads it again.
func TestDecodeEncodeDecode(t *testing.T) {
	t.Parallel()
	for _, c := range decodeCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			encodeAll(t, &out, s3xml.Document{}, c.want)
			_, got, err := decode(strings.NewReader(out.String()), s3xml.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "records", c.want, got)
		})
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	want := []s3xml.Attr{{Name: "success", Value: "false"}, {Name: "results", Value: "0"}, {Name: "domain", Value: "d"}}
	for name, doc := range map[string]string{
		"empty root":             `<s3xml success="false" results="0" domain="d"/>`,
		"declaration":            "<?xml version='1.0' encoding='utf-8'?>\n" + `<s3xml success="false" results="0" domain="d"></s3xml>` + "\n",
		"all of the declaration": `<?xml version="1.0" encoding="US-ASCII" standalone = 'yes' ?><s3xml success="false" results="0" domain="d"/>`,
		"byte order mark":        "\uFEFF" + `<?xml version="1.0"?><s3xml success="false" results="0" domain="d"/>`,
		"comments around":        `<!-- a --><?p q?> <s3xml success="false" results="0" domain="d"><!-- b --></s3xml><!-- c --> <?p?>`,
		"leading space":          ` <s3xml success="false" results="0" domain="d"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, records, err := decode(iotest.OneByteReader(strings.NewReader(doc)), s3xml.Limits{})
			if err != nil || len(records) > 0 {
				t.Fatalf("got %d records, error %v", len(records), err)
			}
			same(t, "document", s3xml.Document{Root: "s3xml", Attrs: want}, got)
			if got.Attr("domain") != "d" || got.Attr("url") != "" {
				t.Errorf("domain %q, url %q", got.Attr("domain"), got.Attr("url"))
			}
		})
	}
}

// TestOtherRoots accepts any root, as Eden does.
func TestOtherRoots(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"other", "resource", "data", "x:y xmlns:x='u'"} {
		name, _, _ := strings.Cut(root, " ")
		doc, records, err := decode(strings.NewReader("<"+root+"><resource name='a_b'/></"+name+">"), s3xml.Limits{})
		if err != nil || doc.Root != name || len(records) != 1 || records[0].Name != "a_b" {
			t.Errorf("root %s: got root %q, records %v, error %v", root, doc.Root, records, err)
		}
	}
}

// TestReuse decodes records of different shapes into the same one: nothing of one may be left in the next.
func TestReuse(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	var want []s3xml.Record
	for range 2 {
		for _, c := range decodeCases {
			for i := range c.want {
				all.Write(s3xml.AppendRecord(nil, &c.want[i]))
			}
			want = append(want, c.want...)
		}
	}
	d := s3xml.NewDecoder(strings.NewReader("<s3xml>"+all.String()+"</s3xml>"), s3xml.Limits{})
	var r s3xml.Record
	var kept []s3xml.Record
	for i := range want {
		if err := d.Next(&r); err != nil {
			t.Fatal(err)
		}
		same(t, "record", want[i], r)
		kept = append(kept, r.Clone())
	}
	same(t, "clones", want, kept)
	for range 2 {
		if err := d.Next(&r); !errors.Is(err, io.EOF) {
			t.Fatalf("after the end: %v", err)
		}
	}
	if d.Offset() != int64(len("<s3xml></s3xml>")+all.Len()) {
		t.Errorf("offset %d", d.Offset())
	}
}
