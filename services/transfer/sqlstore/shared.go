package sqlstore

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// shared is an open transaction, in which one writer after the other may write. On PostgreSQL it stores new versions as late as it can:
// before anything is asked for, or at its end. So those of several writers mostly go in by one COPY.
type shared struct {
	writer // of the engine, for what has nothing to do with records
	fresh  []*transfer.Record
}

var _ writer = (*shared)(nil)

// later takes versions of records that are not here, which must stay as they are until the transaction ends.
func (s *shared) later(records []*transfer.Record) { s.fresh = append(s.fresh, records...) }

// store stores what was left for later.
func (s *shared) store(ctx context.Context) error {
	records := s.fresh
	s.fresh = nil
	return insertRecords(ctx, s.writer, records)
}

// Get sees all versions, like every statement here.
func (s *shared) Get(ctx context.Context, dest any, query string, args ...any) error {
	if err := s.store(ctx); err != nil {
		return err
	}
	return s.writer.Get(ctx, dest, query, args...)
}

// Select is like Get.
func (s *shared) Select(ctx context.Context, dest any, query string, args ...any) error {
	if err := s.store(ctx); err != nil {
		return err
	}
	return s.writer.Select(ctx, dest, query, args...)
}

// Exec is like Get.
func (s *shared) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := s.store(ctx); err != nil {
		return nil, err
	}
	return s.writer.Exec(ctx, query, args...)
}

// Query is like Get.
func (s *shared) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	if err := s.store(ctx); err != nil {
		return nil, err
	}
	return s.writer.Query(ctx, query, args...)
}

// Prepare is like Get: what is prepared may be run until the next version is left for later.
func (s *shared) Prepare(ctx context.Context, query string) (*sqldb.Stmt, error) {
	if err := s.store(ctx); err != nil {
		return nil, err
	}
	return s.writer.Prepare(ctx, query)
}
