package sqlstore

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
)

// columns are those of log_entry in the order of row.values.
const columns = `id, seq, occurred_at, repository_id, repository_name, resource_name, mode, transmission, action, result,
remote_error, message, folded, reason, run_id, counts, duration, bytes, actor, service, original`

// row is one row of log_entry.
type row struct {
	ID             string       `db:"id"`
	Seq            int64        `db:"seq"`
	OccurredAt     sqldb.Micros `db:"occurred_at"`
	RepositoryID   string       `db:"repository_id"`
	RepositoryName string       `db:"repository_name"`
	ResourceName   string       `db:"resource_name"`
	Mode           string       `db:"mode"`
	Transmission   string       `db:"transmission"`
	Action         string       `db:"action"`
	Result         string       `db:"result"`
	RemoteError    bool         `db:"remote_error"`
	Message        string       `db:"message"`
	Folded         string       `db:"folded"`
	Reason         string       `db:"reason"`
	RunID          string       `db:"run_id"`
	Counts         string       `db:"counts"`
	Duration       *int64       `db:"duration"`
	Bytes          int64        `db:"bytes"`
	Actor          string       `db:"actor"`
	Service        string       `db:"service"`
	Original       string       `db:"original"`
}

func (r *row) values() []any {
	return []any{
		r.ID, r.Seq, r.OccurredAt, r.RepositoryID, r.RepositoryName, r.ResourceName, r.Mode, r.Transmission, r.Action, r.Result,
		r.RemoteError, r.Message, r.Folded, r.Reason, r.RunID, r.Counts, r.Duration, r.Bytes, r.Actor, r.Service, r.Original,
	}
}

// rowOf writes an entry as a row. PostgreSQL keeps no NUL in texts; Normalize
// has taken them out.
func rowOf(e audit.Entry, seq int64) (*row, error) {
	r := &row{
		ID: e.ID, Seq: seq, OccurredAt: sqldb.MicrosOf(e.Time), RepositoryID: e.RepositoryID, RepositoryName: e.RepositoryName,
		ResourceName: e.ResourceName, Mode: string(e.Mode), Transmission: string(e.Transmission), Action: e.Action,
		Result: string(e.Result), RemoteError: e.RemoteError, Message: e.Message, Folded: fold(e.Message), Reason: e.Reason,
		RunID: e.RunID, Bytes: e.Bytes, Actor: e.Actor, Service: e.Service,
	}
	if r.Folded == e.Message {
		r.Folded = ""
	}
	if e.Duration != nil {
		micros := e.Duration.Microseconds()
		r.Duration = &micros
	}
	var err error
	if r.Counts, err = object(e.Counts, e.Counts == nil); err != nil {
		return nil, err
	}
	r.Original, err = object(e.Original, len(e.Original) == 0)
	return r, err
}

func object(value any, none bool) (string, error) {
	if none {
		return "", nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// fold is the form in which messages are searched.
func fold(text string) string { return strings.ToLower(text) }

func (r *row) entry() (audit.Entry, error) {
	e := audit.Entry{
		ID: r.ID, Time: r.OccurredAt.Time(), RepositoryID: r.RepositoryID, RepositoryName: r.RepositoryName,
		ResourceName: r.ResourceName, Mode: audit.Mode(r.Mode), Transmission: audit.Transmission(r.Transmission), Action: r.Action,
		Result: audit.Result(r.Result), RemoteError: r.RemoteError, Message: r.Message, Reason: r.Reason, RunID: r.RunID,
		Bytes: r.Bytes, Actor: r.Actor, Service: r.Service,
	}
	if r.Duration != nil {
		duration := time.Duration(*r.Duration) * time.Microsecond
		e.Duration = &duration
	}
	if r.Counts != "" {
		if err := json.Unmarshal([]byte(r.Counts), &e.Counts); err != nil {
			return e, fmt.Errorf("counts of entry %s: %w", r.ID, err)
		}
	}
	if r.Original != "" {
		if err := json.Unmarshal([]byte(r.Original), &e.Original); err != nil {
			return e, fmt.Errorf("original of entry %s: %w", r.ID, err)
		}
	}
	return e, nil
}

func entries(rows []row) ([]audit.Entry, error) {
	out := make([]audit.Entry, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].entry(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
