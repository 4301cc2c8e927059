package process

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/edensync/edensync/internal/redact"
)

// Logger writes lines in format "text" or "json" from level on ("debug",
// "info", "warn", "error"; others count as info). No secret gets through:
// attributes whose name speaks of one are masked, and credentials inside
// messages, texts and errors, too.
func Logger(w io.Writer, format, level string) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: least, ReplaceAttr: redactAttr}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

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
