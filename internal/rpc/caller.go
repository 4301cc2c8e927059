// Package rpc is how services talk: gRPC servers and clients that agree on who
// calls, how errors travel, what is logged and measured, and how a call reaches
// a neighbour in the same process.
package rpc

import (
	"context"
	"net/url"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/edensync/edensync/internal/trace"
)

// Caller is on whose behalf a call is made. The gateway, which knows the
// person, sets User and Role; every service sets its own name. Under mutual TLS
// the name must be that of the caller's certificate.
type Caller struct {
	User      string // name of the account, "" for a service's own work; only for the log, it carries no right
	Role      string // ADMINISTRATOR, OPERATOR, VIEWER, PEER or ""; of the gateway's calls alone
	Service   string // config, scheduler, transfer, audit, gateway or ""
	RequestID string // same in every log line that belongs together
}

// Names of the metadata that a Caller travels in. Values are escaped as in a
// query, because metadata is ASCII and names of people are not.
const (
	userKey      = "edensync-user"
	roleKey      = "edensync-role"
	serviceKey   = "edensync-service"
	requestIDKey = "request-id"
	runIDKey     = "run-id"
	clusterKey   = "edensync-key"
)

const maxCallerValue = 256

type (
	outgoingKey struct{}
	incomingKey struct{}
)

// WithCaller sets on whose behalf the calls made with ctx are. An empty Service
// becomes the name given to Dial, an empty RequestID that of the call being
// answered, or a new one.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, outgoingKey{}, c)
}

// CallerFrom is who made the call that is being answered; the zero Caller
// outside of one.
func CallerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(incomingKey{}).(Caller)
	return c
}

// outgoing completes the caller of a call about to be made. Work for somebody
// else keeps user and request id, not the role: a service acts as itself.
func outgoing(ctx context.Context, service string) Caller {
	answered := CallerFrom(ctx)
	c, ok := ctx.Value(outgoingKey{}).(Caller)
	if !ok {
		c = Caller{User: answered.User}
	}
	if c.Service == "" {
		c.Service = service
	}
	if c.RequestID == "" {
		c.RequestID = trace.From(ctx).Request
	}
	if c.RequestID == "" {
		c.RequestID = trace.NewID()
	}
	return c
}

// sendCaller writes the caller into the metadata. It replaces what is there:
// metadata made from the headers of a browser must not name a caller.
func sendCaller(ctx context.Context, service, key string) context.Context {
	c := outgoing(ctx, service)
	md, _ := metadata.FromOutgoingContext(ctx)
	md = md.Copy()
	for name, value := range map[string]string{
		userKey: c.User, roleKey: c.Role, serviceKey: c.Service, requestIDKey: c.RequestID, clusterKey: key,
		runIDKey: trace.From(ctx).Run,
	} {
		delete(md, name)
		if value != "" {
			md.Set(name, url.QueryEscape(value))
		}
	}
	return metadata.NewOutgoingContext(ctx, md)
}

// receiveCaller reads the caller of an incoming call, and in whose course it is
// made. The role is believed of the gateway alone.
func receiveCaller(ctx context.Context) context.Context {
	c := Caller{
		User: incomingValue(ctx, userKey), Role: incomingValue(ctx, roleKey),
		Service: incomingValue(ctx, serviceKey), RequestID: incomingValue(ctx, requestIDKey),
	}
	if c.Service != gateway {
		c.Role = ""
	}
	if !trace.Valid(c.RequestID) {
		c.RequestID = trace.NewID()
	}
	ctx = trace.With(ctx, trace.IDs{Request: c.RequestID, Run: incomingValue(ctx, runIDKey)})
	trace.Tag(ctx)
	return context.WithValue(ctx, incomingKey{}, c)
}

// incomingValue is "" for what is repeated, too long or has control characters.
func incomingValue(ctx context.Context, key string) string {
	values := metadata.ValueFromIncomingContext(ctx, key)
	if len(values) != 1 || len(values[0]) > 3*maxCallerValue {
		return ""
	}
	value, err := url.QueryUnescape(values[0])
	if err != nil || len(value) > maxCallerValue || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return value
}
