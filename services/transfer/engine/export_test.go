package engine

import "time"

// HearEvery sets how soon an exchange of a peer hears that it is to stop.
func (e *Engine) HearEvery(d time.Duration) { e.peerRenew = d }

// WaitFor sets how long a run waits for an answer before it writes that it does.
func (e *Engine) WaitFor(d time.Duration) { e.patience = d }

// WorkInSmallPieces makes a few records do for several batches and groups.
func (e *Engine) WorkInSmallPieces() { e.pieces = pieces{batch: 2, first: 1, next: 2} }
