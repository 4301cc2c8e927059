package grpcapi

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Rejects serves RejectService.
type Rejects struct {
	transferv1.UnsafeRejectServiceServer
	Store     Store
	Engine    Engine
	Directory Directory
	Now       func() time.Time
}

var _ transferv1.RejectServiceServer = (*Rejects)(nil)

// ListRejects lists rejected records, the youngest first.
func (s *Rejects) ListRejects(ctx context.Context, req *transferv1.ListRejectsRequest) (*transferv1.ListRejectsResponse, error) {
	f := transfer.ItemFilter{
		Outcomes: []policy.Outcome{policy.Rejected}, RepositoryID: req.GetRepositoryId(), Resource: req.GetResourceName(),
		UID: req.GetUid(), RunID: req.GetRunId(), Direction: directionFromWire(req.GetDirection()),
		States: statesFromWire(rejectStates, req.GetStates()),
	}
	found, err := listItems(ctx, s.Store, f, req)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListRejectsResponse{NextPageToken: found.next, TotalSize: found.total}
	for _, it := range found.items {
		out.Rejects = append(out.Rejects, s.toWire(ctx, it))
	}
	return out, nil
}

func (s *Rejects) toWire(ctx context.Context, it *transfer.Item) *transferv1.Reject {
	return rejectToWire(it, (&names{directory: s.Directory}).of(ctx, it.RepositoryID))
}

// GetReject returns one rejected record with its raw element.
func (s *Rejects) GetReject(ctx context.Context, req *transferv1.GetRejectRequest) (*transferv1.Reject, error) {
	it, err := s.get(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	return s.toWire(ctx, it), nil
}

func (s *Rejects) get(ctx context.Context, id string) (*transfer.Item, error) {
	it, err := s.Store.GetItem(ctx, id)
	if err != nil {
		return nil, err
	}
	if it.Outcome != policy.Rejected {
		return nil, apierr.NotFound("reject", id)
	}
	return it, nil
}

// open returns a reject that still waits for something to happen. One that a request with an id would bring to the
// state that it has already is done: the request came before.
func (s *Rejects) open(ctx context.Context, id, requestID string, end transfer.ItemState) (it *transfer.Item, done bool, err error) {
	it, err = s.get(ctx, id)
	if err == nil && requestID != "" && it.State == end {
		return it, true, nil
	}
	if err == nil && it.State != transfer.Open {
		err = apierr.New(apierr.KindPrecondition, apierr.ReasonRejectClosed,
			"This reject is closed already: the record arrived later, or somebody dismissed it.")
	}
	return it, false, err
}

// RetryReject tries the record again: a received one at once, a refused one with the next push.
func (s *Rejects) RetryReject(ctx context.Context, req *transferv1.RetryRejectRequest) (*transferv1.Reject, error) {
	it, done, err := s.open(ctx, req.GetId(), req.GetRequestId(), transfer.Closed)
	if err != nil {
		return nil, err
	}
	if done {
		return s.toWire(ctx, it), nil
	}
	repo, err := s.Directory.Repository(ctx, it.RepositoryID)
	if err != nil {
		return nil, err
	}
	if err := s.Engine.Retry(ctx, it, repo); err != nil {
		return nil, err
	}
	return s.GetReject(ctx, &transferv1.GetRejectRequest{Id: it.ID})
}

// DismissReject gives a rejected record up. It stays in the ledger.
func (s *Rejects) DismissReject(ctx context.Context, req *transferv1.DismissRejectRequest) (*transferv1.Reject, error) {
	it, done, err := s.open(ctx, req.GetId(), req.GetRequestId(), transfer.Dismissed)
	if err != nil {
		return nil, err
	}
	if done {
		return s.toWire(ctx, it), nil
	}
	it.State, it.DecidedBy, it.UpdatedAt = transfer.Dismissed, rpc.CallerFrom(ctx).User, s.Now()
	if err := s.Store.SetItem(ctx, transfer.Open, it); err != nil {
		return nil, err
	}
	return s.toWire(ctx, it), nil
}
