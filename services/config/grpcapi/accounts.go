package grpcapi

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Users answers UserService.
type Users struct {
	configv1.UnimplementedUserServiceServer
	Keeper *config.Keeper
}

// ListUsers answers a page by name.
func (s *Users) ListUsers(ctx context.Context, req *configv1.ListUsersRequest) (*configv1.ListUsersResponse, error) {
	query := config.UserQuery{Text: req.GetQuery(), Roles: words[config.Role](req.GetRoles(), "ROLE_")}
	last, size, err := pageOf(req, query)
	if err != nil {
		return nil, err
	}
	asked := query
	asked.AfterName, asked.Limit = last, size+1
	page, err := s.Keeper.Users(ctx, asked)
	if err != nil {
		return nil, err
	}
	items, next := cut(page.Items, size, query, func(u config.User) string { return config.Fold(u.Username) })
	return &configv1.ListUsersResponse{Users: each(items, wireUser), NextPageToken: next, TotalSize: int32(page.Total)}, nil
}

func answerUser(u config.User, err error) (*configv1.User, error) {
	if err != nil {
		return nil, err
	}
	return wireUser(u), nil
}

// GetUser answers one.
func (s *Users) GetUser(ctx context.Context, req *configv1.GetUserRequest) (*configv1.User, error) {
	return answerUser(s.Keeper.User(ctx, req.GetId()))
}

// CreateUser adds an account.
func (s *Users) CreateUser(ctx context.Context, req *configv1.CreateUserRequest) (*configv1.User, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetUser()
	if wanted == nil {
		return nil, missing("user")
	}
	var u config.User
	applyUser(nil, wanted, &u)
	return answerIssued(s.Keeper.CreateUser(ctx, call, u, config.Secret(wanted.GetPassword())))
}

func answerIssued(i config.Issued, err error) (*configv1.User, error) {
	if err != nil {
		return nil, err
	}
	return wireIssued(i), nil
}

// InviteUser makes a new invitation.
func (s *Users) InviteUser(ctx context.Context, req *configv1.InviteUserRequest) (*configv1.User, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return answerIssued(s.Keeper.InviteUser(ctx, call, req.GetId()))
}

// GeneratePassword gives a remote site's account a new password.
func (s *Users) GeneratePassword(ctx context.Context, req *configv1.GeneratePasswordRequest) (*configv1.User, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return answerIssued(s.Keeper.GeneratePassword(ctx, call, req.GetId()))
}

// UpdateUser changes the fields that the mask names.
func (s *Users) UpdateUser(ctx context.Context, req *configv1.UpdateUserRequest) (*configv1.User, error) {
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
	edit := config.UserEdit{ID: wanted.GetId(), Etag: wanted.GetEtag(), Apply: func(u *config.User) error {
		applyUser(m, wanted, u)
		return nil
	}}
	if m.hasIf("password", wanted.GetPassword() != "") {
		password := config.Secret(wanted.GetPassword())
		edit.Password = &password
	}
	return answerUser(s.Keeper.UpdateUser(ctx, call, edit))
}

func applyUser(m mask, wanted *configv1.User, u *config.User) {
	set(m, "username", &u.Username, wanted.GetUsername())
	set(m, "role", &u.Role, word[config.Role](wanted.GetRole(), "ROLE_"))
	set(m, "disabled", &u.Disabled, wanted.GetDisabled())
	set(m, "repository_id", &u.RepositoryID, wanted.GetRepositoryId())
	set(m, "language", &u.Language, wanted.GetLanguage())
	set(m, "bind_at_registration", &u.BindAtRegistration, wanted.GetBindAtRegistration())
	if m["repository_id"] && u.RepositoryID != "" && !m["bind_at_registration"] {
		u.BindAtRegistration = false // it waits for nothing any more
	}
}

// DeleteUser removes an account with its sessions and tokens.
func (s *Users) DeleteUser(ctx context.Context, req *configv1.DeleteUserRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return done(s.Keeper.DeleteUser(ctx, call, req.GetId(), req.GetEtag()))
}

// Tokens answers TokenService.
type Tokens struct {
	configv1.UnimplementedTokenServiceServer
	Keeper *config.Keeper
}

// ListTokens answers a page, newest first.
func (s *Tokens) ListTokens(ctx context.Context, req *configv1.ListTokensRequest) (*configv1.ListTokensResponse, error) {
	const query = "tokens"
	last, size, err := pageOf(req, query)
	if err != nil {
		return nil, err
	}
	page, err := s.Keeper.Tokens(ctx, config.TokenQuery{BeforeID: last, Limit: size + 1})
	if err != nil {
		return nil, err
	}
	items, next := cut(page.Items, size, query, func(t config.Token) string { return t.ID })
	return &configv1.ListTokensResponse{Tokens: each(items, wireToken), NextPageToken: next, TotalSize: int32(page.Total)}, nil
}

// CreateToken makes a token; only this answer holds its secret.
func (s *Tokens) CreateToken(ctx context.Context, req *configv1.CreateTokenRequest) (*configv1.Token, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetToken()
	if wanted == nil {
		return nil, missing("token")
	}
	expire, err := instant("expireTime", wanted.GetExpireTime())
	if err != nil {
		return nil, err
	}
	t := config.Token{Name: wanted.GetName(), Role: word[config.Role](wanted.GetRole(), "ROLE_"), ExpireTime: expire}
	made, secret, err := s.Keeper.CreateToken(ctx, call, t)
	if err != nil {
		return nil, err
	}
	out := wireToken(made)
	out.Secret = secret.Reveal()
	return out, nil
}

// DeleteToken revokes a token at once.
func (s *Tokens) DeleteToken(ctx context.Context, req *configv1.DeleteTokenRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return done(s.Keeper.DeleteToken(ctx, call, req.GetId()))
}
