package process

import (
	"sync/atomic"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Pulse tells whether a loop still turns: a process may live while its work stands still.
type Pulse struct {
	now  func() time.Time
	last atomic.Int64 // Unix time in nanoseconds; 0: it never turned
}

// NewPulse makes the pulse of a loop that has not begun yet.
func NewPulse(now func() time.Time) *Pulse { return &Pulse{now: now} }

// Beat is called with each turn.
func (p *Pulse) Beat() { p.last.Store(p.now().UnixNano()) }

// Check is an error of KindUnavailable unless the loop has turned within the given time. what names its work.
func (p *Pulse) Check(what string, within time.Duration) error {
	last := p.last.Load()
	if last != 0 && p.now().Sub(time.Unix(0, last)) <= within {
		return nil
	}
	return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
		"The worker for %s stands still, so none will start; look into the log of the process and start it again.", what)
}
