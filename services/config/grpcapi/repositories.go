package grpcapi

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Repositories answers RepositoryService.
type Repositories struct {
	configv1.UnimplementedRepositoryServiceServer
	Keeper *config.Keeper
}

// ListRepositories answers a page by name.
func (s *Repositories) ListRepositories(ctx context.Context, req *configv1.ListRepositoriesRequest) (*configv1.ListRepositoriesResponse, error) {
	query := config.RepositoryQuery{
		Text: req.GetQuery(), UUID: req.GetUuid(),
		States:             words[config.State](req.GetStates(), "REPOSITORY_STATE_"),
		RegistrationStates: words[config.RegistrationState](req.GetRegistrationStates(), "REGISTRATION_STATE_"),
	}
	last, size, err := pageOf(req, query)
	if err != nil {
		return nil, err
	}
	asked := query
	asked.AfterName, asked.Limit = last, size+1
	page, err := s.Keeper.Repositories(ctx, asked)
	if err != nil {
		return nil, err
	}
	items, next := cut(page.Items, size, query, func(r config.Repository) string { return config.Fold(r.Name) })
	return &configv1.ListRepositoriesResponse{
		Repositories: each(items, wireRepository), NextPageToken: next, TotalSize: int32(page.Total),
	}, nil
}

// answerRepository is the wire form of what the keeper answers.
func answerRepository(r config.Repository, err error) (*configv1.Repository, error) {
	if err != nil {
		return nil, err
	}
	return wireRepository(r), nil
}

// GetRepository answers one.
func (s *Repositories) GetRepository(ctx context.Context, req *configv1.GetRepositoryRequest) (*configv1.Repository, error) {
	return answerRepository(s.Keeper.Repository(ctx, req.GetId()))
}

// CreateRepository stores a new one.
func (s *Repositories) CreateRepository(ctx context.Context, req *configv1.CreateRepositoryRequest) (*configv1.Repository, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetRepository()
	if wanted == nil {
		return nil, missing("repository")
	}
	r := config.Repository{AcceptPushes: true}
	if err := applyRepository(nil, wanted, &r); err != nil {
		return nil, err
	}
	return answerRepository(s.Keeper.CreateRepository(ctx, call, r))
}

// UpdateRepository changes the fields that the mask names.
func (s *Repositories) UpdateRepository(ctx context.Context, req *configv1.UpdateRepositoryRequest) (*configv1.Repository, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	wanted := req.GetRepository()
	if wanted == nil {
		return nil, missing("repository")
	}
	m, err := maskOf(req.GetUpdateMask(), wanted.ProtoReflect())
	if err != nil {
		return nil, err
	}
	return answerRepository(s.Keeper.UpdateRepository(ctx, call, wanted.GetId(), wanted.GetEtag(), func(r *config.Repository) error {
		return applyRepository(m, wanted, r)
	}))
}

func applyRepository(m mask, wanted *configv1.Repository, r *config.Repository) error {
	if m.hasIf("paused", wanted.GetPaused()) && wanted.GetPaused() != r.Paused {
		return readOnly("paused", "pause and resume are operations of their own")
	}
	set(m, "name", &r.Name, wanted.GetName())
	set(m, "url", &r.URL, wanted.GetUrl())
	set(m, "username", &r.Username, wanted.GetUsername())
	set(m, "ca_certificates", &r.CACertificates, wanted.GetCaCertificates())
	set(m, "uuid", &r.UUID, wanted.GetUuid())
	set(m, "type", &r.Type, word[config.Type](wanted.GetType(), "REPOSITORY_TYPE_"))
	if m.hasIf("password", wanted.GetPassword() != "") {
		r.Password = config.Secret(wanted.GetPassword())
	}
	if m.hasIf("accept_pushes", wanted.AcceptPushes != nil) {
		r.AcceptPushes = wanted.AcceptPushes == nil || wanted.GetAcceptPushes()
	}
	if !m.has("proxy_url") {
		return nil
	}
	proxy, err := repositoryProxy(wanted.GetProxyUrl(), r.Proxy)
	if err != nil {
		return apierr.Invalid(apierr.Field{Name: "proxyUrl", Message: err.Error()})
	}
	r.Proxy = proxy
	return nil
}

func repositoryProxy(text string, stored config.Proxy) (config.Proxy, error) {
	if config.Proxy(text) == config.ProxyNone {
		return config.ProxyNone, nil
	}
	return config.ParseProxy(text, stored)
}

// DeleteRepository removes one with its tasks.
func (s *Repositories) DeleteRepository(ctx context.Context, req *configv1.DeleteRepositoryRequest) (*emptypb.Empty, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return done(s.Keeper.DeleteRepository(ctx, call, req.GetId(), req.GetEtag()))
}

func done(err error) (*emptypb.Empty, error) {
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// PauseRepository stops runs and incoming exchanges.
func (s *Repositories) PauseRepository(ctx context.Context, req *configv1.PauseRepositoryRequest) (*configv1.Repository, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return answerRepository(s.Keeper.SetPaused(ctx, call, req.GetId(), true))
}

// ResumeRepository ends a pause.
func (s *Repositories) ResumeRepository(ctx context.Context, req *configv1.ResumeRepositoryRequest) (*configv1.Repository, error) {
	call, err := callOf(ctx, req)
	if err != nil {
		return nil, err
	}
	return answerRepository(s.Keeper.SetPaused(ctx, call, req.GetId(), false))
}
