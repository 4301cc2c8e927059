package service

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/edensync/edensync/services/transfer/policy"
)

// nothing has no open items.
type nothing struct{}

func (nothing) OpenItems(context.Context, policy.Outcome) (map[string]int64, error) { return nil, nil }

// A counter that appears with its first event hides that event.
func TestCountersBeginAtZero(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	registry.MustRegister(newMetrics(nothing{}).collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]int{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			series[family.GetName()]++
			if metric.GetCounter().GetValue() != 0 {
				t.Errorf("%s begins at %v", family.GetName(), metric)
			}
		}
	}
	for name, want := range map[string]int{"edensync_runs_total": 6, "edensync_records_total": 14, "edensync_run_duration_seconds": 2} {
		if series[name] != want {
			t.Errorf("%s has %d series, want %d", name, series[name], want)
		}
	}
}
