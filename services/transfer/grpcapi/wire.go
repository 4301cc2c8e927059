package grpcapi

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// timeToWire writes an unknown time as an absent one.
func timeToWire(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func timeFromWire(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// enum maps a word of the domain to the value of a contract's enum by its prefix; unknown words are 0.
func enum[E ~int32](values map[string]int32, prefix, word string) E {
	return E(values[prefix+word])
}

// word is the reverse of enum; the unspecified value is the empty word.
func word(name, prefix string) string {
	w := strings.TrimPrefix(name, prefix)
	if w == "UNSPECIFIED" {
		return ""
	}
	return w
}

func runToWire(r transfer.Run) *transferv1.Run {
	out := &transferv1.Run{
		Id: r.ID, RepositoryId: r.RepositoryID, RepositoryName: r.RepositoryName, JobId: r.JobID, StartedBy: r.StartedBy,
		Trigger:    enum[transferv1.RunTrigger](transferv1.RunTrigger_value, "RUN_TRIGGER_", string(r.Trigger)),
		State:      enum[transferv1.RunState](transferv1.RunState_value, "RUN_STATE_", string(r.State)),
		CreateTime: timeToWire(r.CreatedAt), StartTime: timeToWire(r.StartedAt), EndTime: timeToWire(r.EndedAt),
		FullPull: r.Full, ResourceNames: r.Resources, Message: r.Message, Reason: r.Reason,
		StopRequested: r.StopRequested, RemoteError: r.RemoteError, RetryTime: timeToWire(r.RetryAt), Attempts: int32(r.Attempt), Counts: countsToWire(r.Totals()),
	}
	if r.Timeout > 0 {
		out.Timeout = durationpb.New(r.Timeout)
	}
	for i := range r.Parts {
		out.Tasks = append(out.Tasks, partToWire(&r.Parts[i]))
		out.Bytes += r.Parts[i].Bytes
	}
	return out
}

func partToWire(p *transfer.Part) *transferv1.TaskRun {
	wire := &transferv1.TaskRun{
		ResourceName: p.Resource, Direction: directionToWire(p.Direction),
		State:  enum[transferv1.TaskRunState](transferv1.TaskRunState_value, "TASK_RUN_STATE_", string(taskState(p.State))),
		Counts: countsToWire(p.Counts), Bytes: p.Bytes, Full: p.Full, Message: p.Message, Reason: p.Reason,
		RemoteError: p.RemoteError, StartTime: timeToWire(p.StartedAt), EndTime: timeToWire(p.EndedAt), Handled: p.Handled,
	}
	if p.Expected > 0 {
		wire.Expected = &p.Expected
	}
	return wire
}

// taskState shows a part that ran out of time as stopped: only runs have a timeout.
func taskState(s transfer.RunState) transfer.RunState {
	if s == transfer.TimedOut {
		return transfer.Stopped
	}
	return s
}

func directionToWire(d transfer.Direction) transferv1.Direction {
	return enum[transferv1.Direction](transferv1.Direction_value, "DIRECTION_", string(d))
}

func directionFromWire(d transferv1.Direction) transfer.Direction {
	return transfer.Direction(word(d.String(), "DIRECTION_"))
}

func countsToWire(c transfer.Counts) *transferv1.Counts {
	return &transferv1.Counts{
		Received: c.Received, Created: c.Created, Updated: c.Updated, Deleted: c.Deleted, Unchanged: c.Unchanged,
		Skipped: c.Skipped, Conflict: c.Conflict, Rejected: c.Rejected, Sent: c.Sent, Accepted: c.Accepted,
	}
}

func itemToWire(it *transfer.Item, repository string) *transferv1.RunItem {
	out := &transferv1.RunItem{
		RepositoryId: it.RepositoryID, RepositoryName: repository,
		Id: it.ID, RunId: it.RunID, ResourceName: it.Key.Resource, Uid: it.Key.UID, Direction: directionToWire(it.Direction),
		Outcome: enum[transferv1.Outcome](transferv1.Outcome_value, "OUTCOME_", string(it.Outcome)),
		Reason:  it.Reason, Message: it.Message, Time: timeToWire(it.UpdatedAt),
	}
	switch it.Outcome {
	case policy.Conflict:
		out.ConflictId = it.ID
	case policy.Rejected:
		out.RejectId = it.ID
	default:
	}
	return out
}

func rejectToWire(it *transfer.Item, repoName string) *transferv1.Reject {
	side := it.Incoming
	if it.Direction == transfer.Push {
		side = it.Local
	}
	out := &transferv1.Reject{
		Id: it.ID, RepositoryId: it.RepositoryID, RepositoryName: repoName, ResourceName: it.Key.Resource, Uid: it.Key.UID,
		Direction: directionToWire(it.Direction), Reason: it.Reason, Message: it.Message, RunId: it.RunID,
		CreateTime: timeToWire(it.CreatedAt), LastTryTime: timeToWire(it.UpdatedAt), Tries: int32(it.Attempts),
		State: rejectStates[it.State], DismissedBy: it.DecidedBy, Element: string(side.XML),
	}
	if it.State != transfer.Open {
		out.CloseTime = timeToWire(it.UpdatedAt)
	}
	return out
}

var rejectStates = map[transfer.ItemState]transferv1.RejectState{
	transfer.Open:      transferv1.RejectState_REJECT_STATE_OPEN,
	transfer.Closed:    transferv1.RejectState_REJECT_STATE_RESOLVED,
	transfer.Dismissed: transferv1.RejectState_REJECT_STATE_DISMISSED,
}

var conflictStates = map[transfer.ItemState]transferv1.ConflictState{
	transfer.Open:    transferv1.ConflictState_CONFLICT_STATE_OPEN,
	transfer.Decided: transferv1.ConflictState_CONFLICT_STATE_DECIDED,
	transfer.Closed:  transferv1.ConflictState_CONFLICT_STATE_SUPERSEDED,
}

// statesFromWire translates a list of states; an unspecified one is an empty list.
func statesFromWire[E comparable](table map[transfer.ItemState]E, wanted []E) []transfer.ItemState {
	var states []transfer.ItemState
	for _, w := range wanted {
		for state, e := range table {
			if e == w {
				states = append(states, state)
			}
		}
	}
	return states
}

// etagOf is the version of a record for optimistic locking: its change number.
func etagOf(seq int64) string { return strconv.FormatInt(seq, 10) }

func recordToWire(r *transfer.Record) (*transferv1.Record, error) {
	content, err := s3xml.ParseBody(r.Body)
	if err != nil {
		return nil, fmt.Errorf("stored body of %s %s: %w", r.Resource, r.UID, err)
	}
	out := &transferv1.Record{
		ResourceName: r.Resource, Uid: r.UID, ParentResourceName: r.Parent.Resource, ParentUid: r.Parent.UID, Alias: r.Alias,
		Change: r.Seq, OriginRepositoryId: r.Origin, RunId: r.Run, Mci: int32(r.MCI), CreatedOn: timeToWire(r.CreatedOn),
		ModifiedOn: timeToWire(r.ModifiedOn), ArrivedOn: timeToWire(r.ArrivedOn), Deleted: r.Deleted, ReplacedBy: r.ReplacedBy,
		Author: authorOf(r), Hash: r.Hash, Etag: etagOf(r.Seq), Fields: fieldsToWire(content.Fields), References: referencesToWire(content.References),
	}
	out.Label = engine.Label(r.UID, content)
	return out, nil
}

func versionToWire(r *transfer.Record) (*transferv1.RecordVersion, error) {
	content, err := s3xml.ParseBody(r.Body)
	if err != nil {
		return nil, fmt.Errorf("stored version %d of %s %s: %w", r.Seq, r.Resource, r.UID, err)
	}
	return &transferv1.RecordVersion{
		Change: r.Seq, OriginRepositoryId: r.Origin, RunId: r.Run, Mci: int32(r.MCI), CreatedOn: timeToWire(r.CreatedOn),
		ModifiedOn: timeToWire(r.ModifiedOn), ArrivedOn: timeToWire(r.ArrivedOn), Deleted: r.Deleted, ReplacedBy: r.ReplacedBy,
		Author: authorOf(r), Hash: r.Hash, Fields: fieldsToWire(content.Fields), References: referencesToWire(content.References),
	}, nil
}

// authorOf is whom the record names; attributes that cannot be read name nobody.
func authorOf(r *transfer.Record) string {
	attrs, err := s3xml.ParseAttrs([]byte(r.Attrs))
	if err != nil {
		return ""
	}
	for _, a := range attrs {
		if a.Name == engine.AuthorAttr {
			return a.Value
		}
	}
	return ""
}

func fieldsToWire(fields []s3xml.Field) []*transferv1.RecordField {
	out := make([]*transferv1.RecordField, 0, len(fields))
	for _, f := range fields {
		w := &transferv1.RecordField{Name: f.Name, Value: f.Value, Kind: kindOf(f)}
		if f.Form == s3xml.File {
			w.Value, w.Attachment = f.Filename, &transferv1.Attachment{}
		}
		out = append(out, w)
	}
	return out
}

func kindOf(f s3xml.Field) transferv1.FieldKind {
	switch f.Form {
	case s3xml.Null:
		return transferv1.FieldKind_FIELD_KIND_NULL
	case s3xml.Array, s3xml.JSONText:
		return transferv1.FieldKind_FIELD_KIND_JSON
	case s3xml.File:
		return transferv1.FieldKind_FIELD_KIND_FILE
	case s3xml.Literal:
		if f.Value == "true" || f.Value == "false" {
			return transferv1.FieldKind_FIELD_KIND_BOOLEAN
		}
		return transferv1.FieldKind_FIELD_KIND_NUMBER
	default:
		return transferv1.FieldKind_FIELD_KIND_TEXT
	}
}

func referencesToWire(refs []s3xml.Ref) []*transferv1.RecordReference {
	out := make([]*transferv1.RecordReference, 0, len(refs))
	for _, r := range refs {
		out = append(out, &transferv1.RecordReference{Name: r.Field, ResourceName: r.Resource, Uids: r.UIDs})
	}
	return out
}

// contentFromWire is the content that a caller wrote.
func contentFromWire(r *transferv1.Record) s3xml.Content {
	var c s3xml.Content
	for _, f := range r.GetFields() {
		c.Fields = append(c.Fields, s3xml.Field{Name: f.GetName(), Value: f.GetValue(), Form: formOf(f)})
	}
	for _, ref := range r.GetReferences() {
		c.References = append(c.References, s3xml.Ref{Field: ref.GetName(), Resource: ref.GetResourceName(), UIDs: ref.GetUids()})
	}
	return c
}

func formOf(f *transferv1.RecordField) s3xml.Form {
	switch f.GetKind() {
	case transferv1.FieldKind_FIELD_KIND_NULL:
		return s3xml.Null
	case transferv1.FieldKind_FIELD_KIND_NUMBER, transferv1.FieldKind_FIELD_KIND_BOOLEAN:
		return s3xml.Literal
	case transferv1.FieldKind_FIELD_KIND_JSON:
		if strings.HasPrefix(strings.TrimSpace(f.GetValue()), "[") {
			return s3xml.Array
		}
		return s3xml.JSONText
	default:
		return s3xml.Text
	}
}
