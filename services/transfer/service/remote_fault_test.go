package service_test

import (
	"testing"
	"time"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// A run tells whose fault it is that it went wrong, and until when the repository wants to be left alone.
func TestRunsTellTheFaultOfTheRepository(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  func(e *peertest.Eden)
		state  transferv1.RunState
		remote []bool // of each part
		away   time.Duration
	}{
		"all well": {func(*peertest.Eden) {}, transferv1.RunState_RUN_STATE_DONE, []bool{false, false}, 0},
		"overloaded": {
			func(e *peertest.Eden) { e.Always(peertest.Pull, peertest.Busy(7200)) },
			transferv1.RunState_RUN_STATE_FAILED,
			[]bool{true},
			2 * time.Hour,
		},
		"too many requests": {
			func(e *peertest.Eden) {
				e.Always(peertest.Push, peertest.Answer(429, "text/plain", "Slow down", "Retry-After", "3600"))
			},
			transferv1.RunState_RUN_STATE_FAILED,
			[]bool{false, true},
			time.Hour,
		},
		"overloaded, without a word": {
			func(e *peertest.Eden) { e.Always(peertest.Pull, peertest.Ticket()) },
			transferv1.RunState_RUN_STATE_FAILED,
			[]bool{true},
			0,
		},
		"wrong password": {
			func(e *peertest.Eden) { e.RequireUser("sync", "another") },
			transferv1.RunState_RUN_STATE_NEEDS_YOU,
			[]bool{true},
			0,
		},
		"a record refused": {
			func(e *peertest.Eden) { e.Refuse("urn:uuid:here", "name", "too long") },
			transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS,
			[]bool{false, true},
			0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site").Put(office("urn:uuid:1", "Harbour", at))
			test.fault(eden)
			s := start(t, "sqlite")
			if _, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
				ResourceName: "org_office", Uid: "urn:uuid:here", Fields: []*transferv1.RecordField{{Name: "name", Value: "Made here"}},
			}}); err != nil {
				t.Fatal(err)
			}
			run := s.synchronize(t, s.add(eden.URL(), "sync", "secret"))
			if run.GetState() != test.state || len(run.GetTasks()) != len(test.remote) {
				t.Fatalf("run: %v", run)
			}
			faulty := false
			for i, part := range run.GetTasks() {
				if faulty = faulty || test.remote[i]; part.GetRemoteError() != test.remote[i] {
					t.Errorf("part: %v", part)
				}
			}
			if run.GetRemoteError() != faulty {
				t.Errorf("run: %v", run)
			}
			checkRetryTime(t, run, test.away)
		})
	}
}

// checkRetryTime demands a time that lies so far behind the end of the run; 0 = none.
func checkRetryTime(t *testing.T, run *transferv1.Run, away time.Duration) {
	t.Helper()
	if away == 0 {
		if run.GetRetryTime() != nil {
			t.Errorf("retry time %s", run.GetRetryTime().AsTime())
		}
		return
	}
	if got := run.GetRetryTime().AsTime().Sub(run.GetEndTime().AsTime()); run.GetRetryTime() == nil || got > away || got < away-time.Minute {
		t.Errorf("to be tried again %s after its end, want %s", got, away)
	}
}
