package process_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/testcert"
)

// writeCertificate puts a certificate for the name into dir.
func writeCertificate(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	return testcert.New(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}).Write(t, dir, "server")
}

// clock is a clock that the test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func listen(t *testing.T, address string, opts process.ListenOptions) (*process.Listener, *bytes.Buffer, error) {
	t.Helper()
	var log bytes.Buffer
	opts.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if opts.Now == nil {
		opts.Now = time.Now
	}
	l, err := process.Listen(t.Context(), address, opts)
	if err == nil {
		t.Cleanup(func() { _ = l.Close() })
	}
	return l, &log, err
}

// served is the name in the certificate that a TLS client is shown.
func served(t *testing.T, l net.Listener) string {
	t.Helper()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.Copy(io.Discard, conn)
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
}

func TestListenOnThisMachineNeedsNoCertificate(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "unix:" + filepath.Join(t.TempDir(), "s")} {
		l, log, err := listen(t, address, process.ListenOptions{})
		if err != nil || l.Secure || log.Len() > 0 {
			t.Errorf("%s: %v, %v, %s", address, l, err, log)
		}
	}
}

func TestListenBeyondThisMachineEncrypts(t *testing.T) {
	t.Parallel()
	opts := process.ListenOptions{Data: t.TempDir()}
	first, log, err := listen(t, "0.0.0.0:0", opts)
	if err != nil || !first.Secure || !strings.HasPrefix(first.URL(), "https://") || !strings.Contains(log.String(), "self-signed") {
		t.Fatalf("%v, %v, %s", first, err, log)
	}
	served(t, first)
	file := filepath.Join(opts.Data, "tls", "cert.pem")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"tls": 0o700, "tls/key.pem": 0o600} {
		if info, err := os.Stat(filepath.Join(opts.Data, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if _, log, err = listen(t, "0.0.0.0:0", opts); err != nil || log.Len() > 0 {
		t.Errorf("a second start: %v, %s", err, log)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the certificate was replaced (%v)", err)
	}
	old := &clock{at: time.Now().Add(23 * 30 * 24 * time.Hour)}
	opts.Now = old.now
	if _, _, err = listen(t, "0.0.0.0:0", opts); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(file); err != nil || bytes.Equal(before, after) {
		t.Errorf("shortly before its end the certificate was kept (%v)", err)
	}
}

func TestListenBeyondThisMachineInPlainTextWarns(t *testing.T) {
	t.Parallel()
	l, log, err := listen(t, "0.0.0.0:0", process.ListenOptions{TLS: process.TLSSettings{InsecureHTTP: true}})
	if err != nil || l.Secure || !strings.HasPrefix(l.URL(), "http://") || !strings.Contains(log.String(), "without encryption") {
		t.Errorf("%v, %v, %s", l, err, log)
	}
}

func TestListenWithGivenCertificateNoticesItsReplacement(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := writeCertificate(t, dir, "one")
	at := &clock{at: time.Now()}
	l, log, err := listen(t, "127.0.0.1:0", process.ListenOptions{TLS: process.TLSSettings{TLSCert: cert, TLSKey: key}, Now: at.now})
	if err != nil {
		t.Fatal(err)
	}
	if got := served(t, l); got != "one" {
		t.Errorf("served %q", got)
	}
	writeCertificate(t, dir, "two")
	if err := os.Chtimes(cert, time.Now().Add(time.Hour), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	at.advance(time.Minute)
	if got := served(t, l); got != "two" {
		t.Errorf("after the replacement %q was served", got)
	}
	if err := os.WriteFile(cert, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	at.advance(time.Minute)
	if got := served(t, l); got != "two" || !strings.Contains(log.String(), "what was read before stays") {
		t.Errorf("after damage %q was served: %s", got, log)
	}
}

// accepts tells whether a listener takes a caller that shows the certificate.
func accepts(t *testing.T, l net.Listener, own tls.Certificate) bool {
	t.Helper()
	result := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			_, err = conn.Read(make([]byte, 1))
			_ = conn.Close()
		}
		result <- err
	}()
	conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil },
	})
	if err == nil {
		_, _ = conn.Write([]byte("x"))
	}
	taken := <-result == nil
	if err == nil {
		_ = conn.Close()
	}
	return taken
}

func TestListenNoticesReplacedAuthorities(t *testing.T) {
	t.Parallel()
	own, authorities, others := t.TempDir(), t.TempDir(), t.TempDir()
	cert, key := writeCertificate(t, own, "server")
	ca, caKey := writeCertificate(t, authorities, "one")
	first, err := tls.LoadX509KeyPair(ca, caKey)
	if err != nil {
		t.Fatal(err)
	}
	at := &clock{at: time.Now()}
	l, _, err := listen(t, "127.0.0.1:0", process.ListenOptions{TLS: process.TLSSettings{TLSCert: cert, TLSKey: key}, ClientCA: ca, Now: at.now})
	if err != nil {
		t.Fatal(err)
	}
	second, err := tls.LoadX509KeyPair(writeCertificate(t, others, "two"))
	if err != nil {
		t.Fatal(err)
	}
	if !accepts(t, l, first) || accepts(t, l, second) {
		t.Error("before: not exactly the first authority is believed")
	}
	text, err := os.ReadFile(filepath.Join(others, "server.pem"))
	if err == nil {
		err = os.WriteFile(ca, text, 0o600)
	}
	if err == nil {
		err = os.Chtimes(ca, time.Now().Add(time.Hour), time.Now().Add(time.Hour))
	}
	if err != nil {
		t.Fatal(err)
	}
	at.advance(time.Minute)
	if accepts(t, l, first) || !accepts(t, l, second) {
		t.Error("after: not exactly the second authority is believed")
	}
}

func TestListenRefuses(t *testing.T) {
	t.Parallel()
	cert, _ := writeCertificate(t, t.TempDir(), "one")
	taken, _, err := listen(t, "127.0.0.1:0", process.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		address string
		opts    process.ListenOptions
	}{
		"half a pair":                {"127.0.0.1:0", process.ListenOptions{TLS: process.TLSSettings{TLSCert: cert}}},
		"absent files":               {"127.0.0.1:0", process.ListenOptions{TLS: process.TLSSettings{TLSCert: cert, TLSKey: "absent"}}},
		"callers without encryption": {"127.0.0.1:0", process.ListenOptions{ClientCA: cert}},
		"taken":                      {taken.Addr().String(), process.ListenOptions{}},
		"no address":                 {"nonsense", process.ListenOptions{}},
	}
	for name, test := range tests {
		if _, _, err := listen(t, test.address, test.opts); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	health := process.NewHealth()
	var mu sync.Mutex
	var broken error
	health.Add("database", func(context.Context) error { mu.Lock(); defer mu.Unlock(); return broken })
	health.Add("other", func(context.Context) error { return nil })
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		health.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	if code, text := get("/livez"); code != 200 || text != "ok\n" {
		t.Errorf("livez %d %q", code, text)
	}
	if code, text := get("/readyz"); code != 200 || text != "database: ok\nother: ok\nready\n" {
		t.Errorf("readyz %d %q", code, text)
	}
	if code, text := get("/metrics"); code != 200 || !strings.Contains(text, "go_goroutines") {
		t.Errorf("metrics %d %q", code, text)
	}
	mu.Lock()
	broken = errors.New("dial 10.0.0.1")
	mu.Unlock()
	code, text := get("/readyz")
	if diff := cmp.Diff("database: INTERNAL: internal error\nother: ok\n", text); code != 503 || diff != "" {
		t.Errorf("not ready: %d %s", code, diff)
	}
	if err := health.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "database is not ready") {
		t.Errorf("Ready: %v", err)
	}
}
