package rpc

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/edensync/edensync/internal/apierr"
)

// gateway is the service that knows people: it alone may say in which role a call is made.
const gateway = "gateway"

// certificatePrefix begins the name that a certificate gives to a process: that of config is edensync-config.
const certificatePrefix = "edensync-"

// checkCertificate compares what a caller says that it is with the certificate that it has shown. Without mutual TLS
// there is none, and the cluster key alone vouches for callers.
func checkCertificate(ctx context.Context, c Caller) error {
	names, shown := certified(ctx)
	if !shown || slices.Contains(names, certificatePrefix+c.Service) {
		return nil
	}
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonUnauthenticated,
		"The certificate of the caller is not that of the service %q, so nothing was done; give each process a certificate whose name begins with %s and its service.",
		c.Service, certificatePrefix)
}

// certified are the first labels of the names in the caller's certificate; false: it has shown none that was checked.
func certified(ctx context.Context) (names []string, shown bool) {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return nil, false
	}
	info, ok := caller.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.VerifiedChains) == 0 {
		return nil, false
	}
	for _, name := range info.State.PeerCertificates[0].DNSNames {
		label, _, _ := strings.Cut(name, ".")
		names = append(names, label)
	}
	return names, true
}

// listenerTLS are the credentials of a server whose listener encrypts: it looks at what the handshake has shown.
type listenerTLS struct {
	credentials.TransportCredentials
}

// ServerHandshake answers with the certificates of a TLS connection, and lets others be as they are.
func (l listenerTLS) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	encrypted, ok := conn.(*tls.Conn)
	if !ok {
		return l.TransportCredentials.ServerHandshake(conn)
	}
	// The server has set a deadline for the handshake.
	if err := encrypted.Handshake(); err != nil { //nolint:noctx // the interface gives no context
		return nil, nil, err
	}
	return conn, credentials.TLSInfo{
		State: encrypted.ConnectionState(), CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

// Clone is itself: it has no state.
func (l listenerTLS) Clone() credentials.TransportCredentials { return l }

// renewedTLS are the credentials of a client that asks for its settings anew with each connection, so that renewed
// certificates count without a restart.
type renewedTLS struct {
	credentials.TransportCredentials // of the first settings, for what does not change
	config                           func() *tls.Config
}

func newRenewedTLS(config func() *tls.Config) renewedTLS {
	return renewedTLS{credentials.NewTLS(config()), config}
}

// ClientHandshake encrypts with the present settings.
func (r renewedTLS) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return credentials.NewTLS(r.config()).ClientHandshake(ctx, authority, conn)
}

// Clone keeps asking the same.
func (r renewedTLS) Clone() credentials.TransportCredentials { return newRenewedTLS(r.config) }
