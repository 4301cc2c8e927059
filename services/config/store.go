package config

import (
	"context"
	"time"
)

// Store keeps the configuration. Its methods run work again from its start
// when the database asks for it, so work must not have other effects than those
// on its transaction and on variables that it sets itself.
type Store interface {
	// Write runs work in a transaction that is committed unless it returns an error.
	Write(ctx context.Context, work func(tx Tx) error) error
	// Read runs work on one consistent snapshot.
	Read(ctx context.Context, work func(r Reader) error) error
	// Look runs work that needs no snapshot, as a single question does: on a server each question is one way there and
	// back, and a snapshot is two more.
	Look(ctx context.Context, work func(r Reader) error) error
	// Connected stores when a live repository was heard of last, unless a younger time is stored. It is one statement: many
	// repositories may come at the same time.
	Connected(ctx context.Context, repositoryID string, at time.Time) (found bool, err error)
}

// Reader finds things. What is not there is an *apierr.Error of KindNotFound,
// except where a second result tells whether something was found.
type Reader interface {
	Settings(ctx context.Context) (Settings, error)

	// Repository finds live and deleted ones.
	Repository(ctx context.Context, id string) (Repository, error)
	// RepositoryByUUID finds live and deleted ones.
	RepositoryByUUID(ctx context.Context, uuid string) (r Repository, found bool, err error)
	// Exchange finds everything that is needed to exchange with a live repository, by one question.
	Exchange(ctx context.Context, id string) (x Exchange, found bool, err error)
	// ExchangeByUUID does so for the repository of a remote site.
	ExchangeByUUID(ctx context.Context, uuid string) (x Exchange, found bool, err error)
	// TakenBy is the id of the live repository that has this value; empty: none.
	TakenBy(ctx context.Context, key RepositoryKey, value string) (id string, err error)
	// Repositories answers a page of live ones in the order asked for, and how many match in all.
	Repositories(ctx context.Context, q RepositoryQuery) (page []Repository, total int, err error)
	// ConditionCounts counts live ones with text in their name, URL or UUID.
	ConditionCounts(ctx context.Context, text string) (ConditionCounts, error)
	// Clocks sums up the clock differences of live repositories.
	Clocks(ctx context.Context, limit time.Duration) (Clocks, error)
	// RegistrationsPending tells whether a registration waits or is claimed.
	RegistrationsPending(ctx context.Context) (bool, error)

	Task(ctx context.Context, repositoryID, resource string) (Task, error)
	// Tasks answers a page of a repository's tasks by resource name, and how many
	// there are in all; a limit of 0 answers all of them.
	Tasks(ctx context.Context, q TaskQuery) (page []Task, total int, err error)

	// ResourceTasks answers the tasks of a resource with live repositories, by their names.
	ResourceTasks(ctx context.Context, resource string, limit int) ([]ResourceTask, error)

	User(ctx context.Context, id string) (User, error)
	// UserByName finds a user, upper and lower case alike.
	UserByName(ctx context.Context, username string) (u User, found bool, err error)
	// UserByIdentity finds the user of an identity.
	UserByIdentity(ctx context.Context, i Identity) (u User, found bool, err error)
	// Users answers a page of users by name, and how many match in all.
	Users(ctx context.Context, q UserQuery) (page []User, total int, err error)
	// Administrators counts administrators: all of them, or only those that can sign in.
	Administrators(ctx context.Context, all bool) (int, error)
	InvitationByHash(ctx context.Context, hash string) (i Invitation, found bool, err error)

	// SessionByHash finds a session, ended or not, and whose it is.
	SessionByHash(ctx context.Context, hash string) (s Session, u User, found bool, err error)
	Session(ctx context.Context, id string) (s Session, found bool, err error)
	// Sessions answers a page of a user's sessions, newest first, and how many match in all.
	Sessions(ctx context.Context, q SessionQuery) (page []Session, total int, err error)

	// TokenByHash finds a token, expired or not, and whose it is.
	TokenByHash(ctx context.Context, hash string) (t Token, u User, found bool, err error)
	TokenByName(ctx context.Context, name string) (t Token, found bool, err error)
	Token(ctx context.Context, id string) (Token, error)
	// Tokens answers a page of tokens, newest first, and how many there are in all.
	Tokens(ctx context.Context, q TokenQuery) (page []Token, total int, err error)

	// Attempts answers the zero value with the subject if nothing is counted.
	Attempts(ctx context.Context, subject string) (Attempts, error)
	SetupCodeExists(ctx context.Context, hash string) (bool, error)
	Request(ctx context.Context, key RequestKey) (r RequestOutcome, found bool, err error)
}

// Tx changes things, too.
type Tx interface {
	Reader

	// Guard makes this transaction wait for other guarded ones, so that a rule
	// about several rows still holds when it commits. It comes first.
	Guard(ctx context.Context) error

	// InsertSettings does nothing if there are settings already.
	InsertSettings(ctx context.Context, s Settings) error
	UpdateSettings(ctx context.Context, s Settings) error

	InsertRepository(ctx context.Context, r Repository) error
	// UpdateRepository stores what a person may change, identifier, pause,
	// deletion and version; not the registration, not the contacts.
	UpdateRepository(ctx context.Context, r Repository) error
	// SaveRegistration stores the state and ends a claim.
	SaveRegistration(ctx context.Context, repositoryID string, r Registration) error
	// ClaimRegistration leases the oldest waiting registration by the database's
	// clock and answers its new generation.
	ClaimRegistration(ctx context.Context, lease time.Duration) (repositoryID string, generation int64, found bool, err error)
	// ExpireRegistrations ends overdue claims as FAILED with this message.
	ExpireRegistrations(ctx context.Context, message string) error
	// SaveContact stores times that are younger than the stored ones.
	SaveContact(ctx context.Context, c Contact) error
	SaveHealth(ctx context.Context, repositoryID string, h Health) error

	InsertTask(ctx context.Context, t Task) error
	UpdateTask(ctx context.Context, t Task) error
	DeleteTask(ctx context.Context, repositoryID, resource string) error
	DeleteTasks(ctx context.Context, repositoryID string) error

	InsertUser(ctx context.Context, u User) error
	UpdateUser(ctx context.Context, u User) error
	SignedIn(ctx context.Context, userID string, at time.Time) error
	// SaveInvitation replaces the one before.
	SaveInvitation(ctx context.Context, i Invitation) error
	DeleteInvitation(ctx context.Context, userID string) error
	// DeleteUser removes the sessions, tokens and invitation, too.
	DeleteUser(ctx context.Context, id string) error

	InsertSession(ctx context.Context, s Session) error
	TouchSession(ctx context.Context, hash string, at time.Time) error
	DeleteSession(ctx context.Context, hash string) error
	DeleteSessions(ctx context.Context, userID string) error

	InsertToken(ctx context.Context, t Token) error
	TouchToken(ctx context.Context, id string, at time.Time) error
	DeleteToken(ctx context.Context, id string) error

	SaveAttempts(ctx context.Context, a Attempts) error
	DeleteAttempts(ctx context.Context, subject string) error

	InsertSetupCode(ctx context.Context, hash string, at time.Time) error
	DeleteSetupCodes(ctx context.Context) error

	SaveRequest(ctx context.Context, key RequestKey, r RequestOutcome) error
	// Purge removes what ended before these times.
	Purge(ctx context.Context, p Purge) error

	// Audit writes an entry that is delivered once this transaction is committed.
	Audit(ctx context.Context, e Entry) error
}

// RepositoryKey is a property that only one live repository may have.
type RepositoryKey uint8

// The unique properties.
const (
	ByName RepositoryKey = iota // upper and lower case alike
	ByURL
	ByUUID
)

// RepositoryQuery selects live repositories; empty fields select all.
type RepositoryQuery struct {
	Text               string // part of name, URL or UUID, upper and lower case alike
	UUID               string
	States             []State
	RegistrationStates []RegistrationState
	Conditions         []Condition
	Attention          *bool // only those that ask for it, or that do not
	Order              RepositoryOrder
	After              *RepositoryMark // nil: from the beginning
	Limit              int
}

// RepositoryOrder is how a list of repositories is ordered.
type RepositoryOrder string

// The orders. Equals stand by name.
const (
	OrderByName        RepositoryOrder = "name"
	OrderByAttention   RepositoryOrder = "attention"              // by Repository.Rank
	OrderByLastConnect RepositoryOrder = "last_connect_time desc" // the latest contact first
)

// RepositoryMark is where a page of repositories ended: what its last one is ordered by.
type RepositoryMark struct {
	NameKey         string // folded name
	Rank            int
	LastConnectTime time.Time
}

// Mark is where a page ends whose last repository is r.
func (r Repository) Mark() RepositoryMark {
	return RepositoryMark{NameKey: fold(r.Name), Rank: r.Rank(), LastConnectTime: r.LastConnectTime}
}

// TaskQuery selects tasks of a repository.
type TaskQuery struct {
	RepositoryID  string
	AfterResource string
	Limit         int
}

// ResourceTask is a task with what has to be known of its repository.
type ResourceTask struct {
	Task           Task
	RepositoryName string
	Paused         bool
}

// UserQuery selects users; empty fields select all.
type UserQuery struct {
	Text      string // part of the name, upper and lower case alike
	Roles     []Role
	AfterName string // folded name of the last one seen
	Limit     int
}

// SessionQuery selects the sessions of a user.
type SessionQuery struct {
	UserID                  string
	CreatedAfter, UsedAfter time.Time // only those; what is older has ended
	Before                  Session   // the last one seen: its creation and id; zero: none
	Limit                   int
}

// TokenQuery selects tokens.
type TokenQuery struct {
	BeforeID string // id of the last one seen
	Limit    int
}

// Contact tells about a contact with a remote site. Zero times say nothing.
type Contact struct {
	RepositoryID    string
	LastConnectTime time.Time
	ClockOffset     time.Duration
	ClockMeasured   bool
	Tasks           []TaskContact
	Run             *RunReport // nil: no run of this site has ended
}

// TaskContact tells when a resource was completely exchanged.
type TaskContact struct {
	ResourceName               string
	LastPullTime, LastPushTime time.Time
}

// Clocks sums up clock differences.
type Clocks struct {
	Repositories int
	OffClock     int           // how many differ by more than the limit
	Largest      time.Duration // the one that differs most, with its sign
}

// RequestKey names a request that may come again.
type RequestKey struct{ Actor, Method, RequestID string }

// RequestOutcome is what became of a request.
type RequestOutcome struct {
	Fingerprint string
	Target      string // id of the resource
	Time        time.Time
}

// Purge says before which time things have ended.
type Purge struct {
	SessionsCreated, SessionsUsed time.Time
	Requests, Attempts            time.Time
	Invitations                   time.Time
}
