package service_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func (s *site) trySignIn(username, password, address string) (*configv1.CreateSessionResponse, error) {
	return s.sessions.CreateSession(s.by("gateway"), &configv1.CreateSessionRequest{Username: username, Password: password, RemoteAddress: address})
}

func (s *site) signIn(username, password string) *configv1.CreateSessionResponse {
	s.t.Helper()
	return must[*configv1.CreateSessionResponse](s.t)(s.trySignIn(username, password, "10.0.0.1"))
}

// signedIn is the error of asking who a session belongs to.
func (s *site) signedIn(token string) error {
	_, err := s.sessions.GetSession(s.by("gateway"), &configv1.GetSessionRequest{Token: token})
	return err
}

func TestWhatEndsSessions(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s *site, u *configv1.User) error{
		"new password": func(s *site, u *configv1.User) error {
			_, err := s.updateUser(&configv1.User{Id: u.GetId(), Password: "another good password"}, "password")
			return err
		},
		"new role": func(s *site, u *configv1.User) error {
			_, err := s.updateUser(&configv1.User{Id: u.GetId(), Role: viewer}, "role")
			return err
		},
		"disabled": func(s *site, u *configv1.User) error {
			_, err := s.updateUser(&configv1.User{Id: u.GetId(), Disabled: true}, "disabled")
			return err
		},
		"deleted": func(s *site, u *configv1.User) error {
			_, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: u.GetId()})
			return err
		},
		"everywhere": func(s *site, u *configv1.User) error {
			_, err := s.sessions.DeleteAllSessions(s.as("ann", "OPERATOR"), &configv1.DeleteAllSessionsRequest{UserId: u.GetId()})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(s *site) {
				ann := s.createUser(&configv1.User{Username: "ann", Role: operator})
				first, second := s.signIn("ann", "password of ann"), s.signIn("ann", "password of ann")
				other := s.signIn("admin", adminPassword)
				if err := end(s, ann); err != nil {
					s.t.Fatal(err)
				}
				for _, session := range []*configv1.CreateSessionResponse{first, second} {
					s.refused(s.signedIn(session.GetToken()), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
				}
				if err := s.signedIn(other.GetToken()); err != nil {
					s.t.Errorf("the session of somebody else: %v", err)
				}
			})
		})
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createUser(&configv1.User{Username: "Ann", Role: viewer})
		off := s.createUser(&configv1.User{Username: "off", Role: viewer})
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: off.GetId(), Disabled: true}, "disabled"))
		s.createUser(&configv1.User{Username: "machine", Role: peer})
		got := s.signIn("aNN", "password of Ann")
		session := got.GetSession()
		if len(got.GetToken()) != 43 || session.GetUser().GetUsername() != "Ann" || session.GetUser().GetLastSignInTime() == nil ||
			session.GetExpireTime().AsTime() != s.clock.Now().Add(7*24*time.Hour) || session.GetIdleExpireTime().AsTime() != s.clock.Now().Add(12*time.Hour) {
			s.t.Errorf("session = %v", got)
		}
		var stored int
		if err := s.db.Get(s.t.Context(), &stored, "SELECT count(*) FROM session WHERE hash = ?", got.GetToken()); err != nil || stored != 0 {
			s.t.Errorf("the secret itself is stored (%d, %v)", stored, err)
		}
		for username, password := range map[string]string{
			"Ann": "password of ann", "off": "password of off", "machine": "password of machine", "nobody": "x", "": "",
		} {
			_, err := s.trySignIn(username, password, "10.0.0.2")
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		for _, e := range s.log() {
			if strings.Contains(e.GetMessage()+e.GetActor(), "nobody") {
				s.t.Errorf("what was typed as an unknown name is in the log: %v", e)
			}
		}
	})
}

func TestSessionsEndByTime(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		idle := s.signIn("admin", adminPassword).GetToken()
		used := s.signIn("admin", adminPassword).GetToken()
		for range 6 {
			s.clock.advance(11 * time.Hour)
			if err := s.signedIn(used); err != nil {
				s.t.Fatalf("a used session ended: %v", err)
			}
		}
		s.refused(s.signedIn(idle), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		for s.clock.Now().Before(time.Date(2026, 3, 11, 5, 6, 6, 0, time.UTC)) {
			s.clock.advance(time.Hour)
			_ = s.signedIn(used)
		}
		s.clock.advance(time.Hour)
		s.refused(s.signedIn(used), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		if err := s.service.Purge(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		var left int
		if err := s.db.Get(s.t.Context(), &left, "SELECT count(*) FROM session"); err != nil || left != 0 {
			s.t.Errorf("%d ended sessions are kept, %v", left, err)
		}
	})
}

func TestSignOutAndRotation(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		first := s.signIn("admin", adminPassword).GetToken()
		second := must[*configv1.CreateSessionResponse](s.t)(s.sessions.CreateSession(s.by("gateway"), &configv1.CreateSessionRequest{
			Username: "admin", Password: adminPassword, ReplacedToken: first,
		})).GetToken()
		s.refused(s.signedIn(first), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		for range 2 { // signing out twice is no error
			if _, err := s.sessions.DeleteSession(s.by("gateway"), &configv1.DeleteSessionRequest{Token: second}); err != nil {
				s.t.Error(err)
			}
		}
		s.refused(s.signedIn(second), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		s.refused(s.signedIn(""), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		mine, other := s.signIn("admin", adminPassword).GetToken(), s.signIn("admin", adminPassword).GetToken()
		change := func(token, current, next string) (*configv1.CreateSessionResponse, error) {
			return s.sessions.ChangePassword(s.by("gateway"), &configv1.ChangePasswordRequest{Token: token, CurrentPassword: current, NewPassword: next})
		}
		_, err := change("none", adminPassword, "a new long password")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		_, err = change(mine, "wrong", "a new long password")
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonCredentialsWrong)
		_, err = change(mine, adminPassword, "short")
		s.refused(err, apierr.KindInvalid, apierr.ReasonPasswordWeak)
		if err := s.signedIn(other); err != nil {
			s.t.Errorf("a refused change ended a session: %v", err)
		}
		got := must[*configv1.CreateSessionResponse](s.t)(change(mine, adminPassword, "a new long password"))
		for _, ended := range []string{mine, other} {
			s.refused(s.signedIn(ended), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		}
		if err := s.signedIn(got.GetToken()); err != nil {
			s.t.Errorf("the new session: %v", err)
		}
		s.signIn("admin", "a new long password")
		_, err = s.trySignIn("admin", adminPassword, "10.0.0.1")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
	})
}

func TestFailuresLockAccountAndAddress(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		wrong := func(address string) error {
			_, err := s.trySignIn("admin", "wrong password", address)
			return err
		}
		wait := time.Second
		for range 5 {
			s.refused(wrong("10.0.0.9"), apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		for range 3 { // 1 s, 2 s, 4 s
			_, err := s.trySignIn("admin", adminPassword, "10.0.0.9")
			s.refused(err, apierr.KindExhausted, apierr.ReasonSignInLocked)
			if e, _ := apierr.As(err); e == nil || e.RetryAfter != wait {
				s.t.Errorf("error = %v, want a delay of %v", err, wait)
			}
			s.clock.advance(wait)
			s.refused(wrong("10.0.0.9"), apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
			wait *= 2
		}
		s.signIn("admin", adminPassword) // another address is free
		s.clock.advance(wait)
		if _, err := s.trySignIn("admin", adminPassword, "10.0.0.9"); err != nil {
			s.t.Errorf("after the delay: %v", err)
		}
		s.refused(wrong("10.0.0.9"), apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong) // a success has cleared the count
	})
}

func TestFailuresOfManyAccountsLockTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		for i := range 30 {
			_, err := s.trySignIn("guess"+strings.Repeat("x", i), "wrong", "2001:db8::"+string(rune('a'+i%6)))
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		_, err := s.trySignIn("admin", adminPassword, "2001:db8::ffff")
		s.refused(err, apierr.KindExhausted, apierr.ReasonSignInLocked)
		if _, err := s.trySignIn("admin", adminPassword, "2001:db8:0:1::1"); err != nil {
			s.t.Errorf("another network: %v", err)
		}
	})
}
