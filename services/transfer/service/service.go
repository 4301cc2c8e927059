// Package service wires the transfer service: store, engine, peers, attachments and API. It is the only package
// that knows all of them.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/sqldb"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/grpcapi"
	"github.com/edensync/edensync/services/transfer/inbound"
	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// Name of the service: its schema or file, and what others call it by.
const Name = "transfer"

// Settings are what an administrator gives the process.
type Settings struct {
	process.DatabaseSettings `embed:""`
	MaxBody                  int64 `name:"max-body" help:"Largest document that a peer may push or answer, in bytes after decompression." default:"2147483648"`
	// TrustedProxies are told to the gateway, too, which gives the flag where both are one process.
	TrustedProxies []netip.Prefix `help:"Networks of proxies in front of this site, such as 10.0.0.0/8; what they say about clients (X-Forwarded-For) is believed." placeholder:"CIDR"`
}

// Deps are what the service needs of its surroundings.
type Deps struct {
	Logger *slog.Logger
	Now    func() time.Time
	Config configv1.ExchangeServiceClient
	Audit  auditlog.Writer
}

// Service is the running transfer service.
type Service struct {
	db        *sqldb.DB
	store     *sqlstore.Store
	engine    *engine.Engine
	client    *peer.Client
	directory *directory
	remotes   *remotes
	worker    *worker
	registrar *registrar
	deliverer *auditlog.Deliverer
	files     *files
	metrics   *metrics
	pulse     *process.Pulse
	queued    chan struct{} // a run was, of which other processes have not heard
	handler   http.Handler
	deps      Deps
}

// Open opens the database, brings it up to date and puts everything together. It needs no neighbour to be up.
func Open(ctx context.Context, s Settings, deps Deps) (*Service, error) {
	db, err := s.Open(ctx, Name)
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	if err := migrate(ctx, db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("transfer: %w", err)
	}
	svc, err := assemble(s, deps, db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("transfer: %w", err), db.Close())
	}
	return svc, nil
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
	if err := auditlog.Migrate(ctx, db); err != nil {
		return err
	}
	return db.Migrate(ctx, sqlstore.Migrations, sqlstore.VersionTable)
}

func assemble(s Settings, deps Deps, db *sqldb.DB) (*Service, error) {
	svc := &Service{db: db, deps: deps, store: sqlstore.New(db, deps.Now), queued: make(chan struct{}, 1)}
	svc.directory = &directory{config: deps.Config, now: deps.Now, logger: deps.Logger}
	limits := peer.Defaults()
	limits.MaxResponseBytes = s.MaxBody
	svc.client = peer.New(limits, deps.Now, deps.Logger)
	svc.deliverer = auditlog.NewDeliverer(db, deps.Audit, deps.Logger)
	svc.store.OnAudit(svc.deliverer.Notify)
	log := &entries{store: svc.store, logger: deps.Logger}
	svc.remotes = &remotes{client: svc.client, directory: svc.directory, audit: log.write, now: deps.Now}
	svc.engine = engine.New(engine.Options{Store: svc.store, Remote: svc.remotes, Sites: svc.directory, Now: deps.Now, NewID: newID})
	svc.metrics = newMetrics(svc.store)
	svc.worker = newWorker(svc.store, svc.engine, svc.directory, newID(), deps.Now, deps.Logger, svc.metrics)
	svc.registrar = &registrar{config: deps.Config, remotes: svc.remotes, logger: deps.Logger}
	var err error
	if svc.files, err = openFiles(filepath.Join(s.Data, "files"), svc); err != nil {
		return nil, err
	}
	svc.worker.ended = svc.files.fetcher.Wake
	svc.pulse = process.NewPulse(deps.Now)
	svc.worker.beat = svc.pulse.Beat
	x := &exchange{engine: svc.engine, store: svc.store, directory: svc.directory, wake: svc.files.fetcher.Wake}
	svc.handler = inbound.New(inbound.Settings{MaxBodyBytes: s.MaxBody, TrustedProxies: s.TrustedProxies}, svc.directory, x, log, svc.files.handler(), deps.Now)
	return svc, nil
}

// newID is an id that sorts by the time of its making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Register adds the handlers to a gRPC server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	transferv1.RegisterRunServiceServer(r, &grpcapi.Runs{
		Store: s.store, Directory: s.directory, Now: s.deps.Now, NewID: newID, Wake: s.wake, Ticks: time.NewTicker,
	})
	transferv1.RegisterConflictServiceServer(r, &grpcapi.Conflicts{Store: s.store, Engine: s.engine, Directory: s.directory, Now: s.deps.Now})
	transferv1.RegisterRejectServiceServer(r, &grpcapi.Rejects{Store: s.store, Engine: s.engine, Directory: s.directory, Now: s.deps.Now})
	transferv1.RegisterRecordServiceServer(r, &grpcapi.Records{
		Store: s.store, Engine: s.engine, Directory: s.directory, Now: s.deps.Now, NewID: newID, Ticks: time.NewTicker,
	})
	transferv1.RegisterActivityServiceServer(r, &grpcapi.Activities{Store: s.store, Now: s.deps.Now})
	transferv1.RegisterPeerServiceServer(r, &grpcapi.Peers{Directory: s.directory, Remotes: s.remotes, Ticks: time.NewTicker})
}

// runsTopic is where processes hear that a run was queued.
const runsTopic = "runs"

// wake lets the workers of all processes look for runs at once. They would find them by themselves within a second.
func (s *Service) wake() {
	s.worker.Wake()
	select {
	case s.queued <- struct{}{}:
	default: // they will hear of it
	}
}

// hint tells other processes that runs were queued. Who queues them does not wait for that.
func (s *Service) hint(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.queued:
		}
		if err := s.db.Hint(ctx, runsTopic); err != nil && ctx.Err() == nil {
			s.deps.Logger.DebugContext(ctx, "could not wake other processes", "error", err)
		}
	}
}

// listen wakes the worker when another process has queued a run. Without hints it polls.
func (s *Service) listen(ctx context.Context) error {
	if err := s.db.Listen(ctx, runsTopic, s.worker.Wake); err != nil {
		s.deps.Logger.WarnContext(ctx, "hints of other processes are not heard; runs are found by looking", "error", err)
		<-ctx.Done()
	}
	return nil
}

// Collectors are what monitoring watches of this service.
func (s *Service) Collectors() []prometheus.Collector { return s.metrics.collectors() }

// PeerHandler is the HTTP endpoint that other sites call.
func (s *Service) PeerHandler() http.Handler { return s.handler }

// Run works until ctx ends: runs, registrations, attachments, the log, and forgetting.
func (s *Service) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, loop := range []func(context.Context) error{
		s.worker.Run, s.listen, s.hint, s.registrar.Run, s.deliverer.Run, s.files.fetcher.Run, s.forget, s.endAbandoned, s.endStalled,
	} {
		group.Go(func() error { return loop(ctx) })
	}
	return group.Wait()
}

// silence is how long the worker may not have looked at the queue; neighbours that do not answer hold it up for a while.
const silence = time.Minute

// Ready tells whether the service can work: its database answers, and the worker looks for runs. Neighbours may be away
// for a while.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.db.Ping(ctx); err != nil {
		return err
	}
	return s.pulse.Check("runs", silence)
}

// Close frees the database and idle connections.
func (s *Service) Close() error {
	s.client.Close()
	return errors.Join(s.files.folder.Close(), s.db.Close())
}

// Forgetting happens now and then; what is due has waited for weeks. Who looks at a run, however, is to see soon that
// nobody works on it any more.
const (
	forgetEvery = time.Hour
	abandonEach = 15 * time.Second
	// A batch is copied in milliseconds. stalledAfter is as long as PostgreSQL waits for a process between two statements.
	stalledAfter = 10 * time.Second
	stalledEach  = 5 * time.Second
)

// forget removes superseded versions, closed items and runs that are older than the retention.
func (s *Service) forget(ctx context.Context) error {
	return every(ctx, forgetEvery, func(ctx context.Context) {
		if err := s.forgetOnce(ctx); err != nil && ctx.Err() == nil {
			s.deps.Logger.WarnContext(ctx, "could not remove what is older than the retention", "error", err)
		}
	})
}

// endAbandoned ends exchanges that peers started and that broke off with the process that received them.
func (s *Service) endAbandoned(ctx context.Context) error {
	return every(ctx, abandonEach, func(ctx context.Context) {
		if _, err := s.store.EndAbandoned(ctx); err != nil && ctx.Err() == nil {
			s.deps.Logger.WarnContext(ctx, "could not end exchanges that broke off", "error", err)
		}
	})
}

// endStalled frees the locks of processes that stand still in the middle of storing a batch: everybody would wait for them.
func (s *Service) endStalled(ctx context.Context) error {
	return every(ctx, stalledEach, func(ctx context.Context) {
		ended, err := s.store.EndStalled(ctx, stalledAfter)
		switch {
		case err != nil && ctx.Err() == nil:
			s.deps.Logger.WarnContext(ctx, "could not look for processes that stand still", "error", err)
		case ended > 0:
			s.deps.Logger.WarnContext(ctx, "ended transactions of processes that stand still", "count", ended)
		}
	})
}

// every does something at once and then again and again until ctx ends.
func every(ctx context.Context, interval time.Duration, do func(context.Context)) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		do(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Service) forgetOnce(ctx context.Context) error {
	site, err := s.directory.Site(ctx)
	if err != nil || site.HistoryRetention <= 0 {
		return err
	}
	_, err = s.store.Prune(ctx, s.deps.Now().Add(-site.HistoryRetention))
	return err
}
