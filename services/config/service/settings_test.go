package service_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func (s *site) getSettings() *configv1.Settings {
	s.t.Helper()
	return must[*configv1.Settings](s.t)(s.sites.GetSettings(s.admin(), &configv1.GetSettingsRequest{}))
}

func (s *site) updateSettings(settings *configv1.Settings, paths ...string) (*configv1.Settings, error) {
	return s.sites.UpdateSettings(s.admin(), &configv1.UpdateSettingsRequest{
		Settings: settings, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
}

func TestCFG001_IdentityIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		first := s.getSettings()
		v4 := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		if !v4.MatchString(first.GetRepositoryUuid()) {
			s.t.Errorf("UUID = %q", first.GetRepositoryUuid())
		}
		var rows int
		if err := s.db.Get(s.t.Context(), &rows, "SELECT count(*) FROM settings"); err != nil || rows != 1 {
			s.t.Errorf("%d rows, %v", rows, err)
		}
		s.clock.advance(time.Hour)
		s.start()
		if d := cmp.Diff(first, s.getSettings(), protocmp.Transform()); d != "" {
			s.t.Errorf("a restart changed the settings:\n%s", d)
		}
	})
}

func TestDefaultSettings(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		got := s.getSettings()
		want := &configv1.Settings{
			RepositoryUuid: got.GetRepositoryUuid(), SiteName: "edensync", LogRetention: durationpb.New(28 * 24 * time.Hour),
			RecordHistoryRetention: durationpb.New(90 * 24 * time.Hour), FullPullInterval: durationpb.New(7 * 24 * time.Hour),
			PullOverlap: durationpb.New(2 * time.Second), MaxClockOffset: durationpb.New(30 * time.Second), MaxConcurrentRuns: 4,
			MaxAttachmentBytes: 64 << 20, CreateTime: got.GetCreateTime(), UpdateTime: got.GetUpdateTime(), Etag: got.GetEtag(),
		}
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Error(d)
		}
	})
}

func TestCFG002_IdentityCannotBeChanged(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		before := s.getSettings()
		other := proto.CloneOf(before)
		other.RepositoryUuid = "urn:uuid:11111111-1111-4111-8111-111111111111"
		for _, paths := range [][]string{nil, {"repository_uuid"}, {"*"}} {
			_, err := s.updateSettings(other, paths...)
			s.refused(err, apierr.KindInvalid, apierr.ReasonReadOnlyField)
		}
		_, err := s.updateSettings(&configv1.Settings{}, "repository_uuid")
		s.refused(err, apierr.KindInvalid, apierr.ReasonReadOnlyField)
		if got := s.getSettings().GetRepositoryUuid(); got != before.GetRepositoryUuid() {
			s.t.Errorf("UUID = %s", got)
		}
		// Sending the whole resource back with the same identity is no attempt to change it.
		same := proto.CloneOf(before)
		same.SiteName = "Nairobi HQ"
		got := must[*configv1.Settings](s.t)(s.updateSettings(same, "repository_uuid", "site_name", "etag", "create_time"))
		if got.GetSiteName() != "Nairobi HQ" {
			s.t.Errorf("site name = %q", got.GetSiteName())
		}
	})
}

func TestCFG003_DefaultProxy(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		_, err := s.updateSettings(&configv1.Settings{ProxyUrl: "no url"}, "proxy_url")
		s.refusedField(err, "proxyUrl")
		got := must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{ProxyUrl: "http://u:secret1234@proxy:3128/"}, "proxy_url"))
		if got.GetProxyUrl() != "http://u:***@proxy:3128" {
			s.t.Errorf("proxy = %s", got.GetProxyUrl())
		}
		site := must[*configv1.Site](s.t)(s.exchanges.GetSite(s.by("transfer"), &configv1.GetSiteRequest{}))
		if site.GetProxyUrl() != "http://u:secret1234@proxy:3128" {
			s.t.Errorf("proxy for workers = %s", site.GetProxyUrl())
		}
		// The whole resource sent back keeps the password.
		must[*configv1.Settings](s.t)(s.updateSettings(got))
		site = must[*configv1.Site](s.t)(s.exchanges.GetSite(s.by("transfer"), &configv1.GetSiteRequest{}))
		if site.GetProxyUrl() != "http://u:secret1234@proxy:3128" {
			s.t.Errorf("proxy after sending the mask back = %s", site.GetProxyUrl())
		}
		got = must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{}, "proxy_url"))
		if got.GetProxyUrl() != "" {
			s.t.Errorf("proxy = %q, want none", got.GetProxyUrl())
		}
	})
}

func TestUpdateSettings(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		before := s.getSettings()
		s.clock.advance(time.Minute)
		got := must[*configv1.Settings](s.t)(s.updateSettings(&configv1.Settings{
			SiteName: " Nairobi HQ ", PublicUrl: "HTTPS://Hq.example.org/", LogRetention: durationpb.New(0),
			ExposedResources: []string{"sync_log", "auth_user", "sync_log"}, Etag: before.GetEtag(), MaxConcurrentRuns: 9,
		}, "site_name", "public_url", "log_retention", "exposed_resources"))
		want := proto.CloneOf(before)
		want.SiteName, want.PublicUrl, want.LogRetention = "Nairobi HQ", "https://hq.example.org", durationpb.New(0)
		want.ExposedResources = []string{"auth_user", "sync_log"}
		want.Etag, want.UpdateTime = got.GetEtag(), got.GetUpdateTime()
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			s.t.Errorf("not exactly the named fields changed:\n%s", d)
		}
		if got.GetEtag() == before.GetEtag() || !got.GetUpdateTime().AsTime().After(before.GetUpdateTime().AsTime()) {
			s.t.Error("etag and update time stayed")
		}
		entry := s.logged("update settings")
		contains(s.t, entry.GetMessage(), "siteName: edensync → Nairobi HQ", "exposedResources: auth_user,sync_log")
		if entry.GetActor() != "admin" || entry.GetMode() != auditv1.Mode_MODE_NONE || entry.GetService() != "config" {
			s.t.Errorf("entry = %v", entry)
		}

		_, err := s.updateSettings(&configv1.Settings{SiteName: "Late", Etag: before.GetEtag()}, "site_name")
		s.refused(err, apierr.KindStale, apierr.ReasonStale)
		if e := s.logged("update settings"); e.GetResult() != auditv1.Result_RESULT_ERROR || e.GetReason() != string(apierr.ReasonStale) {
			s.t.Errorf("the refusal was logged as %v", e)
		}
		if s.getSettings().GetSiteName() != "Nairobi HQ" {
			s.t.Error("a stale update was stored")
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		before := s.getSettings()
		for field, c := range map[string]struct {
			settings *configv1.Settings
			name     string
		}{
			"site_name":                {&configv1.Settings{SiteName: "  "}, "siteName"},
			"public_url":               {&configv1.Settings{PublicUrl: "ftp://x"}, "publicUrl"},
			"log_retention":            {&configv1.Settings{LogRetention: durationpb.New(-time.Hour)}, "logRetention"},
			"record_history_retention": {&configv1.Settings{RecordHistoryRetention: durationpb.New(time.Second)}, "recordHistoryRetention"},
			"full_pull_interval":       {&configv1.Settings{FullPullInterval: durationpb.New(time.Second)}, "fullPullInterval"},
			"pull_overlap":             {&configv1.Settings{PullOverlap: durationpb.New(2 * time.Hour)}, "pullOverlap"},
			"max_clock_offset":         {&configv1.Settings{}, "maxClockOffset"},
			"max_concurrent_runs":      {&configv1.Settings{MaxConcurrentRuns: 65}, "maxConcurrentRuns"},
			"exposed_resources":        {&configv1.Settings{ExposedResources: []string{"no"}}, "exposedResources"},
			"max_attachment_bytes":     {&configv1.Settings{MaxAttachmentBytes: -1}, "maxAttachmentBytes"},
			"no_such_field":            {&configv1.Settings{}, "updateMask"},
		} {
			_, err := s.updateSettings(c.settings, field)
			s.refusedField(err, c.name)
		}
		_, err := s.updateSettings(&configv1.Settings{LogRetention: &durationpb.Duration{Seconds: 1 << 60}}, "log_retention")
		s.refusedField(err, "logRetention")
		if d := cmp.Diff(before, s.getSettings(), protocmp.Transform()); d != "" {
			s.t.Errorf("a refused update changed something:\n%s", d)
		}
	})
}

func TestStatus(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya"})
		s.createRepository(&configv1.Repository{Name: "Chad"})
		must[*configv1.ReportContactResponse](s.t)(s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
			RepositoryId: r.GetId(), ClockOffset: durationpb.New(-95 * time.Second),
		}))
		started := s.clock.Now()
		s.clock.advance(time.Minute)
		got := must[*configv1.Status](s.t)(s.sites.GetStatus(s.as("vera", "VIEWER"), &configv1.GetStatusRequest{}))
		if got.GetVersion() != "1.2.3" || got.GetSiteName() != "edensync" || got.GetRepositories() != 2 || got.GetRepositoriesOffClock() != 1 ||
			got.GetLargestClockOffset().AsDuration() != -95*time.Second || !got.GetStartTime().AsTime().Equal(started) ||
			!got.GetTime().AsTime().Equal(started.Add(time.Minute)) || got.GetRepositoryUuid() != s.getSettings().GetRepositoryUuid() {
			s.t.Errorf("status = %v", got)
		}
	})
}
