package service_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config/service"
)

// planted stands in every secret that the changes below carry.
const planted = "geheim"

// silent are methods that change nothing that people have configured.
var silent = map[string]bool{
	configv1.ExchangeService_AuthenticatePeer_FullMethodName:   true, // transfer writes an entry of the exchange
	configv1.ExchangeService_ClaimRegistration_FullMethodName:  true, // a lease
	configv1.ExchangeService_ReportRegistration_FullMethodName: true, // transfer writes an entry of the registration
	configv1.ExchangeService_ReportContact_FullMethodName:      true, // times and clocks
	configv1.SessionService_AuthenticateToken_FullMethodName:   true, // with every request of a program
}

// change is one call of a method, and the entry that it must leave.
type change struct {
	method, action, actor string
	says                  []string // parts of the message
	do                    func(s *site) error
}

// story are the changes in an order in which they work. Later ones find what earlier ones have kept.
type story struct {
	repository *configv1.Repository
	user       *configv1.User
	code       string // of the invitation
	token      string // of the session
	key        string // id of an API token
}

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

func (k *story) ofSite() []change {
	const s, r, t = "/edensync.config.v1.SettingsService/", "/edensync.config.v1.RepositoryService/", "/edensync.config.v1.TaskService/"
	return []change{
		{s + "UpdateSettings", "update settings", "admin", []string{"siteName: edensync → Hub", "proxyUrl"}, func(s *site) error {
			_, err := s.updateSettings(&configv1.Settings{SiteName: "Hub", ProxyUrl: "http://u:" + planted + "@proxy:3128"}, "site_name", "proxy_url")
			return err
		}},
		{r + "CreateRepository", "create repository", "admin", []string{"name: Kenya", "url: https://k.example.org/eden", "password: "}, func(s *site) (err error) {
			k.repository, err = s.repos.CreateRepository(s.admin(), &configv1.CreateRepositoryRequest{Repository: &configv1.Repository{
				Name: "Kenya", Url: "https://k.example.org/eden", Username: "u", Password: planted, Uuid: "urn:k",
			}})
			return err
		}},
		{r + "UpdateRepository", "update repository", "admin", []string{"name: Kenya → Nairobi", "password replaced"}, func(s *site) error {
			_, err := s.update(&configv1.Repository{Id: k.repository.GetId(), Name: "Nairobi", Password: planted + "2"}, "name", "password")
			return err
		}},
		{r + "PauseRepository", "pause repository", "admin", nil, func(s *site) error {
			_, err := s.repos.PauseRepository(s.admin(), &configv1.PauseRepositoryRequest{Id: k.repository.GetId()})
			return err
		}},
		{r + "ResumeRepository", "resume repository", "admin", nil, func(s *site) error {
			_, err := s.repos.ResumeRepository(s.admin(), &configv1.ResumeRepositoryRequest{Id: k.repository.GetId()})
			return err
		}},
		{t + "CreateTask", "create task", "admin", []string{"mode: PULL; strategy: "}, func(s *site) error {
			return s.tryTask(&configv1.Task{RepositoryId: k.repository.GetId(), ResourceName: "org_office", Mode: configv1.TaskMode_TASK_MODE_PULL})
		}},
		{t + "UpdateTask", "update task", "admin", []string{"mode: PULL → PUSH"}, func(s *site) error {
			_, err := s.updateTask(&configv1.Task{RepositoryId: k.repository.GetId(), ResourceName: "org_office", Mode: configv1.TaskMode_TASK_MODE_PUSH}, "mode")
			return err
		}},
		{t + "DeleteTask", "delete task", "admin", nil, func(s *site) error {
			_, err := s.tasks.DeleteTask(s.admin(), &configv1.DeleteTaskRequest{RepositoryId: k.repository.GetId(), ResourceName: "org_office"})
			return err
		}},
		{r + "DeleteRepository", "delete repository", "admin", nil, func(s *site) error {
			_, err := s.repos.DeleteRepository(s.admin(), &configv1.DeleteRepositoryRequest{Id: k.repository.GetId()})
			return err
		}},
		{"/edensync.config.v1.ExchangeService/RegisterPeer", "register repository", "", []string{"urn:new"}, func(s *site) error {
			_, err := s.register("urn:new", "Newcomer", "")
			return err
		}},
	}
}

func (k *story) ofAccounts() []change {
	const u, t = "/edensync.config.v1.UserService/", "/edensync.config.v1.TokenService/"
	return []change{
		{u + "CreateUser", "create user", "admin", []string{"username: amina", "role: OPERATOR", "invited"}, func(s *site) (err error) {
			k.user, err = s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: &configv1.User{Username: "amina", Role: operator}})
			return err
		}},
		{u + "InviteUser", "invite user", "admin", []string{"amina"}, func(s *site) error {
			invited, err := s.users.InviteUser(s.admin(), &configv1.InviteUserRequest{Id: k.user.GetId()})
			k.code = invited.GetInvitation().GetCode()
			return err
		}},
		{u + "UpdateUser", "update user", "admin", []string{"amina: role: OPERATOR → VIEWER"}, func(s *site) error {
			_, err := s.updateUser(&configv1.User{Id: k.user.GetId(), Role: viewer}, "role")
			return err
		}},
		{u + "GeneratePassword", "generate password", "admin", []string{"machine: password replaced"}, func(s *site) error {
			machine, err := s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: &configv1.User{Username: "machine", Role: peer}})
			s.log()
			if err == nil {
				_, err = s.users.GeneratePassword(s.admin(), &configv1.GeneratePasswordRequest{Id: machine.GetId()})
			}
			return err
		}},
		{t + "CreateToken", "create token", "admin", []string{"backup, role VIEWER"}, func(s *site) error {
			made, err := s.createToken(&configv1.Token{Name: "backup", Role: viewer}, "")
			k.key = made.GetId()
			return err
		}},
		{t + "DeleteToken", "delete token", "admin", []string{"backup"}, func(s *site) error {
			_, err := s.tokens.DeleteToken(s.admin(), &configv1.DeleteTokenRequest{Id: k.key})
			return err
		}},
	}
}

func (k *story) ofSessions() []change {
	const name = "/edensync.config.v1.SessionService/"
	keep := func(got *configv1.CreateSessionResponse, err error) error {
		k.token = got.GetToken()
		return err
	}
	return []change{
		{name + "AcceptInvitation", "accept invitation", "amina", nil, func(s *site) error { return keep(s.accept(k.code, "a "+planted+" of hers")) }},
		{name + "ChangePassword", "change password", "amina", []string{"password replaced"}, func(s *site) error {
			return keep(s.sessions.ChangePassword(s.by("gateway"), &configv1.ChangePasswordRequest{
				Token: k.token, CurrentPassword: "a " + planted + " of hers", NewPassword: "another " + planted + " of hers",
			}))
		}},
		{name + "UpdateOwnUser", "update user", "amina", []string{"language: fr"}, func(s *site) error {
			_, err := s.sessions.UpdateOwnUser(s.as("amina", "VIEWER"), &configv1.UpdateOwnUserRequest{
				Token: k.token, User: &configv1.User{Language: "fr"}, UpdateMask: mask("language"),
			})
			return err
		}},
		{name + "DeleteSession", "sign out", "amina", []string{"session from"}, func(s *site) error {
			_, err := s.sessions.DeleteSession(s.by("gateway"), &configv1.DeleteSessionRequest{Token: k.token})
			return err
		}},
		{name + "CreateSession", "sign in", "amina", []string{"from 10.0.0.1"}, func(s *site) error {
			return keep(s.trySignIn("amina", "another "+planted+" of hers", "10.0.0.1"))
		}},
		{name + "RevokeSession", "end session", "amina", []string{"10.0.0.1"}, func(s *site) error {
			own := s.ownSessions(k.token, "", 10)
			_, err := s.sessions.RevokeSession(s.as("amina", "VIEWER"), &configv1.RevokeSessionRequest{Token: k.token, Id: own.GetSessions()[0].GetId()})
			return err
		}},
		{name + "DeleteAllSessions", "sign out everywhere", "amina", []string{"amina"}, func(s *site) error {
			_, err := s.sessions.DeleteAllSessions(s.as("amina", "VIEWER"), &configv1.DeleteAllSessionsRequest{UserId: k.user.GetId()})
			return err
		}},
		{name + "CreateFederatedSession", "sign in", "eve", []string{"by " + issuer}, func(s *site) error {
			return keep(s.vouched(&configv1.CreateFederatedSessionRequest{Subject: "1", Username: "eve", Role: viewer}))
		}},
		{name + "ReportFailedSignIn", "sign in", "", []string{"expired"}, func(s *site) error {
			_, err := s.sessions.ReportFailedSignIn(s.by("gateway"), &configv1.ReportFailedSignInRequest{Issuer: issuer, Reason: "PROVIDER_REFUSED", Message: "expired"})
			return err
		}},
		{"/edensync.config.v1.UserService/DeleteUser", "delete user", "admin", []string{"amina"}, func(s *site) error {
			_, err := s.users.DeleteUser(s.admin(), &configv1.DeleteUserRequest{Id: k.user.GetId()})
			return err
		}},
	}
}

// TestEveryChangeIsWrittenDown goes through the contract: whatever does not only read leaves an entry that says who, what,
// and what it was before and after, without secrets. A method that is in none of the lists fails.
func TestEveryChangeIsWrittenDown(t *testing.T) {
	t.Parallel()
	left := changing()
	delete(left, configv1.SessionService_Setup_FullMethodName) // TestSetupIsWrittenDown
	for _, part := range [][]change{(&story{}).ofSite(), (&story{}).ofAccounts(), (&story{}).ofSessions()} {
		for _, c := range part {
			if !left[c.method] {
				t.Errorf("%s changes nothing, or is listed twice", c.method)
			}
			delete(left, c.method)
		}
	}
	for method := range left {
		t.Errorf("%s changes something, and nobody has looked whether it is written down", method)
	}
	each(t, func(s *site) {
		k := &story{}
		for _, c := range append(append(k.ofSite(), k.ofAccounts()...), k.ofSessions()...) {
			s.leaves(c)
		}
	})
}

// changing are the methods that do not only read.
func changing() map[string]bool {
	found := map[string]bool{}
	protoregistry.GlobalFiles.RangeFilesByPackage("edensync.config.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				verb := string(service.Methods().Get(j).Name())
				name := "/" + string(service.FullName()) + "/" + verb
				if !strings.HasPrefix(verb, "Get") && !strings.HasPrefix(verb, "List") && !silent[name] {
					found[name] = true
				}
			}
		}
		return true
	})
	return found
}

// leaves makes a change and looks at the entry that it leaves.
func (s *site) leaves(c change) {
	s.t.Helper()
	before := s.count(c.action)
	if err := c.do(s); err != nil {
		s.t.Fatalf("%s: %v", c.method, err)
	}
	if now := s.count(c.action); now != before+1 {
		s.t.Errorf("%s left %d entries %q", c.method, now-before, c.action)
	}
	e := s.logged(c.action)
	if e.GetActor() != c.actor || e.GetTime() == nil {
		s.t.Errorf("%s: entry = %v", c.method, e)
	}
	contains(s.t, e.GetMessage(), c.says...)
	for _, e := range s.log() {
		if strings.Contains(e.String(), planted) {
			s.t.Errorf("%s shows a secret: %v", c.method, e)
		}
	}
}

func TestSetupIsWrittenDown(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		must[*configv1.CreateSessionResponse](s.t)(s.setup(s.service.SetupCode(), "ann", "a "+planted+" of hers", ""))
		if e := s.logged("create first administrator"); e.GetActor() != "ann" || !strings.Contains(e.GetMessage(), "username: ann; role: ADMINISTRATOR") ||
			strings.Contains(e.String(), planted) {
			s.t.Errorf("entry = %v", e)
		}
	})
}

// A wrong password is written down with the account, and never with what was typed.
func TestFailedSignInIsWrittenDown(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		_, err := s.trySignIn("admin", planted, "10.0.0.3")
		s.refused(err, apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong)
		e := s.logged("sign in")
		if e.GetActor() != "admin" || e.GetReason() != "CREDENTIALS_WRONG" || !strings.Contains(e.GetMessage(), "10.0.0.3") || strings.Contains(e.String(), planted) {
			s.t.Errorf("entry = %v", e)
		}
	})
}
