package service_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/rpc"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

func (f *fakes) ListRepositoryActivities(ctx context.Context, in *transferv1.ListRepositoryActivitiesRequest) (*transferv1.ListRepositoryActivitiesResponse, error) {
	f.note(ctx, in)
	out := &transferv1.ListRepositoryActivitiesResponse{}
	for _, id := range in.GetRepositoryIds() {
		out.Activities = append(out.Activities, &transferv1.ExchangeActivity{
			RepositoryId: id, OpenConflicts: 3, ActiveRunId: "n9",
			Runs: []*transferv1.RecentRun{{RunId: "n8", State: transferv1.RunState_RUN_STATE_DONE, Trigger: transferv1.RunTrigger_RUN_TRIGGER_SCHEDULE, Pulled: 5}},
		})
	}
	return out, nil
}

func (f *fakes) ListRepositorySchedules(_ context.Context, in *schedulerv1.ListRepositorySchedulesRequest) (*schedulerv1.ListRepositorySchedulesResponse, error) {
	out := &schedulerv1.ListRepositorySchedulesResponse{}
	for _, id := range in.GetRepositoryIds() {
		next := timestamppb.New(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))
		out.Schedules = append(out.Schedules, &schedulerv1.RepositorySchedule{RepositoryId: id, NextRunTime: next, JobCount: 2, EnabledJobCount: 1})
	}
	return out, nil
}

// activity is what the gateway has gathered of the first repository of an answer.
func (a answer) activity(t *testing.T) (got struct {
	Runs            []map[string]any
	OpenConflicts   *int
	OpenRejects     *int
	ActiveRunID     string
	NextRunTime     *string
	JobCount        *int
	EnabledJobCount *int
	Unavailable     []string
},
) {
	t.Helper()
	var body struct {
		Activity     json.RawMessage
		Repositories []struct{ Activity json.RawMessage }
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%d %s: %v", a.StatusCode, a.body, err)
	}
	if len(body.Repositories) > 0 {
		body.Activity = body.Repositories[0].Activity
	}
	if err := json.Unmarshal(body.Activity, &got); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return got
}

func TestRepositoriesWithTheirActivity(t *testing.T) {
	t.Parallel()
	s := newSiteWith(t, true)
	for _, path := range []string{"/api/v1/repositories?view=ACTIVITY", "/api/v1/repositories/r1?view=ACTIVITY"} {
		got := s.as("viewer", "GET", path, "").activity(t)
		if len(got.Runs) != 1 || got.Runs[0]["state"] != "DONE" || got.Runs[0]["trigger"] != "SCHEDULE" || *got.OpenConflicts != 3 || *got.OpenRejects != 0 ||
			got.ActiveRunID != "n9" || *got.NextRunTime != "2030-01-02T03:04:05Z" || *got.JobCount != 2 || *got.EnabledJobCount != 1 || len(got.Unavailable) != 0 {
			t.Errorf("%s: %+v", path, got)
		}
		request, caller := s.last()
		if _, ok := request.(*transferv1.ListRepositoryActivitiesRequest); !ok || caller.Role != "VIEWER" || caller.User != "Amina" || caller.Service != "gateway" {
			t.Errorf("%s: transfer was asked by %v: %v", path, caller, request)
		}
	}
}

func TestNobodyIsAskedForABasicView(t *testing.T) {
	t.Parallel()
	s := newSiteWith(t, true)
	for _, path := range []string{"/api/v1/repositories", "/api/v1/repositories/r1", "/api/v1/repositories?view=BASIC"} {
		if a := s.as("viewer", "GET", path, ""); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, a.body)
		}
		if request, caller := s.last(); caller == (rpc.Caller{}) || isActivity(request) {
			t.Errorf("%s: %v", path, request)
		}
	}
	if a := s.as("peer", "GET", "/api/v1/repositories?view=ACTIVITY", ""); a.StatusCode != http.StatusForbidden {
		t.Errorf("as a peer: %s", a.body)
	}
}

func isActivity(request any) bool {
	_, ok := request.(*transferv1.ListRepositoryActivitiesRequest)
	return ok
}

func TestListWithoutAServiceThatIsDown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/repositories?view=ACTIVITY", "").activity(t)
	if len(got.Unavailable) != 1 || got.Unavailable[0] != "scheduler" || got.JobCount != nil || got.NextRunTime != nil || *got.OpenConflicts != 3 {
		t.Errorf("without scheduler: %+v", got)
	}
}
