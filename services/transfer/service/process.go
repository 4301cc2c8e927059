package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Neighbours say where a process of its own finds the others, and where it listens for peers.
type Neighbours struct {
	ConfigAddress string `help:"Address of edensync-config." default:"127.0.0.1:9101"`
	AuditAddress  string `help:"Address of edensync-audit." default:"127.0.0.1:9104"`
	PeerListen    string `help:"Address of the endpoint that other sites call." default:"127.0.0.1:9123"`
}

// Process runs the service as a process of its own until ctx ends: its gRPC server, health and metrics, and the
// endpoint for peers.
func Process(ctx context.Context, s process.ServiceSettings, settings Settings, n Neighbours, logger *slog.Logger, now func() time.Time) error {
	dial, err := s.Dial(Name)
	if err != nil {
		return err
	}
	config, err := rpc.Dial(n.ConfigAddress, dial)
	if err != nil {
		return err
	}
	audit, err := rpc.Dial(n.AuditAddress, dial)
	if err != nil {
		return errors.Join(err, config.Close())
	}
	svc, err := Open(ctx, settings, Deps{
		Logger: logger, Now: now, Config: configv1.NewExchangeServiceClient(config), Audit: auditv1.NewWriteServiceClient(audit),
	})
	if err != nil {
		return errors.Join(err, config.Close(), audit.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return process.Serve(ctx, Name, s, settings.Data, svc, svc.Authorize(), logger) })
	group.Go(func() error { return svc.listenForPeers(ctx, n.PeerListen, s.TLSSettings, settings.Data, logger, now) })
	return errors.Join(group.Wait(), config.Close(), audit.Close())
}

// listenForPeers serves the peers' endpoint until ctx ends; exchanges in progress get some time to finish.
func (s *Service) listenForPeers(ctx context.Context, address string, tls process.TLSSettings, data string, logger *slog.Logger, now func() time.Time) error {
	listener, err := process.Listen(ctx, address, process.ListenOptions{TLS: tls, Data: data, Logger: logger, Now: now})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: s.PeerHandler(), ReadHeaderTimeout: 20 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	logger.InfoContext(ctx, "listening for other sites", "url", listener.URL())
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = server.Shutdown(grace) // what does not end in time is cut; the sender repeats it
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
