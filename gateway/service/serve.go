package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
)

// ProcessSettings are those of a process that is only the gateway.
type ProcessSettings struct {
	Settings                `embed:""`
	process.ClusterSettings `embed:""`
	process.TLSSettings     `embed:""`
	Log                     process.LogSettings `embed:"" prefix:"log-"`

	Listen    string `help:"Address for browsers and programs." default:"127.0.0.1:8080"`
	Data      string `help:"Folder for a generated certificate; made if absent." default:"data" type:"path"`
	Config    string `name:"config-address" help:"Address of the config service." default:"127.0.0.1:9101"`
	Scheduler string `name:"scheduler-address" help:"Address of the scheduler service." default:"127.0.0.1:9102"`
	Transfer  string `name:"transfer-address" help:"Address of the transfer service." default:"127.0.0.1:9103"`
	Audit     string `name:"audit-address" help:"Address of the audit service." default:"127.0.0.1:9104"`
}

// Serve runs the gateway in a process of its own until ctx ends.
func Serve(ctx context.Context, s ProcessSettings, logger *slog.Logger, now func() time.Time) error {
	deps, closeAll, err := s.dial()
	defer closeAll()
	if err != nil {
		return err
	}
	health := process.NewHealth()
	deps.Logger, deps.Now, deps.Health = logger, now, health.Handler()
	gateway, err := Open(ctx, s.Settings, deps)
	if err != nil {
		return err
	}
	health.Add("gateway", gateway.Ready)
	health.Watch(gateway)
	group := &process.Group{}
	group.Add(listenerPart(s.Listen, process.ListenOptions{TLS: s.TLSSettings, Data: s.Data, Logger: logger, Now: now}, gateway.Handler()))
	logger.Info("starting", slog.String("service", "gateway"), slog.String("listen", s.Listen))
	return group.Run(ctx)
}

// dial connects to the services. What was opened until an error is closed by closeAll.
func (s ProcessSettings) dial() (deps Deps, closeAll func(), err error) {
	var open []*grpc.ClientConn
	closeAll = func() {
		for _, conn := range open {
			_ = conn.Close() // The process ends.
		}
	}
	options, err := s.Dial("gateway")
	if err != nil {
		return deps, closeAll, err
	}
	for _, to := range []struct {
		address string
		conn    *grpc.ClientConnInterface
	}{
		{s.Config, &deps.Config},
		{s.Scheduler, &deps.Scheduler},
		{s.Transfer, &deps.Transfer},
		{s.Audit, &deps.Audit},
	} {
		conn, err := rpc.Dial(to.address, options)
		if err != nil {
			return deps, closeAll, err
		}
		open = append(open, conn)
		*to.conn = conn
	}
	return deps, closeAll, nil
}

// listenerPart serves handler. There is no limit for writing: streams are long.
func listenerPart(address string, options process.ListenOptions, handler http.Handler) process.Part {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(options.Logger.Handler(), slog.LevelDebug), // failed handshakes and the like
	}
	var listener *process.Listener
	return process.Part{
		Name: "gateway listener",
		Start: func(ctx context.Context) (err error) {
			listener, err = process.Listen(ctx, address, options)
			return err
		},
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			if server.Shutdown(ctx) != nil {
				return server.Close() // Streams that nobody ends are cut.
			}
			return nil
		},
	}
}
