package crash_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

const (
	resource  = "org_office"
	component = "org_office_contact"
	records   = 3000
)

// document holds offices with two contacts each, and references among them.
func document() string {
	var b strings.Builder
	b.WriteString("<s3xml>")
	const stamps = ` mci="1" created_on="2026-11-20T09:00:00" modified_on="2026-11-20T09:00:00"`
	for i := range records {
		fmt.Fprintf(&b, `<resource name=%q uuid="urn:office:%d"%s><data field="name">Office %d</data>`, resource, i, stamps, i)
		if i > 0 {
			fmt.Fprintf(&b, `<reference field="parent_id" resource=%q uuid="urn:office:%d"/>`, resource, i/2)
		}
		for k := range 2 {
			fmt.Fprintf(&b, `<resource name=%q uuid="urn:contact:%d:%d"%s><data field="value">%d</data></resource>`, component, i, k, stamps, i*k)
		}
		b.WriteString("</resource>")
	}
	b.WriteString("</s3xml>")
	return b.String()
}

// number reads an environment variable; 0 = not set.
func number(t *testing.T, variable string) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		t.Fatalf("%s=%s is no number", variable, text)
	}
	return n
}

// lanes is how many field sites are tortured at a time: after each kill the lease of the run has to be over before
// somebody takes it up.
const lanes = 10

// The program is killed again and again while it imports. Whenever the import has come to its end, the records are
// those of an import that nobody disturbed, the ledger closes and no run is left behind.
func TestKilledImportsContinue(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if given := number(t, "EDENSYNC_TORTURE_SEED"); given > 0 {
		seed = uint64(given)
	}
	for engine, kills := range map[string]int{"sqlite": 10, "postgres": 5} {
		if long := number(t, "EDENSYNC_TORTURE_KILLS"); long > 0 {
			kills = long
		}
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			t.Logf("EDENSYNC_TORTURE_SEED=%d, %d kills", seed, kills)
			k := &killer{hub: newSite(t, engine)}
			k.hub.give(t, document())
			k.undisturbed(t, engine)
			t.Cleanup(func() {
				if t.Logf("%d kills met an import", k.hits.Load()); k.hits.Load() == 0 {
					t.Error("no kill met an import: nothing is proven")
				}
			})
			for lane := range min(lanes, kills) {
				share := kills / lanes
				if lane < kills%lanes {
					share++
				}
				random := rand.New(rand.NewPCG(seed, uint64(lane)))
				t.Run(fmt.Sprint("lane ", lane), func(t *testing.T) {
					t.Parallel()
					for share > 0 {
						share -= k.disturb(t, engine, random, share)
					}
				})
			}
		})
	}
}

// killer knows what an import is when nobody disturbs it.
type killer struct {
	hub  *site
	turn sync.Mutex // one site at a time is at its first import, which is as fast as the calm one then
	took time.Duration
	want holdings
	hits atomic.Int32 // kills that met an import
}

// holdings are the records of a site, as uid → hash.
type holdings struct{ Records, Components map[string]string }

func held(t *testing.T, s *site) holdings {
	t.Helper()
	return holdings{s.all(t, resource), s.all(t, component)}
}

func (k *killer) undisturbed(t *testing.T, engine string) {
	t.Helper()
	s := newSite(t, engine)
	repository, began := s.know(t, k.hub), time.Now()
	s.begin(t, repository)
	s.settle(t)
	k.took, k.want = time.Since(began), held(t, s)
	if len(k.want.Records) != records || len(k.want.Components) != 2*records {
		t.Fatalf("%d records and %d components arrived", len(k.want.Records), len(k.want.Components))
	}
	s.kill()
}

// leaseTime is how long a run waits for its owner before another one takes it.
const leaseTime = 20 * time.Second

// disturb kills one import until it is complete, or as often as allowed, and tells how often it did.
func (k *killer) disturb(t *testing.T, engine string, random *rand.Rand, allowed int) (kills int) {
	t.Helper()
	s := newSite(t, engine)
	repository := s.know(t, k.hub)
	moment := func() time.Duration { return time.Duration(random.Int64N(int64(k.took))) }
	k.turn.Lock()
	s.begin(t, repository)
	<-time.After(moment())
	s.kill()
	k.turn.Unlock()
	for kills = 1; ; kills++ {
		taken := time.After(leaseTime + moment())
		s.start(t)
		met := s.active(t)
		if met {
			k.hits.Add(1)
		}
		if kills == allowed || !met {
			break
		}
		<-taken
		s.kill()
	}
	s.settle(t)
	s.begin(t, repository) // the run after it finds nothing amiss
	s.settle(t)
	if diff := cmp.Diff(k.want, held(t, s)); diff != "" {
		t.Errorf("not as without kills:\n%.4000s", diff)
	}
	s.ledger(t)
	s.kill()
	return kills
}

// begin starts a run.
func (s *site) begin(t *testing.T, repository string) {
	t.Helper()
	eventually(t, "start a run", func() error {
		return s.call(http.MethodPost, "/repositories/"+repository+":synchronize", &transferv1.StartRunRequest{}, nil)
	})
}

func (s *site) runs(t *testing.T) (runs []*transferv1.Run) {
	t.Helper()
	eventually(t, "list the runs", func() error {
		list := &transferv1.ListRunsResponse{}
		err := s.call(http.MethodGet, "/runs?pageSize=100", nil, list)
		runs = list.GetRuns()
		return err
	})
	return runs
}

// active tells whether a run waits or works.
func (s *site) active(t *testing.T) bool {
	t.Helper()
	for _, run := range s.runs(t) {
		if run.GetEndTime() == nil {
			return true
		}
	}
	return false
}

// settle waits until no run is left; the runs of a killed owner are taken over when its lease is over.
func (s *site) settle(t *testing.T) {
	t.Helper()
	eventually(t, "the end of all runs", func() error {
		if s.active(t) {
			return errors.New("a run is stuck")
		}
		return nil
	})
}

// ledger adds up what became of the records of every run.
func (s *site) ledger(t *testing.T) {
	t.Helper()
	for i, run := range s.runs(t) {
		if run.GetState() != transferv1.RunState_RUN_STATE_DONE {
			t.Errorf("run %d ended as %s: %s", i, run.GetState(), run.GetMessage())
		}
		for _, task := range run.GetTasks() {
			c := task.GetCounts()
			sum := c.GetCreated() + c.GetUpdated() + c.GetDeleted() + c.GetUnchanged() + c.GetSkipped() + c.GetConflict() + c.GetRejected()
			if c.GetReceived() != sum || c.GetRejected()+c.GetConflict()+c.GetSkipped() > 0 {
				t.Errorf("the ledger of run %d: %v", i, c)
			}
		}
	}
}
