package trace

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/edensync/edensync/internal/redact"
)

// collectors are the variables that name a collector of traces, as OpenTelemetry defines them.
var collectors = []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

var enabled atomic.Bool

// Enabled tells whether spans are recorded in this process. Where they are not, nothing is spent on them.
func Enabled() bool { return enabled.Load() }

// Start records spans of this process if a collector is named in the environment; the other variables of OpenTelemetry
// count as well. stop sends what is left and ends it.
func Start(ctx context.Context, service, version string) (stop func(context.Context) error, err error) {
	named := false
	for _, name := range collectors {
		named = named || os.Getenv(name) != ""
	}
	if !named {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("edensync-"+service), semconv.ServiceVersion(version)),
		resource.WithHost(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	enabled.Store(true)
	return provider.Shutdown, nil
}

// Span begins a span for work that is no call, with the ids of ctx. end is called with how the work ended.
func Span(ctx context.Context, name string) (_ context.Context, end func(err error)) {
	if !Enabled() {
		return ctx, func(error) {}
	}
	ctx, span := otel.Tracer("github.com/edensync/edensync").Start(ctx, name)
	Tag(ctx)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, redact.Text(err.Error()))
		}
		span.End()
	}
}

// Tag puts the ids of ctx on its span, so that a trace is found by what stands in a log.
func Tag(ctx context.Context) {
	span := oteltrace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	ids := From(ctx)
	if ids.Request != "" {
		span.SetAttributes(attribute.String("edensync.request_id", ids.Request))
	}
	if ids.Run != "" {
		span.SetAttributes(attribute.String("edensync.run_id", ids.Run))
	}
}
