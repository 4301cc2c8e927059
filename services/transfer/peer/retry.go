package peer

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxStayAway bounds a Retry-After that is handed on.
const maxStayAway = 24 * time.Hour

// pause is an exponential back-off that is never shorter than what the remote asked for.
type pause struct {
	backoff.ExponentialBackOff
	longest time.Duration
	asked   time.Duration
}

func newPause(s Settings) *pause {
	return &pause{
		ExponentialBackOff: backoff.ExponentialBackOff{
			InitialInterval: s.RetryInterval, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: s.MaxRetryAfter,
		},
		longest: s.MaxRetryAfter,
	}
}

// allows tells whether there may be another attempt after err, and remembers how long the remote wants to be left
// alone before it.
func (p *pause) allows(err error) bool {
	var e *Error
	if !errors.As(err, &e) || !e.again() || e.RetryAfter > p.longest {
		return false
	}
	p.asked = e.RetryAfter
	return true
}

// NextBackOff is the pause before the next attempt.
func (p *pause) NextBackOff() time.Duration {
	return max(p.ExponentialBackOff.NextBackOff(), p.asked)
}

// retryAfter reads the header: seconds or a date. 0 = absent or not readable.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), maxStayAway)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), maxStayAway)
}
