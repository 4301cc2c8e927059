package transfer

import "time"

// Page asks for a part of a list. After is the keyset of the last row of the page before, as the store gave it out;
// empty = the first page.
type Page struct {
	Size  int
	After []string
}

// MaxCount is how far the items of a ledger are counted.
const MaxCount = 10_000

// RunFilter narrows a list of runs; empty fields do not filter.
type RunFilter struct {
	RepositoryID  string
	States        []RunState
	Trigger       Trigger
	JobID         string
	From, Before  time.Time // created in [From, Before)
	WithPeerRuns  bool      // include exchanges that peers started although Trigger is empty
	WithoutDetail bool      // leave the parts out
}

// BaseQuery asks for the last version of a record that both sides of a conflict had.
type BaseQuery struct {
	Key          Key
	RepositoryID string
	LocalSeq     int64 // change number of this site's version
	SyncSeq      int64 // change number that the repository was known to have seen
}

// RecordFilter narrows a list of records of one resource.
type RecordFilter struct {
	Resource    string
	Query       string // text in uid or content, case ignored
	WithDeleted bool
	Origin      string // repository
}

// ResourceSummary is one line of the list of resources.
type ResourceSummary struct {
	Name       string
	Records    int64 // live ones
	Deleted    int64
	LastChange int64
	ChangedAt  time.Time
}

// History is a record with everything that belongs to it.
type History struct {
	Tree
	Versions []Record // superseded ones, youngest first
}

// ChangePage is a part of the change feed of a resource, in commit order.
type ChangePage struct {
	Records []Record
	Last    int64 // change number up to which the feed was read
	More    bool
}
