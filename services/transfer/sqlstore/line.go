package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// line is where those of this process stand who want to write. Who is in front leads a group: its transaction serves some of those behind
// it as well. The line is there for speed only; what brings the writers of all processes into a row is the change clock.
type line struct {
	mu      sync.Mutex
	led     bool // somebody leads
	waiting []*request
}

// request is what somebody wants to write.
type request struct {
	ctx   context.Context
	lease *transfer.Lease
	fn    func(engine.Tx) error
	told  chan answer // holds one
}

func newRequest(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) *request {
	return &request{ctx: ctx, lease: lease, fn: fn, told: make(chan answer, 1)}
}

// answer says what is to be done with a request, or how it went.
type answer struct {
	next next
	err  error // of served
}

type next string

const (
	leads  next = "leads"  // it is in front now
	alone  next = "alone"  // it has to be written by itself
	served next = "served" // it was written by whoever led, or will not be
)

// join waits until the request is in front, or somebody else has dealt with it.
func (l *line) join(r *request) answer {
	if l.enter(r) {
		return answer{next: leads}
	}
	select {
	case a := <-r.told:
		return a
	case <-r.ctx.Done():
		if l.leave(r) {
			return answer{served, fmt.Errorf("wait for the change clock: %w", r.ctx.Err())}
		}
		return <-r.told
	}
}

func (l *line) enter(r *request) (first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.led {
		l.waiting = append(l.waiting, r)
		return false
	}
	l.led = true
	return true
}

// leave tells whether the request still waited.
func (l *line) leave(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.waiting)
	l.waiting = slices.DeleteFunc(l.waiting, func(other *request) bool { return other == r })
	return len(l.waiting) < n
}

// take takes the next request out of the line; nil = nobody waits.
func (l *line) take() *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shift()
}

// shift passes over those who have given up; they leave by themselves.
func (l *line) shift() *request {
	i := slices.IndexFunc(l.waiting, func(r *request) bool { return r.ctx.Err() == nil })
	if i < 0 {
		return nil
	}
	r := l.waiting[i]
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return r
}

// pass lets the next one lead.
func (l *line) pass() {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.shift()
	if l.led = r != nil; l.led {
		r.told <- answer{next: leads}
	}
}

// scatter sends everybody away: with a database that does not answer they are not to wait one behind the other.
func (l *line) scatter() {
	l.mu.Lock()
	defer l.mu.Unlock()
	tell(l.waiting, answer{next: alone})
	l.led, l.waiting = false, nil
}

func tell(requests []*request, a answer) {
	for _, r := range requests {
		r.told <- a
	}
}
