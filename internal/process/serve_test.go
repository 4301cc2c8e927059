package process_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
)

// fake is a Service that notes what is done with it.
type fake struct {
	registered, running, closed atomic.Bool
}

func (f *fake) Register(grpc.ServiceRegistrar) { f.registered.Store(true) }

func (f *fake) Run(ctx context.Context) error {
	f.running.Store(true)
	<-ctx.Done()
	return nil
}

func (f *fake) Ready(context.Context) error { return nil }

func (f *fake) Close() error {
	f.closed.Store(true)
	return nil
}

// freeAddress is an address that nobody listens on, for a process that needs to
// be told one.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestServeUntilTold(t *testing.T) {
	t.Parallel()
	s := process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}
	var service fake
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		result <- process.Serve(ctx, "test", s, t.TempDir(), &service, rpc.Rules{}, slog.New(slog.DiscardHandler))
	}()
	conn, err := rpc.Dial(s.Listen, rpc.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	check, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil || check.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("grpc health: %v, %v", check, err)
	}
	// The health listener is started before the gRPC listener.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.HealthListen+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "test: ok") {
		t.Errorf("readyz: %q, %v", body, err)
	}
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if !service.registered.Load() || !service.running.Load() || !service.closed.Load() {
		t.Errorf("the service was not used in full: %v %v %v", service.registered.Load(), service.running.Load(), service.closed.Load())
	}
}

func TestServeRefusesToListenToEverybody(t *testing.T) {
	t.Parallel()
	var service fake
	s := process.ServiceSettings{Listen: "0.0.0.0:0", HealthListen: "127.0.0.1:0"}
	err := process.Serve(t.Context(), "test", s, t.TempDir(), &service, rpc.Rules{}, slog.New(slog.DiscardHandler))
	if e, ok := errors.AsType[*apierr.Error](err); !ok || e.Reason != apierr.ReasonSettingsInvalid || !strings.Contains(e.Message, "--cluster-key") {
		t.Errorf("got %v", err)
	}
	if !service.closed.Load() {
		t.Error("the service was not closed")
	}
}
