package peer

import (
	"net/url"
	"testing"
)

func TestSameSite_TRF019_TRF090(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"http://a.org/eden", "http://a.org/other", true},
		{"http://a.org", "http://A.ORG:80/", true},
		{"https://a.org:443", "https://a.org/", true},
		{"http://a.org:8000", "https://a.org/", true},
		{"http://a.org", "http://b.org", false},
		{"http://a.org", "https://b.org", false},
		{"https://a.org", "https://www.a.org", false},
		{"https://a.org", "https://a.org.evil.example", false},
		{"http://127.0.0.1:8000", "http://localhost:8000", false},
		{"http://a.org", "http://a.org:8080", false},
		{"https://a.org", "https://a.org:8443", false},
		{"https://a.org", "http://a.org", false},
		{"https://a.org", "http://a.org:443", false},
	} {
		from, err := url.Parse(test.from)
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(test.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := sameSite(from, to); got != test.want {
			t.Errorf("from %s to %s: got %v", test.from, test.to, got)
		}
	}
}
