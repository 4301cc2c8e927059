package security_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	gateway "github.com/edensync/edensync/gateway/service"
)

// The attacks below are those of strangers and of other pages, on the real doors of a real site. What a single part does
// against them stands beside that part.

func TestASessionCannotBeFixed(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	const planted = "__Host-edensync=cGxhbnRlZCBieSBzb21lYm9keSBlbHNlIGFuZCBrbm93bg"
	first := s.signIn(planted)
	if first == planted {
		t.Fatal("the session has the name that the attacker gave it")
	}
	if got := s.do("GET", s.url+"/api/v1/session", "", "Cookie", planted); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the planted session: %d", got.StatusCode)
	}
	second := s.signIn(first)
	if got := s.do("GET", s.url+"/api/v1/session", "", "Cookie", first); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session before the second sign-in lives: %d", got.StatusCode)
	}
	s.call(second, "DELETE", "/session", "")
	if got := s.do("GET", s.url+"/api/v1/session", "", "Cookie", second); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session lives after signing out: %d", got.StatusCode)
	}
}

func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:"+adminPassword))
	for name, headers := range map[string][]string{
		"cross-site":            {"Sec-Fetch-Site", "cross-site"},
		"same-site":             {"Sec-Fetch-Site", "same-site"},
		"foreign origin":        {"Origin", "https://evil.example"},
		"origin of a sandbox":   {"Origin", "null"},
		"origin that begins so": {"Origin", s.url + ".evil.example"},
		"origin by plain http":  {"Origin", strings.Replace(s.url, "http://", "https://", 1)[:12]},
	} {
		for _, kind := range []string{"application/json", "text/plain"} {
			got := s.do("PATCH", s.url+"/api/v1/settings?updateMask=siteName", `{"siteName":"owned"}`, append(headers, "Cookie", cookie, "Content-Type", kind)...)
			if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "CSRF_REFUSED") {
				t.Errorf("%s, %s: %d %s", name, kind, got.StatusCode, got.body)
			}
		}
		// A browser may know the credentials of the endpoint for other sites.
		for _, method := range []string{"POST", "PUT"} {
			got := s.do(method, s.peers+"/sync/sync.xml?resource=org_office&repository=urn:x", "<s3xml/>", append(headers, "Authorization", basic)...)
			if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "another site") {
				t.Errorf("%s, %s by a peer's URL: %d %s", name, method, got.StatusCode, got.body)
			}
		}
	}
	if got := s.call(cookie, "GET", "/settings", ""); strings.Contains(got.body, "owned") {
		t.Errorf("settings = %s", got.body)
	}
}

// paths are addresses of every kind.
var paths = []string{
	"/", "/sign-in", "/repositories/x", "/docs", "/docs/", "/openapi.json", "/api/v1/session", "/api/v1/setup", "/api/v1/nothing", "/assets/none.js",
	"/livez", "/metrics", "/oidc/begin", "/api/v1/logEntries:export",
}

func TestNoPageCanBeFramedOrSniffed(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	for _, path := range paths {
		for _, method := range []string{"GET", "POST", "OPTIONS", "TRACE"} {
			got := s.do(method, s.url+path, "")
			h := got.Header
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "base-uri 'none'") || strings.Contains(policy, "unsafe") ||
				h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" ||
				h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
				t.Errorf("%s %s: %v", method, path, h)
			}
			if h.Get("Access-Control-Allow-Origin") != "" || method == "TRACE" && got.StatusCode == http.StatusOK {
				t.Errorf("%s %s is answered to other origins, or echoed", method, path)
			}
		}
	}
}

func TestNothingLeadsToAnotherSite(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	for _, path := range []string{
		"//evil.example", "//evil.example/..", "/\\evil.example", "/%5cevil.example", "/%2f%2fevil.example", "//evil.example/docs/../..", "/docs//evil.example",
		"/sign-in?to=//evil.example", "/sign-in?to=https://evil.example", "/oidc/begin?to=//evil.example", "/docs/..//evil.example", "/api//evil.example",
		"/.//evil.example", "/api/v1/../..//evil.example", "/livez/..//evil.example",
	} {
		for _, door := range []string{s.url, s.peers} {
			got := s.do("GET", door+path, "", "Host", "evil.example")
			to := got.Header.Get("Location")
			if to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\")) {
				t.Errorf("%s leads to %q", path, to)
			}
		}
	}
}

func TestNoPathLeadsToFiles(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	for _, prefix := range []string{"/", "/assets/", "/docs/", "/api/v1/", "/api/v1/records/", "/default/download/", "/eden/default/download/", "/sync/", "/oidc/"} {
		for _, up := range []string{"../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..%255c", "....//", "..%00/", "..;/", "%c0%ae%c0%ae/"} {
			for _, file := range []string{"config.db", "secrets.key", "etc/passwd", "index.html.br"} {
				for _, door := range []string{s.url, s.peers} {
					got := s.do("GET", door+prefix+strings.Repeat(up, 6)+file, "", "Cookie", cookie)
					if strings.Contains(got.body, "SQLite format") || strings.Contains(got.body, "root:") || strings.Contains(got.body, "\"primaryKeyId\"") {
						t.Errorf("%s%s×6%s answers a file: %.60q", prefix, up, file, got.body)
					}
				}
			}
		}
	}
}

func TestNoHeaderCanBeInjected(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	const evil = "x%0d%0aX-Evil:%20yes%0d%0aSet-Cookie:%20evil=1"
	for _, path := range []string{
		"/" + evil, "/api/v1/" + evil, "/api/v1/repositories/" + evil, "/api/v1/repositories?orderBy=" + evil, "/api/v1/logEntries:export?format=" + evil,
		"/api/v1/logEntries:export?query=" + evil, "/sign-in?to=" + evil, "/oidc/begin?to=" + evil, "/oidc/callback?error=" + evil, "/docs/" + evil,
		"/default/download/" + evil, "/sync/sync.xml?resource=" + evil + "&repository=" + evil, "/" + evil + "/sync.xml",
	} {
		for _, door := range []string{s.url, s.peers} {
			got := s.do("GET", door+path, "", "Cookie", cookie, "X-Request-Id", "chosen", "Authorization", "")
			if got.Header.Get("X-Evil") != "" || len(got.Header.Values("Set-Cookie")) > 0 && strings.Contains(got.Header.Get("Set-Cookie"), "evil") {
				t.Errorf("%s: %v", path, got.Header)
			}
			if got.Header.Get("X-Request-Id") == "chosen" {
				t.Errorf("%s: the caller has chosen the request id", path)
			}
		}
	}
	// What becomes part of logs, headers of exports and lines of other sites' logs is one line.
	for what, body := range map[string]string{
		"/repositories": `{"name":"x\r\nX-Evil: yes"}`, "/users": `{"username":"x\ny","role":"VIEWER"}`, "/tokens": `{"name":"x\r\ny","role":"VIEWER"}`,
	} {
		got := s.do("POST", s.url+"/api/v1"+what, body, "Cookie", cookie, "Content-Type", "application/json")
		if got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %s", what, got.StatusCode, got.body)
		}
	}
}

func TestNamesHaveAnEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	long := strings.Repeat("ü", 1<<20)
	for what, body := range map[string]string{
		"/repositories": `{"name":"` + long + `"}`, "/users": `{"username":"` + long + `","role":"VIEWER"}`, "/tokens": `{"name":"` + long + `","role":"VIEWER"}`,
		"/session": `{"username":"` + long + `","password":"` + long + `"}`, "/setup": `{"setupCode":"` + long + `"}`,
		"/session:acceptInvitation": `{"code":"` + long + `","password":"` + long + `"}`,
	} {
		begun := time.Now()
		got := s.do("POST", s.url+"/api/v1"+what, body, "Cookie", cookie, "Content-Type", "application/json")
		if got.StatusCode < 400 || got.StatusCode >= 500 || len(got.body) > 4096 || time.Since(begun) > 20*time.Second {
			t.Errorf("%s: %d, %d bytes after %v", what, got.StatusCode, len(got.body), time.Since(begun))
		}
	}
	for _, body := range []string{strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 1<<18), `{"name":` + strings.Repeat("9", 1<<20) + `}`} {
		got := s.do("POST", s.url+"/api/v1/repositories", body, "Cookie", cookie, "Content-Type", "application/json")
		if got.StatusCode != http.StatusBadRequest || len(got.body) > 4096 {
			t.Errorf("%.10s…: %d, %d bytes", body, got.StatusCode, len(got.body))
		}
	}
}

func TestWhatIsNoTextIsTheCallersMistake(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	for _, path := range []string{
		"/repositories/%ff", "/runs/%c3%28", "/repositories?query=%ff", "/logEntries:export?query=%ff", "/records/org_office/%ff", "/%ff", "/repositories/%ff:synchronize",
	} {
		for _, method := range []string{"GET", "DELETE", "POST"} {
			got := s.do(method, s.url+"/api/v1"+path, "", "Cookie", cookie, "Content-Type", "application/json")
			if got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s %s: %d %s", method, path, got.StatusCode, got.body)
			}
		}
	}
	for _, path := range []string{"/sync/sync.xml?resource=org_%ff&repository=%ff", "/%ff/sync.xml", "/default/download/%ff"} {
		if got := s.do("GET", s.peers+path, "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:"+adminPassword))); got.StatusCode >= 500 {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
	}
}
