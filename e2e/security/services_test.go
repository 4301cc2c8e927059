package security_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	audit "github.com/edensync/edensync/services/audit/service"
	config "github.com/edensync/edensync/services/config/service"
	scheduler "github.com/edensync/edensync/services/scheduler/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// names of the services, in the order of the data files.
var names = []string{"config", "scheduler", "transfer", "audit"}

// open opens the real service of that name with an empty database and without neighbours.
func open(t *testing.T, name string) process.Service {
	t.Helper()
	database, logger, now := process.DatabaseSettings{Data: t.TempDir()}, slog.New(slog.DiscardHandler), time.Now
	ctx := t.Context()
	service, err := map[string]func() (process.Service, error){
		"config": func() (process.Service, error) {
			return config.Open(ctx, config.Settings{DatabaseSettings: database}, config.Deps{Logger: logger, Now: now})
		},
		"scheduler": func() (process.Service, error) {
			return scheduler.Open(ctx, scheduler.Settings{DatabaseSettings: database, Parallel: 1}, scheduler.Deps{Logger: logger, Now: now})
		},
		"transfer": func() (process.Service, error) {
			return transfer.Open(ctx, transfer.Settings{DatabaseSettings: database, MaxBody: 1 << 20}, transfer.Deps{Logger: logger, Now: now})
		},
		"audit": func() (process.Service, error) {
			return audit.Open(ctx, audit.Settings{DatabaseSettings: database}, audit.Deps{Logger: logger, Now: now})
		},
	}[name]()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	})
	return service
}

// methods are all methods that the contract of a service has, by full name, as in "/edensync.audit.v1.LogService/GetLogEntry".
func methods(service string) map[string]protoreflect.MethodDescriptor {
	found := map[string]protoreflect.MethodDescriptor{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "edensync."+service+".") {
			return true
		}
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			for j := range s.Methods().Len() {
				m := s.Methods().Get(j)
				found["/"+string(s.FullName())+"/"+string(m.Name())] = m
			}
		}
		return true
	})
	return found
}

// doors registers what a service registers, with handlers that only say that they were reached: what stands before
// them is the real thing.
type doors struct {
	server     *rpc.Server
	registered map[string]bool
}

// RegisterService implements grpc.ServiceRegistrar.
func (d *doors) RegisterService(desc *grpc.ServiceDesc, _ any) {
	open := grpc.ServiceDesc{ServiceName: desc.ServiceName, HandlerType: (*any)(nil), Metadata: desc.Metadata}
	for _, method := range desc.Methods {
		name := "/" + desc.ServiceName + "/" + method.MethodName
		d.registered[name] = true
		open.Methods = append(open.Methods, grpc.MethodDesc{MethodName: method.MethodName, Handler: reached(name)})
	}
	for _, stream := range desc.Streams {
		d.registered["/"+desc.ServiceName+"/"+stream.StreamName] = true
		stream.Handler = func(any, grpc.ServerStream) error { return nil }
		open.Streams = append(open.Streams, stream)
	}
	d.server.RegisterService(&open, struct{}{})
}

func reached(name string) grpc.MethodHandler {
	return func(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		in := &emptypb.Empty{}
		if err := decode(in); err != nil {
			return nil, err
		}
		handler := func(context.Context, any) (any, error) { return &emptypb.Empty{}, nil }
		return intercept(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: name}, handler)
	}
}

// call makes a call without content, and reads a stream to its end.
func call(ctx context.Context, conn *grpc.ClientConn, name string, method protoreflect.MethodDescriptor) error {
	if !method.IsStreamingServer() && !method.IsStreamingClient() {
		return conn.Invoke(ctx, name, &emptypb.Empty{}, &emptypb.Empty{})
	}
	desc := &grpc.StreamDesc{ServerStreams: method.IsStreamingServer(), ClientStreams: method.IsStreamingClient()}
	stream, err := conn.NewStream(ctx, desc, name)
	if err != nil {
		return err
	}
	if err := errors.Join(stream.SendMsg(&emptypb.Empty{}), stream.CloseSend()); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.RecvMsg(&emptypb.Empty{}); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
