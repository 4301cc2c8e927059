package service

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
)

// name is what the scheduler is called by its neighbours.
const name = "scheduler"

// callTimeout is the longest time that config may take to answer.
const callTimeout = 10 * time.Second

func badSettings() *apierr.Error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid,
		"The scheduler does not start: --parallel-jobs must be at least 1 and --spread must not be negative.")
}

// transfer executes runs by gRPC.
type transfer struct{ runs Runs }

// StartRun asks in the name of the user who made the job.
func (t transfer) StartRun(ctx context.Context, order loop.Order) (scheduler.Run, error) {
	ctx = rpc.WithCaller(ctx, rpc.Caller{User: order.User, Service: name})
	run, err := t.runs.StartRun(ctx, &transferv1.StartRunRequest{
		RepositoryId: order.RepositoryID, RequestId: order.RequestID, JobId: order.JobID,
		Trigger: transferv1.RunTrigger_RUN_TRIGGER_SCHEDULE, Timeout: durationpb.New(order.Timeout),
	})
	if err != nil {
		return scheduler.Run{}, apierr.FromStatus(err)
	}
	return runOf(run), nil
}

// GetRun answers how a run stands.
func (t transfer) GetRun(ctx context.Context, id string) (scheduler.Run, error) {
	run, err := t.runs.GetRun(rpc.WithCaller(ctx, rpc.Caller{Service: name}), &transferv1.GetRunRequest{Id: id})
	if err != nil {
		return scheduler.Run{}, apierr.FromStatus(err)
	}
	return runOf(run), nil
}

func runOf(run *transferv1.Run) scheduler.Run {
	return scheduler.Run{
		ID: run.GetId(), State: scheduler.RunState(strings.TrimPrefix(run.GetState().String(), "RUN_STATE_")),
		StartTime: instant(run.GetStartTime()), EndTime: instant(run.GetEndTime()),
		Reason: apierr.Reason(run.GetReason()), Message: run.GetMessage(), RepositoryName: run.GetRepositoryName(),
		RetryTime: instant(run.GetRetryTime()),
	}
}

func instant(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// directory asks config about repositories.
type directory struct{ config Repositories }

// Name answers the name of a repository, NOT_FOUND if there is none.
func (d directory) Name(ctx context.Context, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	repository, err := d.config.GetRepository(rpc.WithCaller(ctx, rpc.Caller{Service: name}), &configv1.GetRepositoryRequest{Id: id})
	if err != nil {
		return "", apierr.FromStatus(err)
	}
	return repository.GetName(), nil
}

// recorder writes log entries to the outbox.
func recorder(now func() time.Time, notify func()) func(context.Context, sqldb.Querier, []scheduler.Entry) error {
	return func(ctx context.Context, q sqldb.Querier, entries []scheduler.Entry) error {
		wire := make([]*auditv1.LogEntry, len(entries))
		for i, entry := range entries {
			wire[i] = logEntry(entry, now())
		}
		// The commit follows at once; a deliverer that is a little early looks again by itself.
		defer notify()
		return auditlog.Append(ctx, q, wire...)
	}
}

func logEntry(e scheduler.Entry, now time.Time) *auditv1.LogEntry {
	return &auditv1.LogEntry{
		Time: timestamppb.New(now), Service: name, Actor: e.Actor,
		RepositoryId: e.RepositoryID, RepositoryName: e.RepositoryName, ResourceName: "none",
		Mode: auditv1.Mode_MODE_NONE, Transmission: auditv1.Transmission_TRANSMISSION_NONE,
		Action: e.Action, Result: auditv1.Result(auditv1.Result_value["RESULT_"+string(e.Result)]),
		Reason: string(e.Reason), Message: e.Message, RunId: e.RunID,
	}
}
