package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// NewEpoch tells all edensync peers, when they come next, that the record store is not the one that they knew: their
// cursors are refused, and they exchange everything once more. To be called after a backup was put back. The site may
// run meanwhile; the entry in its log waits until it does.
func NewEpoch(ctx context.Context, s process.DatabaseSettings, now func() time.Time) error {
	db, err := s.Open(ctx, Name)
	if err != nil {
		return fmt.Errorf("%s: %w", Name, err)
	}
	if err := migrate(ctx, db); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", Name, err), db.Close())
	}
	err = sqlstore.New(db, now).NewEpoch(ctx, transfer.LogEntry{
		Resource: "none", Action: "begin new epoch", Result: "success",
		Message: "Other edensync sites will exchange everything with this one once more, because its records were restored.",
	})
	return errors.Join(err, db.Close())
}
