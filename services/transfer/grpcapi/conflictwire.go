package grpcapi

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// choiceFromWire reads what a person chose.
func choiceFromWire(side transferv1.ConflictSide, fields map[string]transferv1.ConflictSide) (transfer.Choice, error) {
	choice := transfer.Choice{Winner: winnerOf(side)}
	if choice.Winner == "" {
		return choice, apierr.Invalid(apierr.Field{Name: "side", Message: "must be LOCAL or REMOTE"})
	}
	for name, side := range fields {
		winner := winnerOf(side)
		if winner == "" {
			return choice, apierr.Invalid(apierr.Field{Name: "fieldSides", Message: "must be LOCAL or REMOTE for " + name})
		}
		if choice.Fields == nil {
			choice.Fields = map[string]transfer.Winner{}
		}
		choice.Fields[name] = winner
	}
	return choice, nil
}

func winnerOf(side transferv1.ConflictSide) transfer.Winner {
	switch side {
	case transferv1.ConflictSide_CONFLICT_SIDE_LOCAL:
		return transfer.LocalWins
	case transferv1.ConflictSide_CONFLICT_SIDE_REMOTE:
		return transfer.RemoteWins
	default:
		return ""
	}
}

func sideOf(w transfer.Winner) transferv1.ConflictSide {
	return enum[transferv1.ConflictSide](transferv1.ConflictSide_value, "CONFLICT_SIDE_", string(w))
}

// eachToWire writes conflicts without their common versions.
func (s *Conflicts) eachToWire(ctx context.Context, items []*transfer.Item) ([]*transferv1.Conflict, error) {
	records, err := s.records(ctx, items)
	if err != nil {
		return nil, err
	}
	site, err := s.Directory.Site(ctx)
	if err != nil {
		site = transfer.Site{} // without config only the time is not known until which decisions are kept
	}
	names := names{directory: s.Directory}
	out := make([]*transferv1.Conflict, 0, len(items))
	for _, it := range items {
		v, err := versionsOf(it)
		if err != nil {
			return nil, err
		}
		out = append(out, conflictToWire(it, v, records[it.Key], names.of(ctx, it.RepositoryID), site.HistoryRetention))
	}
	return out, nil
}

// toWire writes one conflict with the last version that both sides had.
func (s *Conflicts) toWire(ctx context.Context, it *transfer.Item) (*transferv1.Conflict, error) {
	out, err := s.eachToWire(ctx, []*transfer.Item{it})
	if err != nil {
		return nil, err
	}
	base, found, err := s.Store.BaseVersion(ctx, transfer.BaseQuery{
		Key: it.Key, RepositoryID: it.RepositoryID, LocalSeq: it.LocalSeq, SyncSeq: it.SyncSeq,
	})
	if err != nil || !found {
		return out[0], err
	}
	if out[0].Base, err = versionToWire(&base); err != nil {
		return nil, err
	}
	values := valuesOf(out[0].GetBase())
	for _, d := range out[0].GetDifferences() {
		if v, ok := values[d.GetName()]; ok {
			d.BaseValue = &v.text
		}
	}
	return out[0], nil
}

// versions are both sides of a conflict.
type versions struct {
	local, remote *transferv1.RecordVersion
	contents      []s3xml.Content
}

func versionsOf(it *transfer.Item) (v versions, err error) {
	var content s3xml.Content
	if v.local, content, err = sideToWire(it.Local); err != nil {
		return v, err
	}
	v.contents = append(v.contents, content)
	v.remote, content, err = sideToWire(it.Incoming)
	v.contents = append(v.contents, content)
	return v, err
}

func sideToWire(side transfer.Side) (*transferv1.RecordVersion, s3xml.Content, error) {
	out := &transferv1.RecordVersion{Mci: int32(side.MCI), ModifiedOn: timeToWire(side.ModifiedOn), Deleted: side.Deleted, Hash: side.Hash}
	if len(side.XML) == 0 || side.Deleted {
		return out, s3xml.Content{}, nil
	}
	el, content, err := engine.ParseElement(side.XML)
	if err != nil {
		return nil, content, err
	}
	out.Author = el.Attr("modified_by")
	out.Fields, out.References = fieldsToWire(content.Fields), referencesToWire(content.References)
	return out, content, nil
}

// conflictToWire writes a conflict; now is the present version of the record, nil if it is gone.
func conflictToWire(it *transfer.Item, v versions, now *transfer.Record, repository string, retention time.Duration) *transferv1.Conflict {
	_, policies, _ := strings.Cut(it.Rule, "/")
	_, conflictPolicy, _ := strings.Cut(policies, "/")
	out := &transferv1.Conflict{
		Id: it.ID, RepositoryId: it.RepositoryID, RepositoryName: repository, ResourceName: it.Key.Resource,
		Uid: it.Key.UID, Label: it.Label, RunId: it.RunID, CreateTime: timeToWire(it.CreatedAt), Reason: it.Reason,
		State: conflictStates[it.State], DecidedBy: it.DecidedBy,
		Policy:     enum[transferv1.ConflictPolicy](transferv1.ConflictPolicy_value, "CONFLICT_POLICY_", conflictPolicy),
		PolicySide: sideOf(it.Winner), Winner: sideOf(it.Winner), DeletedSide: deletedSide(it), Local: v.local, Remote: v.remote, Differences: differences(v.local, v.remote),
	}
	if out.GetLabel() == "" {
		out.Label = engine.Label(it.Key.UID, v.contents...)
	}
	superseded := now == nil || it.Superseded(now)
	switch {
	case it.State == transfer.Decided:
		out.Winner, out.DecideTime = sideOf(it.Chosen), timeToWire(it.UpdatedAt)
		out.FieldSides, out.Undoable = sidesToWire(it.FieldSides), !superseded
		if retention > 0 && !superseded {
			out.UndoExpireTime = timeToWire(it.UpdatedAt.Add(retention))
		}
	case superseded:
		out.State = transferv1.ConflictState_CONFLICT_STATE_SUPERSEDED
	}
	for _, d := range out.GetDifferences() {
		if d.GetDiffers() {
			out.DifferingFields = append(out.DifferingFields, d.GetName())
		}
	}
	return out
}

func deletedSide(it *transfer.Item) transferv1.ConflictSide {
	switch {
	case it.Local.Deleted:
		return transferv1.ConflictSide_CONFLICT_SIDE_LOCAL
	case it.Incoming.Deleted:
		return transferv1.ConflictSide_CONFLICT_SIDE_REMOTE
	default:
		return transferv1.ConflictSide_CONFLICT_SIDE_UNSPECIFIED
	}
}

func sidesToWire(sides map[string]transfer.Winner) map[string]transferv1.ConflictSide {
	out := make(map[string]transferv1.ConflictSide, len(sides))
	for name, winner := range sides {
		out[name] = sideOf(winner)
	}
	return out
}

// value is a field or a reference as text.
type value struct {
	text     string
	kind     transferv1.FieldKind
	resource string // of a reference
}

// isEmpty tells of a value that is absent or empty on purpose.
func (v value) isEmpty() bool {
	return v == value{} || v.kind == transferv1.FieldKind_FIELD_KIND_NULL
}

// differences compares two versions field by field, in the order of names.
func differences(local, remote *transferv1.RecordVersion) []*transferv1.FieldDifference {
	l, r := valuesOf(local), valuesOf(remote)
	all := maps.Clone(l)
	maps.Copy(all, r)
	var out []*transferv1.FieldDifference
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lv, lok := l[name]
		rv, rok := r[name]
		d := &transferv1.FieldDifference{Name: name, Differs: lv.text != rv.text}
		told := lv // the one that says more of how it is to be read
		if told.isEmpty() {
			told = rv
		}
		d.Kind, d.ReferenceResourceName = told.kind, told.resource
		if lok {
			d.LocalValue = &lv.text
		}
		if rok {
			d.RemoteValue = &rv.text
		}
		out = append(out, d)
	}
	return out
}

func valuesOf(v *transferv1.RecordVersion) map[string]value {
	values := map[string]value{}
	for _, f := range v.GetFields() {
		values[f.GetName()] = value{text: f.GetValue(), kind: f.GetKind()}
	}
	for _, ref := range v.GetReferences() {
		values[ref.GetName()] = value{text: strings.Join(ref.GetUids(), ", "), resource: ref.GetResourceName()}
	}
	return values
}

// names asks config for the names of repositories, once for each. A list must not fail because config is away.
type names struct {
	directory Directory
	known     map[string]string
}

func (n *names) of(ctx context.Context, id string) string {
	if id == "" {
		return ""
	}
	if name, known := n.known[id]; known {
		return name
	}
	if n.known == nil {
		n.known = map[string]string{}
	}
	repo, err := n.directory.Repository(ctx, id)
	if err != nil {
		repo.Name = ""
	}
	n.known[id] = repo.Name
	return repo.Name
}
