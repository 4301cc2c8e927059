package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/trace"
	"github.com/edensync/edensync/internal/version"
)

// SiteSettings are what a site needs to open.
type SiteSettings struct {
	process.DatabaseSettings `embed:""`
	AdminPassword            process.Secret   `help:"Password of the account admin, made at the first start; without it a setup code is printed." placeholder:"SECRET"`
	MaxBody                  int64            `name:"max-body" help:"Largest document that a peer may push or answer, in bytes after decompression." default:"2147483648"`
	Gateway                  gateway.Settings `embed:""`
}

// Settings of the command serve.
type Settings struct {
	Listen              string `help:"Address of this site." default:"127.0.0.1:8080"`
	SiteSettings        `embed:""`
	process.TLSSettings `embed:""`
	Log                 process.LogSettings `embed:"" prefix:"log-"`
}

// Run serves a site until ctx ends.
func Run(ctx context.Context, s Settings, stdout, stderr io.Writer) (err error) {
	process.SaveMemory()
	logger := process.Logger(stderr, s.Log.Format, s.Log.Level)
	stop, err := trace.Start(ctx, "site", version.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, process.Flush(ctx, stop)) }()
	site, err := openPatiently(ctx, s, logger)
	if err != nil || site == nil {
		return err
	}
	err = site.Run(ctx, s.Listen, s.TLSSettings, s.Data, func(url string) error {
		site.greet(stdout, url)
		go site.keepKey(ctx, url, s.Data)
		return nil
	})
	return errors.Join(err, site.Close())
}

// openPatiently opens the site. While its database is away everybody who asks is told so. No site and no error: it was
// told to end meanwhile.
func openPatiently(ctx context.Context, s Settings, logger *slog.Logger) (site *Site, err error) {
	open := func(ctx context.Context) (err error) {
		site, err = Open(ctx, s.SiteSettings, logger, time.Now) //nolint:forbidigo // the clock enters here
		return err
	}
	if err := open(ctx); apierr.KindOf(err) != apierr.KindUnavailable || err == nil {
		return site, err
	}
	opening := &process.Opening{Name: "site", Logger: logger, Patient: []apierr.Kind{apierr.KindUnavailable}}
	health := process.NewHealth()
	health.Add("site", opening.Ready)
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	group := &process.Group{}
	group.Add(process.HTTP{
		Name: "waiting listener", Address: s.Listen, Handler: process.Waiting(health), Patience: time.Second,
		Listen: process.ListenOptions{TLS: s.TLSSettings, Data: s.Data, Logger: logger, Now: time.Now}, //nolint:forbidigo // the clock enters here
	}.Part())
	group.Add(process.Part{Name: "site", Start: func(ctx context.Context) error {
		defer cancel()
		return opening.Do(ctx, open)
	}})
	return site, group.Run(waiting)
}

// listenerPatience is how long requests under way, exchanges of peers among them, may take to end when the site stops.
const listenerPatience = 8 * time.Second

// Run works until ctx ends. ready is called with the address when everything listens.
func (s *Site) Run(ctx context.Context, address string, tls process.TLSSettings, data string, ready func(url string) error) error {
	s.group.Add(process.HTTP{
		Name: "listener", Address: address, Handler: s.Handler(), Patience: listenerPatience,
		Listen:    process.ListenOptions{TLS: tls, Data: data, Logger: s.logger, Now: s.now},
		Listening: func(l *process.Listener) error { return ready(l.URL()) },
	}.Part())
	s.group.Add(process.Part{Name: "readiness", Stop: func(context.Context) error {
		s.health.Drain()
		for _, drain := range s.drains {
			drain()
		}
		return nil
	}})
	s.group.Add(process.SystemdPart())
	return s.group.Run(ctx)
}

// greet prints where the site is, and how the first administrator gets in. A site without a terminal serves all the same.
func (s *Site) greet(w io.Writer, url string) {
	_, _ = fmt.Fprintf(w, "edensync serves this site at %s\n", url)
	if code := s.config.SetupCode(); code != "" {
		_, _ = fmt.Fprintf(w, "No administrator yet: open %s and enter the setup code %s\n", url, code)
	}
}
