package service_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func (s *site) authenticate(username, password, uuid string) (*configv1.AuthenticatePeerResponse, error) {
	return s.exchanges.AuthenticatePeer(s.by("transfer"), &configv1.AuthenticatePeerRequest{
		Username: username, Password: password, RepositoryUuid: uuid, RemoteAddress: "10.0.0.7",
	})
}

func (s *site) register(uuid, name, bound string) (*configv1.RegisterPeerResponse, error) {
	return s.exchanges.RegisterPeer(s.by("transfer"), &configv1.RegisterPeerRequest{Uuid: uuid, Name: name, BoundRepositoryId: bound})
}

func TestAuthenticatePeer(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		kenya := s.createRepository(&configv1.Repository{Name: "Kenya", Uuid: "urn:uuid:k"})
		s.createRepository(&configv1.Repository{Name: "Chad", Uuid: "urn:uuid:c"})
		gone := s.createRepository(&configv1.Repository{Name: "Gone", Uuid: "urn:uuid:g"})
		s.deleteRepository(gone.GetId())
		s.createUser(&configv1.User{Username: "free", Role: peer})
		bound := s.createUser(&configv1.User{Username: "bound", Role: peer, RepositoryId: kenya.GetId()})
		s.createUser(&configv1.User{Username: "oscar", Role: operator})
		off := s.createUser(&configv1.User{Username: "off", Role: peer})
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: off.GetId(), Disabled: true}, "disabled"))

		for _, c := range []struct {
			user, password, uuid string
			kind                 apierr.Kind
			repository           string
		}{
			{"free", "password of free", "urn:uuid:k", 0, "Kenya"},
			{"free", "password of free", "urn:uuid:c", 0, "Chad"},
			{"free", "password of free", "", 0, ""},
			{"free", "password of free", "urn:uuid:unknown", 0, ""},
			{"free", "password of free", "urn:uuid:g", 0, ""},
			{"FREE", "password of free", "urn:uuid:k", 0, "Kenya"},
			{"admin", adminPassword, "urn:uuid:k", 0, "Kenya"},
			{"bound", "password of bound", "urn:uuid:k", 0, "Kenya"},
			{"bound", "password of bound", "", 0, ""},
			{"bound", "password of bound", "urn:uuid:unknown", 0, ""},
			{"bound", "password of bound", "urn:uuid:c", apierr.KindPermissionDenied, ""},
			{"bound", "password of bound", "urn:uuid:g", apierr.KindPermissionDenied, ""},
			{"oscar", "password of oscar", "urn:uuid:k", apierr.KindPermissionDenied, ""},
			{"off", "password of off", "urn:uuid:k", apierr.KindUnauthenticated, ""},
			{"free", "wrong", "urn:uuid:k", apierr.KindUnauthenticated, ""},
			{"nobody", "password of nobody", "urn:uuid:k", apierr.KindUnauthenticated, ""},
		} {
			got, err := s.authenticate(c.user, c.password, c.uuid)
			if c.kind != 0 {
				if err == nil || apierr.KindOf(err) != c.kind {
					s.t.Errorf("%+v: %v, %v", c, got, err)
				}
				continue
			}
			if err != nil || got.GetExchange().GetRepository().GetName() != c.repository || !strings.EqualFold(got.GetUsername(), c.user) {
				s.t.Errorf("%+v: %v, %v", c, got, err)
			}
		}
		got := must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("bound", "password of bound", "urn:uuid:k"))
		if got.GetBoundRepositoryId() != kenya.GetId() || got.GetUserId() != bound.GetId() || got.GetRole() != peer {
			s.t.Errorf("bound = %v", got)
		}
	})
}

// TestPeersAreRememberedButNotTooLong shows that a remembered password neither
// outlives a change nor opens a way around the lock.
func TestPeersAreRememberedButNotTooLong(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		u := s.createUser(&configv1.User{Username: "free", Role: peer})
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("free", "password of free", ""))
		for range 5 {
			_, err := s.authenticate("free", "wrong", "")
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		_, err := s.authenticate("free", "wrong", "")
		s.refused(err, apierr.KindExhausted, apierr.ReasonSignInLocked)
		// The right password was seen lately and goes on working during the lock.
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("free", "password of free", ""))
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: u.GetId(), Password: "another good one"}, "password"))
		s.clock.advance(time.Hour)
		_, err = s.authenticate("free", "password of free", "")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
	})
}

func TestRegisterPeer(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		got := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:n", "k.example.org:8000", ""))
		r := got.GetRepository()
		if !got.GetCreated() || r.GetName() != "k.example.org:8000" || r.GetUuid() != "urn:uuid:n" || r.GetType() != configv1.RepositoryType_REPOSITORY_TYPE_EDEN ||
			!r.GetAcceptPushes() || r.GetState() != configv1.RepositoryState_REPOSITORY_STATE_PASSIVE {
			s.t.Errorf("new = %v", got)
		}
		if e := s.logged("register repository"); e.GetRepositoryId() != r.GetId() {
			s.t.Errorf("entry = %v", e)
		}
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: r.GetId(), Name: "Our name for it"}, "name"))
		again := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:n", "another name", ""))
		if again.GetCreated() || again.GetRepository().GetId() != r.GetId() || again.GetRepository().GetName() != "Our name for it" {
			s.t.Errorf("known = %v", again)
		}
		nameless := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:nameless", "", ""))
		if nameless.GetRepository().GetName() != "urn:uuid:nameless" {
			s.t.Errorf("nameless = %v", nameless)
		}
		long := strings.Repeat("n", 64)
		for i, want := range []string{long, long[:59] + "… (2)", long[:59] + "… (3)"} {
			got := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:same"+strings.Repeat("x", i), long+"too long", ""))
			if i == 0 {
				want = long[:63] + "…"
			}
			if got.GetRepository().GetName() != want {
				s.t.Errorf("name %d = %q, want %q", i, got.GetRepository().GetName(), want)
			}
		}
		for _, uuid := range []string{"", "with space", strings.Repeat("u", 129)} {
			_, err := s.register(uuid, "x", "")
			s.refusedField(err, "uuid")
		}
		_, err := s.register(s.getSettings().GetRepositoryUuid(), "me", "")
		s.refused(err, apierr.KindInvalid, apierr.ReasonRepositoryIsThisSite)
	})
}

func TestRegisterPeerBringsADeletedRepositoryBack(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org", Username: "u", Password: "pw", Uuid: "urn:uuid:k"})
		s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office"})
		s.deleteRepository(r.GetId())
		s.createRepository(&configv1.Repository{Name: "kenya"})
		got := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:k", "Kenya", ""))
		back := got.GetRepository()
		if got.GetCreated() || back.GetId() != r.GetId() || back.GetName() != "Kenya (2)" || back.GetUrl() != "" || back.GetHasPassword() || back.GetTaskCount() != 0 {
			s.t.Errorf("revived = %v", got)
		}
	})
}

func TestBoundAccountsRegisterTheirOwnRepositoryOnly(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		mine := s.createRepository(&configv1.Repository{Name: "Mine"})
		s.createRepository(&configv1.Repository{Name: "Other", Uuid: "urn:uuid:other"})
		_, err := s.register("urn:uuid:other", "x", mine.GetId())
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		_, err = s.register(s.getSettings().GetRepositoryUuid(), "x", mine.GetId())
		s.refused(err, apierr.KindInvalid, apierr.ReasonRepositoryIsThisSite)
		got := must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:mine", "x", mine.GetId()))
		if got.GetCreated() || got.GetRepository().GetId() != mine.GetId() || got.GetRepository().GetUuid() != "urn:uuid:mine" || got.GetRepository().GetName() != "Mine" {
			s.t.Errorf("taught = %v", got)
		}
		contains(s.t, s.logged("learn uuid").GetMessage(), "urn:uuid:mine")
		must[*configv1.RegisterPeerResponse](s.t)(s.register("urn:uuid:mine", "x", mine.GetId()))
		_, err = s.register("urn:uuid:second", "x", mine.GetId())
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		s.deleteRepository(mine.GetId())
		_, err = s.register("urn:uuid:third", "x", mine.GetId())
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
	})
}

func TestReportContact(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		report := func(at time.Time, offset *durationpb.Duration) {
			s.t.Helper()
			must[*configv1.ReportContactResponse](s.t)(s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
				RepositoryId: r.GetId(), LastConnectTime: timestamppb.New(at), ClockOffset: offset,
			}))
		}
		now := s.clock.Now()
		report(now, durationpb.New(time.Second))
		report(now.Add(-time.Hour), nil)
		got := s.repository(r.GetId())
		if !got.GetLastConnectTime().AsTime().Equal(now) || got.GetClockOffset().AsDuration() != time.Second || got.GetEtag() != r.GetEtag() {
			s.t.Errorf("repository = %v", got)
		}
		report(now.Add(24*time.Hour), nil) // a clock that runs ahead
		s.clock.advance(time.Minute)
		report(s.clock.Now(), nil)
		if got := s.repository(r.GetId()).GetLastConnectTime().AsTime(); !got.Equal(s.clock.Now()) {
			s.t.Errorf("last connect time = %v", got)
		}
		_, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{RepositoryId: "none"})
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
		_, err = s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
			RepositoryId: r.GetId(), LastConnectTime: &timestamppb.Timestamp{Nanos: -1},
		})
		s.refusedField(err, "lastConnectTime")
	})
}

// An account whose site is not known yet speaks for none, and after its registration for that one alone.
func TestAnAccountIsBoundByItsFirstRegistration(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createRepository(&configv1.Repository{Name: "Other", Uuid: "urn:uuid:other"})
		made := must[*configv1.User](s.t)(s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{
			User: &configv1.User{Username: "kisumu", Role: peer, BindAtRegistration: true},
		}))
		password := made.GetGeneratedPassword()
		if !made.GetBindAtRegistration() || len(password) < 40 {
			s.t.Fatalf("made %v", made)
		}
		register := func(uuid string) (*configv1.RegisterPeerResponse, error) {
			return s.exchanges.RegisterPeer(s.by("transfer"), &configv1.RegisterPeerRequest{Uuid: uuid, Name: "Kisumu", Username: "kisumu"})
		}
		_, err := s.authenticate("kisumu", password, "urn:uuid:other")
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		_, err = register("urn:uuid:other")
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("kisumu", password, ""))
		own := must[*configv1.RegisterPeerResponse](s.t)(register("urn:uuid:kisumu")).GetRepository()
		got := must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("kisumu", password, "urn:uuid:kisumu"))
		if got.GetBoundRepositoryId() != own.GetId() || got.GetExchange().GetRepository().GetId() != own.GetId() {
			s.t.Errorf("signed in as %v", got)
		}
		contains(s.t, s.logged("bind user to repository").GetMessage(), "repositoryId: "+own.GetId())
		_, err = s.authenticate("kisumu", password, "urn:uuid:other")
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		for _, u := range []*configv1.User{
			{Username: "x", Role: viewer, BindAtRegistration: true}, {Username: "x", Role: peer, RepositoryId: own.GetId(), BindAtRegistration: true},
		} {
			_, err := s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: u})
			s.refusedField(err, "bindAtRegistration")
		}
	})
}
