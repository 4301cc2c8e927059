package service_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
)

func TestServe(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "gateway.sock")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	settings := service.ProcessSettings{
		Listen: "unix:" + socket, Config: "127.0.0.1:1", Scheduler: "127.0.0.1:1", Transfer: "127.0.0.1:1", Audit: "127.0.0.1:1",
	}
	go func() { ended <- service.Serve(ctx, settings, slog.New(slog.DiscardHandler), time.Now) }()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	for path, want := range map[string]int{"/livez": 200, "/readyz": 503, "/": 200} {
		if got := get(t, client, "http://site"+path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// get asks until somebody listens.
func get(t *testing.T, client *http.Client, url string) int {
	t.Helper()
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
		case <-t.Context().Done():
			t.Fatal(err)
		default:
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
