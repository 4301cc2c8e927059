package grpcapi

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Activities serves ActivityService.
type Activities struct {
	transferv1.UnsafeActivityServiceServer
	Store Store
	Now   func() time.Time
}

var _ transferv1.ActivityServiceServer = (*Activities)(nil)

// GetSiteActivity sums up what was exchanged with all repositories.
func (s *Activities) GetSiteActivity(ctx context.Context, req *transferv1.GetSiteActivityRequest) (*transferv1.SiteActivity, error) {
	period, err := transfer.Period{
		From: timeFromWire(req.GetStartTime()), Until: timeFromWire(req.GetEndTime()), Bucket: req.GetBucket().AsDuration(),
	}.Normal(s.Now())
	if err != nil {
		return nil, err
	}
	buckets, err := s.Store.Buckets(ctx, period)
	if err != nil {
		return nil, err
	}
	out := &transferv1.SiteActivity{Bucket: durationpb.New(period.Bucket)}
	for _, b := range buckets {
		out.Buckets = append(out.Buckets, &transferv1.ActivityBucket{
			StartTime: timeToWire(b.Start), Pulled: b.Pulled, Pushed: b.Pushed, Runs: int32(b.Runs), FailedRuns: int32(b.FailedRuns),
		})
	}
	if out.OpenConflicts, err = s.open(ctx, policy.Conflict); err != nil {
		return nil, err
	}
	out.OpenRejects, err = s.open(ctx, policy.Rejected)
	return out, err
}

func (s *Activities) open(ctx context.Context, outcome policy.Outcome) (int32, error) {
	byRepository, err := s.Store.OpenItems(ctx, outcome)
	var n int64
	for _, open := range byRepository {
		n += open
	}
	return int32(n), err
}

// maxActivities bounds how many repositories one call looks at.
const maxActivities = 500

// ListRepositoryActivities answers recent runs and open matters of repositories.
func (s *Activities) ListRepositoryActivities(ctx context.Context, req *transferv1.ListRepositoryActivitiesRequest) (*transferv1.ListRepositoryActivitiesResponse, error) {
	if len(req.GetRepositoryIds()) > maxActivities {
		return nil, apierr.Invalid(apierr.Field{Name: "repositoryIds", Message: "must be at most 500"})
	}
	found, err := s.Store.Activities(ctx, req.GetRepositoryIds())
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListRepositoryActivitiesResponse{}
	for _, a := range found {
		w := &transferv1.ExchangeActivity{
			RepositoryId: a.RepositoryID, OpenConflicts: int32(a.OpenConflicts), OpenRejects: int32(a.OpenRejects), ActiveRunId: a.ActiveRunID,
		}
		for _, r := range a.Runs {
			w.Runs = append(w.Runs, recentRunToWire(r))
		}
		out.Activities = append(out.Activities, w)
	}
	return out, nil
}

func recentRunToWire(r transfer.RunSummary) *transferv1.RecentRun {
	return &transferv1.RecentRun{
		RunId: r.ID, StartTime: timeToWire(r.StartedAt), EndTime: timeToWire(r.EndedAt), Pulled: r.Pulled, Pushed: r.Pushed,
		State:   enum[transferv1.RunState](transferv1.RunState_value, "RUN_STATE_", string(r.State)),
		Trigger: enum[transferv1.RunTrigger](transferv1.RunTrigger_value, "RUN_TRIGGER_", string(r.Trigger)),
	}
}
