package service

import (
	"context"
	"fmt"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/gateway/auth"
	configgw "github.com/edensync/edensync/gateway/gen/edensync/config/v1"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// ownPaths are those of SessionService that need no cookie to be set: they are answered like other calls, in the name
// of the session that asks. Package auth answers the others.
var ownPaths = []string{"/api/v1/session/user", "/api/v1/sessions", "/api/v1/sessions/{id}"}

// handleOwn adds the paths of the own account and sessions to calls.
func (s *Service) handleOwn(ctx context.Context, calls *http.ServeMux, deps Deps) error {
	mux := s.newMux()
	if err := configgw.RegisterSessionServiceHandlerClient(ctx, mux, ownClient{configv1.NewSessionServiceClient(door{deps.Config})}); err != nil {
		return fmt.Errorf("register REST handlers: %w", err)
	}
	for _, path := range ownPaths {
		calls.Handle(path, mux)
	}
	return nil
}

// newMux makes a mux that speaks this API's JSON and errors.
func (s *Service) newMux() *runtime.ServeMux { return runtime.NewServeMux(s.options()...) }

// ownClient tells config which session asks.
type ownClient struct{ configv1.SessionServiceClient }

// UpdateOwnUser changes the own account.
func (c ownClient) UpdateOwnUser(ctx context.Context, in *configv1.UpdateOwnUserRequest, opts ...grpc.CallOption) (*configv1.User, error) {
	var err error
	if in.Token, err = session(ctx, configv1.SessionService_UpdateOwnUser_FullMethodName); err != nil {
		return nil, err
	}
	return c.SessionServiceClient.UpdateOwnUser(ctx, in, opts...)
}

// ListSessions answers the own sessions.
func (c ownClient) ListSessions(ctx context.Context, in *configv1.ListSessionsRequest, opts ...grpc.CallOption) (*configv1.ListSessionsResponse, error) {
	var err error
	if in.Token, err = session(ctx, configv1.SessionService_ListSessions_FullMethodName); err != nil {
		return nil, err
	}
	return c.SessionServiceClient.ListSessions(ctx, in, opts...)
}

// RevokeSession ends one of the own sessions.
func (c ownClient) RevokeSession(ctx context.Context, in *configv1.RevokeSessionRequest, opts ...grpc.CallOption) (*emptypb.Empty, error) {
	var err error
	if in.Token, err = session(ctx, configv1.SessionService_RevokeSession_FullMethodName); err != nil {
		return nil, err
	}
	return c.SessionServiceClient.RevokeSession(ctx, in, opts...)
}

// session is the secret of the session that asks; tokens have none.
func session(ctx context.Context, method string) (string, error) {
	if err := auth.Check(method, auth.IdentityFrom(ctx)); err != nil {
		return "", err
	}
	secret := auth.SessionFrom(ctx)
	if secret == "" {
		return "", apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
			"A token has no sessions and no account of its own, so nothing was done; sign in with username and password.")
	}
	return secret, nil
}
