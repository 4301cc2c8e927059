package engine

import (
	"strconv"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// appendStart writes the start tag of a record. EDEN: a deletion carries nothing but its identity and time; the
// mci is our addition, which an Eden accepts and needs to let deletions travel under MASTER (docs/s3xml.md).
func appendStart(dst []byte, r *transfer.Record, mci int) []byte {
	el := s3xml.Record{
		Name: r.Resource, Alias: r.Alias, UUID: r.UID, MCI: strconv.Itoa(mci), ModifiedOn: s3xml.FormatTime(r.ModifiedOn),
	}
	switch {
	case r.Deleted:
		el.Deleted, el.ReplacedBy = "True", r.ReplacedBy
	case !r.CreatedOn.IsZero():
		el.CreatedOn = s3xml.FormatTime(r.CreatedOn)
	}
	dst = s3xml.AppendStartTag(dst, &el)
	dst = dst[:len(dst)-1] // the > comes after the attributes that travel along
	if !r.Deleted {
		dst = append(dst, r.Attrs...)
	}
	return dst
}

// appendElement writes one record without components.
func appendElement(dst []byte, r *transfer.Record, mci int) []byte {
	return appendTree(dst, &transfer.Tree{Record: *r}, mci)
}

// appendTree writes a record with its components; the mci of components is their own, one copy further.
func appendTree(dst []byte, t *transfer.Tree, mci int) []byte {
	dst = appendStart(dst, &t.Record, mci)
	if t.Deleted || len(t.Body) == 0 && len(t.Components) == 0 {
		return append(dst, "/>"...)
	}
	dst = append(dst, '>')
	dst = append(dst, t.Body...)
	for _, c := range t.Components {
		dst = appendTree(dst, c, c.MCI+1)
	}
	return append(dst, "</resource>"...)
}

// flatten lists a tree's records, the master first.
func flatten(t *transfer.Tree) []*transfer.Record {
	return appendRecords(make([]*transfer.Record, 0, 1+len(t.Components)), t)
}

func appendRecords(rows []*transfer.Record, t *transfer.Tree) []*transfer.Record {
	rows = append(rows, &t.Record)
	for _, c := range t.Components {
		rows = appendRecords(rows, c)
	}
	return rows
}
