package service

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/edensync/edensync/services/config"
)

// standings tells how repositories fare as the database has it: all processes tell the same, a restart forgets nothing,
// and a repository that was removed is not told about any more.
type standings struct {
	store interface {
		Standings(ctx context.Context) ([]config.Standing, error)
	}
	success, clock *prometheus.Desc
}

func newStandings(store interface {
	Standings(ctx context.Context) ([]config.Standing, error)
},
) *standings {
	return &standings{
		store: store,
		success: prometheus.NewDesc("edensync_last_success_timestamp_seconds",
			"When a run of the repository last ended without failure.", []string{"repository"}, nil),
		clock: prometheus.NewDesc("edensync_clock_offset_seconds",
			"How far the clock of the repository is ahead of this site's, at the last contact.", []string{"repository"}, nil),
	}
}

// standingsTimeout bounds how long a scrape waits for the database.
const standingsTimeout = 2 * time.Second

// Describe names the metrics.
func (s *standings) Describe(ch chan<- *prometheus.Desc) {
	ch <- s.success
	ch <- s.clock
}

// Collect reads; what cannot be read is left out of the answer.
func (s *standings) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), standingsTimeout)
	defer cancel()
	all, err := s.store.Standings(ctx)
	if err != nil {
		return
	}
	for _, r := range all {
		if !r.LastSuccessTime.IsZero() {
			ch <- prometheus.MustNewConstMetric(s.success, prometheus.GaugeValue, float64(r.LastSuccessTime.Unix()), r.Name)
		}
		if r.ClockMeasured {
			ch <- prometheus.MustNewConstMetric(s.clock, prometheus.GaugeValue, r.ClockOffset.Seconds(), r.Name)
		}
	}
}
