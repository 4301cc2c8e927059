package rpc

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
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
}

// NewServer makes a server whose handlers return *apierr.Error and find the
// caller with CallerFrom. A panic of a handler becomes an internal error. It
// serves plain HTTP/2; encryption is the business of the listener.
func NewServer(opts ServerOptions) *grpc.Server {
	o := newObserver(opts)
	server := grpc.NewServer(
		grpc.ChainUnaryInterceptor(o.unary),
		grpc.ChainStreamInterceptor(o.stream),
		grpc.MaxRecvMsgSize(MaxMessage), grpc.MaxSendMsgSize(MaxMessage),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
	)
	healthv1.RegisterHealthServer(server, &health{ready: opts.Ready})
	return server
}

// health answers gRPC health checks for the whole server.
type health struct {
	healthv1.UnimplementedHealthServer
	ready func(ctx context.Context) error
}

// Check is NOT_SERVING as long as the service cannot work.
func (h *health) Check(ctx context.Context, _ *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	resp := &healthv1.HealthCheckResponse{Status: healthv1.HealthCheckResponse_SERVING}
	if h.ready == nil {
		return resp, nil
	}
	if err := h.ready(ctx); err != nil {
		resp.Status = healthv1.HealthCheckResponse_NOT_SERVING
	}
	return resp, nil
}
