package security_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// adminPassword is that of the account admin.
const adminPassword = "a chart of the sea in winter"

// site is a whole site in this process: the real services, which talk over memory, and the two doors over HTTP.
type site struct {
	t         *testing.T
	url       string // of the gateway
	peers     string // of the endpoint for other sites
	data      string // its folder
	databases map[string]process.DatabaseSettings
	health    *process.Health
	log       *lockedBuffer
}

// lockedBuffer is the log of the process at level debug.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newSite starts a site with empty databases of an engine ("sqlite" or "postgres") and the account admin.
func newSite(t *testing.T, engine string, settings gateway.Settings) *site {
	t.Helper()
	s := &site{t: t, data: t.TempDir(), databases: map[string]process.DatabaseSettings{}, health: process.NewHealth(), log: &lockedBuffer{}}
	logger := process.Logger(s.log, "text", "debug")
	network := rpc.NewMemory()
	connect := func(from string) func(to string) *grpc.ClientConn {
		return func(to string) *grpc.ClientConn {
			return dial(t, "memory:"+to, rpc.DialOptions{Memory: network, Service: from})
		}
	}
	for _, name := range []string{"audit", "config", "transfer", "scheduler"} {
		s.databases[name] = s.database(engine)
		service := openWith(t, name, s.databases[name], logger, connect(name))
		s.run(service, network.Listener(name), logger)
		if peers, ok := service.(*transfer.Service); ok {
			s.peers = s.serve(peers.PeerHandler())
		}
	}
	to := connect("gateway")
	door, err := gateway.Open(t.Context(), settings, gateway.Deps{
		Logger: logger, Now: time.Now, Config: to("config"), Scheduler: to("scheduler"), Transfer: to("transfer"), Audit: to("audit"), Health: s.health.Handler(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.health.Watch(door)
	s.url = s.serve(door.Handler())
	return s
}

func (s *site) database(engine string) process.DatabaseSettings {
	s.t.Helper()
	if engine == "sqlite" {
		return process.DatabaseSettings{Data: s.data}
	}
	dsn, schema := sqldbtest.DSN(s.t, engine)
	return process.DatabaseSettings{Data: s.data, Database: process.Secret(dsn), Schema: schema, Connections: 4}
}

// run serves a service and lets it work until the test ends.
func (s *site) run(service process.Service, listener net.Listener, logger *slog.Logger) {
	s.health.Watch(service)
	server := rpc.NewServer(rpc.ServerOptions{Logger: logger, Authorize: service.Authorize, Metrics: s.health.Registry()})
	service.Register(server)
	go func() { _ = server.Serve(listener) }()
	ctx, stop := context.WithCancel(s.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := service.Run(ctx); err != nil && ctx.Err() == nil {
			s.t.Errorf("a service ended: %v", err)
		}
	}()
	s.t.Cleanup(func() {
		stop()
		<-ended
		server.Stop()
	})
}

func (s *site) serve(handler http.Handler) string {
	server := httptest.NewServer(handler)
	s.t.Cleanup(server.Close)
	return server.URL
}

// reply is what came back, with its body.
type reply struct {
	*http.Response
	body string
}

// do makes a request as it is, and follows nothing; headers are pairs of name and value.
func (s *site) do(method, address, body string, headers ...string) reply {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{response, string(text)}
}

// call makes a call of the REST interface that must succeed.
func (s *site) call(cookie, method, path, body string) reply {
	s.t.Helper()
	got := s.do(method, s.url+"/api/v1"+path, body, "Content-Type", "application/json", "Cookie", cookie)
	if got.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %d %s", method, path, got.StatusCode, got.body)
	}
	return got
}

// signIn answers the header of a new session.
func (s *site) signIn(cookie string) string {
	s.t.Helper()
	got := s.call(cookie, "POST", "/session", `{"username":"admin","password":"`+adminPassword+`"}`)
	return got.Cookies()[0].Name + "=" + got.Cookies()[0].Value
}
