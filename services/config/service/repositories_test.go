package service_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func (s *site) tryCreate(r *configv1.Repository) error {
	_, err := s.repos.CreateRepository(s.admin(), &configv1.CreateRepositoryRequest{Repository: r})
	return err
}

func (s *site) update(r *configv1.Repository, paths ...string) (*configv1.Repository, error) {
	return s.repos.UpdateRepository(s.admin(), &configv1.UpdateRepositoryRequest{
		Repository: r, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
}

func (s *site) deleteRepository(id string) {
	s.t.Helper()
	if _, err := s.repos.DeleteRepository(s.admin(), &configv1.DeleteRepositoryRequest{Id: id}); err != nil {
		s.t.Fatal(err)
	}
}

func TestCreateRepository(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		got := s.createRepository(&configv1.Repository{
			Name: " Kenya ", Url: "https://K.example.org/eden/", Username: "sync", Password: "pw", Uuid: "urn:uuid:k",
			ProxyUrl: "none", AcceptPushes: proto.Bool(false),
		})
		want := &configv1.Repository{
			Id: got.GetId(), Name: "Kenya", Url: "https://k.example.org/eden", Username: "sync", HasPassword: true, Uuid: "urn:uuid:k",
			ProxyUrl: "none", AcceptPushes: proto.Bool(false), Type: configv1.RepositoryType_REPOSITORY_TYPE_EDEN,
			Registration: &configv1.Registration{State: configv1.RegistrationState_REGISTRATION_STATE_PENDING, Time: timestamppb.New(s.clock.Now())},
			State:        configv1.RepositoryState_REPOSITORY_STATE_ACTIVE, CreateTime: timestamppb.New(s.clock.Now()),
			UpdateTime: timestamppb.New(s.clock.Now()), Etag: got.GetEtag(), Condition: never,
		}
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
		if d := cmp.Diff(got, s.repository(got.GetId()), protocmp.Transform()); d != "" {
			s.t.Errorf("stored otherwise:\n%s", d)
		}
		entry := s.logged("create repository")
		contains(s.t, entry.GetMessage(), "name: Kenya", "url: https://k.example.org/eden", "password")
		if entry.GetRepositoryId() != got.GetId() || entry.GetRepositoryName() != "Kenya" || entry.GetActor() != "admin" || entry.GetResult() != auditv1.Result_RESULT_SUCCESS {
			s.t.Errorf("entry = %v", entry)
		}
		passive := s.createRepository(&configv1.Repository{Name: "Chad"})
		if passive.GetState() != configv1.RepositoryState_REPOSITORY_STATE_PASSIVE || !passive.GetAcceptPushes() {
			s.t.Errorf("passive = %v", passive)
		}
	})
}

func TestCFG004_NameIsRequiredAndShort(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		for _, name := range []string{"", "  ", strings.Repeat("ä", 65), "two\nlines"} {
			s.refusedField(s.tryCreate(&configv1.Repository{Name: name}), "name")
		}
		s.createRepository(&configv1.Repository{Name: strings.Repeat("ä", 64)})
	})
}

func TestCFG005_URLFreeAfterDelete(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		first := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org/eden", Uuid: "urn:uuid:k"})
		for _, url := range []string{"https://k.org/eden", "HTTPS://K.org:443/eden//"} {
			s.refused(s.tryCreate(&configv1.Repository{Name: "Other", Url: url}), apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		}
		s.refused(s.tryCreate(&configv1.Repository{Name: "KENYA"}), apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		s.refused(s.tryCreate(&configv1.Repository{Name: "Other", Uuid: "urn:uuid:k"}), apierr.KindAlreadyExists, apierr.ReasonRepositoryUUIDTaken)
		s.deleteRepository(first.GetId())
		s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org/eden", Uuid: "urn:uuid:k"})
	})
}

func TestCFG007_TypesOtherThanEden(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		for value, name := range configv1.RepositoryType_name {
			if value <= int32(configv1.RepositoryType_REPOSITORY_TYPE_EDEN) {
				continue
			}
			err := s.tryCreate(&configv1.Repository{Name: name, Type: configv1.RepositoryType(value)})
			s.refused(err, apierr.KindInvalid, apierr.ReasonRepositoryType)
		}
		s.refusedField(s.tryCreate(&configv1.Repository{Name: "x", Type: 77}), "type")
	})
}

func TestCFG008_TypeDefaultsToEden(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		if got := s.createRepository(&configv1.Repository{Name: "x"}).GetType(); got != configv1.RepositoryType_REPOSITORY_TYPE_EDEN {
			s.t.Errorf("type = %v", got)
		}
	})
}

func TestRepositoryIsThisSite(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{PublicUrl: "https://me.org/eden"}, "public_url"))
		s.refused(s.tryCreate(&configv1.Repository{Name: "Me", Url: "https://me.org/eden/"}), apierr.KindInvalid, apierr.ReasonRepositoryIsThisSite)
		s.refused(s.tryCreate(&configv1.Repository{Name: "Me", Uuid: s.getSettings().GetRepositoryUuid()}), apierr.KindInvalid, apierr.ReasonRepositoryIsThisSite)
	})
}

func TestUpdateRepository(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		first := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org", Username: "u", Password: "pw", AcceptPushes: proto.Bool(false)})
		s.createRepository(&configv1.Repository{Name: "Chad"})
		s.clock.advance(time.Minute)
		got := must[*configv1.Repository](s.t)(s.update(&configv1.Repository{
			Id: first.GetId(), Name: "Kenya 2", Username: "ignored", Etag: first.GetEtag(),
		}, "name"))
		want := proto.CloneOf(first)
		want.Name, want.Etag, want.UpdateTime = "Kenya 2", got.GetEtag(), timestamppb.New(s.clock.Now())
		want.Registration.Time = timestamppb.New(s.clock.Now())
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
		contains(s.t, s.logged("update repository").GetMessage(), "name: Kenya → Kenya 2")

		_, err := s.update(&configv1.Repository{Id: first.GetId(), Name: "late", Etag: first.GetEtag()}, "name")
		s.refused(err, apierr.KindStale, apierr.ReasonStale)
		_, err = s.update(&configv1.Repository{Id: first.GetId(), Name: "chad"}, "name")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		_, err = s.update(&configv1.Repository{Id: "none", Name: "x"}, "name")
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
		_, err = s.update(&configv1.Repository{Id: first.GetId(), Paused: true}, "paused")
		s.refused(err, apierr.KindInvalid, apierr.ReasonReadOnlyField)
		if d := cmp.Diff(got, s.repository(first.GetId()), protocmp.Transform()); d != "" {
			s.t.Errorf("a refused update changed something:\n%s", d)
		}
	})
}

func (s *site) exchange(id string) *configv1.Exchange {
	s.t.Helper()
	return must[*configv1.Exchange](s.t)(s.exchanges.GetExchange(s.by("transfer"), &configv1.GetExchangeRequest{RepositoryId: id}))
}

func TestPasswordIsKeptReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Username: "u", Password: "first-pw", ProxyUrl: "http://p:px-secret@proxy:1"})
		id := r.GetId()
		check := func(step, password, proxy string) {
			s.t.Helper()
			e := s.exchange(id)
			if e.GetPassword() != password || e.GetProxyUrl() != proxy || e.GetRepository().GetHasPassword() != (password != "") {
				s.t.Errorf("%s: password %q, proxy %q", step, e.GetPassword(), e.GetProxyUrl())
			}
		}
		check("created", "first-pw", "http://p:px-secret@proxy:1")
		must[*configv1.Repository](s.t)(s.update(r)) // no mask, no password, masked proxy
		check("whole resource sent back", "first-pw", "http://p:px-secret@proxy:1")
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: id, Name: "K", Password: "ignored"}, "name"))
		check("other field", "first-pw", "http://p:px-secret@proxy:1")
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: id, Password: "second-pw"}, "password"))
		check("replaced", "second-pw", "http://p:px-secret@proxy:1")
		contains(s.t, s.logged("update repository").GetMessage(), "password replaced")
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: id}, "password", "proxy_url"))
		check("removed", "", "")
		must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{ProxyUrl: "http://d:def-secret@default:1"}, "proxy_url"))
		check("default proxy", "", "http://d:def-secret@default:1")
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: id, ProxyUrl: "none"}, "proxy_url"))
		check("no proxy at all", "", "none")
	})
}

func TestUUIDStaysAfterAnExchange(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Uuid: "urn:uuid:a"})
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: r.GetId(), Uuid: "urn:uuid:b"}, "uuid"))
		s.contact(r.GetId())
		_, err := s.update(&configv1.Repository{Id: r.GetId(), Uuid: "urn:uuid:c"}, "uuid")
		s.refused(err, apierr.KindPrecondition, apierr.ReasonPrecondition)
		if got := s.repository(r.GetId()).GetUuid(); got != "urn:uuid:b" {
			s.t.Errorf("uuid = %s", got)
		}
		unknown := s.createRepository(&configv1.Repository{Name: "Chad"})
		s.contact(unknown.GetId())
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: unknown.GetId(), Uuid: "urn:uuid:d"}, "uuid"))
	})
}

func (s *site) contact(id string) {
	s.t.Helper()
	must[*configv1.ReportContactResponse](s.t)(s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
		RepositoryId: id, LastConnectTime: timestamppb.New(s.clock.Now()),
	}))
}

func TestCFG015_DeletionTakesTheTasksAlong(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org", Username: "u", Password: "pw", Uuid: "urn:uuid:k"})
		s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"})
		_, err := s.repos.DeleteRepository(s.admin(), &configv1.DeleteRepositoryRequest{Id: r.GetId(), Etag: "stale"})
		s.refused(err, apierr.KindStale, apierr.ReasonStale)
		s.deleteRepository(r.GetId())
		notFound := func(what string, err error) {
			s.t.Helper()
			if apierr.KindOf(err) != apierr.KindNotFound {
				s.t.Errorf("%s: %v", what, err)
			}
		}
		_, err = s.repos.GetRepository(s.admin(), &configv1.GetRepositoryRequest{Id: r.GetId()})
		notFound("repository", err)
		_, err = s.tasks.GetTask(s.admin(), &configv1.GetTaskRequest{RepositoryId: r.GetId(), ResourceName: "org_office"})
		notFound("task", err)
		_, err = s.tasks.ListTasks(s.admin(), &configv1.ListTasksRequest{RepositoryId: r.GetId()})
		notFound("tasks", err)
		_, err = s.exchanges.GetExchange(s.by("transfer"), &configv1.GetExchangeRequest{RepositoryId: r.GetId()})
		notFound("exchange", err)
		_, err = s.exchanges.GetExchangeByUuid(s.by("transfer"), &configv1.GetExchangeByUuidRequest{RepositoryUuid: "urn:uuid:k"})
		notFound("exchange by UUID", err)
		_, err = s.repos.DeleteRepository(s.admin(), &configv1.DeleteRepositoryRequest{Id: r.GetId()})
		notFound("second deletion", err)
		claim := must[*configv1.ClaimRegistrationResponse](s.t)(s.claim())
		if claim.GetRepositoryId() != "" {
			s.t.Error("the registration of a deleted repository was handed out")
		}
		var left int
		err = s.db.Get(s.t.Context(), &left, "SELECT count(*) FROM repository WHERE password <> '' OR username <> '' OR url <> ''")
		if err != nil || left != 0 {
			s.t.Errorf("%d deleted repositories keep address or credentials, %v", left, err)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		operator := s.as("oscar", "OPERATOR")
		for range 2 {
			got := must[*configv1.Repository](s.t)(s.repos.PauseRepository(operator, &configv1.PauseRepositoryRequest{Id: r.GetId()}))
			if !got.GetPaused() || got.GetState() != configv1.RepositoryState_REPOSITORY_STATE_PAUSED {
				s.t.Errorf("paused = %v", got)
			}
		}
		if n := s.count("pause repository"); n != 1 {
			s.t.Errorf("%d entries for one pause", n)
		}
		got := must[*configv1.Repository](s.t)(s.repos.ResumeRepository(operator, &configv1.ResumeRepositoryRequest{Id: r.GetId()}))
		if got.GetPaused() || got.GetState() != configv1.RepositoryState_REPOSITORY_STATE_ACTIVE {
			s.t.Errorf("resumed = %v", got)
		}
	})
}

func TestListRepositoriesInPages(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		for _, name := range []string{"delta", "Alpha", "charlie", "Bravo", "echo"} {
			s.createRepository(&configv1.Repository{Name: name, Uuid: "urn:uuid:" + name})
		}
		viewer := s.as("vera", "VIEWER")
		var names []string
		req := &configv1.ListRepositoriesRequest{PageSize: 2}
		for {
			page := must[*configv1.ListRepositoriesResponse](s.t)(s.repos.ListRepositories(viewer, req))
			if page.GetTotalSize() != 5 {
				s.t.Errorf("total = %d", page.GetTotalSize())
			}
			for _, r := range page.GetRepositories() {
				names = append(names, r.GetName())
			}
			if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
				break
			}
		}
		if d := cmp.Diff([]string{"Alpha", "Bravo", "charlie", "delta", "echo"}, names); d != "" {
			s.t.Error(d)
		}
		first := must[*configv1.ListRepositoriesResponse](s.t)(s.repos.ListRepositories(viewer, &configv1.ListRepositoriesRequest{PageSize: 2}))
		_, err := s.repos.ListRepositories(viewer, &configv1.ListRepositoriesRequest{PageSize: 2, Query: "a", PageToken: first.GetNextPageToken()})
		s.refused(err, apierr.KindInvalid, apierr.ReasonInvalidPageToken)
		_, err = s.repos.ListRepositories(viewer, &configv1.ListRepositoriesRequest{PageSize: -1})
		s.refusedField(err, "pageSize")
	})
}

func TestRequestIDsMakeRepetitionsHarmless(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		req := &configv1.CreateRepositoryRequest{Repository: &configv1.Repository{Name: "Kenya", Username: "u", Password: "pw"}, RequestId: "r1"}
		first := must[*configv1.Repository](s.t)(s.repos.CreateRepository(s.admin(), req))
		second := must[*configv1.Repository](s.t)(s.repos.CreateRepository(s.admin(), req))
		if d := cmp.Diff(first, second, protocmp.Transform()); d != "" {
			s.t.Errorf("the repetition answered otherwise:\n%s", d)
		}
		if n := s.count("create repository"); n != 1 {
			s.t.Errorf("%d entries, want 1", n)
		}
		other := proto.CloneOf(req)
		other.Repository.Name = "Chad"
		_, err := s.repos.CreateRepository(s.admin(), other)
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonIdempotencyReused)
		_, err = s.repos.CreateRepository(s.as("bea", "ADMINISTRATOR"), req)
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		req.RequestId = strings.Repeat("x", 65)
		_, err = s.repos.CreateRepository(s.admin(), req)
		s.refusedField(err, "requestId")

		gone := &configv1.DeleteRepositoryRequest{Id: first.GetId(), RequestId: "d1"}
		for range 2 {
			if _, err := s.repos.DeleteRepository(s.admin(), gone); err != nil {
				s.t.Error(err)
			}
		}
	})
}
