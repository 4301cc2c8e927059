package inbound

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// gate lets a number of requests through at a time; the others wait in front of it, first come, first served as
// far as the scheduler of Go goes, but not for ever and not too many.
type gate struct {
	slots    chan struct{}
	queue    chan struct{}
	patience time.Duration
}

func newGate(slots, waiting int, patience time.Duration) *gate {
	return &gate{slots: make(chan struct{}, slots), queue: make(chan struct{}, waiting), patience: patience}
}

// enter returns the function that leaves. Errors are refusals.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
		return g.leave, nil
	default:
	}
	select {
	case g.queue <- struct{}{}:
		defer func() { <-g.queue }()
	default:
		return nil, busy(g.patience)
	}
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case g.slots <- struct{}{}:
		return g.leave, nil
	case <-timer.C:
		return nil, busy(g.patience)
	case <-ctx.Done():
		return nil, apierr.Public(context.Cause(ctx))
	}
}

func (g *gate) leave() { <-g.slots }

func busy(after time.Duration) *refusal {
	r := refuse(http.StatusServiceUnavailable, ActionCheck, apierr.ReasonUnavailable,
		"this site is busy with other exchanges; nothing was done, try again later")
	r.retryAfter = after
	return r
}

// lane names pushes that must not overlap.
type lane struct{ repositoryID, resource string }

// lanes lets the pushes of one repository and resource through one after the other. It spares the engine from
// deciding on the same record twice at once; that this stays right across processes is the engine's own care.
type lanes struct {
	mu       sync.Mutex
	open     map[lane]*sharedGate
	waiting  int
	patience time.Duration
}

type sharedGate struct {
	*gate
	users int
}

func newLanes(waiting int, patience time.Duration) *lanes {
	return &lanes{open: map[lane]*sharedGate{}, waiting: waiting, patience: patience}
}

func (l *lanes) enter(ctx context.Context, key lane) (leave func(), err error) {
	g := l.join(key)
	out, err := g.enter(ctx)
	if err != nil {
		l.part(key)
		return nil, err
	}
	return func() { out(); l.part(key) }, nil
}

func (l *lanes) join(key lane) *sharedGate {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.open[key]
	if g == nil {
		g = &sharedGate{gate: newGate(1, l.waiting, l.patience)}
		l.open[key] = g
	}
	g.users++
	return g
}

func (l *lanes) part(key lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.open[key]
	g.users--
	if g.users == 0 {
		delete(l.open, key)
	}
}
