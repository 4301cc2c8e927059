package rpc

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/trace"
)

// MaxMessage is the largest message in both directions, in bytes.
const MaxMessage = 16 << 20

// ServerOptions are what a server needs to know; all of it is optional.
type ServerOptions struct {
	// Logger gets one line per failed call, and one per call at level debug.
	Logger *slog.Logger
	// Authorize decides whether the caller may make the call; nil lets
	// everybody. Rules.Authorize fits. Health checks are not asked about.
	Authorize func(ctx context.Context, fullMethod string, c Caller) error
	// Ready is what health checks report; nil is always ready.
	Ready func(ctx context.Context) error
	// Key is shared by the services of one installation and demanded of every
	// caller; "" demands nothing.
	Key string
	// Metrics gets edensync_rpc_requests_total and edensync_rpc_duration_seconds.
	Metrics prometheus.Registerer
	// Now is the clock for durations; nil is the clock of the machine.
	Now func() time.Time
	// MaxCalls and MaxStreams are how many are answered at the same time; more
	// are sent away as RATE_LIMITED. 0: 512 calls, 2048 streams.
	MaxCalls, MaxStreams int
}

// How long a client may keep a connection, so that it comes to see servers that
// were started later, and how long what is under way may then still take: longer
// than any stream.
const (
	connectionAge   = 2 * time.Minute
	connectionGrace = time.Hour
)

// maxConnectionCalls is how many calls and streams one connection may carry at a time, more than are let in at all.
const maxConnectionCalls = 4096

// handshakeTimeout is how long a caller may take to begin.
const handshakeTimeout = 20 * time.Second

// Server is a gRPC server that can end in good order.
type Server struct {
	*grpc.Server
	end context.CancelFunc
}

// NewServer makes a server whose handlers return *apierr.Error and find the
// caller with CallerFrom. A panic of a handler becomes an internal error.
// Encryption is the business of the listener; what its callers have shown there
// is compared with what they say.
func NewServer(opts ServerOptions) *Server {
	ending, end := context.WithCancel(context.Background())
	o := newObserver(ending, opts)
	options := []grpc.ServerOption{
		grpc.Creds(listenerTLS{insecure.NewCredentials()}),
		grpc.ChainUnaryInterceptor(o.unary),
		grpc.ChainStreamInterceptor(o.stream),
		grpc.MaxRecvMsgSize(MaxMessage), grpc.MaxSendMsgSize(MaxMessage), grpc.MaxHeaderListSize(64 << 10),
		grpc.MaxConcurrentStreams(maxConnectionCalls),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: connectionAge, MaxConnectionAgeGrace: connectionGrace, Time: 20 * time.Second, Timeout: 10 * time.Second,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
	}
	if trace.Enabled() {
		options = append(options, grpc.StatsHandler(otelgrpc.NewServerHandler()))
	}
	server := grpc.NewServer(options...)
	healthv1.RegisterHealthServer(server, &health{ending: ending, ready: opts.Ready})
	return &Server{server, end}
}

// errEnding is what watchers hear when the process begins to end: others of its
// kind are there, or it comes back.
var errEnding error = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
	"This part of the site is being stopped, so the stream ends here; connect again.").After(time.Second)

// watches tells streams that only tell what happens, and may end at any moment,
// from those that are a piece of work.
func watches(method string) bool {
	return strings.HasPrefix(method[strings.LastIndexByte(method, '/')+1:], "Watch")
}

// Drain makes health checks report that the server is not to be used any more,
// and ends all watching streams with a hint to connect again.
func (s *Server) Drain() { s.end() }

// Shutdown drains the server, takes no new calls and lets those under way end;
// those that have not when ctx ends are cut.
func (s *Server) Shutdown(ctx context.Context) {
	s.Drain()
	ended := make(chan struct{})
	go func() { defer close(ended); s.GracefulStop() }()
	select {
	case <-ended:
	case <-ctx.Done():
		s.Stop()
		<-ended
	}
}

// health answers gRPC health checks for the whole server.
type health struct {
	healthv1.UnimplementedHealthServer
	ending context.Context
	ready  func(ctx context.Context) error
}

// Check is NOT_SERVING as long as the service cannot work, and when it ends.
func (h *health) Check(ctx context.Context, _ *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	resp := &healthv1.HealthCheckResponse{Status: healthv1.HealthCheckResponse_SERVING}
	if h.ending.Err() != nil || h.ready != nil && h.ready(ctx) != nil { // the reason stands at /readyz
		resp.Status = healthv1.HealthCheckResponse_NOT_SERVING
	}
	return resp, nil
}
