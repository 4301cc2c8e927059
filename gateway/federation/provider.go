package federation

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Limits of what is asked of the provider.
const (
	askTimeout = 10 * time.Second
	maxAnswer  = 1 << 20 // bytes
	// failurePause is how long a provider that was away is not asked again.
	failurePause = 3 * time.Second
	// AttemptTime is how long a person may take to sign in at the provider.
	AttemptTime = 10 * time.Minute
)

// Provider is the OpenID Connect provider of this site. It is asked for its endpoints when somebody first wants to sign
// in, so that a site starts without it.
type Provider struct {
	settings Settings
	now      func() time.Time
	client   *http.Client

	mu     sync.Mutex
	found  *oidc.Provider
	failed error // of the last look-up
	when   time.Time
}

// New makes the provider of settings that Check has passed.
func New(settings Settings, now func() time.Time) *Provider {
	return &Provider{settings: settings, now: now, client: &http.Client{
		Timeout:   askTimeout,
		Transport: frugal{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the provider leads elsewhere, where secrets are not sent")
		},
	}}
}

// frugal refuses what no provider needs: long answers, and addresses to which no secret may be sent.
type frugal struct{ http.RoundTripper }

// RoundTrip limits the body.
func (f frugal) RoundTrip(r *http.Request) (*http.Response, error) {
	if u := (url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host}); !safe(u.String()) {
		return nil, errors.New("the provider names an address without encryption")
	}
	answer, err := f.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxAnswer)
	}
	return answer, err
}

// Attempt is what the browser keeps from the first half of a sign-in to the second.
type Attempt struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE
	Redirect string    `json:"redirect"` // where the provider sends the browser
	Target   string    `json:"target"`   // where the person wanted to go
	Began    time.Time `json:"began"`
}

// Begin starts a sign-in: the address at the provider to go to, and what to keep. The error is PROVIDER_UNAVAILABLE.
func (p *Provider) Begin(ctx context.Context, redirect, target string) (address string, attempt Attempt, err error) {
	config, _, err := p.config(ctx, redirect)
	if err != nil {
		return "", Attempt{}, err
	}
	attempt = Attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Redirect: redirect, Target: target, Began: p.now(),
	}
	address = config.AuthCodeURL(attempt.State, oidc.Nonce(attempt.Nonce), oauth2.S256ChallengeOption(attempt.Verifier))
	return address, attempt, nil
}

// Person is whom the provider vouches for.
type Person struct {
	Issuer, Subject string
	Username        string        // chosen by the person; may be empty
	Email           string        // verified by the provider; empty: none
	Role            configv1.Role // unspecified: none is mapped
}

// Redeem ends a sign-in with what the provider has sent the browser back with. Errors are SIGN_IN_STALE,
// PROVIDER_REFUSED and PROVIDER_UNAVAILABLE.
func (p *Provider) Redeem(ctx context.Context, attempt Attempt, query url.Values) (Person, error) {
	age := p.now().Sub(attempt.Began)
	if attempt.State == "" || !same(query.Get("state"), attempt.State) || age < -AttemptTime || age > AttemptTime {
		return Person{}, stale()
	}
	if code := query.Get("error"); code != "" {
		return Person{}, refused("it answered %s", plain(code))
	}
	if issuer := query.Get("iss"); issuer != "" && issuer != p.settings.Issuer {
		return Person{}, refused("another provider has answered")
	}
	config, provider, err := p.config(ctx, attempt.Redirect)
	if err != nil {
		return Person{}, err
	}
	token, err := config.Exchange(p.with(ctx), query.Get("code"), oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return Person{}, exchangeError(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Person{}, refused("its answer has no ID token")
	}
	return p.person(ctx, provider, raw, attempt.Nonce)
}

// person reads an ID token that must be signed for this site and this attempt.
func (p *Provider) person(ctx context.Context, provider *oidc.Provider, raw, nonce string) (Person, error) {
	verifier := provider.VerifierContext(p.with(ctx), &oidc.Config{ClientID: p.settings.ClientID, Now: p.now})
	token, err := verifier.Verify(p.with(ctx), raw)
	if err != nil {
		return Person{}, refused("its ID token is not valid: %s", plain(err.Error())).Wrap(err)
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return Person{}, refused("its ID token cannot be read").Wrap(err)
	}
	if !same(token.Nonce, nonce) {
		return Person{}, refused("its ID token belongs to another attempt")
	}
	if party, has := claims["azp"]; has && party != p.settings.ClientID {
		return Person{}, refused("its ID token was issued to another site")
	}
	person := Person{Issuer: token.Issuer, Subject: token.Subject, Role: p.settings.role(claims)}
	person.Username, _ = claims["preferred_username"].(string)
	if verified(claims["email_verified"]) {
		person.Email, _ = claims["email"].(string)
	}
	return person, nil
}

// verified: some providers send the word.
func verified(claim any) bool { return claim == true || claim == "true" }

// config is how the provider is talked to.
func (p *Provider) config(ctx context.Context, redirect string) (*oauth2.Config, *oidc.Provider, error) {
	provider, err := p.find(ctx)
	if err != nil {
		return nil, nil, away(err)
	}
	return &oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret.Reveal(), Endpoint: provider.Endpoint(),
		RedirectURL: redirect, Scopes: append([]string{oidc.ScopeOpenID}, p.settings.Scopes...),
	}, provider, nil
}

// find looks the endpoints up once. Those who come while it fails, or soon after, hear of the same failure, so that nobody
// waits behind others for a provider that is away.
func (p *Provider) find(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil || p.failed != nil && p.now().Sub(p.when) < failurePause {
		return p.found, p.failed
	}
	// What others wait for must not end with the first one's request.
	p.found, p.failed = oidc.NewProvider(p.with(context.WithoutCancel(ctx)), p.settings.Issuer)
	p.when = p.now()
	return p.found, p.failed
}

// with is ctx for calls of the provider.
func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// same compares two secrets.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// exchangeError tells an answer of the provider from none.
func exchangeError(err error) *apierr.Error {
	if answered, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answered.Response.StatusCode < http.StatusInternalServerError {
		return refused("it did not take the code: %s", plain(answered.ErrorCode))
	}
	return away(err)
}

func stale() *apierr.Error {
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonSignInStale,
		"This sign-in was not begun in this browser, or took longer than ten minutes, so nobody was signed in; begin again.")
}

func refused(format string, args ...any) *apierr.Error {
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonProviderRefused,
		"The provider did not vouch for anybody, so nobody was signed in: %s; try again or ask an administrator.", fmt.Sprintf(format, args...))
}

// away wraps what is wrong without what the provider sent: that may be long, and whatever it likes.
func away(err error) *apierr.Error {
	if answered, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		err = fmt.Errorf("status %d", answered.Response.StatusCode)
	}
	return apierr.New(apierr.KindUnavailable, apierr.ReasonProviderAway,
		"The provider cannot be reached, so nobody was signed in; try again, or sign in with a password.").Wrap(err)
}

// plain is the beginning of a text of the provider that can stand in a line of a log.
func plain(text string) string {
	const most = 200
	text = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text), "")
	return text[:min(len(text), most)]
}
