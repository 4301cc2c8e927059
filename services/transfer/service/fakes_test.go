package service_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/service"
)

// config is a fake of the config service: one site, some repositories, one registration that waits.
type config struct {
	configv1.ExchangeServiceClient
	mu       sync.Mutex
	repos    map[string]*configv1.Exchange
	waiting  string // id of the repository to be registered
	proxy    string // of the site, with its password
	away     bool   // nothing is known of resources
	reported chan *configv1.ReportRegistrationRequest
	contacts chan *configv1.ReportContactRequest
}

func newConfig() *config {
	return &config{
		repos: map[string]*configv1.Exchange{}, reported: make(chan *configv1.ReportRegistrationRequest, 10),
		contacts: make(chan *configv1.ReportContactRequest, 100),
	}
}

// siteUUID is our repository UUID in these tests.
const siteUUID = "urn:uuid:11111111-1111-4111-8111-111111111111"

// remoteUUID is that of the repository r1.
const remoteUUID = "urn:uuid:22222222-2222-4222-8222-222222222222"

// maxBody is the largest document in these tests: twice the longest value that a document may hold.
const maxBody = 32 << 20

func (c *config) GetSite(context.Context, *configv1.GetSiteRequest, ...grpc.CallOption) (*configv1.Site, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &configv1.Site{ProxyUrl: c.proxy, Settings: &configv1.Settings{
		RepositoryUuid: siteUUID, SiteName: "Test site", PublicUrl: "http://test.example.org/eden", MaxAttachmentBytes: 1 << 20,
		PullOverlap: durationpb.New(2 * time.Second), FullPullInterval: durationpb.New(7 * 24 * time.Hour), MaxClockOffset: durationpb.New(5 * time.Minute),
	}}, nil
}

func (c *config) add(url, user, password string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	accept := true
	c.repos["r1"] = &configv1.Exchange{
		Repository: &configv1.Repository{Id: "r1", Name: "Eden", Url: url, Username: user, AcceptPushes: &accept, Uuid: remoteUUID},
		Password:   password,
		Tasks:      []*configv1.Task{task("org_office", configv1.TaskMode_TASK_MODE_PULL_AND_PUSH)},
	}
	return "r1"
}

// task exchanges everything under NEWER.
func task(resource string, mode configv1.TaskMode) *configv1.Task {
	return &configv1.Task{
		ResourceName: resource, Mode: mode,
		Strategy: []configv1.StrategyMethod{
			configv1.StrategyMethod_STRATEGY_METHOD_CREATE, configv1.StrategyMethod_STRATEGY_METHOD_UPDATE,
			configv1.StrategyMethod_STRATEGY_METHOD_DELETE, configv1.StrategyMethod_STRATEGY_METHOD_MERGE,
		},
		UpdatePolicy: configv1.Policy_POLICY_NEWER, ConflictPolicy: configv1.Policy_POLICY_NEWER,
	}
}

func (c *config) GetExchange(_ context.Context, in *configv1.GetExchangeRequest, _ ...grpc.CallOption) (*configv1.Exchange, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if repo := c.repos[in.GetRepositoryId()]; repo != nil {
		return repo, nil
	}
	return nil, apierr.NotFound("repository", in.GetRepositoryId())
}

func (c *config) ListResourceExchanges(_ context.Context, in *configv1.ListResourceExchangesRequest, _ ...grpc.CallOption) (*configv1.ListResourceExchangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "Away.")
	}
	out := &configv1.ListResourceExchangesResponse{}
	for id, repo := range c.repos {
		for _, task := range repo.GetTasks() {
			if task.GetResourceName() == in.GetResourceName() {
				named := proto.CloneOf(task)
				named.RepositoryId = id
				out.Exchanges = append(out.Exchanges, &configv1.ResourceExchange{Task: named, RepositoryName: repo.GetRepository().GetName(), Paused: repo.GetRepository().GetPaused()})
			}
		}
	}
	return out, nil
}

func (c *config) ClaimRegistration(context.Context, *configv1.ClaimRegistrationRequest, ...grpc.CallOption) (*configv1.ClaimRegistrationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	claim := &configv1.ClaimRegistrationResponse{RepositoryId: c.waiting, Generation: 7}
	c.waiting = ""
	return claim, nil
}

func (c *config) ReportRegistration(_ context.Context, in *configv1.ReportRegistrationRequest, _ ...grpc.CallOption) (*configv1.ReportRegistrationResponse, error) {
	c.reported <- in
	return &configv1.ReportRegistrationResponse{}, nil
}

func (c *config) ReportContact(_ context.Context, in *configv1.ReportContactRequest, _ ...grpc.CallOption) (*configv1.ReportContactResponse, error) {
	c.contacts <- in
	return &configv1.ReportContactResponse{}, nil
}

// audit is a fake of the audit service that hands entries to the test.
type audit struct{ entries chan *auditv1.LogEntry }

func (a *audit) WriteLogEntries(_ context.Context, in *auditv1.WriteLogEntriesRequest, _ ...grpc.CallOption) (*auditv1.WriteLogEntriesResponse, error) {
	for _, e := range in.GetLogEntries() {
		a.entries <- e
	}
	return &auditv1.WriteLogEntriesResponse{}, nil
}

// site is a transfer service with fakes for neighbours, asked over gRPC.
type site struct {
	*config
	*audit
	asked      configv1.ExchangeServiceClient // instead of config, if set
	service    *service.Service
	runs       transferv1.RunServiceClient
	rejects    transferv1.RejectServiceClient
	peers      transferv1.PeerServiceClient
	records    transferv1.RecordServiceClient
	conflicts  transferv1.ConflictServiceClient
	activities transferv1.ActivityServiceClient
}

func start(t *testing.T, engine string) *site {
	t.Helper()
	s := &site{config: newConfig(), audit: &audit{entries: make(chan *auditv1.LogEntry, 1000)}}
	s.open(t, engine)
	return s
}

func (s *site) open(t *testing.T, engine string) {
	t.Helper()
	dsn, schema := sqldbtest.DSN(t, engine)
	settings := service.Settings{MaxBody: maxBody}
	settings.Data, settings.Database, settings.Schema = t.TempDir(), process.Secret(dsn), schema
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	if s.asked == nil {
		s.asked = s.config
	}
	svc, err := service.Open(t.Context(), settings, service.Deps{Logger: logger, Now: time.Now, Config: s.asked, Audit: s.audit})
	if err != nil {
		t.Fatal(err)
	}
	s.service = svc
	memory := rpc.NewMemory()
	server := rpc.NewServer(rpc.ServerOptions{Logger: logger, Authorize: svc.Authorize, Ready: svc.Ready})
	svc.Register(server)
	listener := memory.Listener(service.Name)
	go func() { _ = server.Serve(listener) }()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- svc.Run(ctx) }()
	conn, err := rpc.Dial("memory:"+service.Name, rpc.DialOptions{Memory: memory, Service: "gateway"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the service ended: %v", err)
		}
		server.Stop()
		if err := svc.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	s.runs, s.rejects = transferv1.NewRunServiceClient(conn), transferv1.NewRejectServiceClient(conn)
	s.peers, s.records = transferv1.NewPeerServiceClient(conn), transferv1.NewRecordServiceClient(conn)
	s.conflicts, s.activities = transferv1.NewConflictServiceClient(conn), transferv1.NewActivityServiceClient(conn)
}

// as is a context of a signed-in person.
func as(t *testing.T, role string) context.Context {
	t.Helper()
	return rpc.WithCaller(t.Context(), rpc.Caller{User: "ann", Role: role, Service: "gateway"})
}

// follow waits until a run has ended.
func (s *site) follow(t *testing.T, id string) *transferv1.Run {
	t.Helper()
	return s.until(t, id, func(run *transferv1.Run) bool { return run.GetEndTime() != nil })
}

// working waits until a run has begun with its first task.
func (s *site) working(t *testing.T, id string) {
	t.Helper()
	s.until(t, id, func(run *transferv1.Run) bool { return len(run.GetTasks()) > 0 })
}

func (s *site) until(t *testing.T, id string, enough func(*transferv1.Run) bool) *transferv1.Run {
	t.Helper()
	stream, err := s.runs.WatchRun(as(t, "VIEWER"), &transferv1.WatchRunRequest{Id: id})
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			t.Fatalf("watch: %v", err)
		}
		if run := m.GetSnapshot(); run != nil && enough(run) {
			return run
		}
	}
}

func (s *site) synchronize(t *testing.T, repository string) *transferv1.Run {
	t.Helper()
	run, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: repository})
	if err != nil {
		t.Fatal(err)
	}
	return s.follow(t, run.GetId())
}

// entryTime is how long a log entry may be on its way.
const entryTime = 20 * time.Second

// entry waits for the next log entry of a mode.
func (s *site) entry(t *testing.T, mode auditv1.Mode) *auditv1.LogEntry {
	t.Helper()
	over := time.After(entryTime)
	for {
		select {
		case e := <-s.entries:
			if e.GetMode() == mode {
				return e
			}
		case <-over:
			t.Fatal("no log entry came")
		}
	}
}
