package rpc_test

import (
	"context"
	"crypto/tls"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/testcert"
)

// sign makes the certificate of a process, which counts under its names only, not by what it is called otherwise.
func sign(t *testing.T, a *testcert.Identity, names ...string) tls.Certificate {
	t.Helper()
	template := testcert.Process(names...)
	template.Subject.CommonName = "edensync-gateway"
	return a.Sign(t, template).TLS()
}

// guarded serves h to callers with a certificate of the authority, and answers the address.
func guarded(t *testing.T, a *testcert.Identity, auth tls.ClientAuthType, opts rpc.ServerOptions, h handler) string {
	t.Helper()
	plain := loopback(t)
	serve(t, tls.NewListener(plain, &tls.Config{
		Certificates: []tls.Certificate{sign(t, a, "edensync-config")}, ClientAuth: auth, ClientCAs: a.Pool(),
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"},
	}), opts, h)
	return plain.Addr().String()
}

func TestCallersAreWhoTheirCertificateSays(t *testing.T) {
	t.Parallel()
	a := testcert.NewAuthority(t)
	rules := rpc.Rules{echoMethod: {Roles: []string{"ADMINISTRATOR"}, Services: []string{"transfer"}}}
	address := guarded(t, a, tls.RequireAndVerifyClientCert, rpc.ServerOptions{Authorize: rules.Authorize}, handler{echo: echoes})
	admin := rpc.Caller{User: "ada", Role: "ADMINISTRATOR"}
	tests := map[string]struct {
		names  []string
		caller rpc.Caller
		want   apierr.Reason
	}{
		"gateway for an administrator":     {[]string{"edensync-gateway", "edensync-health"}, rpc.Caller{Service: "gateway", User: "ada", Role: "ADMINISTRATOR"}, ""},
		"gateway for nobody":               {[]string{"edensync-gateway"}, rpc.Caller{Service: "gateway"}, apierr.ReasonUnauthenticated},
		"transfer":                         {[]string{"edensync-transfer.hub.svc"}, rpc.Caller{Service: "transfer"}, ""},
		"scheduler":                        {[]string{"edensync-scheduler"}, rpc.Caller{Service: "scheduler"}, apierr.ReasonPermissionDenied},
		"scheduler as transfer":            {[]string{"edensync-scheduler"}, rpc.Caller{Service: "transfer"}, apierr.ReasonUnauthenticated},
		"scheduler as gateway":             {[]string{"edensync-scheduler"}, rpc.Caller{Service: "gateway", Role: "ADMINISTRATOR"}, apierr.ReasonUnauthenticated},
		"scheduler as administrator":       {[]string{"edensync-scheduler"}, rpc.Caller{Service: "scheduler", Role: admin.Role}, apierr.ReasonPermissionDenied},
		"the common name alone":            {[]string{"edensync-health"}, rpc.Caller{Service: "gateway", Role: "ADMINISTRATOR"}, apierr.ReasonUnauthenticated},
		"a name that only begins like one": {[]string{"edensync-transferx"}, rpc.Caller{Service: "transfer"}, apierr.ReasonUnauthenticated},
		"one certificate for all":          {[]string{"edensync-config", "edensync-transfer"}, rpc.Caller{Service: "transfer"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := sign(t, a, test.names...)
			conn := dial(t, address, rpc.DialOptions{TLS: func() *tls.Config {
				return &tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
			}})
			if _, err := echo(rpc.WithCaller(t.Context(), test.caller), conn, "x"); apierr.ReasonOf(err) != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestStrangersAreNotListenedTo(t *testing.T) {
	t.Parallel()
	a, other := testcert.NewAuthority(t), testcert.NewAuthority(t)
	var heard atomic.Int32
	address := guarded(t, a, tls.RequireAndVerifyClientCert, rpc.ServerOptions{}, handler{echo: func(_ context.Context, in string) (string, error) {
		heard.Add(1)
		return in, nil
	}})
	for name, own := range map[string][]tls.Certificate{"none": nil, "of another authority": {sign(t, other, "edensync-gateway")}} {
		conn := dial(t, address, rpc.DialOptions{Service: "gateway", TLS: func() *tls.Config {
			return &tls.Config{RootCAs: a.Pool(), Certificates: own, MinVersion: tls.VersionTLS12}
		}})
		if _, err := echo(t.Context(), conn, "x"); apierr.KindOf(err) != apierr.KindUnavailable {
			t.Errorf("with a certificate %s: %v", name, err)
		}
	}
	if heard.Load() > 0 {
		t.Errorf("%d calls were heard", heard.Load())
	}
}

// A certificate that nobody has checked proves nothing, and is not needed where the key vouches for callers.
func TestWithoutMutualTLSTheKeyVouches(t *testing.T) {
	t.Parallel()
	a := testcert.NewAuthority(t)
	address := guarded(t, a, tls.NoClientCert, rpc.ServerOptions{Key: "k"}, handler{echo: echoes})
	conn := dial(t, address, rpc.DialOptions{Service: "gateway", Key: "k", TLS: func() *tls.Config {
		return &tls.Config{RootCAs: a.Pool(), MinVersion: tls.VersionTLS12}
	}})
	if _, err := echo(t.Context(), conn, "x"); err != nil {
		t.Error(err)
	}
}

func TestClientsTakeRenewedCertificates(t *testing.T) {
	t.Parallel()
	before, after := testcert.NewAuthority(t), testcert.NewAuthority(t)
	var present atomic.Pointer[testcert.Identity]
	present.Store(before)
	address := guarded(t, after, tls.RequireAndVerifyClientCert, rpc.ServerOptions{}, handler{echo: echoes})
	conn := dial(t, address, rpc.DialOptions{Service: "gateway", TLS: func() *tls.Config {
		a := present.Load()
		return &tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{sign(t, a, "edensync-gateway")}, MinVersion: tls.VersionTLS12}
	}})
	if _, err := echo(t.Context(), conn, "x"); apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("with an unknown authority: %v", err)
	}
	present.Store(after)
	over := time.After(30 * time.Second)
	for {
		_, err := echo(t.Context(), conn, "x")
		if err == nil {
			return
		}
		select {
		case <-over:
			t.Fatalf("with the renewed one: %v", err)
		default:
		}
	}
}
