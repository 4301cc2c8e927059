package trace_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/trace"
)

func TestIDsTravelInTheContext(t *testing.T) {
	t.Parallel()
	if got := trace.From(t.Context()); got != (trace.IDs{}) {
		t.Errorf("without any: %+v", got)
	}
	ctx := trace.WithRun(trace.WithRequest(t.Context(), "q"), "r")
	if got := trace.From(ctx); got != (trace.IDs{Request: "q", Run: "r"}) {
		t.Errorf("got %+v", got)
	}
	if got := trace.From(trace.WithRequest(ctx, "p")); got != (trace.IDs{Request: "p", Run: "r"}) {
		t.Errorf("after another request: %+v", got)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	for _, id := range []string{trace.NewID(), "r-1", "A_b.9", strings.Repeat("x", 64)} {
		if !trace.Valid(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", strings.Repeat("x", 65), "a b", "*/ DROP", "é", "a\nb", "?", "$1"} {
		if trace.Valid(id) {
			t.Errorf("%q is let through", id)
		}
	}
}
