package grpcapi

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"google.golang.org/protobuf/types/known/durationpb"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
)

// connectionTest is what both kinds of requests for a test have in common.
type connectionTest interface {
	GetRepositoryId() string
	GetConnection() *transferv1.Connection
}

// TestConnection tries a stored repository, or one whose settings are still being typed.
func (s *Peers) TestConnection(ctx context.Context, req *transferv1.TestConnectionRequest) (*transferv1.TestConnectionResponse, error) {
	var last Report
	if err := s.test(ctx, req, func(r Report) { last = r }); err != nil {
		return nil, err
	}
	return reportToWire(last), nil
}

// WatchTestConnection is TestConnection while it goes on. A step may take long; what is known is said again as a sign
// of life.
func (s *Peers) WatchTestConnection(req *transferv1.WatchTestConnectionRequest, stream transferv1.PeerService_WatchTestConnectionServer) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	reports, ended := make(chan Report), make(chan error, 1)
	go func() {
		ended <- s.test(ctx, req, func(r Report) {
			select {
			case reports <- r:
			case <-ctx.Done():
			}
		})
	}()
	tick := s.Ticks(heartbeatTime)
	defer tick.Stop()
	var last Report
	for {
		select {
		case err := <-ended:
			return err
		case last = <-reports:
		case <-tick.C:
		}
		if err := stream.Send(reportToWire(last)); err != nil {
			cancel()
			return errors.Join(err, <-ended)
		}
	}
}

func (s *Peers) test(ctx context.Context, req connectionTest, watch func(Report)) error {
	repo, err := s.tested(ctx, req)
	if err != nil {
		return err
	}
	if repo.URL == "" && (repo.Proxy == "" || repo.Proxy == noProxy) {
		return noURL(repo)
	}
	resource := "org_organisation"
	if len(repo.Tasks) > 0 {
		resource = repo.Tasks[0].Resource
	}
	return s.Remotes.Test(ctx, repo, resource, watch)
}

// noProxy as proxy demands a direct connection.
const noProxy = "none"

func (s *Peers) tested(ctx context.Context, req connectionTest) (transfer.Repository, error) {
	var stored transfer.Repository
	if id := req.GetRepositoryId(); id != "" {
		found, err := s.Directory.Repository(ctx, id)
		if err != nil {
			return found, err
		}
		stored = found
	}
	c := req.GetConnection()
	if c == nil {
		return stored, nil
	}
	site, err := s.Directory.FreshSite(ctx)
	if err != nil {
		return stored, err
	}
	repo := stored
	repo.URL, repo.Username, repo.Password = c.GetUrl(), c.GetUsername(), c.GetPassword()
	repo.CACertificates, repo.UUID = c.GetCaCertificates(), c.GetUuid()
	repo.Proxy = withPassword(c.GetProxyUrl(), stored.Proxy, site.Proxy)
	sameAddress := strings.TrimRight(repo.URL, "/") == strings.TrimRight(stored.URL, "/")
	if repo.Password == "" && sameAddress && repo.Username == stored.Username {
		repo.Password = stored.Password // never to another address than the one that it was stored for
	}
	return repo, nil
}

// hidden is how the password of a proxy is answered.
const hidden = "***"

// withPassword puts the password of a stored proxy into what was typed, if it is the same proxy and user and its
// password was left as it was answered.
func withPassword(typed string, stored ...string) string {
	u, err := url.Parse(typed)
	if err != nil || u.User == nil {
		return typed
	}
	if password, _ := u.User.Password(); password != hidden {
		return typed
	}
	for _, text := range stored {
		known, err := url.Parse(text)
		if err == nil && known.Scheme == u.Scheme && known.Host == u.Host && known.User.Username() == u.User.Username() {
			return text
		}
	}
	return typed
}

func reportToWire(r Report) *transferv1.TestConnectionResponse {
	out := &transferv1.TestConnectionResponse{Ok: true, RemoteUuid: r.RemoteUUID, RemoteVersion: r.Version, Done: r.Done}
	if r.Measured {
		out.ClockOffset = durationpb.New(r.ClockOffset)
	}
	for _, step := range r.Steps {
		w := &transferv1.TestStep{
			Name:    enum[transferv1.TestStepName](transferv1.TestStepName_value, "TEST_STEP_NAME_", step.Name),
			State:   enum[transferv1.TestStepState](transferv1.TestStepState_value, "TEST_STEP_STATE_", step.State),
			Message: step.Message, Fix: step.Fix, Reason: step.Reason, Duration: durationpb.New(step.Took),
		}
		out.Ok = out.Ok && w.GetState() != transferv1.TestStepState_TEST_STEP_STATE_FAILED
		out.Steps = append(out.Steps, w)
	}
	return out
}
