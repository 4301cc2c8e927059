package service_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
)

// overSocket is a client of a socket file.
func overSocket(path string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
}

func TestServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	public, health := filepath.Join(dir, "gateway.sock"), filepath.Join(dir, "health.sock")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	settings := service.ProcessSettings{
		Listen: "unix:" + public, Health: "unix:" + health, Config: "127.0.0.1:1", Scheduler: "127.0.0.1:1", Transfer: "127.0.0.1:1", Audit: "127.0.0.1:1",
	}
	go func() { ended <- service.Serve(ctx, settings, slog.New(slog.DiscardHandler), time.Now) }()
	for path, want := range map[string]int{"/livez": 200, "/readyz": 503, "/metrics": 200, "/": 404} {
		if got := get(t, overSocket(health), "http://site"+path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if got := get(t, overSocket(public), "http://site/"); got != http.StatusOK {
		t.Errorf("the page: %d", got)
	}
	// What watches the process is not for the outside.
	for _, path := range []string{"/metrics", "/readyz", "/livez"} {
		if body := text(t, overSocket(public), "http://site"+path); strings.Contains(body, "go_goroutines") || strings.Contains(body, "config") {
			t.Errorf("%s is answered to everybody: %s", path, body)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// text is the body of an answer.
func text(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// get asks until somebody listens.
func get(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	over := time.After(patience)
	for {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err == nil {
			_ = response.Body.Close()
			return response.StatusCode
		}
		select {
		case <-over:
			t.Fatalf("%s: %v", url, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestServeRefusesAddressesBeyondThisMachineInPlainText(t *testing.T) {
	t.Parallel()
	err := service.Serve(t.Context(), service.ProcessSettings{Config: "config.example:1"}, slog.New(slog.DiscardHandler), time.Now)
	if apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
		t.Errorf("error = %v", err)
	}
}
