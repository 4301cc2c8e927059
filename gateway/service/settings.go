package service

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"google.golang.org/grpc"
)

// Settings of the gateway.
type Settings struct {
	TrustedProxies []netip.Prefix `help:"Networks of proxies in front of this site, such as 10.0.0.0/8; what they say about clients (X-Forwarded-For, X-Forwarded-Proto) is believed." placeholder:"CIDR"`
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
