package audit

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Filter selects entries; an empty field selects all.
type Filter struct {
	RepositoryID string
	ResourceName string
	Mode         Mode
	Transmission Transmission
	Action       string
	Results      []Result
	RemoteError  *bool
	Start        time.Time // at or after
	End          time.Time // before
	RunID        string
	Query        string // part of the message, upper and lower case alike
}

// maxQuery bounds the text that messages are searched for, in bytes.
const maxQuery = 200

// Validate says what is wrong with a filter.
func (f Filter) Validate() error {
	var fields []apierr.Field
	if len(f.Query) > maxQuery {
		fields = append(fields, apierr.Field{Name: "query", Message: "must not be longer than 200 bytes"})
	}
	if !f.Start.IsZero() && !f.End.IsZero() && !f.Start.Before(f.End) {
		fields = append(fields, apierr.Field{Name: "endTime", Message: "must be later than startTime"})
	}
	for name, text := range map[string]string{
		"repositoryId": f.RepositoryID, "resourceName": f.ResourceName, "action": f.Action, "runId": f.RunID,
	} {
		if len(text) > maxText {
			fields = append(fields, apierr.Field{Name: name, Message: "is too long"})
		}
	}
	if len(fields) > 0 {
		return apierr.Invalid(fields...)
	}
	return nil
}

// Position is where a page of the list ended. The list is ordered by time, and
// by id where times are equal, newest first.
type Position struct {
	Time time.Time
	ID   string
}

// Position is the entry's place in the list.
func (e Entry) Position() Position { return Position{e.Time, e.ID} }

// Detail is an entry with its neighbours in the list, "" where there is none.
type Detail struct {
	Entry
	PreviousID string // next newer one
	NextID     string // next older one
}

// Purge is the removal of entries on demand.
type Purge struct {
	Before       time.Time // entries before this time go
	RepositoryID string    // "" = of all repositories
	RequestID    string    // "" = cannot be repeated without effect
	Record       Entry     // the entry that tells about it; the store completes name and message
}

// Beginning stands before all entries. No entry has this id.
const Beginning = "00000000-0000-0000-0000-000000000000"

// Store keeps entries. Its errors are *apierr.Error where the caller can do
// something about them.
type Store interface {
	// Write stores what is not there yet, all or nothing, and answers how many
	// entries were new. Entries are valid and normalized.
	Write(ctx context.Context, entries []Entry) (int, error)
	// List answers up to limit entries behind the position (nil = from the
	// newest), newest first.
	List(ctx context.Context, filter Filter, behind *Position, limit int) ([]Entry, error)
	// Get answers an entry with its neighbours among those that the filter
	// selects. NOT_FOUND.
	Get(ctx context.Context, id string, filter Filter) (Detail, error)
	// Sequence is the change number of an entry, or with id "" the last one
	// given out, or 0 for Beginning. Numbers are in the order of commits. NOT_FOUND.
	Sequence(ctx context.Context, id string) (int64, error)
	// Last is the id of the entry with the highest number, Beginning if there is none.
	Last(ctx context.Context) (string, error)
	// Since answers up to limit entries with numbers above after, in their
	// order, and the number to go on with; that one rises also past entries
	// that the filter leaves out.
	Since(ctx context.Context, filter Filter, after int64, limit int) ([]Entry, int64, error)
	// Purge removes entries and writes the record of it in one transaction. A
	// request id seen before answers what it answered then.
	// IDEMPOTENCY_KEY_REUSED if it came with other arguments.
	Purge(ctx context.Context, purge Purge) (int64, error)
	// Expire removes up to limit of the entries before a time, the oldest first.
	Expire(ctx context.Context, before time.Time, limit int) (int64, error)
}
