package sqlstore

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/auditlog"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/transfer"
)

// serviceName is the writer of the entries.
const serviceName = "transfer"

// The vocabulary of the guide. Words that are not in it become NONE, a missing result an error.
var (
	modes = map[string]auditv1.Mode{
		"pull": auditv1.Mode_MODE_PULL, "push": auditv1.Mode_MODE_PUSH,
		"login": auditv1.Mode_MODE_LOGIN, "register": auditv1.Mode_MODE_REGISTER,
	}
	transmissions = map[string]auditv1.Transmission{
		"incoming": auditv1.Transmission_TRANSMISSION_INCOMING, "outgoing": auditv1.Transmission_TRANSMISSION_OUTGOING,
	}
	results = map[string]auditv1.Result{
		"success": auditv1.Result_RESULT_SUCCESS, "warning": auditv1.Result_RESULT_WARNING,
		"error": auditv1.Result_RESULT_ERROR, "fatal": auditv1.Result_RESULT_FATAL,
	}
)

func word[T ~int32](words map[string]T, text string, otherwise T) T {
	if v, ok := words[text]; ok {
		return v
	}
	return otherwise
}

// Audit writes a log entry by itself. It changes no record, so it does not stand in the line of those who do.
func (s *Store) Audit(ctx context.Context, e transfer.LogEntry) error {
	if err := appendEntry(ctx, s.db, e, s.now()); err != nil {
		return err
	}
	s.audited()
	return nil
}

// Audit is documented at engine.Tx.
func (t *tx) Audit(ctx context.Context, e transfer.LogEntry) error {
	t.audits = true
	return appendEntry(ctx, &t.notes, e, t.now)
}

func appendEntry(ctx context.Context, q auditlog.Execer, e transfer.LogEntry, now time.Time) error {
	at := e.Time
	if at.IsZero() {
		at = now
	}
	entry := &auditv1.LogEntry{
		Time: timestamppb.New(at), RepositoryId: e.Repository, RepositoryName: clean(e.RepoName), ResourceName: clean(e.Resource),
		Mode:         word(modes, e.Mode, auditv1.Mode_MODE_NONE),
		Transmission: word(transmissions, e.Transmission, auditv1.Transmission_TRANSMISSION_NONE),
		Action:       e.Action, Result: word(results, e.Result, auditv1.Result_RESULT_ERROR), RemoteError: e.RemoteError,
		Message: clean(e.Message), Reason: e.Reason, RunId: e.RunID, Bytes: e.Bytes, Actor: clean(e.Actor), Service: serviceName,
	}
	if e.Duration > 0 {
		entry.Duration = durationpb.New(e.Duration)
	}
	if e.Counts != (transfer.Counts{}) {
		entry.Counts = logCounts(e.Counts)
	}
	if err := auditlog.Append(ctx, q, entry); err != nil {
		return fmt.Errorf("log the %s of %s with %s: %w", e.Action, e.Resource, e.RepoName, err)
	}
	return nil
}

func logCounts(c transfer.Counts) *auditv1.LogCounts {
	return &auditv1.LogCounts{
		Received: c.Received, Created: c.Created, Updated: c.Updated, Deleted: c.Deleted, Unchanged: c.Unchanged,
		Skipped: c.Skipped, Conflict: c.Conflict, Rejected: c.Rejected, Sent: c.Sent, Accepted: c.Accepted,
	}
}
