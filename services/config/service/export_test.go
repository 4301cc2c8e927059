package service

import (
	"context"

	"github.com/edensync/edensync/internal/sqldb"
)

// OpenOn opens the service on a database that the test has made.
func OpenOn(ctx context.Context, s Settings, deps Deps, db *sqldb.DB) (*Service, error) {
	return open(ctx, s, deps, db)
}

// Deliver brings waiting log entries to audit at once.
func (s *Service) Deliver(ctx context.Context) error { return s.deliverer.Deliver(ctx) }

// Purge removes what is over at once.
func (s *Service) Purge(ctx context.Context) error { return s.keeper.Purge(ctx) }
