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
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	audit "github.com/edensync/edensync/services/audit/service"
	"github.com/edensync/edensync/services/config/password"
	config "github.com/edensync/edensync/services/config/service"
	scheduler "github.com/edensync/edensync/services/scheduler/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// names of the services, in the order of the data files.
var names = []string{"config", "scheduler", "transfer", "audit"}

// open opens the real service of that name with an empty database and without neighbours.
func open(t *testing.T, name string) process.Service {
	t.Helper()
	return openWith(t, name, process.DatabaseSettings{Data: t.TempDir()}, slog.New(slog.DiscardHandler), nil)
}

// openWith opens a service whose neighbours are reached by dial; nil: there are none.
func openWith(t *testing.T, name string, database process.DatabaseSettings, logger *slog.Logger, dial func(to string) *grpc.ClientConn) process.Service {
	t.Helper()
	if dial == nil {
		dial = func(string) *grpc.ClientConn { return nil }
	}
	ctx, now, log := t.Context(), time.Now, auditv1.NewWriteServiceClient(dial("audit"))
	service, err := map[string]func() (process.Service, error){
		"config": func() (process.Service, error) {
			settings := config.Settings{DatabaseSettings: database, AdminPassword: adminPassword}
			return config.Open(ctx, settings, config.Deps{Logger: logger, Now: now, Audit: log, PasswordCost: password.Cost{MemoryKiB: 64, Passes: 1}})
		},
		"scheduler": func() (process.Service, error) {
			return scheduler.Open(ctx, scheduler.Settings{DatabaseSettings: database, Parallel: 1}, scheduler.Deps{
				Logger: logger, Now: now, Audit: log,
				Transfer: transferv1.NewRunServiceClient(dial("transfer")), Config: configv1.NewRepositoryServiceClient(dial("config")),
			})
		},
		"transfer": func() (process.Service, error) {
			return transfer.Open(ctx, transfer.Settings{DatabaseSettings: database, MaxBody: 1 << 20}, transfer.Deps{
				Logger: logger, Now: now, Audit: log, Config: configv1.NewExchangeServiceClient(dial("config")),
			})
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
