package deploy_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
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

// serverVariable names the address of a PostgreSQL server in which databases may be made and dropped.
const serverVariable = "EDENSYNC_TEST_POSTGRES"

// createDatabase makes an empty database until the test ends and returns its address.
func createDatabase(t *testing.T) string {
	t.Helper()
	server := os.Getenv(serverVariable)
	address, err := url.Parse(server)
	if server == "" || err != nil {
		t.Fatalf("%s is not set: run `make test`, which starts a PostgreSQL for the tests", serverVariable)
	}
	name := "edensync_deploy_" + strings.ToLower(rand.Text()[:12])
	address.Path = "/" + name
	execute(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return address.String()
}

func execute(t *testing.T, address, statement string) {
	t.Helper()
	// Databases are dropped after the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(ctx, statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}
