package engine

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// An edensync has most of what comes along with changed records. In a brief document, which only an edensync gets, such a record is told by
// its hash. Whoever lacks one, or has another version that matters, asks for the same document again, not in brief, or refuses it.

// briefAttr holds the hash of a record of which nothing else is told.
const briefAttr = "edensync-hash"

// errBrief ends the import of a brief document that does not say enough. What was stored of it stays.
var errBrief = errors.New("the document tells a record by a hash that is not the one of this site")

// briefly tells whether of a record that comes along the hash is enough: it is told as it is stored, and the peer reads it alike.
func (w *writer) briefly(t *transfer.Tree, targets *targets) bool {
	if !w.brief(&t.Record) || t.Hash == "" || len(targets.merged) > 0 || bytes.Contains(t.Body, []byte(` url="`)) {
		return false
	}
	named, err := s3xml.AppendTargets(nil, t.Body)
	return err == nil && absolute(t.UID) && !slices.ContainsFunc(named, func(target s3xml.Target) bool { return !absolute(target.UID) })
}

// absolute tells whether a uid is the same at every site: of others a site may know a shorter form.
func absolute(uid string) bool { return strings.HasPrefix(uid, "urn:") }

// appendBrief writes what a brief document tells of a record: all that a decision depends on.
func appendBrief(dst []byte, r *transfer.Record) []byte {
	el := s3xml.Record{Name: r.Resource, UUID: r.UID, MCI: strconv.Itoa(r.MCI + 1), ModifiedOn: s3xml.FormatTime(r.ModifiedOn)}
	dst = s3xml.AppendStartTag(dst, &el)
	dst = append(dst[:len(dst)-1], " "+briefAttr+`="`...)
	return append(append(dst, r.Hash...), `"/>`...)
}

// toldBy is the hash by which a brief document tells a record; "" if it says all of it.
func (d *reader) toldBy(r *row, el *s3xml.Record) string {
	if !d.brief || !r.top || len(el.Data)+len(el.References)+len(el.Components)+len(el.Unknown) > 0 {
		return ""
	}
	return el.Attr(briefAttr)
}

// lasting are the attributes of a record that others may hear of: the one of brief documents would tell them something else.
func lasting(attrs []s3xml.Attr) []s3xml.Attr {
	return slices.DeleteFunc(attrs, func(a s3xml.Attr) bool { return a.Name == briefAttr })
}
