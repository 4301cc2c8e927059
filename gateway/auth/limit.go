package auth

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
)

// limiter bounds attempts to sign in, by address. It keeps password hashing from being used to wear the
// machine out; the delays after wrong passwords are config's.
type limiter struct {
	every time.Duration
	burst int
	now   func() time.Time

	mu      sync.Mutex
	byPlace map[netip.Prefix]*rate.Limiter
}

// Attempts from one place: ten at once, then one in two seconds.
const (
	attemptEvery = 2 * time.Second
	attemptBurst = 10
	maxPlaces    = 10_000
)

func newLimiter(now func() time.Time) *limiter {
	return &limiter{every: attemptEvery, burst: attemptBurst, now: now, byPlace: map[netip.Prefix]*rate.Limiter{}}
}

// allow takes one attempt, or tells when the next one is allowed.
func (l *limiter) allow(address netip.Addr) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	place := forwarded.Place(address)
	bucket, known := l.byPlace[place]
	if !known {
		l.forget(now)
		bucket = rate.NewLimiter(rate.Every(l.every), l.burst)
		l.byPlace[place] = bucket
	}
	attempt := bucket.ReserveN(now, 1)
	if wait := attempt.DelayFrom(now); wait > 0 {
		attempt.CancelAt(now)
		return apierr.New(apierr.KindExhausted, apierr.ReasonRateLimited,
			"Too many attempts from your address, so this one was not looked at; wait a moment and try again.").After(wait)
	}
	return nil
}

// forget makes room when too many places are remembered: those that may try freely again go first, and if
// there are none, all.
func (l *limiter) forget(now time.Time) {
	if len(l.byPlace) < maxPlaces {
		return
	}
	for place, bucket := range l.byPlace {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.byPlace, place)
		}
	}
	if len(l.byPlace) >= maxPlaces {
		clear(l.byPlace)
	}
}
