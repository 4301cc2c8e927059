package service

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/grpcapi"
	"github.com/edensync/edensync/services/transfer/inbound"
	"github.com/edensync/edensync/services/transfer/policy"
)

// siteFor is how long the answer to "who are we" is remembered: settings change rarely and every request of a peer asks.
const siteFor = 3 * time.Second

// directory asks config for this site, repositories and accounts.
type directory struct {
	config configv1.ExchangeServiceClient
	now    func() time.Time
	logger *slog.Logger

	mu       sync.Mutex
	site     transfer.Site
	siteTime time.Time // when it was asked for
}

var (
	_ grpcapi.Directory = (*directory)(nil)
	_ engine.Sites      = (*directory)(nil)
	_ inbound.Directory = (*directory)(nil)
)

// Site is this installation.
func (d *directory) Site(ctx context.Context) (transfer.Site, error) {
	d.mu.Lock()
	site, age := d.site, d.now().Sub(d.siteTime)
	d.mu.Unlock()
	if site.UUID != "" && age < siteFor {
		return site, nil
	}
	return d.FreshSite(ctx)
}

// FreshSite asks in any case: who has just changed a name or a proxy expects the next request to use it. An answer to an
// earlier question that comes late is not remembered.
func (d *directory) FreshSite(ctx context.Context) (transfer.Site, error) {
	asked := d.now()
	answer, err := d.config.GetSite(ctx, &configv1.GetSiteRequest{})
	if err != nil {
		return transfer.Site{}, err
	}
	site := siteFromWire(answer)
	d.mu.Lock()
	defer d.mu.Unlock()
	if !asked.Before(d.siteTime) {
		d.site, d.siteTime = site, asked
	}
	return site, nil
}

func siteFromWire(w *configv1.Site) transfer.Site {
	s := w.GetSettings()
	site := transfer.Site{
		UUID: s.GetRepositoryUuid(), Name: s.GetSiteName(), PublicURL: s.GetPublicUrl(), Proxy: w.GetProxyUrl(),
		PullOverlap: s.GetPullOverlap().AsDuration(), FullPullInterval: s.GetFullPullInterval().AsDuration(),
		MaxClockOffset: s.GetMaxClockOffset().AsDuration(), AnonymousPulls: s.GetAnonymousRepositoryPulls(),
		MaxAttachment: s.GetMaxAttachmentBytes(), Exposed: map[string]bool{},
		HistoryRetention: s.GetRecordHistoryRetention().AsDuration(), MaxRuns: int(s.GetMaxConcurrentRuns()),
	}
	for _, name := range s.GetExposedResources() {
		site.Exposed[name] = true
	}
	return site
}

// Repository returns a repository with its tasks and credentials.
func (d *directory) Repository(ctx context.Context, id string) (transfer.Repository, error) {
	answer, err := d.config.GetExchange(ctx, &configv1.GetExchangeRequest{RepositoryId: id})
	if err != nil {
		return transfer.Repository{}, err
	}
	return repositoryFromWire(answer), nil
}

// Configured lists with which repositories a resource is exchanged, by their names.
func (d *directory) Configured(ctx context.Context, resource string) ([]transfer.ConfiguredTask, error) {
	answer, err := d.config.ListResourceExchanges(ctx, &configv1.ListResourceExchangesRequest{ResourceName: resource})
	if err != nil {
		return nil, err
	}
	tasks := make([]transfer.ConfiguredTask, len(answer.GetExchanges()))
	for i, x := range answer.GetExchanges() {
		tasks[i] = transfer.ConfiguredTask{
			RepositoryID: x.GetTask().GetRepositoryId(), RepositoryName: x.GetRepositoryName(), Paused: x.GetPaused(), Task: taskFromWire(x.GetTask()),
		}
	}
	return tasks, nil
}

// RepositoryByUUID finds the repository of a peer that registers.
func (d *directory) RepositoryByUUID(ctx context.Context, uuid string) (transfer.Repository, error) {
	answer, err := d.config.GetExchangeByUuid(ctx, &configv1.GetExchangeByUuidRequest{RepositoryUuid: uuid})
	if err != nil {
		return transfer.Repository{}, err
	}
	return repositoryFromWire(answer), nil
}

func repositoryFromWire(w *configv1.Exchange) transfer.Repository {
	r := w.GetRepository()
	repo := transfer.Repository{
		ID: r.GetId(), Name: r.GetName(), UUID: r.GetUuid(), URL: r.GetUrl(), Username: r.GetUsername(), Password: w.GetPassword(),
		Proxy: w.GetProxyUrl(), CACertificates: r.GetCaCertificates(), AcceptPushes: r.GetAcceptPushes(), Paused: r.GetPaused(),
		Registering: r.GetRegistration().GetState() == configv1.RegistrationState_REGISTRATION_STATE_PENDING,
	}
	for _, t := range w.GetTasks() {
		repo.Tasks = append(repo.Tasks, taskFromWire(t))
	}
	return repo
}

func taskFromWire(w *configv1.Task) transfer.Task {
	t := transfer.Task{
		Resource: w.GetResourceName(), Mode: transfer.Mode(word(w.GetMode().String(), "TASK_MODE_")),
		Rule: policy.Rule{
			Update:   policy.Policy(word(w.GetUpdatePolicy().String(), "POLICY_")),
			Conflict: policy.Policy(word(w.GetConflictPolicy().String(), "POLICY_")),
		},
	}
	for _, m := range w.GetStrategy() {
		t.Rule.Strategy |= strategies[m]
	}
	for _, f := range w.GetFilters() {
		t.Filters = append(t.Filters, transfer.Filter{Table: f.GetTablename(), Query: f.GetFilterString()})
	}
	return t
}

var strategies = map[configv1.StrategyMethod]policy.Strategy{
	configv1.StrategyMethod_STRATEGY_METHOD_CREATE: policy.Create,
	configv1.StrategyMethod_STRATEGY_METHOD_UPDATE: policy.Update,
	configv1.StrategyMethod_STRATEGY_METHOD_DELETE: policy.Delete,
	configv1.StrategyMethod_STRATEGY_METHOD_MERGE:  policy.Merge,
}

func word(name, prefix string) string { return strings.TrimPrefix(name, prefix) }

// Authenticate checks the credentials of a peer, and what it may speak for.
func (d *directory) Authenticate(ctx context.Context, in inbound.SignIn) (inbound.Account, error) {
	answer, err := d.config.AuthenticatePeer(ctx, &configv1.AuthenticatePeerRequest{
		Username: in.Username, Password: in.Password, RemoteAddress: in.Address, RepositoryUuid: in.RepositoryUUID,
	})
	if err != nil {
		return inbound.Account{}, err
	}
	return inbound.Account{
		User: answer.GetUsername(), Role: word(answer.GetRole().String(), "ROLE_"), RepositoryID: answer.GetBoundRepositoryId(),
		Repository: repositoryFromWire(answer.GetExchange()),
	}, nil
}

// RegisterPeer makes or updates the repository of a peer.
func (d *directory) RegisterPeer(ctx context.Context, p inbound.Peer) (inbound.Registered, error) {
	answer, err := d.config.RegisterPeer(ctx, &configv1.RegisterPeerRequest{
		Uuid: p.UUID, Name: p.Name, Apitype: p.APIType, BoundRepositoryId: p.Account.RepositoryID, Username: p.Account.User,
	})
	if err != nil {
		return inbound.Registered{}, err
	}
	return inbound.Registered{RepositoryID: answer.GetRepository().GetId(), Created: answer.GetCreated()}, nil
}

// Contact notes that a repository has just exchanged data with this site.
func (d *directory) Contact(ctx context.Context, repositoryID string) {
	d.report(ctx, repositoryID, d.contact(engine.Contact{Reached: true}))
}

// reportRun tells config how a run ended and what it learned on its way.
func (d *directory) reportRun(ctx context.Context, run transfer.Run, c engine.Contact, cursors []transfer.Cursor) {
	req := d.contact(c)
	for _, cur := range cursors {
		req.Tasks = append(req.Tasks, taskContact(cur))
	}
	if run.State != transfer.Stopped { // says nothing about the repository
		req.Run = &configv1.RunReport{
			RunId: run.ID, State: transferv1.RunState(transferv1.RunState_value["RUN_STATE_"+string(run.State)]), Reason: run.Reason,
			Message: run.Message, RemoteError: run.RemoteError, EndTime: timestamppb.New(run.EndedAt),
		}
	}
	d.report(ctx, run.RepositoryID, req)
}

func taskContact(c transfer.Cursor) *configv1.TaskContact {
	task := &configv1.TaskContact{ResourceName: c.Resource}
	if !c.LastPullAt.IsZero() {
		task.LastPullTime = timestamppb.New(c.LastPullAt)
	}
	if !c.LastPushAt.IsZero() {
		task.LastPushTime = timestamppb.New(c.LastPushAt)
	}
	return task
}

func (d *directory) contact(c engine.Contact) *configv1.ReportContactRequest {
	req := &configv1.ReportContactRequest{}
	if c.Reached {
		req.LastConnectTime = timestamppb.New(d.now())
	}
	if c.Measured {
		req.ClockOffset = durationpb.New(c.ClockOffset)
	}
	return req
}

// report tells config what an exchange brought besides records. It must not hold the exchange up.
func (d *directory) report(ctx context.Context, repositoryID string, req *configv1.ReportContactRequest) {
	req.RepositoryId = repositoryID
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, err := d.config.ReportContact(ctx, req); err != nil && apierr.KindOf(err) != apierr.KindNotFound {
		d.logger.WarnContext(ctx, "could not report a contact", "repositoryId", repositoryID, "error", err)
	}
}

func (d *directory) reportRegistration(ctx context.Context, id string, generation int64, done grpcapi.Registration) error {
	outcome := configv1.RegistrationState_REGISTRATION_STATE_FAILED
	if done.OK {
		outcome = configv1.RegistrationState_REGISTRATION_STATE_REGISTERED
	}
	_, err := d.config.ReportRegistration(ctx, &configv1.ReportRegistrationRequest{
		RepositoryId: id, Generation: generation, Outcome: outcome, SenderUuid: done.RemoteUUID, Message: done.Message,
	})
	return err
}
