// Package service wires the scheduler: store, loop, sweeper, delivery of log entries and the gRPC handlers. It is the only
// package that knows all of them.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/grpcapi"
	"github.com/edensync/edensync/services/scheduler/loop"
	"github.com/edensync/edensync/services/scheduler/sqlstore"
)

// versionTable is where the migrations of this service are noted.
const versionTable = "scheduler_version"

// Settings are what an administrator gives the process.
type Settings struct {
	process.DatabaseSettings `embed:""`
	Parallel                 int           `name:"parallel-jobs" help:"Largest number of scheduled runs that this process starts and watches at a time." default:"128"`
	Spread                   time.Duration `name:"spread" help:"Delay the runs of new jobs by up to this, different for each repository but always the same, so that not all start at the same instant." default:"0s"`
}

// Runs is the part of transfer that the scheduler needs; transferv1.RunServiceClient is one.
type Runs interface {
	StartRun(ctx context.Context, in *transferv1.StartRunRequest, opts ...grpc.CallOption) (*transferv1.Run, error)
	GetRun(ctx context.Context, in *transferv1.GetRunRequest, opts ...grpc.CallOption) (*transferv1.Run, error)
}

// Repositories is the part of config that the scheduler needs; configv1.RepositoryServiceClient is one.
type Repositories interface {
	GetRepository(ctx context.Context, in *configv1.GetRepositoryRequest, opts ...grpc.CallOption) (*configv1.Repository, error)
}

// Deps are what the service needs of its surroundings. Neighbours may be down when it is opened.
type Deps struct {
	Logger   *slog.Logger
	Now      func() time.Time
	Transfer Runs
	Config   Repositories
	Audit    auditlog.Writer
}

// Service is the running scheduler.
type Service struct {
	db        *sqldb.DB
	loop      *loop.Loop
	pulse     *process.Pulse
	sweeper   *loop.Sweeper
	deliverer *auditlog.Deliverer
	jobs      *grpcapi.Jobs
}

// sweepEvery is how often the jobs of removed repositories are looked for.
const sweepEvery = 10 * time.Minute

// Open opens the database, brings it up to date and puts everything together.
func Open(ctx context.Context, s Settings, deps Deps) (*Service, error) {
	if s.Parallel < 1 || s.Spread < 0 {
		return nil, fmt.Errorf("scheduler: %w", badSettings())
	}
	db, err := s.Open(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("scheduler: %w", err)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("scheduler: %w", errors.Join(err, db.Close()))
	}
	return assemble(s, deps, db), nil
}

// Migrate brings the tables up to date without starting anything.
func Migrate(ctx context.Context, s process.DatabaseSettings) error {
	db, err := s.Open(ctx, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return errors.Join(migrate(ctx, db), db.Close())
}

func migrate(ctx context.Context, db *sqldb.DB) error {
	if err := auditlog.Migrate(ctx, db); err != nil {
		return err
	}
	return db.Migrate(ctx, sqlstore.Migrations, versionTable)
}

func assemble(s Settings, deps Deps, db *sqldb.DB) *Service {
	deliverer := auditlog.NewDeliverer(db, deps.Audit, deps.Logger)
	store := sqlstore.New(db, recorder(deps.Now, deliverer.Notify))
	names := directory{deps.Config}
	pulse := process.NewPulse(deps.Now)
	return &Service{
		db:        db,
		loop:      loop.New(store, transfer{deps.Transfer}, deps.Logger, loop.Settings{Owner: newID(), Parallel: s.Parallel, Beat: pulse.Beat}),
		pulse:     pulse,
		sweeper:   loop.NewSweeper(store, names, deps.Logger, sweepEvery),
		deliverer: deliverer,
		jobs:      grpcapi.NewJobs(scheduler.NewKeeper(store, names, newID, s.Spread), deps.Now),
	}
}

// newID is an id that sorts by the time of its making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Authorize refuses calls that the caller may not make.
func (s *Service) Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error {
	return grpcapi.Rules.Authorize(ctx, fullMethod, c)
}

// Register adds the handlers to a gRPC server.
func (s *Service) Register(r grpc.ServiceRegistrar) { schedulerv1.RegisterJobServiceServer(r, s.jobs) }

// Run works until ctx ends: slots, removed repositories, the log.
func (s *Service) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, run := range []func(context.Context) error{s.loop.Run, s.sweeper.Run, s.deliverer.Run} {
		group.Go(func() error { return run(ctx) })
	}
	return group.Wait()
}

// silence is how long the loop may not have looked for due jobs.
const silence = time.Minute

// Ready says why the service cannot work now: its database must answer, and the loop must turn. Neighbours may be away
// for a while.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.db.Ping(ctx); err != nil {
		return err
	}
	return s.pulse.Check("scheduled runs", silence)
}

// Close frees the database.
func (s *Service) Close() error { return s.db.Close() }
