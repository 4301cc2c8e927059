package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const settingsColumns = "repository_uuid, site_name, public_url, proxy, log_retention, record_history_retention, " +
	"full_pull_interval, pull_overlap, max_clock_offset, max_concurrent_runs, anonymous_pulls, exposed_resources, " +
	"max_attachment_bytes, create_time, update_time, version"

// placeSettingsProxy and placeKeyCheck are where the sealed values stand.
const (
	placeSettingsProxy = "settings/1/proxy"
	placeKeyCheck      = "settings/1/key_check"
	keyCheck           = "edensync"
)

type settingsRow struct {
	RepositoryUUID         string       `db:"repository_uuid"`
	SiteName               string       `db:"site_name"`
	PublicURL              string       `db:"public_url"`
	Proxy                  string       `db:"proxy"`
	LogRetention           int64        `db:"log_retention"`
	RecordHistoryRetention int64        `db:"record_history_retention"`
	FullPullInterval       int64        `db:"full_pull_interval"`
	PullOverlap            int64        `db:"pull_overlap"`
	MaxClockOffset         int64        `db:"max_clock_offset"`
	MaxConcurrentRuns      int          `db:"max_concurrent_runs"`
	AnonymousPulls         bool         `db:"anonymous_pulls"`
	ExposedResources       string       `db:"exposed_resources"`
	MaxAttachmentBytes     int64        `db:"max_attachment_bytes"`
	CreateTime             sqldb.Micros `db:"create_time"`
	UpdateTime             sqldb.Micros `db:"update_time"`
	Version                int64        `db:"version"`
}

// duration reads a column of microseconds.
func duration(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// Settings reads the one row.
func (a *access) Settings(ctx context.Context) (config.Settings, error) {
	var row settingsRow
	found, err := one(ctx, a.q, &row, "SELECT "+settingsColumns+" FROM settings WHERE id = 1")
	if err != nil {
		return config.Settings{}, fmt.Errorf("read settings: %w", err)
	}
	if !found {
		return config.Settings{}, apierr.NotFound("settings", "1")
	}
	return a.settingsOf(row)
}

func (a *access) settingsOf(row settingsRow) (config.Settings, error) {
	proxy, err := a.sealer.Unseal(row.Proxy, placeSettingsProxy)
	if err != nil {
		return config.Settings{}, fmt.Errorf("read settings: %w", err)
	}
	s := config.Settings{
		RepositoryUUID: row.RepositoryUUID, SiteName: row.SiteName, PublicURL: row.PublicURL, Proxy: config.Proxy(proxy),
		LogRetention: duration(row.LogRetention), RecordHistoryRetention: duration(row.RecordHistoryRetention),
		FullPullInterval: duration(row.FullPullInterval), PullOverlap: duration(row.PullOverlap), MaxClockOffset: duration(row.MaxClockOffset),
		MaxConcurrentRuns: row.MaxConcurrentRuns, AnonymousPulls: row.AnonymousPulls, MaxAttachmentBytes: row.MaxAttachmentBytes,
		CreateTime: row.CreateTime.Time(), UpdateTime: row.UpdateTime.Time(), Version: row.Version,
	}
	if err := json.Unmarshal([]byte(row.ExposedResources), &s.ExposedResources); err != nil {
		return config.Settings{}, fmt.Errorf("read exposed resources: %w", err)
	}
	return s, nil
}

// values are those of settingsColumns.
func (a *access) settingsValues(s config.Settings) ([]any, error) {
	proxy, err := a.sealer.Seal(s.Proxy.Reveal(), placeSettingsProxy)
	if err != nil {
		return nil, err
	}
	exposed, err := json.Marshal(append([]string{}, s.ExposedResources...))
	if err != nil {
		return nil, fmt.Errorf("write exposed resources: %w", err)
	}
	return []any{
		s.RepositoryUUID, s.SiteName, s.PublicURL, proxy,
		s.LogRetention.Microseconds(), s.RecordHistoryRetention.Microseconds(), s.FullPullInterval.Microseconds(),
		s.PullOverlap.Microseconds(), s.MaxClockOffset.Microseconds(), s.MaxConcurrentRuns, s.AnonymousPulls, string(exposed),
		s.MaxAttachmentBytes, micros(s.CreateTime), micros(s.UpdateTime), s.Version,
	}, nil
}

// InsertSettings makes the one row, sealed with the keys in use.
func (a *access) InsertSettings(ctx context.Context, s config.Settings) error {
	values, err := a.settingsValues(s)
	if err != nil {
		return fmt.Errorf("insert settings: %w", err)
	}
	check, err := a.sealer.Seal(keyCheck, placeKeyCheck)
	if err != nil {
		return fmt.Errorf("insert settings: %w", err)
	}
	return a.exec(ctx, "insert settings",
		insertInto("settings", settingsColumns+", key_check, id")+" ON CONFLICT (id) DO NOTHING", append(values, check, 1)...)
}

// UpdateSettings stores all of it.
func (a *access) UpdateSettings(ctx context.Context, s config.Settings) error {
	values, err := a.settingsValues(s)
	if err != nil {
		return fmt.Errorf("update settings: %w", err)
	}
	return a.exec(ctx, "update settings", "UPDATE settings SET "+setAll(settingsColumns)+" WHERE id = 1", values...)
}
