// Package trace lets what belongs together be found together: the ids of the request and of the run in whose course
// something happens, in logs, in SQL and in calls between processes; and, where a collector is named, OpenTelemetry spans.
package trace

import (
	"context"

	"github.com/google/uuid"
)

// IDs are those in whose course something happens; empty: none.
type IDs struct {
	// Request is made where a request comes in: at the gateway, at the endpoint for peers, or by a service's own work.
	Request string
	// Run is the id of a synchronization.
	Run string
}

type idsKey struct{}

// From are the ids that ctx carries.
func From(ctx context.Context) IDs {
	ids, _ := ctx.Value(idsKey{}).(IDs)
	return ids
}

// With replaces the ids that ctx carries.
func With(ctx context.Context, ids IDs) context.Context { return context.WithValue(ctx, idsKey{}, ids) }

// WithRequest names the request; the run stays.
func WithRequest(ctx context.Context, id string) context.Context {
	ids := From(ctx)
	ids.Request = id
	return With(ctx, ids)
}

// WithRun names the run; the request stays.
func WithRun(ctx context.Context, id string) context.Context {
	ids := From(ctx)
	ids.Run = id
	return With(ctx, ids)
}

// NewID is an id that sorts by the time of its making.
func NewID() string {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.NewString()
	}
	return id.String()
}

// maxID is the longest id that is passed on.
const maxID = 64

// Valid tells whether an id that came from outside may be passed on: it has 1 to 64 letters, digits, hyphens, dots or
// underscores, so that it can stand in a log and in a comment of SQL.
func Valid(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, r := range id {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
		if !plain {
			return false
		}
	}
	return true
}
