package forwarded_test

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/edensync/edensync/internal/forwarded"
)

var proxies = forwarded.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

func TestClient(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		remote string
		said   []string
		want   string
	}{
		"nobody in between":           {"192.0.2.1:5", nil, "192.0.2.1"},
		"a stranger says something":   {"192.0.2.1:5", []string{"198.51.100.7"}, "192.0.2.1"},
		"a proxy":                     {"10.1.2.3:5", []string{"198.51.100.7"}, "198.51.100.7"},
		"a proxy of IPv6":             {"[fd00::1]:5", []string{"2001:db8::7"}, "2001:db8::7"},
		"a mapped address":            {"[::ffff:10.1.2.3]:5", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"two proxies":                 {"10.1.2.3:5", []string{"203.0.113.9, 198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		"two headers":                 {"10.1.2.3:5", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		"what the client made up":     {"10.1.2.3:5", []string{"127.0.0.1, 198.51.100.7"}, "198.51.100.7"},
		"a proxy says nonsense":       {"10.1.2.3:5", []string{"nonsense"}, "10.1.2.3"},
		"a proxy that tells nothing":  {"10.1.2.3:5", nil, "10.1.2.3"},
		"something without addresses": {"@", []string{"198.51.100.7"}, "invalid IP"},
	}
	for name, test := range tests {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = test.remote
		for _, said := range test.said {
			r.Header.Add("X-Forwarded-For", said)
		}
		if got := proxies.Client(r).String(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestEncrypted(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]bool{"10.1.2.3:5": true, "192.0.2.1:5": false, "@": false} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-Proto", "https")
		if got := proxies.Encrypted(r); got != want {
			t.Errorf("%s: %v", remote, got)
		}
		r.Header.Set("X-Forwarded-Proto", "http")
		if proxies.Encrypted(r) {
			t.Errorf("%s: http counts as encrypted", remote)
		}
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32", "2001:db8::1:2": "2001:db8::/64",
	} {
		if got := forwarded.Place(netip.MustParseAddr(address)).String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if forwarded.Place(netip.Addr{}) != (netip.Prefix{}) {
		t.Error("no address is a place of its own")
	}
}
