package engine

import "time"

// HearEvery sets how soon an exchange of a peer hears that it is to stop.
func (e *Engine) HearEvery(d time.Duration) { e.peerRenew = d }

// WaitFor sets how long a run waits for an answer before it writes that it does.
func (e *Engine) WaitFor(d time.Duration) { e.patience = d }
