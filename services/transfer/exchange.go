package transfer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/edensync/edensync/services/transfer/policy"
)

// Site is this installation as other sites see it.
type Site struct {
	UUID             string // repository UUID, urn:uuid:…
	Name             string
	PublicURL        string
	Proxy            string        // for repositories without one of their own; empty = none
	PullOverlap      time.Duration // default 2 s
	FullPullInterval time.Duration // default 7 days; 0 = never
	MaxClockOffset   time.Duration // above it each run warns
	AnonymousPulls   bool          // serve pulls that name no registered repository, as Eden does
	Exposed          map[string]bool
	MaxAttachment    int64         // bytes; 0 = no files are exchanged
	HistoryRetention time.Duration // how long superseded versions and closed items are kept
	MaxRuns          int           // runs at the same time
}

// Mode is what a task does.
type Mode string

// The four modes of a task.
const (
	ModePull Mode = "PULL"
	ModePush Mode = "PUSH"
	ModeBoth Mode = "PULL_AND_PUSH"
	ModeNone Mode = "NONE"
)

// Pulls tells whether data flow to this site.
func (m Mode) Pulls() bool { return m == ModePull || m == ModeBoth }

// Pushes tells whether data flow to the repository.
func (m Mode) Pushes() bool { return m == ModePush || m == ModeBoth }

// Filter selects records of one table: a URL query such as ~.name__like=A*&~.code=1,2.
type Filter struct {
	Table string
	Query string
}

// Task is a resource configured for a repository.
type Task struct {
	Resource string
	Mode     Mode
	Rule     policy.Rule
	Filters  []Filter
}

// Repository is our entry for a remote site with everything that an exchange needs.
type Repository struct {
	ID             string
	Name           string
	UUID           string // the remote site's repository UUID; empty = not known yet
	URL            string
	Username       string
	Password       string
	Proxy          string // its own or the site's default; "none" = a direct connection; empty = from the environment
	CACertificates string // PEM; empty = the system's
	AcceptPushes   bool
	Paused         bool
	Deleted        bool
	Registering    bool // this site is about to register at it
	Tasks          []Task
}

// Task returns the task of a resource.
func (r *Repository) Task(resource string) (Task, bool) {
	for _, t := range r.Tasks {
		if t.Resource == resource {
			return t, true
		}
	}
	return Task{}, false
}

// Import describes one document that is to be applied.
type Import struct {
	Repository Repository
	Resource   string // the requested resource
	Rule       policy.Rule
	Complete   bool     // from an edensync: a field that is absent is empty; an Eden leaves out what it cannot say
	Brief      bool     // with Complete: the document may tell records by their hashes; PUSH_BRIEF (KindStale) if that is not enough
	RequestID  string   // Idempotency-Key of the sender; a repeated request gets the stored answer
	Position   Position // of the sender when it wrote the document
}

// Position is how far the changes of a site had got when it wrote a document to push, or said that it had stored something. Of
// two documents the one with the smaller Seq was written earlier; those of different epochs cannot be compared. The zero Position
// is that of a sender who says nothing of it.
type Position struct {
	Epoch string // of the sender's record store
	Seq   int64  // its change number
}

// String is the text of a position on the wire, empty for the zero one.
func (p Position) String() string {
	if p.Epoch == "" {
		return ""
	}
	return p.Epoch + ":" + strconv.FormatInt(p.Seq, 10)
}

// ParsePosition reads what String has written. Anything else is an error.
func ParsePosition(text string) (Position, error) {
	epoch, number, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	p := Position{Epoch: epoch, Seq: seq}
	if err != nil || seq < 0 || p.String() != text || len(epoch) > maxEpoch {
		return Position{}, fmt.Errorf("%.100q is no position: it must be an epoch and a change number", text)
	}
	return p, nil
}

// maxEpoch bounds what a peer may have stored here.
const maxEpoch = 64

// Imported is what became of a document.
type Imported struct {
	RunID    string
	Counts   Counts   // of all records in the document, components included
	Masters  int64    // records of the requested resource that were accepted, as Eden's "records"
	Items    []*Item  // skipped, conflicts, rejects; at most MaxReportedItems
	Position Position // of this site, which has stored all of that; zero for an Eden, which does not read it
	Youngest time.Time
}

// CompressionWindow is how many bytes back a zstd stream of ours refers. Both ends keep about twice as many in memory. With the
// encoder's own 4 to 8 MiB a document would be 3 to 5 % shorter.
const CompressionWindow = 512 << 10

// MaxReportedItems bounds what one answer or log entry lists; the ledger keeps all.
const MaxReportedItems = 1000

// Export describes what is to be sent.
type Export struct {
	RepositoryID string // empty = unknown peer
	Resource     string
	Since        time.Time // msince; zero = everything
	AfterSeq     int64     // change number of an edensync cursor
	// Told, with ByCursor: change number up to which the peer has got all changes, in whatever tree they are. Up to AfterSeq it has got trees as
	// they were then: one that was raised later may hold a change that it has not got. 0 = AfterSeq, negative = none.
	Told     int64
	ByCursor bool  // select by AfterSeq instead of Since
	Upto     int64 // with ByCursor: change number up to which to select; 0 = all that is here
	// Cursor, with ByCursor, is the text of the cursor for a change number. It stands in the document now and then, so that a
	// peer whose line breaks goes on from there; nil = it does not.
	Cursor        func(seq int64) string
	Brief         bool     // with ByCursor: of what comes along and is not younger than AfterSeq the hash is enough
	Ahead         bool     // the peer asks before it has stored everything up to AfterSeq
	SeenSeq       int64    // with Ahead: change number up to which the peer has stored all changes
	Position      Position // of the peer, which has stored all of that
	Limit, Offset int      // slice of masters, 0 = all
	Filters       []Filter
	WithDeleted   bool
}

// LogEntry is what an exchange writes into the log of the site, in the guide's vocabulary.
type LogEntry struct {
	Time         time.Time
	Repository   string // id; empty = unknown
	RepoName     string
	Resource     string // table, "none" or "mixed"
	Mode         string // pull, push, register, login, none
	Transmission string // incoming, outgoing, none
	Action       string // fetch, import, send, receive, request registration, …
	Result       string // success, warning, error, fatal
	RemoteError  bool
	Message      string
	Reason       string // stable code
	RunID        string
	Counts       Counts
	Duration     time.Duration
	Bytes        int64
	Actor        string // user, for what a person asked for
}

// File is an upload field of a record whose file lies at a remote site.
type File struct {
	Key          Key
	Field        string
	URL          string
	Filename     string
	RepositoryID string
}
