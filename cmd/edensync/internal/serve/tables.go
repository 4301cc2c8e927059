package serve

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/edensync/edensync/internal/process"
	audit "github.com/edensync/edensync/services/audit/service"
	config "github.com/edensync/edensync/services/config/service"
	scheduler "github.com/edensync/edensync/services/scheduler/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// TablesSettings are those of commands that work on the databases of a site themselves.
type TablesSettings struct {
	process.DatabaseSettings `embed:""`
}

// Migrate changes the tables of all services to what this version needs. Whoever else does the same at that moment is
// waited for; processes of this version and of the one before may run meanwhile.
func Migrate(ctx context.Context, s TablesSettings, stdout io.Writer) error {
	for _, service := range []struct {
		name    string
		migrate func(context.Context, process.DatabaseSettings) error
	}{
		{"config", config.Migrate},
		{"scheduler", scheduler.Migrate},
		{"transfer", transfer.Migrate},
		{"audit", audit.Migrate},
	} {
		if err := service.migrate(ctx, s.DatabaseSettings); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "The tables of %s are up to date.\n", service.name); err != nil {
			return err
		}
	}
	return nil
}

// NewEpoch lets other edensync sites notice that the records of this one were restored.
func NewEpoch(ctx context.Context, s TablesSettings, stdout io.Writer) error {
	if err := transfer.NewEpoch(ctx, s.DatabaseSettings, time.Now); err != nil { //nolint:forbidigo // the clock enters here
		return err
	}
	_, err := fmt.Fprintln(stdout, "A new epoch has begun: other edensync sites will exchange everything with this one once more.")
	return err
}
