package s3xml_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/s3xml"
)

// TestSetAgain sets one content to many records, one after the other: nothing of an earlier one may show.
func TestSetAgain(t *testing.T) {
	t.Parallel()
	var c s3xml.Content
	for seed := range uint64(300) {
		_, records, err := decode(bytes.NewReader(randomDocument(seed, resolved)), s3xml.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range records {
			want, wantErr := s3xml.ContentOf(&records[i])
			if err := c.Set(&records[i]); (err == nil) != (wantErr == nil) {
				t.Fatalf("seed %d: %v, want %v", seed, err, wantErr)
			}
			if diff := cmp.Diff(want, c, equal); wantErr == nil && diff != "" {
				t.Fatalf("seed %d (-alone +again):\n%s", seed, diff)
			}
		}
	}
}
