package engine_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func TestTRF031_TheRootOfADocument(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.edit("u", "One")
	doc := a.export(transfer.Export{})
	want := "<?xml version='1.0' encoding='utf-8'?>\n" +
		`<s3xml success="true" results="1" domain="a.example.org" url="http://a.example.org/eden"><resource name="org_organisation"`
	if !strings.HasPrefix(doc, want) {
		t.Errorf("the document begins %s", doc)
	}
	mustNotContain(t, doc, "xmlns")
	a.edit("v", "Two")
	mustContain(t, a.export(transfer.Export{}), `results="2"`)
}

func TestTRF032_NothingToExport(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.edit("u", "One")
	mustContain(t, a.export(transfer.Export{Resource: offices}), `<s3xml success="false" results="0" `)
	mustContain(t, a.export(transfer.Export{Since: start.Add(time.Hour)}), `<s3xml success="false" results="0" `)
	mustContain(t, a.export(transfer.Export{}), `<s3xml success="true" results="1" `)
}

func TestTRF033_MCIIsOneMore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.edit("made", "Made here")
		a.feed(document(el("first", `mci="1" modified_on="`+early+`"`, ""), el("third", `mci="3" modified_on="`+early+`"`, ""),
			el("zero", `mci="0" modified_on="`+early+`"`, "")))
		doc := a.export(transfer.Export{})
		for uid, want := range map[string]string{"made": "1", "first": "2", "third": "4", "zero": "1"} {
			mustContain(t, element(t, doc, uid), ` mci="`+want+`"`)
		}
	})
}

func TestTRF034_DeletedRecords(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.edit("made", "Made here")
		a.feed(document(
			el("gone", `mci="1" created_on="2026-01-01T00:00:00" created_by="ann@example.org" modified_on="`+early+`"`,
				name("Gone")+`<resource name="org_office" uuid="urn:f" modified_on="`+early+`"><data field="name">Office</data></resource>`),
			el("merged", at(early), name("Merged")),
		), document(gone2("gone", later, ""), gone2("merged", later, "urn:made")))
		doc := a.export(transfer.Export{})
		for uid, want := range map[string]string{
			"gone":   `<resource name="org_organisation" uuid="urn:gone" mci="2" deleted="True" modified_on="2026-11-22T10:00:00"/>`,
			"merged": `<resource name="org_organisation" uuid="urn:merged" mci="2" deleted="True" modified_on="2026-11-22T10:00:00" replaced_by="urn:made"/>`,
		} {
			if got := element(t, doc, uid); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		mustContain(t, element(t, doc, "made"), "Made here", "created_on")
	})
}

// gone2 is a deletion, or a merge into another record.
func gone2(uid, time, into string) string {
	attrs := `deleted="True" modified_on="` + time + `"`
	if into != "" {
		attrs += ` replaced_by="` + into + `"`
	}
	return el(uid, attrs, "")
}

// A field that never had a value is not written. One that was cleared is written as an empty element, which tells it
// to other sites (docs/compatibility.md).
func TestTRF035_NullFields(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.put(organisation("u"), s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: "One"}, {Name: "phone", Value: "+47 555"}}})
	doc := a.export(transfer.Export{})
	mustContain(t, doc, `<data field="phone">+47 555</data>`)
	mustNotContain(t, doc, "website", "null")
	a.put(organisation("u"), s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: "One"}}})
	mustContain(t, a.export(transfer.Export{}), `<data field="phone" null="true"/>`)
}

// exported is one data element as it goes out after it came in.
func exported(t *testing.T, data string) string {
	t.Helper()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(el("u", at(early), data)))
	doc := a.export(transfer.Export{})
	if err := wellFormed(doc); err != nil {
		t.Errorf("%v: %s", err, doc)
	}
	_, inner, _ := strings.Cut(element(t, doc, "u"), ">")
	return strings.TrimSuffix(inner, "</resource>")
}

// wellFormed reads a document with another parser than ours.
func wellFormed(doc string) error {
	doc = strings.Replace(doc, "encoding='utf-8'", "", 1)
	dec := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestTRF036_StringsAreText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		name("Red"): name("Red"),
		`<data field="name" value="&quot;Red&quot;">The red one</data>`: name("Red"),
		`<data field="name" value="&quot;007&quot;">Bond</data>`:        name("007"),
		`<data field="name">a &lt;b&gt; &amp; c</data>`:                 `<data field="name">a &lt;b&gt; &amp; c</data>`,
	} {
		if got := exported(t, in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestTRF037_OtherTypesHaveAValue(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<data field="n" value="1.5">1.50</data>`:                      `<data field="n" value="1.5">1.5</data>`,
		`<data field="b" value="true">Yes</data>`:                      `<data field="b" value="true">true</data>`,
		`<data field="b" value="false">No</data>`:                      `<data field="b" value="false">false</data>`,
		`<data field="d" value="2026-02-03">3 Feb</data>`:              `<data field="d" value="2026-02-03">2026-02-03</data>`,
		`<data field="d" value="2026-02-03T10:00:00">3 Feb 10h</data>`: `<data field="d" value="2026-02-03T10:00:00">2026-02-03T10:00:00</data>`,
		`<data field="l" value="[1, 2]">1, 2</data>`:                   `<data field="l" value="[1,2]">[1,2]</data>`,
	} {
		if got := exported(t, in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestTRF038_ObjectsAreText(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`<data field="j" value="{&quot;a&quot;: [1, null]}">x</data>`, `<data field="j">{"a":[1,null]}</data>`} {
		if got, want := exported(t, in), `<data field="j">{"a":[1,null]}</data>`; got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

// Fields are sent on as they came: a site without schema does not know which of them are times (docs/compatibility.md).
func TestTRF039_FractionsAreCutOff(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.clock = a.clock.Add(999_999 * time.Microsecond)
		a.edit("made", "Made here")
		a.feed(document(el("u", `created_on="2026-11-22T08:59:59.5" modified_on="2026-11-22T09:00:00.999999"`, `<data field="f" value="2026-01-01T00:00:00.9"/>`)))
		doc := a.export(transfer.Export{})
		mustContain(t, element(t, doc, "made"), ` created_on="2026-11-23T08:01:00" modified_on="2026-11-23T08:01:00"`)
		mustContain(t, element(t, doc, "u"), ` created_on="2026-11-22T08:59:59" modified_on="2026-11-22T09:00:00"`, `value="2026-01-01T00:00:00.9"`)
	})
}

// Where JSON can say what XML cannot, it does, so that nothing is lost.
func TestTRF040_CharactersThatXMLForbids(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.put(organisation("u"), s3xml.Content{
			Fields:     []s3xml.Field{{Name: "name", Value: "a\x00b\x07c\x1bd\uFFFEe\tf✓"}, {Name: "n", Value: "1\x01", Form: s3xml.Literal}},
			References: []s3xml.Ref{{Field: "r", Resource: orgs, UIDs: []string{"urn:v"}, Text: "x\x02y"}},
		})
		doc := a.export(transfer.Export{})
		if err := wellFormed(doc); err != nil {
			t.Errorf("%v: %q", err, doc)
		}
		mustContain(t, doc, "<data field=\"name\">abcde\tf✓</data>", `<data field="n" value="1">1</data>`, ">xy</reference>")
	})
	if got, want := exported(t, `<data field="f" value="&quot;a\u0007b&quot;">ab</data>`), `<data field="f" value="&quot;a\u0007b&quot;">"a\u0007b"</data>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// chain are locations that each lie in the next one.
func chain(n int) (elements []string) {
	for i := range n {
		parent := fmt.Sprintf(`<reference field="parent" resource="gis_location" uuid="urn:l%d"/>`, i+1)
		elements = append(elements, fmt.Sprintf(`<resource name="gis_location" uuid="urn:l%d" modified_on="%s">%s</resource>`, i, early, parent))
	}
	return elements
}

func TestTRF041_ReferredRecordsFollowOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		in := `<reference field="location_id" resource="gis_location" uuid="urn:l0">Quay</reference>`
		a.feed(document(append([]string{el("u", at(early), in), el("v", at(early), in)}, chain(13)...)...))
		doc := a.export(transfer.Export{})
		mustContain(t, doc, `results="2"`, in)
		for i := range 13 {
			tag := fmt.Sprintf(`<resource name="gis_location" uuid="urn:l%d"`, i)
			want := 0
			if i < 10 {
				want = 1
			}
			if n := strings.Count(doc, tag); n != want {
				t.Errorf("location %d is in the document %d times, want %d", i, n, want)
			}
		}
		a.feed(document(`<resource name="org_organisation" uuid="urn:w" modified_on="` + future + `"/>`))
		mustNotContain(t, a.export(transfer.Export{Since: start.Add(10 * time.Hour)}), "gis_location")
	})
}

func TestTRF042_ListReferences(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(
		el("u", at(early), `<reference field="sector_ids" resource="org_sector" uuid="[&quot;urn:s1&quot;, &quot;urn:s2&quot;]">Food, Water</reference>`),
		`<resource name="org_sector" uuid="urn:s1" modified_on="`+early+`"/>`, `<resource name="org_sector" uuid="urn:s2" modified_on="`+early+`"/>`,
	))
	doc := a.export(transfer.Export{})
	mustContain(t, element(t, doc, "u"), `uuid="[&quot;urn:s1&quot;,&quot;urn:s2&quot;]"`)
	if element(t, doc, "s1") == "" || element(t, doc, "s2") == "" {
		t.Errorf("the targets of the list do not follow: %s", doc)
	}
	single := el("v", at(early), `<reference field="sector_ids" resource="org_sector" uuid="urn:s1"/>`)
	a.feed(document(single))
	mustContain(t, element(t, a.export(transfer.Export{}), "v"), `uuid="urn:s1"`)
}

func TestTRF043_ReferencesToSuperEntities(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	site := `<reference field="site_id" resource="org_office" uuid="urn:f">Harbour</reference>`
	a.feed(document(el("u", at(early), site), `<resource name="org_office" uuid="urn:f" modified_on="`+early+`"><data field="name">Harbour</data></resource>`))
	doc := a.export(transfer.Export{})
	mustContain(t, element(t, doc, "u"), site)
	mustContain(t, element(t, doc, "f"), `<resource name="org_office"`)
	mustNotContain(t, doc, "org_site")
}

func TestTRF044_UsersStayAtTheirSite(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		run := a.feed(document(
			el("u", at(early), name("One")+`<data field="password">$1$abc</data><reference field="user_id" resource="auth_user" uuid="urn:ann"/>`+
				`<resource name="auth_membership" uuid="urn:m" modified_on="`+early+`"/>`),
			`<resource name="auth_user" uuid="urn:ann" modified_on="`+early+`"><data field="email">ann@example.org</data><data field="password">$1$def</data></resource>`,
			`<resource name="auth_group" uuid="urn:staff" modified_on="`+early+`"><data field="role">Staff</data></resource>`,
		))
		for table, uid := range map[string]string{"auth_user": "ann", "auth_group": "staff", "auth_membership": "m"} {
			if a.has(table, "urn:"+uid) {
				t.Errorf("%s is stored", table)
			}
		}
		if !a.has(orgs, "urn:u") {
			t.Error("the organisation is not stored")
		}
		doc := a.export(transfer.Export{})
		mustContain(t, doc, "One")
		mustNotContain(t, doc, `name="auth_`, "password", "$1$", "ann@example.org")
		for _, it := range a.items(transfer.ItemFilter{RunID: run.ID}) {
			mustNotContain(t, string(it.Incoming.XML), "$1$")
		}
	})
}

func TestTRF045_ComponentChangeExportsMaster(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		contact := `<resource name="org_contact" uuid="urn:c" mci="1" modified_on="` + early + `"><data field="value">+47 555</data></resource>`
		a.feed(document(el("u", at(early), name("Changed")+contact), el("v", at(early), name("Untouched"))))
		since := a.clock.Add(time.Hour)
		known := transfer.Export{RepositoryID: "c", Since: since}
		mustContain(t, a.export(transfer.Export{RepositoryID: "c"}), "Changed", "Untouched")
		mustContain(t, a.export(known), `results="0"`)
		a.clock = since.Add(time.Hour)
		a.put(transfer.Key{Resource: "org_contact", UID: "urn:c"}, s3xml.Content{Fields: []s3xml.Field{{Name: "value", Value: "+47 777"}}})
		for _, x := range []transfer.Export{known, {Since: since}} {
			doc := a.export(x)
			mustContain(t, doc, `results="1"`, `modified_on="`+early+`"`)
			mustContain(t, element(t, doc, "u"), "Changed", "+47 777")
			mustNotContain(t, doc, "Untouched")
		}
		if _, err := a.Apply(t.Context(), engine.Edit{Key: transfer.Key{Resource: "org_contact", UID: "urn:c"}, Delete: true}); err != nil {
			t.Fatal(err)
		}
		mustContain(t, element(t, a.export(known), "u"), `uuid="urn:c" mci="2" deleted="True"`)
	})
}
