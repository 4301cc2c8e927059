package hub_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// The processes are started in an order in which each finds what it needs.
func TestStartInTheBestOrder(t *testing.T) {
	t.Parallel()
	h := newHub(t, sqldbtest.Database(t), 1)
	for _, service := range services {
		h.replicas[service][0].start(t)
		h.replicas[service][0].ready(t)
	}
	h.signIn(t, h.replicas["gateway"][0])
	h.stop(t)
}

// The processes are started in the worst order, and the database comes last. Each says why it cannot work yet. Later the
// database goes away in the middle of a run, and comes back. No process ends because of it, and the run is completed.
func TestProcessesWaitForTheirDatabase(t *testing.T) {
	t.Parallel()
	database := newServer(t)
	h := newHub(t, database.address(), 1)
	for _, service := range slices.Backward(services) {
		h.replicas[service][0].start(t)
	}
	h.cannotWork(t)
	database.start(t)
	h.canWork(t)

	p, eden := h.signIn(t, h.replicas["gateway"][0]), newSource(t)
	run := p.synchronize(t, p.pullFrom(t, eden.URL()))
	interrupted := eden.next(t)
	database.kill()
	h.cannotWork(t)
	if err := p.call(http.MethodGet, "/repositories", nil, nil); status(err) != http.StatusServiceUnavailable {
		t.Errorf("without a database: %v", err)
	}
	close(interrupted)
	database.start(t)
	h.canWork(t)
	closed(t, p.endedAgain(t, eden, run.GetId()), records)
	if got := p.records(t); got != records {
		t.Errorf("%d records", got)
	}
	h.stop(t)
}

// cannotWork waits until every process says that it has to wait, and for what.
func (h *hub) cannotWork(t *testing.T) {
	t.Helper()
	for _, service := range services {
		reason := "DATABASE_UNAVAILABLE"
		if service == "gateway" {
			reason = "UNAVAILABLE" // it has no database: config is not ready
		}
		h.replicas[service][0].answers(t, "/readyz", http.StatusServiceUnavailable, service+": "+reason)
		h.replicas[service][0].answers(t, "/livez", http.StatusOK, "ok")
	}
}

// canWork waits until every process can work.
func (h *hub) canWork(t *testing.T) {
	t.Helper()
	for _, service := range services {
		h.replicas[service][0].ready(t)
	}
}

// stop asks all processes to end.
func (h *hub) stop(t *testing.T) {
	t.Helper()
	for _, service := range slices.Backward(services) {
		for _, r := range h.replicas[service] {
			if r.command != nil {
				r.stop(t)
			}
		}
	}
}
