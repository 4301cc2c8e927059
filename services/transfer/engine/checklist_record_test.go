package engine_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// There is no schema and hence no mandatory field: the record is stored with what it has. Whoever has a schema says
// so in the answer to a push (docs/compatibility.md).
func TestTRF064_NoFieldIsMandatory(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(el("u", at(early), name("One")), el("v", at(early), "")))
		if run := a.feed(document(el("u", at(later), `<data field="acronym">O</data>`))); run.Totals().Updated != 1 {
			t.Errorf("counts: %+v", run.Totals())
		}
		if got := a.show(); got != "u=One v=-" || a.get("v").Deleted {
			t.Errorf("records: %s", got)
		}
	})
}

// What can be wrong without a schema: times, mci, uids, table names and lists of references.
func TestTRF065_InvalidRecordsAreRejectedAlone(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	for name, test := range map[string]struct{ bad, says, reason string }{
		"time":       {el("bad", `modified_on="soon"`, ""), `(UID: urn:bad) org_organisation: modified_on "soon" is no time`, transfer.RejectBadTime},
		"mci":        {el("bad", `mci="one"`, ""), `(UID: urn:bad) org_organisation: mci "one" is no whole number`, transfer.RejectBadMCI},
		"uid":        {el(long, "", ""), "org_organisation: uid of 204 characters", transfer.RejectBadUID},
		"references": {el("bad", "", `<reference field="r" resource="org_sector" uuid="[1"/>`), "(UID: urn:bad) org_organisation: ", transfer.RejectBadContent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := pullsFrom(t, "sqlite", newer)
			run := a.feed(document(el("u", at(early), ""), test.bad, el("v", at(early), "")))
			if c := run.Totals(); c.Created != 2 || c.Rejected != 1 || run.State != transfer.DoneWithWarnings {
				t.Errorf("%s, %+v", run.State, c)
			}
			if got := a.show(); got != "u=- v=-" {
				t.Errorf("records: %s", got)
			}
			items := a.items(transfer.ItemFilter{RunID: run.ID})
			if len(items) != 1 || items[0].Reason != test.reason {
				t.Errorf("items: %+v", items)
			}
			log := a.log()
			mustContain(t, log[len(log)-1].GetMessage(), "invalid items ignored", test.says)
		})
	}
}

func TestTRF066_AnInvalidComponentTakesItsMasterAlong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		contact := func(uid, modified string) string {
			return `<resource name="org_contact" uuid="urn:` + uid + `" modified_on="` + modified + `"/>`
		}
		a := pullsFrom(t, database, newer)
		run := a.feed(document(
			el("u", at(early), contact("good", early)+contact("bad", "soon")),
			el("v", at(early), contact("other", early)),
		))
		if c := run.Totals(); c.Rejected != 3 || c.Created != 2 {
			t.Errorf("counts: %+v", c)
		}
		if a.has(orgs, "urn:u") || a.has("org_contact", "urn:good") || a.has("org_contact", "urn:bad") || !a.has(orgs, "urn:v") || !a.has("org_contact", "urn:other") {
			t.Errorf("records: %s", a.show())
		}
		reasons := map[string]string{}
		for _, it := range a.items(transfer.ItemFilter{RunID: run.ID, Outcomes: []policy.Outcome{policy.Rejected}}) {
			reasons[it.Key.UID] = it.Reason
		}
		if reasons["urn:u"] != transfer.RejectComponent || reasons["urn:good"] != transfer.RejectMaster || reasons["urn:bad"] != transfer.RejectBadTime {
			t.Errorf("reasons: %v", reasons)
		}
	})
}

func TestTRF067_TemporaryIdentifiers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(
			el("u", at(early), `<reference field="location_id" resource="gis_location" tuid="L1"/>`),
			el("v", at(early), `<reference field="sector_id" resource="org_sector" tuid="L1"/>`),
			`<resource name="gis_location" tuid="L1" modified_on="`+early+`"><data field="name">Quay</data></resource>`,
		))
		doc := a.export(transfer.Export{})
		target := between(t, element(t, doc, "u"), `resource="gis_location" uuid="`, `"`)
		if got := a.tables(locations); got != target {
			t.Errorf("u refers to %s, stored are the locations %s", target, got)
		}
		mustContain(t, doc, `<resource name="gis_location" uuid="`+target+`"`, "Quay")
		mustNotContain(t, element(t, doc, "v"), target)
		mustNotContain(t, doc, "tuid")
	})
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	found, _, end := strings.Cut(rest, to)
	if !ok || !end {
		t.Fatalf("no %s…%s in %s", from, to, text)
	}
	return found
}

// tables lists the uids of a table.
func (s *site) tables(resource string) string {
	s.t.Helper()
	records, _, err := s.store.ListRecords(s.t.Context(), transfer.RecordFilter{Resource: resource, WithDeleted: true}, transfer.Page{Size: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	var uids []string
	for i := range records {
		uids = append(uids, records[i].UID)
	}
	return strings.Join(uids, " ")
}

func TestTRF068_PlainUIDsOfTheSendersDomain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		location := func(uid, name string) string {
			return `<resource name="gis_location" uuid="` + uid + `" modified_on="` + early + `"><data field="name">` + name + `</data></resource>`
		}
		refers := el("u", at(early), `<reference field="location_id" resource="gis_location" uuid="quay"/>`)
		doc := func(domain string, elements ...string) string {
			return `<s3xml domain="` + domain + `">` + strings.Join(elements, "") + `</s3xml>`
		}
		a.feed(doc("relief1", refers, location("relief1/quay", "Quay")))
		if got := a.tables(locations); got != "relief1/quay" {
			t.Errorf("locations: %s", got)
		}
		mustContain(t, element(t, a.export(transfer.Export{}), "u"), `uuid="relief1/quay"`)
		a.feed(doc("relief1", el("w", at(early), `<reference field="location_id" resource="gis_location" uuid="relief1/pier"/>`), location("pier", "Pier")))
		if got := a.tables(locations); got != "relief1/pier relief1/quay" {
			t.Errorf("locations: %s", got)
		}
		a.feed(doc("relief2", el("v", at(early), `<reference field="location_id" resource="gis_location" uuid="quay"/>`), location("relief1/quay", "Quay")))
		mustContain(t, element(t, a.export(transfer.Export{}), "v"), `uuid="relief2/quay"`)
	})
}

func TestTRF069_TheUUIDIsTheIdentity(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(el("u", `mci="1" created_on="2026-01-01T00:00:00" modified_on="`+early+`"`, name("One"))))
		a.feed(document(gone(later)))
		run := a.feed(document(el("u", at(future), name("Another name")), el("x", at(future), name("Another name"))))
		if got, c := a.show(), run.Totals(); got != "u=Another name x=Another name" || c.Updated != 1 || c.Created != 1 {
			t.Errorf("records: %s, counts: %+v", got, c)
		}
		if h := a.get("u"); len(h.Versions) != 2 || h.CreatedOn.Year() != 2026 || h.CreatedOn.Month() != time.January {
			t.Errorf("it is not the record that was deleted: %+v", h)
		}
	})
}

func TestTRF070_MethodsThatTheStrategyExcludes(t *testing.T) {
	t.Parallel()
	with := func(s policy.Strategy) policy.Rule {
		return policy.Rule{Strategy: s, Update: policy.Newer, Conflict: policy.Newer}
	}
	elsewhere := func(a *site) {
		a.importFrom(transfer.Repository{ID: "other"}, newer, document(el("u", at(early), name("L"))))
		a.agree()
	}
	for name, test := range map[string]struct {
		method policy.Strategy
		here   func(*site)
		doc    string
		want   string // with all other methods allowed
		mirror string // with this one only
	}{
		"create": {policy.Create, func(*site) {}, incoming(future), "", "u=R"},
		"update": {policy.Update, elsewhere, incoming(future), "u=L", "u=R"},
		"delete": {policy.Delete, elsewhere, gone(future), "u=L", "u=-"},
		"merge":  {policy.Merge, elsewhere, gone2("u", future, "urn:v"), "u=L", "u=-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := pullsFrom(t, "sqlite", with(policy.All&^test.method))
			test.here(a)
			run := a.feed(document(test.doc))
			if got := a.show(); got != test.want || run.Totals().Skipped != 1 {
				t.Errorf("%s, %+v", got, run.Totals())
			}
			items := a.items(transfer.ItemFilter{RunID: run.ID})
			if len(items) != 1 || !strings.HasPrefix(items[0].Message, "Operation not permitted") || items[0].Reason != string(policy.NotInStrategy) {
				t.Errorf("items: %+v", items)
			}
			b := pullsFrom(t, "sqlite", with(test.method))
			test.here(b)
			b.feed(document(test.doc))
			if got := b.show(); got != test.mirror {
				t.Errorf("with %s only: %s, want %s", name, got, test.mirror)
			}
		})
	}
}

// large is a document of many organisations that is made while it is read. At some places it lets the test look.
type large struct {
	records, next int
	buf           strings.Reader
	look          map[int]func()
}

func (l *large) Read(p []byte) (int, error) {
	if l.buf.Len() == 0 {
		if do := l.look[l.next]; do != nil {
			do()
		}
		switch {
		case l.next > l.records:
			return 0, io.EOF
		case l.next == l.records:
			l.buf.Reset("</s3xml>")
		case l.next == 0:
			l.buf.Reset("<s3xml>" + l.one())
		default:
			l.buf.Reset(l.one())
		}
		l.next++
	}
	return l.buf.Read(p)
}

func (l *large) one() string {
	return org(fmt.Sprint("record-", l.next), fmt.Sprint("Organisation ", l.next, strings.Repeat(" and more", 20)), early)
}

// Not parallel: it measures the memory of the whole process.
func TestTRF091_LargeDocuments(t *testing.T) {
	a := newSite(t, "sqlite", "a")
	const records = 100_000
	var heap []uint64
	var stored []int64
	look := func() {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap = append(heap, m.HeapAlloc)
		n, err := a.store.Clock(t.Context())
		if err != nil {
			t.Error(err)
		}
		stored = append(stored, n)
	}
	doc := &large{records: records, look: map[int]func(){20_000: look, 60_000: look, records: look}}
	done, err := a.Import(t.Context(), transfer.Import{Resource: orgs, Rule: newer, RequestID: "large"}, doc)
	if err != nil || done.Counts.Created != records {
		t.Fatalf("%+v, %v", done, err)
	}
	for i, n := range []int64{20_000, 60_000, records} {
		if behind := n - stored[i]; behind < 0 || behind > 4*transfer.BatchRecords {
			t.Errorf("of %d records read %d are stored", n, stored[i])
		}
	}
	const most = 8 << 20 // the document has 40 MB
	if grown := int64(heap[2]) - int64(heap[0]); grown > most {
		t.Errorf("from 20,000 to 100,000 records the memory grew by %d bytes; %v", grown, heap)
	}
}
