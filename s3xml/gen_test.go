package s3xml_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/edensync/edensync/s3xml"
)

// words make up the texts of generated documents; one in five is not ASCII.
var words = strings.Fields("river harbour relief network camp bridge water north school team " +
	"Ünïcode المياه नदी Höhenweg")

// generator yields a document of organisations with offices, of the shape and density of an Eden's
// export: about 1 570 bytes for each top-level record when indented.
type generator struct {
	rest    int
	indent  bool
	rng     *rand.Rand
	pending []byte
	begun   bool
}

func newGenerator(records int, indent bool) *generator {
	return &generator{rest: records, indent: indent, rng: rand.New(rand.NewPCG(1, 2))}
}

// Read yields the next bytes of the document, one record at a time.
func (g *generator) Read(p []byte) (int, error) {
	for len(g.pending) == 0 {
		switch {
		case !g.begun:
			g.begun = true
			g.pending = fmt.Appendf(g.pending[:0], "%s<s3xml success=\"true\" results=\"%d\" domain=\"site\" url=\"http://site.example.org/eden\">", s3xml.Declaration, g.rest)
		case g.rest > 0:
			g.rest--
			g.pending = g.organisation(g.pending[:0])
		case g.rest == 0:
			g.rest--
			g.pending = append(g.pending[:0], "</s3xml>\n"...)
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, g.pending)
	g.pending = g.pending[n:]
	return n, nil
}

func (g *generator) words(n int) string {
	picked := make([]string, n)
	for i := range picked {
		picked[i] = words[g.rng.IntN(len(words))]
	}
	return strings.Join(picked, " ")
}

func (g *generator) line(b []byte, depth int) []byte {
	if !g.indent {
		return b
	}
	return append(append(b, '\n'), strings.Repeat("  ", depth)...)
}

// attrs appends what every resource element carries.
func (g *generator) attrs(b []byte, table string) []byte {
	id := g.rng.Uint64()
	return fmt.Appendf(b, `<resource name="%s" uuid="urn:uuid:%016x-0000-4000-8000" mci="1" created_on="2026-11-20T09:00:00" `+
		`modified_on="2026-11-21T10:%02d:%02d" url="http://site.example.org/eden/%s/%d" created_by="ann@example.org" `+
		`modified_by="bob@example.org" owned_by_user="ann@example.org">`, table, id, id%60, id/60%60, table, id%100000)
}

func (g *generator) organisation(b []byte) []byte {
	b = g.attrs(g.line(b, 1), "org_organisation")
	b = fmt.Appendf(g.line(b, 2), `<data field="name">%s &amp; %s</data>`, g.words(2), g.words(1))
	for _, field := range []string{"acronym", "website", "phone", "country"} {
		text := g.words(1)
		b = fmt.Appendf(g.line(b, 2), `<data field="%s" value="&quot;%s&quot;">%s</data>`, field, text, text)
	}
	for _, field := range []string{"year", "capacity", "status"} {
		b = fmt.Appendf(g.line(b, 2), `<data field="%s" value="%d">%[2]d</data>`, field, g.rng.IntN(5000))
	}
	b = append(g.line(b, 2), `<data field="obsolete" value="false">-</data>`...)
	comments := g.words(4)
	b = fmt.Appendf(g.line(b, 2), `<data field="comments" value="&quot;%s &lt;b&gt;&quot;">%s &amp;lt;b&amp;gt;</data>`, comments, comments)
	b = fmt.Appendf(g.line(b, 2), `<data field="description">%s</data>`, g.words(6))
	b = g.reference(g.line(b, 2), "organisation_type_id", "org_organisation_type", "")
	if g.rest%2 == 0 {
		b = g.attrs(g.line(b, 2), "org_office")
		b = fmt.Appendf(g.line(b, 3), `<data field="name">%s</data>`, g.words(2))
		b = fmt.Appendf(g.line(b, 3), `<data field="phone1" value="&quot;+47 555 %d&quot;">+47 555</data>`, g.rng.IntN(1000))
		b = g.reference(g.line(b, 3), "location_id", "gis_location", ` lat="60.3900" lon="5.3200"`)
		b = append(g.line(b, 2), "</resource>"...)
	}
	return append(g.line(b, 1), "</resource>"...)
}

func (g *generator) reference(b []byte, field, resource, more string) []byte {
	return fmt.Appendf(b, `<reference field="%s" resource="%s" uuid="urn:uuid:%032x"%s>%s</reference>`, field, resource, g.rng.Uint64(), more, g.words(2))
}
