// Package audit is the domain of the synchronization log: one entry for every
// exchange with another site, in the vocabulary of Sahana Eden's guide. Entries
// are written once by the other services, never changed, and removed by age or
// on demand.
package audit

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/redact"
)

// Mode is what kind of exchange an entry is about.
type Mode string

// The modes of the guide.
const (
	ModePull     Mode = "pull"
	ModePush     Mode = "push"
	ModeLogin    Mode = "login"
	ModeRegister Mode = "register"
	ModeNone     Mode = "none"
)

// Transmission is which side asked.
type Transmission string

// The transmissions of the guide.
const (
	TransmissionIncoming Transmission = "incoming" // the other site asked
	TransmissionOutgoing Transmission = "outgoing" // this site asked
	TransmissionNone     Transmission = "none"     // nobody: it is about this site alone
)

// Result is how it ended.
type Result string

// The results of the guide, from good to bad.
const (
	ResultSuccess Result = "success" // it worked
	ResultWarning Result = "warning" // it worked with issues
	ResultError   Result = "error"   // it failed and may work later
	ResultFatal   Result = "fatal"   // it failed and needs somebody to change something
)

// None stands for an action or a resource that there is none of.
const None = "none"

// Limits of what an entry holds, in bytes.
const (
	MaxMessage = 64 << 10
	maxText    = 512
)

// Counts are what became of records.
type Counts struct {
	Received, Created, Updated, Deleted, Unchanged, Skipped, Conflict, Rejected, Sent, Accepted int64
}

// Entry is one entry of the log.
type Entry struct {
	ID             string    // UUID, chosen by the writer
	Time           time.Time // when it happened, by the writer's clock; UTC, microseconds
	RepositoryID   string    // "" = none or unknown
	RepositoryName string    // at that time
	ResourceName   string    // "mixed", "none" or a resource; "" = not about one
	Mode           Mode
	Transmission   Transmission
	Action         string // stage, such as "fetch" or "import"; "none" if there is none
	Result         Result
	RemoteError    bool   // the error happened at the other site
	Message        string // what happened, in words
	Reason         string // stable code, "" for a success
	RunID          string // "" = none
	Counts         *Counts
	Duration       *time.Duration // nil = not measured
	Bytes          int64          // of S3XML
	Actor          string         // who caused it; "" = the site itself
	Service        string         // who wrote it
	// Original holds what the writer gave and the vocabulary does not know, by
	// field name; nil if everything was understood.
	Original map[string]string
}

var uuidText = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// maxFuture is how far a writer's clock may be ahead: enough for clocks that are
// wrong, not for nonsense that would stand on top of the log for ever.
const maxFuture = 366 * 24 * time.Hour

// Validate says what keeps an entry from being stored. Everything else is mended
// by Normalize: an entry must not be lost because of its form.
func (e Entry) Validate(now time.Time) []apierr.Field {
	var fields []apierr.Field
	if !uuidText.MatchString(e.ID) {
		fields = append(fields, apierr.Field{Name: "id", Message: "must be a UUID in lower case"})
	}
	if e.Time.Year() < 2000 || e.Time.After(now.Add(maxFuture)) {
		fields = append(fields, apierr.Field{Name: "time", Message: "must be a time between the year 2000 and one year from now"})
	}
	return fields
}

// Normalize brings an entry into the guide's vocabulary: unknown mode,
// transmission and result become none, none and success, with what was given
// kept in Original; an empty action becomes none; a success has no remote error;
// texts lose markup and control characters and are cut at their limits.
func (e Entry) Normalize() Entry {
	e.Original = nil
	e.Mode = known(&e, "mode", e.Mode, ModeNone, ModePull, ModePush, ModeLogin, ModeRegister)
	e.Transmission = known(&e, "transmission", e.Transmission, TransmissionNone, TransmissionIncoming, TransmissionOutgoing)
	e.Result = known(&e, "result", e.Result, ResultSuccess, ResultWarning, ResultError, ResultFatal)
	e.RemoteError = e.RemoteError && e.Result != ResultSuccess
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	for _, text := range []*string{&e.RepositoryID, &e.RepositoryName, &e.ResourceName, &e.Action, &e.Reason, &e.RunID, &e.Actor, &e.Service} {
		*text = redact.Clip(oneLine(*text), maxText)
	}
	if e.Action == "" {
		e.Action = None
	}
	e.Message = redact.Clip(StripMarkup(e.Message), MaxMessage)
	return e
}

// known answers value if it is one of the words, else the first word.
func known[T ~string](e *Entry, field string, value, otherwise T, words ...T) T {
	for _, word := range append(words, otherwise) {
		if value == word {
			return value
		}
	}
	if value != "" {
		if e.Original == nil {
			e.Original = map[string]string{}
		}
		e.Original[field] = redact.Clip(oneLine(string(value)), maxText)
	}
	return otherwise
}

// oneLine makes control characters spaces.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// ValidateBatch checks a batch as it is written: all of it or nothing.
func ValidateBatch(entries []Entry, now time.Time) error {
	var fields []apierr.Field
	if len(entries) == 0 || len(entries) > MaxBatch {
		fields = append(fields, apierr.Field{Name: "logEntries", Message: fmt.Sprintf("must hold 1 to %d entries", MaxBatch)})
	}
	for i, entry := range entries {
		for _, field := range entry.Validate(now) {
			field.Name = fmt.Sprintf("logEntries[%d].%s", i, field.Name)
			fields = append(fields, field)
		}
		if len(fields) > 20 {
			break
		}
	}
	if len(fields) > 0 {
		return apierr.Invalid(fields...)
	}
	return nil
}

// MaxBatch is the most entries that are written at once.
const MaxBatch = 1000
