package s3xml_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// sample is a generated document and its records.
func sample(tb testing.TB, n int, indent bool) (doc []byte, records []s3xml.Record) {
	tb.Helper()
	doc, err := io.ReadAll(newGenerator(n, indent))
	if err != nil {
		tb.Fatal(err)
	}
	d := s3xml.NewDecoder(bytes.NewReader(doc), s3xml.Limits{})
	for {
		var r s3xml.Record
		if err := d.Next(&r); errors.Is(err, io.EOF) {
			return doc, records
		} else if err != nil {
			tb.Fatal(err)
		}
		records = append(records, r)
	}
}

// BenchmarkDecode reads records into one that is used again.
func BenchmarkDecode(b *testing.B) {
	doc, _ := sample(b, 2000, true)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		d := s3xml.NewDecoder(bytes.NewReader(doc), s3xml.Limits{})
		var r s3xml.Record
		for d.Next(&r) == nil {
		}
	}
}

// BenchmarkDecodeKeep reads every record into a new one.
func BenchmarkDecodeKeep(b *testing.B) {
	doc, records := sample(b, 2000, true)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		d := s3xml.NewDecoder(bytes.NewReader(doc), s3xml.Limits{})
		for i := 0; d.Next(&records[i]) == nil; i++ {
			if i == len(records)-1 {
				break
			}
			records[i+1] = s3xml.Record{}
		}
		clear(records)
	}
}

func BenchmarkEncode(b *testing.B) {
	doc, records := sample(b, 2000, false)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		e := s3xml.NewEncoder(io.Discard)
		if err := e.Begin(s3xml.Document{}); err != nil {
			b.Fatal(err)
		}
		for i := range records {
			if err := e.Record(&records[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkContent does with each record what an import does: content, hash, body and attributes; bytes are those of the wire.
func BenchmarkContent(b *testing.B) {
	doc, records := sample(b, 2000, false)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	var c s3xml.Content
	var out []byte
	for b.Loop() {
		for i := range records {
			if err := c.Set(&records[i], ""); err != nil {
				b.Fatal(err)
			}
			out = c.AppendHash(out[:0])
			out = c.AppendBody(out)
			out = s3xml.AppendAttrs(out, c.Attrs)
		}
	}
}

// BenchmarkTargets looks for the references of stored bodies, as an export does.
func BenchmarkTargets(b *testing.B) {
	_, records := sample(b, 1, false)
	c, err := s3xml.ContentOf(&records[0])
	if err != nil {
		b.Fatal(err)
	}
	body, found := c.AppendBody(nil), []s3xml.Target(nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if found, err = s3xml.AppendTargets(found[:0], body); err != nil || len(found) == 0 {
			b.Fatal(found, err)
		}
	}
}

func BenchmarkParseBody(b *testing.B) {
	_, records := sample(b, 1, false)
	c, err := s3xml.ContentOf(&records[0])
	if err != nil {
		b.Fatal(err)
	}
	body := c.AppendBody(nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s3xml.ParseBody(body); err != nil {
			b.Fatal(err)
		}
	}
}
