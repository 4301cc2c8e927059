package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
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
	for _, want := range []string{"decode", "encode", "sqlite pull", "postgres pull", "postgres push", "sqlite peak memory of the hub"} {
		if !seen[want] {
			t.Errorf("no row %q in\n%s", want, table.String())
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  float64
		unit   string
		target float64
		missed bool
	}{
		{9_999, "rec/s", 10_000, true},
		{10_000, "rec/s", 10_000, false},
		{51, milliseconds, 50, true},
		{49, milliseconds, 50, false},
		{129, mebibytes, 128, true},
		{1, "rec/s", 0, false},
	} {
		var r report
		r.add("x", c.value, c.unit, 2*c.value, c.target)
		if r.missed() != c.missed || r.rows[0].Ratio != 0.5 {
			t.Errorf("%+v: %+v", c, r.rows[0])
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
}
