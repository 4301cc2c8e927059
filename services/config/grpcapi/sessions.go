package grpcapi

import (
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/internal/pagetoken"
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

// GetSignInMethods answers what this service takes; the gateway adds the rest.
func (s *Sessions) GetSignInMethods(context.Context, *configv1.GetSignInMethodsRequest) (*configv1.SignInMethods, error) {
	return &configv1.SignInMethods{Password: true}, nil
}

// CreateFederatedSession signs in for whom a provider vouches.
func (s *Sessions) CreateFederatedSession(ctx context.Context, req *configv1.CreateFederatedSessionRequest) (*configv1.CreateSessionResponse, error) {
	return opened(s.Keeper.OpenFederatedSession(ctx, config.Federated{
		Identity: config.Identity{Issuer: req.GetIssuer(), Subject: req.GetSubject()},
		Username: req.GetUsername(), Email: req.GetEmail(), Role: word[config.Role](req.GetRole(), "ROLE_"),
		Address: req.GetRemoteAddress(), Replaced: config.Secret(req.GetReplacedToken()),
	}))
}

// ReportFailedSignIn writes down a sign-in that the gateway has refused.
func (s *Sessions) ReportFailedSignIn(ctx context.Context, req *configv1.ReportFailedSignInRequest) (*emptypb.Empty, error) {
	if req.GetReason() == "" || req.GetMessage() == "" {
		return nil, missing("reason and message")
	}
	return done(s.Keeper.ReportFailedSignIn(ctx, config.FailedSignIn{
		Issuer: req.GetIssuer(), Reason: req.GetReason(), Message: req.GetMessage(), Address: req.GetRemoteAddress(),
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

// AcceptInvitation sets the password of an invited account and signs in.
func (s *Sessions) AcceptInvitation(ctx context.Context, req *configv1.AcceptInvitationRequest) (*configv1.CreateSessionResponse, error) {
	return opened(s.Keeper.AcceptInvitation(ctx, config.Acceptance{
		Code: config.Secret(req.GetCode()), Password: config.Secret(req.GetPassword()), Address: req.GetRemoteAddress(),
	}))
}

// ownFields are what people may change of their own accounts.
var ownFields = []string{"username", "language"}

// UpdateOwnUser changes the account of who is signed in.
func (s *Sessions) UpdateOwnUser(ctx context.Context, req *configv1.UpdateOwnUserRequest) (*configv1.User, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetUser()
	if wanted == nil {
		return nil, missing("user")
	}
	m, err := maskOf(req.GetUpdateMask(), wanted.ProtoReflect())
	if err != nil {
		return nil, err
	}
	for field := range m {
		if !slices.Contains(ownFields, field) {
			return nil, readOnly(field, "only administrators may, in the list of users")
		}
	}
	return answerUser(s.Keeper.UpdateOwnUser(ctx, call, config.Secret(req.GetToken()), wanted.GetEtag(), func(u *config.User) error {
		set(m, "username", &u.Username, wanted.GetUsername())
		set(m, "language", &u.Language, wanted.GetLanguage())
		return nil
	}))
}

// ListSessions answers a page of the own sessions, newest first.
func (s *Sessions) ListSessions(ctx context.Context, req *configv1.ListSessionsRequest) (*configv1.ListSessionsResponse, error) {
	const query = "sessions"
	size, err := pagetoken.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	before, err := sessionMark(req.GetPageToken(), query)
	if err != nil {
		return nil, err
	}
	page, err := s.Keeper.OwnSessions(ctx, config.Secret(req.GetToken()), before, size+1)
	if err != nil {
		return nil, err
	}
	out := &configv1.ListSessionsResponse{TotalSize: int32(page.Total)}
	if len(page.Items) > size {
		page.Items = page.Items[:size]
		last := page.Items[size-1]
		out.NextPageToken = pagetoken.Encode(query, last.CreateTime.Format(time.RFC3339Nano), last.ID)
	}
	for _, own := range page.Items {
		out.Sessions = append(out.Sessions, wireOwnSession(own, page.User, page.Current))
	}
	return out, nil
}

// sessionMark is the session behind which a page begins; the zero value for the first page.
func sessionMark(token, query string) (config.Session, error) {
	keys, err := pagetoken.Decode(token, query)
	if err != nil || len(keys) != 2 {
		return config.Session{}, err
	}
	created, err := time.Parse(time.RFC3339Nano, keys[0])
	if err != nil {
		return config.Session{}, pagetoken.Invalid()
	}
	return config.Session{CreateTime: created, ID: keys[1]}, nil
}

// RevokeSession ends one of the own sessions.
func (s *Sessions) RevokeSession(ctx context.Context, req *configv1.RevokeSessionRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return done(s.Keeper.EndSession(ctx, call, config.Secret(req.GetToken()), req.GetId()))
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
