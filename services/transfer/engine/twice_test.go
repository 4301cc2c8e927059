package engine_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// A record that refers to itself, or to another one that was asked for, stands in a document once, with its components.
func TestNoRecordStandsTwiceInADocument(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		for _, uid := range []string{"x", "y"} {
			root := s3xml.Ref{Field: "root_organisation", Resource: orgs, UIDs: []string{"urn:x"}}
			if _, err := a.Apply(t.Context(), engine.Edit{Key: organisation(uid), Content: titled("North "+uid, root)}); err != nil {
				t.Fatal(err)
			}
		}
		a.clock = a.clock.Add(time.Minute)
		if _, err := a.Apply(t.Context(), engine.Edit{Key: officeOf("x"), Parent: organisation("x"), Alias: "office", Content: titled("Office")}); err != nil {
			t.Fatal(err)
		}
		for name, out := range map[string]transfer.Export{
			"everything": {}, "filter": {Filters: northern}, "time": {Since: start.Add(30 * time.Second)}, "cursor": {ByCursor: true},
			"cursor and filter": {ByCursor: true, Filters: northern}, "slice": {Limit: 10},
		} {
			out.Resource = orgs
			var doc bytes.Buffer
			if err := a.Export(t.Context(), out, func(engine.Selected) io.Writer { return &doc }); err != nil {
				t.Fatal(err)
			}
			for _, uid := range []string{"urn:x", "urn:office-of-x"} {
				if n := strings.Count(doc.String(), ` uuid="`+uid+`" mci`); n != 1 {
					t.Errorf("%s: %s stands %d times in %s", name, uid, n, doc.String())
				}
			}
		}
	})
}
