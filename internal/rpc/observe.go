package rpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/edensync/edensync/internal/apierr"
)

// observer is what happens around every handler: caller, authorization, panics,
// errors to statuses, log and measurements.
type observer struct {
	opts     ServerOptions
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	calls    *crowd
	streams  *crowd
	ending   context.Context // ends when the process begins to end
}

func newObserver(ending context.Context, opts ServerOptions) *observer {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now //nolint:forbidigo // the one place where the default clock of servers is chosen
	}
	return &observer{
		opts: opts, ending: ending, calls: newCrowd(opts.MaxCalls, defaultMaxCalls), streams: newCrowd(opts.MaxStreams, defaultMaxStreams),
		requests: register(opts.Metrics, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "edensync_rpc_requests_total", Help: "Calls answered, by method and reason of failure (empty = none).",
		}, []string{"method", "reason"})),
		seconds: register(opts.Metrics, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "edensync_rpc_duration_seconds", Help: "Time to answer a call.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 60},
		}, []string{"method"})),
	}
}

// register shares a collector between the servers of one process.
func register[C prometheus.Collector](to prometheus.Registerer, collector C) C {
	if to == nil {
		return collector
	}
	err := to.Register(collector)
	if already, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if same, ok := already.ExistingCollector.(C); ok {
			return same
		}
	}
	return collector
}

func (o *observer) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (resp any, err error) {
	ctx = receiveCaller(ctx)
	// A trailer, not a header: a header would keep clients from trying again.
	_ = grpc.SetTrailer(ctx, metadata.Pairs(requestIDKey, CallerFrom(ctx).RequestID))
	err = o.around(ctx, info.FullMethod, func() error {
		defer o.calls.leave()
		if err := o.calls.enter(); err != nil && !isHealth(info.FullMethod) {
			return err
		}
		resp, err = handler(ctx, req)
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

func (o *observer) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx := receiveCaller(ss.Context())
	ss.SetTrailer(metadata.Pairs(requestIDKey, CallerFrom(ctx).RequestID))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if watches(info.FullMethod) {
		defer context.AfterFunc(o.ending, func() { cancel(errEnding) })()
	}
	return o.around(ctx, info.FullMethod, func() error {
		defer o.streams.leave()
		if err := o.streams.enter(); err != nil {
			return err
		}
		err := handler(srv, &serverStream{ServerStream: ss, ctx: ctx})
		if ended := context.Cause(ctx); err != nil && errors.Is(ended, errEnding) {
			return ended
		}
		return err
	})
}

// serverStream is a stream whose context knows the caller.
type serverStream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context is the context of the stream with its Caller.
func (s *serverStream) Context() context.Context { return s.ctx }

func (o *observer) around(ctx context.Context, method string, handle func() error) error {
	start := o.opts.Now()
	err := o.guarded(ctx, method, handle)
	took := o.opts.Now().Sub(start)
	o.seconds.WithLabelValues(method).Observe(took.Seconds())
	o.requests.WithLabelValues(method, string(apierr.ReasonOf(err))).Inc()
	if err == nil {
		o.opts.Logger.DebugContext(ctx, "call answered", attributes(ctx, method, took)...)
		return nil
	}
	public := apierr.Public(err)
	level := levelOf(public.Kind)
	if errors.Is(err, errEnding) {
		level = slog.LevelDebug
	}
	o.opts.Logger.Log(ctx, level, "call failed",
		append(attributes(ctx, method, took), slog.String("reason", string(public.Reason)), slog.Any("error", err))...)
	if public.Kind == apierr.KindInternal && public.Metadata["requestId"] == "" {
		public = public.With("requestId", CallerFrom(ctx).RequestID)
	}
	return public.GRPCStatus().Err()
}

// guarded asks for permission, runs the handler and turns everything that can
// go wrong into an error that apierr understands.
func (o *observer) guarded(ctx context.Context, method string, handle func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := o.permit(ctx, method); err != nil {
		return err
	}
	return apierr.FromStatus(handle())
}

func (o *observer) permit(ctx context.Context, method string) error {
	if isHealth(method) {
		return nil
	}
	if err := checkKey(ctx, o.opts.Key); err != nil {
		return err
	}
	if err := checkCertificate(ctx, CallerFrom(ctx)); err != nil {
		return err
	}
	if o.opts.Authorize == nil {
		return nil
	}
	return o.opts.Authorize(ctx, method, CallerFrom(ctx))
}

// isHealth tells the questions of whoever watches the process from work.
func isHealth(method string) bool { return strings.HasPrefix(method, "/grpc.health.v1.") }

func attributes(ctx context.Context, method string, took time.Duration) []any {
	c := CallerFrom(ctx)
	return []any{
		slog.String("method", method), slog.Duration("took", took), slog.String("requestId", c.RequestID),
		slog.String("user", c.User), slog.String("service", c.Service),
	}
}

// levelOf: defects and a broken environment are for the administrator, what a
// caller did wrong is not.
func levelOf(kind apierr.Kind) slog.Level {
	switch kind {
	case apierr.KindInternal:
		return slog.LevelError
	case apierr.KindUnavailable, apierr.KindExhausted:
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}
