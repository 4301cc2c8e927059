// Package auth is the gateway's guard: first administrator, sessions, tokens, roles, and what keeps foreign
// pages from using a session. Cookies end here; services only hear who calls and in which role.
package auth

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/edensync/edensync/gateway/federation"
	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
	"github.com/edensync/edensync/internal/rpc"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Options of a Guard.
type Options struct {
	// Sessions is config.
	Sessions configv1.SessionServiceClient
	Errors   rest.Errors
	Now      func() time.Time
	// Logger hears of providers that are away.
	Logger *slog.Logger
	// Provider vouches for people; nil: none. Issuer and Name are what the log and people call it.
	Provider       *federation.Provider
	ProviderIssuer string
	ProviderName   string
	// NoPasswords leaves the provider as the only way to sign in.
	NoPasswords bool
	// TrustedProxies may tell in X-Forwarded-For for whom they ask, and in X-Forwarded-Proto that they were
	// asked over TLS.
	TrustedProxies forwarded.Proxies
}

// Guard establishes who makes a request, and answers the paths of sessions and setup.
type Guard struct {
	sessions configv1.SessionServiceClient
	errors   rest.Errors
	trusted  forwarded.Proxies
	attempts *limiter
	crowd    *crowd
	now      func() time.Time
	memory   setupMemory
	logger   *slog.Logger

	provider             *federation.Provider
	issuer, providerName string
	noPasswords          bool
}

// New makes a Guard.
func New(o Options) *Guard {
	return &Guard{
		sessions: o.Sessions, errors: o.Errors,
		trusted: o.TrustedProxies, attempts: newLimiter(o.Now), crowd: newCrowd(), now: o.Now, logger: o.Logger,
		provider: o.Provider, issuer: o.ProviderIssuer, providerName: o.ProviderName, noPasswords: o.NoPasswords,
	}
}

// Identify wraps next so that it finds in the context who makes the request. A token that is given but not
// valid is refused; a session that is not valid any more makes nobody.
func (g *Guard) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := g.identify(w, r)
		if err != nil {
			g.errors.Write(w, r, err)
			return
		}
		ctx := WithIdentity(r.Context(), who)
		if r.Header.Get("Authorization") == "" && who != (Identity{}) {
			ctx = context.WithValue(ctx, sessionKey{}, g.jar(r).read(r))
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (g *Guard) identify(w http.ResponseWriter, r *http.Request) (Identity, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		return g.byToken(r.Context(), header)
	}
	token := g.jar(r).read(r)
	if token == "" {
		return Identity{}, nil
	}
	session, err := g.sessions.GetSession(g.ownCall(r.Context()), &configv1.GetSessionRequest{Token: token})
	switch {
	case err == nil:
		return identityOf(session.GetUser(), session.GetUser().GetRole()), nil
	case apierr.KindOf(apierr.FromStatus(err)) == apierr.KindUnauthenticated:
		g.jar(r).clear(w)
		return Identity{}, nil
	default:
		return Identity{}, err
	}
}

func (g *Guard) byToken(ctx context.Context, header string) (Identity, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(secret) == "" {
		return Identity{}, apierr.New(apierr.KindUnauthenticated, apierr.ReasonTokenInvalid,
			"The Authorization header was not understood, so nothing was done; send \"Bearer TOKEN\".")
	}
	answer, err := g.sessions.AuthenticateToken(g.ownCall(ctx), &configv1.AuthenticateTokenRequest{Secret: strings.TrimSpace(secret)})
	if err != nil {
		return Identity{}, err
	}
	return identityOf(answer.GetUser(), answer.GetRole()), nil
}

func identityOf(user *configv1.User, role configv1.Role) Identity {
	return Identity{UserID: user.GetId(), Username: user.GetUsername(), Role: role}
}

// ownCall is for calls that the gateway makes before it knows for whom.
func (g *Guard) ownCall(ctx context.Context) context.Context {
	return rpc.WithCaller(ctx, Identity{}.Caller(rest.RequestID(ctx)))
}

// userCall is for calls in the name of who is signed in.
func (g *Guard) userCall(ctx context.Context) context.Context {
	return rpc.WithCaller(ctx, IdentityFrom(ctx).Caller(rest.RequestID(ctx)))
}
