package hub_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// need is something that somebody does with the site, and the services without which it cannot be done.
type need struct {
	what string
	of   []string
	do   func() error
}

// needs are what is done by browsers, programs and other sites.
func needs(t *testing.T, h *hub, p *person, repository string) []need {
	t.Helper()
	get := func(path string) func() error {
		return func() error { return p.call(http.MethodGet, path, nil, nil) }
	}
	pause := func() error {
		err := p.call(http.MethodPost, "/repositories/"+repository+":pause", &configv1.PauseRepositoryRequest{}, nil)
		if err != nil {
			return err
		}
		return p.call(http.MethodPost, "/repositories/"+repository+":resume", &configv1.ResumeRepositoryRequest{}, nil)
	}
	return []need{
		{"sign in", []string{"gateway", "config"}, func() error { return (&person{client: p.client, base: p.base}).trySignIn() }},
		{"list repositories", []string{"gateway", "config"}, get("/repositories")},
		{"change a repository", []string{"gateway", "config"}, pause},
		{"how the site is", []string{"gateway", "config"}, get("/status")},
		{"list runs", []string{"gateway", "config", "transfer"}, get("/runs")},
		{"look at records", []string{"gateway", "config", "transfer"}, get("/resources")},
		{"synchronize", []string{"gateway", "config", "transfer"}, func() error { return p.synchronizeOnce(repository) }},
		{"list jobs", []string{"gateway", "config", "scheduler"}, get("/jobs")},
		{"change a job", []string{"gateway", "config", "scheduler"}, func() error {
			return ignoreInvalid(p.call(http.MethodPost, "/repositories/"+repository+"/jobs", &schedulerv1.Job{}, nil))
		}},
		{"read the log", []string{"gateway", "config", "audit"}, get("/logEntries")},
		{"another site pulls", []string{"config", "transfer"}, h.peerPulls},
	}
}

// ignoreInvalid: the service has looked at it, that is enough here.
func ignoreInvalid(err error) error {
	if status(err) == http.StatusBadRequest {
		return nil
	}
	return err
}

// peerPulls asks as an Eden does.
func (h *hub) peerPulls() error {
	request, err := http.NewRequest(http.MethodGet, "https://"+h.replicas["transfer"][0].peers+"/eden/sync/sync.xml?resource="+resource, nil)
	if err != nil {
		return err
	}
	request.SetBasicAuth("admin", adminPassword)
	response, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return &refusal{response.StatusCode, "", response.Header}
	}
	return nil
}

// Each of the five is killed in its turn. Whatever does not need it still works; whatever does says so at once, and works
// again when it is back.
func TestNeighbourThatIsDownDegradesOnlyWhatNeedsIt(t *testing.T) {
	t.Parallel()
	h := newHub(t, sqldbtest.Database(t), 1)
	h.start(t)
	p := h.signIn(t, h.replicas["gateway"][0])
	eden := peertest.Start(t).RequireUser("sync", "secret")
	repository := p.pullFrom(t, eden.URL())
	execute(t, h.database, "UPDATE config.settings SET anonymous_pulls = TRUE")
	all := needs(t, h, p, repository)
	for _, down := range services {
		h.replicas[down][0].kill()
		for _, n := range all {
			if !slices.Contains(n.of, down) {
				eventually(t, fmt.Sprintf("%s without %s", n.what, down), n.do)
				continue
			}
			switch err := n.do(); status(err) {
			case http.StatusServiceUnavailable, 0:
			default:
				t.Errorf("%s without %s: %v", n.what, down, err)
			}
		}
		for _, other := range services {
			if other == down || other == "gateway" && down == "config" {
				continue // nobody can sign in without config
			}
			h.replicas[other][0].ready(t)
		}
		h.replicas[down][0].start(t)
		h.replicas[down][0].ready(t)
		for _, n := range all {
			eventually(t, fmt.Sprintf("%s when %s is back", n.what, down), n.do)
		}
	}
	// Once without each of three and once with each of five again. What was done while audit was away is in the log all the
	// same.
	const changes = 8
	eventually(t, "the log", func() error {
		response, err := p.do(http.MethodGet, "/logEntries?pageSize=500", nil)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if n := bytes.Count(text, []byte(`"resume repository"`)); err == nil && n < changes {
			err = fmt.Errorf("%d of the changes are in the log", n)
		}
		return err
	})
}
