package grpcapi

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Repositories answers RepositoryService.
type Repositories struct {
	configv1.UnimplementedRepositoryServiceServer
	Keeper *config.Keeper
}

// ListRepositories answers a page.
func (s *Repositories) ListRepositories(ctx context.Context, req *configv1.ListRepositoriesRequest) (*configv1.ListRepositoriesResponse, error) {
	query, err := repositoryQuery(req)
	if err != nil {
		return nil, err
	}
	size, err := pagetoken.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	asked := query
	if asked.After, err = markOf(req.GetPageToken(), query); err != nil {
		return nil, err
	}
	asked.Limit = size + 1
	page, err := s.Keeper.Repositories(ctx, asked)
	if err != nil {
		return nil, err
	}
	out := &configv1.ListRepositoriesResponse{TotalSize: int32(page.Total), ConditionCounts: wireCounts(page.Counts)}
	if len(page.Items) > size {
		page.Items = page.Items[:size]
		out.NextPageToken = markToken(page.Items[size-1].Mark(), query)
	}
	out.Repositories = each(page.Items, wireRepository)
	return out, nil
}

func repositoryQuery(req *configv1.ListRepositoriesRequest) (config.RepositoryQuery, error) {
	query := config.RepositoryQuery{
		Text: req.GetQuery(), UUID: req.GetUuid(), Attention: req.Attention,
		States:             words[config.State](req.GetStates(), "REPOSITORY_STATE_"),
		RegistrationStates: words[config.RegistrationState](req.GetRegistrationStates(), "REGISTRATION_STATE_"),
		Conditions:         words[config.Condition](req.GetConditions(), "REPOSITORY_CONDITION_"),
		Order:              config.RepositoryOrder(req.GetOrderBy()),
	}
	switch query.Order {
	case "":
		query.Order = config.OrderByName
	case config.OrderByName, config.OrderByAttention, config.OrderByLastConnect:
	default:
		return query, apierr.Invalid(apierr.Field{Name: "orderBy", Message: `must be "name", "attention" or "last_connect_time desc"`})
	}
	return query, nil
}

// markToken is the token of the page behind m.
func markToken(m config.RepositoryMark, query config.RepositoryQuery) string {
	return pagetoken.Encode(query, m.NameKey, strconv.Itoa(m.Rank), m.LastConnectTime.Format(time.RFC3339Nano))
}

// markOf reads what markToken wrote; nil for the first page.
func markOf(token string, query config.RepositoryQuery) (*config.RepositoryMark, error) {
	keys, err := pagetoken.Decode(token, query)
	if err != nil || len(keys) != 3 {
		return nil, err
	}
	rank, err := strconv.Atoi(keys[1])
	if err != nil {
		return nil, pagetoken.Invalid()
	}
	connected, err := time.Parse(time.RFC3339Nano, keys[2])
	if err != nil {
		return nil, pagetoken.Invalid()
	}
	return &config.RepositoryMark{NameKey: keys[0], Rank: rank, LastConnectTime: connected}, nil
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
