package service

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/gateway/federation"
	"github.com/edensync/edensync/internal/apierr"
)

// Settings of the gateway.
type Settings struct {
	TrustedProxies []netip.Prefix      `help:"Networks of proxies in front of this site, such as 10.0.0.0/8; what they say about clients (X-Forwarded-For, X-Forwarded-Proto) is believed." placeholder:"CIDR"`
	Provider       federation.Settings `embed:"" prefix:"oidc-"`
	NoPasswords    bool                `name:"no-password-sign-in" help:"Take no passwords in the browser; people sign in by the OpenID Connect provider only. Setup, tokens and remote sites are not affected."`
}

// provider is the OpenID Connect provider, nil if there is none.
func (s Settings) provider(now func() time.Time) (*federation.Provider, error) {
	if err := s.Provider.Check(); err != nil {
		return nil, err
	}
	if s.Provider.Enabled() {
		return federation.New(s.Provider, now), nil
	}
	if s.NoPasswords {
		return nil, apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid,
			"The gateway does not start: --no-password-sign-in needs --oidc-issuer, or nobody could sign in.")
	}
	return nil, nil //nolint:nilnil // a site without provider
}

// Deps is what the gateway needs of its process.
type Deps struct {
	Logger *slog.Logger
	Now    func() time.Time

	// Connections to the services.
	Config    grpc.ClientConnInterface
	Scheduler grpc.ClientConnInterface
	Transfer  grpc.ClientConnInterface
	Audit     grpc.ClientConnInterface

	// Health answers /livez, /readyz and /metrics; nil: they are not there.
	Health http.Handler
}
