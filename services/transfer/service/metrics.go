package service

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// metrics are what monitoring watches of exchanges.
type metrics struct {
	duration *prometheus.HistogramVec
	records  *prometheus.CounterVec
	runs     *prometheus.CounterVec
	open     *openItems
}

// newMetrics makes the metrics; they are registered by the process.
func newMetrics(items ItemCounter) *metrics {
	m := &metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "edensync_run_duration_seconds", Help: "Time from start to end of runs.",
			Buckets: prometheus.ExponentialBuckets(0.05, 4, 9),
		}, []string{"trigger"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "edensync_records_total", Help: "Records exchanged, by what became of them.",
		}, []string{"direction", "outcome"}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "edensync_runs_total", Help: "Runs that ended, by state.",
		}, []string{"state"}),
		open: &openItems{
			items:     items,
			conflicts: prometheus.NewDesc("edensync_conflicts_open", "Conflicts that nobody has decided by hand.", nil, nil),
			rejects:   prometheus.NewDesc("edensync_rejects_open", "Records that could not be applied and wait for a retry.", nil, nil),
		},
	}
	m.begin()
	return m
}

// begin lets everything that will be counted be seen before it has happened: a counter that comes into being with its
// first event would hide that event from whoever looks at increases.
func (m *metrics) begin() {
	for _, state := range []transfer.RunState{
		transfer.Done, transfer.DoneWithWarnings, transfer.Failed, transfer.NeedsYou, transfer.Stopped, transfer.TimedOut,
	} {
		m.runs.WithLabelValues(string(state))
	}
	for _, trigger := range []transfer.Trigger{transfer.Manual, transfer.Schedule} {
		m.duration.WithLabelValues(string(trigger))
	}
	for _, direction := range []transfer.Direction{transfer.Pull, transfer.Push} {
		m.count(&transfer.Part{Direction: direction})
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.duration, m.records, m.runs, m.open}
}

// ItemCounter counts the open items of an outcome by repository.
type ItemCounter interface {
	OpenItems(ctx context.Context, outcome policy.Outcome) (map[string]int64, error)
}

// openItems counts in the database when it is asked, so that all replicas of the service tell the same.
type openItems struct {
	items              ItemCounter
	conflicts, rejects *prometheus.Desc
}

// countTimeout bounds how long a scrape waits for the database.
const countTimeout = 2 * time.Second

// Describe names the metrics.
func (o *openItems) Describe(ch chan<- *prometheus.Desc) {
	ch <- o.conflicts
	ch <- o.rejects
}

// Collect counts; what cannot be counted is left out of the answer.
func (o *openItems) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	for outcome, desc := range map[policy.Outcome]*prometheus.Desc{policy.Conflict: o.conflicts, policy.Rejected: o.rejects} {
		byRepository, err := o.items.OpenItems(ctx, outcome)
		if err != nil {
			continue
		}
		var sum int64
		for _, n := range byRepository {
			sum += n
		}
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(sum))
	}
}

// ended counts a run.
func (m *metrics) ended(run transfer.Run, now time.Time) {
	m.runs.WithLabelValues(string(run.State)).Inc()
	if !run.StartedAt.IsZero() {
		m.duration.WithLabelValues(string(run.Trigger)).Observe(now.Sub(run.StartedAt).Seconds())
	}
	for i := range run.Parts {
		m.count(&run.Parts[i])
	}
}

func (m *metrics) count(p *transfer.Part) {
	c := p.Counts
	for outcome, n := range map[string]int64{
		"created": c.Created, "updated": c.Updated, "deleted": c.Deleted, "unchanged": c.Unchanged,
		"skipped": c.Skipped, "conflict": c.Conflict, "rejected": c.Rejected,
	} {
		m.records.WithLabelValues(string(p.Direction), outcome).Add(float64(n))
	}
}
