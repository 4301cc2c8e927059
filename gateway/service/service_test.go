package service_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// site is a gateway before fakes, reached over HTTP.
type site struct {
	*fakes
	*httptest.Server
	t *testing.T
}

// newSite is one without scheduler.
func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteWith(t, false)
}

func newSiteWith(t *testing.T, scheduler bool) *site {
	t.Helper()
	return newSiteOf(t, service.Settings{}, scheduler)
}

// theTime stands still.
var theTime = time.Date(2029, 12, 31, 23, 0, 0, 0, time.UTC)

func newSiteOf(t *testing.T, settings service.Settings, scheduler bool) *site {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	fake := &fakes{setUp: true, sessions: map[string]bool{}}
	memory := rpc.NewMemory()
	server := rpc.NewServer(rpc.ServerOptions{Logger: logger})
	configv1.RegisterSessionServiceServer(server, fake)
	configv1.RegisterSettingsServiceServer(server, fake)
	configv1.RegisterRepositoryServiceServer(server, fake)
	configv1.RegisterTaskServiceServer(server, fake)
	schedulerv1.RegisterJobServiceServer(server, fake)
	transferv1.RegisterRunServiceServer(server, fake)
	transferv1.RegisterActivityServiceServer(server, fake)
	transferv1.RegisterPeerServiceServer(server, fake)
	transferv1.RegisterRecordServiceServer(server, fake)
	auditv1.RegisterLogServiceServer(server, fake)
	go func() { _ = server.Serve(memory.Listener("all")) }()
	t.Cleanup(server.Stop)
	all, err := rpc.Dial("memory:all", rpc.DialOptions{Memory: memory, Service: "gateway"})
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := rpc.Dial("passthrough:///127.0.0.1:1", rpc.DialOptions{Service: "gateway"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = all.Close(), nobody.Close() })
	jobs := nobody
	if scheduler {
		jobs = all
	}
	gateway, err := service.Open(t.Context(), settings, service.Deps{
		Logger: logger, Now: func() time.Time { return theTime },
		Config: all, Transfer: all, Audit: all, Scheduler: jobs,
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(gateway.Handler())
	t.Cleanup(web.Close)
	return &site{fake, web, t}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

// do makes a request; headers are pairs of name and value, and nothing is added but the type of a body.
func (s *site) do(method, path, body string, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if method != http.MethodGet && method != http.MethodDelete {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.Client().Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response, string(text)}
}

// as makes a request with the token of a role: admin, operator, viewer or peer.
func (s *site) as(role, method, path, body string, headers ...string) answer {
	s.t.Helper()
	return s.do(method, path, body, append(headers, "Authorization", "Bearer token-"+role)...)
}

// reason is the reason of an error answer.
func (a answer) reason(t *testing.T) string {
	t.Helper()
	var status struct {
		Details []struct{ Reason string }
	}
	if err := json.Unmarshal([]byte(a.body), &status); err != nil || len(status.Details) == 0 {
		t.Fatalf("no reason in %s: %v", a.body, err)
	}
	return status.Details[0].Reason
}
