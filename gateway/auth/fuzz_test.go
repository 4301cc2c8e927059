package auth

import (
	"net/http"
	"net/url"
	"testing"
)

// FuzzOwnPath: browsers stay on this site wherever they are led.
func FuzzOwnPath(f *testing.F) {
	for _, seed := range []string{"/runs?page=2#x", "//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example", "/%2f%2fevil", "/a:b@c", ""} {
		f.Add(seed)
	}
	base, err := url.Parse("https://site.example/oidc/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := ownPath(path)
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || to.User != nil {
			t.Fatalf("%q leads to %v (%v)", path, to, err)
		}
		if len(got) < 1 || got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Fatalf("%q leads to %q", path, got)
		}
	})
}

// FuzzAttempt reads what a browser says that it has kept.
func FuzzAttempt(f *testing.F) {
	f.Add("eyJzdGF0ZSI6IngifQ")
	f.Add("{}")
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		r := &http.Request{Header: http.Header{"Cookie": {"__Host-edensync-oidc=" + value}}}
		if got := (cookieJar{}).attempt(r); got.State != "" && value == "" {
			t.Fatalf("%q gives %+v", value, got)
		}
	})
}
