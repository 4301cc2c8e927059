package grpcapi

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Conflicts serves ConflictService.
type Conflicts struct {
	transferv1.UnsafeConflictServiceServer
	Store     Store
	Engine    Engine
	Directory Directory
	Now       func() time.Time
}

var _ transferv1.ConflictServiceServer = (*Conflicts)(nil)

// ListConflicts lists conflicts, the youngest first, without the versions.
func (s *Conflicts) ListConflicts(ctx context.Context, req *transferv1.ListConflictsRequest) (*transferv1.ListConflictsResponse, error) {
	f := transfer.ItemFilter{
		Outcomes: []policy.Outcome{policy.Conflict}, RepositoryID: req.GetRepositoryId(), Resource: req.GetResourceName(),
		UID: req.GetUid(), RunID: req.GetRunId(), States: statesFromWire(conflictStates, req.GetStates()),
	}
	found, err := listItems(ctx, s.Store, f, req)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListConflictsResponse{NextPageToken: found.next, TotalSize: found.total}
	for _, it := range found.items {
		c, err := s.toWire(ctx, it)
		if err != nil {
			return nil, err
		}
		c.Local, c.Remote, c.Differences = nil, nil, nil
		out.Conflicts = append(out.Conflicts, c)
	}
	return out, nil
}

// GetConflict returns a conflict with both versions, field by field.
func (s *Conflicts) GetConflict(ctx context.Context, req *transferv1.GetConflictRequest) (*transferv1.Conflict, error) {
	it, err := s.get(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	return s.toWire(ctx, it)
}

func (s *Conflicts) get(ctx context.Context, id string) (*transfer.Item, error) {
	it, err := s.Store.GetItem(ctx, id)
	if err != nil {
		return nil, err
	}
	if it.Outcome != policy.Conflict {
		return nil, apierr.NotFound("conflict", id)
	}
	return it, nil
}

// DecideConflict takes the version that an administrator chose; it becomes a new edit here and travels.
func (s *Conflicts) DecideConflict(ctx context.Context, req *transferv1.DecideConflictRequest) (*transferv1.Conflict, error) {
	it, err := s.decide(ctx, req.GetId(), req.GetSide())
	if err != nil {
		return nil, err
	}
	return s.toWire(ctx, it)
}

// maxBatch bounds how many conflicts one call decides.
const maxBatch = 200

// BatchDecideConflicts decides several conflicts for the same side; it stops at the first that cannot be decided.
func (s *Conflicts) BatchDecideConflicts(ctx context.Context, req *transferv1.BatchDecideConflictsRequest) (*transferv1.BatchDecideConflictsResponse, error) {
	if n := len(req.GetIds()); n == 0 || n > maxBatch {
		return nil, apierr.Invalid(apierr.Field{Name: "ids", Message: "must name 1 to 200 conflicts"})
	}
	out := &transferv1.BatchDecideConflictsResponse{}
	for _, id := range req.GetIds() {
		it, err := s.decide(ctx, id, req.GetSide())
		if err != nil {
			return nil, err
		}
		c, err := s.toWire(ctx, it)
		if err != nil {
			return nil, err
		}
		out.Conflicts = append(out.Conflicts, c)
	}
	return out, nil
}

func (s *Conflicts) decide(ctx context.Context, id string, side transferv1.ConflictSide) (*transfer.Item, error) {
	winner := transfer.Winner(word(side.String(), "CONFLICT_SIDE_"))
	if winner == "" {
		return nil, apierr.Invalid(apierr.Field{Name: "side", Message: "must be LOCAL or REMOTE"})
	}
	it, err := s.get(ctx, id)
	if err != nil {
		return nil, err
	}
	if it.State == transfer.Decided {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonConflictDecided,
			"This conflict was decided by %s already. Undo that decision first.", it.DecidedBy)
	}
	return it, s.settle(ctx, it, winner, transfer.Decided)
}

// settle makes the version of the winner the present one and notes who wanted it.
func (s *Conflicts) settle(ctx context.Context, it *transfer.Item, winner transfer.Winner, state transfer.ItemState) error {
	actor := rpc.CallerFrom(ctx).User
	seq, err := s.Engine.Choose(ctx, it, winner, actor)
	if err != nil {
		return err
	}
	before := it.State
	it.State, it.DecidedSeq, it.DecidedBy, it.UpdatedAt = state, seq, actor, s.Now()
	if state == transfer.Decided {
		it.Chosen = winner
	} else {
		it.Chosen, it.DecidedBy = "", ""
	}
	return s.Store.SetItem(ctx, before, it)
}

// UndoConflict takes a decision back: what the policy had chosen becomes the present version again, as a new edit.
func (s *Conflicts) UndoConflict(ctx context.Context, req *transferv1.UndoConflictRequest) (*transferv1.Conflict, error) {
	it, err := s.get(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	if it.State != transfer.Decided {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition, "This conflict was not decided by anybody, so there is nothing to undo.")
	}
	if err := s.untouched(ctx, it); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, it, it.Winner, transfer.Open); err != nil {
		return nil, err
	}
	return s.toWire(ctx, it)
}

// untouched refuses to undo over a version that came after the decision.
func (s *Conflicts) untouched(ctx context.Context, it *transfer.Item) error {
	now, err := s.Store.GetRecord(ctx, it.Key)
	if err != nil {
		return err
	}
	if it.DecidedSeq != 0 && now.Seq != it.DecidedSeq {
		return apierr.New(apierr.KindPrecondition, apierr.ReasonConflictSuperseded,
			"The record was changed after the decision; undoing would overwrite that change. Edit the record instead.")
	}
	return nil
}

func (s *Conflicts) toWire(ctx context.Context, it *transfer.Item) (*transferv1.Conflict, error) {
	local, err := sideToWire(it.Local)
	if err != nil {
		return nil, err
	}
	remote, err := sideToWire(it.Incoming)
	if err != nil {
		return nil, err
	}
	_, policies, _ := strings.Cut(it.Rule, "/")
	_, conflictPolicy, _ := strings.Cut(policies, "/")
	out := &transferv1.Conflict{
		Id: it.ID, RepositoryId: it.RepositoryID, RepositoryName: nameOf(ctx, s.Directory, it.RepositoryID), ResourceName: it.Key.Resource,
		Uid: it.Key.UID, Label: labelOf(append(local.GetFields(), remote.GetFields()...), it.Key.UID), RunId: it.RunID,
		CreateTime: timeToWire(it.CreatedAt), Reason: it.Reason, State: conflictStates[it.State], DecidedBy: it.DecidedBy,
		Policy:     enum[transferv1.ConflictPolicy](transferv1.ConflictPolicy_value, "CONFLICT_POLICY_", conflictPolicy),
		PolicySide: sideOf(it.Winner), Winner: sideOf(it.Winner), Local: local, Remote: remote, Differences: differences(local, remote),
	}
	if it.State == transfer.Decided {
		out.Winner, out.DecideTime = sideOf(it.Chosen), timeToWire(it.UpdatedAt)
	}
	for _, d := range out.GetDifferences() {
		if d.GetDiffers() {
			out.DifferingFields = append(out.DifferingFields, d.GetName())
		}
	}
	return out, nil
}

func sideOf(w transfer.Winner) transferv1.ConflictSide {
	return enum[transferv1.ConflictSide](transferv1.ConflictSide_value, "CONFLICT_SIDE_", string(w))
}

func sideToWire(side transfer.Side) (*transferv1.RecordVersion, error) {
	out := &transferv1.RecordVersion{Mci: int32(side.MCI), ModifiedOn: timeToWire(side.ModifiedOn), Deleted: side.Deleted, Hash: side.Hash}
	if len(side.XML) == 0 || side.Deleted {
		return out, nil
	}
	el, content, err := engine.ParseElement(side.XML)
	if err != nil {
		return nil, err
	}
	out.Author = el.Attr("modified_by")
	out.Fields, out.References = fieldsToWire(content.Fields), referencesToWire(content.References)
	return out, nil
}

// differences compares two versions field by field, in the order of names.
func differences(local, remote *transferv1.RecordVersion) []*transferv1.FieldDifference {
	l, r := valuesOf(local), valuesOf(remote)
	var out []*transferv1.FieldDifference
	for _, name := range namesOf(l, r) {
		lv, lok := l[name]
		rv, rok := r[name]
		d := &transferv1.FieldDifference{Name: name, Differs: lv != rv}
		if lok {
			d.LocalValue = &lv
		}
		if rok {
			d.RemoteValue = &rv
		}
		out = append(out, d)
	}
	return out
}

func namesOf(versions ...map[string]string) []string {
	all := map[string]bool{}
	for _, v := range versions {
		for name := range v {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func valuesOf(v *transferv1.RecordVersion) map[string]string {
	values := map[string]string{}
	for _, f := range v.GetFields() {
		values[f.GetName()] = f.GetValue()
	}
	for _, ref := range v.GetReferences() {
		values[ref.GetName()] = strings.Join(ref.GetUids(), ", ")
	}
	return values
}

// nameOf is the name of a repository as far as it is known; a list must not fail because config is away.
func nameOf(ctx context.Context, d Directory, id string) string {
	repo, err := d.Repository(ctx, id)
	if err != nil {
		return ""
	}
	return repo.Name
}
