package deploy_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	corev1 "k8s.io/api/core/v1"

	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	config "github.com/edensync/edensync/services/config/service"
	transfer "github.com/edensync/edensync/services/transfer/service"
)

// targetLabels are added by Prometheus and its operator to everything that they collect from a pod behind a Service.
var targetLabels = []string{"namespace", "job", "pod", "service", "container", "endpoint", "instance"}

// measurements are the metrics that the programs register, with their labels, and those that Prometheus makes itself.
func measurements(t *testing.T) map[string][]string {
	t.Helper()
	known := map[string][]string{"up": nil}
	registry := &recorder{known: known}
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		registry.MustRegister(c)
	}
	rpc.NewServer(rpc.ServerOptions{Metrics: registry})
	settings := transfer.Settings{DatabaseSettings: process.DatabaseSettings{Data: t.TempDir()}}
	service, err := transfer.Open(t.Context(), settings, transfer.Deps{Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	registry.MustRegister(service.Collectors()...)
	if err := service.Close(); err != nil {
		t.Error(err)
	}
	settled, err := config.Open(t.Context(), config.Settings{DatabaseSettings: settings.DatabaseSettings}, config.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	registry.MustRegister(settled.Collectors()...)
	if err := settled.Close(); err != nil {
		t.Error(err)
	}
	door, err := gateway.Open(t.Context(), gateway.Settings{}, gateway.Deps{Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	registry.MustRegister(door.Collectors()...)
	return known
}

// recorder is a registry that only notes what would be registered.
type recorder struct{ known map[string][]string }

var description = regexp.MustCompile(`^Desc\{fqName: "([^"]+)",.*variableLabels: \{([^}]*)\}\}$`)

// Register notes the names and labels of a collector's metrics.
func (r *recorder) Register(c prometheus.Collector) error {
	descriptions := make(chan *prometheus.Desc)
	go func() { defer close(descriptions); c.Describe(descriptions) }()
	_, isHistogram := c.(*prometheus.HistogramVec)
	for d := range descriptions {
		found := description.FindStringSubmatch(d.String())
		if found == nil {
			return fmt.Errorf("a description of another form: %s", d)
		}
		var names []string
		if found[2] != "" {
			names = strings.Split(found[2], ",")
		}
		if !isHistogram {
			r.known[found[1]] = names
			continue
		}
		r.known[found[1]+"_bucket"] = append(slices.Clone(names), "le")
		r.known[found[1]+"_sum"], r.known[found[1]+"_count"] = names, names
	}
	return nil
}

// MustRegister is Register for collectors that cannot fail.
func (r *recorder) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		if err := r.Register(c); err != nil {
			panic(err)
		}
	}
}

// Unregister does nothing.
func (r *recorder) Unregister(prometheus.Collector) bool { return false }

// production are the manifests that watch.
func production(t *testing.T) manifests {
	t.Helper()
	m, err := render["production"]()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	known := measurements(t)
	page := operations(t)
	names := map[string]bool{}
	for _, group := range named[*monitoringv1.PrometheusRule](t, production(t), "edensync").Spec.Groups {
		for _, rule := range group.Rules {
			checkExpression(t, rule.Alert, rule.Expr.String(), known)
			if names[rule.Alert] {
				t.Errorf("there are two alerts %s", rule.Alert)
			}
			names[rule.Alert] = true
			if s := rule.Labels["severity"]; s != "warning" && s != "critical" {
				t.Errorf("%s has the severity %q", rule.Alert, s)
			}
			if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
				t.Errorf("%s does not say what it means", rule.Alert)
			}
			if !strings.Contains(page, "`"+rule.Alert+"`") {
				t.Errorf("docs/operations.md does not say what to do about %s", rule.Alert)
			}
		}
	}
	for _, name := range regexp.MustCompile("`(Edensync[A-Za-z]+)`").FindAllStringSubmatch(page, -1) {
		if !names[name[1]] {
			t.Errorf("docs/operations.md speaks of an alert %s, which there is not", name[1])
		}
	}
	if len(names) == 0 {
		t.Error("there are no alerts")
	}
}

// checkExpression: the query is one, and asks for what the programs measure, by labels and values that there are.
func checkExpression(t *testing.T, where, query string, known map[string][]string) {
	t.Helper()
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	selectors := 0
	parser.Inspect(parsed, func(node parser.Node, path []parser.Node) error {
		switch node := node.(type) {
		case *parser.VectorSelector:
			selectors++
			checkSelector(t, where, node, known)
		case *parser.AggregateExpr:
			for _, label := range node.Grouping {
				checkGrouping(t, where, node, label, known)
			}
		}
		return nil
	})
	if selectors == 0 {
		t.Errorf("%s asks for nothing", where)
	}
}

func checkSelector(t *testing.T, where string, s *parser.VectorSelector, known map[string][]string) {
	t.Helper()
	own, exists := known[s.Name]
	if !exists {
		t.Errorf("%s asks for %s, which nothing measures", where, s.Name)
		return
	}
	for _, m := range s.LabelMatchers {
		if m.Name == model.MetricNameLabel {
			continue
		}
		if !slices.Contains(own, m.Name) && !slices.Contains(targetLabels, m.Name) {
			t.Errorf("%s asks %s for a label %s, which it does not have", where, s.Name, m.Name)
		}
		checkValue(t, where, m)
	}
}

// checkGrouping: at least one of the metrics below has the label.
func checkGrouping(t *testing.T, where string, e *parser.AggregateExpr, label string, known map[string][]string) {
	t.Helper()
	has := slices.Contains(targetLabels, label)
	parser.Inspect(e.Expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			has = has || slices.Contains(known[s.Name], label)
		}
		return nil
	})
	if !has {
		t.Errorf("%s groups by %s, which nothing in it has", where, label)
	}
}

// checkValue: states, reasons and jobs that a query names are those that there are.
func checkValue(t *testing.T, where string, m *labels.Matcher) {
	t.Helper()
	values := map[string][]string{
		"state":  statesOfRuns(),
		"reason": reasons(),
		"job":    {"edensync-config", "edensync-scheduler", "edensync-transfer", "edensync-audit", "edensync-gateway"},
	}[m.Name]
	if values == nil || m.Type == labels.MatchNotEqual && m.Value == "" {
		return
	}
	for value := range strings.SplitSeq(m.Value, "|") {
		if !slices.ContainsFunc(values, func(v string) bool { return v == value || value == "edensync-.+" }) {
			t.Errorf("%s looks for %s=%q, which there is not", where, m.Name, value)
		}
	}
}

func statesOfRuns() []string {
	var states []string
	for _, name := range transferv1.RunState_name {
		states = append(states, strings.TrimPrefix(name, "RUN_STATE_"))
	}
	return states
}

func reasons() []string {
	var names []string
	for _, r := range []apierr.Reason{
		apierr.ReasonInternal, apierr.ReasonUnavailable, apierr.ReasonTimeout, apierr.ReasonDatabaseUnavailable, apierr.ReasonStorageFull,
	} {
		names = append(names, string(r))
	}
	return names
}

// panel is the part of a panel of Grafana that matters here.
type panel struct {
	ID      int    `json:"id"`
	Title   string `json:"title"`
	Type    string `json:"type"`
	GridPos struct {
		X, Y, W, H int
	} `json:"gridPos"`
	Targets []struct {
		Expr       string `json:"expr"`
		Datasource struct {
			UID string `json:"uid"`
		} `json:"datasource"`
	} `json:"targets"`
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	known := measurements(t)
	boards := named[*corev1.ConfigMap](t, production(t), "edensync-dashboard")
	if boards.Labels["grafana_dashboard"] == "" {
		t.Error("Grafana does not find the board")
	}
	var board struct {
		UID    string  `json:"uid"`
		Title  string  `json:"title"`
		Panels []panel `json:"panels"`
	}
	if err := json.Unmarshal([]byte(boards.Data["edensync.json"]), &board); err != nil {
		t.Fatal(err)
	}
	variables := strings.NewReplacer("$__rate_interval", "5m", "$namespace", "edensync")
	seen := map[int]bool{}
	asked := map[string]bool{}
	for _, p := range board.Panels {
		if seen[p.ID] || p.GridPos.X+p.GridPos.W > 24 || p.GridPos.H == 0 {
			t.Errorf("the panel %q has no place of its own", p.Title)
		}
		seen[p.ID] = true
		if (p.Type == "row") == (len(p.Targets) > 0) {
			t.Errorf("the panel %q shows nothing, or is a row that shows something", p.Title)
		}
		for _, target := range p.Targets {
			if target.Datasource.UID != "${datasource}" {
				t.Errorf("the panel %q asks a database of its own: %q", p.Title, target.Datasource.UID)
			}
			query := variables.Replace(target.Expr)
			checkExpression(t, "the panel "+p.Title, query, known)
			for name := range known {
				asked[name] = asked[name] || strings.Contains(query, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "edensync_") && !asked[name] && !asked[base+"_bucket"] {
			t.Errorf("the board does not show %s", name)
		}
	}
}
