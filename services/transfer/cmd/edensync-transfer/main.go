// Command edensync-transfer is the transfer service as a process of its own: it exchanges records with other sites.
package main

import (
	"context"
	"os"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/services/transfer/service"
)

func main() { os.Exit(process.Main(run)) }

func run(ctx context.Context, args []string) error {
	var settings struct {
		process.ServiceSettings `embed:""`
		service.Settings        `embed:""`
		service.Neighbours      `embed:""`
	}
	vars := map[string]string{"listen": "127.0.0.1:9103", "health": "127.0.0.1:9203"}
	if _, err := process.Parse(&settings, "edensync-transfer", "Exchanges records of an edensync site with other sites.", args, vars); err != nil {
		return err
	}
	logger := process.Logger(os.Stderr, settings.Log.Format, settings.Log.Level)
	return service.Process(ctx, settings.ServiceSettings, settings.Settings, settings.Neighbours, logger, time.Now) //nolint:forbidigo // the clock enters here
}
