package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/edensync/edensync/internal/process"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// ProcessSettings are those of a process that is only the scheduler.
type ProcessSettings struct {
	Settings                `embed:""`
	process.ServiceSettings `embed:""`

	Config   string `name:"config-address" help:"Address of the config service." default:"127.0.0.1:9101"`
	Transfer string `name:"transfer-address" help:"Address of the transfer service." default:"127.0.0.1:9103"`
	Audit    string `name:"audit-address" help:"Address of the audit service." default:"127.0.0.1:9104"`
}

// Defaults are the addresses that the settings leave to the program.
var Defaults = map[string]string{"listen": "127.0.0.1:9102", "health": "127.0.0.1:9202"}

// Serve runs the scheduler in a process of its own until ctx ends.
func Serve(ctx context.Context, s ProcessSettings, logger *slog.Logger, now func() time.Time) error {
	return process.Process{
		Name: name, Settings: s.ServiceSettings, Data: s.Data, Logger: logger, Now: now,
		Open: func(ctx context.Context, neighbours *process.Connections) (process.Service, error) {
			return s.open(ctx, neighbours, logger, now)
		},
	}.Run(ctx)
}

func (s ProcessSettings) open(ctx context.Context, neighbours *process.Connections, logger *slog.Logger, now func() time.Time) (process.Service, error) {
	config, err := neighbours.To(s.Config)
	if err != nil {
		return nil, err
	}
	transfer, err := neighbours.To(s.Transfer)
	if err != nil {
		return nil, err
	}
	audit, err := neighbours.To(s.Audit)
	if err != nil {
		return nil, err
	}
	service, err := Open(ctx, s.Settings, Deps{
		Logger: logger, Now: now,
		Config:   configv1.NewRepositoryServiceClient(config),
		Transfer: transferv1.NewRunServiceClient(transfer),
		Audit:    auditv1.NewWriteServiceClient(audit),
	})
	if err != nil {
		return nil, err
	}
	return service, nil
}
