package s3xml_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edensync/edensync/s3xml"
)

// equal are the differences that do not count: nil and empty slices.
var equal = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(s3xml.Content{})}

// seed adds the documents of testdata and the decoder's cases.
func seed(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	for _, c := range decodeCases {
		f.Add([]byte(c.doc))
	}
	for _, doc := range []string{
		`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "<a xmlns:p='u'><resource p:b=''><p:c p:d=''/></resource></a>",
		"<a>]]&gt;<resource>&#13;\r\n&#xA;</resource></a><!-- - -->", "<a><resource><data>\xc3\xa9<!----></data></resource></a>",
	} {
		f.Add([]byte(doc))
	}
}

// FuzzDecode compares the decoder with encoding/xml: what we accept it must accept, and understand in the same
// way; and it must not matter in which pieces a document arrives.
func FuzzDecode(f *testing.F) {
	seed(f)
	limits := s3xml.Limits{Depth: 20, Attributes: 10, TokenBytes: 1 << 12, RecordBytes: 1 << 16}
	f.Fuzz(func(t *testing.T, doc []byte) {
		root, records, err := decode(bytes.NewReader(doc), limits)
		_, again, errAgain := decode(iotest.OneByteReader(bytes.NewReader(doc)), limits)
		if (err == nil) != (errAgain == nil) || !sameRecords(records, again) {
			t.Fatalf("at once: %v\nbyte by byte: %v\n%s", err, errAgain, cmp.Diff(records, again, equal))
		}
		if err != nil {
			var limit *s3xml.LimitError // may be noticed some bytes later, or only after another fault behind it
			if errAgain.Error() != err.Error() && !errors.As(err, &limit) && !errors.As(errAgain, &limit) {
				t.Fatalf("at once: %v\nbyte by byte: %v", err, errAgain)
			}
			return
		}
		tree, err := oracle(doc)
		if err != nil {
			if strings.Contains(err.Error(), "invalid XML name") {
				return // encoding/xml knows the names of an older edition of XML only
			}
			t.Fatalf("accepted, but encoding/xml says: %v", err)
		}
		same(t, "root", tree.name, root.Root)
		want, got := oracleRecords(tree), alike(records)
		if want = alike(want); !sameRecords(want, got) {
			t.Fatalf("records (-encoding/xml +decoder):\n%s", cmp.Diff(want, got, equal))
		}
		roundTrip(t, root, records)
		contents(t, doc, limits)
		if n := rereads(t, iotest.HalfReader(bytes.NewReader(doc)), limits); n != len(records) {
			t.Errorf("%d records were read again, of %d", n, len(records))
		}
	})
}

// sameRecords compares by what the encoder writes, which is much faster than cmp.
func sameRecords(a, b []s3xml.Record) bool {
	return slices.EqualFunc(a, b, func(a, b s3xml.Record) bool {
		return bytes.Equal(s3xml.AppendRecord(nil, &a), s3xml.AppendRecord(nil, &b))
	})
}

// alike returns the records without the known differences of the two parsers: encoding/xml does not normalise white
// space in attributes, and the decoder adds namespace declarations.
func alike(records []s3xml.Record) []s3xml.Record {
	all := make([]s3xml.Record, len(records))
	for i := range records {
		all[i] = alikeRecord(records[i].Clone())
	}
	return all
}

func alikeRecord(r s3xml.Record) s3xml.Record {
	for _, s := range []*string{&r.Name, &r.UUID, &r.TUID, &r.Alias, &r.MCI, &r.CreatedOn, &r.ModifiedOn, &r.Deleted, &r.ReplacedBy} {
		*s = spaces(*s)
	}
	r.Attrs = alikeAttrs(r.Attrs)
	for i := range r.Data {
		d := &r.Data[i]
		d.Field, d.Value, d.URL, d.Filename, d.Attrs = spaces(d.Field), spaces(d.Value), spaces(d.URL), spaces(d.Filename), alikeAttrs(d.Attrs)
	}
	for i := range r.References {
		ref := &r.References[i]
		ref.Field, ref.Resource, ref.UUID = spaces(ref.Field), spaces(ref.Resource), spaces(ref.UUID)
		ref.TUID, ref.Value, ref.Attrs = spaces(ref.TUID), spaces(ref.Value), alikeAttrs(ref.Attrs)
		if ref.Record != nil {
			target := alikeRecord(*ref.Record)
			ref.Record = &target
		}
	}
	for i := range r.Components {
		r.Components[i] = alikeRecord(r.Components[i])
	}
	for i := range r.Unknown {
		e := &r.Unknown[i]
		if tree, err := oracle([]byte(e.XML)); err == nil {
			e.XML = tree.canonical()
		}
		e.XML = strings.NewReplacer("&#x9;", " ", "&#xA;", " ", "&#xD;", " ").Replace(e.XML)
	}
	return r
}

func alikeAttrs(attrs []s3xml.Attr) []s3xml.Attr {
	var kept []s3xml.Attr
	for _, a := range attrs {
		if !isDeclaration(a.Name) {
			kept = append(kept, s3xml.Attr{Name: a.Name, Value: spaces(a.Value)})
		}
	}
	return kept
}

func spaces(s string) string { return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(s) }

// roundTrip writes what was read and reads it again.
func roundTrip(t *testing.T, root s3xml.Document, records []s3xml.Record) {
	t.Helper()
	var out bytes.Buffer
	encodeAll(t, &out, root, records)
	_, again, err := decode(bytes.NewReader(out.Bytes()), s3xml.Limits{Attributes: 1000})
	if err != nil {
		t.Fatalf("what was written is refused: %v\n%s", err, out.Bytes())
	}
	if !sameRecords(records, again) {
		t.Fatalf("round trip (-before +after):\n%s\n%s", cmp.Diff(records, again, equal), out.Bytes())
	}
}

// FuzzContent takes bodies to contents and back: the second body must be like the first, and the hash must not change, however
// the content is written.
func FuzzContent(f *testing.F) {
	for _, c := range decodeCases {
		_, inner, _ := strings.Cut(c.doc, ">")
		f.Add([]byte(inner))
	}
	for _, body := range []string{
		`<data field="f" value="&quot;\u0007&quot;"/><data field="f">{"a":[1,"\ud800"]}</data><reference field="f" uuid='["a", null]'/>`,
		`<data field="f" value='{"a" : "\ud83d\ude00\/"}' url="" filename="x">y</data><data null="true"/><x a='&#13;'>&#13;</x>`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := s3xml.ParseBody(body)
		if err != nil {
			return
		}
		checkStored(t, c)
	})
}

// FuzzField makes fields of any strings, as local edits may: what is stored must read back the same.
func FuzzField(f *testing.F) {
	f.Add("name", `"a\u0000"`, true, "text", "url", "file", "uid", "Name")
	f.Add("n\x00", "[1, {\"a\":\"\\ud800\"}]", true, "&amp;amp;lt;", "", "\xff", `["a","b"]`, "\r")
	f.Add("", "", false, `{"a":1}`, "", "", "[", "")
	f.Fuzz(func(t *testing.T, field, value string, hasValue bool, text, url, filename, uid, name string) {
		if len(name) > 1024 {
			return // longer than names may be, of edits, too
		}
		r := s3xml.Record{
			Name: name,
			Data: []s3xml.Data{
				{Field: field, Value: value, HasValue: hasValue, Text: text, URL: url, Filename: filename, Attrs: []s3xml.Attr{{Name: name, Value: text}}},
				{Field: name, Text: value},
			},
			References: []s3xml.Reference{{Field: field, Resource: name, UUID: uid, Value: value, Text: text}},
		}
		if strings.Contains(name, ":") || name == "xmlns" {
			r.Data[0].Attrs = nil // a prefix must be declared
		}
		doc := append(append([]byte("<s3xml>"), s3xml.AppendRecord(nil, &r)...), "</s3xml>"...)
		if _, _, err := decode(bytes.NewReader(doc), s3xml.Limits{}); err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, doc)
		}
		if _, err := oracle(doc); err != nil && !strings.Contains(err.Error(), "invalid XML name") {
			t.Fatalf("what was written is refused by encoding/xml: %v\n%s", err, doc)
		}
		c, err := s3xml.ContentOf(&r)
		if err != nil {
			return
		}
		checkStored(t, c)
	})
}

// checkStored stores a content and reads it, and lays it over itself.
func checkStored(t *testing.T, c s3xml.Content) {
	t.Helper()
	stored := c.AppendBody(nil)
	again, err := s3xml.ParseBody(stored)
	if err != nil {
		t.Fatalf("%v\n%s", err, stored)
	}
	if diff := cmp.Diff(c, again, equal); diff != "" {
		t.Fatalf("stored (-before +after):\n%s\n%s", diff, stored)
	}
	if second := again.AppendBody(nil); !bytes.Equal(stored, second) {
		t.Fatalf("stored\n%s\nthen\n%s", stored, second)
	}
	checkTargets(t, c, stored)
	if merged := c.Overlay(again); merged.Hash() != c.Hash() || again.Hash() != c.Hash() {
		t.Fatalf("hashes %s, %s, %s", c.Hash(), again.Hash(), merged.Hash())
	}
	half := s3xml.Content{Fields: c.Fields[:len(c.Fields)/2], References: c.References[len(c.References)/2:]}
	for _, pair := range [][2]s3xml.Content{{c, c}, {c, half}, {half, c}, {c, {}}} {
		checkCovers(t, pair[0], pair[1])
	}
}

// checkCovers lays contents over each other where that is said to change nothing.
func checkCovers(t *testing.T, over, base s3xml.Content) {
	t.Helper()
	body := over.AppendBody(nil)
	if merged := base.Overlay(over); s3xml.Covers(body, base.AppendBody(nil)) &&
		(!bytes.Equal(merged.AppendBody(nil), body) || merged.Hash() != over.Hash()) {
		t.Fatalf("%s over\n%s is\n%s", body, base.AppendBody(nil), merged.AppendBody(nil))
	}
}

// checkTargets looks for the targets of a content in its stored form.
func checkTargets(t *testing.T, c s3xml.Content, stored []byte) {
	t.Helper()
	var want []s3xml.Target
	for _, ref := range c.References {
		for _, uid := range ref.UIDs {
			want = append(want, s3xml.Target{Resource: ref.Resource, UID: uid})
		}
	}
	got, err := s3xml.AppendTargets(nil, stored)
	if err != nil || !slices.Equal(want, got) {
		t.Fatalf("targets %q, %v, want %q\n%s", got, err, want, stored)
	}
}

// FuzzTime reads times: what is read must be in range, and must be read the same when it is written again.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2024-02-29T23:59:59.5+05:30", "29.02.2024 10:00", "23:15", "2024-02", "20240229T101112Z"} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		at, err := s3xml.ParseTime(s, now)
		if err == nil {
			back, err := s3xml.ParseTime(s3xml.FormatTime(at), now)
			if err != nil || !back.Equal(at.Truncate(time.Second)) {
				t.Fatalf("%q is %v, then %v, %v", s, at, back, err)
			}
		}
		if since, sinceErr := s3xml.ParseMsince(s); sinceErr == nil && !strings.Contains(s, " ") && (err != nil || !since.Equal(at)) {
			t.Fatalf("%q: msince %v, time %v, %v", s, since, at, err)
		}
	})
}
