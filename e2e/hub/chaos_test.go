package hub_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

const (
	// seedVariable repeats what an earlier test has drawn.
	seedVariable = "EDENSYNC_TORTURE_SEED"
	// longVariable, if not empty, asks for the long form.
	longVariable = "EDENSYNC_TORTURE_CHAOS"

	fields     = 4
	portions   = 20 // in which each field site gets its records
	edits      = 5  // records of each portion that somebody changes somewhere
	downAtOnce = 3
)

// chaos is what a test with a seed does.
type chaos struct {
	seed    uint64
	records int           // at all field sites together
	kills   time.Duration // how long processes are killed
}

func newChaos(t *testing.T) chaos {
	t.Helper()
	c := chaos{seed: uint64(time.Now().UnixNano()), records: 4000, kills: 20 * time.Second}
	if os.Getenv(longVariable) != "" {
		c.records, c.kills = 20_000, 100*time.Second
	}
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if c.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s=%s is no number", seedVariable, text)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("again by %s=%d", seedVariable, c.seed)
		}
	})
	return c
}

// Four field sites get records, change some of them and synchronize all with a hub, while processes of all of them are
// killed and started again. In the end every site has the same records, as they were last, each once, and all ledgers close.
func TestChaos(t *testing.T) {
	t.Parallel()
	c := newChaos(t)
	h := newHub(t, sqldbtest.Database(t), 2)
	victims := h.startAll(t)
	var peers []string
	for _, r := range h.replicas["transfer"] {
		peers = append(peers, r.peers)
	}
	address := "https://" + front(t, peers...) + "/eden"
	var sites []*field
	for i := range fields {
		f := newField(t, fmt.Sprintf("field %d", i), address, strings.TrimSpace(h.authority.PEM()))
		sites, victims = append(sites, f), append(victims, &f.process)
	}

	want := c.disturb(t, sites, victims)
	for _, p := range victims {
		p.ready(t)
	}
	for range 2 { // what the last site brings reaches the first one with the second round
		for _, f := range sites {
			f.synchronizeWell(t)
		}
	}
	p := h.signIn(t, h.replicas["gateway"][0])
	everywhere := map[string]*person{"hub": p}
	for _, f := range sites {
		everywhere[f.name] = f.person
	}
	for name, site := range everywhere {
		if diff := cmp.Diff(want, site.names(t)); diff != "" {
			t.Errorf("%s has other records (-want +got):\n%.3000s", name, diff)
		}
		site.ledgers(t, name)
	}
}

// startAll runs all replicas.
func (h *hub) startAll(t *testing.T) (all []*process) {
	t.Helper()
	for _, service := range services {
		for _, r := range h.replicas[service] {
			r.start(t)
			all = append(all, &r.process)
		}
	}
	for _, p := range all {
		p.ready(t)
	}
	return all
}

// disturb lets the sites work and kills processes meanwhile; in the end all run. It answers the names that the records have
// by then.
func (c chaos) disturb(t *testing.T, sites []*field, victims []*process) map[string]string {
	t.Helper()
	working, enough := context.WithCancel(t.Context())
	defer enough()
	var giving, syncing sync.WaitGroup
	names := make([]map[string]string, len(sites))
	failures := make([]error, len(sites))
	for i, f := range sites {
		random := rand.New(rand.NewPCG(c.seed, uint64(i)+1))
		giving.Go(func() { names[i], failures[i] = c.work(working, f, sites, i, random) })
		syncing.Go(func() { f.keepSynchronizing(working) })
	}
	killed := c.killSome(t, victims, rand.New(rand.NewPCG(c.seed, 0)))
	giving.Wait()
	enough()
	syncing.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d records; %d times a process was killed", c.records, killed)
	if killed == 0 {
		t.Error("nothing was killed: nothing is proven")
	}
	all := map[string]string{}
	for _, some := range names {
		for uid, name := range some {
			all[uid] = name
		}
	}
	return all
}

// killSome kills processes and starts them again. Which and when is drawn; in the end all run.
func (c chaos) killSome(t *testing.T, victims []*process, random *rand.Rand) (killed int) {
	t.Helper()
	over := time.After(c.kills)
	var down []*process
	for {
		select {
		case <-over:
			for _, p := range down {
				p.start(t)
			}
			return killed
		case <-time.After(time.Duration(100+random.IntN(700)) * time.Millisecond):
		}
		if len(down) == downAtOnce || len(down) > 0 && random.IntN(2) == 0 {
			down[0].start(t)
			down = down[1:]
			continue
		}
		if p := victims[random.IntN(len(victims))]; p.command != nil {
			p.kill()
			down = append(down, p)
			killed++
		}
	}
}

// work gives a site its records in portions, spread over the time of the kills, and lets people at all sites change some of
// those that the site has. Whatever fails is done again. It answers the names of the records.
func (c chaos) work(ctx context.Context, f *field, sites []*field, number int, random *rand.Rand) (map[string]string, error) {
	names := map[string]string{}
	source := fmt.Sprintf("urn:uuid:0d1f6c1e-0000-4000-8000-%012d", number)
	size := c.records / fields / portions
	pause := time.NewTicker(c.kills / portions)
	defer pause.Stop()
	for portion := range portions {
		var document strings.Builder
		document.WriteString("<s3xml>")
		first := (number*portions + portion) * size
		for i := first; i < first+size; i++ {
			document.WriteString(office(i))
			names[officeID(i)] = officeName(i)
		}
		document.WriteString("</s3xml>")
		if err := persist(ctx, func() error { return f.give(source, document.String()) }); err != nil {
			return nil, fmt.Errorf("give records to %s: %w", f.name, err)
		}
		for i := first; i < first+edits; i++ {
			editor := sites[random.IntN(len(sites))]
			name, err := change(ctx, editor, f, officeID(i))
			if err != nil {
				return nil, err
			}
			names[officeID(i)] = name
		}
		<-pause.C
	}
	return names, nil
}

// change lets somebody at one site change a record of another one; as long as it has not arrived there, at the other one.
func change(ctx context.Context, editor, owner *field, uid string) (name string, err error) {
	for _, f := range []*field{editor, owner} {
		name, there := "Changed at "+f.name, false
		err := persist(ctx, func() (err error) {
			there, err = f.edit(uid, name)
			return err
		})
		if err != nil || there {
			return name, err
		}
	}
	return "", fmt.Errorf("%s has lost %s", owner.name, uid)
}

// persist does something until it succeeds: the site is killed now and then.
func persist(ctx context.Context, do func() error) error {
	over := time.After(patience)
	for {
		err := do()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-over:
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// keepSynchronizing asks for runs, one after the other. That some are refused or fail is what happens here.
func (f *field) keepSynchronizing(ctx context.Context) {
	for {
		_ = f.synchronizeOnce(f.repository)
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// synchronizeWell waits for a run that may still be at work, and makes one that has to go well.
func (f *field) synchronizeWell(t *testing.T) {
	t.Helper()
	run := &transferv1.Run{}
	eventually(t, "a run of "+f.name, func() error {
		return f.call(http.MethodPost, "/repositories/"+f.repository+":synchronize", &transferv1.StartRunRequest{}, run)
	})
	if run = f.ended(t, run.GetId()); run.GetState() != transferv1.RunState_RUN_STATE_DONE {
		t.Errorf("undisturbed, a run of %s ends as %s: %s", f.name, run.GetState(), run.GetMessage())
	}
}

// names are those of all records of a site by their identifiers; none may come twice.
func (p *person) names(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	for token := ""; ; {
		page := &transferv1.ListRecordsResponse{}
		query := url.Values{"pageSize": {"500"}, "includeDeleted": {"true"}, "pageToken": {token}}
		eventually(t, "list records", func() error {
			return p.call(http.MethodGet, "/resources/"+resource+"/records?"+query.Encode(), nil, page)
		})
		for _, r := range page.GetRecords() {
			if _, twice := names[r.GetUid()]; twice {
				t.Errorf("%s is there twice", r.GetUid())
			}
			names[r.GetUid()] = r.GetLabel()
		}
		if token = page.GetNextPageToken(); token == "" {
			return names
		}
	}
}

// ledgers checks all runs of a site: none is left behind, and of each record one knows what became of it. An exchange that
// was begun by another site and broke off counts as under way until nothing has come for an hour.
func (p *person) ledgers(t *testing.T, site string) {
	t.Helper()
	own, peers := p.runs(t, url.Values{}), p.runs(t, url.Values{"trigger": {"PEER"}})
	t.Logf("%s: %d runs of its own, %d of others", site, len(own), len(peers))
	for _, run := range own {
		if run.GetEndTime() == nil {
			t.Errorf("%s: a run is stuck: %v", site, run)
		}
	}
	for _, run := range append(own, peers...) {
		for _, task := range run.GetTasks() {
			c := task.GetCounts()
			sum := c.GetCreated() + c.GetUpdated() + c.GetDeleted() + c.GetUnchanged() + c.GetSkipped() + c.GetConflict() + c.GetRejected()
			if c.GetReceived() != sum || c.GetRejected() > 0 {
				t.Errorf("%s: the ledger does not close: %v", site, run)
			}
		}
	}
	if len(own)+len(peers) == 0 {
		t.Errorf("%s has no runs: nothing is proven", site)
	}
}

// runs lists all runs of a kind.
func (p *person) runs(t *testing.T, query url.Values) (runs []*transferv1.Run) {
	t.Helper()
	for {
		page := &transferv1.ListRunsResponse{}
		eventually(t, "list runs", func() error { return p.call(http.MethodGet, "/runs?"+query.Encode(), nil, page) })
		runs = append(runs, page.GetRuns()...)
		if page.GetNextPageToken() == "" {
			return runs
		}
		query.Set("pageToken", page.GetNextPageToken())
	}
}
