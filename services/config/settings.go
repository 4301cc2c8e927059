package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Settings are what concerns this site as a whole. There is one of them.
type Settings struct {
	RepositoryUUID         string        // identifier of this site at others; made at the first start, never changed
	SiteName               string        // at most 64 characters
	PublicURL              string        // where others reach this site; empty: nowhere
	Proxy                  Proxy         // default proxy; empty: none
	LogRetention           time.Duration // 0: for ever
	RecordHistoryRetention time.Duration // 0: for ever
	FullPullInterval       time.Duration // 0: never
	PullOverlap            time.Duration // 0 to 1 hour
	MaxClockOffset         time.Duration // above it a warning is logged
	MaxConcurrentRuns      int           // of one transfer process, 1 to 64
	AnonymousPulls         bool          // whether a signed-in peer without repository may pull
	ExposedResources       []string      // kept-out resources that are exchanged nevertheless, sorted
	MaxAttachmentBytes     int64         // 0: no attachments
	CreateTime             time.Time
	UpdateTime             time.Time
	Version                int64 // raised by every change of a person
}

const (
	day             = 24 * time.Hour
	maxName         = 64 // characters of a site's or repository's name
	maxExposed      = 100
	maxResourceName = 128
	maxRuns         = 64
	// maxPeriod is longer than any site lives, and far from overflowing.
	maxPeriod = 100 * 365 * day
)

// DefaultSettings are the settings of the first start, with a new identity.
func DefaultSettings(now time.Time) Settings {
	return Settings{
		RepositoryUUID:         "urn:uuid:" + uuid.NewString(),
		SiteName:               "edensync",
		LogRetention:           28 * day,
		RecordHistoryRetention: 90 * day,
		FullPullInterval:       7 * day,
		PullOverlap:            2 * time.Second,
		MaxClockOffset:         30 * time.Second,
		MaxConcurrentRuns:      4,
		MaxAttachmentBytes:     64 << 20,
		CreateTime:             now,
		UpdateTime:             now,
		Version:                1,
	}
}

// Etag names this version of the settings.
func (s Settings) Etag() string { return etagOf("settings", s.RepositoryUUID, s.Version) }

// resourceName is a prefix, an underscore and a name.
var resourceName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*[A-Za-z0-9]$`)

const badResourceName = "must be a prefix, an underscore and a name, such as org_organisation, at most 128 characters"

func validResourceName(name string) bool {
	return len(name) <= maxResourceName && resourceName.MatchString(name)
}

// keptOut are the prefixes of tables that hold accounts and the machinery of a
// site; they are exchanged only if they are exposed explicitly.
var keptOut = []string{"auth_", "sync_", "scheduler_"}

// IsKeptOut tells whether a resource must be exposed before it is exchanged.
func IsKeptOut(resource string) bool {
	return slices.ContainsFunc(keptOut, func(prefix string) bool { return strings.HasPrefix(fold(resource), prefix) })
}

// Normalize checks the settings and gives URLs and lists their one form. The
// error is an *apierr.Error that names every field that is wrong.
func (s *Settings) Normalize() error {
	var f findings
	s.SiteName = strings.TrimSpace(s.SiteName)
	checkName(&f, "siteName", s.SiteName)
	if s.PublicURL = strings.TrimSpace(s.PublicURL); s.PublicURL != "" {
		normal, err := NormalizeURL(s.PublicURL)
		if err != nil {
			f.add("publicUrl", err.Error())
		}
		s.PublicURL = normal
	}
	s.checkPeriods(&f)
	f.unless(s.MaxConcurrentRuns >= 1 && s.MaxConcurrentRuns <= maxRuns, "maxConcurrentRuns", "must be 1 to 64")
	f.unless(s.MaxAttachmentBytes >= 0, "maxAttachmentBytes", "must not be negative; 0 exchanges no attachments")
	s.normalizeExposed(&f)
	return f.err()
}

func (s *Settings) checkPeriods(f *findings) {
	const keep = "must be 0 (for ever) or at least one hour"
	f.unless(zeroOrFrom(s.LogRetention, time.Hour), "logRetention", keep)
	f.unless(zeroOrFrom(s.RecordHistoryRetention, time.Hour), "recordHistoryRetention", keep)
	f.unless(zeroOrFrom(s.FullPullInterval, time.Minute), "fullPullInterval", "must be 0 (never) or at least one minute")
	f.unless(s.PullOverlap >= 0 && s.PullOverlap <= time.Hour, "pullOverlap", "must be 0 seconds to 1 hour")
	f.unless(s.MaxClockOffset > 0 && s.MaxClockOffset <= day, "maxClockOffset", "must be above 0 and at most one day")
}

func zeroOrFrom(d, least time.Duration) bool { return d == 0 || d >= least && d <= maxPeriod }

func (s *Settings) normalizeExposed(f *findings) {
	slices.Sort(s.ExposedResources)
	s.ExposedResources = slices.Compact(s.ExposedResources)
	f.unless(len(s.ExposedResources) <= maxExposed, "exposedResources", "has too many names: at most 100")
	for _, name := range s.ExposedResources {
		if !validResourceName(name) {
			f.add("exposedResources", badResourceName)
			return
		}
	}
}

func checkName(f *findings, field, name string) {
	switch {
	case name == "":
		f.add(field, "is required")
	case utf8.RuneCountInString(name) > maxName:
		f.add(field, "is too long: at most 64 characters")
	case !plainText(name):
		f.add(field, "must be one line of text without control characters")
	}
}

// attributes are what the audit log tells about settings.
func (s Settings) attributes() []attribute {
	return []attribute{
		{name: "siteName", value: s.SiteName},
		{name: "publicUrl", value: s.PublicURL},
		{name: "proxyUrl", value: s.Proxy.String(), raw: s.Proxy.Reveal()},
		{name: "logRetention", value: s.LogRetention.String()},
		{name: "recordHistoryRetention", value: s.RecordHistoryRetention.String()},
		{name: "fullPullInterval", value: s.FullPullInterval.String()},
		{name: "pullOverlap", value: s.PullOverlap.String()},
		{name: "maxClockOffset", value: s.MaxClockOffset.String()},
		{name: "maxConcurrentRuns", value: strconv.Itoa(s.MaxConcurrentRuns)},
		{name: "anonymousRepositoryPulls", value: strconv.FormatBool(s.AnonymousPulls)},
		{name: "exposedResources", value: strings.Join(s.ExposedResources, ",")},
		{name: "maxAttachmentBytes", value: strconv.FormatInt(s.MaxAttachmentBytes, 10)},
	}
}
