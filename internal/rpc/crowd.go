package rpc

import (
	"sync/atomic"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// How many calls and streams a server answers at the same time unless it is told otherwise. What waits for the database
// waits better at the caller, who can give up.
const (
	defaultMaxCalls   = 512
	defaultMaxStreams = 2048
)

// crowdPause is when a caller that was sent away may come again.
const crowdPause = time.Second

// crowd counts who is in.
type crowd struct {
	most   int64
	inside atomic.Int64
}

func newCrowd(most, otherwise int) *crowd {
	if most <= 0 {
		most = otherwise
	}
	return &crowd{most: int64(most)}
}

// enter counts one more, and is an error if that is one too many. leave is due in any case.
func (c *crowd) enter() error {
	if c.inside.Add(1) <= c.most {
		return nil
	}
	return apierr.New(apierr.KindExhausted, apierr.ReasonRateLimited,
		"This part of the site has as much to do as it can take, so nothing was done; try again in a moment.").After(crowdPause)
}

func (c *crowd) leave() { c.inside.Add(-1) }
