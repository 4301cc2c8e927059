// Package grpcapi answers the calls of the log's contract.
package grpcapi

import (
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/redact"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
)

var modes = words[auditv1.Mode, audit.Mode]{
	auditv1.Mode_MODE_PULL: audit.ModePull, auditv1.Mode_MODE_PUSH: audit.ModePush, auditv1.Mode_MODE_LOGIN: audit.ModeLogin,
	auditv1.Mode_MODE_REGISTER: audit.ModeRegister, auditv1.Mode_MODE_NONE: audit.ModeNone,
}

var transmissions = words[auditv1.Transmission, audit.Transmission]{
	auditv1.Transmission_TRANSMISSION_INCOMING: audit.TransmissionIncoming,
	auditv1.Transmission_TRANSMISSION_OUTGOING: audit.TransmissionOutgoing,
	auditv1.Transmission_TRANSMISSION_NONE:     audit.TransmissionNone,
}

var results = words[auditv1.Result, audit.Result]{
	auditv1.Result_RESULT_SUCCESS: audit.ResultSuccess, auditv1.Result_RESULT_WARNING: audit.ResultWarning,
	auditv1.Result_RESULT_ERROR: audit.ResultError, auditv1.Result_RESULT_FATAL: audit.ResultFatal,
}

// words are the values of an enum and the words that they stand for.
type words[E ~int32, W ~string] map[E]W

// written is the word of a value; one that this version does not know becomes
// its number, which Normalize keeps as the original.
func (w words[E, W]) written(value E) W {
	if word, ok := w[value]; ok || value == 0 {
		return word
	}
	return W(strconv.Itoa(int(value)))
}

// asked is the word of a value in a filter, "" for no filter.
func (w words[E, W]) asked(value E, field string, fields *[]apierr.Field) W {
	word, ok := w[value]
	if !ok && value != 0 {
		*fields = append(*fields, apierr.Field{Name: field, Message: fmt.Sprintf("has no value %d", value)})
	}
	return word
}

// shown is the value of a word.
func (w words[E, W]) shown(word W) E {
	for value, known := range w {
		if known == word {
			return value
		}
	}
	return 0
}

// entryFrom reads an entry as a writer sends it. An invalid time becomes none,
// which Validate reports.
func entryFrom(m *auditv1.LogEntry) audit.Entry {
	e := audit.Entry{
		ID: m.GetId(), RepositoryID: m.GetRepositoryId(), RepositoryName: m.GetRepositoryName(), ResourceName: m.GetResourceName(),
		Mode: modes.written(m.GetMode()), Transmission: transmissions.written(m.GetTransmission()), Action: m.GetAction(),
		Result: results.written(m.GetResult()), RemoteError: m.GetRemoteError(), Message: redact.Text(m.GetMessage()), Reason: m.GetReason(),
		RunID: m.GetRunId(), Counts: countsFrom(m.GetCounts()), Bytes: m.GetBytes(), Actor: m.GetActor(), Service: m.GetService(),
	}
	if m.GetTime().IsValid() {
		e.Time = m.GetTime().AsTime()
	}
	if m.GetDuration().IsValid() {
		duration := m.GetDuration().AsDuration().Truncate(time.Microsecond)
		e.Duration = &duration
	}
	return e
}

func countsFrom(m *auditv1.LogCounts) *audit.Counts {
	if m == nil {
		return nil
	}
	return &audit.Counts{
		Received: m.GetReceived(), Created: m.GetCreated(), Updated: m.GetUpdated(), Deleted: m.GetDeleted(),
		Unchanged: m.GetUnchanged(), Skipped: m.GetSkipped(), Conflict: m.GetConflict(), Rejected: m.GetRejected(),
		Sent: m.GetSent(), Accepted: m.GetAccepted(),
	}
}

func entryTo(e audit.Entry) *auditv1.LogEntry {
	m := &auditv1.LogEntry{
		Id: e.ID, Time: timestamppb.New(e.Time), RepositoryId: e.RepositoryID, RepositoryName: e.RepositoryName,
		ResourceName: e.ResourceName, Mode: modes.shown(e.Mode), Transmission: transmissions.shown(e.Transmission), Action: e.Action,
		Result: results.shown(e.Result), RemoteError: e.RemoteError, Message: e.Message, Reason: e.Reason, RunId: e.RunID,
		Counts: countsTo(e.Counts), Bytes: e.Bytes, Actor: e.Actor, Service: e.Service, Original: e.Original,
	}
	if e.Duration != nil {
		m.Duration = durationpb.New(*e.Duration)
	}
	return m
}

func countsTo(c *audit.Counts) *auditv1.LogCounts {
	if c == nil {
		return nil
	}
	return &auditv1.LogCounts{
		Received: c.Received, Created: c.Created, Updated: c.Updated, Deleted: c.Deleted, Unchanged: c.Unchanged,
		Skipped: c.Skipped, Conflict: c.Conflict, Rejected: c.Rejected, Sent: c.Sent, Accepted: c.Accepted,
	}
}

func entriesTo(entries []audit.Entry) []*auditv1.LogEntry {
	out := make([]*auditv1.LogEntry, len(entries))
	for i, entry := range entries {
		out[i] = entryTo(entry)
	}
	return out
}

// selection is what all requests that select entries have in common.
type selection interface {
	GetRepositoryId() string
	GetResourceName() string
	GetMode() auditv1.Mode
	GetTransmission() auditv1.Transmission
	GetAction() string
	GetResults() []auditv1.Result
	GetRunId() string
	GetQuery() string
}

// filterFrom reads the selection; remote and the times are absent in some
// requests.
func filterFrom(s selection, remote *bool, start, end *timestamppb.Timestamp) (audit.Filter, error) {
	var fields []apierr.Field
	f := audit.Filter{
		RepositoryID: s.GetRepositoryId(), ResourceName: s.GetResourceName(), Action: s.GetAction(), RunID: s.GetRunId(), Query: s.GetQuery(),
		Mode:         modes.asked(s.GetMode(), "mode", &fields),
		Transmission: transmissions.asked(s.GetTransmission(), "transmission", &fields),
		RemoteError:  remote,
		Start:        timeFrom(start, "startTime", &fields), End: timeFrom(end, "endTime", &fields),
	}
	for i, result := range s.GetResults() {
		if word := results.asked(result, fmt.Sprintf("results[%d]", i), &fields); word != "" {
			f.Results = append(f.Results, word)
		}
	}
	if len(s.GetResults()) > 2*len(results) {
		fields = append(fields, apierr.Field{Name: "results", Message: "has too many values"})
	}
	if len(fields) > 0 {
		return f, apierr.Invalid(fields...)
	}
	return f, f.Validate()
}

// timeFrom is the zero time for an absent one.
func timeFrom(t *timestamppb.Timestamp, field string, fields *[]apierr.Field) time.Time {
	if t == nil {
		return time.Time{}
	}
	if !t.IsValid() {
		*fields = append(*fields, apierr.Field{Name: field, Message: "is no time"})
		return time.Time{}
	}
	return t.AsTime()
}
