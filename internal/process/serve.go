package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/redact"
	"github.com/edensync/edensync/internal/rpc"
)

// ServiceSettings are those of a process that runs one service; embed. ${listen}
// and ${health} are given to Parse.
type ServiceSettings struct {
	Listen          string `help:"Address for calls of the other services." default:"${listen}"`
	HealthListen    string `help:"Address that answers /livez, /readyz and /metrics." default:"${health}"`
	TLSClientCA     string `name:"tls-client-ca" help:"Certificates (PEM); callers must have one that they signed." type:"path" placeholder:"FILE"`
	ClusterSettings `embed:""`
	TLSSettings     `embed:""`
	Log             LogSettings `embed:"" prefix:"log-"`
}

// Service is what a process can serve; every service package has one.
type Service interface {
	// Register adds the handlers to the server.
	Register(grpc.ServiceRegistrar)
	// Run works in the background until ctx ends.
	Run(ctx context.Context) error
	// Ready says why the service cannot work now.
	Ready(ctx context.Context) error
	// Close frees what Open took.
	Close() error
}

// Authorizer decides who may make a call; rpc.Rules is one.
type Authorizer interface {
	Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error
}

// Serve runs one service until ctx ends: its gRPC server on s.Listen, health
// and metrics on s.HealthListen. It closes the service.
func Serve(ctx context.Context, name string, s ServiceSettings, data string, service Service, rules Authorizer, logger *slog.Logger) error {
	SaveMemory()
	health := NewHealth()
	health.Add(name, service.Ready)
	health.Watch(service)
	server := rpc.NewServer(rpc.ServerOptions{
		Logger: logger, Authorize: rules.Authorize, Ready: service.Ready, Key: s.ClusterKey.Reveal(), Metrics: health.Registry(),
	})
	service.Register(server)
	listen := ListenOptions{TLS: s.TLSSettings, Data: data, Logger: logger, Now: time.Now} //nolint:forbidigo // the clock enters here
	group := &Group{}
	group.Add(Part{Name: name, Run: service.Run})
	group.Add(httpPart("health listener", s.HealthListen, listen, health.Handler()))
	group.Add(grpcPart(name+" listener", s, listen, server))
	logger.Info("starting", slog.String("service", name), slog.String("listen", s.Listen), slog.String("health", s.HealthListen))
	return errors.Join(group.Run(ctx), service.Close())
}

func grpcPart(name string, s ServiceSettings, listen ListenOptions, server *grpc.Server) Part {
	var listener net.Listener
	return Part{
		Name: name,
		Start: func(ctx context.Context) (err error) {
			if err := s.guarded(); err != nil {
				return err
			}
			listen.ClientCA = s.TLSClientCA
			listener, err = Listen(ctx, s.Listen, listen)
			return err
		},
		Run:  func(context.Context) error { return server.Serve(listener) },
		Stop: func(ctx context.Context) error { return StopServer(ctx, server, 5*time.Second) },
	}
}

// guarded refuses a listener that everybody on the network could give orders to.
func (s ServiceSettings) guarded() error {
	if isLoopback(s.Listen) || s.ClusterKey != "" || s.TLSClientCA != "" {
		return nil
	}
	return badSetting("it would listen on %s to everybody; give all processes a --cluster-key, or demand certificates with --tls-client-ca", s.Listen)
}

// StopServer lets running calls end; those that have not after patience, such as streams, are cut.
func StopServer(ctx context.Context, server *grpc.Server, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ended := make(chan struct{})
	go func() { defer close(ended); server.GracefulStop() }()
	select {
	case <-ended:
	case <-ctx.Done():
		server.Stop()
		<-ended
	}
	return nil
}

func httpPart(name, address string, listen ListenOptions, handler http.Handler) Part {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	var listener net.Listener
	return Part{
		Name: name,
		Start: func(ctx context.Context) (err error) {
			listener, err = Listen(ctx, address, listen)
			return err
		},
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: server.Shutdown,
	}
}

// Main is the frame of a main function: it runs run until a signal comes, and
// prints what went wrong. The result is the exit status.
func Main(run func(ctx context.Context, args []string) error) int {
	return exit(os.Stderr, run(Signals(context.Background()), os.Args[1:]))
}

func exit(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	// Where standard error is closed there is nobody to tell.
	_, _ = fmt.Fprintln(w, redact.Text(err.Error()))
	return 1
}
