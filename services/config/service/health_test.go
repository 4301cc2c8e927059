package service_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

const (
	needsYou = configv1.RepositoryCondition_REPOSITORY_CONDITION_NEEDS_YOU
	failing  = configv1.RepositoryCondition_REPOSITORY_CONDITION_FAILING
	inStep   = configv1.RepositoryCondition_REPOSITORY_CONDITION_IN_STEP
	never    = configv1.RepositoryCondition_REPOSITORY_CONDITION_NEVER_SYNCHRONIZED
	paused   = configv1.RepositoryCondition_REPOSITORY_CONDITION_PAUSED
)

// ran reports a run that ended now; the clock goes on by a minute.
func (s *site) ran(repository string, state transferv1.RunState) {
	s.t.Helper()
	_, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
		RepositoryId: repository, LastConnectTime: timestamppb.New(s.clock.Now()),
		Run: &configv1.RunReport{
			RunId: "run of " + s.clock.Now().Format(time.TimeOnly), State: state, Reason: "SOME_REASON", Message: "said",
			RemoteError: true, EndTime: timestamppb.New(s.clock.Now()),
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.clock.advance(time.Minute)
}

func TestHealthIsWhatTheLastRunsWere(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		id := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.example.org/eden"}).GetId()
		if r := s.repository(id); r.GetHealth() != nil || r.GetCondition() != never || r.GetAttention() {
			s.t.Errorf("new: %v", r)
		}
		first := s.clock.Now()
		s.ran(id, transferv1.RunState_RUN_STATE_DONE)
		s.ran(id, transferv1.RunState_RUN_STATE_FAILED)
		s.ran(id, transferv1.RunState_RUN_STATE_NEEDS_YOU)
		r := s.repository(id)
		want := &configv1.RepositoryHealth{
			State: transferv1.RunState_RUN_STATE_NEEDS_YOU, RunId: "run of 05:08:07", Reason: "SOME_REASON", Message: "said", RemoteError: true,
			Time: timestamppb.New(first.Add(2 * time.Minute)), FailingSince: timestamppb.New(first.Add(time.Minute)), FailedRuns: 2,
			LastSuccessTime: timestamppb.New(first),
		}
		if !proto.Equal(r.GetHealth(), want) || r.GetCondition() != needsYou || !r.GetAttention() {
			s.t.Errorf("after failures: %v", r)
		}
		etag := r.GetEtag()
		s.ran(id, transferv1.RunState_RUN_STATE_DONE)
		if r = s.repository(id); r.GetHealth().GetFailedRuns() != 0 || r.GetHealth().GetFailingSince() != nil || r.GetCondition() != inStep || r.GetEtag() != etag {
			s.t.Errorf("after a success: %v", r)
		}
	})
}

func TestReportsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		id := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.example.org/eden"}).GetId()
		for field, run := range map[string]*configv1.RunReport{
			"run.runId":   {State: transferv1.RunState_RUN_STATE_DONE, EndTime: timestamppb.New(s.clock.Now())},
			"run.state":   {RunId: "r", State: transferv1.RunState_RUN_STATE_STOPPED, EndTime: timestamppb.New(s.clock.Now())},
			"run.endTime": {RunId: "r", State: transferv1.RunState_RUN_STATE_DONE},
		} {
			_, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{RepositoryId: id, Run: run})
			s.refusedField(err, field)
		}
		_, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
			RepositoryId: id, Run: &configv1.RunReport{RunId: "r", State: transferv1.RunState_RUN_STATE_DONE, EndTime: timestamppb.New(s.clock.Now().Add(time.Hour))},
		})
		if err != nil {
			s.t.Fatal(err)
		}
		// A report from the future is taken as one of now, so that it hides no later one.
		s.clock.advance(time.Second)
		s.ran(id, transferv1.RunState_RUN_STATE_FAILED)
		if r := s.repository(id); r.GetCondition() != failing {
			s.t.Errorf("after a report from the future: %v", r)
		}
	})
}

// fleet makes a repository for each kind of condition.
func (s *site) fleet() {
	for _, r := range []struct {
		name  string
		state transferv1.RunState
	}{
		{"a in step", transferv1.RunState_RUN_STATE_DONE},
		{"b failing", transferv1.RunState_RUN_STATE_FAILED},
		{"c needs you", transferv1.RunState_RUN_STATE_NEEDS_YOU},
		{"d new", 0},
		{"e paused", transferv1.RunState_RUN_STATE_FAILED},
		{"f wrong clock", transferv1.RunState_RUN_STATE_DONE},
		{"g failing", transferv1.RunState_RUN_STATE_TIMED_OUT},
	} {
		id := s.createRepository(&configv1.Repository{Name: r.name, Url: "https://example.org/" + r.name[:1]}).GetId()
		if r.state != 0 {
			s.ran(id, r.state)
		}
		switch r.name {
		case "e paused":
			must[*configv1.Repository](s.t)(s.repos.PauseRepository(s.admin(), &configv1.PauseRepositoryRequest{Id: id}))
		case "f wrong clock":
			_, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{RepositoryId: id, ClockOffset: durationpb.New(95 * time.Second)})
			if err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// listed reads a list in pages of two.
func (s *site) listed(in *configv1.ListRepositoriesRequest) (names []string, last *configv1.ListRepositoriesResponse) {
	s.t.Helper()
	in.PageSize = 2
	for {
		page := must[*configv1.ListRepositoriesResponse](s.t)(s.repos.ListRepositories(s.admin(), in))
		for _, r := range page.GetRepositories() {
			names = append(names, r.GetName())
		}
		if in.PageToken = page.GetNextPageToken(); in.GetPageToken() == "" {
			return names, page
		}
	}
}

func TestRepositoriesInOrderOfAttention(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.fleet()
		names, page := s.listed(&configv1.ListRepositoriesRequest{OrderBy: "attention"})
		equal(s.t, "attention", names, "c needs you", "b failing", "g failing", "f wrong clock", "d new", "a in step", "e paused")
		want := &configv1.ConditionCounts{All: 7, Attention: 4, Paused: 1, NeverSynchronized: 1}
		if !proto.Equal(page.GetConditionCounts(), want) || page.GetTotalSize() != 7 {
			s.t.Errorf("counts = %v of %d", page.GetConditionCounts(), page.GetTotalSize())
		}
		names, _ = s.listed(&configv1.ListRepositoriesRequest{OrderBy: "last_connect_time desc"})
		equal(s.t, "last contact", names, "g failing", "f wrong clock", "e paused", "c needs you", "b failing", "a in step", "d new")
		names, page = s.listed(&configv1.ListRepositoriesRequest{Attention: proto.Bool(true), Query: "FAILING"})
		equal(s.t, "filtered", names, "b failing", "g failing")
		if want := (&configv1.ConditionCounts{All: 2, Attention: 2}); !proto.Equal(page.GetConditionCounts(), want) || page.GetTotalSize() != 2 {
			s.t.Errorf("counts of the text = %v", page.GetConditionCounts())
		}
		names, page = s.listed(&configv1.ListRepositoriesRequest{Conditions: []configv1.RepositoryCondition{paused, never}})
		equal(s.t, "conditions", names, "d new", "e paused")
		if page.GetConditionCounts().GetAll() != 7 || page.GetTotalSize() != 2 {
			s.t.Errorf("counts beside the filter = %v", page)
		}
		_, err := s.repos.ListRepositories(s.admin(), &configv1.ListRepositoriesRequest{OrderBy: "password"})
		s.refusedField(err, "orderBy")
		first := must[*configv1.ListRepositoriesResponse](s.t)(s.repos.ListRepositories(s.admin(), &configv1.ListRepositoriesRequest{PageSize: 1}))
		_, err = s.repos.ListRepositories(s.admin(), &configv1.ListRepositoriesRequest{PageToken: first.GetNextPageToken(), OrderBy: "attention"})
		s.refused(err, apierr.KindInvalid, apierr.ReasonInvalidPageToken)
	})
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}
