package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// Choose makes what a person chose in a conflict a new local edit, which then travels. It returns the change number
// of that edit, 0 if the choice is what is stored already. A record that has changed since the conflict was found is
// left alone: CONFLICT_SUPERSEDED (Precondition), unless the choice takes an earlier one back.
func (e *Engine) Choose(ctx context.Context, item *transfer.Item, choice transfer.Choice, actor string) (int64, error) {
	edit, err := chosen(item, choice)
	if err != nil {
		return 0, fmt.Errorf("conflict %s: %w", item.ID, err)
	}
	edit.Actor = actor
	var seq int64
	err = e.store.Write(ctx, nil, func(tx Tx) error {
		before, err := tx.Clock(ctx)
		if err != nil {
			return err
		}
		locals, err := tx.Load(ctx, []transfer.Key{item.Key})
		if err != nil {
			return err
		}
		if now := locals[item.Key]; now != nil && item.Superseded(now) {
			return apierr.New(apierr.KindPrecondition, apierr.ReasonConflictSuperseded,
				"The record was changed after the conflict was found; deciding it would overwrite that change. Edit the record instead.").
				With("conflictId", item.ID)
		}
		stored, err := e.edit(ctx, tx, edit)
		if err == nil && stored.Seq > before {
			seq = stored.Seq
		}
		return err
	})
	return seq, err
}

// chosen is the edit that makes the choice the present version.
func chosen(item *transfer.Item, choice transfer.Choice) (Edit, error) {
	side, other := item.Local, item.Incoming
	if choice.Winner == transfer.RemoteWins {
		side, other = other, side
	}
	edit := Edit{Key: item.Key, Delete: side.Deleted}
	if len(choice.Fields) > 0 && (side.Deleted || other.Deleted) {
		return edit, apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
			"One of both versions is a deletion, which has no fields to choose from; choose one of both versions as a whole.")
	}
	if side.Deleted {
		return edit, nil
	}
	var err error
	if _, edit.Content, err = ParseElement(side.XML); err != nil || len(choice.Fields) == 0 {
		return edit, err
	}
	_, theirs, err := ParseElement(other.XML)
	if err != nil {
		return edit, err
	}
	for name, winner := range choice.Fields {
		if !hasName(edit.Content, name) && !hasName(theirs, name) {
			return edit, apierr.Invalid(apierr.Field{Name: "fieldSides", Message: "names " + name + ", which neither version has"})
		}
		if winner != choice.Winner {
			takeField(&edit.Content, theirs, name)
		}
	}
	return edit, nil
}

func hasName(c s3xml.Content, name string) bool {
	return slices.ContainsFunc(c.Fields, func(f s3xml.Field) bool { return f.Name == name }) ||
		slices.ContainsFunc(c.References, func(r s3xml.Ref) bool { return r.Field == name })
}

// takeField replaces a field or reference by what the other version has of this name, be it nothing.
func takeField(c *s3xml.Content, from s3xml.Content, name string) {
	c.Fields = slices.DeleteFunc(c.Fields, func(f s3xml.Field) bool { return f.Name == name })
	c.References = slices.DeleteFunc(c.References, func(r s3xml.Ref) bool { return r.Field == name })
	for _, f := range from.Fields {
		if f.Name == name {
			c.Fields = append(c.Fields, f)
		}
	}
	for _, r := range from.References {
		if r.Field == name {
			c.References = append(c.References, r)
		}
	}
}

// labelFields are what people know a record by, the best first.
var labelFields = []string{"name", "first_name", "title", "code", "description"}

// Label is what people know a record by: the best field of the first of its versions that has one, else its uid.
func Label(uid string, versions ...s3xml.Content) string {
	for _, name := range labelFields {
		for i := range versions {
			if f := versions[i].Field(name); f != nil && f.Value != "" {
				return f.Value
			}
		}
	}
	return uid
}
