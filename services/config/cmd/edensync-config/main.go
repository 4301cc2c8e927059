// Command edensync-config is the config service of a site as a process of its own.
package main

import (
	"context"
	"os"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/services/config/service"
)

func main() { os.Exit(process.Main(run)) }

func run(ctx context.Context, args []string) error {
	var settings service.ProcessSettings
	about := "The configuration of an edensync site whose services run as processes of their own."
	if _, err := process.Parse(&settings, "edensync-config", about, args, service.Defaults); err != nil {
		return err
	}
	logger := process.Logger(os.Stderr, settings.Log.Format, settings.Log.Level)
	return service.Serve(ctx, settings, logger, time.Now, os.Stdout) //nolint:forbidigo // the clock enters here
}
