package transfer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// read decodes a document to its end, which all documents here break off before.
func read(t *testing.T, doc string, limits s3xml.Limits) error {
	t.Helper()
	dec := s3xml.NewDecoder(strings.NewReader(doc), limits)
	if _, err := dec.Document(); err != nil {
		return err
	}
	var r s3xml.Record
	for {
		if err := dec.Next(&r); err != nil {
			return err
		}
	}
}

func TestFaultsOfDocumentsHaveTheirReason(t *testing.T) {
	t.Parallel()
	small := s3xml.DefaultLimits()
	small.Records = 1
	row := `<resource name="org_office" uuid="a"/>`
	tests := map[string]struct {
		err  error
		want apierr.Reason
	}{
		"not well-formed": {read(t, `<s3xml><resource name="a"></data></s3xml>`, s3xml.DefaultLimits()), apierr.ReasonDocumentMalformed},
		"no XML":          {read(t, "moved to the portal", s3xml.DefaultLimits()), apierr.ReasonDocumentMalformed},
		"cut off":         {read(t, "<s3xml>"+row, s3xml.DefaultLimits()), apierr.ReasonDocumentTruncated},
		"too many":        {read(t, "<s3xml>"+row+row+"</s3xml>", small), apierr.ReasonDocumentTooLarge},
		"known before":    {fmt.Errorf("import: %w", apierr.New(apierr.KindInvalid, apierr.ReasonDocumentTruncated, "cut")), apierr.ReasonDocumentTruncated},
		"other reason":    {apierr.NotFound("task", "t"), ""},
		"database":        {errors.New("disk"), ""},
		"none":            {nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := transfer.DocumentReason(test.err); got != test.want {
				t.Errorf("reason of %v is %q, want %q", test.err, got, test.want)
			}
		})
	}
}
