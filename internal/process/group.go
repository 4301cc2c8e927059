package process

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// Part is one thing that a process starts and stops. Each function may be nil.
type Part struct {
	// Name is for error messages.
	Name string
	// Start makes the part ready; the next part is started when it returns.
	Start func(ctx context.Context) error
	// Run works until ctx ends. If it ends earlier, the whole process stops.
	Run func(ctx context.Context) error
	// Stop asks the part to end, in good order, until ctx ends; Run's ctx is
	// cancelled when it has returned.
	Stop func(ctx context.Context) error
}

// Group starts parts in the order given and stops them the other way round, so
// that nothing is used after it has ended.
type Group struct {
	// StopTimeout is how long stopping may take altogether; 0 = 20 s.
	StopTimeout time.Duration
	parts       []Part
}

const defaultStopTimeout = 20 * time.Second

// maxParts is how many parts can end at the same time without waiting for each other; no process has as many.
const maxParts = 64

// Add appends a part. Once Run was called only the Start of a part may add more,
// which are started after it.
func (g *Group) Add(part Part) { g.parts = append(g.parts, part) }

// Run starts everything, works until ctx ends, a part ends or one cannot start,
// and stops what was started. The error is that of the part that failed, joined
// with what went wrong while stopping; nil if ctx ended and all went well.
func (g *Group) Run(ctx context.Context) error {
	ended := make(chan error, maxParts)
	var running []*runner
	var failure error
	for i := 0; i < len(g.parts); i++ { //nolint:intrange // starting one may add more
		r, err := start(ctx, g.parts[i], ended)
		if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			break // it was told to stop before it had begun
		}
		if err != nil {
			failure = err
			break
		}
		running = append(running, r)
	}
	if failure == nil {
		select {
		case <-ctx.Done():
		case failure = <-ended:
		}
	}
	return errors.Join(failure, g.stop(ctx, running))
}

// runner is a part that was started.
type runner struct {
	part   Part
	cancel context.CancelFunc
	done   chan struct{}
	err    error // what Run returned after it was asked to stop; read after done
}

func start(ctx context.Context, part Part, ended chan<- error) (*runner, error) {
	if part.Start != nil {
		if err := part.Start(ctx); err != nil {
			return nil, fmt.Errorf("start %s: %w", part.Name, err)
		}
	}
	// Parts outlive ctx: they end in order, not all at once.
	runCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &runner{part: part, cancel: cancel, done: make(chan struct{})}
	if part.Run == nil {
		close(r.done)
		return r, nil
	}
	go func() {
		defer close(r.done)
		err := part.Run(runCtx)
		if runCtx.Err() != nil {
			r.err = err
			return
		}
		if err == nil {
			err = errors.New("ended by itself")
		}
		ended <- fmt.Errorf("run %s: %w", part.Name, err)
	}()
	return r, nil
}

func (g *Group) stop(ctx context.Context, running []*runner) error {
	timeout := g.StopTimeout
	if timeout == 0 {
		timeout = defaultStopTimeout
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	var errs []error
	for i := len(running) - 1; i >= 0; i-- {
		if err := running[i].stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", running[i].part.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (r *runner) stop(ctx context.Context) error {
	var err error
	if r.part.Stop != nil {
		err = r.part.Stop(ctx)
	}
	r.cancel()
	select {
	case <-r.done:
		if r.err != nil && !errors.Is(r.err, context.Canceled) {
			err = errors.Join(err, r.err)
		}
		return err
	case <-ctx.Done():
		return errors.Join(err, errors.New("did not end in time"))
	}
}

// Signals is ctx that ends at the first SIGINT or SIGTERM. The second one ends
// the process at once.
func Signals(ctx context.Context) context.Context {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	var once sync.Once
	context.AfterFunc(ctx, func() { once.Do(stop) })
	return ctx
}
