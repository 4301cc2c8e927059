package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
	"github.com/edensync/edensync/services/scheduler/sqlstore"
)

// The hub of the simulation. Time is real, because the leases and slots of a hub go by the clock of PostgreSQL, which no
// test can turn. So a window of a whole period is looked at: all 10,000 jobs are there, due at the rate that
// 10,000 jobs every five minutes have, and each that is due in the window must start in it.
const (
	hubJobs   = 10_000
	hubPeriod = 5 * time.Minute
	hubWindow = 24 * time.Second
	hubSetUp  = 5 * time.Second // until the first slot: jobs must have been stored and replicas begun
	hubLease  = 6 * time.Second // of 30, so that a takeover fits into the window
	hubRun    = 3 * time.Second // how long a run takes
	maxLate   = 2 * time.Second // of 99 in 100 slots
	lostCalls = 6               // of the replica that dies, on their way to transfer
)

func TestTenThousandRepositoriesOnThreeReplicas(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	replicas := make([]*replica, 3)
	for i := range replicas {
		replicas[i] = h.replica()
		group.Go(func() { replicas[i].run(ctx) })
	}
	dying := replicas[0]
	h.wait(h.begin.Add(hubWindow / 3))
	dying.dying.Store(true)
	select {
	case <-dying.dead:
	case <-time.After(within):
		t.Error("the replica that was to die has started nothing")
	}
	h.wait(h.begin.Add(hubWindow + hubLease + 2*maxLate))
	stop()
	group.Wait()
	h.check(dying)
	for i, r := range replicas {
		r.report(i)
	}
}

// hub is a database with 10,000 jobs, and a transfer that runs nothing.
type hub struct {
	t     *testing.T
	dsn   string
	name  string // of the schema
	begin time.Time

	mu    sync.Mutex
	runs  map[string]time.Time // request id → when the run was asked for first
	asked map[string]int       // request id → how often
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, runs: map[string]time.Time{}, asked: map[string]int{}}
	h.dsn, h.name = sqldbtest.DSN(t, "postgres")
	db := h.open()
	if err := db.Migrate(t.Context(), sqlstore.Migrations, "schema_version"); err != nil {
		t.Fatal(err)
	}
	h.begin = time.Now().UTC().Add(hubSetUp).Truncate(time.Microsecond)
	_, err := h.store(db).Create(t.Context(), scheduler.Call{}, func(now time.Time) (scheduler.Job, []scheduler.Entry, error) {
		job := scheduler.Job{ID: "job0", RepositoryID: "r0", CreatedBy: "ada", Config: scheduler.Config{
			Enabled: true, StartTime: h.begin, RunEvery: hubPeriod, Timeout: time.Minute,
		}}
		job.Begin(now)
		return job, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.copyJob(db)
	return h
}

// copyJob makes as many jobs as there should be of the one that is there, each due a step later.
func (h *hub) copyJob(db *sqldb.DB) {
	h.t.Helper()
	var same string
	err := db.Get(h.t.Context(), &same, `SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_schema = ? AND table_name = 'job'
		AND column_name NOT IN ('id', 'repository_id', 'start_time', 'next_run_time', 'due_time', 'upcoming')`, h.name)
	if err != nil {
		h.t.Fatal(err)
	}
	_, err = db.Exec(h.t.Context(), "INSERT INTO job (id, repository_id, start_time, next_run_time, due_time, upcoming, "+same+
		") SELECT 'job' || i, 'r' || i, start_time + d, next_run_time + d, due_time + d, upcoming + d, "+same+
		" FROM job, generate_series(1, ?) AS i, CAST(i * CAST(? AS BIGINT) AS BIGINT) AS d", hubJobs-1, step())
	if err != nil {
		h.t.Fatal(err)
	}
}

// step is the distance between the slots of two jobs, in microseconds.
func step() int64 { return hubPeriod.Microseconds() / hubJobs }

func (h *hub) open() *sqldb.DB {
	h.t.Helper()
	db, err := sqldb.Open(h.t.Context(), h.dsn, sqldb.Options{Schema: h.name})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (h *hub) store(db *sqldb.DB) *sqlstore.Store {
	return sqlstore.New(db, func(context.Context, sqldb.Querier, []scheduler.Entry) error { return nil })
}

func (h *hub) wait(until time.Time) {
	h.t.Helper()
	select {
	case <-h.t.Context().Done():
	case <-time.After(time.Until(until)):
	}
}

// start makes a run, or finds the one that was made for the same slot.
func (h *hub) start(order loop.Order) scheduler.Run {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[order.RequestID]++
	if _, known := h.runs[order.RequestID]; !known {
		h.runs[order.RequestID] = time.Now()
	}
	return h.state(order.RequestID)
}

func (h *hub) state(id string) scheduler.Run {
	run := scheduler.Run{ID: id, State: scheduler.RunQueued, StartTime: h.runs[id]}
	switch age := time.Since(run.StartTime); {
	case age > hubRun:
		run.State = scheduler.RunDone
	case age > hubRun/10:
		run.State = scheduler.RunRunning
	}
	return run
}

// check compares what was started with what was due.
func (h *hub) check(dying *replica) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	var late, lost []time.Duration
	due := int(hubWindow.Microseconds() / step())
	for i := range due {
		slot := h.begin.Add(time.Duration(int64(i)*step()) * time.Microsecond)
		id := fmt.Sprintf("job%d/%d", i, slot.UnixMicro())
		at, started := h.runs[id]
		switch {
		case !started:
			h.t.Errorf("slot %s was missed", id)
		case dying.lost[id]:
			lost = append(lost, at.Sub(slot))
		case h.asked[id] != 1:
			h.t.Errorf("slot %s was started %d times", id, h.asked[id])
		default:
			late = append(late, at.Sub(slot))
		}
		delete(h.runs, id)
	}
	for id := range h.runs {
		var job int
		var slot int64
		if _, err := fmt.Sscanf(id, "job%d/%d", &job, &slot); err != nil || job < due || slot != h.begin.UnixMicro()+int64(job)*step() {
			h.t.Errorf("run %s was made for no slot", id)
		}
	}
	slices.Sort(late)
	slices.Sort(lost)
	h.t.Logf("%d slots, lateness: median %v, p99 %v, longest %v; %d calls lost with a replica, longest %v",
		due, percentile(late, 50), percentile(late, 99), percentile(late, 100), len(lost), percentile(lost, 100))
	if percentile(late, 99) >= maxLate || late[0] < 0 {
		h.t.Errorf("p99 of the lateness is %v, the least %v", percentile(late, 99), late[0])
	}
	if len(lost) == 0 || percentile(lost, 100) > hubLease+2*maxLate {
		h.t.Errorf("%d slots were taken over, the last one after %v", len(lost), percentile(lost, 100))
	}
}

// percentile expects sorted values.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*p/100]
}

// replica is a scheduler process: a loop with connections of its own. Once it is dying its calls go out and never come
// back; with the last of them it is dead, and neither the database nor transfer hears of it again.
type replica struct {
	scheduler.Store
	hub   *hub
	dying atomic.Bool
	dead  chan struct{}

	mu     sync.Mutex
	lost   map[string]bool // request ids of the calls that were lost; read after run
	ticks  []time.Duration // in the database, of the claims
	claims int             // jobs claimed
}

func (h *hub) replica() *replica {
	h.t.Helper()
	return &replica{Store: h.store(h.open()), hub: h, dead: make(chan struct{}), lost: map[string]bool{}}
}

func (r *replica) run(ctx context.Context) {
	l := loop.New(r, r, slog.New(slog.DiscardHandler), loop.Settings{Owner: fmt.Sprintf("%p", r), Lease: hubLease, Call: hubLease / 3})
	if err := l.Run(ctx); err != nil {
		r.hub.t.Errorf("loop: %v", err)
	}
}

// errDead is what a dead process hears.
var errDead = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "the process is dead")

func (r *replica) alive() error {
	select {
	case <-r.dead:
		return errDead
	default:
		return nil
	}
}

func (r *replica) Claim(ctx context.Context, owner string, ttl time.Duration, limit int) ([]scheduler.Claimed, error) {
	if err := r.alive(); err != nil {
		return nil, err
	}
	begin := time.Now()
	claimed, err := r.Store.Claim(ctx, owner, ttl, limit)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ticks = append(r.ticks, time.Since(begin))
	r.claims += len(claimed)
	return claimed, err
}

func (r *replica) Renew(ctx context.Context, lease scheduler.Lease, ttl time.Duration) error {
	if err := r.alive(); err != nil {
		return err
	}
	return r.Store.Renew(ctx, lease, ttl)
}

func (r *replica) Settle(ctx context.Context, lease scheduler.Lease, change func(*scheduler.Job, time.Time) []scheduler.Entry) error {
	if err := r.alive(); err != nil {
		return err
	}
	return r.Store.Settle(ctx, lease, change)
}

func (r *replica) Release(ctx context.Context, lease scheduler.Lease) error {
	if err := r.alive(); err != nil {
		return err
	}
	return r.Store.Release(ctx, lease)
}

// StartRun asks the hub. Of the calls of a dying process every other one is lost before it is heard, the rest afterwards.
func (r *replica) StartRun(_ context.Context, order loop.Order) (scheduler.Run, error) {
	if !r.dying.Load() {
		return r.hub.start(order), nil
	}
	if n := r.lose(order.RequestID); n < lostCalls && n%2 == 0 {
		r.hub.start(order)
	}
	<-r.dead
	return scheduler.Run{}, errDead
}

// lose notes a lost call, also one that would have gone out after death, and answers the number of those before.
func (r *replica) lose(id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.lost)
	r.lost[id] = true
	if len(r.lost) == lostCalls {
		close(r.dead)
	}
	return before
}

func (r *replica) GetRun(_ context.Context, id string) (scheduler.Run, error) {
	if err := r.alive(); err != nil {
		return scheduler.Run{}, err
	}
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	return r.hub.state(id), nil
}

func (r *replica) report(number int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.ticks)
	r.hub.t.Logf("replica %d: %d jobs in %d looks; a look takes %v (median), %v (longest)",
		number, r.claims, len(r.ticks), percentile(r.ticks, 50), percentile(r.ticks, 100))
}
