package service_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestSCH018_ManualRunsStartAtOnceInTheBackground(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
		eden.Put(office("urn:uuid:1", "Harbour", at)).Once(peertest.Pull, peertest.Stall(100))
		s := start(t, engine)
		run, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: s.add(eden.URL(), "", "")})
		if err != nil {
			t.Fatal(err)
		}
		if run.GetId() == "" || run.GetEndTime() != nil || run.GetTrigger() != transferv1.RunTrigger_RUN_TRIGGER_MANUAL {
			t.Errorf("answer: %v", run)
		}
		s.working(t, run.GetId())
		polled, err := s.runs.GetRun(as(t, "VIEWER"), &transferv1.GetRunRequest{Id: run.GetId()})
		if err != nil || polled.GetState() != transferv1.RunState_RUN_STATE_RUNNING {
			t.Errorf("while the remote keeps silent: %v, %v", polled, err)
		}
		if _, err := s.runs.StopRun(as(t, "OPERATOR"), &transferv1.StopRunRequest{Id: run.GetId()}); err != nil {
			t.Fatal(err)
		}
		s.follow(t, run.GetId())
		polled, err = s.runs.GetRun(as(t, "VIEWER"), &transferv1.GetRunRequest{Id: run.GetId()})
		if err != nil || polled.GetState() != transferv1.RunState_RUN_STATE_STOPPED {
			t.Errorf("at the end: %v, %v", polled, err)
		}
	})
}

func TestSCH019_ASecondManualRunIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
		eden.Put(office("urn:uuid:1", "Harbour", at)).Once(peertest.Pull, peertest.Stall(100))
		s := start(t, engine)
		id := s.add(eden.URL(), "", "")
		first, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id})
		if err != nil {
			t.Fatal(err)
		}
		s.working(t, first.GetId())
		_, err = s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id})
		refusal, ok := apierr.As(err)
		if !ok || refusal.Reason != apierr.ReasonRunActive || !strings.HasPrefix(refusal.Message, "Synchronization currently active") || refusal.Metadata["runId"] != first.GetId() {
			t.Errorf("a second run: %v", err)
		}
		if _, err := s.runs.StopRun(as(t, "OPERATOR"), &transferv1.StopRunRequest{Id: first.GetId()}); err != nil {
			t.Fatal(err)
		}
		s.follow(t, first.GetId())
		list, err := s.runs.ListRuns(as(t, "VIEWER"), &transferv1.ListRunsRequest{RepositoryId: id})
		if err != nil || len(list.GetRuns()) != 1 {
			t.Errorf("runs: %v, %v", list, err)
		}
		if again := s.synchronize(t, id); again.GetState() != transferv1.RunState_RUN_STATE_DONE {
			t.Errorf("after it: %v", again)
		}
	})
}

func TestSCH020_WithoutURLNothingRuns(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	id := s.add("", "", "")
	_, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id})
	if refusal, ok := apierr.As(err); !ok || refusal.Reason != apierr.ReasonRepositoryNoURL {
		t.Errorf("a manual run: %v", err)
	}
	for _, trigger := range []transferv1.RunTrigger{transferv1.RunTrigger_RUN_TRIGGER_SCHEDULE, transferv1.RunTrigger_RUN_TRIGGER_PEER} {
		_, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id, Trigger: trigger})
		if apierr.KindOf(err) != apierr.KindInvalid {
			t.Errorf("a person starts a run by %s: %v", trigger, err)
		}
	}
	_, err = s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id, JobId: "job"})
	if apierr.KindOf(err) != apierr.KindInvalid {
		t.Errorf("a person starts a run of a job: %v", err)
	}
	scheduler := rpc.WithCaller(t.Context(), rpc.Caller{Service: "scheduler"})
	run, err := s.runs.StartRun(scheduler, &transferv1.StartRunRequest{RepositoryId: id, Trigger: transferv1.RunTrigger_RUN_TRIGGER_SCHEDULE})
	if err != nil {
		t.Fatal(err)
	}
	if run = s.follow(t, run.GetId()); run.GetState() != transferv1.RunState_RUN_STATE_NEEDS_YOU || len(run.GetTasks()) != 0 {
		t.Errorf("a scheduled run: %v", run)
	}
	entry := s.entry(t, auditv1.Mode_MODE_NONE)
	if entry.GetTransmission() != auditv1.Transmission_TRANSMISSION_NONE || entry.GetAction() != "connect" || entry.GetResult() != auditv1.Result_RESULT_FATAL ||
		entry.GetMessage() != "No URL set for repository" || entry.GetRepositoryId() != id {
		t.Errorf("log: %v", entry)
	}
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
	s.add(eden.URL(), "", "")
	_, err = s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: id, ResourceNames: []string{"org_ofice"}})
	if apierr.ReasonOf(err) != apierr.ReasonRepositoryNoTasks {
		t.Errorf("a run of a resource that is not configured: %v", err)
	}
	if run := s.synchronize(t, id); run.GetState() != transferv1.RunState_RUN_STATE_DONE {
		t.Errorf("with a URL: %v", run)
	}
}

// The whole way: what a run that meets nobody leaves behind.
func TestTRF012_NobodyAnswers(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
	eden.Put(office("urn:uuid:1", "Harbour", at))
	s := start(t, "sqlite")
	id := s.add(eden.URL(), "", "")
	s.synchronize(t, id)
	s.entry(t, auditv1.Mode_MODE_PULL)
	eden.Always(peertest.Any, peertest.HangUp())
	run := s.synchronize(t, id)
	entry := s.entry(t, auditv1.Mode_MODE_PULL)
	if run.GetState() != transferv1.RunState_RUN_STATE_FAILED || entry.GetResult() != auditv1.Result_RESULT_ERROR || !entry.GetRemoteError() ||
		!strings.HasPrefix(entry.GetMessage(), "Peer repository unavailable (") {
		t.Errorf("run: %v, log: %v", run, entry)
	}
	eden.Heal()
	s.synchronize(t, id)
	pulls := eden.Requests(peertest.Pull)
	if first, last := pulls[1].Query.Get("msince"), pulls[len(pulls)-1].Query.Get("msince"); first != last || first != "2026-11-20T08:59:58" {
		t.Errorf("msince was %q before and is %q after", first, last)
	}
}

func TestTRF090_FilesOfOtherHostsAreToldInTheLog(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
	trap := peertest.Start(t)
	record := office("urn:uuid:1", "Harbour", at)
	record.Content += `<data field="logo" url="` + trap.AddFile("logo.png", peertest.File{Public: true}) + `" filename="logo.png"/>`
	eden.Put(record)
	s := start(t, "sqlite")
	if run := s.synchronize(t, s.add(eden.URL(), "", "")); run.GetState() != transferv1.RunState_RUN_STATE_DONE {
		t.Fatalf("run: %v", run)
	}
	s.entry(t, auditv1.Mode_MODE_PULL)
	entry := s.entry(t, auditv1.Mode_MODE_PULL)
	if entry.GetAction() != "download" || entry.GetResult() != auditv1.Result_RESULT_WARNING || entry.GetReason() != string(apierr.ReasonPeerAddressNotAllowed) ||
		entry.GetRepositoryName() != "Eden" || !strings.Contains(entry.GetMessage(), "logo of (UID: urn:uuid:1) org_office") {
		t.Errorf("log: %v", entry)
	}
	if n := len(trap.Requests(peertest.Any)); n != 0 {
		t.Errorf("%d requests to another host", n)
	}
	if f := s.file(t); f.GetValue() != "logo.png" || f.GetAttachment().GetAvailable() {
		t.Errorf("field: %v", f)
	}
}
