package testcert_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"

	"github.com/edensync/edensync/internal/testcert"
)

func TestWhatAnAuthoritySigns(t *testing.T) {
	t.Parallel()
	authority, other := testcert.NewAuthority(t), testcert.NewAuthority(t)
	cert, key := authority.Sign(t, testcert.Process("edensync-config")).Write(t, t.TempDir(), "config")
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		for name, trusted := range map[string]bool{"edensync-config": true, "127.0.0.1": true, "edensync-audit": false} {
			how := x509.VerifyOptions{DNSName: name, Roots: authority.Pool(), KeyUsages: []x509.ExtKeyUsage{usage}}
			if _, err := pair.Leaf.Verify(how); (err == nil) != trusted {
				t.Errorf("%s: %v", name, err)
			}
			how.Roots = other.Pool()
			if _, err := pair.Leaf.Verify(how); err == nil {
				t.Error("another authority vouches for it")
			}
		}
	}
}
