package service_test

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/scheduler/service"
)

// later is a start time that no test lives to see.
func later() *timestamppb.Timestamp { return timestamppb.New(time.Now().Add(time.Hour)) }

func TestDefaultsSCH001(t *testing.T) {
	t.Parallel()
	b := open(t)
	before := time.Now()
	job := b.create(&schedulerv1.Job{RepositoryId: "r1"})
	if !job.GetEnabled() || job.GetRepeat() != 0 || job.GetMaxFailures() != 0 || job.EndTime != nil ||
		job.GetRunEvery().AsDuration() != 600*time.Second || job.GetTimeout().AsDuration() != 600*time.Second {
		b.t.Errorf("job = %v", job)
	}
	if start := job.GetStartTime().AsTime(); start.Sub(before).Abs() > within {
		b.t.Errorf("starts at %v, want now (%v)", start, before)
	}
	if job.GetState() != schedulerv1.JobState_JOB_STATE_QUEUED || !proto.Equal(job.GetNextRunTime(), job.GetStartTime()) || job.LastRun != nil {
		b.t.Errorf("job = %v", job)
	}
}

func TestASlotBecomesARun(t *testing.T) {
	t.Parallel()
	b := open(t)
	job := b.create(&schedulerv1.Job{RepositoryId: "r1", Timeout: durationpb.New(42 * time.Second)})
	select {
	case order := <-b.started:
		if order.GetJobId() != job.GetId() || order.GetRepositoryId() != "r1" || order.GetTimeout().AsDuration() != 42*time.Second ||
			order.GetTrigger() != transferv1.RunTrigger_RUN_TRIGGER_SCHEDULE || !strings.HasPrefix(order.GetRequestId(), job.GetId()+"/") {
			b.t.Errorf("order = %v", order)
		}
	case <-time.After(within):
		b.t.Fatal("no run was started")
	}
	if b.users[0] != "ada/scheduler" {
		b.t.Errorf("the run was asked for by %q", b.users[0])
	}
	ended := b.waitFor(job.GetId(), func(j *schedulerv1.Job) bool { return j.GetRunsCompleted() == 1 })
	last := ended.GetLastRun()
	if last.GetRunId() != "run1" || last.GetState() != schedulerv1.LastRunState_LAST_RUN_STATE_DONE_WITH_WARNINGS ||
		last.GetMessage() != "Two records were refused." || last.GetStartTime() == nil || last.GetEndTime() == nil {
		b.t.Errorf("last run = %v", last)
	}
	if want := job.GetStartTime().AsTime().Add(10 * time.Minute); !ended.GetNextRunTime().AsTime().Equal(want) {
		b.t.Errorf("next run = %v, want %v", ended.GetNextRunTime().AsTime(), want)
	}
	if ended.GetEtag() != job.GetEtag() {
		b.t.Error("the run has changed the etag")
	}
}

// waitFor reads the job until it is as wanted.
func (b *bench) waitFor(id string, done func(j *schedulerv1.Job) bool) *schedulerv1.Job {
	b.t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		job, err := b.client.GetJob(b.admin(), &schedulerv1.GetJobRequest{Id: id})
		if err != nil {
			b.t.Fatal(err)
		}
		if done(job) {
			return job
		}
		select {
		case <-tick.C:
		case <-deadline:
			b.t.Fatalf("the job stays %v", job)
		}
	}
}

func TestBusyRepositoryIsLoggedSCH010(t *testing.T) {
	t.Parallel()
	b := open(t)
	job := b.create(&schedulerv1.Job{RepositoryId: "r2"})
	b.waitFor(job.GetId(), func(j *schedulerv1.Job) bool { return j.GetSkippedSlots() == 1 })
	created, busy := b.told1(), b.told1()
	if created.GetAction() != "create job" || created.GetActor() != "ada" || created.GetRepositoryName() != "Kisumu" ||
		created.GetResult() != auditv1.Result_RESULT_SUCCESS {
		b.t.Errorf("first entry = %v", created)
	}
	if busy.GetMode() != auditv1.Mode_MODE_NONE || busy.GetTransmission() != auditv1.Transmission_TRANSMISSION_NONE ||
		busy.GetAction() != "check" || busy.GetResult() != auditv1.Result_RESULT_ERROR || busy.GetRemoteError() ||
		busy.GetMessage() != "Synchronization already active - skipping run" || busy.GetService() != "scheduler" {
		b.t.Errorf("second entry = %v", busy)
	}
}

func (b *bench) told1() *auditv1.LogEntry {
	b.t.Helper()
	select {
	case entry := <-b.told:
		return entry
	case <-time.After(within):
		b.t.Fatal("audit was told nothing")
		return nil
	}
}

func TestAnOverloadedRepositoryIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := open(t)
	until := tomorrow()
	created := b.create(&schedulerv1.Job{RepositoryId: "r3", RunEvery: durationpb.New(time.Minute)})
	job := b.waitFor(created.GetId(), func(j *schedulerv1.Job) bool { return j.GetFailedRuns() == 1 })
	if job.GetNextRunTime().AsTime().Before(until) || job.GetLastRun().GetRetryTime().AsTime().Before(until) {
		b.t.Errorf("not before %v, but %v", until, job)
	}
	b.told1() // the job was created
	if entry := b.told1(); !strings.HasPrefix(entry.GetMessage(), "The repository asks to be left alone until ") ||
		entry.GetResult() != auditv1.Result_RESULT_WARNING || entry.GetReason() != "REMOTE_UNAVAILABLE" {
		b.t.Errorf("entry = %v", entry)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	b := open(t)
	job := b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: later(), EndTime: timestamppb.New(time.Now().Add(48 * time.Hour)), Repeat: 7})
	update := func(paths string, wanted *schedulerv1.Job) (*schedulerv1.Job, error) {
		wanted.Id, wanted.RepositoryId = job.GetId(), "r1"
		return b.client.UpdateJob(b.admin(), &schedulerv1.UpdateJobRequest{
			Job: wanted, UpdateMask: &fieldmaskpb.FieldMask{Paths: strings.Fields(paths)},
		})
	}
	changed, err := update("run_every enabled id etag", &schedulerv1.Job{
		Enabled: proto.Bool(false), RunEvery: durationpb.New(time.Hour), Repeat: 99, Etag: job.GetEtag(),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if changed.GetEnabled() || changed.GetRunEvery().AsDuration() != time.Hour || changed.GetRepeat() != 7 ||
		changed.GetState() != schedulerv1.JobState_JOB_STATE_DISABLED || changed.GetEtag() == job.GetEtag() {
		b.t.Errorf("changed = %v", changed)
	}
	_, err = update("repeat", &schedulerv1.Job{Repeat: 1, Etag: job.GetEtag()})
	b.wantReason(err, apierr.ReasonStale)
	_, err = update("next_run_time", &schedulerv1.Job{})
	b.wantReason(err, apierr.ReasonInvalidArgument)
	_, err = update("run_every", &schedulerv1.Job{RunEvery: durationpb.New(time.Second)})
	b.wantReason(err, apierr.ReasonInvalidArgument)
	_, err = update("end_time", &schedulerv1.Job{EndTime: &timestamppb.Timestamp{Seconds: -1 << 62}})
	b.wantReason(err, apierr.ReasonInvalidArgument)

	endless, err := update("end_time timeout", &schedulerv1.Job{})
	if err != nil || endless.EndTime != nil || endless.GetTimeout().AsDuration() != 10*time.Minute || endless.GetRepeat() != 7 {
		b.t.Errorf("endless = %v, %v", endless, err)
	}
	whole, err := update("", &schedulerv1.Job{StartTime: later()})
	if err != nil || !whole.GetEnabled() || whole.GetRepeat() != 0 || whole.GetRunEvery().AsDuration() != 10*time.Minute {
		b.t.Errorf("whole = %v, %v", whole, err)
	}
}

func TestRepeatedRequests(t *testing.T) {
	t.Parallel()
	b := open(t)
	request := &schedulerv1.CreateJobRequest{RequestId: "once", Job: &schedulerv1.Job{RepositoryId: "r1", StartTime: later()}}
	first, err := b.client.CreateJob(b.admin(), request)
	if err != nil {
		b.t.Fatal(err)
	}
	again, err := b.client.CreateJob(b.admin(), request)
	if err != nil || again.GetId() != first.GetId() {
		b.t.Errorf("again %v, %v", again, err)
	}
	request.Job.Repeat = 3
	_, err = b.client.CreateJob(b.admin(), request)
	b.wantReason(err, apierr.ReasonIdempotencyReused)
	request.RequestId = strings.Repeat("x", 65)
	_, err = b.client.CreateJob(b.admin(), request)
	b.wantReason(err, apierr.ReasonInvalidArgument)
	remove := &schedulerv1.DeleteJobRequest{Id: first.GetId(), RequestId: "gone", Etag: first.GetEtag()}
	for range 2 {
		if _, err := b.client.DeleteJob(b.admin(), remove); err != nil {
			b.t.Errorf("delete: %v", err)
		}
	}
	_, err = b.client.GetJob(b.admin(), &schedulerv1.GetJobRequest{Id: first.GetId()})
	b.wantReason(err, apierr.ReasonNotFound)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	b := open(t)
	job := b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: later()})
	calls := map[string]struct {
		do    func(role string) error
		roles string
	}{
		"list": {func(role string) error {
			_, err := b.client.ListJobs(b.as(role), &schedulerv1.ListJobsRequest{})
			return err
		}, "ADMINISTRATOR OPERATOR VIEWER"},
		"preview": {func(role string) error {
			_, err := b.client.PreviewJob(b.as(role), &schedulerv1.PreviewJobRequest{})
			return err
		}, "ADMINISTRATOR OPERATOR VIEWER"},
		"reset": {func(role string) error {
			_, err := b.client.ResetJob(b.as(role), &schedulerv1.ResetJobRequest{Id: job.GetId()})
			return err
		}, "ADMINISTRATOR OPERATOR"},
		"create": {func(role string) error {
			_, err := b.client.CreateJob(b.as(role), &schedulerv1.CreateJobRequest{Job: &schedulerv1.Job{RepositoryId: "r1", StartTime: later()}})
			return err
		}, "ADMINISTRATOR"},
		"delete": {func(role string) error {
			_, err := b.client.DeleteJob(b.as(role), &schedulerv1.DeleteJobRequest{Id: job.GetId(), Etag: "stale"})
			return err
		}, "ADMINISTRATOR"},
	}
	for name, call := range calls {
		for _, role := range []string{"ADMINISTRATOR", "OPERATOR", "VIEWER", "PEER", ""} {
			kind := apierr.KindInternal
			if err := call.do(role); err != nil {
				kind = apierr.KindOf(err)
			}
			refused := kind == apierr.KindPermissionDenied || kind == apierr.KindUnauthenticated
			if allowed := role != "" && strings.Contains(call.roles, role); refused == allowed {
				b.t.Errorf("%s as %q: refused %v", name, role, refused)
			}
		}
	}
}

func TestReadyOnlyWhileTheLoopTurns(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	settings := service.Settings{Parallel: 1}
	settings.Data = t.TempDir()
	s, err := service.Open(t.Context(), settings, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("before the first turn: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	for deadline := time.Now().Add(within); s.Ready(t.Context()) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("not ready although the loop turns")
		}
		runtime.Gosched()
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	ahead.Store(int64(2 * time.Minute))
	if err := s.Ready(t.Context()); apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("after the last turn: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	b := open(t)
	start := time.Date(2099, 9, 21, 8, 30, 0, 0, time.UTC)
	job := &schedulerv1.Job{StartTime: timestamppb.New(start), RunEvery: durationpb.New(5 * time.Minute)}
	answer, err := b.client.PreviewJob(b.admin(), &schedulerv1.PreviewJobRequest{Job: job})
	if err != nil || len(answer.GetSlotTimes()) != 5 {
		b.t.Fatalf("answer = %v, %v", answer, err)
	}
	for i, slot := range answer.GetSlotTimes() {
		if want := start.Add(time.Duration(i) * 5 * time.Minute); !slot.AsTime().Equal(want) {
			b.t.Errorf("slot %d = %v, want %v", i, slot.AsTime(), want)
		}
	}
	for _, wrong := range []*schedulerv1.PreviewJobRequest{
		{Job: job, Count: 101},
		{Job: job, Count: -1},
		{Job: &schedulerv1.Job{RunEvery: durationpb.New(0)}},
		{Job: &schedulerv1.Job{RunEvery: &durationpb.Duration{Seconds: 1, Nanos: -1}}},
	} {
		_, err := b.client.PreviewJob(b.admin(), wrong)
		b.wantReason(err, apierr.ReasonInvalidArgument)
	}
}

func TestOpenRefusesSettings(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]service.Settings{
		"no worker":       {},
		"negative spread": {Parallel: 1, Spread: -1},
		"bad database":    {Parallel: 1, DatabaseSettings: process.DatabaseSettings{Database: "mysql://x"}},
	} {
		if s, err := service.Open(t.Context(), settings, service.Deps{}); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}
