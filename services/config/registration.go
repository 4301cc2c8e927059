package config

import (
	"strings"
	"time"
	"unicode"

	"github.com/edensync/edensync/internal/apierr"
)

// RegistrationState tells how far the registration at a remote site is.
//
//	NONE ── saved with URL ──▶ PENDING ── report ──▶ REGISTERED or FAILED
//	                              ▲                        │
//	                              └────── saved again ─────┘
//
// A PENDING registration is claimed for a limited time by one worker, which
// makes exactly one request. A claim that ends without report counts as FAILED.
type RegistrationState string

// The states.
const (
	RegistrationNone       RegistrationState = "NONE" // without a URL there is nothing to register
	RegistrationPending    RegistrationState = "PENDING"
	RegistrationRegistered RegistrationState = "REGISTERED"
	RegistrationFailed     RegistrationState = "FAILED"
)

// Registration of this site at a remote site.
type Registration struct {
	State   RegistrationState
	Message string    // what the remote site or the network said
	Time    time.Time // when the state was reached
	// Generation is raised whenever the registration is begun, claimed or ended,
	// so that a report for an earlier state of affairs is recognised.
	Generation int64
}

// RegistrationOutcome is what a worker reports.
type RegistrationOutcome struct {
	RepositoryID string
	Generation   int64 // of the claim; 0: made on demand, without a claim
	Registered   bool
	SenderUUID   string // what the remote site named as its own identifier
	Message      string
}

const (
	// MinRegistrationLease is the shortest claim.
	MinRegistrationLease = time.Second
	// MaxRegistrationLease is the longest claim.
	MaxRegistrationLease = 10 * time.Minute

	maxRegistrationMessage = 1000 // characters
)

// ClaimLost is what an ended claim without report leaves behind.
const ClaimLost = "The registration was begun but never finished: it took too long or the worker stopped. Register again."

// begin is called when a person has saved the repository.
func (r *Registration) begin(hasURL bool, now time.Time) {
	state := RegistrationNone
	if hasURL {
		state = RegistrationPending
	}
	*r = Registration{State: state, Time: now, Generation: r.Generation + 1}
}

// end stores what came out, unless the report belongs to an earlier claim.
func (r *Registration) end(outcome RegistrationOutcome, now time.Time) error {
	if outcome.Generation != 0 && (outcome.Generation != r.Generation || r.State != RegistrationPending) {
		return apierr.New(apierr.KindStale, apierr.ReasonLeaseLost,
			"The repository was saved again, or the registration took too long, so this outcome was not stored; claim the registration again.")
	}
	state := RegistrationFailed
	if outcome.Registered {
		state = RegistrationRegistered
	}
	*r = Registration{State: state, Message: oneLine(outcome.Message, maxRegistrationMessage), Time: now, Generation: r.Generation + 1}
	return nil
}

// identity is what becomes of the identifier that a remote site named.
type identity uint8

const (
	identityKept    identity = iota // nothing to do
	identityLearned                 // it becomes the repository's identifier
	identityDiffers                 // it contradicts the stored one: a person must look
)

// learn decides about an identifier that the remote site named. One entered by a
// person stays, and so does a learned one once anything was exchanged under it.
func (r Repository) learn(sender string) identity {
	switch {
	case sender == "" || sender == r.UUID:
		return identityKept
	case r.UUID == "", r.UUIDSource == UUIDLearned && !r.Exchanged():
		return identityLearned
	default:
		return identityDiffers
	}
}

// oneLine makes foreign words fit to be shown: no control characters, no line
// breaks, at most limit characters.
func oneLine(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}
