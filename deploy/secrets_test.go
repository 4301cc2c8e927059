package deploy_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"slices"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/lib/pq" // the driver

	"github.com/edensync/edensync/internal/testcert"
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
	authority := testcert.NewAuthority(t)
	for _, r := range requests {
		signed := authority
		if !r.Spec.IsCA {
			signed = authority.Sign(t, &x509.Certificate{
				Subject: pkix.Name{CommonName: r.Spec.CommonName}, DNSNames: r.Spec.DNSNames,
				IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
				KeyUsage:    x509.KeyUsageDigitalSignature, ExtKeyUsage: usages(r),
			})
		}
		s[r.Spec.SecretName] = map[string]string{
			"ca.crt": authority.PEM(), "tls.crt": signed.PEM(), "tls.key": signed.KeyPEM(t),
		}
	}
	return authority.Pool()
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
