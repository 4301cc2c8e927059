package demo_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
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

// The addresses that the demo ends with lead to pages about the story.
func TestDemoStaysUpToBeLookedAt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	reader, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		settings := demo.Settings{Hub: "127.0.0.1:0", Field: "127.0.0.1:0", Data: t.TempDir(), Log: "warn"}
		ended <- errors.Join(demo.Run(ctx, settings, out, io.Discard, false), out.Close())
	}()
	pages := map[string]bool{}
	for lines := bufio.NewScanner(reader); lines.Scan(); {
		if page := regexp.MustCompile(`http://\S+/(runs|conflicts|records)/\S+`).FindString(lines.Text()); page != "" {
			pages[page] = true
		}
		if strings.Contains(lines.Text(), "End with Ctrl-C") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }() // Nobody reads the farewell.
	if len(pages) != 3 {
		t.Errorf("pages = %v", pages)
	}
	for page := range pages {
		response, err := http.Get(page)
		if err != nil {
			t.Fatal(err)
		}
		if _ = response.Body.Close(); response.StatusCode != http.StatusOK {
			t.Errorf("%s: HTTP %d", page, response.StatusCode)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
