package service

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/gateway/auth"
	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
)

// callTimeout ends calls that do not stream. A test of a connection takes a minute at most.
const callTimeout = 90 * time.Second

// door is the connection that generated handlers call a service through. It lets nobody pass who may not,
// tells the service who calls, and completes requests by what came in headers.
type door struct {
	to grpc.ClientConnInterface
}

var _ grpc.ClientConnInterface = door{}

// Invoke makes one call.
func (d door) Invoke(ctx context.Context, method string, request, reply any, opts ...grpc.CallOption) error {
	ctx, err := enter(ctx, method)
	if err != nil {
		return err
	}
	if message, ok := request.(proto.Message); ok {
		if err := complete(ctx, message); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return apierr.FromStatus(d.to.Invoke(ctx, method, request, reply, opts...))
}

// NewStream opens a stream.
func (d door) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	ctx, err := enter(ctx, method)
	if err != nil {
		return nil, err
	}
	stream, err := d.to.NewStream(ctx, desc, method, opts...)
	if err != nil {
		return nil, apierr.FromStatus(err)
	}
	return endingStream{stream}, nil
}

// endingStream says why a stream was ended by this process.
type endingStream struct{ grpc.ClientStream }

// RecvMsg answers the cause in the place of what the connection makes of it.
func (s endingStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	if ended := context.Cause(s.Context()); err != nil && errors.Is(ended, errEnding) {
		return ended
	}
	return err
}

// enter checks the caller of method and drops all metadata that grpc-gateway made of headers, so that a
// client can say nothing about itself to a service.
func enter(ctx context.Context, method string) (context.Context, error) {
	who := auth.IdentityFrom(ctx)
	if err := auth.Check(method, who); err != nil {
		return nil, err
	}
	ctx = metadata.NewOutgoingContext(ctx, metadata.MD{})
	return rpc.WithCaller(ctx, who.Caller(rest.RequestID(ctx))), nil
}
