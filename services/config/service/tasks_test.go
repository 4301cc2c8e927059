package service_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func (s *site) tryTask(t *configv1.Task) error {
	_, err := s.tasks.CreateTask(s.admin(), &configv1.CreateTaskRequest{Task: t})
	return err
}

func (s *site) updateTask(t *configv1.Task, paths ...string) (*configv1.Task, error) {
	return s.tasks.UpdateTask(s.admin(), &configv1.UpdateTaskRequest{Task: t, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
}

func filter(table, condition string) *configv1.Filter {
	return &configv1.Filter{Tablename: table, FilterString: condition}
}

func TestCFG016_OneTaskForAResource(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		kenya, chad := s.createRepository(&configv1.Repository{Name: "Kenya"}), s.createRepository(&configv1.Repository{Name: "Chad"})
		s.createTask(&configv1.Task{RepositoryId: kenya.GetId(), ResourceName: "org_office"})
		err := s.tryTask(&configv1.Task{RepositoryId: kenya.GetId(), ResourceName: " org_office"})
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonTaskExists)
		if e, _ := apierr.As(err); e != nil {
			contains(s.t, e.Message, "This resource is already configured for this repository")
		}
		s.createTask(&configv1.Task{RepositoryId: chad.GetId(), ResourceName: "org_office"})
		if _, err := s.tasks.DeleteTask(s.admin(), &configv1.DeleteTaskRequest{RepositoryId: kenya.GetId(), ResourceName: "org_office"}); err != nil {
			s.t.Fatal(err)
		}
		s.createTask(&configv1.Task{RepositoryId: kenya.GetId(), ResourceName: "org_office"})
		s.refused(s.tryTask(&configv1.Task{RepositoryId: "none", ResourceName: "org_office"}), apierr.KindNotFound, apierr.ReasonNotFound)
	})
}

var allMethods = []configv1.StrategyMethod{
	configv1.StrategyMethod_STRATEGY_METHOD_CREATE, configv1.StrategyMethod_STRATEGY_METHOD_UPDATE,
	configv1.StrategyMethod_STRATEGY_METHOD_DELETE, configv1.StrategyMethod_STRATEGY_METHOD_MERGE,
}

func TestCFG017_TaskDefaults(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		got := s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"})
		want := &configv1.Task{
			RepositoryId: r.GetId(), ResourceName: "org_office", Mode: configv1.TaskMode_TASK_MODE_PULL_AND_PUSH, Strategy: allMethods,
			UpdatePolicy: configv1.Policy_POLICY_NEWER, ConflictPolicy: configv1.Policy_POLICY_NEWER,
			CreateTime: timestamppb.New(s.clock.Now()), UpdateTime: timestamppb.New(s.clock.Now()), Etag: got.GetEtag(),
		}
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
		if n := s.repository(r.GetId()).GetTaskCount(); n != 1 {
			s.t.Errorf("task count = %d", n)
		}
		entry := s.logged("create task")
		if entry.GetResourceName() != "org_office" || entry.GetRepositoryName() != "Kenya" {
			s.t.Errorf("entry = %v", entry)
		}
	})
}

func TestCFG019_StrategyAndPoliciesAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		for field, task := range map[string]*configv1.Task{
			"strategy":       {Strategy: []configv1.StrategyMethod{1, 9}},
			"updatePolicy":   {UpdatePolicy: 9},
			"conflictPolicy": {ConflictPolicy: 9},
			"mode":           {Mode: 9},
			"resourceName":   {ResourceName: "office"},
		} {
			task.RepositoryId = r.GetId()
			if task.GetResourceName() == "" {
				task.ResourceName = "org_office"
			}
			s.refusedField(s.tryTask(task), field)
		}
		task := s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Strategy: []configv1.StrategyMethod{3, 1, 3}})
		if d := cmp.Diff([]configv1.StrategyMethod{1, 3}, task.GetStrategy()); d != "" {
			s.t.Errorf("strategy was not put in order:\n%s", d)
		}
		task.Strategy = nil
		none := must[*configv1.Task](s.t)(s.updateTask(task, "strategy"))
		if len(none.GetStrategy()) != 0 {
			s.t.Errorf("strategy = %v, want none", none.GetStrategy())
		}
		_, err := s.updateTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"}, "update_policy")
		s.refusedField(err, "updatePolicy")
	})
}

func TestCFG020_NewFiltersClearTheCursors(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		task := s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"})
		exchanged := func() *configv1.Task {
			s.t.Helper()
			s.clock.advance(time.Minute)
			now := timestamppb.New(s.clock.Now())
			must[*configv1.ReportContactResponse](s.t)(s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
				RepositoryId: r.GetId(), Tasks: []*configv1.TaskContact{{ResourceName: "org_office", LastPullTime: now, LastPushTime: now}},
			}))
			got := must[*configv1.Task](s.t)(s.tasks.GetTask(s.admin(), &configv1.GetTaskRequest{RepositoryId: r.GetId(), ResourceName: "org_office"}))
			if got.GetLastPullTime() == nil || got.GetLastPushTime() == nil {
				s.t.Fatalf("times were not stored: %v", got)
			}
			return got
		}
		if got := exchanged(); got.GetEtag() != task.GetEtag() {
			s.t.Error("an exchange changed the etag")
		}
		for step, filters := range [][]*configv1.Filter{
			{filter("org_office", "~.name=A")},
			{filter("org_office", "~.name=B")},
			{filter("org_office", "~.name=B"), filter("gis_location", "~.code=1")},
			nil,
		} {
			task.Filters = filters
			got := must[*configv1.Task](s.t)(s.updateTask(task, "filters"))
			if got.GetLastPullTime() != nil || got.GetLastPushTime() != nil {
				s.t.Errorf("step %d: times stayed", step)
			}
			task.Etag = exchanged().GetEtag()
		}
		got := must[*configv1.Task](s.t)(s.updateTask(&configv1.Task{
			RepositoryId: r.GetId(), ResourceName: "org_office", UpdatePolicy: configv1.Policy_POLICY_THIS,
		}, "update_policy", "filters"))
		if got.GetLastPullTime() == nil || got.GetLastPushTime() == nil {
			s.t.Error("the same filters cleared the times")
		}
	})
}

func TestCFG021_FiltersThatEdenWouldIgnore(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		for _, bad := range []string{
			"", "~.name", "name=A", "~.name=A&~.code", "~.name__no=1", "~.=A", ".name=A", "~.name|code=A", "~.a b=1", "~.name=A\n", "~.name=A&",
		} {
			err := s.tryTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Filters: []*configv1.Filter{filter("org_office", bad)}})
			if bad == "~.name=A\n" { // blanks around are taken away
				s.accepts(r.GetId(), err)
				continue
			}
			s.refusedField(err, "filters[0].filterString")
		}
		s.refusedField(s.tryTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Filters: []*configv1.Filter{filter("office", "~.a=1")}}),
			"filters[0].tablename")
		s.refusedField(s.tryTask(&configv1.Task{
			RepositoryId: r.GetId(), ResourceName: "org_office",
			Filters: []*configv1.Filter{filter("org_office", "~.a=1"), filter("org_office", " ~.a=1")},
		}), "filters[1]")
	})
}

// accepts removes the task that was rightly accepted.
func (s *site) accepts(repositoryID string, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Error(err)
		return
	}
	if _, err := s.tasks.DeleteTask(s.admin(), &configv1.DeleteTaskRequest{RepositoryId: repositoryID, ResourceName: "org_office"}); err != nil {
		s.t.Error(err)
	}
}

func TestCFG022_SeveralFiltersOfATableAreKept(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		filters := []*configv1.Filter{
			filter("org_office", "~.name__like=A*&~.code__belongs=1,2"), filter("org_office", "~.name|~.code__like!=*x*"),
			filter("gis_location", "organisation.name__eq=\"a,b\""), filter("org_office", "$filter=x"), filter("org_office", "(~.a=1)"),
		}
		got := s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Filters: filters})
		want := &configv1.Task{Filters: filters}
		if d := cmp.Diff(want.GetFilters(), got.GetFilters(), protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
	})
}

func TestCFG025_CursorsCannotBeWritten(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		now := timestamppb.New(s.clock.Now())
		id := func() *configv1.Task { return &configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"} }
		withPull := id()
		withPull.LastPullTime = now
		s.refused(s.tryTask(withPull), apierr.KindInvalid, apierr.ReasonReadOnlyField)
		task := s.createTask(id())
		for path, change := range map[string]func(*configv1.Task){
			"last_pull_time": func(t *configv1.Task) { t.LastPullTime = now },
			"last_push_time": func(t *configv1.Task) { t.LastPushTime = now },
		} {
			for _, paths := range [][]string{{path}, nil} {
				changed := proto.CloneOf(task)
				change(changed)
				_, err := s.updateTask(changed, paths...)
				s.refused(err, apierr.KindInvalid, apierr.ReasonReadOnlyField)
			}
		}
		must[*configv1.Task](s.t)(s.updateTask(task, "last_pull_time", "last_push_time", "mode", "resource_name", "repository_id"))
	})
}

func TestKeptOutResourcesMustBeExposed(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		for _, name := range []string{"auth_user", "sync_log", "scheduler_task"} {
			s.refused(s.tryTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: name}), apierr.KindPrecondition, apierr.ReasonResourceProtected)
		}
		must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{ExposedResources: []string{"auth_user"}}, "exposed_resources"))
		s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "auth_user"})
		s.refused(s.tryTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "sync_log"}), apierr.KindPrecondition, apierr.ReasonResourceProtected)
	})
}

func TestTasksInPagesAndInTheExchange(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Uuid: "urn:uuid:k"})
		for _, name := range []string{"pr_person", "gis_location", "org_office"} {
			s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: name})
		}
		viewer := s.as("vera", "VIEWER")
		first := must[*configv1.ListTasksResponse](s.t)(s.tasks.ListTasks(viewer, &configv1.ListTasksRequest{RepositoryId: r.GetId(), PageSize: 2}))
		second := must[*configv1.ListTasksResponse](s.t)(s.tasks.ListTasks(viewer, &configv1.ListTasksRequest{
			RepositoryId: r.GetId(), PageSize: 2, PageToken: first.GetNextPageToken(),
		}))
		all := append(first.GetTasks(), second.GetTasks()...)
		if first.GetTotalSize() != 3 || second.GetNextPageToken() != "" || len(all) != 3 || all[0].GetResourceName() != "gis_location" {
			s.t.Errorf("pages = %v, %v", first, second)
		}
		for _, e := range []*configv1.Exchange{
			s.exchange(r.GetId()),
			must[*configv1.Exchange](s.t)(s.exchanges.GetExchangeByUuid(s.by("transfer"), &configv1.GetExchangeByUuidRequest{RepositoryUuid: "urn:uuid:k"})),
		} {
			if d := cmp.Diff(all, e.GetTasks(), protocmp.Transform()); d != "" {
				s.t.Errorf("tasks of the exchange:\n%s", d)
			}
		}
	})
}

func TestWhereAResourceIsExchanged(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org", Username: "u", Password: "hush"})
		s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Mode: configv1.TaskMode_TASK_MODE_PULL})
		got := must[*configv1.ListResourceExchangesResponse](s.t)(s.exchanges.ListResourceExchanges(s.by("transfer"), &configv1.ListResourceExchangesRequest{ResourceName: "org_office"}))
		if len(got.GetExchanges()) != 1 || got.GetExchanges()[0].GetRepositoryName() != "Kenya" || got.GetExchanges()[0].GetTask().GetRepositoryId() != r.GetId() ||
			got.GetExchanges()[0].GetTask().GetMode() != configv1.TaskMode_TASK_MODE_PULL {
			s.t.Errorf("exchanges = %v", got)
		}
		_, err := s.exchanges.ListResourceExchanges(s.by("transfer"), &configv1.ListResourceExchangesRequest{})
		s.refusedField(err, "resourceName")
	})
}
