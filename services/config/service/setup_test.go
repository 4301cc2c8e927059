package service_test

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config/service"
)

func (s *site) setup(code, username, password, siteName string) (*configv1.CreateSessionResponse, error) {
	return s.sessions.Setup(s.by("gateway"), &configv1.SetupRequest{
		SetupCode: code, Username: username, Password: password, SiteName: siteName, RemoteAddress: "10.0.0.1",
	})
}

func (s *site) setupRequired() bool {
	s.t.Helper()
	return must[*configv1.GetSetupResponse](s.t)(s.sessions.GetSetup(s.by("gateway"), &configv1.GetSetupRequest{})).GetRequired()
}

func TestSetupWithTheCode(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		code := s.service.SetupCode()
		if !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
			s.t.Fatalf("setup code = %q", code)
		}
		if !s.setupRequired() {
			s.t.Error("no setup is required")
		}
		_, err := s.setup("AAAA-AAAA-AAAA-AAAA", "ann", adminPassword, "")
		s.refused(err, apierr.KindPermissionDenied, apierr.ReasonSetupCodeWrong)
		_, err = s.setup(code, "ann", "short", "")
		s.refused(err, apierr.KindInvalid, apierr.ReasonPasswordWeak)
		_, err = s.setup(code, "ann", adminPassword, strings.Repeat("x", 65))
		s.refusedField(err, "siteName")
		if !s.setupRequired() {
			s.t.Fatal("a refused setup made an administrator")
		}
		typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
		got := must[*configv1.CreateSessionResponse](s.t)(s.setup(typed, "ann", adminPassword, "Nairobi HQ"))
		if got.GetSession().GetUser().GetRole() != administrator || s.signedIn(got.GetToken()) != nil {
			s.t.Errorf("session = %v", got)
		}
		if s.setupRequired() || s.getSettings().GetSiteName() != "Nairobi HQ" {
			s.t.Error("setup is still required, or the site has no name")
		}
		for _, replay := range []string{code, "wrong"} {
			_, err = s.setup(replay, "eve", adminPassword, "")
			s.refused(err, apierr.KindNotFound, apierr.ReasonSetupDone)
		}
		s.start()
		if s.service.SetupCode() != "" {
			s.t.Error("a restart printed a setup code although there is an administrator")
		}
	})
}

func TestEveryStartBeforeSetupGivesACode(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		first := s.service.SetupCode()
		s.start()
		second := s.service.SetupCode()
		if first == second || second == "" {
			s.t.Errorf("codes = %q, %q", first, second)
		}
		// The first one stays good: another replica may have printed it.
		must[*configv1.CreateSessionResponse](s.t)(s.setup(first, "ann", adminPassword, ""))
		_, err := s.setup(second, "eve", adminPassword, "")
		s.refused(err, apierr.KindNotFound, apierr.ReasonSetupDone)
	})
}

func TestSetupCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		for range 5 {
			_, err := s.setup("wrong", "eve", adminPassword, "")
			s.refused(err, apierr.KindPermissionDenied, apierr.ReasonSetupCodeWrong)
		}
		_, err := s.setup(s.service.SetupCode(), "eve", adminPassword, "")
		s.refused(err, apierr.KindExhausted, apierr.ReasonSignInLocked)
	})
}

func TestOnlyOneSetupWins(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { _, errs[i] = s.setup(s.service.SetupCode(), "ann"+strings.Repeat("x", i), adminPassword, "") })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			s.refused(err, apierr.KindNotFound, apierr.ReasonSetupDone)
		}
		if won != 1 {
			s.t.Errorf("%d setups won, want 1", won)
		}
	})
}

func TestAdministratorFromTheEnvironment(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		if s.service.SetupCode() != "" || s.setupRequired() {
			s.t.Error("setup is required although the password was given")
		}
		s.signIn("admin", adminPassword)
		// The password counts at the first start only.
		s.settings.AdminPassword = "something else entirely"
		s.start()
		s.signIn("admin", adminPassword)
	})
}

func TestAWeakAdministratorPasswordStopsTheStart(t *testing.T) {
	t.Parallel()
	eachWith(t, service.Settings{}, func(s *site) {
		s.settings.AdminPassword = "weak"
		_, err := service.OpenOn(s.t.Context(), s.settings, s.deps, s.db)
		s.refused(err, apierr.KindInvalid, apierr.ReasonPasswordWeak)
	})
}

func TestPrintSetupCode(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := service.PrintSetupCode(&out, ""); err != nil || out.Len() != 0 {
		t.Errorf("without a code: %q, %v", out.String(), err)
	}
	if err := service.PrintSetupCode(&out, "ABCD-EFGH"); err != nil || !strings.Contains(out.String(), "\n    ABCD-EFGH\n") {
		t.Errorf("with a code: %q, %v", out.String(), err)
	}
}

func TestSettingsFromFlags(t *testing.T) {
	t.Parallel()
	var settings service.ProcessSettings
	_, err := process.Parse(&settings, "edensync-config", "about",
		[]string{"--data=/x", "--secret-key-file=/y/key", "--admin-password=abc", "--audit-address=a:1"}, service.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	if settings.Data != "/x" || settings.SecretKeyFile != "/y/key" || settings.AdminPassword.Reveal() != "abc" || settings.Audit != "a:1" ||
		settings.Listen != "127.0.0.1:9101" {
		t.Errorf("settings = %+v", settings)
	}
}
