package s3xml_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/s3xml"
)

// contents sets one content to all records of a document, one after the other, and compares it with that of each alone: nothing of
// an earlier one may show, and what the decoder has checked must be what is checked again.
func contents(t *testing.T, doc []byte, limits s3xml.Limits) {
	t.Helper()
	d := s3xml.NewDecoder(bytes.NewReader(doc), limits)
	var r s3xml.Record
	var c s3xml.Content
	for {
		switch err := d.Next(&r); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Fatal(err)
		}
		each(&r, func(r *s3xml.Record) {
			want, wantErr := s3xml.ContentOf(r)
			if err := c.Set(r, d.Text()); (err == nil) != (wantErr == nil) {
				t.Fatalf("%v, want %v", err, wantErr)
			}
			if diff := cmp.Diff(want, c, equal); wantErr == nil && diff != "" {
				t.Fatalf("alone, and again:\n%s\n%s", diff, doc)
			}
		})
	}
}

// each calls fn with the record and all of its components.
func each(r *s3xml.Record, fn func(r *s3xml.Record)) {
	fn(r)
	for i := range r.Components {
		each(&r.Components[i], fn)
	}
}

func TestSetAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		contents(t, randomDocument(seed, resolved), s3xml.Limits{})
	}
}
