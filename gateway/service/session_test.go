package service_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const signIn = `{"username":"Amina","password":"` + password + `"}`

// signedIn is a site with a session, and the header that carries it.
func signedIn(t *testing.T) (*site, string) {
	t.Helper()
	s := newSite(t)
	got := s.do("POST", "/api/v1/session", signIn)
	if got.StatusCode != http.StatusOK {
		t.Fatalf("sign in: %d %s", got.StatusCode, got.body)
	}
	return s, got.Cookies()[0].Name + "=" + got.Cookies()[0].Value
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.do("POST", "/api/v1/session", signIn)
	want := `__Host-edensync=session-of-amina; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT; HttpOnly; Secure; SameSite=Strict`
	if diff := cmp.Diff([]string{want}, got.Header.Values("Set-Cookie")); diff != "" {
		t.Errorf("cookie (-want +got):\n%s", diff)
	}
	if strings.Contains(got.body, sessionToken) || !strings.Contains(got.body, `"username":"Amina","role":"ADMINISTRATOR"`) {
		t.Errorf("body = %s", got.body)
	}
	request, caller := s.last()
	in, _ := request.(*configv1.CreateSessionRequest)
	if in.GetRemoteAddress() != "127.0.0.1" || in.GetReplacedToken() != "" {
		t.Errorf("config was asked %v", in)
	}
	if caller.Service != "gateway" || caller.Role != "" || caller.User != "" || caller.RequestID != got.Header.Get("X-Request-Id") {
		t.Errorf("caller = %+v", caller)
	}
}

func TestSignInCannotChooseWhatTheGatewayFills(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.do("POST", "/api/v1/session", `{"username":"a","password":"b","remoteAddress":"1.2.3.4","replacedToken":"x"}`, "X-Forwarded-For", "5.6.7.8")
	request, _ := s.last()
	if in, _ := request.(*configv1.CreateSessionRequest); in.GetRemoteAddress() != "127.0.0.1" || in.GetReplacedToken() != "" {
		t.Errorf("config was asked %v", in)
	}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.do("POST", "/api/v1/session", `{"username":"Amina","password":"wrong"}`)
	if got.StatusCode != http.StatusUnauthorized || got.reason(t) != "CREDENTIALS_WRONG" || len(got.Cookies()) != 0 {
		t.Errorf("%d %s %v", got.StatusCode, got.body, got.Cookies())
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 10 {
		if got := s.do("POST", "/api/v1/session", signIn); got.StatusCode != http.StatusOK {
			t.Fatalf("attempt %d: %d", i, got.StatusCode)
		}
	}
	got := s.do("POST", "/api/v1/session", signIn)
	if got.StatusCode != http.StatusTooManyRequests || got.reason(t) != "RATE_LIMITED" || got.Header.Get("Retry-After") != "2" {
		t.Errorf("%d %s, Retry-After %q", got.StatusCode, got.body, got.Header.Get("Retry-After"))
	}
	if got := s.as("viewer", "GET", "/api/v1/session", ""); got.StatusCode != http.StatusOK {
		t.Errorf("others are limited too: %d", got.StatusCode)
	}
}

func TestSessionLives(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	if got := s.do("GET", "/api/v1/session", "", "Cookie", cookie); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "Amina") {
		t.Errorf("who am I: %d %s", got.StatusCode, got.body)
	}
	if got := s.do("GET", "/api/v1/repositories", "", "Cookie", cookie); got.StatusCode != http.StatusOK {
		t.Errorf("with cookie: %d %s", got.StatusCode, got.body)
	}
	if got := s.do("GET", "/api/v1/repositories", ""); got.StatusCode != http.StatusUnauthorized || got.reason(t) != "UNAUTHENTICATED" {
		t.Errorf("without cookie: %d %s", got.StatusCode, got.body)
	}
	plain := strings.TrimPrefix(cookie, "__Host-")
	if got := s.do("GET", "/api/v1/repositories", "", "Cookie", plain); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a cookie without the prefix counts: %d", got.StatusCode)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	got := s.do("DELETE", "/api/v1/session", "", "Cookie", cookie)
	if got.StatusCode != http.StatusOK || len(got.Cookies()) != 1 || got.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d %v", got.StatusCode, got.Cookies())
	}
	got = s.do("GET", "/api/v1/session", "", "Cookie", cookie)
	if got.StatusCode != http.StatusUnauthorized || len(got.Cookies()) != 1 || got.Cookies()[0].MaxAge >= 0 {
		t.Errorf("after signing out: %d %v", got.StatusCode, got.Cookies())
	}
	if got := s.do("DELETE", "/api/v1/session", ""); got.StatusCode != http.StatusOK {
		t.Errorf("signing out twice: %d", got.StatusCode)
	}
}

func TestSignOutEverywhereMeansOneself(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	got := s.do("POST", "/api/v1/session:deleteAll", `{"userId":"somebody else"}`, "Cookie", cookie)
	request, caller := s.last()
	if in, _ := request.(*configv1.DeleteAllSessionsRequest); got.StatusCode != http.StatusOK || in.GetUserId() != "u1" || caller.User != "Amina" {
		t.Errorf("%d %v %v", got.StatusCode, in, caller)
	}
	if got := s.do("POST", "/api/v1/session:deleteAll", "{}"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %d", got.StatusCode)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	got := s.do("POST", "/api/v1/session:changePassword", `{"currentPassword":"a","newPassword":"b","token":"foreign"}`, "Cookie", cookie)
	request, _ := s.last()
	if in, _ := request.(*configv1.ChangePasswordRequest); got.StatusCode != http.StatusOK || in.GetToken() != sessionToken || len(got.Cookies()) != 1 {
		t.Errorf("%d %v", got.StatusCode, in)
	}
	got = s.as("admin", "POST", "/api/v1/session:changePassword", `{}`, "Cookie", cookie)
	if got.StatusCode != http.StatusBadRequest || got.reason(t) != "PRECONDITION_FAILED" {
		t.Errorf("by token: %d %s", got.StatusCode, got.body)
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.setUp = false
	if got := s.do("GET", "/api/v1/setup", ""); got.StatusCode != http.StatusOK || got.body != `{"required":true}` {
		t.Errorf("before: %d %s", got.StatusCode, got.body)
	}
	got := s.do("POST", "/api/v1/setup", `{"setupCode":"1234","username":"Amina","password":"x","siteName":"Nairobi"}`)
	if got.StatusCode != http.StatusOK || len(got.Cookies()) != 1 {
		t.Errorf("setup: %d %s", got.StatusCode, got.body)
	}
	if got := s.do("GET", "/api/v1/setup", ""); got.StatusCode != http.StatusNotFound || got.reason(t) != "SETUP_DONE" {
		t.Errorf("after: %d %s", got.StatusCode, got.body)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	cases := []struct {
		name, header string
		code         int
	}{
		{"valid", "Bearer token-viewer", http.StatusOK},
		{"scheme in small letters", "bearer token-viewer", http.StatusOK},
		{"unknown", "Bearer nonsense", http.StatusUnauthorized},
		{"empty", "Bearer ", http.StatusUnauthorized},
		{"another scheme", "Basic dXNlcjpwYXNz", http.StatusUnauthorized},
		{"of a peer", "Bearer token-peer", http.StatusForbidden},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// A cookie beside a token never counts.
			got := s.do("GET", "/api/v1/repositories", "", "Authorization", c.header, "Cookie", cookie)
			if got.StatusCode != c.code {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
		})
	}
}

func TestForeignPages(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	cases := []struct {
		name    string
		method  string
		headers []string
		code    int
	}{
		{"own page", "POST", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusOK},
		{"program", "POST", nil, http.StatusOK},
		{"page on another port", "POST", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"page of another site", "POST", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"old browser, other origin", "POST", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"old browser, own origin", "POST", []string{"Origin", s.URL}, http.StatusOK},
		{"form's text", "POST", []string{"Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
		{"form", "POST", []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
		{"no type", "POST", []string{"Content-Type", ""}, http.StatusUnsupportedMediaType},
		{"type with charset", "POST", []string{"Content-Type", "application/json; charset=utf-8"}, http.StatusOK},
		{"method in a header", "GET", []string{"X-HTTP-Method-Override", "POST"}, http.StatusNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := s.do(c.method, "/api/v1/repositories/r1:synchronize", "{}", append(c.headers, "Cookie", cookie)...)
			if got.StatusCode != c.code {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
			if c.code == http.StatusForbidden && got.reason(t) != "CSRF_REFUSED" {
				t.Errorf("reason = %s", got.reason(t))
			}
		})
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cases := []struct {
		role, method, path, body string
		code                     int
	}{
		{"viewer", "GET", "/api/v1/runs", "", http.StatusOK},
		{"viewer", "POST", "/api/v1/repositories/r1:synchronize", "{}", http.StatusForbidden},
		{"operator", "POST", "/api/v1/repositories/r1:synchronize", "{}", http.StatusOK},
		{"operator", "POST", "/api/v1/repositories/r1/tasks", `{"resourceName":"a_b"}`, http.StatusForbidden},
		{"admin", "POST", "/api/v1/repositories/r1/tasks", `{"resourceName":"a_b"}`, http.StatusOK},
		{"operator", "GET", "/api/v1/users", "", http.StatusForbidden},
		{"viewer", "POST", "/api/v1/logEntries:purge", "{}", http.StatusForbidden},
		{"peer", "GET", "/api/v1/runs", "", http.StatusForbidden},
	}
	for _, c := range cases {
		t.Run(c.role+" "+c.method+" "+c.path, func(t *testing.T) {
			got := s.as(c.role, c.method, c.path, c.body)
			if got.StatusCode != c.code {
				t.Fatalf("%d %s", got.StatusCode, got.body)
			}
			if c.code == http.StatusForbidden && got.reason(t) != "PERMISSION_DENIED" {
				t.Errorf("reason = %s", got.reason(t))
			}
		})
	}
}

func TestAcceptInvitation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.do("POST", "/api/v1/session:acceptInvitation", `{"code":"edin_bad","password":"x"}`)
	if got.StatusCode != http.StatusForbidden || got.reason(t) != "INVITATION_INVALID" || len(got.Cookies()) != 0 {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	got = s.do("POST", "/api/v1/session:acceptInvitation", `{"code":"edin_good","password":"words of my own","remoteAddress":"1.2.3.4"}`)
	if got.StatusCode != http.StatusOK || len(got.Cookies()) != 1 || got.Cookies()[0].Value != sessionToken || strings.Contains(got.body, sessionToken) {
		t.Errorf("%d %s %v", got.StatusCode, got.body, got.Cookies())
	}
	request, caller := s.last()
	if in, _ := request.(*configv1.AcceptInvitationRequest); in.GetPassword() != "words of my own" || in.GetRemoteAddress() != "127.0.0.1" || caller.User != "" {
		t.Errorf("config was asked %v by %v", in, caller)
	}
	for range 8 {
		s.do("POST", "/api/v1/session:acceptInvitation", `{"code":"edin_bad"}`)
	}
	if got := s.do("POST", "/api/v1/session:acceptInvitation", `{"code":"edin_good"}`); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("after ten attempts: %d", got.StatusCode)
	}
	if got := s.do("GET", "/api/v1/session:acceptInvitation", ""); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", got.StatusCode)
	}
}

func TestOwnAccountAndSessions(t *testing.T) {
	t.Parallel()
	s, cookie := signedIn(t)
	got := s.do("PATCH", "/api/v1/session/user", `{"language":"ar"}`, "Cookie", cookie, "Idempotency-Key", "k1", "If-Match", `"v1"`)
	request, caller := s.last()
	update, _ := request.(*configv1.UpdateOwnUserRequest)
	if got.StatusCode != http.StatusOK || update.GetToken() != sessionToken || update.GetUser().GetLanguage() != "ar" || update.GetRequestId() != "k1" ||
		update.GetUser().GetEtag() != "v1" || strings.Join(update.GetUpdateMask().GetPaths(), " ") != "language" || caller.User != "Amina" {
		t.Errorf("%d %s: %v by %v", got.StatusCode, got.body, request, caller)
	}
	got = s.do("GET", "/api/v1/sessions?token=forged&pageSize=7", "", "Cookie", cookie)
	request, _ = s.last()
	if list, _ := request.(*configv1.ListSessionsRequest); got.StatusCode != http.StatusOK || list.GetToken() != sessionToken || list.GetPageSize() != 7 ||
		!strings.Contains(got.body, `"id":"s1"`) || strings.Contains(got.body, sessionToken) {
		t.Errorf("%d %s: %v", got.StatusCode, got.body, request)
	}
	got = s.do("DELETE", "/api/v1/sessions/s1", "", "Cookie", cookie, "Idempotency-Key", "k2")
	request, _ = s.last()
	if end, _ := request.(*configv1.RevokeSessionRequest); got.StatusCode != http.StatusOK || end.GetToken() != sessionToken || end.GetId() != "s1" || end.GetRequestId() != "k2" {
		t.Errorf("%d %s: %v", got.StatusCode, got.body, request)
	}
	for _, c := range []struct{ method, path, body string }{
		{"PATCH", "/api/v1/session/user", `{"language":"ar"}`}, {"GET", "/api/v1/sessions", ""}, {"DELETE", "/api/v1/sessions/s1", ""},
	} {
		if got := s.do(c.method, c.path, c.body); got.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s %s of nobody: %d", c.method, c.path, got.StatusCode)
		}
		if got := s.as("admin", c.method, c.path, c.body, "Cookie", cookie); got.StatusCode != http.StatusBadRequest || got.reason(t) != "PRECONDITION_FAILED" {
			t.Errorf("%s %s with a token: %d %s", c.method, c.path, got.StatusCode, got.body)
		}
	}
	if got := s.do("POST", "/api/v1/sessions", signIn, "Cookie", cookie); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d %s", got.StatusCode, got.body)
	}
}
