// Package policy decides which version of a record wins when two sites exchange it.
//
// It is pure: no clock, no database, no network, so that pull, incoming push, preview and simulation all
// share the one function Decide, and every rule can be read and tested as a table. The rules themselves are
// explained for administrators in docs/compatibility.md and for maintainers in docs/architecture.md.
package policy

import (
	"fmt"
	"strings"
	"time"
)

// Policy names who wins. It is evaluated at one site: "this" is the site that evaluates.
type Policy string

// The four policies of the guide.
const (
	This   Policy = "THIS"   // keep the version of this site
	Other  Policy = "OTHER"  // take the version of the other site
	Newer  Policy = "NEWER"  // the version with the younger modification time wins
	Master Policy = "MASTER" // only the site where the record was created may change it elsewhere
)

// Valid tells whether p is one of the four policies.
func (p Policy) Valid() bool {
	return p == This || p == Other || p == Newer || p == Master
}

// Inverted is the policy as the other site must evaluate it: THIS and OTHER swap.
func (p Policy) Inverted() Policy {
	switch p {
	case This:
		return Other
	case Other:
		return This
	default:
		return p
	}
}

// Strategy is the set of methods that an import may use.
type Strategy uint8

// The methods of a strategy.
const (
	Create Strategy = 1 << iota
	Update
	Delete
	Merge
	All = Create | Update | Delete | Merge
)

var methodNames = []struct {
	method Strategy
	name   string
}{{Create, "create"}, {Update, "update"}, {Delete, "delete"}, {Merge, "merge"}}

// Has tells whether every method of m is in s.
func (s Strategy) Has(m Strategy) bool { return s&m == m }

// String joins the methods by commas in the order of the guide: create,update,delete,merge.
func (s Strategy) String() string {
	var names []string
	for _, m := range methodNames {
		if s.Has(m.method) {
			names = append(names, m.name)
		}
	}
	return strings.Join(names, ",")
}

// ParseStrategy reads a comma separated list of methods. Unknown names are an error, blanks are not.
func ParseStrategy(list string) (Strategy, error) {
	var s Strategy
next:
	for _, name := range strings.Split(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		for _, m := range methodNames {
			if m.name == name {
				s |= m.method
				continue next
			}
		}
		if name != "" {
			return 0, fmt.Errorf("strategy %q: unknown method %q", list, name)
		}
	}
	return s, nil
}

// Rule is what an administrator configured for one resource of one repository.
type Rule struct {
	Strategy Strategy
	Update   Policy // decides when only one side changed
	Conflict Policy // decides when both sides changed
}

// Default is the rule of a new task.
func Default() Rule { return Rule{Strategy: All, Update: Newer, Conflict: Newer} }

// Inverted is the rule as the other site must evaluate it; the strategy stays.
func (r Rule) Inverted() Rule {
	return Rule{Strategy: r.Strategy, Update: r.Update.Inverted(), Conflict: r.Conflict.Inverted()}
}

// String is a stable text of the rule; the ledger keeps it beside each decision, so that a decision is only
// repeated without asking as long as the rule is the same.
func (r Rule) String() string {
	return fmt.Sprintf("%s/%s/%s", r.Strategy, r.Update, r.Conflict)
}

// Version is what the rules need to know of one version of a record.
type Version struct {
	ModifiedOn time.Time // the originator's clock, whole seconds
	MCI        int       // master copy index: stored (0 = created here) for the local version, as transmitted for the incoming one
	Deleted    bool
	ReplacedBy string // uid of the record that it was merged into; only with Deleted
	Hash       string // of the content that would be stored
}

// Seen tells whether the incoming version is new to this site.
type Seen uint8

// What this site knows of an incoming version.
const (
	New           Seen = iota // never held and never decided: the remote site changed it
	HeldBefore                // this site held exactly this version once: the remote site is only behind
	HeldApart                 // this site held the content once, but from elsewhere and with a younger time: the remote may have come to it by itself
	DecidedBefore             // the ledger has a decision on exactly this version under exactly this rule
)

// Situation is everything that a decision depends on.
type Situation struct {
	Rule         Rule
	Local        *Version // nil: the record is not here
	Incoming     Version
	LocalChanged bool // changed here since the repository last saw it, and not by the repository
	Seen         Seen
	FromOrigin   bool // the incoming version comes from the repository that gave us the local one
	HasMCI       bool // the incoming version carries an MCI; deletions of a real Eden do not
}

// Outcome is what becomes of a received record; each ends in exactly one.
type Outcome string

// The seven outcomes. Rejected is never decided by a policy: it is for records that cannot be applied.
const (
	Created   Outcome = "CREATED"
	Updated   Outcome = "UPDATED"
	Deleted   Outcome = "DELETED"
	Unchanged Outcome = "UNCHANGED"
	Skipped   Outcome = "SKIPPED"
	Conflict  Outcome = "CONFLICT"
	Rejected  Outcome = "REJECTED"
)

// Reason tells why; it is stable, stored in the ledger and explained by the user interface.
type Reason string

// The reasons of Decide.
const (
	SameContent      Reason = "SAME_CONTENT"      // nothing to do
	NotHere          Reason = "NOT_HERE"          // a deletion of a record that this site never had
	AlreadyDelivered Reason = "ALREADY_DELIVERED" // this version was held or decided before
	NotInStrategy    Reason = "NOT_IN_STRATEGY"   // the strategy does not allow the method
	NewRecord        Reason = "NEW_RECORD"        // not here, created
	NotFromMaster    Reason = "NOT_FROM_MASTER"   // MASTER: the sender is not the originator, or this site is
	FromMaster       Reason = "FROM_MASTER"       // MASTER: the sender is the originator
	PolicyThis       Reason = "POLICY_THIS"       // THIS keeps
	PolicyOther      Reason = "POLICY_OTHER"      // OTHER takes
	IncomingNewer    Reason = "INCOMING_NEWER"    // NEWER: the incoming version is younger
	LocalNewer       Reason = "LOCAL_NEWER"       // NEWER: the local version is younger
	NearerOrigin     Reason = "NEARER_TO_ORIGIN"  // NEWER, equal times: fewer copies away from the originator
	SmallerHash      Reason = "SMALLER_HASH"      // NEWER, equal in all: both sites choose the same
)

// Decision is the result of Decide.
type Decision struct {
	Outcome Outcome
	Reason  Reason
	Take    bool // store the incoming version
	Touch   bool // content stays, but the younger incoming modification time is kept
}
