package service

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/edensync/edensync/services/transfer"
)

// metrics are what monitoring watches of exchanges.
type metrics struct {
	duration *prometheus.HistogramVec
	records  *prometheus.CounterVec
	success  *prometheus.GaugeVec
	runs     *prometheus.CounterVec
}

// newMetrics makes the metrics and registers them if there is a registry.
func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "edensync_run_duration_seconds", Help: "Time from start to end of runs.",
			Buckets: prometheus.ExponentialBuckets(0.05, 4, 9),
		}, []string{"trigger"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "edensync_records_total", Help: "Records exchanged, by what became of them.",
		}, []string{"direction", "outcome"}),
		success: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "edensync_last_success_timestamp_seconds", Help: "When a run of the repository last ended without failure.",
		}, []string{"repository"}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "edensync_runs_total", Help: "Runs that ended, by state.",
		}, []string{"state"}),
	}
	if r != nil {
		r.MustRegister(m.duration, m.records, m.success, m.runs)
	}
	return m
}

// ended counts a run.
func (m *metrics) ended(run transfer.Run, state transfer.RunState, now time.Time) {
	m.runs.WithLabelValues(string(state)).Inc()
	if !run.StartedAt.IsZero() {
		m.duration.WithLabelValues(string(run.Trigger)).Observe(now.Sub(run.StartedAt).Seconds())
	}
	if state == transfer.Done || state == transfer.DoneWithWarnings {
		m.success.WithLabelValues(run.RepositoryName).Set(float64(now.Unix()))
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
