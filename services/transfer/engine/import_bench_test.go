package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// benchRecords is how many organisations one document of the benchmark has; every second one has an office.
const benchRecords = 20_000

// BenchmarkImport measures documents on their way into the store: one that is new, the same one again, and one of which
// every second record is newer. `make bench` measures the same on whole sites, beside what the databases can do.
func BenchmarkImport(b *testing.B) {
	for _, database := range sqldbtest.Engines {
		for _, kind := range []string{"new", "again", "newer"} {
			b.Run(database+"/"+kind, func(b *testing.B) { benchmarkImport(b, database, kind) })
		}
	}
}

func benchmarkImport(b *testing.B, database, kind string) {
	b.Helper()
	store := benchStore(b, database)
	e := engine.New(engine.Options{Store: store, Sites: benchSites{}, Now: time.Now, NewID: uuid.NewString})
	in := transfer.Import{Repository: transfer.Repository{ID: "peer", Name: "Peer"}, Resource: "org_organisation", Rule: benchRule}
	load := func(document []byte) {
		if _, err := e.Import(b.Context(), in, bytes.NewReader(document)); err != nil {
			b.Fatal(err)
		}
	}
	if kind != "new" {
		load(benchDocument(0, 0))
	}
	var busy time.Duration
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		var document []byte
		switch kind {
		case "new":
			document = benchDocument(i, 0)
		case "again":
			document = benchDocument(0, 0)
		default:
			document = benchDocument(0, i+1)
		}
		b.StartTimer()
		before := cpuTime(b)
		load(document)
		busy += cpuTime(b) - before
	}
	b.ReportMetric(float64(busy.Microseconds())/(float64(b.N)*benchRecords*1.5), "CPU-µs/record")
	b.ReportMetric(float64(b.N)*benchRecords*1.5/b.Elapsed().Seconds(), "records/s")
}

var benchRule = policy.Rule{Strategy: policy.All, Update: policy.Newer, Conflict: policy.Newer}

func benchStore(b *testing.B, database string) *sqlstore.Store {
	b.Helper()
	db := sqldbtest.Open(b, database, sqlstore.Migrations)
	if err := auditlog.Migrate(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	return sqlstore.New(db, time.Now)
}

type benchSites struct{}

func (benchSites) Site(context.Context) (transfer.Site, error) {
	return transfer.Site{UUID: "urn:uuid:here", Name: "Here", PublicURL: "http://here.example.org/eden", MaxClockOffset: time.Minute}, nil
}

// benchDocument is a document as Eden writes it; generations have other records, editions other versions of every second
// one.
func benchDocument(generation, edition int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(generation)))
	words := []string{"relief", "water", "Saint-Étienne", "القاهرة", "काठमांडू", "A &amp; B", "camp", "clinic", "救援会"}
	text := func(n int) string {
		var s string
		for range n {
			s += words[r.IntN(len(words))] + " "
		}
		return s[:len(s)-1]
	}
	var doc bytes.Buffer
	doc.WriteString("<s3xml success=\"true\" domain=\"eden.example.org\">\n")
	for i := range benchRecords {
		uid, modified := fmt.Sprintf("urn:uuid:%08x-%04x-4a5b-8c6d-%012x", r.Uint32(), generation, r.Uint64()>>16), 10
		if i%2 == 0 {
			modified += edition
		}
		head := fmt.Sprintf("mci=\"0\" created_on=\"2026-01-01T09:00:00\" modified_on=\"2026-02-%02dT10:00:00\" created_by=\"admin@example.org\" "+
			"modified_by=\"admin@example.org\" owned_by_group=\"ORG_ADMIN\" approved=\"true\"", modified)
		fmt.Fprintf(&doc, "<resource name=\"org_organisation\" uuid=\"%s\" %s>\n", uid, head)
		fmt.Fprintf(&doc, "<data field=\"name\">%s %d</data>\n<data field=\"comments\">%s, edition %d</data>\n<data field=\"description\">%s</data>\n", text(2), i, text(8), modified, text(12))
		for _, f := range []string{"acronym", "website", "phone", "email", "country"} {
			word := text(1)
			fmt.Fprintf(&doc, "<data field=\"%s\" value=\"&quot;%s&quot;\">%s</data>\n", f, word, word)
		}
		for _, f := range []string{"year", "capacity", "status"} {
			n := r.IntN(5000)
			fmt.Fprintf(&doc, "<data field=\"%s\" value=\"%d\">%d</data>\n", f, n, n)
		}
		doc.WriteString("<data field=\"obsolete\" value=\"false\">no</data>\n")
		for _, f := range []string{"location_id", "region_id"} {
			fmt.Fprintf(&doc, "<reference field=\"%s\" resource=\"gis_location\" uuid=\"urn:uuid:00000000-0000-4000-8000-%012d\">%s</reference>\n", f, r.IntN(500), text(1))
		}
		if i%2 == 0 {
			fmt.Fprintf(&doc, "<resource name=\"org_office\" alias=\"office\" uuid=\"%s-office\" %s>\n<data field=\"name\">%s</data>\n<data field=\"phone1\" value=\"&quot;+47&quot;\">+47</data>\n"+
				"<data field=\"comments\">%s</data>\n</resource>\n", uid, head, text(2), text(8))
		}
		doc.WriteString("</resource>\n")
	}
	doc.WriteString("</s3xml>\n")
	return doc.Bytes()
}

// cpuTime is what this process has used of the processors; machines under test are shared.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkRows measures what an import does before it comes to the database.
func BenchmarkRows(b *testing.B) {
	document := benchDocument(0, 0)
	for name, outline := range map[string]bool{"whole": false, "outline": true} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			b.ReportAllocs()
			for b.Loop() {
				if n, err := engine.ReadRows(b.Context(), bytes.NewReader(document), outline); err != nil || n != benchRecords*3/2 {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(benchRecords*1.5), "µs/record")
		})
	}
}

// BenchmarkServe measures what an export does with the records that it has read from the database.
func BenchmarkServe(b *testing.B) {
	served, err := engine.NewServed(benchDocument(0, 0))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n, err := served.Write(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(benchRecords*1.5), "µs/record")
}
