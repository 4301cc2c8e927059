// Package inbound is the HTTP endpoint that peers call: registration, pull and push as a Sahana Eden offers them,
// plus what two edensyncs tell each other in headers that an Eden ignores. It checks, reads and answers requests;
// what is exchanged and what becomes of it is the business of the engine behind Exchange.
//
// Each URL has a file: sync.go (/sync/sync.xml), direct.go (/prefix/name/sync.xml), register.go
// (/sync/repository/register.json), download.go (/default/download/…). pull.go and push.go are what the first two
// have in common.
package inbound

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/forwarded"
	"github.com/edensync/edensync/services/transfer"
)

// Headers between two edensyncs. An Eden neither sends nor reads them.
const (
	// HeaderVersion marks a request or an answer of an edensync. The value is the version of these headers, "1".
	HeaderVersion = "Edensync-Version"
	// HeaderCursor selects a pull by change number: empty = from the beginning, else the value of the last
	// answer. The answer carries the cursor of the next request.
	HeaderCursor = "Edensync-Cursor"
	// HeaderSeen is sent with a cursor by a peer that asks ahead, while it still stores the answer before: the cursor
	// up to which it has stored everything, empty = nothing. Without it HeaderCursor says that, too.
	HeaderSeen = "Edensync-Seen"
	// HeaderBrief is "true" with a cursor from a peer to which the hash of a record is enough if that comes along with others and has not
	// changed since. It asks again without the header if it has another one. With a push it says that some records are told so; a site
	// that has another one refuses the push (409 PUSH_BRIEF).
	HeaderBrief = "Edensync-Brief"
	// HeaderMore is "true" in an answer to a pull by cursor when records are left beyond its page, else "false".
	HeaderMore = "Edensync-More"
	// HeaderPosition tells how far the changes of the sender of a push had got when it wrote the document, or of a pull when it
	// had stored what its cursor stands for: a push from before that is known to be outdated.
	HeaderPosition = "Edensync-Position"
	// HeaderIdempotencyKey names a push; a repeated push with the same key gets the stored answer.
	HeaderIdempotencyKey = "Idempotency-Key"
)

// Version is the version of the headers that this endpoint speaks.
const Version = "1"

// Roles that may use the endpoint.
const (
	RolePeer          = "PEER"
	RoleAdministrator = "ADMINISTRATOR"
)

// Directory answers what the config service knows: this site, accounts and repositories. It is asked with every
// request; an implementation that asks over a network should remember Site for some seconds.
type Directory interface {
	// Site is this installation.
	Site(ctx context.Context) (transfer.Site, error)
	// Authenticate checks a name and password, and whether the account may speak for the repository that the request names. Errors: apierr
	// KindUnauthenticated when they are wrong, KindPermissionDenied when it may not, KindExhausted (with RetryAfter) when too many attempts
	// came from the address.
	Authenticate(ctx context.Context, in SignIn) (Account, error)
	// RepositoryByUUID finds the repository of a peer that registers. Errors: apierr KindNotFound. A deleted repository may be
	// returned with Deleted set or as not found.
	RepositoryByUUID(ctx context.Context, uuid string) (transfer.Repository, error)
	// RegisterPeer makes or updates the repository of a peer: the type is overwritten, the name of a known one stays, a deleted one is
	// revived, URL and credentials stay. Errors: apierr KindPermissionDenied when the account may not.
	RegisterPeer(ctx context.Context, peer Peer) (Registered, error)
	// Contact notes that the repository has just exchanged data with this site. It does not hold the answer up:
	// a failure is the implementation's to log.
	Contact(ctx context.Context, repositoryID string)
}

// SignIn is what a request says of who it comes from.
type SignIn struct {
	Username, Password string
	Address            string // IP address of the peer
	RepositoryUUID     string // the repository for which it speaks; empty = none, or one that registers
}

// Account is who signed in.
type Account struct {
	User string
	Role string
	// RepositoryID binds the account to one repository; it may not speak for another. Empty = not bound.
	RepositoryID string
	// Repository is the one that the request named. It has no ID if it is unknown here; a deleted one, with Deleted set, counts as unknown.
	Repository transfer.Repository
}

// Peer is what a peer tells about itself when it registers.
type Peer struct {
	UUID    string // 1 to 128 characters
	Name    string // 1 to 64 characters
	APIType string // one of Eden's repository types
	// Account is who registers. When it is bound to a repository that has no UUID yet, the UUID becomes that
	// repository's.
	Account Account
}

// Registered is the outcome of a registration.
type Registered struct {
	RepositoryID string
	Created      bool // false: the repository was here already
}

// Exchange is the engine: the same import and export as of exchanges that this site starts.
type Exchange interface {
	// Import applies a document; body is decompressed and limited. Errors: *s3xml.SyntaxError, or apierr with the
	// reasons DOCUMENT_MALFORMED and DOCUMENT_TRUNCATED, are the sender's fault (400), any other *apierr.Error is
	// answered by its kind with its message, everything else as an internal error. Errors of body may be wrapped
	// or replaced: the endpoint remembers them itself.
	Import(ctx context.Context, in transfer.Import, body io.Reader) (*transfer.Imported, error)
	// Export selects records, calls open once with what it found, and then writes the whole S3XML document to the
	// writer that open returns: declaration first, root element with success, results, domain, url (and start and
	// limit when a slice was asked for). An error before open is answered with a status; apierr KindInvalid is the
	// way to refuse a filter on a field that no record ever had. An error after it ends as an error answer if
	// nothing has been sent, else the connection is cut, so that the peer never sees a well-formed wrong document.
	Export(ctx context.Context, out transfer.Export, open func(Selected) io.Writer) error
	// KnownResource tells whether the site has records or a task of this resource. Only pulls ask: a push may
	// bring a resource that is new here.
	KnownResource(ctx context.Context, name string) (bool, error)
	// Position is the present change number, in the epoch that names their history: it changes when the record store is restored or
	// made anew, so that cursors from before are recognised. 1 to 64 letters, digits and hyphens.
	Position(ctx context.Context) (transfer.Position, error)
}

// Selected is what an export found, known before the first byte is written.
type Selected struct {
	Results int64 // master records in this document
	UpTo    int64 // change number up to which the document is complete; only with Export.ByCursor
	More    bool  // masters are left beyond UpTo; only with Export.ByCursor
}

// Log takes the entries that every exchange and every refused request writes.
type Log interface {
	Write(ctx context.Context, entry Entry)
}

// Mode is what a peer wanted, in the vocabulary of the guide's log.
type Mode string

// Modes of entries.
const (
	ModePull     Mode = "pull"
	ModePush     Mode = "push"
	ModeRegister Mode = "register"
)

// Action is the stage that an entry reports.
type Action string

// Actions of entries. The first three are stages of an exchange, the others say where a refused request stopped.
const (
	ActionNone         Action = "none" // registration
	ActionSend         Action = "send"
	ActionReceive      Action = "receive"
	ActionAuthenticate Action = "authenticate" // 401, 429
	ActionAuthorize    Action = "authorize"    // 403
	ActionParse        Action = "parse"        // a body, a time, a filter or a cursor cannot be read
	ActionCheck        Action = "check"        // wrong resource, method or format, too large, too busy
)

// Result is how an exchange ended.
type Result string

// Results of entries.
const (
	ResultSuccess Result = "success"
	ResultWarning Result = "warning"
	ResultError   Result = "error"
	ResultFatal   Result = "fatal"
)

// Entry is one entry of the log. Its transmission is always incoming.
type Entry struct {
	Mode           Mode
	Action         Action
	Result         Result
	RemoteError    bool // the peer's fault; never with success
	RepositoryID   string
	RepositoryName string
	Resource       string // "none" for registrations, "mixed" when no single resource was named
	Message        string
	Reason         apierr.Reason // stable; empty = nothing went wrong
	Rule           string        // the rule that was applied to a push
	RunID          string        // of a push
	Counts         transfer.Counts
	BytesReceived  int64 // of the body, as on the wire
	BytesSent      int64 // of the body, as on the wire
	Duration       time.Duration
	User           string // empty = not authenticated
	RemoteAddr     string // IP address
	// Cause is for the log of the process only: it may name internals and is never stored or sent.
	Cause error
}

// Settings are the limits of the endpoint. The zero value of a field means its default.
type Settings struct {
	MaxBodyBytes      int64         // of a push after decompression; default 512 MiB
	MaxConcurrent     int           // exchanges at the same time; default 16
	MaxWaiting        int           // requests that wait for their turn, in all and per repository and resource; default 64 and 8 at most
	Patience          time.Duration // how long a request waits for its turn; default 60 s
	IdleTimeout       time.Duration // how long a peer may neither send nor take a byte; default 60 s
	MaxRefusalEntries int           // log entries on refused requests per peer and minute; default 10
	// TrustedProxies may tell in X-Forwarded-For for whom they ask.
	TrustedProxies forwarded.Proxies
	// LegacyRegistration accepts the form of registration that Eden used until 2016:
	// GET /sync/repository/register.xml?repository=…&name=…
	LegacyRegistration bool
}

// New makes the endpoint. files serves attachments: it sees GET requests with the path /NAME, without
// credentials; nil = none. now is the clock of this site; deadlines of connections are computed from it.
func New(settings Settings, directory Directory, exchange Exchange, log Log, files http.Handler, now func() time.Time) http.Handler {
	return newHandler(settings.withDefaults(), directory, exchange, log, files, now)
}
