package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/edensync/edensync/internal/process"
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
	return process.Process{
		Name: Name, Settings: s, Data: settings.Data, Logger: logger, Now: now,
		Open: func(ctx context.Context, neighbours *process.Connections) (process.Service, error) {
			return n.open(ctx, settings, neighbours, logger, now)
		},
		Parts: func(service process.Service, listen process.ListenOptions) []process.Part {
			return []process.Part{n.peersPart(service.(*Service), listen)}
		},
	}.Run(ctx)
}

func (n Neighbours) open(
	ctx context.Context, settings Settings, neighbours *process.Connections, logger *slog.Logger, now func() time.Time,
) (process.Service, error) {
	config, err := neighbours.To(n.ConfigAddress)
	if err != nil {
		return nil, err
	}
	audit, err := neighbours.To(n.AuditAddress)
	if err != nil {
		return nil, err
	}
	service, err := Open(ctx, settings, Deps{
		Logger: logger, Now: now, Config: configv1.NewExchangeServiceClient(config), Audit: auditv1.NewWriteServiceClient(audit),
	})
	if err != nil {
		return nil, err
	}
	return service, nil
}

// PeerPatience is how long exchanges of peers may take to end when the process stops. What does not end in time is cut;
// the peer repeats it.
const PeerPatience = 8 * time.Second

func (n Neighbours) peersPart(s *Service, listen process.ListenOptions) process.Part {
	return process.HTTP{
		Name: "listener for other sites", Address: n.PeerListen, Listen: listen, Handler: s.PeerHandler(), Patience: PeerPatience,
		Listening: func(l *process.Listener) error {
			listen.Logger.Info("listening for other sites", slog.String("url", l.URL()))
			return nil
		},
	}.Part()
}
