// Package service wires config: keys, store, use cases, delivery of log entries
// and the gRPC handlers. It is the only package that knows all of them.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
	"github.com/edensync/edensync/services/config/grpcapi"
	"github.com/edensync/edensync/services/config/password"
	"github.com/edensync/edensync/services/config/seal"
	"github.com/edensync/edensync/services/config/sqlstore"
)

// versionTable is where the migrations of this service are noted.
const versionTable = "config_version"

// Settings are what an administrator gives the process.
type Settings struct {
	process.DatabaseSettings `embed:""`
	SecretKeyFile            string         `name:"secret-key-file" help:"File with the keys that stored passwords are encrypted with; made at the first start. Default: secrets.key in the data folder." type:"path" placeholder:"FILE"`
	AdminPassword            process.Secret `name:"admin-password" help:"Password of the account admin, which is made at the first start; without it a one-time setup code is printed." placeholder:"SECRET"`
	PasswordChecks           int            `name:"password-checks" help:"How many passwords are checked at the same time, at most 64; each takes 19 MiB. 0: one for each processor, but no more than four." default:"0"`
}

// Deps are what the service needs of its surroundings. Audit may be down when
// the service is opened.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Audit   auditlog.Writer
	Version string // of the program, for the status; empty: unknown
	// PasswordCost is for tests, which cannot wait; zero: the usual cost.
	PasswordCost password.Cost
}

// Service is the running config service.
type Service struct {
	db        *sqldb.DB
	ring      *seal.Ring
	store     *sqlstore.Store
	keeper    *config.Keeper
	deliverer *auditlog.Deliverer
	deps      Deps
	started   time.Time
	setupCode config.Secret
}

// Open opens the database and the keys, brings the tables up to date, and makes
// identity and first administrator of a new site.
func Open(ctx context.Context, s Settings, deps Deps) (*Service, error) {
	db, err := s.Open(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	service, err := open(ctx, s, deps, db)
	if err != nil {
		return nil, fmt.Errorf("config: %w", errors.Join(err, db.Close()))
	}
	return service, nil
}

func open(ctx context.Context, s Settings, deps Deps, db *sqldb.DB) (*Service, error) {
	if s.PasswordChecks < 0 || s.PasswordChecks > maxPasswordChecks {
		return nil, apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid,
			"The service does not start: --password-checks must be 0 to %d.", maxPasswordChecks)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, err
	}
	ring, err := openRing(ctx, s, db, deps.Logger)
	if err != nil {
		return nil, err
	}
	service, err := assemble(s, deps, db, ring)
	if err != nil {
		return nil, err
	}
	if err := service.store.CheckKey(ctx); err != nil {
		return nil, err
	}
	if _, err := service.keeper.Begin(ctx); err != nil {
		return nil, err
	}
	service.setupCode, err = service.keeper.Prepare(ctx, config.Secret(s.AdminPassword.Reveal()))
	if err != nil {
		return nil, err
	}
	return service, nil
}

// How many passwords are checked at the same time: at most, and unless it is said. More would not be quicker on the
// processors that most machines have, and each takes memory.
const (
	maxPasswordChecks   = 64
	usualPasswordChecks = 4
)

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

func assemble(s Settings, deps Deps, db *sqldb.DB, ring *seal.Ring) (*Service, error) {
	deliverer := auditlog.NewDeliverer(db, deps.Audit, deps.Logger)
	store := sqlstore.New(db, ring, recorder(deps.Now, deliverer.Notify))
	cost, checks := deps.PasswordCost, s.PasswordChecks
	if cost == (password.Cost{}) {
		cost = password.Usual
	}
	if checks == 0 {
		checks = min(runtime.GOMAXPROCS(0), usualPasswordChecks)
	}
	memory, err := password.NewMemory(deps.Now)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: db, ring: ring, store: store, deliverer: deliverer, deps: deps, started: deps.Now(),
		keeper: config.NewKeeper(store, password.NewHasher(cost, checks), memory, deps.Now),
	}, nil
}

// SetupCode is the one-time code that lets the first administrator in, for the
// process to print; empty if there is an administrator already.
func (s *Service) SetupCode() string { return s.setupCode.Reveal() }

// Authorize refuses calls that the caller may not make. Refused changes of the
// configuration are audited.
func (s *Service) Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error {
	err := grpcapi.Rules.Authorize(ctx, fullMethod, c)
	action := grpcapi.WriteAction(fullMethod)
	if err == nil || c.Role == "" || action == "" {
		return err
	}
	return s.keeper.Denied(ctx, grpcapi.ActorOf(c), action, err)
}

// Register adds the handlers to a gRPC server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	configv1.RegisterSettingsServiceServer(r, &grpcapi.Settings{
		Keeper: s.keeper, Now: s.deps.Now, Started: s.started, Version: s.deps.Version,
	})
	configv1.RegisterRepositoryServiceServer(r, &grpcapi.Repositories{Keeper: s.keeper})
	configv1.RegisterTaskServiceServer(r, &grpcapi.Tasks{Keeper: s.keeper})
	configv1.RegisterUserServiceServer(r, &grpcapi.Users{Keeper: s.keeper})
	configv1.RegisterTokenServiceServer(r, &grpcapi.Tokens{Keeper: s.keeper})
	configv1.RegisterSessionServiceServer(r, &grpcapi.Sessions{Keeper: s.keeper})
	configv1.RegisterExchangeServiceServer(r, &grpcapi.Exchange{Keeper: s.keeper})
}

// Collectors are what monitoring watches of this service.
func (s *Service) Collectors() []prometheus.Collector {
	return []prometheus.Collector{newStandings(s.store)}
}

// purgeEvery is how often ended sessions and the like are removed.
const purgeEvery = time.Hour

// Run works until ctx ends: it delivers log entries and removes what is over.
func (s *Service) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.deliverer.Run(ctx) })
	group.Go(func() error { return s.purge(ctx) })
	return group.Wait()
}

func (s *Service) purge(ctx context.Context) error {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		if err := s.keeper.Purge(ctx); err != nil && ctx.Err() == nil {
			s.deps.Logger.WarnContext(ctx, "ended sessions and old requests could not be removed", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Ready says why the service cannot work now: its database must answer.
func (s *Service) Ready(ctx context.Context) error { return s.db.Ping(ctx) }

// Close frees the database.
func (s *Service) Close() error { return s.db.Close() }
