package transfer

import (
	"time"

	"github.com/edensync/edensync/services/transfer/policy"
)

// ItemState is where an item of the ledger stands.
type ItemState string

// States of items. Skipped items are born Closed.
const (
	Open      ItemState = "OPEN"      // conflict: nobody looked at it yet; reject: will be retried
	Closed    ItemState = "CLOSED"    // nothing left to do
	Decided   ItemState = "DECIDED"   // conflict: an administrator chose a version
	Dismissed ItemState = "DISMISSED" // reject: an administrator gave it up
)

// Winner tells whose version of a conflict stands.
type Winner string

// The two sides of a conflict, seen from this site.
const (
	LocalWins  Winner = "LOCAL"
	RemoteWins Winner = "REMOTE"
)

// Item is an entry of the ledger that is kept: a skipped, conflicting or rejected record with its reason. The
// other outcomes can be told from the record's own run and origin.
type Item struct {
	ID           string
	RunID        string
	RepositoryID string
	Task         string // resource name of the task
	Direction    Direction
	Key          Key
	Outcome      policy.Outcome // Skipped, Conflict or Rejected
	Reason       string         // policy.Reason or a reject reason
	Message      string         // for people; of a reject in the remote's words where it comes from there
	Rule         string         // the rule that decided
	State        ItemState
	Winner       Winner // conflicts: whose version the policy chose
	Chosen       Winner // conflicts: whose version an administrator chose afterwards
	// FieldSides are fields that an administrator took from another side than Chosen.
	FieldSides map[string]Winner
	Attempts   int    // rejects: how often it was tried
	Label      string // conflicts: what people know the record by
	LocalSeq   int64  // conflicts: change number of this site's version when it was found; 0 = not known
	SyncSeq    int64  // conflicts: change number that the repository was known to have seen then

	Incoming Side // the version that came (or was refused by the remote)
	Local    Side // the version that was here; empty for none

	CreatedAt  time.Time
	UpdatedAt  time.Time
	DecidedBy  string // user
	DecidedSeq int64  // change number of the edit that a decision made; 0 = none
}

// Choice is what a person makes of a conflict.
type Choice struct {
	Winner Winner
	// Fields are fields and references by name that are taken from the named side, whatever Winner says.
	Fields map[string]Winner
}

// Superseded tells of a conflict that now is a version that came after it: neither one of both sides, nor what a
// decision has made of them.
func (it *Item) Superseded(now *Record) bool {
	if it.State == Decided && it.DecidedSeq != 0 {
		return now.Seq != it.DecidedSeq
	}
	return now.Hash != it.Local.Hash && now.Hash != it.Incoming.Hash && now.ReceivedHash != it.Incoming.Hash
}

// Side is one version in an item.
type Side struct {
	ModifiedOn time.Time
	MCI        int
	Deleted    bool
	Hash       string
	XML        []byte // the element with its content, without components; nil where it must not be kept
}

// Reject reasons: why a record could not be applied or was refused.
const (
	RejectBadTime      = "BAD_TIME"           // modified_on or created_on cannot be read
	RejectBadMCI       = "BAD_MCI"            // mci is no whole number
	RejectBadUID       = "BAD_UID"            // uid longer than 128 characters or with control characters
	RejectBadResource  = "BAD_RESOURCE"       // resource name is no table name
	RejectBadContent   = "BAD_CONTENT"        // a field cannot be read
	RejectTooLarge     = "TOO_LARGE"          // above the limit of a record
	RejectDuplicate    = "DUPLICATE_UID"      // the same uid twice in one document with different contents
	RejectComponent    = "COMPONENT_REJECTED" // one of its components was rejected
	RejectMaster       = "MASTER_REJECTED"    // the record that it is a component of was rejected
	RejectByRemote     = "REFUSED_BY_REMOTE"  // the remote's answer lists it
	RejectRemotePoison = "REMOTE_FAILS_ON_IT" // the remote answers 5xx whenever it is in the batch
)

// Reasons of skipped records that no policy decides.
const (
	SkipNotRequested = "NOT_REQUESTED" // neither of the requested resource nor referred to in the document
	SkipKeptOut      = "KEPT_OUT"      // accounts, synchronization or scheduler tables
)

// ItemFilter narrows a list of items; conflicts and rejects are listed with these filters; empty fields do not filter.
type ItemFilter struct {
	Outcomes     []policy.Outcome
	RunID        string
	RepositoryID string
	Task         string
	Resource     string
	UID          string
	States       []ItemState
	Direction    Direction
	Query        string // text in the label or uid of a conflict, case ignored
}
