package auth

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
)

// How many requests are answered at the same time, streams among them: in all, and to one place. Many people may be
// behind one address.
const (
	maxCrowd      = 2048
	maxPlaceCrowd = 256
)

// crowdPause is when somebody who was sent away may come again.
const crowdPause = time.Second

// crowd counts who is being answered.
type crowd struct {
	mu      sync.Mutex
	all     int
	byPlace map[netip.Prefix]int
}

func newCrowd() *crowd { return &crowd{byPlace: map[netip.Prefix]int{}} }

// enter is an error if there are too many already. Otherwise leave is due.
func (c *crowd) enter(place netip.Prefix) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= maxCrowd || c.byPlace[place] >= maxPlaceCrowd {
		return apierr.New(apierr.KindExhausted, apierr.ReasonRateLimited,
			"Too many requests at the same time, so this one was not looked at; wait a moment and try again.").After(crowdPause)
	}
	c.all++
	c.byPlace[place]++
	return nil
}

func (c *crowd) leave(place netip.Prefix) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.byPlace[place]--; c.byPlace[place] == 0 {
		delete(c.byPlace, place)
	}
}

// Admit wraps next so that it is not asked by too many at the same time; those get 429 with Retry-After.
func (g *Guard) Admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place := forwarded.Place(g.trusted.Client(r))
		if err := g.crowd.enter(place); err != nil {
			g.errors.Write(w, r, err)
			return
		}
		defer g.crowd.leave(place)
		next.ServeHTTP(w, r)
	})
}
