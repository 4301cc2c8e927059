package deploy_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/lib/pq" // the driver
)

// secrets are the contents of Secrets, by name and key.
type secrets map[string]map[string]string

// addCertificates does what cert-manager would do: it signs every Certificate by an authority made for the test. The
// names are those of the manifests; the address of this machine is added. Without Certificates the answer is nil.
func (s secrets) addCertificates(t *testing.T, m manifests) *x509.CertPool {
	t.Helper()
	requests := all[*certmanagerv1.Certificate](m)
	if len(requests) == 0 {
		return nil
	}
	authority := certify(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "edensync"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	pool := x509.NewCertPool()
	pool.AddCert(authority.certificate)
	for _, r := range requests {
		signed := authority
		if !r.Spec.IsCA {
			signed = certify(t, &x509.Certificate{
				Subject: pkix.Name{CommonName: r.Spec.CommonName}, DNSNames: r.Spec.DNSNames,
				IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
				KeyUsage:    x509.KeyUsageDigitalSignature, ExtKeyUsage: usages(r),
			}, authority)
		}
		s[r.Spec.SecretName] = map[string]string{
			"ca.crt": authority.pem(), "tls.crt": signed.pem(), "tls.key": signed.keyPEM(t),
		}
	}
	return pool
}

func usages(r *certmanagerv1.Certificate) []x509.ExtKeyUsage {
	var found []x509.ExtKeyUsage
	for usage, extended := range map[certmanagerv1.KeyUsage]x509.ExtKeyUsage{
		certmanagerv1.UsageServerAuth: x509.ExtKeyUsageServerAuth, certmanagerv1.UsageClientAuth: x509.ExtKeyUsageClientAuth,
	} {
		if slices.Contains(r.Spec.Usages, usage) {
			found = append(found, extended)
		}
	}
	return found
}

// identity is a certificate with its key.
type identity struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// certify signs a certificate by an authority, or by itself.
func certify(t *testing.T, template *x509.Certificate, by *identity) *identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if by == nil {
		by = &identity{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{made, key}
}

func (i *identity) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.certificate.Raw}))
}

func (i *identity) keyPEM(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
