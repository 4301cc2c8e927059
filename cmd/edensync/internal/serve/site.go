// Package serve runs a whole site in one process: the four services and the gateway, which talk over memory
// exactly as they talk over a network.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/version"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	audit "github.com/edensync/edensync/services/audit/service"
	config "github.com/edensync/edensync/services/config/service"
	scheduler "github.com/edensync/edensync/services/scheduler/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// Site is a whole site in this process.
type Site struct {
	group    *process.Group
	closers  []func() error
	drains   []func() // end what would otherwise go on for long, such as streams
	health   *process.Health
	network  *rpc.Memory
	logger   *slog.Logger
	now      func() time.Time
	conns    map[string]*grpc.ClientConn
	config   *config.Service
	transfer *transfer.Service
	gateway  *gateway.Service
}

// Open opens all databases and puts the services together. Nothing runs yet.
func Open(ctx context.Context, s SiteSettings, logger *slog.Logger, now func() time.Time) (*Site, error) {
	site := &Site{
		group: &process.Group{}, health: process.NewHealth(), network: rpc.NewMemory(), logger: logger, now: now,
		conns: map[string]*grpc.ClientConn{},
	}
	if err := site.open(ctx, s); err != nil {
		return nil, errors.Join(err, site.Close())
	}
	return site, nil
}

func (s *Site) open(ctx context.Context, settings SiteSettings) error {
	for _, step := range []func(context.Context, SiteSettings) error{s.openAudit, s.openConfig, s.openTransfer, s.openScheduler, s.openGateway} {
		if err := step(ctx, settings); err != nil {
			return err
		}
	}
	return nil
}

// dial connects one service with another, as caller from.
func (s *Site) dial(from, to string) (*grpc.ClientConn, error) {
	name := from + " to " + to
	if conn := s.conns[name]; conn != nil {
		return conn, nil
	}
	conn, err := rpc.Dial("memory:"+to, rpc.DialOptions{Memory: s.network, Service: from})
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", name, err)
	}
	s.conns[name] = conn
	s.closers = append(s.closers, conn.Close)
	return conn, nil
}

// add gives a service its server in memory and its part in the group.
func (s *Site) add(name string, svc process.Service) {
	server := rpc.NewServer(rpc.ServerOptions{
		Logger: s.logger.With(slog.String("service", name)), Authorize: svc.Authorize, Ready: svc.Ready, Now: s.now,
	})
	svc.Register(server)
	s.drains = append(s.drains, server.Drain)
	listener := s.network.Listener(name)
	s.group.Add(process.Part{
		Name: name + " server",
		Run:  func(context.Context) error { return server.Serve(listener) },
		Stop: func(ctx context.Context) error { return process.StopServer(ctx, server, 2*time.Second) },
	})
	s.group.Add(process.Part{Name: name, Run: svc.Run})
	s.health.Add(name, svc.Ready)
	s.health.Watch(svc)
	s.closers = append(s.closers, svc.Close)
}

func (s *Site) openAudit(ctx context.Context, settings SiteSettings) error {
	conn, err := s.dial("audit", "config")
	if err != nil {
		return err
	}
	client := configv1.NewSettingsServiceClient(conn)
	svc, err := audit.Open(ctx, audit.Settings{DatabaseSettings: settings.DatabaseSettings}, audit.Deps{
		Logger: s.logger, Now: s.now,
		Retention: func(ctx context.Context) (time.Duration, error) {
			settings, err := client.GetSettings(ctx, &configv1.GetSettingsRequest{})
			return settings.GetLogRetention().AsDuration(), err
		},
	})
	if err != nil {
		return err
	}
	s.add("audit", svc)
	return nil
}

func (s *Site) openConfig(ctx context.Context, settings SiteSettings) error {
	conn, err := s.dial("config", "audit")
	if err != nil {
		return err
	}
	s.config, err = config.Open(ctx, config.Settings{DatabaseSettings: settings.DatabaseSettings, AdminPassword: settings.AdminPassword}, config.Deps{
		Logger: s.logger, Now: s.now, Audit: auditv1.NewWriteServiceClient(conn), Version: version.String(),
	})
	if err != nil {
		return err
	}
	s.add("config", s.config)
	return nil
}

func (s *Site) openTransfer(ctx context.Context, settings SiteSettings) error {
	toConfig, err := s.dial("transfer", "config")
	if err != nil {
		return err
	}
	toAudit, err := s.dial("transfer", "audit")
	if err != nil {
		return err
	}
	s.transfer, err = transfer.Open(ctx, transfer.Settings{
		DatabaseSettings: settings.DatabaseSettings, MaxBody: settings.MaxBody, TrustedProxies: settings.Gateway.TrustedProxies,
	}, transfer.Deps{
		Logger: s.logger, Now: s.now, Config: configv1.NewExchangeServiceClient(toConfig),
		Audit: auditv1.NewWriteServiceClient(toAudit),
	})
	if err != nil {
		return err
	}
	s.add("transfer", s.transfer)
	return nil
}

// parallelJobs is how many scheduled runs are started and watched at a time. How many of them work at a time is a setting of
// the site; the others stand in transfer's queue, where they can be seen.
const parallelJobs = 128

func (s *Site) openScheduler(ctx context.Context, settings SiteSettings) error {
	conns := map[string]*grpc.ClientConn{}
	for _, to := range []string{"config", "transfer", "audit"} {
		conn, err := s.dial("scheduler", to)
		if err != nil {
			return err
		}
		conns[to] = conn
	}
	svc, err := scheduler.Open(ctx, scheduler.Settings{DatabaseSettings: settings.DatabaseSettings, Parallel: parallelJobs}, scheduler.Deps{
		Logger: s.logger, Now: s.now, Transfer: transferv1.NewRunServiceClient(conns["transfer"]),
		Config: configv1.NewRepositoryServiceClient(conns["config"]), Audit: auditv1.NewWriteServiceClient(conns["audit"]),
	})
	if err != nil {
		return err
	}
	s.add("scheduler", svc)
	return nil
}

func (s *Site) openGateway(ctx context.Context, settings SiteSettings) (err error) {
	conns := map[string]*grpc.ClientConn{}
	for _, to := range []string{"config", "scheduler", "transfer", "audit"} {
		if conns[to], err = s.dial("gateway", to); err != nil {
			return err
		}
	}
	s.gateway, err = gateway.Open(ctx, settings.Gateway, gateway.Deps{
		Logger: s.logger, Now: s.now, Config: conns["config"], Scheduler: conns["scheduler"], Transfer: conns["transfer"], Audit: conns["audit"],
		Health: s.health.Handler(),
	})
	if err == nil {
		s.health.Watch(s.gateway)
		s.drains = append(s.drains, s.gateway.Drain)
	}
	return err
}

// Handler is everything that the site's address answers: the admin side, and the endpoint for peers.
func (s *Site) Handler() http.Handler {
	peers, people := s.transfer.PeerHandler(), s.gateway.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forPeers(r.URL.Path) {
			peers.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	})
}

// forPeers tells Eden's paths from those of this site's own pages: a sync document, a registration, a download.
func forPeers(path string) bool {
	if strings.HasPrefix(path, "/api/") {
		return false
	}
	return strings.HasSuffix(path, "/sync.xml") || strings.Contains(path, "/sync/") || strings.Contains(path, "/default/download/")
}

// Close frees what Open took; not while Run is at work.
func (s *Site) Close() error {
	var err error
	for i := len(s.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, s.closers[i]())
	}
	s.closers = nil
	return err
}
