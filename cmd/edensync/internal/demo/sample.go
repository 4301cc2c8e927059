package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/s3xml"
)

// sampleCounts are how many records of each resource the sample has, in an order in which no reference leads
// forward.
var sampleCounts = []struct {
	resource string
	count    int
	make     func(g *generator, i int) s3xml.Record
}{
	{"gis_location", 240, (*generator).location},
	{"org_organisation", 320, (*generator).organisation},
	{"cr_shelter", 260, (*generator).shelter},
	{"pr_person", 1400, (*generator).person},
	{"req_req", 500, (*generator).request},
}

// Names in several scripts: what is exchanged must come out as it went in.
var (
	places = []string{
		"Harbour", "Høyvik", "Río Verde", "Saint-Étienne", "Łódź", "Αθήνα", "Киев", "القاهرة", "काठमांडू", "成都", "서울", "とうきょう", "መቐለ", "ढाका", "กรุงเทพ",
	}
	words  = []string{"Relief", "Aid", "Shelter Trust", "Red Anchor", "Médecins", "الإغاثة", "राहत समिति", "救援会", "Помощь", "Βοήθεια"}
	givens = []string{"Amina", "José", "Søren", "Zoë", "Νίκος", "Ольга", "فاطمة", "अनिता", "美玲", "지훈", "ハナ", "ሰላም"}
	family = []string{"Okafor", "García", "Ångström", "O'Neill", "Παπαδόπουλος", "Иванова", "حسن", "शर्मा", "王", "김", "田中", "ተስፋዬ"}
)

// generator makes sample records; the same seed makes the same ones.
type generator struct {
	rand *rand.Rand
	seed uint64
	now  time.Time
}

func newGenerator(seed uint64, now time.Time) *generator {
	return &generator{rand: rand.New(rand.NewPCG(seed, seed)), seed: seed, now: now} //nolint:gosec // sample data, not secrets
}

func (g *generator) uid(resource string, i int) string {
	name := fmt.Sprintf("sample %d %s %d", g.seed, resource, i)
	return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String()
}

func pick(g *generator, list []string) string { return list[g.rand.IntN(len(list))] }

// record starts a record that was changed some time in the last months.
func (g *generator) record(resource string, i int) s3xml.Record {
	created := g.now.Add(-time.Duration(g.rand.IntN(200*24)+48) * time.Hour)
	return s3xml.Record{
		Name: resource, UUID: g.uid(resource, i), MCI: "1", CreatedOn: s3xml.FormatTime(created),
		ModifiedOn: s3xml.FormatTime(created.Add(time.Duration(g.rand.IntN(47*60)) * time.Minute)),
		Attrs:      []s3xml.Attr{{Name: "created_by", Value: "sample@example.org"}},
	}
}

func text(field, value string) s3xml.Data { return s3xml.Data{Field: field, Text: value} }

func literal(field, value string) s3xml.Data {
	return s3xml.Data{Field: field, Value: value, HasValue: true, Text: value}
}

func (g *generator) refer(field, resource string, count int) s3xml.Reference {
	return s3xml.Reference{Field: field, Resource: resource, UUID: g.uid(resource, g.rand.IntN(count))}
}

func (g *generator) location(i int) s3xml.Record {
	r := g.record("gis_location", i)
	r.Data = []s3xml.Data{
		text("name", fmt.Sprintf("%s %d", pick(g, places), i+1)), literal("level", `"L3"`),
		literal("lat", fmt.Sprintf("%.4f", g.rand.Float64()*120-60)), literal("lon", fmt.Sprintf("%.4f", g.rand.Float64()*360-180)),
	}
	return r
}

func (g *generator) organisation(i int) s3xml.Record {
	r := g.record("org_organisation", i)
	name := pick(g, places) + " " + pick(g, words)
	r.Data = []s3xml.Data{
		text("name", fmt.Sprintf("%s %d", name, i+1)), literal("year", fmt.Sprint(1950+g.rand.IntN(75))),
		text("website", fmt.Sprintf("https://example.org/%d", i+1)), text("comments", "Works in <"+pick(g, places)+"> & around."),
	}
	if i%2 == 0 {
		office := g.record("org_office", i)
		office.Data = []s3xml.Data{text("name", name+" – "+pick(g, places)), literal("obsolete", "false")}
		office.References = []s3xml.Reference{g.refer("location_id", "gis_location", 240)}
		r.Components = []s3xml.Record{office}
	}
	return r
}

func (g *generator) shelter(i int) s3xml.Record {
	r := g.record("cr_shelter", i)
	r.Data = []s3xml.Data{
		text("name", fmt.Sprintf("%s %d", pick(g, places), i+1)), literal("capacity_day", fmt.Sprint(20+g.rand.IntN(900))),
		literal("status", fmt.Sprint(1+g.rand.IntN(2))),
	}
	r.References = []s3xml.Reference{g.refer("location_id", "gis_location", 240), g.refer("organisation_id", "org_organisation", 320)}
	return r
}

func (g *generator) person(i int) s3xml.Record {
	r := g.record("pr_person", i)
	r.Data = []s3xml.Data{
		text("first_name", pick(g, givens)), text("last_name", pick(g, family)), literal("gender", fmt.Sprint(2+g.rand.IntN(3))),
		literal("date_of_birth", fmt.Sprintf("%d-%02d-%02d", 1940+g.rand.IntN(80), 1+g.rand.IntN(12), 1+g.rand.IntN(28))),
	}
	if i%3 == 0 {
		contact := g.record("pr_contact", i)
		contact.Data = []s3xml.Data{text("contact_method", "SMS"), text("value", fmt.Sprintf("+47 555 %05d", g.rand.IntN(100000)))}
		r.Components = []s3xml.Record{contact}
	}
	return r
}

func (g *generator) request(i int) s3xml.Record {
	r := g.record("req_req", i)
	r.Data = []s3xml.Data{
		text("req_ref", fmt.Sprintf("REQ-%05d", i+1)), text("purpose", strings.Repeat("Tarpaulins, water, blankets. ", 1+g.rand.IntN(3))),
		literal("priority", fmt.Sprint(1+g.rand.IntN(3))), literal("date_required", s3xml.FormatTime(g.now.Add(time.Duration(g.rand.IntN(30*24))*time.Hour))),
	}
	r.References = []s3xml.Reference{g.refer("requester_id", "pr_person", 1400), g.refer("organisation_id", "org_organisation", 320)}
	return r
}

// document is all sample records of one resource as an Eden would export them.
func (g *generator) document(count int, record func(g *generator, i int) s3xml.Record) []byte {
	doc := s3xml.Document{Attrs: []s3xml.Attr{{Name: "success", Value: "true"}, {Name: "results", Value: fmt.Sprint(count)}}}
	out := s3xml.AppendDocumentStart(nil, &doc)
	for i := range count {
		r := record(g, i)
		out = s3xml.AppendRecord(out, &r)
	}
	return s3xml.AppendDocumentEnd(out, &doc)
}
