package engine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// shelf is a store of records that notes how many were read.
type shelf struct {
	Store
	records map[transfer.Key]*transfer.Record
	read    int
}

func (s *shelf) Records(_ context.Context, keys []transfer.Key) (found []*transfer.Record, err error) {
	s.read += len(keys)
	for _, k := range keys {
		found = append(found, s.records[k])
	}
	return found, nil
}

// A document that has forgotten a master looks at it again, and does not write it again.
func TestForgottenMastersAreNotWrittenTwice(t *testing.T) {
	t.Parallel()
	store := &shelf{records: map[transfer.Key]*transfer.Record{}}
	var trees []*transfer.Tree
	for i := range 40 {
		first := s3xml.Ref{Field: "root_organisation", Resource: "org_organisation", UIDs: []string{"0"}}
		content := s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: "x"}}, References: []s3xml.Ref{first}}
		r := &transfer.Record{Key: transfer.Key{Resource: "org_organisation", UID: fmt.Sprint(i)}, Master: true, Body: content.AppendBody(nil)}
		store.records[r.Key] = r
		trees = append(trees, &transfer.Tree{Record: *r})
	}
	var doc bytes.Buffer
	w := newWriter(store, &doc, transfer.Site{}, selector{}, func(r *transfer.Record) bool { return r.Master })
	w.masters = newRecentSet(2)
	for at := range trees {
		if err := w.trees(t.Context(), trees[at:at+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(doc.String(), "<resource "); n != len(trees) {
		t.Errorf("%d records are written", n)
	}
	if store.read == 0 || store.read > len(trees)/2 {
		t.Errorf("%d records were read", store.read)
	}
}
