// Package testcert makes the certificates of programs under test: an authority of its own for each installation, and what
// it signs.
package testcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Identity is a certificate with its key.
type Identity struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes an identity that may sign others.
func NewAuthority(tb testing.TB) *Identity {
	tb.Helper()
	return New(tb, &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
}

// New makes an identity that nobody but itself vouches for.
func New(tb testing.TB, template *x509.Certificate) *Identity {
	tb.Helper()
	return (*Identity)(nil).Sign(tb, template)
}

// Sign makes an identity that i vouches for, with a serial number, and valid for a day unless the template says since when.
func (i *Identity) Sign(tb testing.TB, template *x509.Certificate) *Identity {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Now() //nolint:forbidigo // whoever checks it looks at the real clock
	template.SerialNumber = big.NewInt(now.UnixNano())
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.Add(24*time.Hour)
	}
	if i == nil {
		i = &Identity{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.certificate, &key.PublicKey, i.key)
	if err != nil {
		tb.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return &Identity{made, key}
}

// Process is the template of a program on this machine, which serves and calls under its names.
func Process(names ...string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: "edensync"}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}

// Pool trusts what i signs.
func (i *Identity) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(i.certificate)
	return pool
}

// TLS is what a listener or a caller shows.
func (i *Identity) TLS() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{i.certificate.Raw}, PrivateKey: i.key}
}

// PEM is the certificate as text.
func (i *Identity) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.certificate.Raw}))
}

// KeyPEM is the key as text.
func (i *Identity) KeyPEM(tb testing.TB) string {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Write puts both into files of a folder, NAME.pem and NAME.key, and answers their paths.
func (i *Identity) Write(tb testing.TB, folder, name string) (cert, key string) {
	tb.Helper()
	cert, key = filepath.Join(folder, name+".pem"), filepath.Join(folder, name+".key")
	for path, text := range map[string]string{cert: i.PEM(), key: i.KeyPEM(tb)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return cert, key
}
