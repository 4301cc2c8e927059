package process_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

func (f *fake) Authorize(context.Context, string, rpc.Caller) error { return nil }

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

// processOf is the process of a service that can be opened at once.
func processOf(t *testing.T, s process.ServiceSettings, service process.Service) process.Process {
	t.Helper()
	return process.Process{
		Name: "test", Settings: s, Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Now: time.Now,
		Open: func(context.Context, *process.Connections) (process.Service, error) { return service, nil },
	}
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
	go func() { result <- processOf(t, s, &service).Run(ctx) }()
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
	if status, body := get(t, "http://"+s.HealthListen+"/readyz"); status != http.StatusOK || !strings.Contains(body, "test: ok") {
		t.Errorf("readyz: %d %q", status, body)
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
	err := processOf(t, s, &service).Run(t.Context())
	if e, ok := errors.AsType[*apierr.Error](err); !ok || e.Reason != apierr.ReasonSettingsInvalid || !strings.Contains(e.Message, "--cluster-key") {
		t.Errorf("got %v", err)
	}
	if service.running.Load() {
		t.Error("the service was started")
	}
}

// get asks once; 0 is no answer.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(text)
}

// await asks until the answer has the status and the word.
func await(t *testing.T, url string, status int, word string) {
	t.Helper()
	over := time.After(30 * time.Second)
	for {
		got, body := get(t, url)
		if got == status && strings.Contains(body, word) {
			return
		}
		select {
		case <-over:
			t.Fatalf("%s answers %d %q; want %d %q", url, got, body, status, word)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// A database that is away when the process starts keeps it waiting, not from starting.
func TestServiceIsOpenedWhenItCanBe(t *testing.T) {
	t.Parallel()
	s := process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}
	var service fake
	var there atomic.Bool
	p := processOf(t, s, &service)
	p.Open = func(context.Context, *process.Connections) (process.Service, error) {
		if !there.Load() {
			return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable, "It is away.")
		}
		return &service, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- p.Run(ctx) }()
	await(t, "http://"+s.HealthListen+"/readyz", http.StatusServiceUnavailable, "test: DATABASE_UNAVAILABLE: It is away.")
	await(t, "http://"+s.HealthListen+"/livez", http.StatusOK, "ok")
	there.Store(true)
	await(t, "http://"+s.HealthListen+"/readyz", http.StatusOK, "test: ok")
	await(t, "http://"+s.HealthListen+"/metrics", http.StatusOK, "edensync_build_info")
	cancel()
	if err := <-result; err != nil || !service.closed.Load() {
		t.Errorf("%v, closed %v", err, service.closed.Load())
	}
}

func TestProcessThatWaitsCanBeStopped(t *testing.T) {
	t.Parallel()
	s := process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}
	p := processOf(t, s, &fake{})
	p.Open = func(context.Context, *process.Connections) (process.Service, error) {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonSecretKeyMissing, "The key is missing.")
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- p.Run(ctx) }()
	await(t, "http://"+s.HealthListen+"/readyz", http.StatusServiceUnavailable, "SECRET_KEY_MISSING")
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

func TestWhatWillNeverWorkEndsTheProcess(t *testing.T) {
	t.Parallel()
	p := processOf(t, process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}, &fake{})
	p.Open = func(context.Context, *process.Connections) (process.Service, error) {
		return nil, apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid, "Nonsense.")
	}
	if err := p.Run(t.Context()); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
		t.Error(err)
	}
}

// lingering is a service that says in which order it is stopped.
type lingering struct {
	fake
	journal *journal
	health  string
	t       *testing.T
}

func (l *lingering) Run(ctx context.Context) error {
	<-ctx.Done()
	status, body := get(l.t, "http://"+l.health+"/readyz")
	if status == http.StatusServiceUnavailable && strings.Contains(body, "being stopped") {
		l.journal.note("unready")
	}
	l.journal.note("work ends")
	return nil
}

func (l *lingering) Close() error { l.journal.note("closed"); return nil }

func TestUnreadyBeforeTheWorkEnds(t *testing.T) {
	t.Parallel()
	s := process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}
	var j journal
	p := processOf(t, s, &lingering{journal: &j, health: s.HealthListen, t: t})
	p.Parts = func(process.Service, process.ListenOptions) []process.Part {
		return []process.Part{{Name: "peers", Stop: func(context.Context) error { j.note("peers end"); return nil }}}
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- p.Run(ctx) }()
	await(t, "http://"+s.HealthListen+"/readyz", http.StatusOK, "ready")
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if got := strings.Join(j.lines, ", "); got != "peers end, unready, work ends, closed" {
		t.Errorf("in the order: %s", got)
	}
}

// TestSystemdIsTold is not parallel: it sets variables of the process.
func TestSystemdIsTold(t *testing.T) {
	dir, err := os.MkdirTemp("", "notify") //nolint:usetesting // shorter than a folder of the test: names of sockets are
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	socket, err := new(net.ListenConfig).ListenPacket(t.Context(), "unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "30000")
	hear := func() string {
		t.Helper()
		if err := socket.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 100)
		n, _, err := socket.ReadFrom(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(text[:n])
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	p := processOf(t, process.ServiceSettings{Listen: freeAddress(t), HealthListen: freeAddress(t)}, &fake{})
	go func() { result <- p.Run(ctx) }()
	for _, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1"} {
		if got := hear(); got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
	cancel()
	for hear() != "STOPPING=1" {
	}
	if err := <-result; err != nil {
		t.Error(err)
	}
}
