package service_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config/password"
	"github.com/edensync/edensync/services/config/service"
)

func TestCFG026_RefusedWritesAreAudited(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		before := s.createRepository(&configv1.Repository{Name: "Kenya"})
		for _, role := range []string{"OPERATOR", "VIEWER", "PEER"} {
			ctx := s.as("mallory", role)
			for action, call := range map[string]func() error{
				"update settings": func() error {
					_, err := s.sites.UpdateSettings(ctx, &configv1.UpdateSettingsRequest{Settings: &configv1.Settings{SiteName: "owned"}})
					return err
				},
				"create repository": func() error {
					_, err := s.repos.CreateRepository(ctx, &configv1.CreateRepositoryRequest{Repository: &configv1.Repository{Name: "owned"}})
					return err
				},
				"update repository": func() error {
					_, err := s.repos.UpdateRepository(ctx, &configv1.UpdateRepositoryRequest{
						Repository: &configv1.Repository{Id: before.GetId(), Name: "owned"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"name"}},
					})
					return err
				},
				"delete repository": func() error {
					_, err := s.repos.DeleteRepository(ctx, &configv1.DeleteRepositoryRequest{Id: before.GetId()})
					return err
				},
				"create task": func() error {
					_, err := s.tasks.CreateTask(ctx, &configv1.CreateTaskRequest{Task: &configv1.Task{RepositoryId: before.GetId(), ResourceName: "org_office"}})
					return err
				},
				"create user": func() error {
					_, err := s.users.CreateUser(ctx, &configv1.CreateUserRequest{User: &configv1.User{Username: "eve", Role: administrator, Password: adminPassword}})
					return err
				},
				"create token": func() error {
					_, err := s.tokens.CreateToken(ctx, &configv1.CreateTokenRequest{Token: &configv1.Token{Name: "x", Role: administrator}})
					return err
				},
			} {
				s.refused(call(), apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
				entry := s.logged(action)
				if entry.GetActor() != "mallory" || entry.GetResult() != auditv1.Result_RESULT_ERROR || entry.GetReason() != "PERMISSION_DENIED" ||
					entry.GetMode() != auditv1.Mode_MODE_NONE {
					s.t.Errorf("%s by %s: entry = %v", action, role, entry)
				}
			}
		}
		if got := s.repository(before.GetId()); got.GetEtag() != before.GetEtag() || s.getSettings().GetSiteName() != "edensync" {
			s.t.Error("a refused write changed something")
		}
		// Reading without permission is refused, too, but is no attempt to change anything.
		entries := len(s.log())
		_, err := s.users.ListUsers(s.as("mallory", "VIEWER"), &configv1.ListUsersRequest{})
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonPermissionDenied)
		if len(s.log()) != entries {
			s.t.Error("a refused read was audited as a change")
		}
	})
}

func TestCFG023_SecretsAreNeverAnswered(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		const planted = "PLANTED-SECRET"
		must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{ProxyUrl: "http://u:" + planted + "-1@proxy:1"}, "proxy_url"))
		r := s.createRepository(&configv1.Repository{
			Name: "Kenya", Url: "https://k.org", Username: "u", Password: planted + "-2", ProxyUrl: "socks5://u:" + planted + "-3@proxy:1",
		})
		u := s.createUser(&configv1.User{Username: "ann", Role: administrator, Password: planted + "-4"})
		token := must[*configv1.Token](s.t)(s.createToken(&configv1.Token{Name: "x", Role: viewer}, ""))
		session := s.signIn("ann", planted+"-4")
		s.answers.texts = nil // both secrets were rightly answered, this once

		_, _ = s.update(r)
		_, _ = s.update(&configv1.Repository{Id: r.GetId(), Password: planted + "-5\n"}, "password")
		_, _ = s.update(&configv1.Repository{Id: r.GetId(), ProxyUrl: "ftp://u:" + planted + "-6@x"}, "proxy_url")
		_, _ = s.update(&configv1.Repository{Id: r.GetId(), Url: "https://u:" + planted + "-7@x"}, "url")
		_, _ = s.update(&configv1.Repository{Id: r.GetId(), Password: planted + "-8", Etag: "stale"}, "password")
		_, _ = s.updateUser(&configv1.User{Id: u.GetId(), Password: planted + "-9\n"}, "password")
		_, _ = s.trySignIn("ann", planted+"-10", "10.0.0.2")
		_, _ = s.sessions.ChangePassword(s.by("gateway"), &configv1.ChangePasswordRequest{
			Token: session.GetToken(), CurrentPassword: planted + "-4", NewPassword: planted[:9],
		})
		_, _ = s.authenticate("ann", planted+"-4", "")
		_, _ = s.bearer(token.GetSecret())
		_ = s.signedIn(session.GetToken())
		for _, list := range []func() error{
			func() error {
				_, err := s.repos.ListRepositories(s.admin(), &configv1.ListRepositoriesRequest{})
				return err
			},
			func() error { _, err := s.users.ListUsers(s.admin(), &configv1.ListUsersRequest{}); return err },
			func() error { _, err := s.tokens.ListTokens(s.admin(), &configv1.ListTokensRequest{}); return err },
			func() error {
				_, err := s.sites.GetSettings(s.admin(), &configv1.GetSettingsRequest{})
				return err
			},
			func() error { _, err := s.sites.GetStatus(s.admin(), &configv1.GetStatusRequest{}); return err },
		} {
			if err := list(); err != nil {
				s.t.Error(err)
			}
		}
		if len(s.answers.texts) < 15 {
			s.t.Fatalf("only %d answers were heard", len(s.answers.texts))
		}
		secrets := []string{planted, token.GetSecret(), session.GetToken(), "$argon2id$"}
		texts := s.answers.texts
		for _, e := range s.log() {
			texts = append(texts, "log: "+e.String())
		}
		for _, text := range texts {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					s.t.Errorf("a secret was told: %q", text)
				}
			}
		}
		// The workers get what they need.
		if e := s.exchange(r.GetId()); e.GetPassword() != planted+"-2" {
			s.t.Errorf("password for workers = %q", e.GetPassword())
		}
	})
}

func TestRotateSecretKey(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Username: "u", Password: "first-secret", ProxyUrl: "http://u:pw@p:1"})
		for range 3 {
			if n, err := s.service.RotateSecretKey(s.t.Context()); err != nil || n != 3 {
				s.t.Fatalf("RotateSecretKey = %d, %v; want 3 secrets", n, err)
			}
		}
		s.start() // with nothing but the file
		if e := s.exchange(r.GetId()); e.GetPassword() != "first-secret" || e.GetProxyUrl() != "http://u:pw@p:1" {
			s.t.Errorf("after rotations: %q, %q", e.GetPassword(), e.GetProxyUrl())
		}
		if n := s.count("rotate secret key"); n != 3 {
			s.t.Errorf("%d entries", n)
		}
	})
}

func TestALostKeyFileStopsTheStart(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		path := filepath.Join(s.settings.Data, "secrets.key")
		open := func() error {
			_, err := service.OpenOn(s.t.Context(), s.settings, s.deps, s.db)
			return err
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			s.t.Fatal(err)
		}
		s.refused(open(), apierr.KindPrecondition, apierr.ReasonSecretKeyMissing)
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			s.t.Error("a new key file was made over a database with secrets")
		}
		if err := os.WriteFile(path, kept, 0o600); err != nil {
			s.t.Fatal(err)
		}
		if err := open(); err != nil {
			s.t.Errorf("with the file put back: %v", err)
		}
	})
}

// TestOpenAndRun opens the service as a process does and lets it deliver.
func TestOpenAndRun(t *testing.T) {
	t.Parallel()
	delivered := make(chan string, 16)
	settings := service.Settings{DatabaseSettings: process.DatabaseSettings{Data: filepath.Join(t.TempDir(), "new")}, AdminPassword: adminPassword}
	opened, err := service.Open(t.Context(), settings, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now, Audit: channel(delivered), PasswordCost: password.Cost{MemoryKiB: 64, Passes: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- opened.Run(ctx) }()
	if action := <-delivered; action != "create first administrator" {
		t.Errorf("delivered %q", action)
	}
	cancel()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if err := opened.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := opened.Ready(t.Context()); err == nil {
		t.Error("ready although it is closed")
	}
}

// channel is an audit service that tells the actions of entries.
type channel chan<- string

func (c channel) WriteLogEntries(
	_ context.Context, in *auditv1.WriteLogEntriesRequest, _ ...grpc.CallOption,
) (*auditv1.WriteLogEntriesResponse, error) {
	for _, e := range in.GetLogEntries() {
		c <- e.GetAction()
	}
	return &auditv1.WriteLogEntriesResponse{}, nil
}
