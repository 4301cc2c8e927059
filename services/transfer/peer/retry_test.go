package peer_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// bubble is a test in virtual time.
type bubble struct {
	*testing.T
	eden *peertest.Eden
	c    *peer.Client
}

// inMemory runs a test in virtual time against a fake without a network.
func inMemory(t *testing.T, test func(b bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		eden := known(peertest.Memory(t)).Put(office("urn:uuid:1"))
		s := peer.Defaults()
		s.Dial = eden.Dial
		c := peer.New(s, time.Now, nil)
		defer c.Close()
		test(bubble{t, eden, c})
	})
}

func TestUnreachablePeer_TRF012(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Always(peertest.Any, peertest.HangUp())
		_, err := b.c.Pull(b.Context(), remote(b.eden), peer.PullRequest{Resource: "org_office"})
		e := wantReason(b.T, err, peer.ReasonUnavailable)
		if e.Message != "Peer repository unavailable (connection closed by the remote site)" || !e.Remote || !e.Retry {
			b.Errorf("%+v", e)
		}
		b.eden.Heal()
		if _, _, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"}); err != nil {
			b.Errorf("a peer that can be reached: %v", err)
		}
	})
}

func TestTransientFailuresAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]peertest.Fault{
		"cut before the answer": peertest.HangUp(),
		"502":                   peertest.Answer(502, "text/html", "Bad Gateway"),
		"503":                   peertest.Answer(503, "text/html", "Service Unavailable"),
		"504":                   peertest.Answer(504, "text/html", "Gateway Timeout"),
		"429":                   peertest.Answer(429, "text/html", "Too Many Requests"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, func(b bubble) {
				b.eden.Times(3, peertest.Pull, fault)
				if _, _, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"}); err != nil {
					b.Errorf("the fourth pull should have worked: %v", err)
				}
				b.eden.Times(3, peertest.Push, fault)
				if _, err := push(b.Context(), b.c, remote(b.eden), document("")); err != nil {
					b.Errorf("the fourth push should have worked: %v", err)
				}
				b.c.Close() // net/http repeats a GET on its own when a kept connection turns out dead
				b.eden.Times(4, peertest.Pull, fault)
				before := len(b.eden.Requests(peertest.Pull))
				_, err := b.c.Pull(b.Context(), remote(b.eden), peer.PullRequest{Resource: "org_office"})
				if e := failure(b.T, err); !e.Retry || !e.Remote {
					b.Errorf("got %+v", e)
				}
				if n := len(b.eden.Requests(peertest.Pull)) - before; n != 4 {
					b.Errorf("sent %d times", n)
				}
			})
		})
	}
}

func TestLastingFailuresAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 405, 413, 415, 500, 501} {
		inMemory(t, func(b bubble) {
			b.eden.Always(peertest.Any, peertest.Refused(status, "no"))
			_, err := b.c.Pull(b.Context(), remote(b.eden), peer.PullRequest{Resource: "org_office"})
			if e := failure(b.T, err); e.Status != status || e.Message != "no" {
				b.Errorf("got %+v", e)
			}
			if _, err := push(b.Context(), b.c, remote(b.eden), document("")); failure(b.T, err).Status != status {
				b.Errorf("got %v", err)
			}
			if n := len(b.eden.Requests(peertest.Any)); n != 2 {
				b.Errorf("%d: %d requests for two calls", status, n)
			}
		})
	}
}

func TestARepeatedPushKeepsItsKeyAndBody(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Once(peertest.Push, peertest.HangUpAfterwards())
		answer, err := b.c.Push(b.Context(), remote(b.eden), peer.PushRequest{
			Resource: "org_office", IdempotencyKey: "k", Body: document(element("urn:uuid:2", "2026-11-20T09:00:00", "")),
		})
		if err != nil || answer.Records != 1 {
			b.Fatalf("got %+v, %v", answer, err)
		}
		sent := b.eden.Requests(peertest.Push)
		if len(sent) != 2 || string(sent[0].Body) != string(sent[1].Body) || sent[1].Header.Get("Idempotency-Key") != "k" {
			b.Errorf("got %d requests: %+v", len(sent), sent)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header string
		least  time.Duration // before the second attempt
		asked  time.Duration // of the error; 0 = the call works
	}{
		"seconds":      {"20", 20 * time.Second, 0},
		"date":         {"in 30 s", 30 * time.Second, 0},
		"past":         {"-5", 0, 0},
		"nonsense":     {"soon", 0, 0},
		"too long":     {"3600", 0, time.Hour},
		"much too far": {"999999999", 0, 24 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, func(b bubble) {
				if name == "date" {
					test.header = time.Now().UTC().Add(30 * time.Second).Format(http.TimeFormat)
				}
				b.eden.Once(peertest.Pull, peertest.Answer(503, "text/plain", "later", "Retry-After", test.header))
				start := time.Now()
				_, _, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"})
				waited := time.Since(start)
				if test.asked != 0 {
					e := wantReason(b.T, err, peer.ReasonOverloaded)
					if e.RetryAfter != test.asked || waited != 0 {
						b.Errorf("waited %s, got %+v", waited, e)
					}
					return
				}
				if err != nil || waited < test.least || waited > test.least+2*time.Second {
					b.Errorf("waited %s, got %v", waited, err)
				}
			})
		})
	}
}

func TestSilenceEndsAnAnswer(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Once(peertest.Pull, peertest.Stall(60))
		start := time.Now()
		text, _, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"})
		e := wantReason(b.T, err, peer.ReasonUnavailable)
		if len(text) != 60 || !e.Retry || time.Since(start) != time.Minute {
			b.Errorf("after %s and %d bytes got %+v", time.Since(start), len(text), e)
		}
	})
}

func TestSilenceBeforeTheAnswerEndsIt(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Always(peertest.Pull, peertest.Stall(-1))
		start := time.Now()
		_, err := b.c.Pull(b.Context(), remote(b.eden), peer.PullRequest{Resource: "org_office"})
		e := wantReason(b.T, err, peer.ReasonUnavailable)
		if e.Message != "Peer repository unavailable (no answer in time)" || time.Since(start) < 40*time.Minute {
			b.Errorf("after %s got %+v", time.Since(start), e)
		}
	})
}

func TestSlowIsNotSilent(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Once(peertest.Pull, peertest.Slow(9*time.Minute))
		if _, res, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"}); err != nil || res.ClockOffset.Abs() > time.Second {
			b.Errorf("got offset %s, %v", res.ClockOffset, err)
		}
		b.eden.Once(peertest.Pull, peertest.Drip(10, 50*time.Second))
		if text, _, err := pullAll(b.T, b.c, remote(b.eden), peer.PullRequest{Resource: "org_office"}); err != nil || len(text) < 200 {
			b.Errorf("got %q, %v", text, err)
		}
	})
}

func TestASlowReaderIsNotTakenForASilentRemote(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		res, err := b.c.Pull(b.Context(), remote(b.eden), peer.PullRequest{Resource: "org_office"})
		if err != nil {
			b.Fatal(err)
		}
		defer shut(b.T, res.Body)
		<-time.After(time.Hour)
		if text, err := io.ReadAll(res.Body); err != nil || len(text) < 200 {
			b.Errorf("got %q, %v", text, err)
		}
	})
}

func TestTheCallersContextEndsACall(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop requested")
	for name, fault := range map[string]peertest.Fault{
		"before the answer": peertest.Stall(-1), "in the answer": peertest.Stall(60), "between attempts": peertest.Busy(50),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, func(b bubble) {
				b.eden.Always(peertest.Pull, fault)
				ctx, cancel := context.WithCancelCause(b.Context())
				time.AfterFunc(30*time.Second, func() { cancel(stop) })
				res, err := b.c.Pull(ctx, remote(b.eden), peer.PullRequest{Resource: "org_office"})
				if err == nil {
					_, err = io.ReadAll(res.Body)
					shut(b.T, res.Body)
				}
				var e *peer.Error
				if !errors.Is(err, stop) || errors.As(err, &e) {
					b.Errorf("got %v, want the cause of the context and nobody to blame", err)
				}
			})
		})
	}
}

func TestConnectingHasALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := peer.Defaults()
		s.MaxAttempts = 1
		s.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
		c := peer.New(s, time.Now, nil)
		defer c.Close()
		start := time.Now()
		_, err := c.Pull(t.Context(), peer.Remote{BaseURL: "http://eden.test/eden"}, peer.PullRequest{Resource: "org_office"})
		e := wantReason(t, err, peer.ReasonUnavailable)
		if e.Message != "Peer repository unavailable (no connection in time)" || time.Since(start) != s.ConnectTimeout {
			t.Errorf("after %s got %+v", time.Since(start), e)
		}
	})
}
