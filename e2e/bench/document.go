package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/edensync/edensync/s3xml"
)

// seed makes every run exchange the same records.
const seed = 20261123

// document makes records of one resource as an Eden exports them: twelve fields and two references each, every second
// one with a component, names in several scripts.
type document struct {
	resource  string // names the records, too: another resource has other uids
	component string // table of the components; empty = none
	count     int    // top-level records
	from      int    // number of the first one
	edition   edition
}

// edition is which versions of the records a document holds.
type edition string

const (
	original edition = ""
	local    edition = "-local"  // a tenth of the records, changed a day later
	newer    edition = "-newer"  // all records; half of them, that tenth among them, were changed two days later
	changed  edition = "-second" // all records, changed three days later
)

// version is how many days after the first version the i-th record was changed; ok = the document holds it.
func (e edition) version(i int) (days int, ok bool) {
	half, tenth := i%4 < 2, i%20 < 2 // with and without component
	switch {
	case e == local && tenth:
		return 1, true
	case e == newer && half:
		return 2, true
	case e == changed:
		return 3, true
	default:
		return 0, e != local
	}
}

// topLevel is how many top-level records hold so many records, components included.
func topLevel(records int) int { return (2*records + 2) / 3 }

// locations is how many records the references lead to.
const locations = 500

// places are the records that others refer to.
func places() document { return document{resource: "gis_location", count: locations} }

// rows is how many records the document holds, components included.
func (d document) rows() int {
	if d.component == "" {
		return d.count
	}
	return d.count + (d.from+d.count+1)/2 - (d.from+1)/2
}

// part is a slice of the document.
func (d document) part(from, count int) document {
	d.from, d.count = d.from+from, count
	return d
}

// write writes the document.
func (d document) write(out io.Writer) error {
	w := bufio.NewWriterSize(out, 64<<10)
	doc := s3xml.Document{Attrs: []s3xml.Attr{{Name: "success", Value: "true"}, {Name: "results", Value: fmt.Sprint(d.count)}}}
	buf := s3xml.AppendDocumentStart(nil, &doc)
	for i := d.from; i < d.from+d.count; i++ {
		days, ok := d.edition.version(i)
		if !ok {
			continue
		}
		r := d.record(i)
		later(&r, days)
		buf = s3xml.AppendRecord(buf, &r)
		if _, err := w.Write(buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	if _, err := w.Write(s3xml.AppendDocumentEnd(buf, &doc)); err != nil {
		return err
	}
	return w.Flush()
}

// reader is the document as a stream.
func (d document) reader() io.ReadCloser {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(d.write(w)) }() // the reader gets the error
	return r
}

var (
	words = []string{
		"relief", "water", "shelter", "field", "harbour", "Saint-Étienne", "Høyvik", "Łódź", "Αθήνα", "Помощь", "القاهرة", "काठमांडू",
		"救援会", "とうきょう", "서울", "team", "blankets", "north", "camp", "clinic", "A & B", "<unverified>", "kits", "road",
	}
	epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
)

// maker makes the parts of one record.
type maker struct{ rand *rand.Rand }

func (m maker) text(n int) string {
	picked := make([]string, n)
	for i := range picked {
		picked[i] = words[m.rand.IntN(len(words))]
	}
	return strings.Join(picked, " ")
}

// uid is the same for the same record in every run.
func uid(resource string, i int) string {
	r := rand.New(rand.NewPCG(seed, uint64(i)*31+uint64(len(resource)))) //nolint:gosec // sample data
	var sum uint64
	for _, c := range []byte(resource) {
		sum = sum*131 + uint64(c)
	}
	a, b := r.Uint64()^sum, r.Uint64()+sum
	return fmt.Sprintf("urn:uuid:%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

func (d document) record(i int) s3xml.Record {
	m := maker{rand.New(rand.NewPCG(seed, uint64(i)))} //nolint:gosec // sample data
	r := m.start(d.resource, i)
	r.Data = m.fields(i)
	if d.component == "" {
		return r
	}
	r.References = []s3xml.Reference{m.place("location_id"), m.place("region_id")}
	if i%2 == 0 {
		c := m.start(d.component, i)
		c.Data = m.fields(i)[:6]
		c.References = []s3xml.Reference{m.place("location_id")}
		r.Components = []s3xml.Record{c}
	}
	return r
}

// later makes a record and its components another version.
func later(r *s3xml.Record, days int) {
	if days == 0 {
		return
	}
	at, err := s3xml.ParseTime(r.ModifiedOn, epoch)
	if err != nil {
		panic(err) // it was written by FormatTime
	}
	r.ModifiedOn = s3xml.FormatTime(at.AddDate(0, 0, days))
	r.Data[1] = quoted("acronym", fmt.Sprintf("version %d", days))
	for i := range r.Components {
		later(&r.Components[i], days)
	}
}

func (m maker) start(resource string, i int) s3xml.Record {
	created := epoch.Add(time.Duration(m.rand.IntN(300*24*3600)) * time.Second)
	return s3xml.Record{
		Name: resource, UUID: uid(resource, i), MCI: "0", CreatedOn: s3xml.FormatTime(created),
		ModifiedOn: s3xml.FormatTime(created.Add(time.Duration(m.rand.IntN(48*3600)) * time.Second)),
		Attrs: []s3xml.Attr{
			{Name: "created_by", Value: "admin@example.org"},
			{Name: "modified_by", Value: "admin@example.org"},
			{Name: "owned_by_group", Value: "ORG_ADMIN"},
			{Name: "approved", Value: "true"},
		},
	}
}

func (m maker) place(field string) s3xml.Reference {
	i := m.rand.IntN(locations)
	return s3xml.Reference{Field: field, Resource: "gis_location", UUID: uid("gis_location", i), Text: m.text(1)}
}

func (m maker) fields(i int) []s3xml.Data {
	return []s3xml.Data{
		{Field: "name", Text: fmt.Sprintf("%s %d", m.text(2), i)},
		quoted("acronym", m.text(1)), quoted("website", fmt.Sprintf("https://example.org/%d", i)),
		literal("year", 1950+m.rand.IntN(75)), literal("capacity", m.rand.IntN(5000)), literal("status", m.rand.IntN(4)),
		quoted("phone", fmt.Sprintf("+47 555 %05d", m.rand.IntN(100000))), quoted("email", fmt.Sprintf("office%d@example.org", i)),
		{Field: "comments", Text: m.text(8)},
		quoted("country", m.text(1)),
		{Field: "description", Text: m.text(12)},
		{Field: "obsolete", Value: "false", HasValue: true, Text: "no"},
	}
}

// quoted is a field as Eden writes strings: as JSON in the value, and for people in the text.
func quoted(field, text string) s3xml.Data {
	value, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings can always be written
	}
	return s3xml.Data{Field: field, Value: string(value), HasValue: true, Text: text}
}

func literal(field string, n int) s3xml.Data {
	return s3xml.Data{Field: field, Value: fmt.Sprint(n), HasValue: true, Text: fmt.Sprint(n)}
}
