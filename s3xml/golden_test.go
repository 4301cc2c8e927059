package s3xml_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

var update = flag.Bool("update", false, "write the golden files of testdata")

// TestGolden holds what is written for each document of testdata, and the bodies and hashes of its records. Bodies and hashes are
// stored for years: a change here needs a migration of what sites have stored.
func TestGolden(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(inputs) < 12 {
		t.Fatalf("%d documents, %v", len(inputs), err)
	}
	for _, input := range inputs {
		t.Run(filepath.Base(input), func(t *testing.T) {
			t.Parallel()
			doc, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(t, doc)
			golden := strings.TrimSuffix(input, ".xml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			same(t, input, string(want), string(got))
		})
	}
}

// describe writes the document again, a record per line, each followed by its content and that of its components.
func describe(t *testing.T, doc []byte) []byte {
	t.Helper()
	root, records, err := decode(bytes.NewReader(doc), s3xml.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out := append(s3xml.AppendDocumentStart(nil, &root), '\n')
	for i := range records {
		out = append(s3xml.AppendRecord(out, &records[i]), '\n')
		out = describeContent(out, &records[i])
	}
	return s3xml.AppendDocumentEnd(out, &root)
}

func describeContent(out []byte, r *s3xml.Record) []byte {
	c, err := s3xml.ContentOf(r)
	if err != nil {
		return fmt.Appendf(out, "  content: %v\n", err)
	}
	out = fmt.Appendf(out, "  content %s of %s%s:\n    ", c.Hash(), r.Name, s3xml.AppendAttrs(nil, c.Attrs))
	out = append(c.AppendBody(out), '\n')
	for i := range r.Components {
		out = describeContent(out, &r.Components[i])
	}
	return out
}
