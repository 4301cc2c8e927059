package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// A small measurement of everything: what is measured must work, whatever the speed.
func TestSmoke(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "rows.json")
	o, err := parse([]string{"-quick", "-out", out}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var table, log bytes.Buffer
	if err := run(t.Context(), o, &table, &log); err != nil {
		t.Fatalf("%v\n%s%s", err, log.String(), table.String())
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.Name] = true
		if r.Value <= 0 || !r.Pass || !strings.Contains(table.String(), r.Name) {
			t.Errorf("row %+v", r)
		}
	}
	stages, err := (&bench{options: o}).stages()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stages {
		for _, p := range s.parts {
			for _, name := range p.rows {
				if !seen[s.prefix+name] {
					t.Errorf("no row %q in\n%s", s.prefix+name, table.String())
				}
				delete(seen, s.prefix+name)
			}
		}
	}
	if len(seen) > 0 {
		t.Errorf("rows that no measurement says to make: %v", seen)
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, limit float64
		unit         string
		target       float64
		missed       bool
	}{
		{9_999, 0, perSecond, 10_000, true},
		{10_000, 0, perSecond, 10_000, false},
		{51, 0, milliseconds, 50, true},
		{50, 0, milliseconds, 50, false},
		{129, 0, mebibytes, 128, true},
		{1, 0, perSecond, 0, false},
		{80, 100, perSecond, 0.8, false},
		{79, 100, perSecond, 0.8, true},
		{13, 10, microseconds, 1.3, false},
		{14, 10, microseconds, 1.3, true},
	} {
		r := report{targets: true}
		r.add("x", c.unit, c.target, taken{c.value, c.limit})
		if r.missed() != c.missed {
			t.Errorf("%+v: %+v", c, r.rows[0])
		}
	}
	r := report{only: regexp.MustCompile("^pull$")}
	r.add("pull", milliseconds, 1, taken{1, 10}, taken{2, 4}, taken{9, 10})
	r.add("push", milliseconds, 1, taken{2, 0})
	if len(r.rows) != 1 || r.rows[0] != (row{Name: "pull", Value: 2, Unit: milliseconds, Limit: 10, Ratio: 0.5, Pass: true}) {
		t.Errorf("rows that were asked for, without targets: %+v", r.rows)
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"-quick", "-samples", "2", "-only", "^encode$", "-engines", "sqlite"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.scale.samples != 2 || o.scale.records != quick.records {
		t.Errorf("scale %+v", o.scale)
	}
	var table bytes.Buffer
	o.binary = "nothing that could be started"
	if err := run(t.Context(), o, &table, io.Discard); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(table.String(), "\n"); lines != 2 || !strings.Contains(table.String(), "encode") {
		t.Errorf("table:\n%s", table.String())
	}
	for _, args := range [][]string{{"-samples", "0"}, {"-only", "("}} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}

func TestCounter(t *testing.T) {
	t.Parallel()
	text := []byte(`<s3xml><resource name="a"><resource name="b"/></resource><resources/></s3xml>`)
	for size := 1; size <= len(text); size++ {
		var c counter
		for from := 0; from < len(text); from += size {
			if _, err := c.Write(text[from:min(from+size, len(text))]); err != nil {
				t.Fatal(err)
			}
		}
		if c.records != 2 {
			t.Errorf("in pieces of %d: %d records", size, c.records)
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	if m := median([]float64{9, 1, 5}); m != 5 {
		t.Errorf("of three: %v", m)
	}
	if m := median([]float64{4, 1, 2, 9}); m != 3 {
		t.Errorf("of four: %v", m)
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	d := document{resource: "org_organisation", component: "org_office", count: 51}
	text, err := io.ReadAll(d.reader())
	if err != nil {
		t.Fatal(err)
	}
	again, err := io.ReadAll(d.reader())
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("the same seed made another document: %v", err)
	}
	uids, rows := map[string]bool{}, 0
	err = decode(text, func(r *s3xml.Record) error {
		if len(r.Data) != 12 || len(r.References) != 2 {
			t.Errorf("%s has %d fields and %d references", r.UUID, len(r.Data), len(r.References))
		}
		uids[r.UUID] = true
		rows += 1 + len(r.Components)
		for i := range r.Components {
			uids[r.Components[i].UUID] = true
		}
		return nil
	})
	if err != nil || rows != d.rows() || len(uids) != rows {
		t.Errorf("%d rows, %d uids, %d expected: %v", rows, len(uids), d.rows(), err)
	}
	if sum := d.part(0, 7).rows() + d.part(7, 44).rows(); sum != d.rows() {
		t.Errorf("parts have %d rows, the whole %d", sum, d.rows())
	}
	for _, n := range []int{1, 100, 10_000, 1_000_000} {
		if got := (document{component: "org_office", count: topLevel(n)}).rows(); got < n || got > n+2 {
			t.Errorf("%d records were wanted, not %d", n, got)
		}
	}
}

// A merge meets a tenth of the records changed on both sides, in half of them something newer.
func TestEditions(t *testing.T) {
	t.Parallel()
	d := document{resource: "org_organisation", component: "org_office", count: 1000}
	modified := map[edition]map[string]string{}
	for _, e := range []edition{original, local, newer, changed} {
		modified[e] = map[string]string{}
		d.edition = e
		text, err := io.ReadAll(d.reader())
		if err != nil {
			t.Fatal(err)
		}
		err = decode(text, func(r *s3xml.Record) error {
			modified[e][r.UUID] = r.ModifiedOn
			for i := range r.Components {
				modified[e][r.Components[i].UUID] = r.Components[i].ModifiedOn
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	half, both := 0, 0
	for id, on := range modified[original] {
		if modified[newer][id] > on {
			half++
		}
		if modified[local][id] > on && modified[newer][id] > modified[local][id] {
			both++
		}
		if modified[changed][id] <= modified[newer][id] {
			t.Errorf("%s was not changed", id)
		}
	}
	if n := d.rows(); half != n/2 || both != n/10 || len(modified[local]) != both {
		t.Errorf("of %d records %d are newer, %d on both sides, %d here", n, half, both, len(modified[local]))
	}
}

func TestWorkIn(t *testing.T) {
	t.Parallel()
	got, err := workIn("cpu  100 20 3 5000 600 7 8 0 0 0\ncpu0 1 1 1 1 1 1 1 0 0 0\n")
	if want := 138 * tick; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	for _, text := range []string{"", "intr 1 2 3 4 5 6 7 8", "cpu 1 2 3", "cpu 1 2 x 4 5 6 7 8"} {
		if _, err := workIn(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
