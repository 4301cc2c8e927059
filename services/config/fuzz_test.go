package config

import (
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
)

// FuzzURL: an address that is taken has one form, http or https, and no credentials.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{
		"https://Example.org:443/eden/", "http://[::1]:8000", "http://a@b", "javascript:alert(1)", "http://a\\b", "//x", "http://x?y#z", "HTTP://Ü.example/%2f/", "http://[fe80::1%25lo]/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := NormalizeURL(text)
		if err != nil {
			return
		}
		again, err := NormalizeURL(got)
		if err != nil || again != got {
			t.Fatalf("%q becomes %q, which becomes %q, %v", text, got, again, err)
		}
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q becomes %q (%v)", text, got, err)
		}
	})
}

// FuzzProxy: neither what is shown of a proxy nor an error tells its password, and what is shown can be sent back.
func FuzzProxy(f *testing.F) {
	f.Add("http://", "u", "pAssw0rd-7f", "proxy.example.org:3128")
	f.Add("socks5h://", "", "pAssw0rd-7f", "[::1]:1080")
	f.Add("ftp://", "%zz", "pAssw0rd-7f\x00", "p?x#y")
	f.Fuzz(func(t *testing.T, scheme, user, password, host string) {
		if len(password) < 8 || strings.Contains(scheme+user+host, password) {
			return
		}
		got, err := ParseProxy(scheme+user+":"+password+"@"+host, "")
		if err != nil {
			if strings.Contains(err.Error(), password) {
				t.Fatalf("the error tells the password: %v", err)
			}
			return
		}
		u := got.parsed()
		if secret, has := u.User.Password(); has && secret != "" && len(secret) >= 8 && strings.Contains(got.String(), secret) {
			t.Fatalf("%q is shown as %q", got.Reveal(), got)
		}
		kept, err := ParseProxy(got.String(), got)
		if err != nil || kept != got {
			t.Fatalf("%q is shown as %q, which becomes %q, %v", got.Reveal(), got, kept.Reveal(), err)
		}
	})
}

// FuzzCertificates: whatever is pasted is taken whole or refused.
func FuzzCertificates(f *testing.F) {
	f.Add("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	f.Add("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
	f.Add("  \n")
	f.Fuzz(func(t *testing.T, text string) {
		if checkCertificates(text) != nil || strings.TrimSpace(text) == "" {
			return
		}
		for rest := []byte(text); ; {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			if block.Type != "CERTIFICATE" {
				t.Fatalf("a %s was taken: %q", block.Type, text)
			}
		}
		if !x509.NewCertPool().AppendCertsFromPEM([]byte(text)) {
			t.Fatalf("taken, and of no use: %q", text)
		}
	})
}
