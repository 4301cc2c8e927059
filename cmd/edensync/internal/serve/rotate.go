package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	config "github.com/edensync/edensync/services/config/service"
)

// RotateSettings are those of the command rotate-key.
type RotateSettings struct {
	process.DatabaseSettings `embed:""`
	SecretKeyFile            string `help:"File with the keys, if it is not secrets.key in the data folder." type:"path" placeholder:"FILE"`
}

// RotateKey makes a new key and seals all stored passwords with it. A site that runs meanwhile notices by itself.
func RotateKey(ctx context.Context, s RotateSettings, stdout, stderr io.Writer) error {
	// The log entry of the rotation waits in the outbox until the site delivers it.
	conn, err := rpc.Dial("memory:audit", rpc.DialOptions{Memory: rpc.NewMemory(), Service: "config"})
	if err != nil {
		return err
	}
	settings := config.Settings{DatabaseSettings: s.DatabaseSettings, SecretKeyFile: s.SecretKeyFile}
	svc, err := config.Open(ctx, settings, config.Deps{
		Logger: process.Logger(stderr, "text", "warn"), Now: time.Now, Audit: auditv1.NewWriteServiceClient(conn), //nolint:forbidigo // the clock enters here
	})
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	n, err := svc.RotateSecretKey(ctx)
	if err == nil {
		_, err = fmt.Fprintf(stdout, "A new key is in use; %d stored secrets were sealed with it. Back the key file up.\n", n)
	}
	return errors.Join(err, svc.Close(), conn.Close())
}
