package service_test

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func onBoth(t *testing.T, test func(t *testing.T, engine string)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, engine)
		})
	}
}

func office(uid, name string, modified time.Time) peertest.Record {
	return peertest.Record{Resource: "org_office", UID: uid, CreatedOn: modified, ModifiedOn: modified, Content: `<data field="name">` + name + `</data>`}
}

var at = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// One synchronization with an Eden over HTTP: pull, push, log, contact.
func TestRunWithEden(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
		eden.Put(office("urn:uuid:1", "Harbour", at), office("urn:uuid:2", "Øst ✓", at))
		s := start(t, engine)
		id := s.add(eden.URL(), "sync", "secret")
		record, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
			ResourceName: "org_office", Fields: []*transferv1.RecordField{{Name: "name", Value: "Made here"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		run := s.synchronize(t, id)
		if run.GetState() != transferv1.RunState_RUN_STATE_DONE {
			t.Fatalf("run: %v", run)
		}
		if c := run.GetTasks()[0].GetCounts(); c.GetCreated() != 2 || c.GetReceived() != 2 {
			t.Errorf("pull: %v", c)
		}
		if c := run.GetTasks()[1].GetCounts(); c.GetSent() != 1 || c.GetAccepted() != 1 {
			t.Errorf("push: %v", c)
		}
		if got, ok := eden.Record("org_office", record.GetUid()); !ok || !strings.Contains(got.Content, "Made here") || got.MCI != 1 {
			t.Errorf("at the Eden: %+v, %v", got, ok)
		}
		pulled := s.entry(t, auditv1.Mode_MODE_PULL)
		if pulled.GetMessage() != "Data imported successfully (2 records)" || pulled.GetTransmission() != auditv1.Transmission_TRANSMISSION_OUTGOING || pulled.GetRunId() != run.GetId() {
			t.Errorf("log of the pull: %v", pulled)
		}
		if pushed := s.entry(t, auditv1.Mode_MODE_PUSH); pushed.GetMessage() != "data sent successfully (1 records)" {
			t.Errorf("log of the push: %v", pushed)
		}
		contact := <-s.contacts
		if contact.GetLastConnectTime() == nil || contact.GetClockOffset() == nil || len(contact.GetTasks()) != 1 || contact.GetTasks()[0].GetLastPullTime() == nil {
			t.Errorf("contact: %v", contact)
		}
		if r := contact.GetRun(); r.GetRunId() != run.GetId() || r.GetState() != run.GetState() || !r.GetEndTime().AsTime().Equal(run.GetEndTime().AsTime()) || r.GetRemoteError() {
			t.Errorf("report of the run: %v", r)
		}
		if err := s.service.Ready(t.Context()); err != nil {
			t.Errorf("not ready although the worker works: %v", err)
		}
	})
}

// Who has exchanged something with another edensync is brief from then on, and asks it to be. What the other one lacks it gets as a whole.
func TestLaterExchangesAreBrief(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Edensync().RequireUser("sync", "secret").Know("org_office", "gis_location").Registered(siteUUID, "Test site")
	eden.Put(office("urn:uuid:1", "Harbour", at))
	s := start(t, "sqlite")
	id := s.add(eden.URL(), "sync", "secret")
	put := func(resource, uid string, refs ...*transferv1.RecordReference) {
		if _, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
			ResourceName: resource, Uid: uid, Fields: []*transferv1.RecordField{{Name: "name", Value: rand.Text()}}, References: refs,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	put("gis_location", "urn:uuid:quay")
	for n, want := range []string{"", "true"} {
		put("org_office", "urn:uuid:made-here", &transferv1.RecordReference{Name: "location_id", ResourceName: "gis_location", Uids: []string{"urn:uuid:quay"}})
		if n == 1 {
			eden.Once(peertest.Push, peertest.Answer(http.StatusConflict, "application/json", `{"status":"failed","message":"too brief"}`))
		}
		if run := s.synchronize(t, id); run.GetState() != transferv1.RunState_RUN_STATE_DONE || run.GetTasks()[1].GetCounts().GetSent() != 1 {
			t.Fatalf("run %d: %v", n, run)
		}
		for what, requests := range map[string][]peertest.Request{"pull": eden.Requests(peertest.Pull), "push": eden.Requests(peertest.Push)} {
			if got := requests[n].Header.Get("Edensync-Brief"); got != want {
				t.Errorf("run %d: %s in brief %q", n, what, got)
			}
		}
	}
	pushes := eden.Requests(peertest.Push)
	if len(pushes) != 3 || pushes[2].Header.Get("Edensync-Brief") != "" || bytes.Contains(pushes[2].Body, []byte("edensync-hash")) {
		t.Errorf("%d pushes, the last one %s", len(pushes), pushes[len(pushes)-1].Body)
	}
}

func TestRunEndsAsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		break_ func(e *peertest.Eden)
		state  transferv1.RunState
		reason string
		result auditv1.Result
		says   string
	}{
		"wrong password": {
			func(e *peertest.Eden) { e.RequireUser("sync", "another") }, transferv1.RunState_RUN_STATE_NEEDS_YOU, "PEER_UNAUTHENTICATED",
			auditv1.Result_RESULT_FATAL, "user name and password",
		},
		"document breaks off": {
			func(e *peertest.Eden) { e.Always(peertest.Pull, peertest.Cut(150)) }, transferv1.RunState_RUN_STATE_FAILED, "",
			auditv1.Result_RESULT_ERROR, "",
		},
		"JSON instead of XML with status 200": {
			func(e *peertest.Eden) {
				e.Always(peertest.Pull, peertest.Answer(200, "text/html", `{"status":"failed","statuscode":"400","message":"Mixed resource synchronization not supported"}`))
			}, transferv1.RunState_RUN_STATE_NEEDS_YOU, "PEER_REFUSED", auditv1.Result_RESULT_FATAL, "Mixed resource",
		},
		"server error": {
			func(e *peertest.Eden) { e.Always(peertest.Pull, peertest.Ticket()) }, transferv1.RunState_RUN_STATE_FAILED, "PEER_BROKEN",
			auditv1.Result_RESULT_ERROR, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
			eden.Put(office("urn:uuid:1", "Harbour", at))
			c.break_(eden)
			s := start(t, "sqlite")
			run := s.synchronize(t, s.add(eden.URL(), "sync", "secret"))
			if run.GetState() != c.state || c.reason != "" && run.GetReason() != c.reason || !strings.Contains(run.GetMessage(), c.says) {
				t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
			}
			report := (<-s.contacts).GetRun()
			if report.GetState() != c.state || report.GetReason() != run.GetReason() || report.GetMessage() != run.GetMessage() || report.GetRemoteError() != run.GetRemoteError() {
				t.Errorf("config was told: %v", report)
			}
			if strings.HasPrefix(c.reason, "PEER_") != run.GetRemoteError() && c.reason != "" {
				t.Errorf("remote error: %v", run)
			}
			entry := s.entry(t, auditv1.Mode_MODE_PULL)
			if entry.GetResult() != c.result || entry.GetAction() != "fetch" {
				t.Errorf("log: %v", entry)
			}
			if strings.Contains(run.String()+entry.String(), "secret") {
				t.Error("the password is told")
			}
			if n := len(eden.Requests(peertest.Push)); n != 0 {
				t.Errorf("%d pushes after a pull that failed", n)
			}
			eden.Heal().RequireUser("sync", "secret")
			if again := s.synchronize(t, "r1"); again.GetState() != transferv1.RunState_RUN_STATE_DONE {
				t.Errorf("after the repair: %v", again)
			}
		})
	}
}

func TestStopAndTimeoutKeepTheRepositoryUsable(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"stop", "timeout"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
			eden.Put(office("urn:uuid:1", "Harbour", at))
			eden.Once(peertest.Pull, peertest.Stall(100))
			s := start(t, "sqlite")
			req := &transferv1.StartRunRequest{RepositoryId: s.add(eden.URL(), "", "")}
			if how == "timeout" {
				req.Timeout = durationpb.New(time.Second)
			}
			run, err := s.runs.StartRun(as(t, "OPERATOR"), req)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: "r1"}); apierr.ReasonOf(err) != apierr.ReasonRunActive {
				t.Errorf("a second run of the repository: %v", err)
			}
			s.working(t, run.GetId())
			want := transferv1.RunState_RUN_STATE_TIMED_OUT
			if how == "stop" {
				want = transferv1.RunState_RUN_STATE_STOPPED
				if _, err := s.runs.StopRun(as(t, "OPERATOR"), &transferv1.StopRunRequest{Id: run.GetId()}); err != nil {
					t.Fatal(err)
				}
			}
			if run = s.follow(t, run.GetId()); run.GetState() != want {
				t.Fatalf("run: %v", run)
			}
			if report := (<-s.contacts).GetRun(); (how == "stop") != (report == nil) {
				t.Errorf("config was told: %v", report)
			}
			if again := s.synchronize(t, "r1"); again.GetState() != transferv1.RunState_RUN_STATE_DONE {
				t.Errorf("the next run: %v", again)
			}
		})
	}
}

// A repository that was saved is registered by exactly one request, and config hears what came out.
func TestAUD004_Registration(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).RequireUser("sync", "secret")
	s := start(t, "sqlite")
	s.add(eden.URL(), "sync", "secret")
	s.mu.Lock()
	s.waiting = "r1"
	s.mu.Unlock()
	report := <-s.reported
	if report.GetGeneration() != 7 || report.GetOutcome() != configv1.RegistrationState_REGISTRATION_STATE_REGISTERED || report.GetSenderUuid() != peertest.UUID {
		t.Errorf("report: %v", report)
	}
	if n := len(eden.Requests(peertest.Register)); n != 1 {
		t.Errorf("%d registration requests", n)
	}
	if e := s.entry(t, auditv1.Mode_MODE_PUSH); e.GetAction() != "request registration" || e.GetResult() != auditv1.Result_RESULT_SUCCESS ||
		e.GetTransmission() != auditv1.Transmission_TRANSMISSION_OUTGOING || e.GetRepositoryId() != "r1" {
		t.Errorf("log: %v", e)
	}
	eden.RequireUser("sync", "changed")
	answer, err := s.peers.RegisterRepository(as(t, "ADMINISTRATOR"), &transferv1.RegisterRepositoryRequest{RepositoryId: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if answer.GetRegistered() || answer.GetReason() != "PEER_UNAUTHENTICATED" {
		t.Errorf("answer: %v", answer)
	}
	if report := <-s.reported; report.GetOutcome() != configv1.RegistrationState_REGISTRATION_STATE_FAILED {
		t.Errorf("report: %v", report)
	}
	if e := s.entry(t, auditv1.Mode_MODE_PUSH); e.GetAction() != "request registration" || e.GetResult() != auditv1.Result_RESULT_FATAL || !e.GetRemoteError() {
		t.Errorf("log: %v", e)
	}
	if n := len(s.entries); n != 0 {
		t.Errorf("%d more entries than registrations", n)
	}
}

func TestViewersMayNotRun(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	if _, err := s.runs.StartRun(as(t, "VIEWER"), &transferv1.StartRunRequest{RepositoryId: "r1"}); apierr.KindOf(err) != apierr.KindPermissionDenied {
		t.Errorf("a viewer started a run: %v", err)
	}
	if _, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: "nowhere"}); apierr.KindOf(err) != apierr.KindNotFound {
		t.Errorf("a run of an unknown repository: %v", err)
	}
}
