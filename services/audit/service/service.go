// Package service puts the audit service together.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
	"github.com/edensync/edensync/services/audit/grpcapi"
	"github.com/edensync/edensync/services/audit/sqlstore"
)

// Name of the service: its schema or file, and what others call it by.
const Name = "audit"

// Settings are what the service is started with.
type Settings struct {
	process.DatabaseSettings `embed:""`
	// Retention is used where Deps.Retention is nil.
	Retention time.Duration `name:"log-retention" help:"How long entries of the log are kept; 0 keeps them for ever." default:"672h"`
}

// Deps are what the service needs from outside.
type Deps struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Retention answers how long entries are kept, 0 for ever. An error
	// postpones the removal. Nil stands for Settings.Retention.
	Retention func(ctx context.Context) (time.Duration, error)
}

// Service is the audit service.
type Service struct {
	db     *sqldb.DB
	log    *grpcapi.Log
	write  *grpcapi.Write
	expiry *expiry
}

// Open opens and migrates the database.
func Open(ctx context.Context, settings Settings, deps Deps) (*Service, error) {
	if settings.Retention < 0 {
		return nil, errors.New("the retention of the log must not be negative")
	}
	db, err := settings.Open(ctx, Name)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("open the log: %w", err), db.Close())
	}
	return assemble(db, settings, deps), nil
}

// Migrate brings the tables up to date without starting anything.
func Migrate(ctx context.Context, s process.DatabaseSettings) error {
	db, err := s.Open(ctx, Name)
	if err != nil {
		return fmt.Errorf("%s: %w", Name, err)
	}
	return errors.Join(migrate(ctx, db), db.Close())
}

func migrate(ctx context.Context, db *sqldb.DB) error {
	return db.Migrate(ctx, sqlstore.Migrations, sqlstore.VersionTable)
}

func assemble(db *sqldb.DB, settings Settings, deps Deps) *Service {
	retention := deps.Retention
	if retention == nil {
		retention = func(context.Context) (time.Duration, error) { return settings.Retention, nil }
	}
	var store audit.Store = sqlstore.New(db, deps.Now)
	bell := &grpcapi.Bell{}
	return &Service{
		db: db, log: grpcapi.NewLog(store, bell, deps.Now), write: grpcapi.NewWrite(store, bell, deps.Now),
		expiry: &expiry{store: store, retention: retention, now: deps.Now, logger: deps.Logger},
	}
}

// Register adds the handlers to a server.
func (s *Service) Register(server grpc.ServiceRegistrar) {
	auditv1.RegisterLogServiceServer(server, s.log)
	auditv1.RegisterWriteServiceServer(server, s.write)
}

// Run removes entries that have become too old, until ctx ends.
func (s *Service) Run(ctx context.Context) error { return s.expiry.run(ctx) }

// Close closes the database.
func (s *Service) Close() error { return s.db.Close() }

// Ready says whether the database answers.
func (s *Service) Ready(ctx context.Context) error { return s.db.Ping(ctx) }

// Authorize refuses calls that the caller may not make.
func (s *Service) Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error {
	return rules.Authorize(ctx, fullMethod, c)
}

var everybody = rpc.Rule{Roles: []string{"ADMINISTRATOR", "OPERATOR", "VIEWER"}}

// rules say who may call what: entries are written by services alone.
var rules = rpc.Rules{
	auditv1.LogService_ListLogEntries_FullMethodName:    everybody,
	auditv1.LogService_GetLogEntry_FullMethodName:       everybody,
	auditv1.LogService_WatchLogEntries_FullMethodName:   everybody,
	auditv1.LogService_ExportLogEntries_FullMethodName:  everybody,
	auditv1.LogService_PurgeLogEntries_FullMethodName:   {Roles: []string{"ADMINISTRATOR"}},
	auditv1.WriteService_WriteLogEntries_FullMethodName: {Services: []string{"config", "scheduler", "transfer"}},
}
