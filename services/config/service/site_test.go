package service_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config/password"
	"github.com/edensync/edensync/services/config/service"
)

const adminPassword = "correct horse battery"

// site is a running config service with clients, a clock and a log to look at.
type site struct {
	t        *testing.T
	db       *sqldb.DB
	service  *service.Service
	settings service.Settings
	deps     service.Deps
	clock    *clock
	journal  *journal
	answers  *answers

	sites     configv1.SettingsServiceClient
	repos     configv1.RepositoryServiceClient
	tasks     configv1.TaskServiceClient
	users     configv1.UserServiceClient
	tokens    configv1.TokenServiceClient
	sessions  configv1.SessionServiceClient
	exchanges configv1.ExchangeServiceClient
}

// clock stands still unless a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// journal is an audit service that keeps what it is given.
type journal struct {
	mu      sync.Mutex
	entries []*auditv1.LogEntry
}

func (j *journal) WriteLogEntries(
	_ context.Context, in *auditv1.WriteLogEntriesRequest, _ ...grpc.CallOption,
) (*auditv1.WriteLogEntriesResponse, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, in.GetLogEntries()...)
	return &auditv1.WriteLogEntriesResponse{}, nil
}

// answers keeps everything that the service has said, for the search for secrets.
type answers struct {
	mu    sync.Mutex
	texts []string
}

func (a *answers) add(method string, reply any, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m, ok := reply.(proto.Message); ok && err == nil {
		// Without redaction: debug_redact must not hide what is really sent.
		raw, marshalErr := proto.Marshal(m)
		a.texts = append(a.texts, method+": "+string(raw))
		if marshalErr != nil {
			a.texts = append(a.texts, marshalErr.Error())
		}
	}
	if err != nil {
		a.texts = append(a.texts, method+": "+err.Error())
	}
}

// each runs test on a fresh site with the administrator "admin", on both engines.
func each(t *testing.T, test func(s *site)) {
	t.Helper()
	eachWith(t, service.Settings{AdminPassword: adminPassword}, test)
}

func eachWith(t *testing.T, settings service.Settings, test func(s *site)) {
	t.Helper()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		settings := settings
		settings.DatabaseSettings = process.DatabaseSettings{Data: t.TempDir()}
		s := &site{
			t: t, db: db, settings: settings, journal: &journal{}, answers: &answers{},
			clock: &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)},
		}
		s.deps = service.Deps{
			Logger: slog.New(slog.DiscardHandler), Now: s.clock.Now, Audit: s.journal, Version: "1.2.3",
			PasswordCost: password.Cost{MemoryKiB: 64, Passes: 1},
		}
		s.start()
		test(s)
	})
}

// start opens the service on the database and connects the clients.
func (s *site) start() {
	s.t.Helper()
	opened, err := service.OpenOn(s.t.Context(), s.settings, s.deps, s.db)
	if err != nil {
		s.t.Fatal(err)
	}
	s.service = opened
	network := rpc.NewMemory()
	server := rpc.NewServer(rpc.ServerOptions{Authorize: opened.Authorize, Ready: opened.Ready})
	opened.Register(server)
	go func() { _ = server.Serve(network.Listener("config")) }()
	s.t.Cleanup(server.Stop)
	conn, err := rpc.Dial("memory:config", rpc.DialOptions{Memory: network, Service: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	heard := &listener{conn, s.answers}
	s.sites, s.repos = configv1.NewSettingsServiceClient(heard), configv1.NewRepositoryServiceClient(heard)
	s.tasks, s.users = configv1.NewTaskServiceClient(heard), configv1.NewUserServiceClient(heard)
	s.tokens, s.sessions = configv1.NewTokenServiceClient(heard), configv1.NewSessionServiceClient(heard)
	s.exchanges = configv1.NewExchangeServiceClient(heard)
}

// listener is a connection that writes all answers down.
type listener struct {
	*grpc.ClientConn
	answers *answers
}

func (l *listener) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	err := l.ClientConn.Invoke(ctx, method, args, reply, opts...)
	l.answers.add(method, reply, err)
	return err
}

// as is a call made by the gateway for somebody with a role.
func (s *site) as(user, role string) context.Context {
	return rpc.WithCaller(s.t.Context(), rpc.Caller{User: user, Role: role, Service: "gateway"})
}

func (s *site) admin() context.Context { return s.as("admin", "ADMINISTRATOR") }

// by is a call that a service makes for its own work.
func (s *site) by(service string) context.Context {
	return rpc.WithCaller(s.t.Context(), rpc.Caller{Service: service})
}

// log is what audit has received so far.
func (s *site) log() []*auditv1.LogEntry {
	s.t.Helper()
	if err := s.service.Deliver(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return slices.Clone(s.journal.entries)
}

// logged is the last entry of an action; the test fails if there is none.
func (s *site) logged(action string) *auditv1.LogEntry {
	s.t.Helper()
	entries := s.log()
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].GetAction() == action {
			return entries[i]
		}
	}
	s.t.Errorf("no log entry %q", action)
	return &auditv1.LogEntry{}
}

func (s *site) count(action string) int {
	n := 0
	for _, e := range s.log() {
		if e.GetAction() == action {
			n++
		}
	}
	return n
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func (s *site) createRepository(r *configv1.Repository) *configv1.Repository {
	s.t.Helper()
	return must[*configv1.Repository](s.t)(s.repos.CreateRepository(s.admin(), &configv1.CreateRepositoryRequest{Repository: r}))
}

func (s *site) repository(id string) *configv1.Repository {
	s.t.Helper()
	return must[*configv1.Repository](s.t)(s.repos.GetRepository(s.admin(), &configv1.GetRepositoryRequest{Id: id}))
}

func (s *site) createTask(t *configv1.Task) *configv1.Task {
	s.t.Helper()
	return must[*configv1.Task](s.t)(s.tasks.CreateTask(s.admin(), &configv1.CreateTaskRequest{Task: t}))
}

func (s *site) createUser(u *configv1.User) *configv1.User {
	s.t.Helper()
	if u.GetPassword() == "" {
		u.Password = "password of " + u.GetUsername()
	}
	return must[*configv1.User](s.t)(s.users.CreateUser(s.admin(), &configv1.CreateUserRequest{User: u}))
}

func (s *site) refused(err error, kind apierr.Kind, reason apierr.Reason) {
	s.t.Helper()
	if err == nil {
		s.t.Errorf("nothing was refused, want %s", reason)
		return
	}
	if apierr.KindOf(err) != kind || apierr.ReasonOf(err) != reason {
		s.t.Errorf("error = %v (%v), want %v %s", err, apierr.KindOf(err), kind, reason)
	}
}

// refusedField checks that exactly this field is named as wrong.
func (s *site) refusedField(err error, field string) {
	s.t.Helper()
	e, ok := apierr.As(err)
	if !ok || e.Kind != apierr.KindInvalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
		s.t.Errorf("error = %v, want one about the field %s", err, field)
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
}
