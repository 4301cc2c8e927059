package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/process"
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
func Run(ctx context.Context, s Settings, stdout, stderr io.Writer) error {
	process.SaveMemory()
	logger := process.Logger(stderr, s.Log.Format, s.Log.Level)
	site, err := Open(ctx, s.SiteSettings, logger, time.Now) //nolint:forbidigo // the clock enters here
	if err != nil {
		return err
	}
	err = site.Run(ctx, s.Listen, s.TLSSettings, s.Data, func(url string) error {
		site.greet(stdout, url)
		go site.keepKey(ctx, url, s.Data)
		return nil
	})
	return errors.Join(err, site.Close())
}

// Run works until ctx ends. ready is called with the address when everything listens.
func (s *Site) Run(ctx context.Context, address string, tls process.TLSSettings, data string, ready func(url string) error) error {
	var listener *process.Listener
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 20 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	s.group.Add(process.Part{
		Name: "listener",
		Start: func(ctx context.Context) (err error) {
			listener, err = process.Listen(ctx, address, process.ListenOptions{TLS: tls, Data: data, Logger: s.logger, Now: s.now})
			return err
		},
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: server.Shutdown,
	})
	s.group.Add(process.Part{Name: "greeting", Start: func(context.Context) error { return ready(listener.URL()) }})
	return s.group.Run(ctx)
}

// greet prints where the site is, and how the first administrator gets in. A site without a terminal serves all the same.
func (s *Site) greet(w io.Writer, url string) {
	_, _ = fmt.Fprintf(w, "edensync serves this site at %s\n", url)
	if code := s.config.SetupCode(); code != "" {
		_, _ = fmt.Fprintf(w, "No administrator yet: open %s and enter the setup code %s\n", url, code)
	}
}
