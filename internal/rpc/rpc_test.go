package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
)

func TestCallerArrives(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "gateway"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		got.Store(rpc.CallerFrom(ctx))
		return in, nil
	}})
	sent := rpc.Caller{User: "Zoë & söhne", Role: "OPERATOR", RequestID: "r-1"}
	// What a browser smuggled into the metadata is replaced.
	ctx := metadata.AppendToOutgoingContext(t.Context(), "edensync-role", "ADMINISTRATOR", "edensync-service", "config", "other", "kept")
	if _, err := echo(rpc.WithCaller(ctx, sent), conn, "x"); err != nil {
		t.Fatal(err)
	}
	sent.Service = "gateway"
	if diff := cmp.Diff(sent, got.Load()); diff != "" {
		t.Errorf("(-sent +received)\n%s", diff)
	}
	if _, err := echo(ctx, conn, "x"); err != nil {
		t.Fatal(err)
	}
	anonymous := got.Load().(rpc.Caller)
	if anonymous.RequestID == "" {
		t.Error("no request id was made")
	}
	anonymous.RequestID = ""
	if diff := cmp.Diff(rpc.Caller{Service: "gateway"}, anonymous); diff != "" {
		t.Errorf("(-want +received)\n%s", diff)
	}
	if c := rpc.CallerFrom(t.Context()); c != (rpc.Caller{}) {
		t.Errorf("outside of a call there is a caller: %+v", c)
	}
}

func TestCallerOfACallMadeWhileAnswering(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	inner := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "transfer"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		got.Store(rpc.CallerFrom(ctx))
		return in, nil
	}})
	outer := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "gateway"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		return echo(ctx, inner, in)
	}})
	ctx := rpc.WithCaller(t.Context(), rpc.Caller{User: "ada", Role: "OPERATOR", RequestID: "r-1"})
	if _, err := echo(ctx, outer, "x"); err != nil {
		t.Fatal(err)
	}
	want := rpc.Caller{User: "ada", Service: "transfer", RequestID: "r-1"}
	if diff := cmp.Diff(want, got.Load()); diff != "" {
		t.Errorf("(-want +received)\n%s", diff)
	}
}

func TestErrorsOfOneHandlerReachTheCaller(t *testing.T) {
	t.Parallel()
	sent := apierr.Invalid(apierr.Field{Name: "url", Message: "is empty"}).With("a", "b").After(time.Second)
	fail := handler{
		echo: func(context.Context, string) (string, error) {
			return "", fmt.Errorf("op: %w", sent.Wrap(io.ErrNoProgress))
		},
		count: func(_ string, stream grpc.ServerStream) error {
			if err := stream.SendMsg(wrapperspb.String("1")); err != nil {
				return err
			}
			return sent
		},
	}
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{}, fail)
	check := func(err error) {
		t.Helper()
		got, ok := apierr.As(err)
		if !ok {
			t.Fatalf("%v is no *Error", err)
		}
		if diff := cmp.Diff(sent, got, cmpopts.IgnoreUnexported(apierr.Error{})); diff != "" {
			t.Errorf("(-sent +received)\n%s", diff)
		}
	}
	_, err := echo(t.Context(), conn, "x")
	check(err)
	got, err := counted(t.Context(), conn, "x")
	check(err)
	if diff := cmp.Diff([]string{"1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStreamEndsWithEOF(t *testing.T) {
	t.Parallel()
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "cli"}, handler{count: func(in string, stream grpc.ServerStream) error {
		return stream.SendMsg(wrapperspb.String(in + rpc.CallerFrom(stream.Context()).Service))
	}})
	got, err := counted(t.Context(), conn, "x")
	if !errors.Is(err, io.EOF) || len(got) != 1 || got[0] != "xcli" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestInternalErrorsAndPanicsAreHiddenAndLogged(t *testing.T) {
	t.Parallel()
	tests := map[string]func(context.Context, string) (string, error){
		"error": func(context.Context, string) (string, error) { return "", errors.New("the geheim detail") },
		"panic": func(context.Context, string) (string, error) { panic("the geheim detail") },
	}
	for name, h := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log logBuffer
			conn := connect(t, rpc.ServerOptions{Logger: log.logger()}, rpc.DialOptions{}, handler{echo: h})
			ctx := rpc.WithCaller(t.Context(), rpc.Caller{RequestID: "r-77"})
			_, err := echo(ctx, conn, "x")
			got, _ := apierr.As(err)
			if got == nil || got.Reason != apierr.ReasonInternal || got.Metadata["requestId"] != "r-77" || got.Message != "internal error" {
				t.Errorf("the caller got %+v", got)
			}
			for _, word := range []string{"geheim", "r-77", "level=ERROR"} {
				if !strings.Contains(log.String(), word) {
					t.Errorf("the log lacks %q: %s", word, log.String())
				}
			}
		})
	}
}

func TestMistakesOfCallersAreNotLogged(t *testing.T) {
	t.Parallel()
	var log logBuffer
	conn := connect(t, rpc.ServerOptions{Logger: log.logger()}, rpc.DialOptions{}, handler{
		echo: func(context.Context, string) (string, error) { return "", apierr.NotFound("task", "t") },
	})
	if _, err := echo(t.Context(), conn, "x"); apierr.ReasonOf(err) != apierr.ReasonNotFound {
		t.Error(err)
	}
	if log.String() != "" {
		t.Errorf("logged: %s", log.String())
	}
}

func TestUnavailableIsTriedAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{}, handler{echo: func(_ context.Context, in string) (string, error) {
		switch tries.Add(1) {
		case 1, 2:
			return "", apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseBusy, "busy")
		default:
			return in, nil
		}
	}})
	if got, err := echo(t.Context(), conn, "x"); err != nil || got != "x" || tries.Load() != 3 {
		t.Errorf("got %q, %v after %d tries", got, err, tries.Load())
	}
}

func TestOtherErrorsAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{}, handler{echo: func(context.Context, string) (string, error) {
		tries.Add(1)
		return "", apierr.New(apierr.KindStale, apierr.ReasonStale, "stale")
	}})
	if _, err := echo(t.Context(), conn, "x"); apierr.KindOf(err) != apierr.KindStale || tries.Load() != 1 {
		t.Errorf("%v after %d tries", err, tries.Load())
	}
}

func TestTimeoutOfTheCaller(t *testing.T) {
	t.Parallel()
	conn := connect(t, rpc.ServerOptions{}, rpc.DialOptions{}, handler{echo: func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := echo(ctx, conn, "x"); !errors.Is(err, context.DeadlineExceeded) || apierr.KindOf(err) != apierr.KindTimeout {
		t.Errorf("got %v", err)
	}
}

func TestMemoryWaitsForItsServerAndComesBack(t *testing.T) {
	t.Parallel()
	memory := rpc.NewMemory()
	conn := dial(t, "memory:late", rpc.DialOptions{Memory: memory})
	answer := make(chan error, 1)
	go func() {
		_, err := echo(t.Context(), conn, "x")
		answer <- err
	}()
	first := serve(t, memory.Listener("late"), rpc.ServerOptions{}, handler{echo: echoes})
	if err := <-answer; err != nil {
		t.Fatalf("the call made before the server came: %v", err)
	}
	first.Stop()
	serve(t, memory.Listener("late"), rpc.ServerOptions{}, handler{echo: echoes})
	if _, err := echo(t.Context(), conn, "y"); err != nil {
		t.Errorf("after the server was replaced: %v", err)
	}
}

func TestDialOverTCP(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, listener, rpc.ServerOptions{Key: "k"}, handler{echo: echoes})
	for _, prefix := range []string{"", "dns:///"} {
		conn := dial(t, prefix+listener.Addr().String(), rpc.DialOptions{Key: "k"})
		if got, err := echo(t.Context(), conn, "x"); err != nil || got != "x" {
			t.Errorf("%s: %q, %v", prefix, got, err)
		}
	}
}

func TestDialRefusesPlainTextBeyondTheMachine(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"audit:7000", "dns:///10.0.0.1:7000", "127.evil.example:1", "memory:x"} {
		if conn, err := rpc.Dial(target, rpc.DialOptions{}); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v, %v", target, conn, err)
		}
	}
	for _, target := range []string{"localhost:7000", "[::1]:7000", "unix:/run/x"} {
		dial(t, target, rpc.DialOptions{})
	}
	dial(t, "audit:7000", rpc.DialOptions{Insecure: true})
}

func TestKeyIsDemanded(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]apierr.Reason{"right key": "", "wrong": apierr.ReasonUnauthenticated, "": apierr.ReasonUnauthenticated} {
		conn := connect(t, rpc.ServerOptions{Key: "right key"}, rpc.DialOptions{Key: key}, handler{echo: echoes})
		if _, err := echo(t.Context(), conn, "x"); apierr.ReasonOf(err) != want {
			t.Errorf("key %q: %v", key, err)
		}
		if _, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
			t.Errorf("health with key %q: %v", key, err)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	rules := rpc.Rules{
		echoMethod:  {Roles: []string{"ADMINISTRATOR", "OPERATOR"}, Services: []string{"scheduler"}},
		countMethod: {Services: []string{"transfer"}},
	}
	conn := connect(t, rpc.ServerOptions{Authorize: rules.Authorize}, rpc.DialOptions{}, handler{
		echo: echoes, count: func(string, grpc.ServerStream) error { return nil },
	})
	tests := []struct {
		caller      rpc.Caller
		echo, count apierr.Reason
	}{
		{rpc.Caller{Service: "gateway", Role: "OPERATOR"}, "", apierr.ReasonPermissionDenied},
		{rpc.Caller{Service: "gateway", Role: "VIEWER"}, apierr.ReasonPermissionDenied, apierr.ReasonPermissionDenied},
		{rpc.Caller{Service: "gateway"}, apierr.ReasonUnauthenticated, apierr.ReasonUnauthenticated},
		{rpc.Caller{}, apierr.ReasonUnauthenticated, apierr.ReasonUnauthenticated},
		{rpc.Caller{Service: "scheduler"}, "", apierr.ReasonPermissionDenied},
		{rpc.Caller{Service: "transfer"}, apierr.ReasonPermissionDenied, ""},
	}
	for _, test := range tests {
		ctx := rpc.WithCaller(t.Context(), test.caller)
		if _, err := echo(ctx, conn, "x"); apierr.ReasonOf(err) != test.echo {
			t.Errorf("%+v echo: %v, want %q", test.caller, err, test.echo)
		}
		_, err := counted(ctx, conn, "x")
		if errors.Is(err, io.EOF) {
			err = nil
		}
		if apierr.ReasonOf(err) != test.count {
			t.Errorf("%+v count: %v, want %q", test.caller, err, test.count)
		}
	}
}

func TestHealthFollowsReady(t *testing.T) {
	t.Parallel()
	var ready atomic.Bool
	conn := connect(t, rpc.ServerOptions{Ready: func(context.Context) error {
		if ready.Load() {
			return nil
		}
		return io.ErrClosedPipe
	}}, rpc.DialOptions{}, handler{})
	for want, now := range map[healthv1.HealthCheckResponse_ServingStatus]bool{
		healthv1.HealthCheckResponse_NOT_SERVING: false, healthv1.HealthCheckResponse_SERVING: true,
	} {
		ready.Store(now)
		got, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{})
		if err != nil || got.GetStatus() != want {
			t.Errorf("ready %v: %v, %v", now, got, err)
		}
	}
}

func TestMetricsAreSharedByTheServersOfAProcess(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	for range 2 {
		conn := connect(t, rpc.ServerOptions{Metrics: registry}, rpc.DialOptions{}, handler{echo: echoes})
		if _, err := echo(t.Context(), conn, "x"); err != nil {
			t.Fatal(err)
		}
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			found[family.GetName()] += metric.GetCounter().GetValue() + float64(metric.GetHistogram().GetSampleCount())
		}
	}
	want := map[string]float64{"edensync_rpc_requests_total": 2, "edensync_rpc_duration_seconds": 2}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +found)\n%s", diff)
	}
}
