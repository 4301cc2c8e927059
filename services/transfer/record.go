// Package transfer is the domain of the service that moves records between sites: the record store, the ledger
// of outcomes, conflicts and rejects, cursors and runs. It holds types and pure rules; SQL stands in sqlstore,
// HTTP in peer and inbound, the steps of an exchange in engine.
package transfer

import (
	"strings"
	"time"

	"github.com/edensync/edensync/services/transfer/policy"
)

// Key names a record: the S3XML resource (table name) and the uid, usually urn:uuid:….
type Key struct {
	Resource string
	UID      string
}

// IsZero tells whether the key names nothing.
func (k Key) IsZero() bool { return k == Key{} }

// Record is one version of a record as the store holds it.
type Record struct {
	Key
	Parent Key    // the record that this one is a component of; zero for none
	Alias  string // component alias as on the wire
	Master bool   // received or created at top level at least once; exports of its own resource select only these

	Seq     int64  // this site's change number of the last accepted change
	TreeSeq int64  // as Seq, but raised also when a component changes or something comes that it awaits; exports select by it
	Origin  string // id of the repository that gave us this version; empty = edited at this site
	Run     string // the run that wrote it; empty for local edits

	FirstSeq    int64  // change number under which the record first came to this site
	FirstOrigin string // repository that first gave it to us; empty = made here

	MCI        int       // master copy index: 0 = created here, n = n copies away from where it was created
	CreatedOn  time.Time // originator's time, UTC, whole seconds; zero = unknown
	ModifiedOn time.Time // originator's time, UTC, whole seconds
	ArrivedOn  time.Time // this site's clock when this version was stored

	Deleted    bool
	ReplacedBy string // uid of the record that it was merged into

	Hash         string // over the content that is stored
	ReceivedHash string // over the content as received; differs from Hash after a partial update
	Attrs        string // attributes that travel along without meaning for us, already encoded for a start tag
	Body         []byte // the content as canonical inner XML
}

// Version is what the policy needs to know of the record.
func (r *Record) Version() policy.Version {
	return policy.Version{ModifiedOn: r.ModifiedOn, MCI: r.MCI, Deleted: r.Deleted, ReplacedBy: r.ReplacedBy, Hash: r.Hash}
}

// Tree is a record with its components, as one element of a document.
type Tree struct {
	Record
	Components []*Tree
}

// Awaited is a record that is not at this site, or deleted, and to which a master led that was sent to somebody.
type Awaited struct {
	Key
	Master Key
}

// MaxAwaiting is how many masters of a selection of a resource are noted as waiting for a record. One that stays is enough for everybody who gets
// that selection; the others are there for those that are deleted, or changed, before it comes.
const MaxAwaiting = 8

// keptOutPrefixes are Eden's tables of accounts, synchronization and scheduling.
var keptOutPrefixes = []string{"auth_", "sync_", "scheduler_"}

// KeptOut tells whether a resource is neither sent nor accepted: accounts, synchronization and scheduler tables
// stay at their site unless an administrator lists the resource in exposed.
func KeptOut(resource string, exposed map[string]bool) bool {
	if exposed[resource] {
		return false
	}
	for _, prefix := range keptOutPrefixes {
		if strings.HasPrefix(resource, prefix) {
			return true
		}
	}
	return false
}

// IsPassword tells whether a field holds a password. Such fields are never stored and never sent.
func IsPassword(field string) bool {
	f := strings.ToLower(field)
	return f == "password" || strings.HasSuffix(f, "_password") || f == "passwd"
}

// maxResourceName is the length of the longest table name that databases behind an Eden allow.
const maxResourceName = 128

// ValidResource tells whether name is a table name as Eden requires: letters, digits and underscores, with a
// prefix and an underscore.
func ValidResource(name string) bool {
	under := strings.IndexByte(name, '_')
	if under <= 0 || under == len(name)-1 || len(name) > maxResourceName {
		return false
	}
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// NextModifiedOn is the time of a local edit: now, but always younger than the version that it replaces, so
// that an edit made after seeing a version never looks older than it, whatever the clocks say.
func NextModifiedOn(now time.Time, previous time.Time) time.Time {
	now = now.UTC().Truncate(time.Second)
	if !now.After(previous) {
		return previous.Add(time.Second)
	}
	return now
}
