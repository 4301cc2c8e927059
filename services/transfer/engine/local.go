package engine

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Edit is a change made at this site by an administrator or an internal service.
type Edit struct {
	Key     transfer.Key
	Parent  transfer.Key // makes a new record a component; of an existing one it must be its parent or empty
	Alias   string
	Delete  bool
	Content s3xml.Content // complete: fields that are absent are cleared
	// IfSeq, if not 0, is the change number of the version that was seen when editing; another one is refused.
	IfSeq int64
	Actor string
}

// Apply makes a local edit: modified now, origin here, MCI 0 if the record is new. It travels to all
// repositories that the resource is configured for.
func (e *Engine) Apply(ctx context.Context, edit Edit) (*transfer.Record, error) {
	if err := checkEdit(edit); err != nil {
		return nil, err
	}
	sorted, err := canonical(edit.Content)
	if err != nil {
		return nil, apierr.Invalid(apierr.Field{Name: "fields", Message: err.Error()})
	}
	edit.Content = sorted
	var stored *transfer.Record
	err = e.store.Write(ctx, nil, func(tx Tx) (err error) {
		stored, err = e.edit(ctx, tx, edit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("edit of %s %s: %w", edit.Key.Resource, edit.Key.UID, err)
	}
	return stored, nil
}

func checkEdit(edit Edit) error {
	if !transfer.ValidResource(edit.Key.Resource) {
		return apierr.Invalid(apierr.Field{Name: "resource", Message: "must be a table name with a prefix, such as org_office"})
	}
	if edit.Key.UID == "" {
		return apierr.Invalid(apierr.Field{Name: "uid", Message: "is required"})
	}
	if err := checkUID(edit.Key.UID); err != nil {
		return apierr.Invalid(apierr.Field{Name: "uid", Message: err.Error()})
	}
	for _, f := range edit.Content.Fields {
		if transfer.IsPassword(f.Name) {
			return apierr.Invalid(apierr.Field{Name: "fields", Message: "the field " + f.Name + " holds a password; passwords are never stored"})
		}
	}
	return nil
}

func (e *Engine) edit(ctx context.Context, tx Tx, edit Edit) (*transfer.Record, error) {
	locals, err := tx.LoadWhole(ctx, []transfer.Key{edit.Key, edit.Parent})
	if err != nil {
		return nil, err
	}
	old := locals[edit.Key]
	next := newVersion(edit, old, e.now())
	if old != nil && old.Hash == next.Hash && old.Deleted == next.Deleted {
		return old, nil // also an edit that is repeated because its answer was lost
	}
	if err := checkVersion(edit, old); err != nil {
		return nil, err
	}
	if old == nil && !edit.Parent.IsZero() && locals[edit.Parent] == nil {
		return nil, apierr.NotFound("parent record", edit.Parent.UID)
	}
	if old != nil && !next.Deleted {
		if err := clearMissing(next, old.Body, edit.Content); err != nil {
			return nil, err
		}
	}
	if err := tx.Apply(ctx, []*transfer.Record{next}); err != nil {
		return nil, err
	}
	return next, nil
}

func checkVersion(edit Edit, old *transfer.Record) error {
	switch {
	case edit.Delete && old == nil:
		return apierr.NotFound("record", edit.Key.UID)
	case edit.IfSeq != 0 && (old == nil || old.Seq != edit.IfSeq):
		return apierr.New(apierr.KindStale, apierr.ReasonStale,
			"The record was changed since you opened it; nothing was saved. Load it again and repeat your change.")
	default:
		return nil
	}
}

// newVersion is the record as the edit makes it.
func newVersion(edit Edit, old *transfer.Record, now time.Time) *transfer.Record {
	next := &transfer.Record{
		Key: edit.Key, Parent: edit.Parent, Alias: edit.Alias, Master: edit.Parent.IsZero(),
		CreatedOn: now.UTC().Truncate(time.Second), ModifiedOn: transfer.NextModifiedOn(now, time.Time{}),
	}
	next.Attrs = signed("", edit.Actor)
	if old != nil {
		next.Parent, next.Alias, next.Master = old.Parent, old.Alias, old.Master
		next.MCI, next.CreatedOn, next.Attrs = old.MCI, old.CreatedOn, signed(old.Attrs, edit.Actor)
		next.FirstSeq, next.FirstOrigin = old.FirstSeq, old.FirstOrigin
		next.ModifiedOn = transfer.NextModifiedOn(now, old.ModifiedOn)
	}
	if edit.Delete {
		next.Deleted, next.Hash = true, deletedHash
	} else {
		next.Hash, next.Body = edit.Content.Hash(), edit.Content.AppendBody(nil)
	}
	next.ReceivedHash = next.Hash
	return next
}

// AuthorAttr is the attribute that names who wrote a version, in Eden by e-mail address. A name that an Eden does not
// know is ignored there.
const AuthorAttr = "modified_by"

// signed are the attributes of a record with another author; without one nobody is named, above all not the author of
// the version before.
func signed(attrs, author string) string {
	parsed, err := s3xml.ParseAttrs([]byte(attrs))
	if err != nil {
		return attrs // cannot happen: they were written by us
	}
	parsed = slices.DeleteFunc(parsed, func(a s3xml.Attr) bool { return a.Name == AuthorAttr })
	if author != "" {
		parsed = append(parsed, s3xml.Attr{Name: AuthorAttr, Value: author})
	}
	return string(s3xml.AppendAttrs(nil, parsed))
}

// clearMissing writes fields that the edit took away as empty ones, because what is merely absent says nothing to
// an Eden.
func clearMissing(next *transfer.Record, oldBody []byte, content s3xml.Content) error {
	before, err := s3xml.ParseBody(oldBody)
	if err != nil {
		return fmt.Errorf("stored body: %w", err)
	}
	has := map[string]bool{}
	for _, f := range content.Fields {
		has[f.Name] = true
	}
	complete := content
	complete.Fields = append([]s3xml.Field(nil), content.Fields...)
	for _, f := range before.Fields {
		if !has[f.Name] {
			complete.Fields = append(complete.Fields, s3xml.Field{Name: f.Name, Form: s3xml.Null})
		}
	}
	next.Body, err = canonicalBody(complete)
	return err
}

// ParseElement reads one stored element and its content.
func ParseElement(element []byte) (*s3xml.Record, s3xml.Content, error) {
	dec := s3xml.NewDecoder(bytes.NewReader(wrap(element)), s3xml.DefaultLimits())
	var el s3xml.Record
	if err := dec.Next(&el); err != nil {
		return nil, s3xml.Content{}, fmt.Errorf("stored element: %w", err)
	}
	content, err := s3xml.ContentOf(&el)
	return &el, content, err
}

// canonical puts a content that was made by hand into the order in which equal contents have equal hashes.
func canonical(c s3xml.Content) (s3xml.Content, error) {
	return s3xml.ParseBody(c.AppendBody(nil))
}

func canonicalBody(c s3xml.Content) ([]byte, error) {
	sorted, err := canonical(c)
	return sorted.AppendBody(nil), err
}

// Retry imports a rejected record again, now. What becomes of it is in the ledger of a run of its own.
func (e *Engine) Retry(ctx context.Context, item *transfer.Item, repo transfer.Repository) error {
	if item.Direction == transfer.Push {
		return e.store.Write(ctx, nil, func(tx Tx) error {
			return tx.Resend(ctx, item.RepositoryID, item.Task, []transfer.Key{item.Key})
		})
	}
	rule := policy.Default()
	if task, ok := repo.Task(item.Task); ok {
		rule = task.Rule
	}
	cursor, err := e.store.Cursor(ctx, repo.ID, item.Task)
	if err != nil {
		return err
	}
	in := transfer.Import{Repository: repo, Resource: item.Task, Rule: rule, Complete: cursor.Edensync}
	_, err = e.Import(ctx, in, bytes.NewReader(wrap(item.Incoming.XML)))
	return err
}

// Announce makes a record go out again although its content is the same, because something that it points to has
// changed here.
func (e *Engine) Announce(ctx context.Context, key transfer.Key) error {
	err := e.store.Write(ctx, nil, func(tx Tx) error {
		locals, err := tx.Load(ctx, []transfer.Key{key})
		if err != nil || locals[key] == nil {
			return err
		}
		return tx.Relink(ctx, "", []*transfer.Record{locals[key]})
	})
	if err != nil {
		return fmt.Errorf("announce %s %s: %w", key.Resource, key.UID, err)
	}
	return nil
}
