package grpcapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	"github.com/edensync/edensync/services/scheduler"
)

var stateNames = map[schedulerv1.JobState]scheduler.State{
	schedulerv1.JobState_JOB_STATE_QUEUED:    scheduler.Queued,
	schedulerv1.JobState_JOB_STATE_RUNNING:   scheduler.Running,
	schedulerv1.JobState_JOB_STATE_EXPIRED:   scheduler.Expired,
	schedulerv1.JobState_JOB_STATE_COMPLETED: scheduler.Completed,
	schedulerv1.JobState_JOB_STATE_DISABLED:  scheduler.Disabled,
	schedulerv1.JobState_JOB_STATE_FAILED:    scheduler.Failed,
}

// wire is the job as callers see it.
func (s *Jobs) wire(j *scheduler.Job) *schedulerv1.Job {
	enabled := j.Enabled
	return &schedulerv1.Job{
		Id: j.ID, RepositoryId: j.RepositoryID, RepositoryName: j.RepositoryName, Enabled: &enabled,
		StartTime: timestamp(j.StartTime), EndTime: timestamp(j.EndTime),
		Repeat: j.Repeat, RunEvery: durationpb.New(j.RunEvery), Timeout: durationpb.New(j.Timeout), MaxFailures: j.MaxFailures,
		NextRunTime: timestamp(j.Upcoming(s.now())), LastRun: lastRun(j.LastRun),
		RunsCompleted: j.RunsCompleted, FailedRuns: j.FailedRuns, SkippedSlots: j.SkippedSlots,
		State:      schedulerv1.JobState(schedulerv1.JobState_value["JOB_STATE_"+string(j.State)]),
		CreateTime: timestamp(j.CreateTime), UpdateTime: timestamp(j.UpdateTime), Etag: j.Etag(),
	}
}

func lastRun(run scheduler.Run) *schedulerv1.LastRun {
	if run.State == "" {
		return nil
	}
	return &schedulerv1.LastRun{
		RunId: run.ID, State: schedulerv1.LastRunState(schedulerv1.LastRunState_value["LAST_RUN_STATE_"+string(run.State)]),
		StartTime: timestamp(run.StartTime), EndTime: timestamp(run.EndTime), Message: run.Message,
		RetryTime: timestamp(run.RetryTime),
	}
}

func timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func instant(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// checkWire refuses times and durations that proto can carry but nobody can mean.
func checkWire(j *schedulerv1.Job) error {
	var fields []apierr.Field
	for name, value := range map[string]interface{ CheckValid() error }{
		"startTime": j.GetStartTime(), "endTime": j.GetEndTime(), "runEvery": j.GetRunEvery(), "timeout": j.GetTimeout(),
	} {
		if message, ok := value.(proto.Message); ok && message.ProtoReflect().IsValid() && value.CheckValid() != nil {
			fields = append(fields, apierr.Field{Name: name, Message: "is out of range"})
		}
	}
	if fields != nil {
		return apierr.Invalid(fields...)
	}
	return nil
}

// configOf is what a caller wants of a job, with the defaults for what it leaves open (SCH-001). A zero start time means
// now.
func configOf(j *schedulerv1.Job) scheduler.Config {
	config := scheduler.Config{
		Enabled: true, StartTime: instant(j.GetStartTime()), EndTime: instant(j.GetEndTime()), Repeat: j.GetRepeat(),
		RunEvery: scheduler.DefaultRunEvery, Timeout: scheduler.DefaultTimeout, MaxFailures: j.GetMaxFailures(),
	}
	if j != nil && j.Enabled != nil {
		config.Enabled = j.GetEnabled()
	}
	if j.GetRunEvery() != nil {
		config.RunEvery = j.GetRunEvery().AsDuration()
	}
	if j.GetTimeout() != nil {
		config.Timeout = j.GetTimeout().AsDuration()
	}
	return config
}

// settable are the fields that an update mask may name, and what each one does.
var settable = map[string]func(to, from *scheduler.Config){
	"enabled":      func(to, from *scheduler.Config) { to.Enabled = from.Enabled },
	"start_time":   func(to, from *scheduler.Config) { to.StartTime = from.StartTime },
	"end_time":     func(to, from *scheduler.Config) { to.EndTime = from.EndTime },
	"repeat":       func(to, from *scheduler.Config) { to.Repeat = from.Repeat },
	"run_every":    func(to, from *scheduler.Config) { to.RunEvery = from.RunEvery },
	"timeout":      func(to, from *scheduler.Config) { to.Timeout = from.Timeout },
	"max_failures": func(to, from *scheduler.Config) { to.MaxFailures = from.MaxFailures },
}

// named are fields of a job that a mask may name without effect, because they say which job is meant.
var named = map[string]bool{"id": true, "repository_id": true, "etag": true}

// editOf is the change that a mask and the wanted values make. An empty mask, or "*", means everything.
func editOf(paths []string, wanted scheduler.Config) (func(c *scheduler.Config), error) {
	if len(paths) == 0 || len(paths) == 1 && paths[0] == "*" {
		return func(c *scheduler.Config) { *c = wanted }, nil
	}
	var changes []func(to, from *scheduler.Config)
	for _, path := range paths {
		change, ok := settable[path]
		switch {
		case ok:
			changes = append(changes, change)
		case !named[path]:
			return nil, apierr.Invalid(apierr.Field{
				Name: "updateMask", Message: fmt.Sprintf("names %q, which nobody can change", path),
			})
		}
	}
	return func(c *scheduler.Config) {
		for _, change := range changes {
			change(c, &wanted)
		}
	}, nil
}

// callOf is the request for a change as the domain knows it. message is the whole request: what it asks for is
// compared when its id comes again.
func callOf(ctx context.Context, method, requestID string, message proto.Message) (scheduler.Call, error) {
	if len(requestID) > maxRequestID {
		return scheduler.Call{}, apierr.Invalid(apierr.Field{Name: "requestId", Message: "must not be longer than 64 characters"})
	}
	call := scheduler.Call{Actor: actor(rpc.CallerFrom(ctx)), Method: method, RequestID: requestID}
	if requestID == "" {
		return call, nil
	}
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return scheduler.Call{}, fmt.Errorf("fingerprint of request %q: %w", requestID, err)
	}
	sum := sha256.Sum256(text)
	call.Fingerprint = hex.EncodeToString(sum[:])
	return call, nil
}
