package inbound_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
	"github.com/edensync/edensync/services/transfer/inbound"
)

func TestGTW001_WithoutAuthorization(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"", "Bearer x", "Basic", "Basic !!!", "Basic bm9jb2xvbg=="} {
		for _, request := range []struct{ method, target string }{
			{"GET", pullURL}, {"POST", pushURL}, {"POST", regURL}, {"DELETE", pullURL}, {"HEAD", pullURL}, {"GET", "/sync/sync.xml"},
		} {
			f := newFixture()
			w := f.do(request.method, request.target, "", func(r *http.Request) {
				r.Header.Del("Authorization")
				if header != "" {
					r.Header.Set("Authorization", header)
				}
			})
			if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") != `Basic realm="edensync"` {
				t.Errorf("%s %s with %q: %d, challenge %q", request.method, request.target, header, w.Code, w.Header().Get("WWW-Authenticate"))
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || w.Body.String() != "Authentication Required" {
				t.Errorf("body %q of type %q", w.Body, w.Header().Get("Content-Type"))
			}
			if len(f.directory.addresses) != 0 {
				t.Error("the directory was asked without credentials")
			}
		}
	}
}

func TestGTW002_WrongCredentials(t *testing.T) {
	t.Parallel()
	for _, account := range [][2]string{
		{"peer", "wrong"},
		{"nobody", "secret"},
		{"peer", "\xff"},
		{strings.Repeat("u", 1000), "secret"},
		{"peer", strings.Repeat("p", 2000)},
	} {
		f := newFixture()
		w := f.do("GET", pullURL, "", as(account[0], account[1]))
		if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%.10q: %d", account, w.Code)
		}
		if e := f.journal.only(t); e.Reason != apierr.ReasonCredentialsWrong || e.Action != inbound.ActionAuthenticate {
			t.Errorf("entry %+v", e)
		}
		if strings.Contains(w.Body.String()+f.journal.only(t).Message, account[1]) {
			t.Error("the password is repeated")
		}
	}
}

func TestGTW003_WithoutThePeerRole(t *testing.T) {
	t.Parallel()
	f := newFixture()
	for _, request := range []struct{ method, target string }{{"GET", pullURL}, {"POST", pushURL}, {"POST", regURL}} {
		refused(t, f.do(request.method, request.target, "", as("normaluser@example.com", "testing")), http.StatusForbidden, "needs the role PEER")
	}
	if len(f.engine.imports)+len(f.engine.exports)+len(f.directory.peers) != 0 {
		t.Error("something was carried out")
	}
	if w := newFixture().do("GET", pullURL, "", as("admin@example.com", "testing")); w.Code != http.StatusOK {
		t.Errorf("an administrator gets %d", w.Code)
	}
}

func TestTheRemoteAddressIsTheHost(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("GET", pullURL, "", func(r *http.Request) { r.RemoteAddr = "[2001:db8::1]:4711" })
	f.do("GET", pullURL, "", func(r *http.Request) { r.RemoteAddr = "@" })
	if diff := cmp.Diff([]string{"2001:db8::1", "@"}, f.directory.addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

// Behind a proxy not all peers are one address: neither for wrong passwords nor in the log.
func TestProxiesTellForWhomTheyAsk(t *testing.T) {
	t.Parallel()
	f := newFixture(func(s *inbound.Settings) { s.TrustedProxies = forwarded.Proxies{netip.MustParsePrefix("10.0.0.0/8")} })
	for _, remote := range []string{"10.1.2.3:1", "192.0.2.9:1"} {
		f.do("GET", pullURL, "", func(r *http.Request) {
			r.RemoteAddr = remote
			r.Header.Set("X-Forwarded-For", "198.51.100.7")
		})
	}
	if diff := cmp.Diff([]string{"198.51.100.7", "192.0.2.9"}, f.directory.addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestSignInLimitPassesThrough(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.directory.fail = apierr.New(apierr.KindExhausted, apierr.ReasonRateLimited, "too many attempts").After(1500 * time.Millisecond)
	w := f.do("GET", pullURL, "")
	refused(t, w, http.StatusTooManyRequests, "too many attempts")
	if got := w.Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q", got)
	}
	if e := f.journal.only(t); e.Action != inbound.ActionAuthenticate {
		t.Errorf("entry %+v", e)
	}
}

func TestDirectoryIsDown(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.directory.fail = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "the config service does not answer")
	refused(t, f.do("GET", pullURL, ""), http.StatusServiceUnavailable, "does not answer")
	if e := f.journal.only(t); e.RemoteError {
		t.Error("our failure counts as the peer's")
	}
}

func TestGTW004_MixedMode(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/sync/sync.xml", "/sync/sync.xml?repository=" + peerUUID, "/sync/sync.xml?resource=mixed", "/sync/sync.xml?resource="} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			f := newFixture()
			refused(t, f.do(method, target, oneOffice), http.StatusBadRequest, "Mixed resource synchronization not supported")
			if e := f.journal.only(t); e.Resource != "mixed" || e.Result != inbound.ResultError {
				t.Errorf("entry %+v", e)
			}
		}
	}
}

func TestGTW005_ResourceWithoutUnderscore(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"foobar", "_foo", "foo_", "org-office", "org_office;drop", "1_x", "org_%00", strings.Repeat("a", 100) + "_" + strings.Repeat("b", 100)} {
		refused(t, newFixture().do("GET", "/sync/sync.xml?resource="+name, ""), http.StatusBadRequest, "no table name")
	}
}

func TestGTW006_UnknownTable(t *testing.T) {
	t.Parallel()
	f := newFixture()
	refused(t, f.do("GET", "/sync/sync.xml?resource=foo_bar", ""), http.StatusBadRequest, "no records of foo_bar")
	refused(t, f.do("GET", "/foo/bar/sync.xml", ""), http.StatusNotFound, "Not Found")
	if len(f.engine.exports) != 0 {
		t.Error("something was exported")
	}
	// A push may bring what is new here: the store needs no schema.
	accepted(t, f.do("POST", "/sync/sync.xml?resource=foo_bar&repository="+peerUUID, oneOffice))
}

func TestGTW007_PullOfAnUnknownRepository(t *testing.T) {
	t.Parallel()
	for _, uuid := range []string{"", strangeUUID, deletedUUID, strings.Repeat("u", 500)} {
		f := newFixture()
		target := "/sync/sync.xml?resource=org_office&repository=" + uuid
		if w := f.do("GET", target, ""); w.Code != http.StatusOK {
			t.Errorf("%.50q: %d", uuid, w.Code)
		}
		if e := f.journal.only(t); e.RepositoryID != "" || e.Result != inbound.ResultSuccess {
			t.Errorf("entry %+v", e)
		}
		if len(f.directory.contacts) != 0 {
			t.Error("a contact was noted")
		}
		closed := newFixture()
		closed.directory.site.AnonymousPulls = false
		refused(t, closed.do("GET", target, ""), http.StatusForbidden, "Registration required")
	}
	closed := newFixture()
	closed.directory.site.AnonymousPulls = false
	if w := closed.do("GET", pullURL, ""); w.Code != http.StatusOK {
		t.Errorf("a registered repository gets %d", w.Code)
	}
}

func TestGTW008_PushOfAnUnknownRepository(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/sync/sync.xml?resource=org_office", "/sync/sync.xml?resource=org_office&repository=" + strangeUUID} {
		f := newFixture()
		w := f.do("POST", target, oneOffice)
		want := `{"status":"failed","statuscode":"403","message":"Registration required"}`
		if w.Code != http.StatusForbidden || w.Body.String() != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if len(f.engine.imports) != 0 {
			t.Error("something was imported")
		}
	}
}

func TestGTW009_PushesNotAccepted(t *testing.T) {
	t.Parallel()
	f := newFixture()
	refused(t, f.do("POST", "/sync/sync.xml?resource=org_office&repository="+closedUUID, oneOffice), http.StatusForbidden, "does not accept pushes")
	if len(f.engine.imports) != 0 {
		t.Error("something was imported")
	}
	if w := f.do("GET", "/sync/sync.xml?resource=org_office&repository="+closedUUID, ""); w.Code != http.StatusOK {
		t.Errorf("its pull gets %d", w.Code)
	}
}

func TestGTW010_PushOfADeletedRepository(t *testing.T) {
	t.Parallel()
	refused(t, newFixture().do("POST", "/sync/sync.xml?resource=org_office&repository="+deletedUUID, oneOffice), http.StatusForbidden, "Registration required")
}

func TestGTW011_TablesThatStayHere(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"auth_user", "sync_task", "scheduler_task"} {
		f := newFixture()
		r := httptest.NewRequest(http.MethodPost, "/sync/sync.xml?resource="+table+"&repository="+peerUUID, unread{t})
		r.Header.Set("Expect", "100-continue")
		r.SetBasicAuth("peer", "secret")
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		refused(t, w, http.StatusForbidden, "stays at its site")
		f.directory.site.Exposed = map[string]bool{table: true}
		accepted(t, f.do("POST", "/sync/sync.xml?resource="+table+"&repository="+peerUUID, oneOffice))
	}
}

// unread is a body that nobody may touch.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, http.ErrBodyReadAfterClose
}

func TestGTW012_OtherMethods(t *testing.T) {
	t.Parallel()
	for _, target := range []string{pullURL, "/sync/sync.xml", "/org/office/sync.xml"} {
		for _, method := range []string{"DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
			f := newFixture()
			w := f.do(method, target, "")
			refused(t, w, http.StatusMethodNotAllowed, "Unsupported method")
			if w.Header().Get("Allow") != "GET, POST, PUT" {
				t.Errorf("Allow %q", w.Header().Get("Allow"))
			}
			if len(f.engine.imports)+len(f.engine.exports) != 0 {
				t.Errorf("%s did something", method)
			}
		}
	}
	accepted(t, newFixture().do("PUT", pushURL, oneOffice))
}

func TestAnAccountSpeaksOnlyForItsRepository(t *testing.T) {
	t.Parallel()
	bound := as("bound", "secret")
	for _, method := range []string{"GET", "POST"} {
		refused(t, newFixture().do(method, pullURL, oneOffice, bound), http.StatusForbidden, "may not speak for this one")
		f := newFixture()
		if w := f.do(method, strings.Replace(pullURL, peerUUID, otherUUID, 1), oneOffice, bound); w.Code != http.StatusOK {
			t.Errorf("%s of its own repository: %d", method, w.Code)
		}
	}
	refused(t, newFixture().do("POST", regURL, `{"uuid":"`+peerUUID+`"}`, bound), http.StatusForbidden, "may not speak for this one")
	accepted(t, newFixture().do("POST", regURL, `{"uuid":"`+otherUUID+`"}`, bound))
	f := newFixture()
	accepted(t, f.do("POST", regURL, `{"uuid":"`+strangeUUID+`"}`, bound))
	if f.directory.peers[0].Account.RepositoryID != "other" {
		t.Error("the directory does not learn which repository the account is bound to")
	}
}

// Of whom an account may speak for the directory knows more than this endpoint: it hears who is named before anything is done, but for
// registrations, by which an account comes to its repository.
func TestTheDirectoryDecidesWhoSpeaksForWhom(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST"} {
		f := newFixture()
		f.directory.invited = true
		refused(t, f.do(method, pullURL, oneOffice), http.StatusForbidden, "has yet to register")
		if e := f.journal.only(t); e.Action != inbound.ActionAuthorize || e.Reason != apierr.ReasonPermissionDenied {
			t.Errorf("entry %+v", e)
		}
		if len(f.engine.imports)+len(f.engine.exports) != 0 {
			t.Error("something was carried out")
		}
	}
	f := newFixture()
	f.directory.invited = true
	accepted(t, f.do("POST", regURL+"?repository="+peerUUID, `{"uuid":"`+strangeUUID+`"}`))
}

// A pause stops exchanges in both directions, whoever starts them; the peer comes again later.
func TestPausedRepositoriesAreSentAway(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST"} {
		f := newFixture()
		r := f.directory.repositories[peerUUID]
		r.Paused = true
		f.directory.repositories[peerUUID] = r
		w := f.do(method, pullURL, oneOffice)
		refused(t, w, http.StatusServiceUnavailable, "paused at this site")
		if w.Header().Get("Retry-After") != "300" || len(f.engine.imports)+len(f.engine.exports) != 0 {
			t.Errorf("%s: Retry-After %q, %d imports, %d exports", method, w.Header().Get("Retry-After"), len(f.engine.imports), len(f.engine.exports))
		}
		if e := f.journal.only(t); e.Reason != apierr.ReasonRepositoryPaused || e.RepositoryID != "peer" {
			t.Errorf("%s: entry %+v", method, e)
		}
		accepted(t, f.do("POST", regURL, `{"uuid":"`+peerUUID+`"}`))
	}
}

func TestPagesOfOtherSitesCannotUseABrowsersCredentials(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, header, value string
		refused               bool
	}{
		{"POST", "Sec-Fetch-Site", "cross-site", true},
		{"POST", "Sec-Fetch-Site", "same-site", true},
		{"POST", "Origin", "https://evil.example", true},
		{"POST", "Sec-Fetch-Site", "none", false},
		{"POST", "X-Other", "", false},
		{"GET", "Sec-Fetch-Site", "cross-site", false},
	} {
		f := newFixture()
		w := f.do(c.method, pushURL, "<s3xml/>", func(r *http.Request) { r.Header.Set(c.header, c.value) })
		if refused := strings.Contains(w.Body.String(), "a page of another site"); refused != c.refused || refused && w.Code != http.StatusForbidden {
			t.Errorf("%+v: %d %s", c, w.Code, w.Body)
		}
	}
}
