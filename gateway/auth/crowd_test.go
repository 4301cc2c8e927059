package auth

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func TestTooManyAtTheSameTime(t *testing.T) {
	t.Parallel()
	g := New(Options{Now: time.Now})
	inside, leave := make(chan struct{}), make(chan struct{})
	handler := g.Admit(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-leave }))
	ask := func(remote string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		r.RemoteAddr = remote
		handler.ServeHTTP(w, r)
		return w
	}
	var group sync.WaitGroup
	for range maxPlaceCrowd {
		group.Go(func() { ask("192.0.2.1:1") })
		<-inside
	}
	if w := ask("192.0.2.1:2"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("one too many: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	group.Go(func() { ask("192.0.2.2:1") })
	<-inside // another place is let in
	close(leave)
	group.Wait()
	if g.crowd.all != 0 || len(g.crowd.byPlace) != 0 {
		t.Errorf("%d are still counted, at %d places", g.crowd.all, len(g.crowd.byPlace))
	}
}

func TestTooManyInAll(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	c.all = maxCrowd
	if err := c.enter(netip.MustParsePrefix("192.0.2.1/32")); err == nil {
		t.Error("one more was let in")
	}
}
