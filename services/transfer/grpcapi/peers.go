package grpcapi

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
)

// Remotes registers this site at others and tries connections.
type Remotes interface {
	// Register sends one registration and reports the outcome to config.
	Register(ctx context.Context, repo transfer.Repository) (Registration, error)
	// Test tries the steps of an exchange one after the other, without exchanging anything. watch hears of each step
	// that begins or ends, at last of the report that is done. The error is one of this site.
	Test(ctx context.Context, repo transfer.Repository, resource string, watch func(Report)) error
}

// Registration is the outcome of registering at a remote site.
type Registration struct {
	OK         bool
	Message    string
	Reason     string
	RemoteUUID string
}

// Report is the outcome of a connection test, or what is known of it so far.
type Report struct {
	Steps       []Step
	RemoteUUID  string // as the remote named it; empty = it did not
	ClockOffset time.Duration
	Measured    bool // whether ClockOffset says anything
	Version     string
	Done        bool
}

// Step is one line of a connection test.
type Step struct {
	Name    string // as in the contract: NAME, PORT, PROXY, TLS, SIGN_IN, UUID, CLOCK, VERSION, PULL, PUSH
	State   string // RUNNING, PASSED, FAILED, SKIPPED
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
	Ticks     func(d time.Duration) *time.Ticker
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
