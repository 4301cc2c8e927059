package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

const (
	maxCertificateText = 128 << 10 // bytes of PEM
	maxCertificates    = 50
)

// checkCertificates accepts PEM with certificates only: a private key that was
// pasted along must not be stored here, nor be shown again.
func checkCertificates(text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if len(text) > maxCertificateText {
		return errors.New("are too long: at most 128 KiB")
	}
	rest, count := []byte(text), 0
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return errors.New("must hold certificates only, no keys or requests")
		}
		count++
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return fmt.Errorf("hold an unreadable certificate (number %d)", count)
		}
	}
	switch {
	case count == 0:
		return errors.New("must be certificates in PEM form (-----BEGIN CERTIFICATE-----)")
	case count > maxCertificates:
		return errors.New("are too many: at most 50")
	case strings.Contains(string(rest), "-----BEGIN"):
		return errors.New("end with an incomplete certificate")
	default:
		return nil
	}
}
