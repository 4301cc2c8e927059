package inbound

import (
	"sync"
	"time"
)

// maxThrottled bounds the addresses that a throttle tells apart; all beyond share one count.
const maxThrottled = 4096

// throttle allows a number of events for each address and minute. It keeps refused requests from filling the log.
type throttle struct {
	mu     sync.Mutex
	limit  int
	minute int64
	seen   map[string]int
}

func newThrottle(limit int) *throttle {
	return &throttle{limit: limit, seen: map[string]int{}}
}

func (t *throttle) allow(address string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if minute := now.Unix() / 60; minute != t.minute {
		t.minute = minute
		clear(t.seen)
	}
	if _, known := t.seen[address]; !known && len(t.seen) >= maxThrottled {
		address = ""
	}
	t.seen[address]++
	return t.seen[address] <= t.limit
}
