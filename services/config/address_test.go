package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/config"
)

func TestCFG006_TrailingSlashesAreRemoved(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://example.org/eden":         "https://example.org/eden",
		"https://example.org/eden/":        "https://example.org/eden",
		"https://example.org/eden///":      "https://example.org/eden",
		"HTTPS://Example.ORG:443/Eden/":    "https://example.org/Eden",
		"http://example.org:80":            "http://example.org",
		"http://example.org:8000/":         "http://example.org:8000",
		"  http://example.org/eden ":       "http://example.org/eden",
		"http://[::1]:8000/eden/":          "http://[::1]:8000/eden",
		"http://[2001:DB8::1]/":            "http://[2001:db8::1]",
		"https://example.org./eden":        "https://example.org/eden",
		"https://example.org/a%2Fb/eden/":  "https://example.org/a%2Fb/eden",
		"https://xn--mnchen-3ya.example/e": "https://xn--mnchen-3ya.example/e",
	} {
		got, err := config.NormalizeURL(text)
		if err != nil || got != want {
			t.Errorf("NormalizeURL(%q) = %q, %v; want %q", text, got, err, want)
		}
		if again, err := config.NormalizeURL(got); err != nil || again != got {
			t.Errorf("NormalizeURL is not stable: %q → %q, %v", got, again, err)
		}
	}
}

func TestUnusableURLsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "example.org", "ftp://example.org", "file:///etc/passwd", "https://", "https:///eden", "https:example.org",
		"https://user@example.org/eden", "https://user:pass@example.org/eden", "https://example.org/eden?x=1",
		"https://example.org/eden#top", "https://exa mple.org", "https://example.org/\x00", "https://example.org/e\\f",
		"https://example.org:port/", "https://" + strings.Repeat("a", 300) + ".org", "https://example.org/" + strings.Repeat("a", 1100),
		"https://a\xaa.org", "https://a%AA.org", // no text, which would become another one
		"https://" + strings.Repeat("Ⱥ", 120) + ".org", "https://" + strings.Repeat("ü", 80) + ".org/" + strings.Repeat("a", 700), // too long in the form that is stored
	} {
		if got, err := config.NormalizeURL(text); err == nil {
			t.Errorf("NormalizeURL(%q) = %q, want an error", text, got)
		} else if strings.Contains(err.Error(), "pass@") {
			t.Errorf("the error repeats the credentials: %v", err)
		}
	}
}

func TestCFG003_ProxyMustBeAURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"proxy", "proxy:3128", "ftp://proxy:21", "http://", "http://proxy/path", "http://proxy?x=1", "http://user:***@proxy:3128"} {
		if got, err := config.ParseProxy(text, ""); err == nil {
			t.Errorf("ParseProxy(%q) = %v, want an error", text, got)
		}
	}
	for text, want := range map[string]string{
		"":                             "",
		"  ":                           "",
		"http://proxy:3128/":           "http://proxy:3128",
		"https://u:p%40ss@Proxy:3128":  "https://u:p%40ss@proxy:3128",
		"socks5://u:p@10.0.0.1:1080":   "socks5://u:p@10.0.0.1:1080",
		"socks5h://proxy.example:1080": "socks5h://proxy.example:1080",
	} {
		if got, err := config.ParseProxy(text, ""); err != nil || got.Reveal() != want {
			t.Errorf("ParseProxy(%q) = %q, %v; want %q", text, got.Reveal(), err, want)
		}
	}
}

func TestCFG023_ProxyPasswordIsMaskedAndKept(t *testing.T) {
	t.Parallel()
	stored, err := config.ParseProxy("http://user:topsecret@proxy:3128", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{stored.String(), fmt.Sprintf("%v %+v %#v %s %q", stored, stored, stored, stored, stored)} {
		if strings.Contains(shown, "topsecret") {
			t.Errorf("password is shown: %s", shown)
		}
	}
	if stored.String() != "http://user:***@proxy:3128" {
		t.Errorf("String = %s", stored)
	}
	kept, err := config.ParseProxy(stored.String(), stored)
	if err != nil || kept != stored {
		t.Errorf("the mask did not keep the password: %q, %v", kept.Reveal(), err)
	}
	moved, err := config.ParseProxy("socks5://user:***@proxy:1080", stored)
	if err != nil || moved.Reveal() != "socks5://user:topsecret@proxy:1080" {
		t.Errorf("other port of the same host: %q, %v", moved.Reveal(), err)
	}
	for _, text := range []string{"http://user:***@evil:3128", "http://other:***@proxy:3128"} {
		if got, err := config.ParseProxy(text, stored); err == nil {
			t.Errorf("the password was taken to another user or host: %s → %q", text, got.Reveal())
		}
	}
}

func TestEffectiveProxy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own, standard config.Proxy
		want          string
	}{
		{"", "", ""},
		{"", "http://d:1", "http://d:1"},
		{"http://o:1", "http://d:1", "http://o:1"},
		{config.ProxyNone, "http://d:1", "none"},
	} {
		if got := config.EffectiveProxy(c.own, c.standard); got != c.want {
			t.Errorf("EffectiveProxy(%q, %q) = %q, want %q", c.own, c.standard, got, c.want)
		}
	}
}
