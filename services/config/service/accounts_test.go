package service_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const (
	administrator = configv1.Role_ROLE_ADMINISTRATOR
	operator      = configv1.Role_ROLE_OPERATOR
	viewer        = configv1.Role_ROLE_VIEWER
	peer          = configv1.Role_ROLE_PEER
)

func (s *site) updateUser(u *configv1.User, paths ...string) (*configv1.User, error) {
	return s.users.UpdateUser(s.admin(), &configv1.UpdateUserRequest{User: u, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
}

func (s *site) theAdmin() *configv1.User {
	s.t.Helper()
	page := must[*configv1.ListUsersResponse](s.t)(s.users.ListUsers(s.admin(), &configv1.ListUsersRequest{Query: "ADMIN"}))
	if len(page.GetUsers()) != 1 {
		s.t.Fatalf("administrators = %v", page)
	}
	return page.GetUsers()[0]
}

func TestCreateUser(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		got := s.createUser(&configv1.User{Username: " Kenya Peer ", Role: peer, RepositoryId: r.GetId()})
		want := &configv1.User{
			Id: got.GetId(), Username: "Kenya Peer", Role: peer, RepositoryId: r.GetId(),
			CreateTime: timestamppb.New(s.clock.Now()), UpdateTime: timestamppb.New(s.clock.Now()), Etag: got.GetEtag(),
		}
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
		create := func(u *configv1.User) error {
			_, err := s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: u})
			return err
		}
		const good = "good enough password"
		s.refused(create(&configv1.User{Username: "KENYA peer", Role: viewer, Password: good}), apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		for field, u := range map[string]*configv1.User{
			"username":     {Username: "", Role: viewer, Password: good},
			"role":         {Username: "x", Password: good},
			"language":     {Username: "x", Role: viewer, Password: good, Language: "français"},
			"repositoryId": {Username: "x", Role: viewer, Password: good, RepositoryId: r.GetId()},
		} {
			s.refusedField(create(u), field)
		}
		s.refusedField(create(&configv1.User{Username: "a:b", Role: viewer, Password: good}), "username")
		s.refusedField(create(&configv1.User{Username: "x", Role: peer, Password: good, RepositoryId: "none"}), "repositoryId")
		for _, password := range []string{"short", strings.Repeat("a", 10), strings.Repeat("ab", 513), "line\nbreak in it", "longusername"} {
			s.refused(create(&configv1.User{Username: "LongUsername", Role: viewer, Password: password}), apierr.KindInvalid, apierr.ReasonPasswordWeak)
		}
	})
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		admin := s.theAdmin()
		refused := func(err error) {
			s.t.Helper()
			s.refused(err, apierr.KindPrecondition, apierr.ReasonLastAdministrator)
		}
		demote := func() error {
			_, err := s.updateUser(&configv1.User{Id: admin.GetId(), Role: operator}, "role")
			return err
		}
		disable := func() error {
			_, err := s.updateUser(&configv1.User{Id: admin.GetId(), Disabled: true}, "disabled")
			return err
		}
		remove := func() error {
			_, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: admin.GetId()})
			return err
		}
		second := s.createUser(&configv1.User{Username: "bea", Role: administrator})
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: second.GetId(), Disabled: true}, "disabled"))
		refused(demote()) // the other one is disabled
		refused(disable())
		refused(remove())
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: admin.GetId(), Username: "root"}, "username"))
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: second.GetId()}, "disabled"))
		if err := demote(); err != nil {
			s.t.Errorf("with another administrator: %v", err)
		}
		if err := remove(); err != nil {
			s.t.Errorf("an operator: %v", err)
		}
	})
}

func TestUpdateUser(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		ann := s.createUser(&configv1.User{Username: "ann", Role: viewer})
		s.createUser(&configv1.User{Username: "bob", Role: viewer})
		_, err := s.updateUser(&configv1.User{Id: ann.GetId(), Username: "BOB"}, "username")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		_, err = s.updateUser(&configv1.User{Id: ann.GetId(), Disabled: true, Etag: "stale"}, "disabled")
		s.refused(err, apierr.KindStale, apierr.ReasonStale)
		_, err = s.updateUser(&configv1.User{Id: ann.GetId()}, "password")
		s.refusedField(err, "password")
		_, err = s.updateUser(&configv1.User{Id: "none", Password: "good enough password"}, "password")
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
		got := must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: ann.GetId(), Username: "Ann B", Role: operator, Etag: ann.GetEtag()}))
		if got.GetUsername() != "Ann B" || got.GetRole() != operator || got.GetEtag() == ann.GetEtag() {
			s.t.Errorf("updated = %v", got)
		}
		s.signIn("ann b", "password of ann")
		contains(s.t, s.logged("update user").GetMessage(), "ann", "username: ann → Ann B", "role: VIEWER → OPERATOR")
	})
}

func (s *site) createToken(token *configv1.Token, requestID string) (*configv1.Token, error) {
	return s.tokens.CreateToken(s.admin(), &configv1.CreateTokenRequest{Token: token, RequestId: requestID})
}

func (s *site) bearer(secret string) (*configv1.AuthenticateTokenResponse, error) {
	return s.sessions.AuthenticateToken(s.by("gateway"), &configv1.AuthenticateTokenRequest{Secret: secret})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		made := must[*configv1.Token](s.t)(s.createToken(&configv1.Token{Name: "Backup", Role: viewer, ExpireTime: timestamppb.New(s.clock.Now().Add(time.Hour))}, "t1"))
		if !strings.HasPrefix(made.GetSecret(), "edst_") || len(made.GetSecret()) != 48 || made.GetUsername() != "admin" || made.GetUserId() != s.theAdmin().GetId() {
			s.t.Errorf("token = %v", made)
		}
		_, err := s.createToken(&configv1.Token{Name: "Backup", Role: viewer, ExpireTime: made.GetExpireTime()}, "t1")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		_, err = s.createToken(&configv1.Token{Name: "BACKUP", Role: viewer}, "")
		s.refused(err, apierr.KindAlreadyExists, apierr.ReasonAlreadyExists)
		for field, token := range map[string]*configv1.Token{
			"name": {Role: viewer}, "role": {Name: "x", Role: peer},
			"expireTime": {Name: "x", Role: viewer, ExpireTime: timestamppb.New(s.clock.Now())},
		} {
			_, err := s.createToken(token, "")
			s.refusedField(err, field)
		}
		got := must[*configv1.AuthenticateTokenResponse](s.t)(s.bearer(made.GetSecret()))
		if got.GetRole() != viewer || got.GetName() != "Backup" || got.GetUser().GetUsername() != "admin" || got.GetTokenId() != made.GetId() {
			s.t.Errorf("bearer = %v", got)
		}
		list := must[*configv1.ListTokensResponse](s.t)(s.tokens.ListTokens(s.admin(), &configv1.ListTokensRequest{}))
		if len(list.GetTokens()) != 1 || list.GetTokens()[0].GetSecret() != "" || list.GetTokens()[0].GetLastUseTime() == nil {
			s.t.Errorf("list = %v", list)
		}
		s.clock.advance(time.Hour)
		_, err = s.bearer(made.GetSecret())
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonTokenInvalid)
	})
}

func TestTokensEndWithTheirOwner(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		bea := s.createUser(&configv1.User{Username: "bea", Role: administrator})
		ctx := s.as("bea", "ADMINISTRATOR")
		made := must[*configv1.Token](s.t)(s.tokens.CreateToken(ctx, &configv1.CreateTokenRequest{Token: &configv1.Token{Name: "x", Role: administrator}}))
		role := func() configv1.Role {
			s.t.Helper()
			return must[*configv1.AuthenticateTokenResponse](s.t)(s.bearer(made.GetSecret())).GetRole()
		}
		if role() != administrator {
			s.t.Error("not an administrator's token")
		}
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: bea.GetId(), Role: viewer}, "role"))
		if role() != viewer {
			s.t.Error("the token outgrew its owner")
		}
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: bea.GetId(), Disabled: true}, "disabled"))
		_, err := s.bearer(made.GetSecret())
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonTokenInvalid)
		must[*configv1.User](s.t)(s.updateUser(&configv1.User{Id: bea.GetId()}, "disabled"))
		if role() != viewer {
			s.t.Error("the token did not come back")
		}
		if _, err := s.tokens.DeleteToken(s.admin(), &configv1.DeleteTokenRequest{Id: made.GetId()}); err != nil {
			s.t.Fatal(err)
		}
		for _, secret := range []string{made.GetSecret(), "", "edst_x"} {
			_, err = s.bearer(secret)
			s.refused(err, apierr.KindUnauthenticated, apierr.ReasonTokenInvalid)
		}
	})
}
