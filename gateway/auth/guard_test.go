package auth

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func TestCookieFitsTheConnection(t *testing.T) {
	t.Parallel()
	g := New(Options{Now: time.Now, TrustedProxies: forwarded.Proxies{netip.MustParsePrefix("10.0.0.0/8")}})
	cases := []struct {
		name, target, remote, forwarded string
		want                            string
	}{
		{"TLS", "https://site.example/", "192.0.2.1:99", "", secureCookie},
		{"own machine", "http://127.0.0.1:8080/", "127.0.0.1:99", "", secureCookie},
		{"own machine by name", "http://localhost/", "127.0.0.1:99", "", secureCookie},
		{"own machine, IPv6", "http://[::1]:8080/", "[::1]:99", "", secureCookie},
		{"plain", "http://192.0.2.9:8080/", "192.0.2.1:99", "", plainCookie},
		{"plain by name", "http://localhost.example/", "192.0.2.1:99", "", plainCookie},
		{"proxy with TLS", "http://site.example/", "10.0.0.1:99", "https", secureCookie},
		{"proxy without TLS", "http://site.example/", "10.0.0.1:99", "http", plainCookie},
		{"stranger's word", "http://site.example/", "192.0.2.1:99", "https", plainCookie},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, c.target, nil)
			r.RemoteAddr = c.remote
			r.Header.Set("X-Forwarded-Proto", c.forwarded)
			w := httptest.NewRecorder()
			g.jar(r).set(w, "x", time.Now().Add(time.Hour))
			cookie := w.Result().Cookies()[0]
			if cookie.Name != c.want || cookie.Secure != (c.want == secureCookie) || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
				t.Errorf("%v, want name %s", cookie, c.want)
			}
		})
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(func() time.Time { return now })
	here, neighbour := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	for i := range attemptBurst {
		if err := l.allow(here); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	err := l.allow(neighbour) // the same /64 is the same subscriber
	if e, ok := apierr.As(err); !ok || e.Reason != apierr.ReasonRateLimited || e.RetryAfter != attemptEvery {
		t.Errorf("error = %v", err)
	}
	if err := l.allow(netip.MustParseAddr("2001:db8:1::1")); err != nil {
		t.Errorf("another subscriber: %v", err)
	}
	now = now.Add(attemptEvery)
	if err := l.allow(here); err != nil {
		t.Errorf("later: %v", err)
	}
	if err := l.allow(here); err == nil {
		t.Error("one wait gave two attempts")
	}
}

func TestLimiterForgets(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(func() time.Time { return now })
	address := netip.MustParseAddr("10.0.0.0")
	for range maxPlaces {
		address = address.Next()
		if err := l.allow(address); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	if err := l.allow(address.Next()); err != nil || len(l.byPlace) != 1 {
		t.Errorf("%d places are remembered, error %v", len(l.byPlace), err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		method string
		role   configv1.Role
		want   apierr.Reason
	}{
		{"public", configv1.SessionService_CreateSession_FullMethodName, configv1.Role_ROLE_UNSPECIFIED, ""},
		{"nobody", configv1.TaskService_ListTasks_FullMethodName, configv1.Role_ROLE_UNSPECIFIED, apierr.ReasonUnauthenticated},
		{"viewer reads", configv1.TaskService_ListTasks_FullMethodName, configv1.Role_ROLE_VIEWER, ""},
		{"viewer writes", configv1.TaskService_CreateTask_FullMethodName, configv1.Role_ROLE_VIEWER, apierr.ReasonPermissionDenied},
		{"administrator writes", configv1.TaskService_CreateTask_FullMethodName, configv1.Role_ROLE_ADMINISTRATOR, ""},
		{"no rule", configv1.ExchangeService_GetExchange_FullMethodName, configv1.Role_ROLE_ADMINISTRATOR, apierr.ReasonPermissionDenied},
		{"no rule, nobody", configv1.ExchangeService_GetExchange_FullMethodName, configv1.Role_ROLE_UNSPECIFIED, apierr.ReasonUnauthenticated},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := apierr.ReasonOf(Check(c.method, Identity{Role: c.role})); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
