package grpcapi

import (
	"context"
	"time"

	"google.golang.org/grpc"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
)

// Rhythm of watching. The bell tells about entries that came through this
// process; the poll finds those of other replicas.
const (
	watchPoll      = time.Second
	watchHeartbeat = 10 * time.Second
	watchLife      = 5 * time.Minute
	watchBatch     = 200
)

// WatchLogEntries sends entries as they come.
func (l *Log) WatchLogEntries(req *auditv1.WatchLogEntriesRequest, stream grpc.ServerStreamingServer[auditv1.WatchLogEntriesResponse]) error {
	filter, err := filterFrom(req, req.RemoteError, nil, nil)
	if err != nil {
		return err
	}
	after, err := l.store.Sequence(stream.Context(), req.GetAfterId())
	if err != nil {
		return err
	}
	w := watcher{log: l, stream: stream, filter: filter, after: after}
	return w.run(stream.Context())
}

type watcher struct {
	log    *Log
	stream grpc.ServerStreamingServer[auditv1.WatchLogEntriesResponse]
	filter audit.Filter
	after  int64 // change number up to which everything was sent
	sent   int64 // messages
}

// run begins with a heartbeat, so that the reader knows that it is connected.
func (w *watcher) run(ctx context.Context) error {
	end, beat, poll := time.NewTimer(watchLife), time.NewTicker(watchHeartbeat), time.NewTicker(watchPoll)
	defer end.Stop()
	defer beat.Stop()
	defer poll.Stop()
	if err := w.send(nil); err != nil {
		return err
	}
	for {
		rung := w.log.bell.Wait()
		if err := w.catchUp(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case <-beat.C:
			if err := w.send(nil); err != nil {
				return err
			}
		case <-rung:
		case <-poll.C:
		}
	}
}

// catchUp sends everything that is there.
func (w *watcher) catchUp(ctx context.Context) error {
	for {
		entries, next, err := w.log.store.Since(ctx, w.filter, w.after, watchBatch)
		if err != nil {
			return err
		}
		for rest := entries; len(rest) > 0; {
			part := fit(rest)
			if err := w.send(part); err != nil {
				return err
			}
			rest = rest[len(part):]
		}
		w.after = next
		if len(entries) < watchBatch {
			return nil
		}
	}
}

func (w *watcher) send(entries []audit.Entry) error {
	w.sent++
	return w.stream.Send(&auditv1.WatchLogEntriesResponse{LogEntries: entriesTo(entries), Seq: w.sent})
}
