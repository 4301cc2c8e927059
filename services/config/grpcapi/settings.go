package grpcapi

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Settings answers SettingsService.
type Settings struct {
	configv1.UnimplementedSettingsServiceServer
	Keeper  *config.Keeper
	Now     func() time.Time
	Started time.Time // when this process was started
	Version string    // of the program
}

// GetSettings answers the settings of this site.
func (s *Settings) GetSettings(ctx context.Context, _ *configv1.GetSettingsRequest) (*configv1.Settings, error) {
	settings, err := s.Keeper.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return wireSettings(settings), nil
}

// UpdateSettings changes the fields that the mask names.
func (s *Settings) UpdateSettings(ctx context.Context, req *configv1.UpdateSettingsRequest) (*configv1.Settings, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetSettings()
	if wanted == nil {
		return nil, missing("settings")
	}
	m, err := maskOf(req.GetUpdateMask(), wanted.ProtoReflect())
	if err != nil {
		return nil, err
	}
	settings, err := s.Keeper.UpdateSettings(ctx, call, wanted.GetEtag(), func(target *config.Settings) error {
		return applySettings(m, wanted, target)
	})
	if err != nil {
		return nil, err
	}
	return wireSettings(settings), nil
}

func applySettings(m mask, wanted *configv1.Settings, s *config.Settings) error {
	if m.hasIf("repository_uuid", wanted.GetRepositoryUuid() != "") && wanted.GetRepositoryUuid() != s.RepositoryUUID {
		return readOnly("repositoryUuid", "it is the identity of this site at all others")
	}
	set(m, "site_name", &s.SiteName, wanted.GetSiteName())
	set(m, "public_url", &s.PublicURL, wanted.GetPublicUrl())
	set(m, "max_concurrent_runs", &s.MaxConcurrentRuns, int(wanted.GetMaxConcurrentRuns()))
	set(m, "anonymous_repository_pulls", &s.AnonymousPulls, wanted.GetAnonymousRepositoryPulls())
	set(m, "exposed_resources", &s.ExposedResources, append([]string(nil), wanted.GetExposedResources()...))
	set(m, "max_attachment_bytes", &s.MaxAttachmentBytes, wanted.GetMaxAttachmentBytes())
	if m.has("proxy_url") {
		proxy, err := config.ParseProxy(wanted.GetProxyUrl(), s.Proxy)
		if err != nil {
			return apierr.Invalid(apierr.Field{Name: "proxyUrl", Message: err.Error()})
		}
		s.Proxy = proxy
	}
	return applyPeriods(m, wanted, s)
}

func applyPeriods(m mask, wanted *configv1.Settings, s *config.Settings) error {
	for _, p := range []struct {
		field, name string
		value       *durationpb.Duration
		target      *time.Duration
	}{
		{"log_retention", "logRetention", wanted.GetLogRetention(), &s.LogRetention},
		{"record_history_retention", "recordHistoryRetention", wanted.GetRecordHistoryRetention(), &s.RecordHistoryRetention},
		{"full_pull_interval", "fullPullInterval", wanted.GetFullPullInterval(), &s.FullPullInterval},
		{"pull_overlap", "pullOverlap", wanted.GetPullOverlap(), &s.PullOverlap},
		{"max_clock_offset", "maxClockOffset", wanted.GetMaxClockOffset(), &s.MaxClockOffset},
	} {
		if !m.hasIf(p.field, p.value != nil) {
			continue
		}
		value, err := period(p.name, p.value)
		if err != nil {
			return err
		}
		*p.target = value
	}
	return nil
}

// GetStatus answers who this site is and how its clocks agree.
func (s *Settings) GetStatus(ctx context.Context, _ *configv1.GetStatusRequest) (*configv1.Status, error) {
	settings, clocks, err := s.Keeper.Status(ctx)
	if err != nil {
		return nil, err
	}
	return &configv1.Status{
		Version: s.Version, RepositoryUuid: settings.RepositoryUUID, SiteName: settings.SiteName,
		Time: timestamppb.New(s.Now()), StartTime: timestamppb.New(s.Started),
		Repositories: int32(clocks.Repositories), RepositoriesOffClock: int32(clocks.OffClock),
		LargestClockOffset: durationpb.New(clocks.Largest),
	}, nil
}
