package rpc

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/edensync/edensync/internal/apierr"
)

// Attempts and pauses of a call that may be repeated: about a second altogether.
const (
	callAttempts  = 4
	callBackOff   = 100 * time.Millisecond
	longCallPause = time.Second
)

// callTimeout ends a call that does not stream, for callers that set no limit themselves.
const callTimeout = 2 * time.Minute

// repeated makes a call again when it ended as unavailable and nothing was done by it: no server has taken it, or the
// server says so. A connection that breaks in the middle leaves that open; then only what reads is repeated, and of
// everything else the error says that it may have been done.
func repeated(ctx context.Context, method string, call func(ctx context.Context, opts ...grpc.CallOption) error) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	pause := callBackOff
	for attempt := 1; ; attempt++ {
		var server peer.Peer
		err := call(ctx, grpc.Peer(&server))
		end := endOf(err, method, server.Addr != nil)
		if attempt == callAttempts || end != notDone {
			return end.mark(err)
		}
		timer := time.NewTimer(pause/2 + rand.N(pause)) //nolint:gosec // jitter needs no secrecy
		select {
		case <-ctx.Done():
			timer.Stop()
			return apierr.FromStatus(err)
		case <-timer.C:
		}
		pause = min(2*pause, longCallPause)
	}
}

// limited is ctx with a deadline.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, callTimeout)
}

// ending is what is known of a call that has ended.
type ending int

const (
	final   ending = iota // done, or refused for good
	notDone               // unavailable, and harmless to repeat
	unsure                // the connection broke while the server had it
)

// endOf tells how a call has ended by the error of gRPC. reached: some server had it.
func endOf(err error, method string, reached bool) ending {
	s := status.Convert(err)
	if s.Code() != codes.Unavailable {
		return final
	}
	// Our servers give details with every error; what a broken connection makes up has none.
	said := len(s.Details()) > 0
	switch {
	case !reached, reads(method), said && !apierr.IsUnsure(apierr.FromStatus(err)):
		return notDone
	case said:
		return final
	default:
		return unsure
	}
}

// mark is the error for whoever made the call.
func (e ending) mark(err error) error {
	if e != unsure {
		return apierr.FromStatus(err)
	}
	return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
		"The connection to a part of this site broke before its answer came; look whether it was done before you repeat it.").
		Unsure().Wrap(err)
}

// reads tells from its name that a method changes nothing.
func reads(method string) bool {
	name := method[strings.LastIndexByte(method, '/')+1:]
	for _, verb := range []string{"Get", "List", "Preview", "Check"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}
