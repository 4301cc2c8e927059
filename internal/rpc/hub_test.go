package rpc_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/trace"
)

// loopback is a listener on this machine.
func loopback(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// replicas serves h twice and answers both servers and a client of both.
func replicas(t *testing.T, h handler) (first, second *rpc.Server, conn *grpc.ClientConn) {
	t.Helper()
	one, two := loopback(t), loopback(t)
	first, second = serve(t, one, rpc.ServerOptions{}, h), serve(t, two, rpc.ServerOptions{}, h)
	return first, second, dial(t, one.Addr().String()+","+two.Addr().String(), rpc.DialOptions{Service: "gateway"})
}

func TestCallsAreSpreadOverAListOfAddresses(t *testing.T) {
	t.Parallel()
	var calls [2]atomic.Int32
	var addresses []string
	for i := range calls {
		listener := loopback(t)
		serve(t, listener, rpc.ServerOptions{}, handler{echo: func(_ context.Context, in string) (string, error) { calls[i].Add(1); return in, nil }})
		addresses = append(addresses, listener.Addr().String())
	}
	conn := dial(t, strings.Join(addresses, ", "), rpc.DialOptions{})
	// Until both are connected all calls go to the one that is.
	over := time.After(30 * time.Second)
	for calls[0].Load() == 0 || calls[1].Load() == 0 {
		if _, err := echo(t.Context(), conn, "x"); err != nil {
			t.Fatal(err)
		}
		select {
		case <-over:
			t.Fatalf("%d and %d calls", calls[0].Load(), calls[1].Load())
		default:
		}
	}
	for _, bad := range []string{"a:1,b", "127.0.0.1:1,10.0.0.1:1"} {
		if conn, err := rpc.Dial(bad, rpc.DialOptions{}); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v, %v", bad, conn, err)
		}
	}
}

// A server that has the call and dies leaves open whether it was done.
func TestReplicaThatDiesInTheMiddleOfACall(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	var mu sync.Mutex
	var first, second *rpc.Server
	h := handler{echo: func(ctx context.Context, in string) (string, error) {
		if tries.Add(1) == 1 {
			mu.Lock()
			defer mu.Unlock()
			// Whichever has the call, both cut it.
			go first.Stop()
			go second.Stop()
			<-ctx.Done()
			return "", ctx.Err()
		}
		return in, nil
	}}
	mu.Lock()
	var conn *grpc.ClientConn
	first, second, conn = replicas(t, h)
	mu.Unlock()
	_, err := echo(t.Context(), conn, "x")
	if apierr.KindOf(err) != apierr.KindUnavailable || !apierr.IsUnsure(err) || tries.Load() != 1 {
		t.Errorf("after %d tries: %v", tries.Load(), err)
	}
}

func TestReplicaThatEndsIsNotNoticed(t *testing.T) {
	t.Parallel()
	first, second, conn := replicas(t, handler{echo: echoes})
	for _, stop := range []func(){func() {}, func() { first.Shutdown(t.Context()) }} {
		stop()
		for range 20 {
			if got, err := echo(t.Context(), conn, "x"); err != nil || got != "x" {
				t.Fatalf("%q, %v", got, err)
			}
		}
	}
	second.Shutdown(t.Context())
	if _, err := echo(t.Context(), conn, "x"); apierr.KindOf(err) != apierr.KindUnavailable || apierr.IsUnsure(err) {
		t.Errorf("without any: %v", err)
	}
}

// What only reads is repeated at another server when the connection breaks in the middle.
func TestReadingIsRepeatedElsewhere(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var servers [2]*rpc.Server
	var addresses []string
	ready := make(chan struct{})
	for i := range servers {
		listener := loopback(t)
		servers[i] = serve(t, listener, rpc.ServerOptions{Ready: func(ctx context.Context) error {
			if asked.Add(1) == 1 {
				<-ready
				go servers[i].Stop()
				<-ctx.Done()
			}
			return nil
		}}, handler{})
		addresses = append(addresses, listener.Addr().String())
	}
	close(ready)
	conn := dial(t, strings.Join(addresses, ","), rpc.DialOptions{})
	answer, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil || answer.GetStatus() != healthv1.HealthCheckResponse_SERVING || asked.Load() != 2 {
		t.Errorf("%v, %v after %d questions", answer, err, asked.Load())
	}
}

func TestDeadlinesArePassedOn(t *testing.T) {
	t.Parallel()
	var left atomic.Int64
	inner := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "transfer"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		deadline, ok := ctx.Deadline()
		if !ok {
			return "", errors.New("no deadline")
		}
		left.Store(int64(time.Until(deadline)))
		return in, nil
	}})
	outer := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "gateway"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		return echo(ctx, inner, in)
	}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := echo(ctx, outer, "x"); err != nil || time.Duration(left.Load()) > time.Minute {
		t.Errorf("%v left, %v", time.Duration(left.Load()), err)
	}
	// Who sets no limit gets one.
	if _, err := echo(t.Context(), outer, "x"); err != nil || time.Duration(left.Load()) > 2*time.Minute {
		t.Errorf("%v left, %v", time.Duration(left.Load()), err)
	}
}

func TestRequestAndRunArePassedOn(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	inner := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "transfer"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		got.Store(trace.From(ctx))
		return in, nil
	}})
	outer := connect(t, rpc.ServerOptions{}, rpc.DialOptions{Service: "gateway"}, handler{echo: func(ctx context.Context, in string) (string, error) {
		return echo(trace.WithRun(ctx, "run-1"), inner, in)
	}})
	if _, err := echo(trace.WithRequest(t.Context(), "req-1"), outer, "x"); err != nil {
		t.Fatal(err)
	}
	if ids := got.Load(); ids != (trace.IDs{Request: "req-1", Run: "run-1"}) {
		t.Errorf("got %+v", ids)
	}
	if _, err := echo(rpc.WithCaller(t.Context(), rpc.Caller{RequestID: "*/ DROP"}), outer, "x"); err != nil {
		t.Fatal(err)
	}
	if ids := got.Load().(trace.IDs); !trace.Valid(ids.Request) {
		t.Errorf("let through: %+v", ids)
	}
}

func TestTooManyCallsAreSentAway(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}), make(chan struct{})
	wait := func() { inside <- struct{}{}; <-leave }
	conn := connect(t, rpc.ServerOptions{MaxCalls: 1, MaxStreams: 1}, rpc.DialOptions{}, handler{
		echo:  func(context.Context, string) (string, error) { wait(); return "", nil },
		count: func(string, grpc.ServerStream) error { wait(); return nil },
	})
	var group sync.WaitGroup
	group.Go(func() { _, _ = echo(t.Context(), conn, "x") })
	<-inside
	group.Go(func() { _, _ = counted(t.Context(), conn, "x") })
	<-inside
	_, err := echo(t.Context(), conn, "y")
	_, streamed := counted(t.Context(), conn, "y")
	for _, err := range []error{err, streamed} {
		said, ok := apierr.As(err)
		if !ok || said.Kind != apierr.KindExhausted || said.Reason != apierr.ReasonRateLimited || said.RetryAfter == 0 {
			t.Errorf("the second one: %v", err)
		}
	}
	if _, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
		t.Errorf("health: %v", err)
	}
	close(leave)
	group.Wait()
}

func TestShutdownEndsWatchersAndFinishesWork(t *testing.T) {
	t.Parallel()
	watching, working, finish := make(chan struct{}), make(chan struct{}), make(chan struct{})
	memory := rpc.NewMemory()
	server := serve(t, memory.Listener("test"), rpc.ServerOptions{}, handler{
		watch: func(_ string, stream grpc.ServerStream) error {
			close(watching)
			<-stream.Context().Done()
			return stream.Context().Err()
		},
		echo: func(_ context.Context, in string) (string, error) { close(working); <-finish; return in, nil },
	})
	conn := dial(t, "memory:test", rpc.DialOptions{Memory: memory})
	type outcome struct {
		text string
		err  error
	}
	watched, worked := make(chan error, 1), make(chan outcome, 1)
	go func() { _, err := received(t.Context(), conn, watchMethod, "x"); watched <- err }()
	go func() { text, err := echo(t.Context(), conn, "x"); worked <- outcome{text, err} }()
	<-watching
	<-working
	ended := make(chan struct{})
	go func() { defer close(ended); server.Shutdown(t.Context()) }()
	said, ok := apierr.As(<-watched)
	if !ok || said.Kind != apierr.KindUnavailable || said.RetryAfter == 0 {
		t.Errorf("who watched heard %v", said)
	}
	close(finish)
	if got := <-worked; got.err != nil || got.text != "x" {
		t.Errorf("what was under way: %+v", got)
	}
	<-ended
}

func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	working := make(chan struct{})
	memory := rpc.NewMemory()
	server := serve(t, memory.Listener("test"), rpc.ServerOptions{}, handler{
		echo: func(ctx context.Context, _ string) (string, error) {
			close(working)
			<-ctx.Done()
			return "", ctx.Err()
		},
	})
	conn := dial(t, "memory:test", rpc.DialOptions{Memory: memory})
	worked := make(chan error, 1)
	go func() { _, err := echo(t.Context(), conn, "x"); worked <- err }()
	<-working
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	server.Shutdown(ctx)
	if err := <-worked; err == nil {
		t.Error("it was not cut")
	}
}

func TestDrainingIsSeenByHealthChecks(t *testing.T) {
	t.Parallel()
	memory := rpc.NewMemory()
	server := serve(t, memory.Listener("test"), rpc.ServerOptions{}, handler{})
	client := healthv1.NewHealthClient(dial(t, "memory:test", rpc.DialOptions{Memory: memory}))
	for _, want := range []healthv1.HealthCheckResponse_ServingStatus{healthv1.HealthCheckResponse_SERVING, healthv1.HealthCheckResponse_NOT_SERVING} {
		got, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{})
		if err != nil || got.GetStatus() != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
		server.Drain()
	}
}
