package service

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/inbound"
)

// exchange gives the peers' endpoint the engine.
type exchange struct {
	engine    *engine.Engine
	store     engine.Store
	directory *directory
	wake      func() // files may wait for being fetched
}

var _ inbound.Exchange = (*exchange)(nil)

// Import applies what a peer pushed.
func (x *exchange) Import(ctx context.Context, in transfer.Import, body io.Reader) (*transfer.Imported, error) {
	defer x.wake()
	return x.engine.Import(ctx, in, body)
}

// Export writes what a peer pulls.
func (x *exchange) Export(ctx context.Context, out transfer.Export, open func(inbound.Selected) io.Writer) error {
	return x.engine.Export(ctx, out, func(s engine.Selected) io.Writer {
		return open(inbound.Selected{Results: s.Results, UpTo: s.UpTo, More: s.More})
	})
}

// KnownResource is true of every table name: this site knows no schema, and a resource of which it has nothing yet is
// empty, not unknown. Otherwise two new sites could never begin, since a failed pull keeps a push back.
func (x *exchange) KnownResource(_ context.Context, name string) (bool, error) {
	return transfer.ValidResource(name), nil
}

// Position is the present change number.
func (x *exchange) Position(ctx context.Context) (transfer.Position, error) {
	return x.store.Position(ctx)
}

// auditor writes log entries by themselves.
type auditor interface {
	Audit(ctx context.Context, e transfer.LogEntry) error
}

// entries writes the log of the peers' endpoint.
type entries struct {
	store  auditor
	logger *slog.Logger
}

var _ inbound.Log = (*entries)(nil)

// Write stores one entry. The exchange it reports is over: a failure to log it is itself only logged.
func (l *entries) Write(ctx context.Context, e inbound.Entry) {
	if e.Cause != nil {
		level := slog.LevelError
		if e.RemoteError {
			level = slog.LevelInfo // nobody at this site has to do anything
		}
		l.logger.Log(ctx, level, "exchange with a peer failed", "repositoryId", e.RepositoryID, "resource", e.Resource, "error", e.Cause)
	}
	l.write(ctx, transfer.LogEntry{
		Repository: e.RepositoryID, RepoName: e.RepositoryName, Resource: e.Resource, Mode: string(e.Mode), Transmission: "incoming",
		Action: string(e.Action), Result: string(e.Result), RemoteError: e.RemoteError, Message: e.Message, Reason: string(e.Reason),
		RunID: e.RunID, Counts: e.Counts, Bytes: e.BytesReceived + e.BytesSent, Duration: e.Duration, Actor: e.User,
	})
}

// write stores an entry by itself.
func (l *entries) write(ctx context.Context, e transfer.LogEntry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := l.store.Audit(ctx, e); err != nil {
		l.logger.ErrorContext(ctx, "could not write a log entry", "mode", e.Mode, "message", e.Message, "error", err)
	}
}
