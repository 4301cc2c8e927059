package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// row is one received record on its way into the store.
type row struct {
	rec      transfer.Record // MCI as transmitted
	hasMCI   bool
	hasTime  bool
	top      bool           // a direct child of the root
	root     int            // index of its top-level row in the batch
	refs     []transfer.Key // records that it refers to
	files    []transfer.File
	same     bool   // the record is here already, just the same, and nothing else of the batch is another version of it
	outline  bool   // rec has neither attributes nor body
	told     bool   // by its hash alone: it is an outline of which nothing more is to be had
	merged   bool   // rec is what was received, laid over what is here
	sent     []byte // of merged rows: the body as received
	reject   string // reason why it cannot be applied; empty = it can
	message  string
	raw      []byte // of rejects: the element as it came
	skip     string // reason why it is not looked at
	stranger bool   // nobody asked for it: it is skipped unless it is here
	noLedger bool   // its content must not be kept in the ledger
}

// reader turns the elements of one document into rows. It resolves what has a meaning only inside the document:
// temporary identifiers and plain uids of the sender's domain.
type reader struct {
	domain    string // of the sender
	ownDomain string
	document  uuid.UUID // names the document; temporary identifiers become stable uids in it
	exposed   map[string]bool
	now       time.Time
	repoID    string
	files     bool           // files behind upload fields are wanted
	brief     bool           // it may tell records by their hashes
	batch     int            // rows of a full batch
	inside    []s3xml.Record // records that stand inside references of the present element

	outline  bool           // the present element needs neither attributes nor bodies
	text     string         // of the present element, as the decoder has checked it
	content  s3xml.Content  // of the present element; its memory serves all of them
	buf      []byte         // where forms of the present element are made
	keys     []transfer.Key // where its references are collected
	attrs    string         // of the last row, mostly the same as those of the next one
	bodies   []byte         // the memory that the next bodies are cut from
	refs     []transfer.Key // the memory that the next references are cut from
	expected int            // how many rows the last batch had: the next one has about as many
}

// Bodies and references of rows are cut from pieces of this many bytes and keys, which live as long as the last row of
// them.
const (
	pieceBytes = 32 << 10
	pieceKeys  = 512
)

// cut returns a copy of items that is a part of the piece, or of a new one when the piece is used up; nil if there is none.
func cut[T any](piece *[]T, size int, items []T) []T {
	if len(items) == 0 {
		return nil
	}
	if cap(*piece)-len(*piece) < len(items) {
		*piece = make([]T, 0, max(size, len(items)))
	}
	n := len(*piece)
	*piece = append(*piece, items...)
	return (*piece)[n:len(*piece):len(*piece)]
}

// maxUID is Eden's limit for the length of a uid.
const maxUID = 128

// deletedHash is the content hash of every deletion: deletions say nothing but that the record is gone.
const deletedHash = "00000000000000000000000000000000"

// keptOutHash stands for the content of records that are kept out, of which nothing is remembered.
const keptOutHash = "kept out"

// rows appends the element, all its components, and records that are written inside its references.
func (d *reader) rows(dst []row, el *s3xml.Record) []row {
	if dst == nil {
		dst = make([]row, 0, d.expected+d.expected/16)
	}
	dst = d.group(dst, el)
	d.expected = len(dst)
	return dst
}

func (d *reader) group(dst []row, el *s3xml.Record) []row {
	start := len(dst)
	d.inside = nil
	dst = d.tree(dst, el, transfer.Key{}, start)
	d.spreadRejects(dst[start:], el)
	inside := d.inside
	for i := range inside {
		dst = d.group(dst, &inside[i])
	}
	return dst
}

func (d *reader) tree(dst []row, el *s3xml.Record, parent transfer.Key, root int) []row {
	dst = append(dst, row{rec: transfer.Record{Parent: parent}, root: root, top: parent.IsZero()})
	r := &dst[len(dst)-1]
	d.row(r, el)
	r.rec.Master = r.top
	if !r.top {
		r.rec.Alias = el.Alias
	}
	if r.skip != "" {
		return dst
	}
	key := r.rec.Key // r is void when dst grows
	for i := range el.Components {
		dst = d.tree(dst, &el.Components[i], key, root)
	}
	return dst
}

// row reads one element without its components.
func (d *reader) row(r *row, el *s3xml.Record) {
	r.rec.Resource, r.rec.Origin, r.rec.ArrivedOn = el.Name, d.repoID, d.now
	switch {
	case !transfer.ValidResource(el.Name):
		r.rejected(transfer.RejectBadResource, "%q is no table name", el.Name)
		return
	case transfer.KeptOut(el.Name, d.exposed):
		r.rec.UID, r.rec.ReceivedHash = el.UUID, keptOutHash
		r.skip, r.noLedger = transfer.SkipKeptOut, true
		return
	}
	el = withoutPasswords(el)
	d.resolveTemporary(el)
	content := &d.content
	if err := content.Set(el, d.text); err != nil {
		r.rec.UID = el.UUID
		r.rejected(transfer.RejectBadContent, "%v", err)
		return
	}
	for i := range content.References {
		for k, uid := range content.References[i].UIDs {
			content.References[i].UIDs[k] = d.normal(uid)
		}
	}
	r.rec.UID = d.uidOf(el, content)
	if err := checkUID(r.rec.UID); err != nil {
		r.rejected(transfer.RejectBadUID, "%v", err)
		return
	}
	if d.stamps(r, el) {
		d.fill(r, el, content)
	}
}

// rejected marks the row as one that cannot be applied.
func (r *row) rejected(reason, format string, args ...any) {
	r.reject, r.message = reason, fmt.Sprintf(format, args...)
}

// stamps reads the attributes that need parsing. It reports whether all could be read.
func (d *reader) stamps(r *row, el *s3xml.Record) bool {
	var err error
	if r.rec.ModifiedOn, err = d.time(el.ModifiedOn, d.now); err != nil {
		r.rejected(transfer.RejectBadTime, "modified_on %q is no time", el.ModifiedOn)
		return false
	}
	r.hasTime = el.ModifiedOn != ""
	if r.rec.CreatedOn, err = d.time(el.CreatedOn, time.Time{}); err != nil {
		r.rejected(transfer.RejectBadTime, "created_on %q is no time", el.CreatedOn)
		return false
	}
	r.rec.MCI = 2 // EDEN: a missing MCI never counts as from the originator (docs/s3xml.md, master copy index)
	if el.MCI != "" {
		mci, err := strconv.Atoi(strings.TrimSpace(el.MCI))
		if err != nil || mci < 0 || mci > 1<<30 {
			r.rejected(transfer.RejectBadMCI, "mci %q is no whole number", el.MCI)
			return false
		}
		r.rec.MCI, r.hasMCI = mci, true
	}
	return true
}

func (d *reader) time(s string, missing time.Time) (time.Time, error) {
	if s == "" {
		return missing.UTC().Truncate(time.Second), nil
	}
	t, err := s3xml.ParseTime(s, d.now)
	return t.UTC().Truncate(time.Second), err
}

// fill stores the content in canonical form.
func (d *reader) fill(r *row, el *s3xml.Record, content *s3xml.Content) {
	r.outline = d.outline
	if hash := d.toldBy(r, el); hash != "" {
		r.outline, r.told, r.rec.Hash, r.rec.ReceivedHash = true, true, hash, hash
		return
	}
	if !d.outline {
		d.buf = s3xml.AppendAttrs(d.buf[:0], lasting(content.Attrs))
		if string(d.buf) != d.attrs {
			d.attrs = string(d.buf)
		}
		r.rec.Attrs = d.attrs
	}
	if el.IsDeleted() {
		r.rec.Deleted, r.rec.Hash = true, deletedHash
		if el.ReplacedBy != "" {
			r.rec.ReplacedBy = d.normal(el.ReplacedBy)
			r.rec.Hash = mergedHash(r.rec.ReplacedBy)
		}
		r.rec.ReceivedHash = r.rec.Hash
		return
	}
	r.rec.Hash = content.Hash()
	r.rec.ReceivedHash = r.rec.Hash
	if !d.outline {
		d.buf = content.AppendBody(d.buf[:0])
		r.rec.Body = cut(&d.bodies, pieceBytes, d.buf)
	}
	r.refs = d.targets(content)
	if d.files {
		r.files = d.filesOf(r, content)
	}
}

// targets are the records that the content refers to.
func (d *reader) targets(content *s3xml.Content) []transfer.Key {
	d.keys = d.keys[:0]
	for i := range content.References {
		ref := &content.References[i]
		for _, uid := range ref.UIDs {
			d.keys = append(d.keys, transfer.Key{Resource: ref.Resource, UID: uid})
		}
	}
	return cut(&d.refs, pieceKeys, d.keys)
}

func (d *reader) filesOf(r *row, content *s3xml.Content) (files []transfer.File) {
	for i := range content.Fields {
		if f := &content.Fields[i]; f.Form == s3xml.File && f.URL != "" {
			files = append(files, transfer.File{Key: r.rec.Key, Field: f.Name, URL: f.URL, Filename: f.Filename, RepositoryID: d.repoID})
		}
	}
	return files
}

func mergedHash(replacedBy string) string {
	sum := sha256.Sum256([]byte("replaced by\x00" + replacedBy))
	return hex.EncodeToString(sum[:16])
}

// uidOf gives every record a uid: its own, the one of its temporary identifier, or one made of its content, so
// that the same element sent twice is the same record.
func (d *reader) uidOf(el *s3xml.Record, content *s3xml.Content) string {
	switch {
	case el.UUID != "":
		return d.normal(el.UUID)
	case el.TUID != "":
		return d.temporary(el.Name, el.TUID)
	default:
		name := "record\x00" + d.repoID + "\x00" + el.Name + "\x00" + content.Hash()
		return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String()
	}
}

// temporary is the uid of a temporary identifier: the same all over the document, another one elsewhere.
func (d *reader) temporary(resource, tuid string) string {
	return "urn:uuid:" + uuid.NewSHA1(d.document, []byte(resource+"\x00"+tuid)).String()
}

// normal is the uid under which this site knows a record. EDEN: an Eden prefixes plain uids of elements with
// its domain but never those of references (docs/s3xml.md, identifiers); here both get the prefix, and our own
// prefix is taken off again.
func (d *reader) normal(uid string) string {
	if d.ownDomain != "" {
		if own, ok := strings.CutPrefix(uid, d.ownDomain+"/"); ok {
			return own
		}
	}
	plain := !strings.HasPrefix(uid, "urn:") && !strings.Contains(uid, "/")
	if plain && d.domain != "" && d.domain != d.ownDomain {
		return d.domain + "/" + uid
	}
	return uid
}

// resolveTemporary gives references their targets' uids where they mean something only inside the document: a
// temporary identifier, or the target itself written inside the reference.
func (d *reader) resolveTemporary(el *s3xml.Record) {
	for i := range el.References {
		ref := &el.References[i]
		if inner := ref.Record; inner != nil {
			inner.UUID = d.identify(inner)
			ref.UUID, ref.TUID = inner.UUID, ""
			d.inside = append(d.inside, inner.Clone())
		}
		if ref.UUID == "" && ref.TUID != "" {
			ref.UUID = d.temporary(ref.Resource, ref.TUID)
		}
		ref.TUID, ref.Record = "", nil
	}
}

// identify is the uid of an element that stands inside a reference.
func (d *reader) identify(el *s3xml.Record) string {
	bare := el.Clone()
	bare.References = nil
	content, err := s3xml.ContentOf(&bare)
	if err != nil {
		return el.UUID // row rejects it with the reason
	}
	return d.uidOf(el, &content)
}

func checkUID(uid string) error {
	if len(uid) > maxUID {
		return fmt.Errorf("uid of %d characters, at most %d are allowed", len(uid), maxUID)
	}
	if strings.ContainsFunc(uid, unicode.IsControl) {
		return fmt.Errorf("uid %q contains control characters", uid)
	}
	return nil
}

// withoutPasswords drops fields that hold passwords: they are never stored, not even in a reject.
func withoutPasswords(el *s3xml.Record) *s3xml.Record {
	if !hasPassword(el) {
		return el
	}
	clean := *el
	clean.Data = nil
	for _, f := range el.Data {
		if !transfer.IsPassword(f.Field) {
			clean.Data = append(clean.Data, f)
		}
	}
	clean.Components = make([]s3xml.Record, 0, len(el.Components))
	for i := range el.Components {
		clean.Components = append(clean.Components, *withoutPasswords(&el.Components[i]))
	}
	return &clean
}

func hasPassword(el *s3xml.Record) bool {
	for i := range el.Data {
		if transfer.IsPassword(el.Data[i].Field) {
			return true
		}
	}
	for i := range el.Components {
		if hasPassword(&el.Components[i]) {
			return true
		}
	}
	return false
}
