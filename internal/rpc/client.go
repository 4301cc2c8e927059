package rpc

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/trace"
)

// DialOptions are what a client needs beside the address.
type DialOptions struct {
	// Memory is where "memory:name" is looked for.
	Memory *Memory
	// Service is the name of the calling service: the Caller.Service of its calls.
	Service string
	// TLS encrypts the calls; it is asked with each new connection. Nil is plain
	// text, which beyond this machine needs Insecure as well.
	TLS func() *tls.Config
	// Insecure allows plain text beyond this machine.
	Insecure bool
	// Key is the installation's shared key that servers demand; see ServerOptions.
	Key string
}

// clientPolicy spreads calls over all addresses of a name. Repeating them is
// the business of repeated, which knows more about them.
const clientPolicy = `{"loadBalancingConfig": [{"round_robin": {}}]}`

// dialBackOff lets a server that comes back be found within seconds.
var dialBackOff = backoff.Config{BaseDelay: 200 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second}

// Dial makes a connection to "memory:name", "host:port", several of them with
// commas between, or "dns:///host:port". It does not wait for the server. Errors of calls are *apierr.Error; a stream
// still ends with io.EOF. An address that cannot be used is SETTINGS_INVALID.
func Dial(target string, opts DialOptions) (*grpc.ClientConn, error) {
	dial := []grpc.DialOption{
		grpc.WithDefaultServiceConfig(clientPolicy), grpc.WithDisableServiceConfig(), grpc.WithDisableRetry(),
		grpc.WithResolvers(addressList{}),
		grpc.WithChainUnaryInterceptor(opts.unary),
		grpc.WithChainStreamInterceptor(opts.stream),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxMessage), grpc.MaxCallSendMsgSize(MaxMessage)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: dialBackOff, MinConnectTimeout: 5 * time.Second}),
	}
	if trace.Enabled() {
		dial = append(dial, grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	}
	if name, ok := strings.CutPrefix(target, "memory:"); ok {
		if opts.Memory == nil {
			return nil, badTarget(target, "there is no network in this process")
		}
		target = "passthrough:///" + name
		dial = append(dial, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return opts.Memory.dial(ctx, name) }))
	} else {
		creds, err := opts.credentials(target)
		if err != nil {
			return nil, err
		}
		dial = append(dial, grpc.WithTransportCredentials(creds))
		target = listTarget(target)
	}
	conn, err := grpc.NewClient(target, dial...)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", badTarget(target, "it is no address").Wrap(err))
	}
	return conn, nil
}

func badTarget(target, why string) *apierr.Error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid,
		"The service at %q cannot be called: %s; correct its address in the settings.", target, why)
}

func (o DialOptions) credentials(target string) (credentials.TransportCredentials, error) {
	if o.TLS != nil {
		return newRenewedTLS(o.TLS), nil
	}
	if !o.Insecure && !isLocal(target) {
		return nil, badTarget(target, "plain text beyond this machine is not allowed without saying so")
	}
	return insecure.NewCredentials(), nil
}

// isLocal says that a target cannot leave this machine.
func isLocal(target string) bool {
	if strings.HasPrefix(target, "unix:") {
		return true
	}
	for address := range strings.SplitSeq(target[strings.LastIndexByte(target, '/')+1:], ",") {
		host, _, err := net.SplitHostPort(strings.TrimSpace(address))
		if err != nil {
			host = address
		}
		if host != "localhost" && !net.ParseIP(host).IsLoopback() {
			return false
		}
	}
	return true
}

func (o DialOptions) unary(
	ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	ctx = sendCaller(ctx, o.Service, o.Key)
	return repeated(ctx, method, func(ctx context.Context, more ...grpc.CallOption) error {
		return invoke(ctx, method, req, reply, cc, append(opts[:len(opts):len(opts)], more...)...)
	})
}

func (o DialOptions) stream(
	ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := open(sendCaller(ctx, o.Service, o.Key), desc, cc, method, opts...)
	if err != nil {
		return nil, apierr.FromStatus(err)
	}
	return &clientStream{stream}, nil
}

// clientStream gives the errors of a stream as *apierr.Error.
type clientStream struct{ grpc.ClientStream }

// RecvMsg keeps io.EOF.
func (s *clientStream) RecvMsg(m any) error { return apierr.FromStatus(s.ClientStream.RecvMsg(m)) }

// SendMsg keeps io.EOF.
func (s *clientStream) SendMsg(m any) error { return apierr.FromStatus(s.ClientStream.SendMsg(m)) }

// CloseSend ends the client's half.
func (s *clientStream) CloseSend() error { return apierr.FromStatus(s.ClientStream.CloseSend()) }
