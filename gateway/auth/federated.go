package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/edensync/edensync/gateway/federation"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Paths of the two halves of a sign-in by the provider.
const (
	federatedBegin = "/oidc/begin"
	federatedEnd   = "/oidc/callback"
)

// Federated are the pages between this site and the provider; nil without one. Whatever goes wrong leads back to the
// sign-in page, which says so.
func (g *Guard) Federated() http.Handler {
	if g.provider == nil {
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+federatedBegin, g.beginFederated)
	mux.HandleFunc("GET "+federatedEnd, g.endFederated)
	return mux
}

// getSignInMethods adds to what config takes what the settings of the gateway say.
func (g *Guard) getSignInMethods(w http.ResponseWriter, r *http.Request) {
	methods, err := g.sessions.GetSignInMethods(g.ownCall(r.Context()), &configv1.GetSignInMethodsRequest{})
	if err == nil {
		methods.Password = methods.GetPassword() && !g.noPasswords
	}
	if err == nil && g.provider != nil {
		methods.Provider, methods.ProviderPath = g.providerName, federatedBegin
	}
	g.answer(w, r, methods, err)
}

// byPassword lets next only be reached where passwords are taken.
func (g *Guard) byPassword(next http.HandlerFunc) http.HandlerFunc {
	if !g.noPasswords {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		g.errors.Write(w, r, apierr.New(apierr.KindPermissionDenied, apierr.ReasonPasswordSignInOff,
			"This site takes no passwords, so nothing was done; sign in by the provider."))
	}
}

func (g *Guard) beginFederated(w http.ResponseWriter, r *http.Request) {
	address, attempt, err := g.provider.Begin(r.Context(), g.origin(r)+federatedEnd, ownPath(r.URL.Query().Get("to")))
	if err != nil {
		g.failFederated(w, r, err)
		return
	}
	g.jar(r).keepAttempt(w, attempt)
	http.Redirect(w, r, address, http.StatusSeeOther) //nolint:gosec // at the provider of the settings
}

func (g *Guard) endFederated(w http.ResponseWriter, r *http.Request) {
	jar := g.jar(r)
	attempt := jar.attempt(r)
	jar.dropAttempt(w)
	if err := g.attempts.allow(g.trusted.Client(r)); err != nil {
		g.failFederated(w, r, err)
		return
	}
	person, err := g.provider.Redeem(r.Context(), attempt, r.URL.Query())
	if err != nil {
		g.report(r.Context(), g.address(r), err)
		g.failFederated(w, r, err)
		return
	}
	answer, err := g.sessions.CreateFederatedSession(g.ownCall(r.Context()), &configv1.CreateFederatedSessionRequest{
		Issuer: person.Issuer, Subject: person.Subject, Username: person.Username, Email: person.Email, Role: person.Role,
		RemoteAddress: g.address(r), ReplacedToken: jar.read(r),
	})
	if err != nil {
		g.failFederated(w, r, err)
		return
	}
	jar.set(w, answer.GetToken(), answer.GetSession().GetExpireTime().AsTime())
	http.Redirect(w, r, ownPath(attempt.Target), http.StatusSeeOther)
}

// failFederated leads to the sign-in page, which knows a sentence for each reason.
func (g *Guard) failFederated(w http.ResponseWriter, r *http.Request, err error) {
	shown := apierr.Public(apierr.FromStatus(err))
	g.logger.WarnContext(r.Context(), "a sign-in by the provider failed", slog.String("reason", string(shown.Reason)), slog.Any("error", err))
	http.Redirect(w, r, "/sign-in?failed="+url.QueryEscape(string(shown.Reason)), http.StatusSeeOther)
}

// report writes a refused sign-in to the log of the site. One that failed because the provider is away is none.
func (g *Guard) report(ctx context.Context, address string, err error) {
	shown := apierr.Public(err)
	if shown.Kind != apierr.KindUnauthenticated {
		return
	}
	_, err = g.sessions.ReportFailedSignIn(g.ownCall(ctx), &configv1.ReportFailedSignInRequest{
		Issuer: g.issuer, Reason: string(shown.Reason), Message: shown.Message, RemoteAddress: address,
	})
	if err != nil {
		g.logger.WarnContext(ctx, "a refused sign-in could not be written to the log of the site", slog.Any("error", err))
	}
}

// origin is how the browser has reached this site. The provider sends people only to addresses that it knows, so that
// nothing is won by lying in Host.
func (g *Guard) origin(r *http.Request) string {
	if r.TLS != nil || g.trusted.Encrypted(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ownPath is path if it stays on this site, or the first page.
func ownPath(path string) string {
	const most = 2048
	u, err := url.Parse(path)
	if err != nil || len(path) > most || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c == '\\' || c == 0x7f }) {
		return "/"
	}
	return path
}

// attemptName is that of the cookie between the two halves of a sign-in.
func (c cookieJar) attemptName() string { return c.name() + "-oidc" }

// keepAttempt gives the browser what the second half needs. Lax: the provider leads back here.
func (c cookieJar) keepAttempt(w http.ResponseWriter, attempt federation.Attempt) {
	text, err := json.Marshal(attempt)
	if err != nil {
		panic(err) // texts and a time
	}
	c.setAttempt(w, base64.RawURLEncoding.EncodeToString(text), int(federation.AttemptTime.Seconds()))
}

func (c cookieJar) dropAttempt(w http.ResponseWriter) { c.setAttempt(w, "", -1) }

func (c cookieJar) setAttempt(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure would be refused where there is no TLS
		Name: c.attemptName(), Value: value, Path: "/", MaxAge: maxAge, Secure: !c.plain, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// attempt is what the browser has kept; the zero value if it has nothing that can be read.
func (c cookieJar) attempt(r *http.Request) (attempt federation.Attempt) {
	cookie, err := r.Cookie(c.attemptName())
	if err != nil {
		return federation.Attempt{}
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &attempt) != nil {
		return federation.Attempt{}
	}
	return attempt
}
