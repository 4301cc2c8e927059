package grpcapi

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Sessions answers SessionService, for the gateway alone.
type Sessions struct {
	configv1.UnimplementedSessionServiceServer
	Keeper *config.Keeper
}

// GetSetup tells whether this site waits for its first administrator.
func (s *Sessions) GetSetup(ctx context.Context, _ *configv1.GetSetupRequest) (*configv1.GetSetupResponse, error) {
	required, err := s.Keeper.SetupRequired(ctx)
	if err != nil {
		return nil, err
	}
	return &configv1.GetSetupResponse{Required: required}, nil
}

func opened(o config.OpenedSession, err error) (*configv1.CreateSessionResponse, error) {
	if err != nil {
		return nil, err
	}
	return &configv1.CreateSessionResponse{Token: o.Secret.Reveal(), Session: wireSession(o)}, nil
}

// Setup makes the first administrator and signs in.
func (s *Sessions) Setup(ctx context.Context, req *configv1.SetupRequest) (*configv1.CreateSessionResponse, error) {
	return opened(s.Keeper.SetUp(ctx, config.Setup{
		Code: req.GetSetupCode(), Username: req.GetUsername(), Password: config.Secret(req.GetPassword()),
		SiteName: req.GetSiteName(), Address: req.GetRemoteAddress(),
	}))
}

// CreateSession signs in.
func (s *Sessions) CreateSession(ctx context.Context, req *configv1.CreateSessionRequest) (*configv1.CreateSessionResponse, error) {
	return opened(s.Keeper.OpenSession(ctx, config.SignIn{
		Username: req.GetUsername(), Password: config.Secret(req.GetPassword()),
		Address: req.GetRemoteAddress(), Replaced: config.Secret(req.GetReplacedToken()),
	}))
}

// GetSession answers who is signed in.
func (s *Sessions) GetSession(ctx context.Context, req *configv1.GetSessionRequest) (*configv1.Session, error) {
	o, err := s.Keeper.Session(ctx, config.Secret(req.GetToken()))
	if err != nil {
		return nil, err
	}
	return wireSession(o), nil
}

// DeleteSession signs out.
func (s *Sessions) DeleteSession(ctx context.Context, req *configv1.DeleteSessionRequest) (*emptypb.Empty, error) {
	return done(s.Keeper.CloseSession(ctx, config.Secret(req.GetToken())))
}

// DeleteAllSessions signs a user out everywhere.
func (s *Sessions) DeleteAllSessions(ctx context.Context, req *configv1.DeleteAllSessionsRequest) (*emptypb.Empty, error) {
	if req.GetUserId() == "" {
		return nil, missing("userId")
	}
	return done(s.Keeper.CloseSessions(ctx, actorOf(ctx), req.GetUserId()))
}

// ChangePassword sets the own password.
func (s *Sessions) ChangePassword(ctx context.Context, req *configv1.ChangePasswordRequest) (*configv1.CreateSessionResponse, error) {
	return opened(s.Keeper.ChangePassword(ctx, config.PasswordChange{
		Session: config.Secret(req.GetToken()), Current: config.Secret(req.GetCurrentPassword()),
		New: config.Secret(req.GetNewPassword()), Address: req.GetRemoteAddress(),
	}))
}

// AuthenticateToken answers what the secret of a token may do.
func (s *Sessions) AuthenticateToken(ctx context.Context, req *configv1.AuthenticateTokenRequest) (*configv1.AuthenticateTokenResponse, error) {
	b, err := s.Keeper.AuthenticateToken(ctx, config.Secret(req.GetSecret()))
	if err != nil {
		return nil, err
	}
	return &configv1.AuthenticateTokenResponse{
		TokenId: b.Token.ID, Name: b.Token.Name, Role: wireRole(b.Role), User: wireUser(b.User),
	}, nil
}
