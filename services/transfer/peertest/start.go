package peertest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/testcert"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Start serves HTTP on loopback until the test ends.
func Start(tb testing.TB) *Eden {
	tb.Helper()
	e := newEden()
	server := httptest.NewServer(e)
	e.base = server.URL + "/eden"
	e.dial = (&net.Dialer{}).DialContext
	tb.Cleanup(func() { close(e.done); server.Close() })
	return e
}

// Certificate is what a fake with TLS shows.
type Certificate uint8

// Certificates of a fake; all are signed by the authority that CA returns.
const (
	Valid     Certificate = iota // for 127.0.0.1
	Expired                      // since yesterday
	OtherName                    // for elsewhere.example.org only
)

// StartTLS serves HTTPS on loopback until the test ends. Nobody trusts its authority unless told to.
func StartTLS(tb testing.TB, kind Certificate) *Eden {
	tb.Helper()
	e := newEden()
	server := httptest.NewUnstartedServer(e)
	authority := testcert.NewAuthority(tb)
	own := authority.Sign(tb, certificate(kind, e.now())).TLS()
	server.TLS = &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = nil
	server.StartTLS()
	e.base, e.ca = server.URL+"/eden", authority.PEM()
	e.dial = (&net.Dialer{}).DialContext
	tb.Cleanup(func() { close(e.done); server.Close() })
	return e
}

// Memory serves without a network until the test ends, as http://eden.test/eden for clients that use Dial.
func Memory(tb testing.TB) *Eden {
	tb.Helper()
	e := newEden()
	pipes := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: e, ReadHeaderTimeout: time.Hour}
	var stopped sync.WaitGroup
	stopped.Go(func() {
		if err := server.Serve(pipes); !errors.Is(err, http.ErrServerClosed) {
			tb.Errorf("serve in memory: %v", err)
		}
	})
	e.base, e.dial = "http://eden.test/eden", pipes.dial
	tb.Cleanup(func() { close(e.done); _ = server.Close(); stopped.Wait() })
	return e
}

// Dial connects to the fake whatever the address; give it to the client of a fake in memory.
func (e *Eden) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return e.dial(ctx, network, address)
}

// pipeListener hands out the other ends of in-memory connections.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next dialler.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and refuses diallers.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is only there to complete net.Listener.
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "eden.test", Net: "pipe"} }

// certificate is what is signed for the fake.
func certificate(kind Certificate, now time.Time) *x509.Certificate {
	c := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "fake eden"},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 1, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	switch kind {
	case Expired:
		c.NotAfter = now.AddDate(0, 0, -1)
	case OtherName:
		c.IPAddresses, c.DNSNames = nil, []string{"elsewhere.example.org"}
	case Valid:
	}
	return c
}
