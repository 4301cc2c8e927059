// Package grpcapi answers the scheduler's calls: it turns requests into the terms of the domain and back, and knows pages,
// masks and callers.
package grpcapi

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
	"github.com/edensync/edensync/internal/rpc"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	"github.com/edensync/edensync/services/scheduler"
)

// Limits of requests.
const (
	defaultPreview = 5
	maxPreview     = 100
	maxRequestID   = 64
)

// Jobs answers JobService.
type Jobs struct {
	schedulerv1.UnimplementedJobServiceServer
	keeper *scheduler.Keeper
	now    func() time.Time
}

// NewJobs makes the handlers. now is the clock for previews and for the next slot of jobs under way.
func NewJobs(keeper *scheduler.Keeper, now func() time.Time) *Jobs {
	return &Jobs{keeper: keeper, now: now}
}

// ListJobs answers a page of jobs.
func (s *Jobs) ListJobs(ctx context.Context, req *schedulerv1.ListJobsRequest) (*schedulerv1.ListJobsResponse, error) {
	size, err := pagetoken.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	query, err := queryOf(req)
	if err != nil {
		return nil, err
	}
	after, err := positionOf(req.GetPageToken(), query)
	if err != nil {
		return nil, err
	}
	jobs, total, err := s.keeper.List(ctx, query, after, size+1)
	if err != nil {
		return nil, err
	}
	return s.page(query, jobs, total, size), nil
}

func queryOf(req *schedulerv1.ListJobsRequest) (scheduler.Query, error) {
	query := scheduler.Query{RepositoryID: req.GetRepositoryId()}
	switch req.GetOrderBy() {
	case "", "repository_id":
	case string(scheduler.ByNextRun):
		query.Order = scheduler.ByNextRun
	default:
		return query, apierr.Invalid(apierr.Field{Name: "orderBy", Message: `must be "repository_id" or "next_run_time"`})
	}
	for _, state := range req.GetStates() {
		name, ok := stateNames[state]
		if !ok {
			return query, apierr.Invalid(apierr.Field{Name: "states", Message: "names a state that does not exist"})
		}
		query.States = append(query.States, name)
	}
	return query, nil
}

func (s *Jobs) page(query scheduler.Query, jobs []scheduler.Job, total, size int) *schedulerv1.ListJobsResponse {
	response := &schedulerv1.ListJobsResponse{TotalSize: int32(total)}
	if len(jobs) > size {
		jobs = jobs[:size]
		last := query.Position(&jobs[size-1])
		response.NextPageToken = pagetoken.Encode(query, last.RepositoryID, strconv.FormatInt(last.Time.UnixMicro(), 10), last.ID)
	}
	for i := range jobs {
		response.Jobs = append(response.Jobs, s.wire(&jobs[i]))
	}
	return response
}

// GetJob answers one job.
func (s *Jobs) GetJob(ctx context.Context, req *schedulerv1.GetJobRequest) (*schedulerv1.Job, error) {
	job, err := s.keeper.Get(ctx, req.GetId(), req.GetRepositoryId())
	if err != nil {
		return nil, err
	}
	return s.wire(&job), nil
}

// CreateJob stores a job.
func (s *Jobs) CreateJob(ctx context.Context, req *schedulerv1.CreateJobRequest) (*schedulerv1.Job, error) {
	call, err := callOf(ctx, schedulerv1.JobService_CreateJob_FullMethodName, req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	if req.GetJob() == nil {
		return nil, apierr.Invalid(apierr.Field{Name: "job", Message: "is missing"})
	}
	if err := checkWire(req.GetJob()); err != nil {
		return nil, err
	}
	job, err := s.keeper.Create(ctx, call, req.GetJob().GetRepositoryId(), configOf(req.GetJob()))
	if err != nil {
		return nil, err
	}
	return s.wire(&job), nil
}

// UpdateJob changes the fields that the mask names.
func (s *Jobs) UpdateJob(ctx context.Context, req *schedulerv1.UpdateJobRequest) (*schedulerv1.Job, error) {
	call, err := callOf(ctx, schedulerv1.JobService_UpdateJob_FullMethodName, req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetJob()
	if err := checkWire(wanted); err != nil {
		return nil, err
	}
	edit, err := editOf(req.GetUpdateMask().GetPaths(), configOf(wanted))
	if err != nil {
		return nil, err
	}
	job, err := s.keeper.Update(ctx, call, wanted.GetId(), wanted.GetRepositoryId(), wanted.GetEtag(), edit)
	if err != nil {
		return nil, err
	}
	return s.wire(&job), nil
}

// DeleteJob removes a job; a run under way goes on.
func (s *Jobs) DeleteJob(ctx context.Context, req *schedulerv1.DeleteJobRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, schedulerv1.JobService_DeleteJob_FullMethodName, req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.Delete(ctx, call, req.GetId(), req.GetRepositoryId(), req.GetEtag()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// ResetJob sets the counters back and switches a job on that had switched itself off.
func (s *Jobs) ResetJob(ctx context.Context, req *schedulerv1.ResetJobRequest) (*schedulerv1.Job, error) {
	call, err := callOf(ctx, schedulerv1.JobService_ResetJob_FullMethodName, req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	job, err := s.keeper.Reset(ctx, call, req.GetId(), req.GetRepositoryId())
	if err != nil {
		return nil, err
	}
	return s.wire(&job), nil
}

// PreviewJob answers the next slots of a job that need not be stored.
func (s *Jobs) PreviewJob(_ context.Context, req *schedulerv1.PreviewJobRequest) (*schedulerv1.PreviewJobResponse, error) {
	count := int(req.GetCount())
	if count == 0 {
		count = defaultPreview
	}
	if count < 0 || count > maxPreview {
		return nil, apierr.Invalid(apierr.Field{Name: "count", Message: "must be between 1 and " + strconv.Itoa(maxPreview)})
	}
	if err := checkWire(req.GetJob()); err != nil {
		return nil, err
	}
	slots, err := configOf(req.GetJob()).Preview(req.GetJob().GetRunsCompleted(), count, s.now())
	if err != nil {
		return nil, err
	}
	response := &schedulerv1.PreviewJobResponse{}
	for _, slot := range slots {
		response.SlotTimes = append(response.SlotTimes, timestamppb.New(slot))
	}
	return response, nil
}

// maxSchedules bounds how many repositories one call looks at.
const maxSchedules = 500

// ListRepositorySchedules sums up the jobs of repositories.
func (s *Jobs) ListRepositorySchedules(
	ctx context.Context, req *schedulerv1.ListRepositorySchedulesRequest,
) (*schedulerv1.ListRepositorySchedulesResponse, error) {
	if len(req.GetRepositoryIds()) > maxSchedules {
		return nil, apierr.Invalid(apierr.Field{Name: "repositoryIds", Message: "must be at most 500"})
	}
	plans, err := s.keeper.Plans(ctx, req.GetRepositoryIds())
	if err != nil {
		return nil, err
	}
	response := &schedulerv1.ListRepositorySchedulesResponse{}
	for _, p := range plans {
		response.Schedules = append(response.Schedules, &schedulerv1.RepositorySchedule{
			RepositoryId: p.RepositoryID, NextRunTime: timestamp(p.NextRunTime), JobCount: int32(p.Jobs), EnabledJobCount: int32(p.EnabledJobs),
		})
	}
	return response, nil
}

func positionOf(token string, query scheduler.Query) (scheduler.Position, error) {
	keys, err := pagetoken.Decode(token, query)
	if err != nil || keys == nil {
		return scheduler.Position{}, err
	}
	if len(keys) != 3 {
		return scheduler.Position{}, pagetoken.Invalid()
	}
	at, err := strconv.ParseInt(keys[1], 10, 64)
	if err != nil {
		return scheduler.Position{}, pagetoken.Invalid()
	}
	return scheduler.Position{RepositoryID: keys[0], Time: time.UnixMicro(at).UTC(), ID: keys[2]}, nil
}

// actor is whom the log names: the account, or else the service that asks for itself.
func actor(c rpc.Caller) string {
	if c.User != "" {
		return c.User
	}
	return c.Service
}
