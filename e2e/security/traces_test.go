package security_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/trace"
)

// collector takes traces as OpenTelemetry sends them over HTTP.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracev1.Span
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unpacked
		}
		text, err := io.ReadAll(body)
		sent := &collectorv1.ExportTraceServiceRequest{}
		if err != nil || proto.Unmarshal(text, sent) != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %d bytes, %v", r.URL.Path, len(text), err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				c.spans = append(c.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// tracesWith are the names of the spans of each trace that has a span of this name.
func (c *collector) tracesWith(name string) map[string][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all, wanted := map[string][]string{}, map[string][]string{}
	for _, span := range c.spans {
		all[string(span.GetTraceId())] = append(all[string(span.GetTraceId())], span.GetName())
	}
	for id, names := range all {
		if slices.Contains(names, name) {
			wanted[id] = names
		}
	}
	return wanted
}

// attribute is the value of an attribute of the first span of that name.
func (c *collector) attribute(span, key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		for _, a := range s.GetAttributes() {
			if s.GetName() == span && a.GetKey() == key {
				return a.GetValue().GetStringValue()
			}
		}
	}
	return ""
}

// program is the real edensync, serving a site.
type program struct {
	t       *testing.T
	process *exec.Cmd
	URL     string `json:"server"`
	Token   string `json:"token"`
}

func startProgram(t *testing.T, env ...string) *program {
	t.Helper()
	folder := t.TempDir()
	binary, data := filepath.Join(folder, "edensync"), filepath.Join(folder, "data")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = "../../cmd/edensync"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build edensync: %v\n%s", err, out)
	}
	p := &program{t: t, process: exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", data)}
	p.process.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "EDENSYNC_ADMIN_PASSWORD=" + adminPassword}, env...)
	out, err := p.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = p.process.Process.Kill(), p.process.Wait() }) // if the test has not ended it
	serves := regexp.MustCompile(`serves this site at (https?://\S+)`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if serves.MatchString(lines.Text()) {
			break
		}
	}
	// The key of the command line is made once the site serves.
	for deadline := time.Now().Add(time.Minute); ; {
		key, err := os.ReadFile(filepath.Join(data, "cli.json"))
		if err == nil {
			err = json.Unmarshal(key, p)
		}
		if err == nil && p.Token != "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("cli.json: %v", err)
		}
		<-time.After(20 * time.Millisecond)
	}
	return p
}

// end stops the program in good order; then everything was sent.
func (p *program) end() {
	p.t.Helper()
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.process.Wait(); err != nil {
		p.t.Errorf("edensync ended: %v", err)
	}
}

func (p *program) call(s *site, method, path, body string) reply {
	p.t.Helper()
	got := s.do(method, p.URL+"/api/v1"+path, body, "Authorization", "Bearer "+p.Token, "Content-Type", "application/json")
	if got.StatusCode/100 != 2 {
		p.t.Fatalf("%s %s: %d %s", method, path, got.StatusCode, got.body)
	}
	return got
}

func TestOneRequestIsOneTrace(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	p := startProgram(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL, "OTEL_BSP_SCHEDULE_DELAY=100")
	browser := &site{t: t}
	repository := field(t, p.call(browser, "POST", "/repositories", `{"name":"Nairobi","url":"http://127.0.0.1:1/eden","uuid":"urn:n"}`).body, "id")
	p.call(browser, "POST", "/repositories/"+repository+"/tasks", `{"resourceName":"org_office","mode":"PULL"}`)
	started := p.call(browser, "POST", "/repositories/"+repository+":synchronize", `{}`)
	run := field(t, started.body, "id")
	for deadline := time.Now().Add(time.Minute); strings.Contains("QUEUED RUNNING", field(t, p.call(browser, "GET", "/runs/"+run, "").body, "state")); {
		if time.Now().After(deadline) {
			t.Fatal("the run does not end")
		}
		<-time.After(50 * time.Millisecond)
	}
	p.end()

	const asked, answered = "POST /api/v1/repositories", "edensync.config.v1.RepositoryService/CreateRepository"
	traces := c.tracesWith(answered)
	for _, names := range traces {
		if !slices.Contains(names, asked) {
			t.Errorf("a trace of config without the gateway: %v", names)
		}
	}
	if len(traces) != 1 {
		t.Errorf("%d traces with %s: %v", len(traces), answered, c.tracesWith(asked))
	}
	runs := c.tracesWith("run")
	for _, names := range runs {
		if !slices.Contains(names, "edensync.config.v1.ExchangeService/GetExchange") {
			t.Errorf("the run does not lead to config: %v", names)
		}
	}
	if len(runs) != 1 || c.attribute("run", "edensync.run_id") != run {
		t.Errorf("%d runs, %q, want one with %s", len(runs), c.attribute("run", "edensync.run_id"), run)
	}
	if id := started.Header.Get("X-Request-Id"); c.attribute("POST /api/v1/repositories/…", "edensync.request_id") == "" || id == "" {
		t.Errorf("spans do not tell the request (%s)", id)
	}
}

// Nothing is recorded, and nobody is asked, unless a collector is named: other variables of OpenTelemetry do not count.
func TestNothingIsTracedUnasked(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
	t.Setenv("OTEL_TRACES_SAMPLER", "always_on")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "a=b")
	stop, err := trace.Start(t.Context(), "site", "1")
	if err != nil || trace.Enabled() {
		t.Fatalf("enabled %v, %v", trace.Enabled(), err)
	}
	if ctx, end := trace.Span(t.Context(), "x"); ctx != t.Context() {
		t.Error("a span was begun")
	} else {
		end(nil)
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}
