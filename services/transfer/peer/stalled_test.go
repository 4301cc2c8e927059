package peer_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/services/transfer/peer"
)

// TestARemoteThatStopsReadingEndsAPush uses a listener that accepts and reads a little, then nothing more.
func TestARemoteThatStopsReadingEndsAPush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var far net.Conn
		s := peer.Defaults()
		s.MaxAttempts = 1
		s.Dial = func(context.Context, string, string) (net.Conn, error) {
			near, end := net.Pipe()
			far = end
			go func() { _, _ = end.Read(make([]byte, 500)) }()
			return near, nil
		}
		c := peer.New(s, time.Now, nil)
		defer c.Close()
		start := time.Now()
		_, err := push(t.Context(), c, peer.Remote{BaseURL: "http://eden.test/eden"}, make([]byte, 100<<10))
		e := wantReason(t, err, peer.ReasonUnavailable)
		if e.Message != "Peer repository unavailable (the remote stopped reading)" || time.Since(start) > 2*s.IdleTimeout {
			t.Errorf("after %s got %+v", time.Since(start), e)
		}
		_ = far.Close()
	})
}
