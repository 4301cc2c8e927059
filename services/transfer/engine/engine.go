package engine

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// Engine carries out exchanges. It is safe for use by many goroutines.
type Engine struct {
	store  Store
	remote Remote
	sites  Sites
	now    func() time.Time
	newID  func() string
	limits s3xml.Limits
	pieces pieces

	peerRenew time.Duration // how often the lease of an exchange that others started is renewed
	patience  time.Duration // with a remote that does not answer
}

// pieces are how much is worked on at a time.
type pieces struct {
	batch       int // records of a batch
	first, next int // masters of the first group of an export, and of each further one
}

// Sites answers who we are.
type Sites interface {
	Site(ctx context.Context) (transfer.Site, error)
}

// Remote speaks Eden's protocol as the active side. Its errors are *transfer.RemoteError where the remote site
// or the way to it is at fault.
type Remote interface {
	Pull(ctx context.Context, repo transfer.Repository, req PullRequest) (*PullAnswer, error)
	Push(ctx context.Context, repo transfer.Repository, req PushRequest) (*PushAnswer, error)
}

// PullRequest asks for the changed records of a resource.
type PullRequest struct {
	Task   transfer.Task
	Since  time.Time // zero = everything; an edensync ignores it
	Cursor string    // of an earlier answer of an edensync; empty = from the beginning
	Ahead  bool      // what the cursor stands for is not stored yet
	Seen   string    // with Ahead: the cursor up to which everything is stored
	Brief  bool      // an edensync may tell by a hash what comes along and has not changed since the cursor
	// Position is that of this site, which has stored all of that.
	Position transfer.Position
}

// PullAnswer is the document of a remote site.
type PullAnswer struct {
	Body        io.ReadCloser // decompressed S3XML
	Whole       bool          // all of the body is here: nobody waits for the remote any more
	Bytes       func() int64  // read from the wire so far
	Date        time.Time     // the remote's clock; zero = it did not say
	ClockOffset time.Duration // remote minus ours
	Edensync    bool
	Cursor      string // edensync: where the next page begins
	More        bool   // edensync: another page waits
}

// PushRequest carries a whole document.
type PushRequest struct {
	Task     transfer.Task
	Body     []byte
	Records  int
	Key      string            // makes a repeated request harmless
	Position transfer.Position // of this site when it wrote the document
	Edensync bool              // the remote is known to be one
	Brief    bool              // the document tells some records by their hashes; an edensync that lacks one refuses it
}

// PushAnswer is what the remote says of a pushed document.
type PushAnswer struct {
	Message  string
	Position transfer.Position // of an edensync, which has stored what it took; zero = it says nothing of it
	Records  int64             // masters that it accepted
	Created  int               // of the requested resource, as far as it says
	Updated  int
	Deleted  int
	Rejected []Refusal
	Outcomes []Refusal        // edensync: all records that were not plainly applied
	Counts   *transfer.Counts // edensync: the remote's ledger of the document
	Bytes    int64
	Edensync bool
}

// Refusal is the remote's word on one record.
type Refusal struct {
	Key     transfer.Key
	Outcome string // empty = rejected
	Reason  string
	Message string
}

// Options are the parts of an Engine.
type Options struct {
	Store  Store
	Remote Remote
	Sites  Sites
	Now    func() time.Time
	NewID  func() string // ids of items and requests
	Limits s3xml.Limits  // of documents; zero = the defaults
}

// New puts an engine together.
func New(o Options) *Engine {
	if o.Limits == (s3xml.Limits{}) {
		o.Limits = s3xml.DefaultLimits()
	}
	return &Engine{
		store: o.Store, remote: o.Remote, sites: o.Sites, now: o.Now, newID: o.NewID, limits: o.Limits,
		pieces: pieces{batch: transfer.BatchRecords, first: firstTrees, next: exportTrees}, peerRenew: peerRenew, patience: patience,
	}
}

// domainOf is the name under which a site writes plain uids into its documents: the host of its public URL.
func domainOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
