package service

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// healthTimeout is how long a service may take to say how it is.
const healthTimeout = 2 * time.Second

// neighbour is a service behind the gateway.
type neighbour struct {
	name string
	conn grpc.ClientConnInterface
}

// health asks a neighbour whether it can work; nil: it can.
func (n neighbour) health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	answer, err := healthv1.NewHealthClient(n.conn).Check(ctx, &healthv1.HealthCheckRequest{})
	if err != nil {
		return apierr.FromStatus(err)
	}
	if answer.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
			"The service %s is running, but cannot work yet; its log tells why.", n.name)
	}
	return nil
}

// statusClient adds the state of all services to the status that config answers.
type statusClient struct {
	configv1.SettingsServiceClient
	neighbours []neighbour
}

// GetStatus asks config and all neighbours.
func (c statusClient) GetStatus(ctx context.Context, in *configv1.GetStatusRequest, opts ...grpc.CallOption) (*configv1.Status, error) {
	answer, err := c.SettingsServiceClient.GetStatus(ctx, in, opts...)
	if err != nil {
		return nil, err
	}
	answer.Components = components(ctx, c.neighbours)
	return answer, nil
}

func components(ctx context.Context, neighbours []neighbour) []*configv1.Component {
	states := make([]*configv1.Component, len(neighbours))
	var group sync.WaitGroup
	for i, n := range neighbours {
		group.Go(func() { states[i] = component(n.name, n.health(ctx)) })
	}
	group.Wait()
	return states
}

func component(name string, err error) *configv1.Component {
	if err == nil {
		return &configv1.Component{Name: name, Ready: true}
	}
	message := apierr.Public(err).Message
	if code := status.Code(err); code == codes.Unavailable || code == codes.DeadlineExceeded {
		message = "The service " + name + " does not answer or cannot work yet; see its log."
	}
	return &configv1.Component{Name: name, Message: message}
}
