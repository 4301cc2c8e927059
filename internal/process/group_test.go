package process_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/process"
)

// journal notes what happened in which order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) part(name string) process.Part {
	return process.Part{
		Name:  name,
		Start: func(context.Context) error { j.note("start " + name); return nil },
		Run:   func(ctx context.Context) error { <-ctx.Done(); j.note("end " + name); return ctx.Err() },
		Stop:  func(context.Context) error { j.note("stop " + name); return nil },
	}
}

func TestGroupStopsInReverseOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var j journal
		var g process.Group
		for _, name := range []string{"a", "b"} {
			g.Add(j.part(name))
		}
		g.Add(process.Part{Name: "nothing"})
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() { result <- g.Run(ctx) }()
		synctest.Wait()
		j.note("signal")
		cancel()
		if err := <-result; err != nil {
			t.Error(err)
		}
		want := []string{"start a", "start b", "signal", "stop b", "end b", "stop a", "end a"}
		if diff := cmp.Diff(want, j.lines); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestGroupStopsWhatWasStartedWhenOneCannotStart(t *testing.T) {
	t.Parallel()
	var j journal
	var g process.Group
	broken := errors.New("broken")
	g.Add(j.part("a"))
	g.Add(process.Part{Name: "b", Start: func(context.Context) error { return broken }})
	g.Add(j.part("c"))
	err := g.Run(t.Context())
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "start b") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"start a", "stop a", "end a"}, j.lines); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestGroupEndsWhenAPartEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, ends := range map[string]error{"run b: broken": broken, "run b: ended by itself": nil} {
		var j journal
		var g process.Group
		g.Add(j.part("a"))
		g.Add(process.Part{Name: "b", Run: func(context.Context) error { return ends }})
		err := g.Run(t.Context())
		if err == nil || err.Error() != name {
			t.Errorf("got %v, want %q", err, name)
		}
		if diff := cmp.Diff([]string{"start a", "stop a", "end a"}, j.lines); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestGroupDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var g process.Group
		g.Add(process.Part{Name: "stuck", Run: func(context.Context) error { <-release; return nil }})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		begin := time.Now()
		err := g.Run(ctx)
		if err == nil || !strings.Contains(err.Error(), "stop stuck: did not end in time") || time.Since(begin) != 20*time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		close(release)
	})
}

func TestSignals(t *testing.T) {
	ctx := process.Signals(t.Context())
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if t.Context().Err() != nil {
		t.Error("the outer context ended, too")
	}
}
