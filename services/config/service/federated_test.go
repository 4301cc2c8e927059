package service_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const issuer = "https://id.example.org/realms/relief"

// vouched signs in by the provider.
func (s *site) vouched(in *configv1.CreateFederatedSessionRequest) (*configv1.CreateSessionResponse, error) {
	in.Issuer, in.RemoteAddress = issuer, "10.0.0.9"
	return s.sessions.CreateFederatedSession(s.by("gateway"), in)
}

func TestFirstSignInBindsTheAccount(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		ann := s.createUser(&configv1.User{Username: "ann@example.org", Role: operator})
		got := must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{
			Subject: "1", Username: "annie", Email: "Ann@Example.org", Role: viewer,
		}))
		user := got.GetSession().GetUser()
		if user.GetId() != ann.GetId() || user.GetRole() != operator || user.GetIdentityProvider() != issuer || user.GetLastSignInTime() == nil {
			s.t.Errorf("signed in as %v", user)
		}
		if err := s.signedIn(got.GetToken()); err != nil {
			s.t.Error(err)
		}
		if e := s.logged("bind user to provider"); !strings.Contains(e.GetMessage(), "identity: 1 at "+issuer) {
			s.t.Errorf("entry = %v", e)
		}
		if e := s.logged("sign in"); e.GetActor() != "ann@example.org" || e.GetMessage() != "from 10.0.0.9 by "+issuer {
			s.t.Errorf("entry = %v", e)
		}
		// From now on the subject counts, whatever the person is called there; the password works as before.
		again := must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{
			Subject: "1", Username: "other", ReplacedToken: got.GetToken(),
		}))
		if again.GetSession().GetUser().GetId() != ann.GetId() {
			s.t.Errorf("signed in as %v", again.GetSession().GetUser())
		}
		s.refused(s.signedIn(got.GetToken()), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		s.signIn("ann@example.org", "password of ann@example.org")
		// Somebody else with that address is not the same person.
		_, err := s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "2", Email: "ann@example.org"})
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonAccountUnknown)
		_, err = s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "2", Email: "ann@example.org", Role: administrator})
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
	})
}

// A username can be changed at many providers, so it must not open what has a password.
func TestAUsernameOpensOnlyWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		_, err := s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "666", Username: "admin"})
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonAccountUnknown)
		_, err = s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "666", Username: "admin", Role: administrator})
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		invited := must[*configv1.User](s.t)(s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{
			User: &configv1.User{Username: "bob", Role: viewer},
		}))
		if !invited.GetInvited() {
			s.t.Fatalf("invited = %v", invited)
		}
		got := must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "5", Username: "BOB"}))
		if user := got.GetSession().GetUser(); user.GetId() != invited.GetId() || user.GetInvited() {
			s.t.Errorf("signed in as %v", user)
		}
	})
}

func TestTheProviderDecidesAboutAccountsThatItMade(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		_, err := s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "7", Username: "eve"})
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonAccountUnknown)
		made := must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "7", Username: "eve", Role: operator}))
		if user := made.GetSession().GetUser(); user.GetUsername() != "eve" || user.GetRole() != operator || user.GetInvited() {
			s.t.Errorf("made %v", user)
		}
		if e := s.logged("create user"); e.GetActor() != "eve" || !strings.Contains(e.GetMessage(), "identity: 7 at ") {
			s.t.Errorf("entry = %v", e)
		}
		weaker := must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "7", Username: "eve", Role: viewer}))
		if user := weaker.GetSession().GetUser(); user.GetRole() != viewer {
			s.t.Errorf("signed in as %v", user)
		}
		s.refused(s.signedIn(made.GetToken()), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		if e := s.logged("update user"); !strings.Contains(e.GetMessage(), "role: OPERATOR → VIEWER") {
			s.t.Errorf("entry = %v", e)
		}
		_, err = s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "7", Username: "eve"})
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonAccountUnknown)
	})
}

func TestWhoMayNotSignInByTheProvider(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createUser(&configv1.User{Username: "machine@example.org", Role: peer})
		off := s.createUser(&configv1.User{Username: "off@example.org", Role: viewer})
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: off.GetId(), Disabled: true}, "disabled"))
		for _, email := range []string{"machine@example.org", "off@example.org"} {
			_, err := s.vouched(&configv1.CreateFederatedSessionRequest{Subject: email, Email: email, Role: administrator})
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		for name, in := range map[string]*configv1.CreateFederatedSessionRequest{
			"no subject": {Email: "x@example.org"}, "control characters": {Subject: "a\nb"}, "long": {Subject: strings.Repeat("x", 256)},
			"role of a site": {Subject: "1", Username: "x", Role: peer},
		} {
			_, err := s.vouched(in)
			if apierr.KindOf(err) != apierr.KindInvalid {
				s.t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestFailuresAtTheGatewayAreWrittenDown(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		_, err := s.sessions.ReportFailedSignIn(s.by("gateway"), &configv1.ReportFailedSignInRequest{
			Issuer: issuer, Reason: string(apierr.ReasonProviderRefused), Message: "the token\nis expired", RemoteAddress: "10.0.0.9",
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if e := s.logged("sign in"); e.GetReason() != "PROVIDER_REFUSED" || strings.Contains(e.GetMessage(), "\n") || !strings.Contains(e.GetMessage(), "10.0.0.9") {
			s.t.Errorf("entry = %v", e)
		}
	})
}

// An administrator who signs in by the provider only is one who can sign in.
func TestTheLastAdministratorMayBeFederated(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		admin := s.signIn("admin", adminPassword).GetSession().GetUser()
		_, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: admin.GetId()})
		s.refused(err, apierr.KindPrecondition, apierr.ReasonLastAdministrator)
		must[*configv1.CreateSessionResponse](s.t)(s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "1", Username: "root", Role: administrator}))
		if _, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: admin.GetId()}); err != nil {
			s.t.Error(err)
		}
	})
}

func TestSignOutIsWrittenDownOnce(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		token := s.signIn("admin", adminPassword).GetToken()
		for range 2 {
			if _, err := s.sessions.DeleteSession(s.by("gateway"), &configv1.DeleteSessionRequest{Token: token}); err != nil {
				s.t.Fatal(err)
			}
		}
		if e := s.logged("sign out"); e.GetActor() != "admin" || e.GetMessage() != "session from 10.0.0.1" || s.count("sign out") != 1 {
			s.t.Errorf("%d entries, %v", s.count("sign out"), e)
		}
	})
}
