package security_test

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/testaddr"
	audit "github.com/edensync/edensync/services/audit/service"
	config "github.com/edensync/edensync/services/config/service"
	scheduler "github.com/edensync/edensync/services/scheduler/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// makers are the only places that open a port or make a server; the limits and time-outs stand there, and each has a test
// of its own in virtual time.
var makers = map[string]string{
	"internal/process/listen.go": "connections at a time: Listen",
	"internal/process/http.go":   "header, idle and write time-outs, size of headers: HTTP",
	"internal/rpc/server.go":     "messages, headers, calls at a time, keep-alive: NewServer",
	"internal/rpc/memory.go":     "no port",
	// A server with the same limits for who mounts the endpoint alone.
	"services/transfer/inbound/server.go": "header and idle time-outs: Server",
}

// opening finds what opens a port or makes a server of its own.
var opening = regexp.MustCompile(`http\.Server\{|http\.ListenAndServe|http\.Serve\(|grpc\.NewServer\(|net\.Listen\(|net\.ListenConfig|bufconn\.Listen\(`)

// TestNobodyElseOpensAPort reads the source of all programs: a listener that is made elsewhere has no limits.
func TestNobodyElseOpensAPort(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	root := os.DirFS("../..")
	for _, module := range []string{"internal", "services", "gateway", "cmd", "s3xml", "proto"} {
		err := fs.WalkDir(root, module, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains([]string{"node_modules", "peertest", "testaddr"}, entry.Name()): // not in programs
				return fs.SkipDir
			case entry.IsDir(), filepath.Ext(path) != ".go", strings.HasSuffix(path, "_test.go"):
				return nil
			}
			text, err := fs.ReadFile(root, path)
			if opening.Match(text) {
				seen[path] = true
				if makers[path] == "" {
					t.Errorf("%s opens a port or makes a server; use process.Listen, process.HTTP or rpc.NewServer", path)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for path := range makers {
		if !seen[path] {
			t.Errorf("%s opens nothing any more", path)
		}
	}
}

// hub are the settings of the five processes, on free ports of this machine.
type hub struct {
	config    config.ProcessSettings
	scheduler scheduler.ProcessSettings
	transfer  struct {
		process.ServiceSettings
		transfer.Settings
		transfer.Neighbours
	}
	audit struct {
		process.ServiceSettings
		audit.Settings
	}
	gateway gateway.ProcessSettings
}

// listener is an address that the settings name.
type listener struct {
	name, address string
	calls         bool // gRPC; otherwise HTTP
}

// listeners sets every address on which a process listens, and answers them. They are found by the names of the settings, so
// that one that comes later is looked at, too.
func listeners(t *testing.T, of string, settings any) (found []listener) {
	t.Helper()
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		for i := range v.NumField() {
			field, name := v.Type().Field(i), v.Type().Field(i).Tag.Get("name")
			if name == "" {
				name = strings.ToLower(field.Name)
			}
			switch {
			case field.Type.Kind() == reflect.Struct:
				walk(v.Field(i))
			case strings.HasSuffix(name, "listen"):
				v.Field(i).SetString(testaddr.Take(t))
				calls := name == "listen" && of != "gateway"
				found = append(found, listener{of + " --" + name, v.Field(i).String(), calls})
			}
		}
	}
	walk(reflect.ValueOf(settings).Elem())
	return found
}

// start runs the five processes until the test ends, and answers where they listen.
func (h *hub) start(t *testing.T) (all []listener) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	logger, now := slog.New(slog.DiscardHandler), time.Now
	for of, settings := range map[string]any{
		"config": &h.config, "scheduler": &h.scheduler, "transfer": &h.transfer, "audit": &h.audit, "gateway": &h.gateway,
	} {
		all = append(all, listeners(t, of, settings)...)
	}
	h.config.Data, h.scheduler.Data, h.transfer.Data, h.audit.Data, h.gateway.Data = t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	h.config.AdminPassword, h.scheduler.Parallel, h.transfer.MaxBody = adminPassword, 1, 1<<20
	h.meet()
	ended := make(chan error)
	processes := []func() error{
		func() error { return config.Serve(ctx, h.config, logger, now, os.Stderr) },
		func() error { return scheduler.Serve(ctx, h.scheduler, logger, now) },
		func() error {
			return transfer.Process(ctx, h.transfer.ServiceSettings, h.transfer.Settings, h.transfer.Neighbours, logger, now)
		},
		func() error { return audit.Serve(ctx, h.audit.ServiceSettings, h.audit.Settings, logger, now) },
		func() error { return gateway.Serve(ctx, h.gateway, logger, now) },
	}
	for _, run := range processes {
		go func() { ended <- run() }()
	}
	t.Cleanup(func() {
		stop()
		for range processes {
			if err := <-ended; err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	})
	return all
}

// meet tells the processes where the others are.
func (h *hub) meet() {
	h.config.Audit = h.audit.Listen
	h.scheduler.Config, h.scheduler.Transfer, h.scheduler.Audit = h.config.Listen, h.transfer.Listen, h.audit.Listen
	h.transfer.ConfigAddress, h.transfer.AuditAddress = h.config.Listen, h.audit.Listen
	h.gateway.Config, h.gateway.Scheduler, h.gateway.Transfer, h.gateway.Audit = h.config.Listen, h.scheduler.Listen, h.transfer.Listen, h.audit.Listen
}

func TestEveryListenerHasLimits(t *testing.T) {
	t.Parallel()
	all := (&hub{}).start(t)
	if len(all) != 11 {
		t.Errorf("there are %d listeners: %v", len(all), all)
	}
	for _, l := range all {
		waitFor(t, l.address)
		if l.calls {
			callsAreLimited(t, l)
		} else {
			requestsAreLimited(t, l)
		}
	}
}

// waitFor waits until somebody listens.
func waitFor(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func requestsAreLimited(t *testing.T, l listener) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Huge", strings.Repeat("x", 200<<10))
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Errorf("%s: %v", l.name, err)
		return
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s takes headers of 200 KiB: %s", l.name, response.Status)
	}
}

func callsAreLimited(t *testing.T, l listener) {
	t.Helper()
	conn := dial(t, l.address, rpc.DialOptions{Service: "gateway"})
	health := healthv1.NewHealthClient(conn)
	// The client has the same limit as the server, so this call goes beyond it.
	huge := &healthv1.HealthCheckRequest{Service: strings.Repeat("x", rpc.MaxMessage+1)}
	_, err := health.Check(t.Context(), huge, grpc.MaxCallSendMsgSize(2*rpc.MaxMessage))
	if status.Code(err) != codes.ResourceExhausted && apierr.KindOf(err) != apierr.KindExhausted {
		t.Errorf("%s: a message beyond the limit: %v", l.name, err)
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x-huge", strings.Repeat("x", 200<<10))
	if _, err = health.Check(ctx, &healthv1.HealthCheckRequest{}); err == nil || !strings.Contains(err.Error(), "header list size") {
		t.Errorf("%s: headers of 200 KiB: %v", l.name, err)
	}
}
