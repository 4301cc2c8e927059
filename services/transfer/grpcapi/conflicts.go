package grpcapi

import (
	"context"
	"maps"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
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
		UID: req.GetUid(), RunID: req.GetRunId(), States: statesFromWire(conflictStates, req.GetStates()), Query: req.GetQuery(),
	}
	found, err := listItems(ctx, s.Store, f, req)
	if err != nil {
		return nil, err
	}
	conflicts, err := s.eachToWire(ctx, found.items)
	if err != nil {
		return nil, err
	}
	for _, c := range conflicts {
		c.Local, c.Remote, c.Differences = nil, nil, nil
	}
	return &transferv1.ListConflictsResponse{Conflicts: conflicts, NextPageToken: found.next, TotalSize: found.total}, nil
}

// GetConflict returns a conflict with both versions and the last one that both sides had, field by field.
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

// DecideConflict takes the version that an administrator chose, or one made of both; it becomes a new edit here and
// travels.
func (s *Conflicts) DecideConflict(ctx context.Context, req *transferv1.DecideConflictRequest) (*transferv1.Conflict, error) {
	choice, err := choiceFromWire(req.GetSide(), req.GetFieldSides())
	if err != nil {
		return nil, err
	}
	it, err := s.get(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	if decidedAlready(it, choice) {
		return s.toWire(ctx, it)
	}
	if err := undecided(it); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, it, choice, transfer.Decided); err != nil {
		return nil, err
	}
	return s.toWire(ctx, it)
}

// maxBatch bounds how many conflicts one call decides.
const maxBatch = 500

// BatchDecideConflicts decides several conflicts for the same side. All are looked at before the first one is decided.
func (s *Conflicts) BatchDecideConflicts(ctx context.Context, req *transferv1.BatchDecideConflictsRequest) (*transferv1.BatchDecideConflictsResponse, error) {
	if n := len(req.GetIds()); n == 0 || n > maxBatch {
		return nil, apierr.Invalid(apierr.Field{Name: "ids", Message: "must name 1 to 500 conflicts"})
	}
	choice, err := choiceFromWire(req.GetSide(), nil)
	if err != nil {
		return nil, err
	}
	items, err := s.decidable(ctx, req.GetIds(), choice)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if decidedAlready(it, choice) {
			continue
		}
		if err := s.settle(ctx, it, choice, transfer.Decided); err != nil {
			return nil, err
		}
	}
	conflicts, err := s.eachToWire(ctx, items)
	return &transferv1.BatchDecideConflictsResponse{Conflicts: conflicts}, err
}

// decidable are the conflicts with these ids, each of which may still be decided.
func (s *Conflicts) decidable(ctx context.Context, ids []string, choice transfer.Choice) ([]*transfer.Item, error) {
	items := make([]*transfer.Item, 0, len(ids))
	for _, id := range ids {
		it, err := s.get(ctx, id)
		if err == nil && !decidedAlready(it, choice) {
			err = undecided(it)
		}
		if err != nil {
			return nil, named(err, id)
		}
		items = append(items, it)
	}
	records, err := s.records(ctx, items)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if now := records[it.Key]; now != nil && !decidedAlready(it, choice) && it.Superseded(now) {
			return nil, named(superseded(), it.ID)
		}
	}
	return items, nil
}

// named adds to an error which conflict it is about.
func named(err error, id string) error {
	if e, ok := apierr.As(err); ok {
		return e.With("conflictId", id)
	}
	return err
}

func superseded() error {
	return apierr.New(apierr.KindPrecondition, apierr.ReasonConflictSuperseded,
		"The record was changed after the conflict was found; deciding it would overwrite that change. Edit the record instead.")
}

func undecided(it *transfer.Item) error {
	if it.State != transfer.Decided {
		return nil
	}
	return apierr.New(apierr.KindPrecondition, apierr.ReasonConflictDecided,
		"This conflict was decided by %s already. Undo that decision first.", it.DecidedBy)
}

// decidedAlready tells whether exactly this decision stands, so that a repeated request is harmless.
func decidedAlready(it *transfer.Item, choice transfer.Choice) bool {
	return it.State == transfer.Decided && it.Chosen == choice.Winner && maps.Equal(it.FieldSides, exceptions(choice))
}

// exceptions are the fields that do not follow the winner.
func exceptions(choice transfer.Choice) map[string]transfer.Winner {
	var rest map[string]transfer.Winner
	for name, winner := range choice.Fields {
		if winner == choice.Winner {
			continue
		}
		if rest == nil {
			rest = map[string]transfer.Winner{}
		}
		rest[name] = winner
	}
	return rest
}

// settle makes the choice the present version and notes who wanted it.
func (s *Conflicts) settle(ctx context.Context, it *transfer.Item, choice transfer.Choice, state transfer.ItemState) error {
	actor := rpc.CallerFrom(ctx).User
	seq, err := s.Engine.Choose(ctx, it, choice, actor)
	if err != nil {
		return err
	}
	before := it.State
	it.State, it.DecidedSeq, it.DecidedBy, it.UpdatedAt = state, seq, actor, s.Now().Truncate(time.Microsecond)
	if state == transfer.Decided {
		it.Chosen, it.FieldSides = choice.Winner, exceptions(choice)
	} else {
		it.Chosen, it.FieldSides, it.DecidedBy = "", nil, ""
	}
	return s.Store.SetItem(ctx, before, it)
}

// UndoConflict takes a decision back: what the policy had chosen becomes the present version again, as a new edit.
func (s *Conflicts) UndoConflict(ctx context.Context, req *transferv1.UndoConflictRequest) (*transferv1.Conflict, error) {
	it, err := s.get(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	if undone := it.State == transfer.Open && it.UpdatedAt.After(it.CreatedAt); undone && req.GetRequestId() != "" {
		return s.toWire(ctx, it) // the request came before
	}
	if it.State != transfer.Decided {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition, "This conflict was not decided by anybody, so there is nothing to undo.")
	}
	if err := s.settle(ctx, it, transfer.Choice{Winner: it.Winner}, transfer.Open); err != nil {
		return nil, err
	}
	return s.toWire(ctx, it)
}

// records are the present versions of the records in conflict.
func (s *Conflicts) records(ctx context.Context, items []*transfer.Item) (map[transfer.Key]*transfer.Record, error) {
	keys := make([]transfer.Key, len(items))
	for i, it := range items {
		keys[i] = it.Key
	}
	found, err := s.Store.Records(ctx, keys)
	records := make(map[transfer.Key]*transfer.Record, len(found))
	for _, r := range found {
		records[r.Key] = r
	}
	return records, err
}
