package service_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/edensync/edensync/gateway/federation"
	"github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const (
	administrator = configv1.Role_ROLE_ADMINISTRATOR
	viewer        = configv1.Role_ROLE_VIEWER
)

func federatedSettings(issuer string) service.Settings {
	return service.Settings{Provider: federation.Settings{
		Issuer: issuer, ClientID: clientID, ClientSecret: process.Secret(clientSecret), Name: "Relief ID", Scopes: []string{"profile", "email"},
		RoleClaim: "realm_access.roles", Roles: map[string]string{"edensync-admins": "ADMINISTRATOR", "field": "VIEWER"},
	}}
}

// federatedSite is a site with a provider, and a browser before it.
func federatedSite(t *testing.T, i *issuer) *browser {
	t.Helper()
	return &browser{newSiteOf(t, federatedSettings(i.URL), false), map[string]string{}}
}

// browser keeps cookies and follows nothing by itself.
type browser struct {
	*site
	cookies map[string]string
}

// open makes one request and answers where it leads to, "" if nowhere.
func (b *browser) open(address string) string {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.HasPrefix(address, b.URL) {
		for name, value := range b.cookies {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = response.Body.Close()
	for _, cookie := range response.Cookies() {
		if b.cookies[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
		if !cookie.HttpOnly || !cookie.Secure || cookie.Path != "/" || cookie.SameSite == http.SameSiteNoneMode || cookie.SameSite == 0 {
			b.t.Errorf("cookie %s", cookie)
		}
	}
	return response.Header.Get("Location")
}

// callback goes as far as the provider leads back to this site.
func (b *browser) callback(to string) string {
	b.t.Helper()
	back := b.open(b.open(b.URL + "/oidc/begin?to=" + url.QueryEscape(to)))
	if !strings.HasPrefix(back, b.URL+"/oidc/callback?") {
		b.t.Fatalf("the provider leads to %q", back)
	}
	return back
}

// failed is the reason that the sign-in page is told.
func failed(location string) string { return strings.TrimPrefix(location, "/sign-in?failed=") }

func TestSignInByTheProvider(t *testing.T) {
	t.Parallel()
	for _, alg := range []jose.SignatureAlgorithm{jose.RS256, jose.ES256} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, alg)
			b := federatedSite(t, i)
			b.cookies["__Host-edensync"] = "an old session"
			if got := b.open(b.callback("/runs?page=2")); got != "/runs?page=2" {
				t.Errorf("led to %q", got)
			}
			if diff := cmp.Diff(map[string]string{"__Host-edensync": sessionToken}, b.cookies); diff != "" {
				t.Errorf("cookies (-want +got)\n%s", diff)
			}
			request, caller := b.last()
			want := &configv1.CreateFederatedSessionRequest{
				Issuer: i.URL, Subject: "subject-1", Username: "amina", Email: "amina@example.org",
				Role: configv1.Role_ROLE_ADMINISTRATOR, RemoteAddress: "127.0.0.1", ReplacedToken: "an old session",
			}
			if diff := cmp.Diff(want, request, protocmp.Transform()); diff != "" || caller.Role != "" || caller.Service != "gateway" {
				t.Errorf("config was asked by %v (-want +got)\n%s", caller, diff)
			}
		})
	}
}

func TestWhatProvidersSayIsNotBelievedBlindly(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jose.RS256)
	other := newKey(t, jose.RS256)
	unsigned := func(claims []byte) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
	}
	for name, test := range map[string]struct {
		claims map[string]any
		sign   func([]byte) string
		want   string // "" signs in
		email  string
		role   configv1.Role
	}{
		"wrong nonce":           {claims: map[string]any{"nonce": "x"}, want: "PROVIDER_REFUSED"},
		"no nonce":              {claims: map[string]any{"nonce": nil}, want: "PROVIDER_REFUSED"},
		"wrong audience":        {claims: map[string]any{"aud": "other"}, want: "PROVIDER_REFUSED"},
		"audience of several":   {claims: map[string]any{"aud": []string{"other", clientID}, "azp": clientID}, email: "amina@example.org", role: administrator},
		"issued to another":     {claims: map[string]any{"aud": []string{"other", clientID}, "azp": "other"}, want: "PROVIDER_REFUSED"},
		"wrong issuer":          {claims: map[string]any{"iss": "https://evil.example"}, want: "PROVIDER_REFUSED"},
		"expired":               {claims: map[string]any{"exp": theTime.Unix() - 1}, want: "PROVIDER_REFUSED"},
		"no expiry":             {claims: map[string]any{"exp": nil}, want: "PROVIDER_REFUSED"},
		"not yet valid":         {claims: map[string]any{"nbf": theTime.Unix() + 3600}, want: "PROVIDER_REFUSED"},
		"key of somebody else":  {sign: func(c []byte) string { return signed(t, jose.RS256, other, c) }, want: "PROVIDER_REFUSED"},
		"not signed":            {sign: unsigned, want: "PROVIDER_REFUSED"},
		"signed by the secret":  {sign: func(c []byte) string { return signed(t, jose.HS256, []byte(strings.Repeat(clientSecret, 4)), c) }, want: "PROVIDER_REFUSED"},
		"no token":              {sign: func([]byte) string { return "" }, want: "PROVIDER_REFUSED"},
		"rubbish":               {sign: func([]byte) string { return "a.b.c" }, want: "PROVIDER_REFUSED"},
		"no account":            {claims: map[string]any{"sub": "stranger"}, want: "ACCOUNT_UNKNOWN"},
		"address not verified":  {claims: map[string]any{"email_verified": false}, role: administrator},
		"nothing about address": {claims: map[string]any{"email_verified": nil}, role: administrator},
		"verified by word":      {claims: map[string]any{"email_verified": "true"}, email: "amina@example.org", role: administrator},
		"no role":               {claims: map[string]any{"realm_access": nil}, email: "amina@example.org"},
		"weaker role":           {claims: map[string]any{"realm_access": map[string]any{"roles": "field"}}, email: "amina@example.org", role: viewer},
	} {
		t.Run(name, func(t *testing.T) {
			b := federatedSite(t, i)
			i.claims = test.claims
			if usual := i.sign; test.sign != nil {
				i.sign = test.sign
				defer func() { i.sign = usual }()
			}
			got := b.open(b.callback("/"))
			request, _ := b.last()
			if test.want != "" {
				if failed(got) != test.want || b.cookies["__Host-edensync"] != "" || len(b.cookies) != 0 {
					t.Errorf("led to %q with cookies %v", got, b.cookies)
				}
				if report, ok := request.(*configv1.ReportFailedSignInRequest); test.want == "PROVIDER_REFUSED" &&
					(!ok || report.GetReason() != test.want || report.GetIssuer() != i.URL || report.GetRemoteAddress() != "127.0.0.1" || report.GetMessage() == "") {
					t.Errorf("reported %v", request)
				}
				return
			}
			in, _ := request.(*configv1.CreateFederatedSessionRequest)
			if got != "/" || in.GetEmail() != test.email || in.GetRole() != test.role {
				t.Errorf("led to %q; config was asked %v", got, in)
			}
		})
	}
}

func TestASignInBelongsToOneBrowserAndOneMoment(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jose.ES256)
	t.Run("another browser", func(t *testing.T) {
		t.Parallel()
		b := federatedSite(t, i)
		back := b.callback("/")
		b.cookies = map[string]string{}
		if got := failed(b.open(back)); got != "SIGN_IN_STALE" {
			t.Error(got)
		}
	})
	t.Run("another state", func(t *testing.T) {
		t.Parallel()
		b := federatedSite(t, i)
		back, _ := url.Parse(b.callback("/"))
		query := back.Query()
		query.Set("state", "x")
		back.RawQuery = query.Encode()
		if got := failed(b.open(back.String())); got != "SIGN_IN_STALE" {
			t.Error(got)
		}
	})
	t.Run("no state at all", func(t *testing.T) {
		t.Parallel()
		b := federatedSite(t, i)
		b.cookies["__Host-edensync-oidc"] = base64.RawURLEncoding.EncodeToString([]byte(`{"began":"2029-12-31T23:00:00Z"}`))
		if got := failed(b.open(b.URL + "/oidc/callback?code=x")); got != "SIGN_IN_STALE" {
			t.Error(got)
		}
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		b := federatedSite(t, i)
		back := b.callback("/")
		const name = "__Host-edensync-oidc"
		text, err := base64.RawURLEncoding.DecodeString(b.cookies[name])
		if err != nil {
			t.Fatal(err)
		}
		var attempt federation.Attempt
		if err := json.Unmarshal(text, &attempt); err != nil {
			t.Fatal(err)
		}
		attempt.Began = theTime.Add(-11 * time.Minute)
		if text, err = json.Marshal(attempt); err != nil {
			t.Fatal(err)
		}
		b.cookies[name] = base64.RawURLEncoding.EncodeToString(text)
		if got := failed(b.open(back)); got != "SIGN_IN_STALE" {
			t.Error(got)
		}
	})
	t.Run("a second time", func(t *testing.T) {
		t.Parallel()
		b := federatedSite(t, i)
		back := b.callback("/")
		kept := map[string]string{"__Host-edensync-oidc": b.cookies["__Host-edensync-oidc"]}
		if got := b.open(back); got != "/" {
			t.Fatal(got)
		}
		if got := failed(b.open(back)); got != "SIGN_IN_STALE" {
			t.Errorf("in the same browser: %s", got)
		}
		b.cookies = kept
		if got := failed(b.open(back)); got != "PROVIDER_REFUSED" {
			t.Errorf("with everything replayed: %s", got)
		}
	})
}

func TestProviderThatFails(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jose.ES256)
	b := federatedSite(t, i)
	back := b.callback("/")
	denied := back[:strings.IndexByte(back, '?')] + "?error=access_denied%0d%0aX-Evil:1&state=" + mustQuery(t, back).Get("state")
	if got := failed(b.open(denied)); got != "PROVIDER_REFUSED" {
		t.Errorf("denied: %s", got)
	}
	request, _ := b.last()
	if report, _ := request.(*configv1.ReportFailedSignInRequest); !strings.Contains(report.GetMessage(), "access_denied  X-Evil:1") {
		t.Errorf("reported %v", request)
	}
	if got := failed(b.open(b.callback("/") + "&iss=https%3A%2F%2Fevil.example")); got != "PROVIDER_REFUSED" {
		t.Errorf("another provider: %s", got)
	}
	i.answer = func(w http.ResponseWriter) bool { w.WriteHeader(http.StatusBadGateway); return true }
	if got := failed(b.open(b.callback("/"))); got != "PROVIDER_UNAVAILABLE" {
		t.Errorf("broken: %s", got)
	}
	i.answer = func(w http.ResponseWriter) bool {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	}
	if got := failed(b.open(b.callback("/"))); got != "PROVIDER_UNAVAILABLE" {
		t.Errorf("leads elsewhere: %s", got)
	}
	i.answer = func(w http.ResponseWriter) bool {
		_, _ = w.Write([]byte(`{"access_token":"` + strings.Repeat("x", 2<<20) + `"}`))
		return true
	}
	if got := failed(b.open(b.callback("/"))); got != "PROVIDER_UNAVAILABLE" {
		t.Errorf("endless: %s", got)
	}
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestProviderThatIsAway(t *testing.T) {
	t.Parallel()
	b := &browser{newSiteOf(t, federatedSettings("http://127.0.0.1:1"), false), map[string]string{}}
	for range 2 {
		if got := failed(b.open(b.URL + "/oidc/begin")); got != "PROVIDER_UNAVAILABLE" {
			t.Error(got)
		}
	}
	if got := b.do("POST", "/api/v1/session", signIn); got.StatusCode != http.StatusOK {
		t.Errorf("sign in by password: %d %s", got.StatusCode, got.body)
	}
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jose.ES256)
	for to, want := range map[string]string{
		"/log?mode=PULL#x": "/log?mode=PULL#x", "": "/", "//evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "evil": "/", "/\t/evil.example": "/", "/\r\nX: y": "/",
		"/%2f/evil.example": "/%2f/evil.example", "/" + strings.Repeat("x", 4096): "/",
	} {
		b := federatedSite(t, i)
		if got := b.open(b.callback(to)); got != want {
			t.Errorf("%q led to %q", to, got)
		}
		// The cookie is the browser's own, but it is not believed either.
		b = federatedSite(t, i)
		back := b.callback("/")
		text, _ := base64.RawURLEncoding.DecodeString(b.cookies["__Host-edensync-oidc"])
		var attempt federation.Attempt
		if err := json.Unmarshal(text, &attempt); err != nil {
			t.Fatal(err)
		}
		attempt.Target = to
		text, _ = json.Marshal(attempt)
		b.cookies["__Host-edensync-oidc"] = base64.RawURLEncoding.EncodeToString(text)
		if got := b.open(back); got != want {
			t.Errorf("%q in the cookie led to %q", to, got)
		}
	}
}

func TestSignInMethods(t *testing.T) {
	t.Parallel()
	if got := newSite(t).do("GET", "/api/v1/signInMethods", ""); got.body != `{"password":true,"provider":"","providerPath":""}` {
		t.Errorf("without provider: %s", got.body)
	}
	if got := newSite(t).do("GET", "/oidc/begin", ""); got.Header.Get("Location") != "" {
		t.Errorf("without provider: led to %s", got.Header.Get("Location"))
	}
	settings := federatedSettings("https://id.example.org")
	if got := newSiteOf(t, settings, false).do("GET", "/api/v1/signInMethods", ""); got.body != `{"password":true,"provider":"Relief ID","providerPath":"/oidc/begin"}` {
		t.Errorf("with provider: %s", got.body)
	}
	settings.NoPasswords = true
	s := newSiteOf(t, settings, false)
	if got := s.do("GET", "/api/v1/signInMethods", ""); got.body != `{"password":false,"provider":"Relief ID","providerPath":"/oidc/begin"}` {
		t.Errorf("without passwords: %s", got.body)
	}
	for path, body := range map[string]string{"/api/v1/session": signIn, "/api/v1/session:acceptInvitation": `{"code":"edin_good","password":"x"}`} {
		if got := s.do("POST", path, body); got.reason(t) != string(apierr.ReasonPasswordSignInOff) {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	if got := s.as("admin", "GET", "/api/v1/repositories", ""); got.StatusCode != http.StatusOK {
		t.Errorf("by token: %d", got.StatusCode)
	}
}

func TestProviderSettings(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*service.Settings){
		"plain http":           func(s *service.Settings) { s.Provider.Issuer = "http://id.example.org" },
		"query":                func(s *service.Settings) { s.Provider.Issuer = "https://id.example.org/?x=y" },
		"password in the URL":  func(s *service.Settings) { s.Provider.Issuer = "https://a:b@id.example.org" },
		"no client":            func(s *service.Settings) { s.Provider.ClientID = "" },
		"no issuer":            func(s *service.Settings) { s.Provider.Issuer = "" },
		"role of a site":       func(s *service.Settings) { s.Provider.Roles = map[string]string{"x": "PEER"} },
		"unknown role":         func(s *service.Settings) { s.Provider.Roles = map[string]string{"x": "administrator"} },
		"nobody could sign in": func(s *service.Settings) { *s = service.Settings{NoPasswords: true} },
	} {
		settings := federatedSettings("https://id.example.org")
		change(&settings)
		_, err := service.Open(t.Context(), settings, service.Deps{})
		if apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
