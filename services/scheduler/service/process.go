package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
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
func Serve(ctx context.Context, s ProcessSettings, logger *slog.Logger, now func() time.Time) (err error) {
	options, err := s.Dial(name)
	if err != nil {
		return err
	}
	var open []*grpc.ClientConn
	defer func() {
		for _, conn := range open {
			err = errors.Join(err, conn.Close())
		}
	}()
	for _, address := range []string{s.Config, s.Transfer, s.Audit} {
		conn, err := rpc.Dial(address, options)
		if err != nil {
			return err
		}
		open = append(open, conn)
	}
	service, err := Open(ctx, s.Settings, Deps{
		Logger: logger, Now: now,
		Config:   configv1.NewRepositoryServiceClient(open[0]),
		Transfer: transferv1.NewRunServiceClient(open[1]),
		Audit:    auditv1.NewWriteServiceClient(open[2]),
	})
	if err != nil {
		return err
	}
	return process.Serve(ctx, name, s.ServiceSettings, s.Data, service, Rules(), logger)
}
