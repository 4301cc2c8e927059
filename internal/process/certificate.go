package process

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Life of a generated certificate, and how long before its end a start of the
// process replaces it.
const (
	certificateLife  = 2 * 365 * 24 * time.Hour
	certificateRenew = 60 * 24 * time.Hour
)

// ensureCertificate makes certificate and key for this machine, unless files
// that are still good for a while are there.
func ensureCertificate(certFile, keyFile, host string, now time.Time, logger *slog.Logger) error {
	if stillGood(certFile, keyFile, now) {
		return nil
	}
	cert, key, err := selfSigned(host, now)
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(certFile), 0o700); err != nil {
		return fmt.Errorf("keep the certificate: %w", err)
	}
	err = errors.Join(
		os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600),
		os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	if err != nil {
		return fmt.Errorf("keep the certificate: %w", err)
	}
	sum := sha256.Sum256(cert)
	logger.Warn("made a self-signed certificate; give your own with --tls-cert and --tls-key",
		slog.String("file", certFile), slog.String("sha256", hex.EncodeToString(sum[:])))
	return nil
}

func stillGood(certFile, keyFile string, now time.Time) bool {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	return err == nil && now.Before(pair.Leaf.NotAfter.Add(-certificateRenew)) && !now.Before(pair.Leaf.NotBefore)
}

func selfSigned(host string, now time.Time) (cert, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	names, ips := subjects(host)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: names[0], Organization: []string{"edensync"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, DNSNames: names, IPAddresses: ips,
	}
	cert, err = x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	key, err = x509.MarshalPKCS8PrivateKey(private)
	return cert, key, err
}

// subjects are the names and addresses under which this machine may be called.
func subjects(host string) (names []string, ips []net.IP) {
	names, ips = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if name, err := os.Hostname(); err == nil && name != "localhost" {
		names = append([]string{name}, names...)
	}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		ips = append(ips, ip)
	} else if ip == nil && host != "" && host != "localhost" {
		names = append([]string{host}, names...)
	}
	return names, ips
}
