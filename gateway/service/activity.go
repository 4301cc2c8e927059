package service

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/gateway/auth"
	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/rpc"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// activityTimeout is how long a list waits for what other services know; it is answered without them all the same.
const activityTimeout = 3 * time.Second

// repositoriesClient completes the repositories that config answers by what transfer and scheduler know of them, with
// one question to each for a whole page.
type repositoriesClient struct {
	configv1.RepositoryServiceClient
	transfer  transferv1.ActivityServiceClient
	scheduler schedulerv1.JobServiceClient
	logger    *slog.Logger
}

// ListRepositories answers a page.
func (c repositoriesClient) ListRepositories(
	ctx context.Context, in *configv1.ListRepositoriesRequest, opts ...grpc.CallOption,
) (*configv1.ListRepositoriesResponse, error) {
	answer, err := c.RepositoryServiceClient.ListRepositories(ctx, in, opts...)
	if err == nil && in.GetView() == configv1.RepositoryView_REPOSITORY_VIEW_ACTIVITY {
		c.complete(ctx, answer.GetRepositories())
	}
	return answer, err
}

// GetRepository answers one.
func (c repositoriesClient) GetRepository(
	ctx context.Context, in *configv1.GetRepositoryRequest, opts ...grpc.CallOption,
) (*configv1.Repository, error) {
	answer, err := c.RepositoryServiceClient.GetRepository(ctx, in, opts...)
	if err == nil && in.GetView() == configv1.RepositoryView_REPOSITORY_VIEW_ACTIVITY {
		c.complete(ctx, []*configv1.Repository{answer})
	}
	return answer, err
}

// complete fills in the activities. Config has decided already that the caller may read, so that the caller's name is
// only passed on.
func (c repositoriesClient) complete(ctx context.Context, repositories []*configv1.Repository) {
	ids, byID := make([]string, len(repositories)), make(map[string]*configv1.RepositoryActivity, len(repositories))
	for i, r := range repositories {
		r.Activity = &configv1.RepositoryActivity{}
		ids[i], byID[r.GetId()] = r.GetId(), r.GetActivity()
	}
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(rpc.WithCaller(ctx, auth.IdentityFrom(ctx).Caller(rest.RequestID(ctx))), activityTimeout)
	defer cancel()
	var exchanges *transferv1.ListRepositoryActivitiesResponse
	var schedules *schedulerv1.ListRepositorySchedulesResponse
	var exchangesErr, schedulesErr error
	var group sync.WaitGroup
	group.Go(func() {
		exchanges, exchangesErr = c.transfer.ListRepositoryActivities(ctx, &transferv1.ListRepositoryActivitiesRequest{RepositoryIds: ids})
	})
	group.Go(func() {
		schedules, schedulesErr = c.scheduler.ListRepositorySchedules(ctx, &schedulerv1.ListRepositorySchedulesRequest{RepositoryIds: ids})
	})
	group.Wait()
	c.missing(ctx, repositories, "transfer", exchangesErr)
	c.missing(ctx, repositories, "scheduler", schedulesErr)
	for _, a := range exchanges.GetActivities() {
		addExchange(byID[a.GetRepositoryId()], a)
	}
	for _, s := range schedules.GetSchedules() {
		addSchedule(byID[s.GetRepositoryId()], s)
	}
}

// missing notes that a service did not answer.
func (c repositoriesClient) missing(ctx context.Context, repositories []*configv1.Repository, service string, err error) {
	if err == nil {
		return
	}
	c.logger.WarnContext(ctx, "list is answered without a service", slog.String("service", service), slog.Any("error", err))
	for _, r := range repositories {
		r.Activity.Unavailable = append(r.Activity.Unavailable, service)
	}
}

func addExchange(to *configv1.RepositoryActivity, from *transferv1.ExchangeActivity) {
	if to == nil {
		return // nobody asked for it
	}
	to.Runs, to.ActiveRunId = from.GetRuns(), from.GetActiveRunId()
	to.OpenConflicts, to.OpenRejects = &from.OpenConflicts, &from.OpenRejects
}

func addSchedule(to *configv1.RepositoryActivity, from *schedulerv1.RepositorySchedule) {
	if to == nil {
		return // nobody asked for it
	}
	to.NextRunTime, to.JobCount, to.EnabledJobCount = from.GetNextRunTime(), &from.JobCount, &from.EnabledJobCount
}
