package s3xml_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// contentOf decodes the inner XML of one resource.
func contentOf(t *testing.T, inner string) s3xml.Content {
	t.Helper()
	_, records, err := decode(strings.NewReader("<s3xml><resource name='a_b' uuid='u'>"+inner+"</resource></s3xml>"), s3xml.Limits{})
	if err != nil || len(records) != 1 {
		t.Fatalf("%s: %d records, %v", inner, len(records), err)
	}
	c, err := s3xml.ContentOf(&records[0])
	if err != nil {
		t.Fatalf("%s: %v", inner, err)
	}
	return c
}

// TestField lists what a data element says and how it is written again.
func TestField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		value string
		form  s3xml.Form
		out   string
	}{
		// Value attributes: strings.
		{`<data field="f" value="&quot;RR&quot;">Red</data>`, "RR", s3xml.Text, `<data field="f">RR</data>`},
		{`<data field="f" value=" &quot;RR&quot; "/>`, "RR", s3xml.Text, `<data field="f">RR</data>`},
		{`<data field="f" value="&quot;&quot;">x</data>`, "", s3xml.Text, `<data field="f"/>`},
		{`<data field="f" value="">x</data>`, "", s3xml.Text, `<data field="f"/>`},
		{`<data field="f" value="&quot;\u00e9\ud83d\ude00\n\t\&quot;\/\\&quot;">x</data>`, "é😀\n\t\"/\\", s3xml.Text, "<data field=\"f\">é😀\n\t\"/\\</data>"},
		{`<data field="f" value="&quot;a &amp; &lt;b&gt;&quot;">x</data>`, "a & <b>", s3xml.Text, `<data field="f">a &amp; &lt;b&gt;</data>`},
		{`<data field="f" value="&quot;&amp;lt;&quot;">x</data>`, "&lt;", s3xml.Text, `<data field="f">&amp;amp;lt;</data>`},
		{`<data field="f" value="&quot;007&quot;">x</data>`, "007", s3xml.Text, `<data field="f">007</data>`},
		{`<data field="f" value="&quot;a\r\nb&quot;">x</data>`, "a\r\nb", s3xml.Text, "<data field=\"f\">a&#13;\nb</data>"},
		// Strings that only JSON can carry.
		{`<data field="f" value="&quot;a\u0007b&quot;">x</data>`, `"a\u0007b"`, s3xml.Literal, `<data field="f" value="&quot;a\u0007b&quot;">"a\u0007b"</data>`},
		{`<data field="f" value="&quot;\uD800&quot;">x</data>`, `"\ud800"`, s3xml.Literal, `<data field="f" value="&quot;\ud800&quot;">"\ud800"</data>`},
		{`<data field="f" value="&quot;\ud800\u0041&quot;">x</data>`, `"\ud800A"`, s3xml.Literal, `<data field="f" value="&quot;\ud800A&quot;">"\ud800A"</data>`},
		// Literals.
		{`<data field="f" value="1.50">1,50</data>`, "1.50", s3xml.Literal, `<data field="f" value="1.50">1.50</data>`},
		{`<data field="f" value="true">Yes</data>`, "true", s3xml.Literal, `<data field="f" value="true">true</data>`},
		{`<data field="f" value="2026-01-01">1 Jan</data>`, "2026-01-01", s3xml.Literal, `<data field="f" value="2026-01-01">2026-01-01</data>`},
		{`<data field="f" value="98E600"/>`, "98E600", s3xml.Literal, `<data field="f" value="98E600">98E600</data>`},
		{`<data field="f" value="007"/>`, "007", s3xml.Literal, `<data field="f" value="007">007</data>`},
		{`<data field="f" value="NaN"/>`, "NaN", s3xml.Literal, `<data field="f" value="NaN">NaN</data>`},
		{`<data field="f" value="&quot;open"/>`, `"open`, s3xml.Literal, `<data field="f" value="&quot;open">"open</data>`},
		{`<data field="f" value="&quot;a&quot;b&quot;"/>`, `"a"b"`, s3xml.Literal, `<data field="f" value="&quot;a&quot;b&quot;">"a"b"</data>`},
		{`<data field="f" value="&quot;a&#9;b&quot;"/>`, "\"a\tb\"", s3xml.Literal, "<data field=\"f\" value=\"&quot;a&#9;b&quot;\">\"a\tb\"</data>"},
		{`<data field="f" value="[1, NaN]"/>`, "[1, NaN]", s3xml.Literal, `<data field="f" value="[1, NaN]">[1, NaN]</data>`},
		{`<data field="f" value="{oops"/>`, "{oops", s3xml.Literal, `<data field="f" value="{oops">{oops</data>`},
		// JSON.
		{
			`<data field="f" value="{ &quot;a&quot; : [1.0, 2 ],&quot;b c&quot;:&quot;\u00e9\u0001 \&quot;&quot;}">x</data>`,
			`{"a":[1.0,2],"b c":"é\u0001 \""}`, s3xml.JSONText, `<data field="f">{"a":[1.0,2],"b c":"é\u0001 \""}</data>`,
		},
		{`<data field="f" value="[1, 3, 5]">Mon, Wed, Fri</data>`, "[1,3,5]", s3xml.Array, `<data field="f" value="[1,3,5]">[1,3,5]</data>`},
		{
			`<data field="f" value="[&quot;\b\f\n\r\t\/\\\&quot;\u007F\u000a&quot;]"/>`, `["\u0008\u000c\n\r\t/\\\"` + "\x7f" + `\n"]`, s3xml.Array,
			`<data field="f" value="[&quot;\u0008\u000c\n\r\t/\\\&quot;` + "\x7f" + `\n&quot;]">["\u0008\u000c\n\r\t/\\\"` + "\x7f" + `\n"]</data>`,
		},
		{`<data field="f" value="[&quot;\ud83d\ude00&quot;, &quot;\ud83d&quot;]"/>`, `["😀","\ud83d"]`, s3xml.Array, `<data field="f" value="[&quot;😀&quot;,&quot;\ud83d&quot;]">["😀","\ud83d"]</data>`},
		// Text only.
		{`<data field="f">a &amp;lt; b &amp;amp;amp; &amp;quot;&amp;apos;</data>`, `a < b &amp; "'`, s3xml.Text, `<data field="f">a &lt; b &amp;amp;amp; "'</data>`},
		{`<data field="f">AT&amp;T &amp;copy;</data>`, "AT&T &copy;", s3xml.Text, `<data field="f">AT&amp;T &amp;copy;</data>`},
		{`<data field="f"> 1 </data>`, " 1 ", s3xml.Text, `<data field="f"> 1 </data>`},
		{`<data field="f">{"a": 1}</data>`, `{"a": 1}`, s3xml.Text, `<data field="f">{"a": 1}</data>`},
		{`<data field="f">{"a":1}</data>`, `{"a":1}`, s3xml.JSONText, `<data field="f">{"a":1}</data>`},
		{`<data field="f">[1, 2]</data>`, `[1, 2]`, s3xml.Text, `<data field="f">[1, 2]</data>`},
		{`<data field="f">null</data>`, `null`, s3xml.Text, `<data field="f">null</data>`},
		{`<data field="f"/>`, "", s3xml.Text, `<data field="f"/>`},
		// Null.
		{`<data field="f" value="null">None</data>`, "", s3xml.Null, `<data field="f" null="true"/>`},
		{`<data field="f" null="true"/>`, "", s3xml.Null, `<data field="f" null="true"/>`},
		{`<data field="f" null="false"/>`, "", s3xml.Text, `<data field="f"/>`},
		{`<data field="f" null="true">but</data>`, "but", s3xml.Text, `<data field="f">but</data>`},
		// Files.
		{`<data field="f" url="http://h/a?b&amp;c" filename="a.png"/>`, "", s3xml.File, `<data field="f" url="http://h/a?b&amp;c" filename="a.png"/>`},
		{`<data field="f" filename="a.png" value="null"/>`, "", s3xml.File, `<data field="f" filename="a.png"/>`},
		{`<data field="f" url="u">text</data>`, "text", s3xml.Text, `<data field="f" url="u">text</data>`},
		// Attributes.
		{`<data field="f" error="f: bad" odd="1">x</data>`, "x", s3xml.Text, `<data field="f" odd="1">x</data>`},
	} {
		got := contentOf(t, c.in)
		f := got.Field("f")
		if len(got.Fields) != 1 || f == nil {
			t.Errorf("%s: %d fields", c.in, len(got.Fields))
			continue
		}
		if f.Value != c.value || f.Form != c.form {
			t.Errorf("%s: got %q, form %d", c.in, f.Value, f.Form)
		}
		body := string(got.AppendBody(nil))
		same(t, c.in, c.out, body)
		again, err := s3xml.ParseBody([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
		}
		same(t, c.in+" read back", got, again)
	}
}

func TestContentIsCanonical(t *testing.T) {
	t.Parallel()
	got := contentOf(t, `<z b="1" a="2"/><resource name="c_d"/><reference field="y" resource="c_d" uuid="2">Two</reference><data field="b">old</data>`+
		`<reference field="y" resource="c_d" uuid='["1","3","",null]' odd="1"/><data field="a" value="1"/><x/><data field="b">new</data>`+
		`<reference field="k" resource="c_d" value="12"/><reference field="none" resource="c_d"/><reference field="l" resource="c_d" uuid="[]"/>`)
	same(t, "content", s3xml.Content{
		Fields: []s3xml.Field{{Name: "a", Value: "1", Form: s3xml.Literal}, {Name: "b", Value: "new"}},
		References: []s3xml.Ref{
			{Field: "k", Resource: "c_d", Value: "12"},
			{Field: "l", Resource: "c_d", List: true},
			{Field: "y", Resource: "c_d", UIDs: []string{"2"}, Text: "Two"},
			{Field: "y", Resource: "c_d", UIDs: []string{"1", "3"}, List: true, Attrs: []s3xml.Attr{{Name: "odd", Value: "1"}}},
		},
		Unknown: []s3xml.Element{{Name: "x", XML: "<x/>"}, {Name: "z", XML: `<z a="2" b="1"/>`}},
	}, got)
	same(t, "body", `<data field="a" value="1">1</data><data field="b">new</data><reference field="k" resource="c_d" value="12"/>`+
		`<reference field="l" resource="c_d" uuid="[]"/><reference field="y" resource="c_d" uuid="2">Two</reference>`+
		`<reference field="y" resource="c_d" uuid="[&quot;1&quot;,&quot;3&quot;]" odd="1"/><x/><z a="2" b="1"/>`, string(got.AppendBody(nil)))
	if got.Field("c") != nil || got.Field("b").Value != "new" {
		t.Error("Field finds the wrong one")
	}
}

// TestContentAttrs keeps who wrote and owns the record, apart from the body.
func TestContentAttrs(t *testing.T) {
	t.Parallel()
	r := s3xml.Record{Name: "a_b", MCI: "1", Attrs: []s3xml.Attr{
		{Name: "url", Value: "http://h/1"}, {Name: "owned_by_user", Value: "a&b"}, {Name: "error", Value: "bad"}, {Name: "created_by", Value: "e\x01"},
	}}
	c, err := s3xml.ContentOf(&r)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "attributes", []s3xml.Attr{{Name: "created_by", Value: "e"}, {Name: "owned_by_user", Value: "a&b"}}, c.Attrs)
	stored := s3xml.AppendAttrs(nil, c.Attrs)
	same(t, "stored", ` created_by="e" owned_by_user="a&amp;b"`, string(stored))
	back, err := s3xml.ParseAttrs(stored)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "read back", c.Attrs, back)
	if empty := (&s3xml.Content{}); c.Hash() != empty.Hash() || len(c.AppendBody(nil)) > 0 {
		t.Error("attributes count as content")
	}
}

func TestContentRefuses(t *testing.T) {
	t.Parallel()
	for why, r := range map[string]s3xml.Reference{
		"JSON array":   {Field: "f", UUID: `["a"`},
		"of strings":   {Field: "f", UUID: `[1]`},
		"not resolved": {Field: "f", TUID: "1"},
		"to a UUID":    {Field: "f", Record: &s3xml.Record{}},
	} {
		_, err := s3xml.ContentOf(&s3xml.Record{Name: "a_b", UUID: "u", References: []s3xml.Reference{r}})
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "a_b u") {
			t.Errorf("%s: %v", why, err)
		}
	}
	for _, body := range []string{"<data", "<resource/>", "</resource><resource>", "</resource>", "<a></b>", "]]>"} {
		if c, err := s3xml.ParseBody([]byte(body)); err == nil {
			t.Errorf("body %q is read as %v", body, c)
		}
	}
	for _, attrs := range []string{"x", ` a="1"><data/`, ` a="1`, `/><resource`} {
		if got, err := s3xml.ParseAttrs([]byte(attrs)); err == nil {
			t.Errorf("attributes %q are read as %v", attrs, got)
		}
	}
}

// TestHash holds which records say the same and which do not.
func TestHash(t *testing.T) {
	t.Parallel()
	equal := [][]string{
		{"", `<data field="f"/>`, `<data field="f" null="true"/>`, `<data field="f" value="&quot;&quot;">-</data>`, `<reference field="r" resource="c_d" uuid="[]">x</reference>`},
		{`<data field="f" value="&quot;RR&quot;">Red</data>`, `<data field="f">RR</data>`, `<data field="f" odd="1" value="RR"/>`, `<data field="g"/><data field="f"><![CDATA[RR]]></data>`},
		{`<data field="f" value="[1, 2]">1 and 2</data>`, `<data field="f" value="[1,2]"/>`, `<data field="f">[1,2]</data>`},
		{`<data field="f" value="&quot;a &lt;&quot;">x</data>`, `<data field="f">a &amp;lt;</data>`, `<data field="f">a &lt;</data>`},
		{`<reference field="r" resource="c_d" uuid="u">Name</reference>`, `<reference field="r" resource="c_d" uuid="u" lat="1.0" lon="2"/>`, `<reference field="r" resource="c_d" uuid='["u"]'/>`},
		{`<data field="a">1</data><data field="b">2</data><x b="" a=""/>`, `<x a='' b=''></x><data field="b">2</data><!-- c --><data field="a">1</data>`},
		{`<data field="r">u</data>`},
		{`<data field="f">RR </data>`},
		{`<data field="fR">R</data>`},
		{`<data field="f" url="http://h/1" filename="a"/>`, `<data field="f" url="http://h/2" filename="a"/>`},
		{`<data field="f" url="http://h/2" filename="b"/>`},
		{`<reference field="r" resource="c_e" uuid="u"/>`},
		{`<reference field="r" resource="c_d" value="u"/>`},
		{`<reference field="r" resource="c_d" uuid='["u","v"]'/>`},
		{`<reference field="r" resource="c_d" uuid='["v","u"]'/>`},
		{`<x a="1"/>`},
		{`<x>1</x>`},
	}
	seen := map[string]string{}
	for _, group := range equal {
		first := contentOf(t, group[0])
		hash := first.Hash()
		if len(hash) != 32 || strings.Trim(hash, "0123456789abcdef") != "" {
			t.Errorf("%s: hash %q", group[0], hash)
		}
		if other, ok := seen[hash]; ok {
			t.Errorf("equal hashes: %s and %s", group[0], other)
		}
		seen[hash] = group[0]
		for _, inner := range group[1:] {
			if c := contentOf(t, inner); c.Hash() != hash {
				t.Errorf("different hashes: %s and %s", group[0], inner)
			}
		}
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	base := contentOf(t, `<data field="a">1</data><data field="b">2</data><data field="d" url="u" filename="n"/><data field="r2">x</data>`+
		`<reference field="r1" resource="c_d" uuid="1"/><reference field="r3" resource="c_d" uuid="3"/><x>1</x><x>2</x><y/>`)
	base.Attrs = []s3xml.Attr{{Name: "created_by", Value: "a"}, {Name: "owned_by_user", Value: "b"}}
	before := base.Hash()
	over := contentOf(t, `<data field="b" value="20"/><data field="c">3</data><data field="d"/><data field="r1" null="true"/>`+
		`<reference field="r2" resource="c_d" uuid="2"/><x>3</x>`)
	over.Attrs = []s3xml.Attr{{Name: "approved", Value: "false"}, {Name: "created_by", Value: "c"}}
	got := base.Overlay(over)
	want := contentOf(t, `<data field="a">1</data><data field="b" value="20"/><data field="c">3</data><data field="d" url="u" filename="n"/><data field="r1" null="true"/>`+
		`<reference field="r2" resource="c_d" uuid="2"/><reference field="r3" resource="c_d" uuid="3"/><x>3</x><y/>`)
	want.Attrs = []s3xml.Attr{{Name: "approved", Value: "false"}, {Name: "created_by", Value: "c"}, {Name: "owned_by_user", Value: "b"}}
	same(t, "merged", want, got)
	if base.Hash() != before {
		t.Error("the base was changed")
	}
	same(t, "nothing over base", base, base.Overlay(s3xml.Content{}))
	same(t, "base over nothing", base, s3xml.Content{}.Overlay(base))
	same(t, "base over base", base, base.Overlay(base))
}

// TestCovers lays small contents over each other: where Covers says so, the result is the upper one.
func TestCovers(t *testing.T) {
	t.Parallel()
	parts := []string{
		`<data field="a">1</data>`, `<data field="a" value="2"/>`, `<data field="a"/>`, `<data field="b" null="true"/>`, `<data field="b" u="/&gt;">x &lt; y</data>`,
		`<data field="c" url="u" filename="n"/>`, `<reference field="a" resource="c_d" uuid="1"/>`, `<reference field="r" resource="c_d" uuid="1">one</reference>`,
		`<reference field="r" resource="c_d" uuid="2"/>`, `<reference field="s" resource="c_d" uuid="[]"/>`, `<x>1</x>`,
	}
	chance, covered := rand.New(rand.NewPCG(1, 2)), 0
	for over := range 1 << len(parts) {
		base := chance.IntN(1 << len(parts))
		if over%3 == 0 {
			base &= over
		}
		var texts [2]string
		for i, part := range parts {
			for k, chosen := range []int{over, base} {
				if chosen&(1<<i) != 0 {
					texts[k] += part
				}
			}
		}
		upper, lower := contentOf(t, texts[0]), contentOf(t, texts[1])
		body := upper.AppendBody(nil)
		if !s3xml.Covers(body, lower.AppendBody(nil)) {
			continue
		}
		covered++
		if merged := lower.Overlay(upper); string(merged.AppendBody(nil)) != string(body) || merged.Hash() != upper.Hash() {
			t.Errorf("%s over %s is %s", body, lower.AppendBody(nil), merged.AppendBody(nil))
		}
	}
	if covered < 50 {
		t.Errorf("%d pairs were found", covered)
	}
	usual := `<data field="a">1</data><data field="b" value="2">2</data><reference field="r" resource="c_d" uuid="1"/>`
	for base, want := range map[string]bool{
		usual: true, "": true, `<data field="b">1</data>`: true, `<reference field="r" resource="c_d" uuid="2"/>`: true,
		`<data field="c">1</data>`: false, `<reference field="q" resource="c_d" uuid="2"/>`: false, usual + `<x/>`: false, "<data": false, usual + "<data": false,
	} {
		if got := s3xml.Covers([]byte(usual), []byte(base)); got != want {
			t.Errorf("%s covers %s: %t", usual, base, got)
		}
	}
}

func TestTRF049_EmptyElementsClearTextsOnly(t *testing.T) {
	t.Parallel()
	for before, cleared := range map[string]bool{
		`<data field="f">text</data>`:                       true,
		`<data field="f" value="&quot;text&quot;">x</data>`: true,
		`<data field="f">{"a":1}</data>`:                    true,
		`<data field="f" value="1.5">1.5</data>`:            false,
		`<data field="f" value="true">Yes</data>`:           false,
		`<data field="f" value="2026-01-01">1 Jan</data>`:   false,
		`<data field="f" value="[1,2]">1, 2</data>`:         false,
		`<data field="f" url="u" filename="n"/>`:            false,
	} {
		base := contentOf(t, before)
		want := base
		if cleared {
			want = contentOf(t, `<data field="f"/>`)
		}
		same(t, before, want, base.Overlay(contentOf(t, `<data field="f"/>`)))
		same(t, before+" as null", contentOf(t, `<data field="f" null="true"/>`), base.Overlay(contentOf(t, `<data field="f" null="true"/>`)))
	}
}

// TestContentOfHandMadeRecord gives texts that no document can hold.
func TestContentOfHandMadeRecord(t *testing.T) {
	t.Parallel()
	r := s3xml.Record{
		Data:       []s3xml.Data{{Field: "a\x00", Text: "x\x07y"}, {Field: "b", Text: "x\xffy"}, {Field: "c", Value: "1\x01", HasValue: true}},
		References: []s3xml.Reference{{Field: "r", Resource: "c_d", UUID: "u\uFFFE", Text: "\xff"}},
	}
	c, err := s3xml.ContentOf(&r)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "content", s3xml.Content{
		Fields:     []s3xml.Field{{Name: "a", Value: `"x\u0007y"`, Form: s3xml.Literal}, {Name: "b", Value: "x\uFFFDy"}, {Name: "c", Value: "1", Form: s3xml.Literal}},
		References: []s3xml.Ref{{Field: "r", Resource: "c_d", UIDs: []string{"u"}, Text: "\uFFFD"}},
	}, c)
	if r.References[0].UUID != "u\uFFFE" {
		t.Error("the record was changed")
	}
}
