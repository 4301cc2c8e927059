package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// imported is the value of the field f of a record that came with this data element.
func imported(t *testing.T, data string) string {
	t.Helper()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(el("u", at(early), data)))
	return a.field("f")
}

func TestTRF046_ValueWinsOverText(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`<data field="f" value="&quot;RR&quot;">Red Anchor</data>`: "RR",
		`<data field="f" value="3">three</data>`:                   "3",
		`<data field="f" value="">not empty</data>`:                "",
		`<data field="f">three</data>`:                             "three",
	} {
		if got := imported(t, data); got != want {
			t.Errorf("%s is stored as %q, want %q", data, got, want)
		}
	}
}

func TestTRF047_ValuesAreJSONOrLiteral(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`<data field="f" value="&quot;abc&quot;"/>`:      "abc",
		`<data field="f" value="&quot;\u00d8st&quot;"/>`: "Øst",
		`<data field="f" value="98E600"/>`:               "98E600",
		`<data field="f" value="007"/>`:                  "007",
		`<data field="f" value="abc"/>`:                  "abc",
	} {
		if got := imported(t, data); got != want {
			t.Errorf("%s is stored as %q, want %q", data, got, want)
		}
	}
}

func TestTRF048_TextIsUnescapedOnceMore(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`<data field="f">a &amp;lt; b</data>`:                       "a < b",
		`<data field="f">a &amp;amp;lt; b</data>`:                   "a &lt; b",
		`<data field="f">a &lt; b</data>`:                           "a < b",
		`<data field="f" value="&quot;a &amp;lt; b&quot;">x</data>`: "a &lt; b",
	} {
		if got := imported(t, data); got != want {
			t.Errorf("%s is stored as %q, want %q", data, got, want)
		}
	}
}

// update gives the value of a field f after a partial update.
func update(t *testing.T, database, before, data string) string {
	t.Helper()
	a := pullsFrom(t, database, newer)
	a.feed(document(el("u", at(early), before)), document(el("u", at(later), data)))
	return a.field("f")
}

func TestTRF049_EmptyElements(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for before, want := range map[string]string{
			`<data field="f">text</data>`:               "",
			`<data field="f" value="1.5">1.5</data>`:    "1.5",
			`<data field="f" value="true">Yes</data>`:   "true",
			`<data field="f" value="[1,2]">1, 2</data>`: "[1,2]",
		} {
			if got := update(t, database, before, `<data field="f"/>`); got != want {
				t.Errorf("an empty element makes %s %q, want %q", before, got, want)
			}
		}
	})
}

func TestTRF050_AbsentFieldsStay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		before := `<data field="f">text</data><reference field="r" resource="gis_location" uuid="urn:l"/>`
		a := pullsFrom(t, database, newer)
		a.feed(document(el("u", at(early), before)), document(el("u", at(later), `<data field="g">new</data>`)))
		if f, g := a.field("f"), a.field("g"); f != "text" || g != "new" {
			t.Errorf("f is %q, g is %q", f, g)
		}
		mustContain(t, string(a.get("u").Body), `uuid="urn:l"`)
		a.feed(document(el("u", at(future), `<data field="f">other</data>`)))
		if f, g := a.field("f"), a.field("g"); f != "other" || g != "new" {
			t.Errorf("f is %q, g is %q", f, g)
		}
	})
}

// A site without schema does not know which fields are booleans: it stores and sends on what came, and guesses
// nothing (docs/compatibility.md).
func TestTRF051_BooleansAreStoredAsTheyCome(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"true", "false", "No", "1", "T"} {
		in := `<data field="f" value="` + value + `"/>`
		if got := imported(t, in); got != value {
			t.Errorf("%s is stored as %q", in, got)
		}
	}
}

// Times of records are converted; fields are stored as they come, because only a schema tells which of them are
// times (docs/compatibility.md).
func TestTRF052_TimesAreUTC(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Time{
		"2024-02-29T23:59:59+05:30": time.Date(2024, 2, 29, 18, 29, 59, 0, time.UTC),
		"2024-02-29T23:59:59Z":      time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC),
		"2024-02-29T23:59:59":       time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC),
	} {
		a := pullsFrom(t, "sqlite", newer)
		a.feed(document(el("u", `created_on="`+in+`" modified_on="`+in+`"`, `<data field="f" value="`+in+`"/>`)))
		r := a.get("u")
		if !r.ModifiedOn.Equal(want) || !r.CreatedOn.Equal(want) || a.field("f") != in {
			t.Errorf("%s became %s and %s, as a field %s", in, r.CreatedOn, r.ModifiedOn, a.field("f"))
		}
	}
}

func TestTRF053_UnreadableAndMissingTimes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		run := a.feed(document(el("bad", at("next week"), name("Bad")), el("none", `mci="1"`, name("No time"))))
		if got, c := a.show(), run.Totals(); got != "none=No time" || c.Rejected != 1 || c.Created != 1 {
			t.Errorf("records: %s, counts: %+v", got, c)
		}
		if got := a.get("none").ModifiedOn; !got.Equal(a.clock) {
			t.Errorf("a record without time is of %s, want the time of the import, %s", got, a.clock)
		}
		items := a.items(transfer.ItemFilter{RunID: run.ID})
		if len(items) != 1 || items[0].Reason != transfer.RejectBadTime {
			t.Errorf("items: %+v", items)
		}
	})
}

func TestTRF054_AMissingMCIIsTwo(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(el("u", `modified_on="`+early+`"`, ""), el("v", at(early), "")))
	if u, v := a.get("u").MCI, a.get("v").MCI; u != 2 || v != 1 {
		t.Errorf("stored are %d without and %d with mci=1", u, v)
	}
}

func TestTRF055_TheStoredMCIIsThatOfTheCreation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(el("u", `mci="1" modified_on="`+early+`"`, name("One"))))
		if got := a.get("u").MCI; got != 1 {
			t.Errorf("stored is %d", got)
		}
		mustContain(t, element(t, a.export(transfer.Export{}), "u"), ` mci="2"`)
		run := a.feed(document(el("u", `mci="4" modified_on="`+later+`"`, name("Two"))))
		if got := a.get("u").MCI; got != 1 || run.Totals().Updated != 1 {
			t.Errorf("after an update stored is %d, counts %+v", got, run.Totals())
		}
	})
}

func TestTRF056_TheTransmittedTimeIsStored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		for _, modified := range []string{early, later} {
			a.feed(document(el("u", at(modified), name(modified))))
			if got := s3xml.FormatTime(a.get("u").ModifiedOn); got != modified || a.field("name") != modified {
				t.Errorf("a version of %s is stored as of %s", modified, got)
			}
		}
	})
}

func TestTRF057_WhatADeletionIs(t *testing.T) {
	t.Parallel()
	for deleted, want := range map[string]string{"true": "u=-", "True": "u=-", "TRUE": "u=-", "1": "u=New", "False": "u=New", "": "u=New"} {
		a := pullsFrom(t, "sqlite", newer)
		fromEden(a)
		a.feed(document(el("u", at(future)+` deleted="`+deleted+`"`, name("New"))))
		if got := a.show(); got != want {
			t.Errorf("deleted=%q: %s, want %s", deleted, got, want)
		}
	}
}

func TestTRF058_DeletionsOfUnknownRecords(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		run := a.feed(document(gone(early), el("v", at(early), name("Other"))))
		if c := run.Totals(); run.State != transfer.Done || c.Unchanged != 1 || c.Created != 1 || a.has(orgs, "urn:u") {
			t.Errorf("%s, %+v, stored: %v", run.State, c, a.has(orgs, "urn:u"))
		}
	})
}

// References are stored as received and changed when they are sent: a site without schema does not rewrite the
// records of others (docs/compatibility.md).
func TestTRF059_Merges(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for _, strategy := range []policy.Strategy{policy.All, policy.All &^ policy.Merge} {
			a := pullsFrom(t, database, policy.Rule{Strategy: strategy, Update: policy.Newer, Conflict: policy.Newer})
			a.feed(document(
				el("u", at(early), name("Duplicate")), el("v", at(early), name("Stays")),
				el("w", at(early), `<reference field="parent_id" resource="org_organisation" uuid="urn:u"/>`),
			))
			run := a.feed(document(gone2("u", later, "urn:v")))
			refers, want := element(t, a.export(transfer.Export{}), "w"), "urn:v"
			if strategy.Has(policy.Merge) {
				if r := a.get("u"); !r.Deleted || r.ReplacedBy != "urn:v" || run.Totals().Deleted != 1 {
					t.Errorf("the merged record: %+v, counts %+v", r.Record, run.Totals())
				}
			} else {
				want = "urn:u"
				if a.get("u").Deleted || run.Totals().Skipped != 1 {
					t.Errorf("merged although the strategy does not allow it: %+v", run.Totals())
				}
			}
			mustContain(t, refers, `uuid="`+want+`"`)
		}
	})
}

// What this site does not know is no obstacle, and it is kept and sent on instead of being lost (docs/compatibility.md).
func TestTRF060_UnknownThings(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		run := a.feed(document(el("u", at(early)+` colour="red"`, name("One")+`<data field="no_such_field">x</data><map tiles="3"/>`+
			`<resource name="no_such_table" uuid="urn:c" modified_on="`+early+`"><data field="f">y</data></resource>`)))
		if run.State != transfer.Done || a.field("name") != "One" {
			t.Errorf("%s: %s", run.State, run.Message)
		}
		mustContain(t, element(t, a.export(transfer.Export{}), "u"), `colour="red"`, `<data field="no_such_field">x</data>`, `<map tiles="3"/>`, `name="no_such_table"`)
	})
}

func TestTRF061_RecordsThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		run := a.feed(document(
			el("u", at(early), `<reference field="location_id" resource="gis_location" uuid="urn:l"/>`),
			`<resource name="gis_location" uuid="urn:l" modified_on="`+early+`"/>`,
			`<resource name="hms_hospital" uuid="urn:h" modified_on="`+early+`"/>`,
		))
		if !a.has(orgs, "urn:u") || !a.has(locations, "urn:l") || a.has("hms_hospital", "urn:h") {
			t.Errorf("organisation %v, location %v, hospital %v", a.has(orgs, "urn:u"), a.has(locations, "urn:l"), a.has("hms_hospital", "urn:h"))
		}
		if c := run.Totals(); run.State != transfer.Done || c.Created != 2 || c.Skipped != 1 {
			t.Errorf("%s, %+v", run.State, c)
		}
	})
}

// A reference without target stays, so that it is whole when the target comes (docs/compatibility.md).
func TestTRF062_TargetsOfReferences(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		to := func(uid string) string {
			return `<reference field="location_id" resource="gis_location" uuid="urn:` + uid + `"/>`
		}
		location := func(uid string) string {
			return `<resource name="gis_location" uuid="urn:` + uid + `" modified_on="` + early + `"/>`
		}
		a.feed(document(location("inside"), el("u", at(early), to("inside")), location("later")))
		a.feed(document(el("v", at(early), to("inside")), el("w", at(early), to("nowhere"))))
		doc := a.export(transfer.Export{})
		for uid, target := range map[string]string{"u": "inside", "v": "inside", "w": "nowhere"} {
			mustContain(t, element(t, doc, uid), `uuid="urn:`+target+`"`)
		}
		if element(t, doc, "inside") == "" || element(t, doc, "nowhere") != "" {
			t.Errorf("the targets in the document are wrong: %s", doc)
		}
		a.feed(document(el("w", at(later), to("nowhere")+name("W")), location("nowhere")))
		if element(t, a.export(transfer.Export{}), "nowhere") == "" {
			t.Error("the reference does not lead to the target that came later")
		}
	})
}

func TestTRF063_MutualReferences(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		to := func(uid string) string {
			return `<reference field="partner_id" resource="org_organisation" uuid="urn:` + uid + `"/>`
		}
		run := a.feed(document(el("u", at(early), to("v")), el("v", at(early), to("u"))))
		if c := run.Totals(); c.Created != 2 || c.Received != 2 {
			t.Errorf("counts: %+v", c)
		}
		doc := a.export(transfer.Export{})
		mustContain(t, element(t, doc, "u"), `uuid="urn:v"`)
		mustContain(t, element(t, doc, "v"), `uuid="urn:u"`)
		if strings.Count(doc, "<resource ") != 2 {
			t.Errorf("each once: %s", doc)
		}
	})
}
