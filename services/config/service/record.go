package service

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/config"
	"github.com/edensync/edensync/services/config/sqlstore"
)

// name is what config is called by its neighbours.
const name = "config"

// recorder writes log entries to the outbox.
func recorder(now func() time.Time, notify func()) sqlstore.Auditor {
	return func(ctx context.Context, q sqldb.Querier, e config.Entry) error {
		// The commit follows at once; a deliverer that is a little early looks again by itself.
		defer notify()
		return auditlog.Append(ctx, q, logEntry(e, now()))
	}
}

func logEntry(e config.Entry, now time.Time) *auditv1.LogEntry {
	out := &auditv1.LogEntry{
		Time: timestamppb.New(now), Service: name, Actor: e.Actor.User,
		RepositoryId: e.RepositoryID, RepositoryName: e.RepositoryName, ResourceName: e.ResourceName,
		Mode: auditv1.Mode_MODE_NONE, Transmission: auditv1.Transmission_TRANSMISSION_NONE,
		Action: e.Action, Result: auditv1.Result(auditv1.Result_value["RESULT_"+string(e.Result)]),
		Reason: e.Reason, Message: e.Message,
	}
	if e.Mode == config.ModeLogin {
		out.Mode = auditv1.Mode_MODE_LOGIN
	}
	if e.Result == "" {
		out.Result = auditv1.Result_RESULT_SUCCESS
	}
	if e.ResourceName == "" {
		out.ResourceName = "none"
	}
	return out
}
