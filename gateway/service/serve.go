package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/trace"
	"github.com/edensync/edensync/internal/version"
)

// ProcessSettings are those of a process that is only the gateway.
type ProcessSettings struct {
	Settings                `embed:""`
	process.ClusterSettings `embed:""`
	process.TLSSettings     `embed:""`
	Log                     process.LogSettings `embed:"" prefix:"log-"`

	Listen    string `help:"Address for browsers and programs." default:"127.0.0.1:8080"`
	Health    string `name:"health-listen" help:"Address that answers /livez, /readyz and /metrics." default:"127.0.0.1:9205"`
	Data      string `help:"Folder for a generated certificate; made if absent." default:"data" type:"path"`
	Config    string `name:"config-address" help:"Address of the config service." default:"127.0.0.1:9101"`
	Scheduler string `name:"scheduler-address" help:"Address of the scheduler service." default:"127.0.0.1:9102"`
	Transfer  string `name:"transfer-address" help:"Address of the transfer service." default:"127.0.0.1:9103"`
	Audit     string `name:"audit-address" help:"Address of the audit service." default:"127.0.0.1:9104"`
}

// patience is how long requests under way may take to end when the process stops. Streams have ended before.
const patience = 5 * time.Second

// Serve runs the gateway in a process of its own until ctx ends.
func Serve(ctx context.Context, s ProcessSettings, logger *slog.Logger, now func() time.Time) (err error) {
	process.SaveMemory()
	stop, err := trace.Start(ctx, "gateway", version.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, process.Flush(ctx, stop)) }()
	neighbours, err := s.Connect("gateway", s.TLSSettings, logger, now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, neighbours.Close()) }()
	deps, err := s.dial(neighbours)
	if err != nil {
		return err
	}
	deps.Logger, deps.Now = logger, now
	gateway, err := Open(ctx, s.Settings, deps)
	if err != nil {
		return err
	}
	logger.Info("starting", slog.String("service", "gateway"), slog.String("version", version.String()),
		slog.String("listen", s.Listen), slog.String("health", s.Health))
	return s.group(gateway, logger, now).Run(ctx)
}

func (s ProcessSettings) group(gateway *Service, logger *slog.Logger, now func() time.Time) *process.Group {
	health := process.NewHealth()
	health.Add("gateway", gateway.Ready)
	health.Watch(gateway)
	listen := process.ListenOptions{TLS: s.TLSSettings, Data: s.Data, Logger: logger, Now: now}
	group := &process.Group{}
	group.Add(process.HealthPart(s.Health, listen, health))
	group.Add(process.HTTP{Name: "gateway listener", Address: s.Listen, Listen: listen, Handler: gateway.Handler(), Patience: patience}.Part())
	group.Add(process.Part{Name: "readiness", Stop: func(context.Context) error {
		health.Drain()
		gateway.Drain()
		return nil
	}})
	group.Add(process.SystemdPart())
	return group
}

// dial connects to the services.
func (s ProcessSettings) dial(neighbours *process.Connections) (deps Deps, err error) {
	for _, to := range []struct {
		address string
		conn    *grpc.ClientConnInterface
	}{
		{s.Config, &deps.Config},
		{s.Scheduler, &deps.Scheduler},
		{s.Transfer, &deps.Transfer},
		{s.Audit, &deps.Audit},
	} {
		if *to.conn, err = neighbours.To(to.address); err != nil {
			return deps, err
		}
	}
	return deps, nil
}
