package auth

import (
	"context"

	"github.com/edensync/edensync/internal/rpc"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// Identity is who makes a request. The zero value is nobody.
type Identity struct {
	UserID   string
	Username string
	Role     configv1.Role
}

type identityKey struct{}

// WithIdentity keeps who makes the request.
func WithIdentity(ctx context.Context, who Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, who)
}

// IdentityFrom is who makes the request; nobody if it was not established.
func IdentityFrom(ctx context.Context) Identity {
	who, _ := ctx.Value(identityKey{}).(Identity)
	return who
}

type sessionKey struct{}

// SessionFrom is the secret of the session that makes the request; empty for nobody and for tokens.
func SessionFrom(ctx context.Context) string {
	secret, _ := ctx.Value(sessionKey{}).(string)
	return secret
}

// Caller is the identity as services know it.
func (i Identity) Caller(requestID string) rpc.Caller {
	return rpc.Caller{User: i.Username, Role: RoleName(i.Role), Service: ServiceName, RequestID: requestID}
}

// ServiceName is what services know the gateway by.
const ServiceName = "gateway"

// RoleName is the role as services and clients know it; "" for none.
func RoleName(role configv1.Role) string {
	if role == configv1.Role_ROLE_UNSPECIFIED {
		return ""
	}
	return restjson.ShortName(role.Descriptor(), role.String())
}
