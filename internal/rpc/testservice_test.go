package rpc_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/edensync/edensync/internal/rpc"
)

// A service with one unary and one streaming method, written by hand so that
// the package needs no contract of its own.
const (
	echoMethod  = "/test.Test/Echo"
	countMethod = "/test.Test/Count"
	watchMethod = "/test.Test/WatchCount"
)

type testService interface {
	Echo(ctx context.Context, in *wrapperspb.StringValue) (*wrapperspb.StringValue, error)
	Count(in *wrapperspb.StringValue, stream grpc.ServerStream) error
	WatchCount(in *wrapperspb.StringValue, stream grpc.ServerStream) error
}

// handler is a testService made of functions.
type handler struct {
	echo         func(ctx context.Context, in string) (string, error)
	count, watch func(in string, stream grpc.ServerStream) error
}

func (h handler) Echo(ctx context.Context, in *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	out, err := h.echo(ctx, in.GetValue())
	return wrapperspb.String(out), err
}

func (h handler) Count(in *wrapperspb.StringValue, stream grpc.ServerStream) error {
	return h.count(in.GetValue(), stream)
}

func (h handler) WatchCount(in *wrapperspb.StringValue, stream grpc.ServerStream) error {
	return h.watch(in.GetValue(), stream)
}

// streaming describes a method that streams.
func streaming(name string, call func(s testService, in *wrapperspb.StringValue, stream grpc.ServerStream) error) grpc.StreamDesc {
	return grpc.StreamDesc{StreamName: name, ServerStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
		in := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(in); err != nil {
			return err
		}
		return call(srv.(testService), in, stream)
	}}
}

var testDesc = grpc.ServiceDesc{
	ServiceName: "test.Test",
	HandlerType: (*testService)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Echo", Handler: func(
		srv any, ctx context.Context, dec func(any) error, unary grpc.UnaryServerInterceptor,
	) (any, error) {
		in := new(wrapperspb.StringValue)
		if err := dec(in); err != nil {
			return nil, err
		}
		return unary(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: echoMethod}, func(ctx context.Context, req any) (any, error) {
			return srv.(testService).Echo(ctx, req.(*wrapperspb.StringValue))
		})
	}}},
	Streams: []grpc.StreamDesc{streaming("Count", testService.Count), streaming("WatchCount", testService.WatchCount)},
}

// echoes gives back what came.
func echoes(_ context.Context, in string) (string, error) { return in, nil }

// serve runs h on the listener until the test ends.
func serve(t *testing.T, listener net.Listener, opts rpc.ServerOptions, h handler) *rpc.Server {
	t.Helper()
	server := rpc.NewServer(opts)
	server.RegisterService(&testDesc, h)
	var group sync.WaitGroup
	group.Go(func() {
		if err := server.Serve(listener); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { server.Stop(); group.Wait() })
	return server
}

func dial(t *testing.T, target string, opts rpc.DialOptions) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial(target, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// connect serves h in memory and dials it.
func connect(t *testing.T, server rpc.ServerOptions, client rpc.DialOptions, h handler) *grpc.ClientConn {
	t.Helper()
	memory := rpc.NewMemory()
	serve(t, memory.Listener("test"), server, h)
	client.Memory = memory
	return dial(t, "memory:test", client)
}

func echo(ctx context.Context, conn *grpc.ClientConn, in string) (string, error) {
	out := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, echoMethod, wrapperspb.String(in), out)
	return out.GetValue(), err
}

// counted opens the stream and reads it to its end.
func counted(ctx context.Context, conn *grpc.ClientConn, in string) (got []string, err error) {
	return received(ctx, conn, countMethod, in)
}

func received(ctx context.Context, conn *grpc.ClientConn, method, in string) (got []string, err error) {
	stream, err := conn.NewStream(ctx, &testDesc.Streams[0], method)
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(wrapperspb.String(in)); err != nil {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	for {
		out := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(out); err != nil {
			return got, err
		}
		got = append(got, out.GetValue())
	}
}

// logBuffer is a log that may be written and read at the same time.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
