package engine

import (
	"slices"
	"strconv"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// appendStart writes the start tag of a record. EDEN: a deletion carries nothing but its identity and time; the
// mci is our addition, which an Eden accepts and needs to let deletions travel under MASTER (docs/s3xml.md).
func appendStart(dst []byte, r *transfer.Record, mci int) []byte {
	dst = append(dst, "<resource"...)
	dst = s3xml.AppendAttr(dst, "name", r.Resource)
	if r.Alias != "" {
		dst = s3xml.AppendAttr(dst, "alias", r.Alias)
	}
	dst = s3xml.AppendAttr(dst, "uuid", r.UID)
	dst = append(dst, ` mci="`...)
	dst = strconv.AppendInt(dst, int64(mci), 10)
	dst = append(dst, '"')
	if !r.Deleted && !r.CreatedOn.IsZero() {
		dst = s3xml.AppendAttr(dst, "created_on", s3xml.FormatTime(r.CreatedOn))
	}
	dst = s3xml.AppendAttr(dst, "modified_on", s3xml.FormatTime(r.ModifiedOn))
	if r.Deleted {
		dst = append(dst, ` deleted="True"`...)
		if r.ReplacedBy != "" {
			dst = s3xml.AppendAttr(dst, "replaced_by", r.ReplacedBy)
		}
		return dst
	}
	return append(dst, r.Attrs...)
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
	rows := []*transfer.Record{&t.Record}
	for _, c := range t.Components {
		rows = append(rows, flatten(c)...)
	}
	return rows
}

// references lists the records that a tree refers to, each once.
func references(t *transfer.Tree) ([]transfer.Key, error) {
	var keys []transfer.Key
	for _, r := range flatten(t) {
		if r.Deleted || !hasReference(r.Body) {
			continue
		}
		content, err := s3xml.ParseBody(r.Body)
		if err != nil {
			return nil, err
		}
		for _, ref := range content.References {
			for _, uid := range ref.UIDs {
				key := transfer.Key{Resource: ref.Resource, UID: uid}
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys, nil
}
