package demo_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/cmd/edensync/internal/demo"
)

// The demo is the shortest proof that the whole product works: two sites over real HTTP, edits at both, a conflict,
// and both equal at the end.
func TestDemoOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out, logs bytes.Buffer
	settings := demo.Settings{Once: true, Hub: "127.0.0.1:0", Field: "127.0.0.1:0", Data: t.TempDir(), Log: "warn"}
	if err := demo.Run(ctx, settings, &out, &logs, false); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.String(), logs.String())
	}
	for _, want := range []string{"registered at the hub", "Conflict about cr_shelter", "this site's version stays", "Both sites are equal"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the story does not say %q:\n%s", want, out.String())
		}
	}
}
