package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/edensync/edensync/internal/process"
)

// Serve runs audit in a process of its own until ctx ends.
func Serve(ctx context.Context, s process.ServiceSettings, settings Settings, logger *slog.Logger, now func() time.Time) error {
	return process.Process{
		Name: Name, Settings: s, Data: settings.Data, Logger: logger, Now: now,
		Open: func(ctx context.Context, _ *process.Connections) (process.Service, error) {
			service, err := Open(ctx, settings, Deps{Logger: logger, Now: now})
			if err != nil {
				return nil, err
			}
			return service, nil
		},
	}.Run(ctx)
}
