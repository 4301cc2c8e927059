package grpcapi

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
)

// Remotes registers this site at others and tries connections.
type Remotes interface {
	// Register sends one registration and reports the outcome to config.
	Register(ctx context.Context, repo transfer.Repository) (Registration, error)
	// Test tries the steps of an exchange one after the other, without exchanging anything.
	Test(ctx context.Context, repo transfer.Repository, resource string) Report
}

// Registration is the outcome of registering at a remote site.
type Registration struct {
	OK         bool
	Message    string
	Reason     string
	RemoteUUID string
}

// Report is the outcome of a connection test.
type Report struct {
	Steps       []Step
	RemoteUUID  string
	ClockOffset time.Duration
	Version     string
}

// Step is one line of a connection test.
type Step struct {
	Name    string // as in the contract: NAME, PORT, PROXY, TLS, SIGN_IN, UUID, CLOCK, VERSION, PULL, PUSH
	State   string // PASSED, WARNING, FAILED, SKIPPED
	Message string
	Fix     string
	Reason  string
	Took    time.Duration
}

// Peers serves PeerService.
type Peers struct {
	transferv1.UnsafePeerServiceServer
	Directory Directory
	Remotes   Remotes
}

var _ transferv1.PeerServiceServer = (*Peers)(nil)

// RegisterRepository registers this site at the remote one, now.
func (s *Peers) RegisterRepository(ctx context.Context, req *transferv1.RegisterRepositoryRequest) (*transferv1.RegisterRepositoryResponse, error) {
	repo, err := s.Directory.Repository(ctx, req.GetRepositoryId())
	if err != nil {
		return nil, err
	}
	if repo.URL == "" {
		return nil, noURL(repo)
	}
	done, err := s.Remotes.Register(ctx, repo)
	if err != nil {
		return nil, err
	}
	return &transferv1.RegisterRepositoryResponse{
		Registered: done.OK, Message: done.Message, RemoteUuid: done.RemoteUUID, Reason: done.Reason,
	}, nil
}

func noURL(repo transfer.Repository) error {
	return apierr.New(apierr.KindPrecondition, apierr.ReasonRepositoryNoURL,
		"%s has no URL, so this site cannot call it. Enter its URL, or let the remote site call this one.", repo.Name)
}

// TestConnection tries a stored repository, or one whose settings are still being typed.
func (s *Peers) TestConnection(ctx context.Context, req *transferv1.TestConnectionRequest) (*transferv1.TestConnectionResponse, error) {
	repo, err := s.tested(ctx, req)
	if err != nil {
		return nil, err
	}
	if repo.URL == "" {
		return nil, noURL(repo)
	}
	resource := "org_organisation"
	if len(repo.Tasks) > 0 {
		resource = repo.Tasks[0].Resource
	}
	report := s.Remotes.Test(ctx, repo, resource)
	out := &transferv1.TestConnectionResponse{
		Ok: true, RemoteUuid: report.RemoteUUID, ClockOffset: durationpb.New(report.ClockOffset), RemoteVersion: report.Version,
	}
	for _, step := range report.Steps {
		w := &transferv1.TestStep{
			Name:    enum[transferv1.TestStepName](transferv1.TestStepName_value, "TEST_STEP_NAME_", step.Name),
			State:   enum[transferv1.TestStepState](transferv1.TestStepState_value, "TEST_STEP_STATE_", step.State),
			Message: step.Message, Fix: step.Fix, Reason: step.Reason, Duration: durationpb.New(step.Took),
		}
		out.Ok = out.Ok && w.GetState() != transferv1.TestStepState_TEST_STEP_STATE_FAILED
		out.Steps = append(out.Steps, w)
	}
	return out, nil
}

// WatchTestConnection is TestConnection while it goes on.
func (s *Peers) WatchTestConnection(req *transferv1.WatchTestConnectionRequest, stream transferv1.PeerService_WatchTestConnectionServer) error {
	answer, err := s.TestConnection(stream.Context(), &transferv1.TestConnectionRequest{
		RepositoryId: req.GetRepositoryId(), Connection: req.GetConnection(),
	})
	if err != nil {
		return err
	}
	answer.Done = true
	return stream.Send(answer)
}

func (s *Peers) tested(ctx context.Context, req *transferv1.TestConnectionRequest) (transfer.Repository, error) {
	var repo transfer.Repository
	if id := req.GetRepositoryId(); id != "" {
		stored, err := s.Directory.Repository(ctx, id)
		if err != nil {
			return repo, err
		}
		repo = stored
	}
	c := req.GetConnection()
	if c == nil {
		return repo, nil
	}
	stored := repo
	repo.URL, repo.Username, repo.Proxy = c.GetUrl(), c.GetUsername(), c.GetProxyUrl()
	repo.CACertificates, repo.UUID = c.GetCaCertificates(), c.GetUuid()
	repo.Password = c.GetPassword()
	if repo.Password == "" && repo.URL == stored.URL && repo.Username == stored.Username {
		repo.Password = stored.Password // never to another address than the one that it was stored for
	}
	return repo, nil
}
