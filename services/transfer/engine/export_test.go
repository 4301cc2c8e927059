package engine

import "time"

// HearEvery sets how soon an exchange of a peer hears that it is to stop.
func (e *Engine) HearEvery(d time.Duration) { e.peerRenew = d }
