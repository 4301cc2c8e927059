package engine

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// spreadRejects rejects a whole tree when one of its records cannot be applied, as Eden does: a record without
// its components would be a silent change.
func (d *reader) spreadRejects(tree []row, el *s3xml.Record) {
	bad := ""
	for i := range tree {
		if tree[i].reject != "" {
			bad = fmt.Sprintf("%s %s: %s", tree[i].rec.Resource, tree[i].rec.UID, tree[i].message)
			break
		}
	}
	if bad == "" {
		return
	}
	for i := range tree {
		if tree[i].reject == "" && tree[i].skip == "" {
			tree[i].reject, tree[i].message = transfer.RejectMaster, "rejected together with "+bad
		}
	}
	if tree[0].reject == transfer.RejectMaster {
		tree[0].reject = transfer.RejectComponent
	}
	tree[0].raw = d.asItCame(tree[0].rec.UID, withoutPasswords(el))
}

// asItCame is an element as it is kept to be read again: with what is known of it only from its document, which are the domain of its
// sender and, where it has but a temporary identifier, its uid.
func (d *reader) asItCame(uid string, el *s3xml.Record) []byte {
	if el.TUID != "" && el.UUID == "" {
		named := *el
		named.UUID, named.TUID = uid, ""
		el = &named
	}
	element := s3xml.AppendRecord(nil, el)
	if d.domain == "" {
		return element
	}
	root := &s3xml.Document{Attrs: []s3xml.Attr{{Name: "domain", Value: d.domain}}}
	start := bytes.TrimPrefix(s3xml.AppendDocumentStart(nil, root), []byte(s3xml.Declaration))
	return slices.Concat(start, element, s3xml.AppendDocumentEnd(nil, root))
}
