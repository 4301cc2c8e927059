package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/scheduler/service"
)

// neighbours are config, transfer and audit in one: config knows the repositories r1 to r3, transfer ends every run at once,
// audit remembers. r2 is always busy, r3 overloaded until tomorrow.
type neighbours struct {
	mu      sync.Mutex
	orders  []*transferv1.StartRunRequest
	users   []string
	entries []*auditv1.LogEntry
	told    chan *auditv1.LogEntry
	started chan *transferv1.StartRunRequest
}

type config struct {
	configv1.UnimplementedRepositoryServiceServer
}

func (config) GetRepository(_ context.Context, in *configv1.GetRepositoryRequest) (*configv1.Repository, error) {
	if !slices.Contains([]string{"r1", "r2", "r3"}, in.GetId()) {
		return nil, apierr.NotFound("repository", in.GetId())
	}
	return &configv1.Repository{Id: in.GetId(), Name: "Kisumu"}, nil
}

type runs struct {
	transferv1.UnimplementedRunServiceServer
	n *neighbours
}

func (r runs) StartRun(ctx context.Context, in *transferv1.StartRunRequest) (*transferv1.Run, error) {
	r.n.mu.Lock()
	defer r.n.mu.Unlock()
	r.n.orders = append(r.n.orders, in)
	r.n.users = append(r.n.users, rpc.CallerFrom(ctx).User+"/"+rpc.CallerFrom(ctx).Service)
	r.n.started <- in
	if in.GetRepositoryId() == "r2" {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonRunActive, "busy")
	}
	id := fmt.Sprint("run", len(r.n.orders))
	if in.GetRepositoryId() == "r3" {
		return &transferv1.Run{
			Id: id, State: transferv1.RunState_RUN_STATE_FAILED, StartTime: timestamppb.Now(), EndTime: timestamppb.Now(),
			RetryTime: timestamppb.New(tomorrow()), Reason: "REMOTE_UNAVAILABLE", Message: "The repository is overloaded.",
		}, nil
	}
	return r.GetRun(ctx, &transferv1.GetRunRequest{Id: id})
}

// tomorrow is the end of this day.
func tomorrow() time.Time { return time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour) }

func (runs) GetRun(_ context.Context, in *transferv1.GetRunRequest) (*transferv1.Run, error) {
	now := timestamppb.Now()
	return &transferv1.Run{
		Id: in.GetId(), State: transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS, StartTime: now, EndTime: now,
		Message: "Two records were refused.", RepositoryName: "Kisumu",
	}, nil
}

type audit struct {
	auditv1.UnimplementedWriteServiceServer
	n *neighbours
}

func (a audit) WriteLogEntries(_ context.Context, in *auditv1.WriteLogEntriesRequest) (*auditv1.WriteLogEntriesResponse, error) {
	a.n.mu.Lock()
	defer a.n.mu.Unlock()
	a.n.entries = append(a.n.entries, in.GetLogEntries()...)
	for _, entry := range in.GetLogEntries() {
		a.n.told <- entry
	}
	return &auditv1.WriteLogEntriesResponse{}, nil
}

// bench is a running scheduler between its neighbours, and a client of it.
type bench struct {
	t *testing.T
	*neighbours
	client schedulerv1.JobServiceClient
}

// open starts a scheduler with a SQLite database of its own. What differs on PostgreSQL is in the suite of the store.
func open(t *testing.T) *bench {
	t.Helper()
	n := &neighbours{told: make(chan *auditv1.LogEntry, 100), started: make(chan *transferv1.StartRunRequest, 100)}
	network := rpc.NewMemory()
	serve(t, network, "config", rpc.ServerOptions{}, func(s grpc.ServiceRegistrar) { configv1.RegisterRepositoryServiceServer(s, config{}) })
	serve(t, network, "transfer", rpc.ServerOptions{}, func(s grpc.ServiceRegistrar) { transferv1.RegisterRunServiceServer(s, runs{n: n}) })
	serve(t, network, "audit", rpc.ServerOptions{}, func(s grpc.ServiceRegistrar) { auditv1.RegisterWriteServiceServer(s, audit{n: n}) })

	settings := service.Settings{Parallel: 4}
	settings.Data = t.TempDir()
	s, err := service.Open(t.Context(), settings, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now,
		Config:   configv1.NewRepositoryServiceClient(dial(t, network, "config", "scheduler")),
		Transfer: transferv1.NewRunServiceClient(dial(t, network, "transfer", "scheduler")),
		Audit:    auditv1.NewWriteServiceClient(dial(t, network, "audit", "scheduler")),
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	serve(t, network, "scheduler", rpc.ServerOptions{Authorize: s.Authorize, Ready: s.Ready}, func(server grpc.ServiceRegistrar) { s.Register(server) })
	return &bench{t, n, schedulerv1.NewJobServiceClient(dial(t, network, "scheduler", "gateway"))}
}

// run works until the test ends and then closes the service.
func run(t *testing.T, s *service.Service) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func serve(t *testing.T, network *rpc.Memory, name string, options rpc.ServerOptions, register func(grpc.ServiceRegistrar)) {
	t.Helper()
	server := rpc.NewServer(options)
	register(server)
	listener := network.Listener(name)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
}

func dial(t *testing.T, network *rpc.Memory, name, as string) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial("memory:"+name, rpc.DialOptions{Memory: network, Service: as})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// as is a context of the user ada with the role.
func (b *bench) as(role string) context.Context {
	return rpc.WithCaller(b.t.Context(), rpc.Caller{User: "ada", Role: role, Service: "gateway"})
}

func (b *bench) admin() context.Context { return b.as("ADMINISTRATOR") }

func (b *bench) create(job *schedulerv1.Job) *schedulerv1.Job {
	b.t.Helper()
	created, err := b.client.CreateJob(b.admin(), &schedulerv1.CreateJobRequest{Job: job})
	if err != nil {
		b.t.Fatal(err)
	}
	return created
}

func (b *bench) wantReason(err error, want apierr.Reason) {
	b.t.Helper()
	if got := apierr.ReasonOf(err); got != want {
		b.t.Errorf("reason %q (%v), want %q", got, err, want)
	}
}

// within is how long a test waits for what must come.
const within = time.Minute
