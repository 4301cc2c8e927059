package cli

import (
	"time"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// settingsCommand shows and changes what concerns this site as a whole.
type settingsCommand struct {
	Remote `embed:""`
	Show   settingsShow `cmd:"" help:"Show the settings of this site with its UUID."`
	Edit   settingsEdit `cmd:"" help:"Change settings of this site."`
}

type settingsShow struct{}

// Run shows the settings.
func (*settingsShow) Run(e *Env) error { return e.show("/settings", &configv1.Settings{}) }

type settingsEdit struct {
	SiteName               *string        `field:"site_name" help:"Name of this site, under which it registers at others."`
	PublicURL              *string        `field:"public_url" name:"public-url" help:"URL under which other sites reach this site."`
	ProxyURL               *string        `field:"proxy_url" name:"proxy-url" help:"Proxy for all repositories without one of their own."`
	LogRetention           *time.Duration `field:"log_retention" help:"How long log entries are kept; 0s: for ever."`
	RecordHistoryRetention *time.Duration `field:"record_history_retention" help:"How long replaced versions of records are kept; 0s: for ever."`
	FullPullInterval       *time.Duration `field:"full_pull_interval" help:"After this time a pull asks for everything; 0s: never."`
	PullOverlap            *time.Duration `field:"pull_overlap" help:"How far a pull reaches back."`
	MaxClockOffset         *time.Duration `field:"max_clock_offset" help:"Clock difference above which a warning is logged."`
	MaxConcurrentRuns      *int32         `field:"max_concurrent_runs" help:"Most runs at the same time."`
	AnonymousPulls         *bool          `field:"anonymous_repository_pulls" name:"anonymous-repository-pulls" negatable:"" help:"Whether a signed-in peer without a registered repository may pull."`
	ExposedResources       []string       `field:"exposed_resources" help:"Resources of the kept-out groups that are exchanged nevertheless; none: no such resource."`
	MaxAttachmentBytes     *int64         `field:"max_attachment_bytes" help:"Largest attachment; 0: no attachments."`
}

// Run changes settings.
func (c *settingsEdit) Run(e *Env) error {
	present, changed := &configv1.Settings{}, &configv1.Settings{}
	if err := e.call("GET", "/settings", nil, present); err != nil {
		return err
	}
	if err := e.change("/settings", &configv1.Settings{Etag: present.GetEtag()}, c, changed); err != nil {
		return err
	}
	return e.print(changed)
}
