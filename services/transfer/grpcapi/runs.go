package grpcapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Runs serves RunService.
type Runs struct {
	transferv1.UnsafeRunServiceServer
	Store     Store
	Directory Directory
	Now       func() time.Time
	NewID     func() string
	// Wake tells the worker that a run was queued.
	Wake func()
	// Ticks makes the timer of watchers; tests give them virtual time by synctest.
	Ticks func(d time.Duration) *time.Ticker
}

var _ transferv1.RunServiceServer = (*Runs)(nil)

// StartRun queues a run of a repository. Asking twice with the same request id is harmless.
func (s *Runs) StartRun(ctx context.Context, req *transferv1.StartRunRequest) (*transferv1.Run, error) {
	if req.GetRepositoryId() == "" {
		return nil, apierr.Invalid(apierr.Field{Name: "repositoryId", Message: "is required"})
	}
	repo, err := s.Directory.Repository(ctx, req.GetRepositoryId())
	if err != nil {
		return nil, err
	}
	trigger := transfer.Trigger(word(req.GetTrigger().String(), "RUN_TRIGGER_"))
	if trigger == "" {
		trigger = transfer.Manual
	}
	if err := mayTrigger(rpc.CallerFrom(ctx), trigger, req.GetJobId()); err != nil {
		return nil, err
	}
	if err := runnable(repo, trigger, req.GetResourceNames()); err != nil {
		return nil, err
	}
	run, err := s.Store.CreateRun(ctx, transfer.Run{
		ID: s.NewID(), RequestID: req.GetRequestId(), RepositoryID: repo.ID, RepositoryName: repo.Name, Trigger: trigger,
		JobID: req.GetJobId(), StartedBy: rpc.CallerFrom(ctx).User, State: transfer.Queued, Resources: req.GetResourceNames(),
		Full: req.GetFullPull(), Timeout: req.GetTimeout().AsDuration(), CreatedAt: s.Now(),
	})
	if err != nil {
		return nil, err
	}
	s.Wake()
	return runToWire(run), nil
}

// mayTrigger lets nobody but the scheduler speak for a job: such runs are watched by it, and those of peers by the peer.
func mayTrigger(c rpc.Caller, trigger transfer.Trigger, jobID string) error {
	if trigger == transfer.Manual && jobID == "" || trigger == transfer.Schedule && c.Service == "scheduler" {
		return nil
	}
	return apierr.Invalid(apierr.Field{Name: "trigger", Message: "must be MANUAL, without a job; runs of jobs are started by the scheduler"})
}

// runnable refuses what cannot lead to an exchange. A scheduled run of a repository without URL takes place all the
// same: it writes the log entry that tells the administrator why nothing happens.
func runnable(repo transfer.Repository, trigger transfer.Trigger, resources []string) error {
	exchanged := slices.ContainsFunc(repo.Tasks, func(t transfer.Task) bool {
		return (t.Mode.Pulls() || t.Mode.Pushes()) && (len(resources) == 0 || slices.Contains(resources, t.Resource))
	})
	switch {
	case repo.Deleted:
		return apierr.NotFound("repository", repo.ID)
	case repo.Paused:
		return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryPaused,
			"Synchronization with %s is paused, so no run was started. Resume it first.", repo.Name)
	case trigger == transfer.Manual && repo.URL == "":
		return noURL(repo)
	case trigger == transfer.Manual && !exchanged && len(repo.Tasks) > 0 && len(resources) > 0:
		return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryNoTasks,
			"None of %s is configured to be exchanged with %s, so no run was started. Look for a typing error, or add the resource first.",
			strings.Join(resources, ", "), repo.Name)
	case trigger == transfer.Manual && !exchanged:
		return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryNoTasks,
			"Nothing is configured to be exchanged with %s, so no run was started. Add a resource to it first.", repo.Name)
	default:
		return nil
	}
}

// ListRuns lists runs, the youngest first.
func (s *Runs) ListRuns(ctx context.Context, req *transferv1.ListRunsRequest) (*transferv1.ListRunsResponse, error) {
	f := transfer.RunFilter{
		RepositoryID: req.GetRepositoryId(), JobID: req.GetJobId(), From: timeFromWire(req.GetStartTime()), Before: timeFromWire(req.GetEndTime()),
		Trigger: transfer.Trigger(word(req.GetTrigger().String(), "RUN_TRIGGER_")),
	}
	for _, state := range req.GetStates() {
		f.States = append(f.States, transfer.RunState(word(state.String(), "RUN_STATE_")))
	}
	page, err := pageOf(req, f)
	if err != nil {
		return nil, err
	}
	runs, next, err := s.Store.ListRuns(ctx, f, page)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListRunsResponse{NextPageToken: tokenOf(f, next)}
	for _, r := range runs {
		out.Runs = append(out.Runs, runToWire(r))
	}
	return out, nil
}

// GetRun returns one run.
func (s *Runs) GetRun(ctx context.Context, req *transferv1.GetRunRequest) (*transferv1.Run, error) {
	run, err := s.Store.GetRun(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	return runToWire(run), nil
}

// StopRun asks a run to stop at its next batch.
func (s *Runs) StopRun(ctx context.Context, req *transferv1.StopRunRequest) (*transferv1.Run, error) {
	run, err := s.Store.RequestStop(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	s.Wake()
	return runToWire(run), nil
}

// Pace of WatchRun: at most two snapshots a second, a sign of life every ten seconds, and an end after five minutes,
// so that the caller's right to watch is checked again.
const (
	watchEvery    = 500 * time.Millisecond
	heartbeatTime = 10 * time.Second
	watchAtMost   = 5 * time.Minute
)

// WatchRun sends the whole run whenever it moved, until it ends.
func (s *Runs) WatchRun(req *transferv1.WatchRunRequest, stream transferv1.RunService_WatchRunServer) error {
	ctx := stream.Context()
	tick := s.Ticks(watchEvery)
	defer tick.Stop()
	var sent, seq int64 = -1, 0
	started, lastSent := s.Now(), s.Now()
	for s.Now().Sub(started) < watchAtMost {
		run, err := s.Store.GetRun(ctx, req.GetId())
		if err != nil {
			return err
		}
		event := watchEvent(run, sent, s.Now(), lastSent)
		if event != nil {
			seq++
			event.Seq = seq
			if err := stream.Send(event); err != nil {
				return err
			}
			sent, lastSent = run.Seq, s.Now()
		}
		if run.State.Final() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// watchEvent is a snapshot when the run moved, a heartbeat when it was silent for long, else nothing.
func watchEvent(run transfer.Run, sent int64, now, lastSent time.Time) *transferv1.WatchRunResponse {
	switch {
	case run.Seq != sent || run.State.Final():
		return &transferv1.WatchRunResponse{Event: &transferv1.WatchRunResponse_Snapshot{Snapshot: runToWire(run)}}
	case now.Sub(lastSent) >= heartbeatTime:
		beat := &transferv1.Heartbeat{Time: timestamppb.New(now)}
		return &transferv1.WatchRunResponse{Event: &transferv1.WatchRunResponse_Heartbeat{Heartbeat: beat}}
	default:
		return nil
	}
}

// ListRunItems lists what the ledger of a run keeps: skipped, conflicting and rejected records.
func (s *Runs) ListRunItems(ctx context.Context, req *transferv1.ListRunItemsRequest) (*transferv1.ListRunItemsResponse, error) {
	f, err := itemFilter(req)
	if err != nil {
		return nil, err
	}
	for _, o := range req.GetOutcomes() {
		f.Outcomes = append(f.Outcomes, policy.Outcome(word(o.String(), "OUTCOME_")))
	}
	page, err := pageOf(req, f)
	if err != nil {
		return nil, err
	}
	items, next, err := s.Store.ListItems(ctx, f, page)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListRunItemsResponse{NextPageToken: tokenOf(f, next)}
	names := names{directory: s.Directory}
	for _, it := range items {
		out.Items = append(out.Items, itemToWire(it, names.of(ctx, it.RepositoryID)))
	}
	return out, nil
}

// allRuns stands for a run in the items of a record.
const allRuns = "-"

// itemFilter selects the items of a run, or those of a record in all runs.
func itemFilter(req *transferv1.ListRunItemsRequest) (transfer.ItemFilter, error) {
	f := transfer.ItemFilter{UID: req.GetUid(), Direction: directionFromWire(req.GetDirection())}
	switch {
	case req.GetRunId() == "":
		return f, apierr.Invalid(apierr.Field{Name: "runId", Message: "is required"})
	case req.GetRunId() != allRuns:
		f.RunID, f.Task = req.GetRunId(), req.GetResourceName()
		return f, nil
	case req.GetUid() == "":
		return f, apierr.Invalid(apierr.Field{Name: "uid", Message: "is required for the items of all runs"})
	case req.GetResourceName() == "":
		return f, apierr.Invalid(apierr.Field{Name: "resourceName", Message: "is required for the items of all runs"})
	}
	f.Resource = req.GetResourceName()
	return f, nil
}
