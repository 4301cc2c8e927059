package s3xml_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

func TestAttr(t *testing.T) {
	t.Parallel()
	attrs := []s3xml.Attr{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}, {Name: "a", Value: "3"}}
	for name, attr := range map[string]func(string) string{
		"document":  (&s3xml.Document{Attrs: attrs}).Attr,
		"record":    (&s3xml.Record{Attrs: attrs}).Attr,
		"data":      (&s3xml.Data{Attrs: attrs}).Attr,
		"reference": (&s3xml.Reference{Attrs: attrs}).Attr,
	} {
		if attr("a") != "1" || attr("b") != "2" || attr("c") != "" {
			t.Errorf("%s: a %q, b %q, c %q", name, attr("a"), attr("b"), attr("c"))
		}
	}
}

func TestIsDeleted(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"true": true, "True": true, "TRUE": true, "": false, "false": false, "1": false, "yes": false, " true": false,
	} {
		if r := (s3xml.Record{Deleted: value}); r.IsDeleted() != want {
			t.Errorf("deleted=%q: %v", value, !want)
		}
	}
}

func TestUIDs(t *testing.T) {
	t.Parallel()
	for uuid, want := range map[string][]string{
		"":                      nil,
		"urn:uuid:1":            {"urn:uuid:1"},
		"harbour/7":             {"harbour/7"},
		`["urn:uuid:1","b\"c"]`: {"urn:uuid:1", `b"c`},
		`[ "a" , null, "" ]`:    {"a"},
		"[]":                    nil,
	} {
		r := s3xml.Reference{UUID: uuid}
		got, err := r.UIDs()
		if err != nil {
			t.Errorf("%s: %v", uuid, err)
		}
		same(t, uuid, want, got)
	}
	for _, uuid := range []string{"[", "[1]", `["a"`, `["a"] x`, `[["a"]]`} {
		r := s3xml.Reference{Field: "f", Resource: "c_d", UUID: uuid}
		if got, err := r.UIDs(); err == nil || !strings.Contains(err.Error(), "f to c_d") {
			t.Errorf("%s: %v, %v", uuid, got, err)
		}
	}
}

// TestSize adds a text of 1000 bytes at every place that can hold one.
func TestSize(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 1000)
	empty := (&s3xml.Record{}).Size()
	for i, r := range []s3xml.Record{
		{Name: text},
		{UUID: text},
		{TUID: text},
		{Alias: text},
		{MCI: text},
		{CreatedOn: text},
		{ModifiedOn: text},
		{Deleted: text},
		{ReplacedBy: text},
		{Attrs: []s3xml.Attr{{Name: text}}},
		{Attrs: []s3xml.Attr{{Value: text}}},
		{Data: []s3xml.Data{{Field: text}}},
		{Data: []s3xml.Data{{Value: text}}},
		{Data: []s3xml.Data{{Text: text}}},
		{Data: []s3xml.Data{{URL: text}}},
		{Data: []s3xml.Data{{Filename: text}}},
		{Data: []s3xml.Data{{Attrs: []s3xml.Attr{{Value: text}}}}},
		{References: []s3xml.Reference{{UUID: text}}},
		{References: []s3xml.Reference{{Text: text}}},
		{References: []s3xml.Reference{{Attrs: []s3xml.Attr{{Value: text}}}}},
		{References: []s3xml.Reference{{Record: &s3xml.Record{Name: text}}}},
		{Components: []s3xml.Record{{Data: []s3xml.Data{{Text: text}}}}},
		{Unknown: []s3xml.Element{{XML: text}}},
	} {
		if n := r.Size() - empty; n < 1000 || n > 2000 {
			t.Errorf("case %d: 1000 bytes of text count as %d", i, n)
		}
	}
}
