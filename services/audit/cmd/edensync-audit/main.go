// Command edensync-audit is the audit service as a process of its own.
package main

import (
	"context"
	"os"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/services/audit/service"
)

func main() { os.Exit(process.Main(run)) }

func run(ctx context.Context, args []string) error {
	var settings struct {
		process.ServiceSettings `embed:""`
		service.Settings        `embed:""`
	}
	vars := map[string]string{"listen": "127.0.0.1:9104", "health": "127.0.0.1:9204"}
	if _, err := process.Parse(&settings, "edensync-audit", "Keeps the synchronization log of an edensync site.", args, vars); err != nil {
		return err
	}
	logger := process.Logger(os.Stderr, settings.Log.Format, settings.Log.Level)
	return service.Serve(ctx, settings.ServiceSettings, settings.Settings, logger, time.Now) //nolint:forbidigo // the clock enters here
}
