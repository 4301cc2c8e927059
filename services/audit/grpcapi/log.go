package grpcapi

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
)

// Log answers edensync.audit.v1.LogService.
type Log struct {
	auditv1.UnimplementedLogServiceServer
	store audit.Store
	bell  *Bell
	now   func() time.Time
}

// NewLog makes the handlers. The bell is the one that NewWrite rings.
func NewLog(store audit.Store, bell *Bell, now func() time.Time) *Log {
	return &Log{store: store, bell: bell, now: now}
}

// maxAnswer bounds the texts of one answer in bytes; pages with very long
// messages are cut short.
const maxAnswer = 4 << 20

// ListLogEntries answers a page, newest first.
func (l *Log) ListLogEntries(ctx context.Context, req *auditv1.ListLogEntriesRequest) (*auditv1.ListLogEntriesResponse, error) {
	filter, err := filterFrom(req, req.RemoteError, req.GetStartTime(), req.GetEndTime())
	if err != nil {
		return nil, err
	}
	size, err := pagetoken.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	behind, err := decodePosition(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	resp := &auditv1.ListLogEntriesResponse{}
	if behind == nil {
		// Before the page: what is stored in between is on the page and watched, too, rather than on neither.
		if resp.LastId, err = l.store.Last(ctx); err != nil {
			return nil, err
		}
	}
	entries, err := l.store.List(ctx, filter, behind, size+1)
	if err != nil {
		return nil, err
	}
	page := fit(entries[:min(size, len(entries))])
	resp.LogEntries = entriesTo(page)
	if len(page) < len(entries) {
		resp.NextPageToken = encodePosition(page[len(page)-1].Position(), filter)
	}
	return resp, nil
}

// fit is as many entries as one answer holds, at least one of them.
func fit(entries []audit.Entry) []audit.Entry {
	size := 0
	for i, e := range entries {
		if size += len(e.Message) + 1024; size > maxAnswer && i > 0 {
			return entries[:i]
		}
	}
	return entries
}

func encodePosition(p audit.Position, filter audit.Filter) string {
	return pagetoken.Encode(filter, strconv.FormatInt(p.Time.UnixMicro(), 10), p.ID)
}

func decodePosition(token string, filter audit.Filter) (*audit.Position, error) {
	keys, err := pagetoken.Decode(token, filter)
	if err != nil || keys == nil {
		return nil, err
	}
	if len(keys) == 2 {
		if micros, err := strconv.ParseInt(keys[0], 10, 64); err == nil {
			return &audit.Position{Time: time.UnixMicro(micros).UTC(), ID: keys[1]}, nil
		}
	}
	return nil, apierr.New(apierr.KindInvalid, apierr.ReasonInvalidPageToken, "The page token is damaged; start again at the first page.")
}

// GetLogEntry answers one entry with the ids of its neighbours.
func (l *Log) GetLogEntry(ctx context.Context, req *auditv1.GetLogEntryRequest) (*auditv1.LogEntry, error) {
	filter, err := filterFrom(req, req.RemoteError, req.GetStartTime(), req.GetEndTime())
	if err != nil {
		return nil, err
	}
	detail, err := l.store.Get(ctx, req.GetId(), filter)
	if err != nil {
		return nil, err
	}
	m := entryTo(detail.Entry)
	m.PreviousId, m.NextId = detail.PreviousID, detail.NextID
	return m, nil
}

// PurgeLogEntries removes entries and records it.
func (l *Log) PurgeLogEntries(ctx context.Context, req *auditv1.PurgeLogEntriesRequest) (*auditv1.PurgeLogEntriesResponse, error) {
	var fields []apierr.Field
	purge := audit.Purge{
		Before:       timeFrom(req.GetBeforeTime(), "beforeTime", &fields),
		RepositoryID: req.GetRepositoryId(), RequestID: req.GetRequestId(),
	}
	if len(fields) > 0 {
		return nil, apierr.Invalid(fields...)
	}
	if err := purge.Validate(); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	purge.Record = audit.Entry{ID: id.String(), Time: l.now(), Actor: rpc.CallerFrom(ctx).User, Service: "audit"}
	purged, err := l.store.Purge(ctx, purge)
	if err != nil {
		return nil, err
	}
	l.bell.Ring()
	return &auditv1.PurgeLogEntriesResponse{PurgedCount: purged}, nil
}
