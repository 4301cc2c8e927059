package grpcapi

import (
	"context"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/config"
)

// Exchange answers ExchangeService, for the workers alone: its answers hold
// credentials in clear.
type Exchange struct {
	configv1.UnimplementedExchangeServiceServer
	Keeper *config.Keeper
}

// GetSite answers this site.
func (s *Exchange) GetSite(ctx context.Context, _ *configv1.GetSiteRequest) (*configv1.Site, error) {
	settings, err := s.Keeper.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return wireSite(settings), nil
}

func answerExchange(e config.Exchange, err error) (*configv1.Exchange, error) {
	if err != nil {
		return nil, err
	}
	return wireExchange(e), nil
}

// GetExchange answers everything that a run needs.
func (s *Exchange) GetExchange(ctx context.Context, req *configv1.GetExchangeRequest) (*configv1.Exchange, error) {
	return answerExchange(s.Keeper.Exchange(ctx, req.GetRepositoryId()))
}

// GetExchangeByUuid answers everything that an incoming exchange needs.
func (s *Exchange) GetExchangeByUuid(ctx context.Context, req *configv1.GetExchangeByUuidRequest) (*configv1.Exchange, error) {
	if req.GetRepositoryUuid() == "" {
		return nil, missing("repositoryUuid")
	}
	return answerExchange(s.Keeper.ExchangeByUUID(ctx, req.GetRepositoryUuid()))
}

// ListResourceExchanges answers where a resource is exchanged.
func (s *Exchange) ListResourceExchanges(ctx context.Context, req *configv1.ListResourceExchangesRequest) (*configv1.ListResourceExchangesResponse, error) {
	if req.GetResourceName() == "" {
		return nil, missing("resourceName")
	}
	tasks, err := s.Keeper.ResourceTasks(ctx, req.GetResourceName())
	if err != nil {
		return nil, err
	}
	return &configv1.ListResourceExchangesResponse{Exchanges: each(tasks, func(t config.ResourceTask) *configv1.ResourceExchange {
		return &configv1.ResourceExchange{Task: wireTask(t.Task), RepositoryName: t.RepositoryName, Paused: t.Paused}
	})}, nil
}

// AuthenticatePeer checks the credentials of an incoming request.
func (s *Exchange) AuthenticatePeer(ctx context.Context, req *configv1.AuthenticatePeerRequest) (*configv1.AuthenticatePeerResponse, error) {
	peer, err := s.Keeper.AuthenticatePeer(ctx, config.PeerSignIn{
		Username: req.GetUsername(), Password: config.Secret(req.GetPassword()),
		RepositoryUUID: req.GetRepositoryUuid(), Address: req.GetRemoteAddress(),
	})
	if err != nil {
		return nil, err
	}
	out := &configv1.AuthenticatePeerResponse{
		UserId: peer.User.ID, Username: peer.User.Username, Role: wireRole(peer.User.Role), BoundRepositoryId: peer.User.RepositoryID,
	}
	if peer.Exchange != nil {
		out.Exchange = wireExchange(*peer.Exchange)
	}
	return out, nil
}

// RegisterPeer stores the repository of a remote site that registers here. All
// types that a remote site may name speak the protocol of type EDEN here.
func (s *Exchange) RegisterPeer(ctx context.Context, req *configv1.RegisterPeerRequest) (*configv1.RegisterPeerResponse, error) {
	r, created, err := s.Keeper.RegisterPeer(ctx, actorOf(ctx), config.Newcomer{
		UUID: req.GetUuid(), Name: req.GetName(), BoundTo: req.GetBoundRepositoryId(), Account: req.GetUsername(),
	})
	if err != nil {
		return nil, err
	}
	return &configv1.RegisterPeerResponse{Created: created, Repository: wireRepository(r)}, nil
}

// ClaimRegistration leases a waiting registration.
func (s *Exchange) ClaimRegistration(ctx context.Context, req *configv1.ClaimRegistrationRequest) (*configv1.ClaimRegistrationResponse, error) {
	lease, err := period("lease", req.GetLease())
	if err != nil {
		return nil, err
	}
	claim, err := s.Keeper.ClaimRegistration(ctx, lease)
	if err != nil {
		return nil, err
	}
	return &configv1.ClaimRegistrationResponse{RepositoryId: claim.RepositoryID, Generation: claim.Generation}, nil
}

// ReportRegistration stores what came out of a registration.
func (s *Exchange) ReportRegistration(ctx context.Context, req *configv1.ReportRegistrationRequest) (*configv1.ReportRegistrationResponse, error) {
	outcome := config.RegistrationOutcome{
		RepositoryID: req.GetRepositoryId(), Generation: req.GetGeneration(), SenderUUID: req.GetSenderUuid(), Message: req.GetMessage(),
	}
	switch req.GetOutcome() {
	case configv1.RegistrationState_REGISTRATION_STATE_REGISTERED:
		outcome.Registered = true
	case configv1.RegistrationState_REGISTRATION_STATE_FAILED:
	default:
		return nil, apierr.Invalid(apierr.Field{Name: "outcome", Message: "must be REGISTERED or FAILED"})
	}
	r, err := s.Keeper.ReportRegistration(ctx, actorOf(ctx), outcome)
	if err != nil {
		return nil, err
	}
	return &configv1.ReportRegistrationResponse{Repository: wireRepository(r)}, nil
}

// ReportContact stores the times of a contact with a remote site.
func (s *Exchange) ReportContact(ctx context.Context, req *configv1.ReportContactRequest) (*configv1.ReportContactResponse, error) {
	contact, err := contactOf(req)
	if err != nil {
		return nil, err
	}
	if err := s.Keeper.ReportContact(ctx, contact); err != nil {
		return nil, err
	}
	return &configv1.ReportContactResponse{}, nil
}

func contactOf(req *configv1.ReportContactRequest) (config.Contact, error) {
	connected, err := instant("lastConnectTime", req.GetLastConnectTime())
	if err != nil {
		return config.Contact{}, err
	}
	offset, err := period("clockOffset", req.GetClockOffset())
	if err != nil {
		return config.Contact{}, err
	}
	contact := config.Contact{
		RepositoryID: req.GetRepositoryId(), LastConnectTime: connected, ClockOffset: offset, ClockMeasured: req.GetClockOffset() != nil,
	}
	for _, t := range req.GetTasks() {
		pull, err := instant("tasks.lastPullTime", t.GetLastPullTime())
		if err != nil {
			return config.Contact{}, err
		}
		push, err := instant("tasks.lastPushTime", t.GetLastPushTime())
		if err != nil {
			return config.Contact{}, err
		}
		contact.Tasks = append(contact.Tasks, config.TaskContact{ResourceName: t.GetResourceName(), LastPullTime: pull, LastPushTime: push})
	}
	contact.Run, err = runReportOf(req.GetRun())
	return contact, err
}

// runReportOf is nil if no run has ended.
func runReportOf(w *configv1.RunReport) (*config.RunReport, error) {
	if w == nil {
		return nil, nil //nolint:nilnil // a contact without a run
	}
	ended, err := instant("run.endTime", w.GetEndTime())
	return &config.RunReport{
		RunID: w.GetRunId(), State: word[config.RunState](w.GetState(), "RUN_STATE_"), Reason: w.GetReason(), Message: w.GetMessage(),
		RemoteError: w.GetRemoteError(), EndTime: ended,
	}, err
}
