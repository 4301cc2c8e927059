package process

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/version"
)

// Health answers what watches the process: is it alive, is it ready, and what
// does it measure.
type Health struct {
	registry *prometheus.Registry
	mu       sync.Mutex
	checks   []check
	draining bool
}

type check struct {
	name  string
	ready func(ctx context.Context) error
}

// checkTimeout is how long one check may take.
const checkTimeout = 3 * time.Second

// NewHealth makes a Health with the measurements of the Go runtime, and the
// version of the program.
func NewHealth() *Health {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "edensync_build_info", Help: "Always 1; the label is the version of the program.",
		ConstLabels: prometheus.Labels{"version": version.String()},
	})
	build.Set(1)
	registry.MustRegister(build)
	return &Health{registry: registry}
}

// Registry is where the process registers its measurements.
func (h *Health) Registry() *prometheus.Registry { return h.registry }

// Watch registers what a service offers to monitoring; one without a method
// Collectors offers nothing.
func (h *Health) Watch(service any) {
	if s, ok := service.(interface{ Collectors() []prometheus.Collector }); ok {
		h.registry.MustRegister(s.Collectors()...)
	}
}

// Add adds a condition of being ready. name is shown to whoever asks.
func (h *Health) Add(name string, ready func(ctx context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checks = append(h.checks, check{name, ready})
}

// Replace puts another condition in the place of the one with that name.
func (h *Health) Replace(name string, ready func(ctx context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	checks := slices.Clone(h.checks) // an answer may be using the old one
	for i := range checks {
		if checks[i].name == name {
			checks[i].ready = ready
		}
	}
	h.checks = checks
}

// Drain makes the process unready for good, so that nothing new is sent to it
// while it ends.
func (h *Health) Drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
}

var errDraining error = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
	"The process is being stopped and takes nothing new; another one does, or it comes back.")

// Ready is the first condition that is not met, in the order added.
func (h *Health) Ready(ctx context.Context) error {
	for _, result := range h.ask(ctx) {
		if result.err != nil {
			return fmt.Errorf("%s is not ready: %w", result.name, result.err)
		}
	}
	return nil
}

type result struct {
	name string
	err  error
}

// ask puts all checks at the same time.
func (h *Health) ask(ctx context.Context) []result {
	h.mu.Lock()
	checks, draining := h.checks[:len(h.checks):len(h.checks)], h.draining
	h.mu.Unlock()
	if draining {
		return []result{{"process", errDraining}}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	results := make([]result, len(checks))
	var group sync.WaitGroup
	for i, c := range checks {
		group.Go(func() { results[i] = result{c.name, c.ready(ctx)} })
	}
	group.Wait()
	return results
}

// Handler serves /livez (200 as long as the process answers), /readyz (200 or
// 503 with one line per condition, without details that are not public) and
// /metrics for Prometheus.
func (h *Health) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", h.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.registry, promhttp.HandlerOpts{}))
	return mux
}

func (h *Health) readyz(w http.ResponseWriter, r *http.Request) {
	status, lines := http.StatusOK, &strings.Builder{}
	for _, result := range h.ask(r.Context()) {
		text := "ok"
		if result.err != nil {
			status = http.StatusServiceUnavailable
			public := apierr.Public(result.err)
			text = string(public.Reason) + ": " + public.Message
		}
		fmt.Fprintf(lines, "%s: %s\n", result.name, text)
	}
	if status == http.StatusOK {
		lines.WriteString("ready\n")
	}
	answer(w, status, lines.String())
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// A client that has gone away is no error of ours.
	_, _ = w.Write([]byte(text))
}
