package service_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const chosen = "several words of my own"

func (s *site) create(u *configv1.User, requestID string) *configv1.User {
	s.t.Helper()
	return must[*configv1.User](s.t)(s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: u, RequestId: requestID}))
}

func (s *site) accept(code, password string) (*configv1.CreateSessionResponse, error) {
	return s.sessions.AcceptInvitation(s.by("gateway"), &configv1.AcceptInvitationRequest{Code: code, Password: password, RemoteAddress: "10.0.0.1"})
}

func (s *site) invalid(code string) {
	s.t.Helper()
	_, err := s.accept(code, chosen)
	s.refused(err, apierr.KindPermissionDenied, apierr.ReasonInvitationInvalid)
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		ann := s.create(&configv1.User{Username: "ann", Role: operator, Language: "fr"}, "once")
		code := ann.GetInvitation().GetCode()
		if !strings.HasPrefix(code, "edin_") || len(code) != 48 || !ann.GetInvited() || ann.GetLanguage() != "fr" || ann.GetGeneratedPassword() != "" ||
			!ann.GetInvitation().GetExpireTime().AsTime().Equal(s.clock.Now().Add(7*24*time.Hour)) {
			s.t.Errorf("invited = %v", ann)
		}
		if again := s.create(&configv1.User{Username: "ann", Role: operator, Language: "fr"}, "once"); again.GetId() != ann.GetId() || again.GetInvitation() != nil {
			s.t.Errorf("the same request again = %v", again)
		}
		if listed := must[*configv1.User](s.t)(s.users.GetUser(s.admin(), &configv1.GetUserRequest{Id: ann.GetId()})); listed.GetInvitation() != nil || !listed.GetInvited() {
			s.t.Errorf("listed = %v", listed)
		}
		for _, password := range []string{"", code, chosen} {
			_, err := s.trySignIn("ann", password, "10.0.0.2")
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		}
		s.invalid("edin_wrong")
		s.invalid("")
		_, err := s.accept(code, "short")
		s.refused(err, apierr.KindInvalid, apierr.ReasonPasswordWeak)
		got := must[*configv1.CreateSessionResponse](s.t)(s.accept(code, chosen))
		if u := got.GetSession().GetUser(); u.GetUsername() != "ann" || u.GetInvited() || s.signedIn(got.GetToken()) != nil {
			s.t.Errorf("session = %v", got)
		}
		if entry := s.logged("accept invitation"); entry.GetActor() != "ann" || entry.GetMode() != auditv1.Mode_MODE_LOGIN {
			s.t.Errorf("entry = %v", entry)
		}
		s.invalid(code)
		s.signIn("ann", chosen)
		for _, e := range s.log() {
			if strings.Contains(e.String(), code) || strings.Contains(e.String(), chosen) {
				s.t.Errorf("a secret is in the log: %v", e)
			}
		}
	})
}

func TestWhatEndsInvitations(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s *site, u *configv1.User) error{
		"time": func(s *site, _ *configv1.User) error { s.clock.advance(7 * 24 * time.Hour); return nil },
		"another invitation": func(s *site, u *configv1.User) error {
			_, err := s.users.InviteUser(s.admin(), &configv1.InviteUserRequest{Id: u.GetId()})
			return err
		},
		"a password": func(s *site, u *configv1.User) error {
			_, err := s.updateUser(&configv1.User{Id: u.GetId(), Password: "another good password"}, "password")
			return err
		},
		"disabling": func(s *site, u *configv1.User) error {
			_, err := s.updateUser(&configv1.User{Id: u.GetId(), Disabled: true}, "disabled")
			return err
		},
		"deletion": func(s *site, u *configv1.User) error {
			_, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: u.GetId()})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(s *site) {
				ann := s.create(&configv1.User{Username: "ann", Role: viewer}, "")
				bob := s.create(&configv1.User{Username: "bob", Role: viewer}, "")
				if err := end(s, ann); err != nil {
					s.t.Fatal(err)
				}
				s.invalid(ann.GetInvitation().GetCode())
				if _, err := s.accept(bob.GetInvitation().GetCode(), chosen); (err == nil) != (name != "time") {
					s.t.Errorf("the invitation of somebody else: %v", err)
				}
			})
		})
	}
}

func TestAnInvitationResetsAPassword(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		ann := s.createUser(&configv1.User{Username: "ann", Role: viewer})
		session := s.signIn("ann", "password of ann").GetToken()
		invite := func(id, requestID string) (*configv1.User, error) {
			return s.users.InviteUser(s.admin(), &configv1.InviteUserRequest{Id: id, RequestId: requestID})
		}
		invited := must[*configv1.User](s.t)(invite(ann.GetId(), "r1"))
		if invited.GetInvited() {
			s.t.Errorf("an account with a password waits for its invitation: %v", invited)
		}
		_, err := invite(ann.GetId(), "r1")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		s.signIn("ann", "password of ann") // until the invitation is accepted
		must[*configv1.CreateSessionResponse](s.t)(s.accept(invited.GetInvitation().GetCode(), chosen))
		s.refused(s.signedIn(session), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		_, err = s.trySignIn("ann", "password of ann", "10.0.0.3")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)

		machine := s.createUser(&configv1.User{Username: "machine", Role: peer})
		off := s.createUser(&configv1.User{Username: "off", Role: viewer})
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: off.GetId(), Disabled: true}, "disabled"))
		for _, id := range []string{machine.GetId(), off.GetId()} {
			_, err = invite(id, "")
			s.refused(err, apierr.KindPrecondition, apierr.ReasonPrecondition)
		}
		_, err = invite("none", "")
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
	})
}

func TestWrongCodesLockTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		code := s.create(&configv1.User{Username: "ann", Role: viewer}, "").GetInvitation().GetCode()
		for range 5 {
			s.invalid("edin_guess")
		}
		_, err := s.accept(code, chosen)
		s.refused(err, apierr.KindExhausted, apierr.ReasonSignInLocked)
		s.clock.advance(time.Second)
		must[*configv1.CreateSessionResponse](s.t)(s.accept(code, chosen))
	})
}

func TestAnInvitedAdministratorIsNoLastOne(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.create(&configv1.User{Username: "bea", Role: administrator}, "")
		_, err := s.updateUser(&configv1.User{Id: s.theAdmin().GetId(), Disabled: true}, "disabled")
		s.refused(err, apierr.KindPrecondition, apierr.ReasonLastAdministrator)
	})
}

func TestPasswordsOfRemoteSites(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		made := s.create(&configv1.User{Username: "kenya", Role: peer}, "r1")
		if len(made.GetGeneratedPassword()) != 43 || made.GetInvitation() != nil || made.GetInvited() {
			s.t.Errorf("made = %v", made)
		}
		if again := s.create(&configv1.User{Username: "kenya", Role: peer}, "r1"); again.GetGeneratedPassword() != "" || again.GetId() != made.GetId() {
			s.t.Errorf("the same request again = %v", again)
		}
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("kenya", made.GetGeneratedPassword(), ""))
		generate := func(id, requestID string) (*configv1.User, error) {
			return s.users.GeneratePassword(s.admin(), &configv1.GeneratePasswordRequest{Id: id, RequestId: requestID})
		}
		next := must[*configv1.User](s.t)(generate(made.GetId(), "r2"))
		_, err := s.authenticate("kenya", made.GetGeneratedPassword(), "")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("kenya", next.GetGeneratedPassword(), ""))
		_, err = generate(made.GetId(), "r2")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		must[*configv1.AuthenticatePeerResponse](s.t)(s.authenticate("kenya", next.GetGeneratedPassword(), ""))
		_, err = generate(s.theAdmin().GetId(), "")
		s.refused(err, apierr.KindPrecondition, apierr.ReasonPrecondition)
		_, err = generate("none", "")
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
		for _, e := range s.log() {
			if strings.Contains(e.String(), made.GetGeneratedPassword()) || strings.Contains(e.String(), next.GetGeneratedPassword()) {
				s.t.Errorf("a password is in the log: %v", e)
			}
		}
	})
}

func (s *site) ownSessions(token, page string, size int32) *configv1.ListSessionsResponse {
	s.t.Helper()
	return must[*configv1.ListSessionsResponse](s.t)(s.sessions.ListSessions(s.by("gateway"), &configv1.ListSessionsRequest{
		Token: token, PageSize: size, PageToken: page,
	}))
}

func TestOwnSessions(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createUser(&configv1.User{Username: "ann", Role: viewer})
		foreign := s.signIn("ann", "password of ann").GetToken()
		var mine []string
		for range 3 {
			mine = append(mine, s.signIn("admin", adminPassword).GetToken())
			s.clock.advance(time.Minute)
		}
		var all []*configv1.Session
		page := ""
		for {
			answer := s.ownSessions(mine[1], page, 2)
			if answer.GetTotalSize() != 3 {
				s.t.Errorf("total = %d", answer.GetTotalSize())
			}
			all = append(all, answer.GetSessions()...)
			if page = answer.GetNextPageToken(); page == "" {
				break
			}
		}
		if len(all) != 3 || !all[1].GetCurrent() || all[0].GetCurrent() || all[2].GetCurrent() || all[0].GetRemoteAddress() != "10.0.0.1" ||
			all[0].GetUser().GetUsername() != "admin" || all[0].GetCreateTime().AsTime().Before(all[1].GetCreateTime().AsTime()) || all[0].GetLastUseTime() == nil {
			s.t.Fatalf("sessions = %v", all)
		}
		if got := must[*configv1.Session](s.t)(s.sessions.GetSession(s.by("gateway"), &configv1.GetSessionRequest{Token: mine[1]})); got.GetId() != all[1].GetId() || !got.GetCurrent() {
			s.t.Errorf("the own session = %v", got)
		}
		end := func(token, id string) error {
			_, err := s.sessions.RevokeSession(s.as("admin", "ADMINISTRATOR"), &configv1.RevokeSessionRequest{Token: token, Id: id})
			return err
		}
		s.refused(end(foreign, all[0].GetId()), apierr.KindNotFound, apierr.ReasonNotFound)
		s.refused(end("none", all[0].GetId()), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		s.refused(end(mine[1], mine[0]), apierr.KindNotFound, apierr.ReasonNotFound)
		if err := end(mine[1], all[0].GetId()); err != nil {
			s.t.Fatal(err)
		}
		s.refused(s.signedIn(mine[2]), apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		if s.signedIn(mine[0]) != nil || s.signedIn(mine[1]) != nil || s.signedIn(foreign) != nil {
			s.t.Error("another session ended, too")
		}
		if entry := s.logged("end session"); !strings.Contains(entry.GetMessage(), "10.0.0.1") || strings.Contains(entry.String(), mine[2]) {
			s.t.Errorf("entry = %v", entry)
		}
		_, err := s.sessions.ListSessions(s.by("gateway"), &configv1.ListSessionsRequest{Token: mine[2]})
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonSessionExpired)
		s.clock.advance(13 * time.Hour)
		last := s.signIn("admin", adminPassword).GetToken()
		if left := s.ownSessions(last, "", 0); len(left.GetSessions()) != 1 {
			s.t.Errorf("ended sessions are listed: %v", left)
		}
	})
}

func TestOwnUser(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createUser(&configv1.User{Username: "ann", Role: viewer})
		token := s.signIn("ann", "password of ann").GetToken()
		update := func(u *configv1.User, paths ...string) (*configv1.User, error) {
			return s.sessions.UpdateOwnUser(s.as("ann", "VIEWER"), &configv1.UpdateOwnUserRequest{
				Token: token, User: u, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
			})
		}
		got := must[*configv1.User](s.t)(update(&configv1.User{Language: "ar"}, "language"))
		if got.GetLanguage() != "ar" || got.GetUsername() != "ann" {
			s.t.Errorf("language = %v", got)
		}
		must[*configv1.User](s.t)(update(&configv1.User{Username: "anna"}, "username"))
		if s.signedIn(token) != nil {
			s.t.Error("another name ended the session")
		}
		s.signIn("anna", "password of ann")
		_, err := update(&configv1.User{Username: "ADMIN"}, "username")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		_, err = update(&configv1.User{Username: "x", Etag: "stale"}, "username")
		s.refused(err, apierr.KindStale, apierr.ReasonStale)
		for _, field := range []string{"role", "disabled", "password", "repository_id"} {
			_, err = update(&configv1.User{Role: administrator, Password: chosen}, field)
			s.refused(err, apierr.KindInvalid, apierr.ReasonReadOnlyField)
		}
		_, err = update(&configv1.User{Language: "x"}, "language")
		s.refusedField(err, "language")
		if u := must[*configv1.Session](s.t)(s.sessions.GetSession(s.by("gateway"), &configv1.GetSessionRequest{Token: token})).GetUser(); u.GetRole() != viewer || u.GetUsername() != "anna" {
			s.t.Errorf("in the end = %v", u)
		}
	})
}
