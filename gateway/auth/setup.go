package auth

import (
	"context"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// doneFor is how long it is remembered that the site is set up; that hardly ever changes back.
const doneFor = time.Minute

// setupMemory remembers when config was last heard to say that the site is set up.
type setupMemory struct {
	mu   sync.Mutex
	done time.Time
}

// SetupRequired tells whether this site still waits for its first administrator. Only the answer no is remembered, so
// that it holds from the very moment on in which the setup is finished.
func (g *Guard) SetupRequired(ctx context.Context) (bool, error) {
	if g.setupDone() {
		return false, nil
	}
	answer, err := g.sessions.GetSetup(g.ownCall(ctx), &configv1.GetSetupRequest{})
	if err != nil {
		return false, apierr.FromStatus(err)
	}
	if !answer.GetRequired() {
		g.memory.mu.Lock()
		defer g.memory.mu.Unlock()
		g.memory.done = g.now()
	}
	return answer.GetRequired(), nil
}

func (g *Guard) setupDone() bool {
	g.memory.mu.Lock()
	defer g.memory.mu.Unlock()
	return !g.memory.done.IsZero() && g.now().Sub(g.memory.done) < doneFor
}
