package loop_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
	"github.com/edensync/edensync/services/scheduler/sqlstore/storetest"
)

// started is one run that the fake transfer has made.
type started struct {
	loop.Order
	at  time.Time
	run scheduler.Run
}

// fakeTransfer executes runs by letting time pass. It keeps transfer's promises: the same request id answers the same run,
// and a repository has at most one active run.
type fakeTransfer struct {
	mu     sync.Mutex
	length func(n int) time.Duration    // of the n-th run, counted from 0
	ending func(n int) scheduler.Run    // State, Reason and Message of the n-th run
	refuse func(order loop.Order) error // asked before anything else
	lose   func(attempt int) error      // answered although the run was made
	runs   []*started
	known  map[string]int // request and run ids → number of the run
	newest map[string]int // repository → number of its newest run
	asked  int
	forgot bool // GetRun knows nothing any more
	down   bool // nothing is answered
}

func newTransfer() *fakeTransfer {
	return &fakeTransfer{
		known: map[string]int{}, newest: map[string]int{},
		length: func(int) time.Duration { return 11 * time.Second },
		ending: func(int) scheduler.Run { return scheduler.Run{State: scheduler.RunDone} },
		refuse: func(loop.Order) error { return nil },
		lose:   func(int) error { return nil },
	}
}

var errDown = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "transfer does not answer")

func (f *fakeTransfer) StartRun(_ context.Context, order loop.Order) (scheduler.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.down {
		return scheduler.Run{}, errDown
	}
	if err := f.refuse(order); err != nil {
		return scheduler.Run{}, err
	}
	if n, ok := f.known[order.RequestID]; ok {
		return f.state(n), nil
	}
	if n, ok := f.newest[order.RepositoryID]; ok && !f.state(n).Final() {
		return scheduler.Run{}, apierr.New(apierr.KindAlreadyExists, apierr.ReasonRunActive, "busy").With("runId", f.runs[n].run.ID)
	}
	n := len(f.runs)
	id := fmt.Sprint("run", n)
	f.runs = append(f.runs, &started{Order: order, at: time.Now(), run: scheduler.Run{ID: id}})
	f.known[order.RequestID], f.known[id], f.newest[order.RepositoryID] = n, n, n
	return f.state(n), f.lose(f.asked)
}

func (f *fakeTransfer) GetRun(_ context.Context, id string) (scheduler.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return scheduler.Run{}, errDown
	}
	if n, ok := f.known[id]; ok && !f.forgot {
		return f.state(n), nil
	}
	return scheduler.Run{}, apierr.NotFound("run", id)
}

// state is how the n-th run stands now: a second in the queue, then under way, then as its ending says.
func (f *fakeTransfer) state(n int) scheduler.Run {
	s := f.runs[n]
	age, length := time.Since(s.at), f.length(n)
	run := scheduler.Run{ID: s.run.ID, State: scheduler.RunQueued, RepositoryName: "Kisumu"}
	if age >= time.Second {
		run.State, run.StartTime = scheduler.RunRunning, s.at
	}
	if age >= length {
		end := f.ending(n)
		run.State, run.Reason, run.Message, run.EndTime = end.State, end.Reason, end.Message, s.at.Add(length)
	}
	return run
}

func (f *fakeTransfer) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fakeTransfer) starts() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	times := make([]time.Time, len(f.runs))
	for i, s := range f.runs {
		times[i] = s.at
	}
	return times
}

// bench is a store, a transfer and as many loops as a test starts, in virtual time.
type bench struct {
	t        *testing.T
	store    *storetest.Memory
	transfer *fakeTransfer
	settings loop.Settings
	begin    time.Time
}

// inVirtualTime runs a test whose clock stands still unless everybody waits.
func inVirtualTime(t *testing.T, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, transfer: newTransfer(), begin: time.Now().UTC(), settings: loop.Settings{Poll: time.Second}}
		b.store = storetest.NewMemory(func() time.Time { return time.Now().UTC() })
		test(b)
	})
}

// start starts a loop and returns how to stop it; stopping waits until it has ended.
func (b *bench) start() (stop func()) {
	return b.startOn(b.store)
}

func (b *bench) startOn(store loop.Store) (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	l := loop.New(store, b.transfer, slog.New(slog.DiscardHandler), b.settings)
	go func() { done <- l.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Errorf("loop ended with %v", err)
		}
	}
}

// job makes a job of repository r1 that runs every five minutes from now on, changed by edit.
func (b *bench) job(id string, edit func(j *scheduler.Job)) {
	b.t.Helper()
	_, err := b.store.Create(b.t.Context(), scheduler.Call{}, func(now time.Time) (scheduler.Job, []scheduler.Entry, error) {
		j := scheduler.Job{ID: id, RepositoryID: "r1", CreatedBy: "ada", Config: scheduler.Config{
			Enabled: true, StartTime: now, RunEvery: 5 * time.Minute, Timeout: 10 * time.Minute,
		}}
		edit(&j)
		j.Begin(now)
		return j, nil, nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) get(id string) scheduler.Job {
	b.t.Helper()
	j, err := b.store.Get(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return j
}

func (b *bench) change(id string, change func(j *scheduler.Job, now time.Time)) {
	b.t.Helper()
	_, err := b.store.Change(b.t.Context(), scheduler.Call{}, id, func(j *scheduler.Job, now time.Time) ([]scheduler.Entry, error) {
		change(j, now)
		return nil, nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// configure changes the configuration as a person does.
func (b *bench) configure(id string, edit func(c *scheduler.Config)) {
	b.t.Helper()
	b.change(id, func(j *scheduler.Job, now time.Time) {
		c := j.Config
		edit(&c)
		j.Configure(c, now)
	})
}

// pass lets virtual time go by.
func (b *bench) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// minutes tells the starts as whole minutes since the beginning, and fails if one came later than the loop may.
func (b *bench) minutes() []int {
	b.t.Helper()
	var minutes []int
	for _, at := range b.transfer.starts() {
		since := at.Sub(b.begin)
		if late := since % time.Minute; late > 2*b.settings.Poll {
			b.t.Errorf("a run started %v after the full minute", late)
		}
		minutes = append(minutes, int(since/time.Minute))
	}
	return minutes
}

func (b *bench) wantMinutes(want ...int) {
	b.t.Helper()
	if got := b.minutes(); fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("runs started in minutes %v, want %v", got, want)
	}
}
