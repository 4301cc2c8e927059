package grpcapi

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Tasks answers TaskService.
type Tasks struct {
	configv1.UnimplementedTaskServiceServer
	Keeper *config.Keeper
}

// ListTasks answers a page by resource name.
func (s *Tasks) ListTasks(ctx context.Context, req *configv1.ListTasksRequest) (*configv1.ListTasksResponse, error) {
	query := config.TaskQuery{RepositoryID: req.GetRepositoryId()}
	last, size, err := pageOf(req, query)
	if err != nil {
		return nil, err
	}
	page, err := s.Keeper.Tasks(ctx, config.TaskQuery{RepositoryID: query.RepositoryID, AfterResource: last, Limit: size + 1})
	if err != nil {
		return nil, err
	}
	items, next := cut(page.Items, size, query, func(t config.Task) string { return t.ResourceName })
	return &configv1.ListTasksResponse{Tasks: each(items, wireTask), NextPageToken: next, TotalSize: int32(page.Total)}, nil
}

func answerTask(t config.Task, err error) (*configv1.Task, error) {
	if err != nil {
		return nil, err
	}
	return wireTask(t), nil
}

// GetTask answers one.
func (s *Tasks) GetTask(ctx context.Context, req *configv1.GetTaskRequest) (*configv1.Task, error) {
	return answerTask(s.Keeper.Task(ctx, req.GetRepositoryId(), req.GetResourceName()))
}

// CreateTask adds a resource to a repository.
func (s *Tasks) CreateTask(ctx context.Context, req *configv1.CreateTaskRequest) (*configv1.Task, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetTask()
	if wanted == nil {
		return nil, missing("task")
	}
	t := config.DefaultTask(wanted.GetRepositoryId(), wanted.GetResourceName())
	strategy := t.Strategy
	if err := applyTask(nil, wanted, &t); err != nil {
		return nil, err
	}
	if len(wanted.GetStrategy()) == 0 {
		t.Strategy = strategy
	}
	return answerTask(s.Keeper.CreateTask(ctx, call, t))
}

// UpdateTask changes the fields that the mask names.
func (s *Tasks) UpdateTask(ctx context.Context, req *configv1.UpdateTaskRequest) (*configv1.Task, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetTask()
	if wanted == nil {
		return nil, missing("task")
	}
	m, err := maskOf(req.GetUpdateMask(), wanted.ProtoReflect())
	if err != nil {
		return nil, err
	}
	id := config.TaskID{RepositoryID: wanted.GetRepositoryId(), ResourceName: wanted.GetResourceName()}
	return answerTask(s.Keeper.UpdateTask(ctx, call, id, wanted.GetEtag(), func(t *config.Task) error {
		return applyTask(m, wanted, t)
	}))
}

func applyTask(m mask, wanted *configv1.Task, t *config.Task) error {
	if err := checkCursor(m, "last_pull_time", "lastPullTime", wanted.GetLastPullTime(), t.LastPullTime); err != nil {
		return err
	}
	if err := checkCursor(m, "last_push_time", "lastPushTime", wanted.GetLastPushTime(), t.LastPushTime); err != nil {
		return err
	}
	if m.hasIf("mode", wanted.GetMode() != configv1.TaskMode_TASK_MODE_UNSPECIFIED) {
		t.Mode = word[config.TaskMode](wanted.GetMode(), "TASK_MODE_")
	}
	if m.hasIf("update_policy", wanted.GetUpdatePolicy() != configv1.Policy_POLICY_UNSPECIFIED) {
		t.UpdatePolicy = word[config.Policy](wanted.GetUpdatePolicy(), "POLICY_")
	}
	if m.hasIf("conflict_policy", wanted.GetConflictPolicy() != configv1.Policy_POLICY_UNSPECIFIED) {
		t.ConflictPolicy = word[config.Policy](wanted.GetConflictPolicy(), "POLICY_")
	}
	set(m, "strategy", &t.Strategy, words[config.Method](wanted.GetStrategy(), "STRATEGY_METHOD_"))
	set(m, "filters", &t.Filters, filtersOf(wanted.GetFilters()))
	return nil
}

// checkCursor refuses a time of an exchange that a client wants to write.
func checkCursor(m mask, field, name string, wanted *timestamppb.Timestamp, stored time.Time) error {
	if !m.hasIf(field, wanted != nil) {
		return nil
	}
	sent, err := instant(name, wanted)
	if err != nil {
		return err
	}
	if sent.Equal(stored) {
		return nil
	}
	return readOnly(name, "it is set by exchanges and cleared by a change of the filters")
}

func filtersOf(wanted []*configv1.Filter) []config.Filter {
	filters := make([]config.Filter, len(wanted))
	for i, f := range wanted {
		filters[i] = config.Filter{Table: f.GetTablename(), Condition: f.GetFilterString()}
	}
	return filters
}

// DeleteTask removes a resource from a repository.
func (s *Tasks) DeleteTask(ctx context.Context, req *configv1.DeleteTaskRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	id := config.TaskID{RepositoryID: req.GetRepositoryId(), ResourceName: req.GetResourceName()}
	return done(s.Keeper.DeleteTask(ctx, call, id, req.GetEtag()))
}
