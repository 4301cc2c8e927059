package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/version"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
)

// ProcessSettings are those of a process that is only config.
type ProcessSettings struct {
	Settings                `embed:""`
	process.ServiceSettings `embed:""`

	Audit string `name:"audit-address" help:"Address of the audit service." default:"127.0.0.1:9104"`
}

// Defaults are the addresses that the settings leave to the program.
var Defaults = map[string]string{"listen": "127.0.0.1:9101", "health": "127.0.0.1:9201"}

// Serve runs config in a process of its own until ctx ends. A setup code is
// printed to out.
func Serve(ctx context.Context, s ProcessSettings, logger *slog.Logger, now func() time.Time, out io.Writer) error {
	return process.Process{
		Name: name, Settings: s.ServiceSettings, Data: s.Data, Logger: logger, Now: now,
		Open: func(ctx context.Context, neighbours *process.Connections) (process.Service, error) {
			audit, err := neighbours.To(s.Audit)
			if err != nil {
				return nil, err
			}
			service, err := Open(ctx, s.Settings, Deps{
				Logger: logger, Now: now, Audit: auditv1.NewWriteServiceClient(audit), Version: version.String(),
			})
			if err != nil {
				return nil, err
			}
			if err := PrintSetupCode(out, service.SetupCode()); err != nil {
				return nil, errors.Join(err, service.Close())
			}
			return service, nil
		},
	}.Run(ctx)
}

// PrintSetupCode tells whoever started the process how to make the first
// administrator; an empty code prints nothing.
func PrintSetupCode(out io.Writer, code string) error {
	if code == "" {
		return nil
	}
	_, err := fmt.Fprintf(out, "\nThis site has no administrator yet. Open it in a browser and enter this setup code:\n\n    %s\n\n", code)
	if err != nil {
		return fmt.Errorf("print the setup code: %w", err)
	}
	return nil
}
