package process

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/edensync/edensync/internal/redact"
	"github.com/edensync/edensync/internal/trace"
)

// Logger writes lines in format "text" or "json" from level on ("debug",
// "info", "warn", "error"; others count as info). No secret gets through:
// attributes whose name speaks of one are masked, and credentials inside
// messages, texts and errors, too. Every line names the request and the run in
// whose course it was written.
func Logger(w io.Writer, format, level string) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: least, ReplaceAttr: redactAttr}
	if format == "json" {
		return slog.New(withIDs{slog.NewJSONHandler(w, opts)})
	}
	return slog.New(withIDs{slog.NewTextHandler(w, opts)})
}

// withIDs adds the ids of the context, unless the line names them already.
type withIDs struct{ slog.Handler }

// Handle writes a line.
func (h withIDs) Handle(ctx context.Context, record slog.Record) error {
	ids := trace.From(ctx)
	record.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case requestIDAttr:
			ids.Request = ""
		case runIDAttr:
			ids.Run = ""
		}
		return true
	})
	if ids.Request != "" {
		record.AddAttrs(slog.String(requestIDAttr, ids.Request))
	}
	if ids.Run != "" {
		record.AddAttrs(slog.String(runIDAttr, ids.Run))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs keeps adding them.
func (h withIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withIDs{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps adding them.
func (h withIDs) WithGroup(name string) slog.Handler { return withIDs{h.Handler.WithGroup(name)} }

// Names of the attributes under which ids stand in every log.
const requestIDAttr, runIDAttr = "requestId", "runId"

func redactAttr(groups []string, attr slog.Attr) slog.Attr {
	value := attr.Value
	switch value.Kind() {
	case slog.KindString:
		if redact.Key(attr.Key) && value.String() != "" {
			return slog.String(attr.Key, redact.Mask)
		}
		attr.Value = slog.StringValue(redact.Text(value.String()))
	case slog.KindAny:
		if len(groups) == 0 && attr.Key == slog.LevelKey {
			return attr
		}
		if redact.Key(attr.Key) {
			return slog.String(attr.Key, redact.Mask)
		}
		attr.Value = slog.StringValue(redact.Text(fmt.Sprintf("%+v", value.Any())))
	default:
	}
	return attr
}
