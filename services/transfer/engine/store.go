package engine

import (
	"context"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Store is what the engine needs of the record store. Every method that reads records reads them from one snapshot.
type Store interface {
	// Write runs fn in one write transaction that holds the change clock from its start: writers come one
	// after the other, so change numbers are commit order. With a lease, the transaction first renews it and
	// fails with transfer.ErrLeaseLost when it is gone. Writers that wait may share one transaction, in which each is as
	// if it were alone. fn may run again, and in another goroutine: it must have no effects outside tx.
	Write(ctx context.Context, lease *transfer.Lease, fn func(tx Tx) error) error
	// Ahead tells the turn, which is the name of the last write transaction, and then runs fn, which may see later ones, too. It
	// may refuse; then the transaction has to look.
	Ahead(ctx context.Context, fn func(r Reader) error) (turn int64, err error)
	// Waiting tells whether write transactions stand in line, all of this process as far as it knows: what is looked at ahead
	// meanwhile shortens the line, and most of it will still hold.
	Waiting() bool
	// Clock is the change number of the last committed change.
	Clock(ctx context.Context) (int64, error)
	// Position is that change number with its epoch: a random text made with the database; a restored or replaced database has
	// another one.
	Position(ctx context.Context) (transfer.Position, error)

	Cursor(ctx context.Context, repositoryID, resource string) (transfer.Cursor, error) // a new one if there is none
	// Standing tells where this site and a repository stand, with what waits of a task.
	Standing(ctx context.Context, repositoryID, task string) (Standing, error)
	// Servings are what was served of a selection, and of everything.
	Servings(ctx context.Context, repositoryID, resource string, sel transfer.Selection) ([]transfer.Serving, error)
	OpenRejects(ctx context.Context, repositoryID, task string, d transfer.Direction, limit int) ([]*transfer.Item, error)
	Resends(ctx context.Context, repositoryID, task string, limit int) ([]transfer.Key, error)
	// RunItems are the entries of the ledger that a run has made, at most limit.
	RunItems(ctx context.Context, runID string, limit int) ([]*transfer.Item, error)
	// KnownResource tells whether the store has ever had a record of it, and the turn of the moment.
	KnownResource(ctx context.Context, resource string) (known bool, turn int64, err error)

	// Trees reads one page of masters with all their components, in the order of TreeSeq. After a page that is not full there
	// is nothing.
	Trees(ctx context.Context, q TreeQuery) ([]*transfer.Tree, error)
	// CountTrees counts what Trees would return over all pages, were nothing changed meanwhile, whatever NotOrigin says.
	CountTrees(ctx context.Context, q TreeQuery) (int64, error)
	// NextPage tells what a page of limit masters from Position on would hold; limit 0 = all.
	NextPage(ctx context.Context, q TreeQuery, limit int) (Page, error)
	// Overtaken are the masters that a page up to q.Upto does not hold because their trees changed while it was being said, although it should:
	// they hold a row in (Told, Upto] that does not come from NotOrigin.
	Overtaken(ctx context.Context, q TreeQuery) ([]transfer.Key, error)
	// Records reads records by key, without components, in any order; missing ones are left out.
	Records(ctx context.Context, keys []transfer.Key) ([]*transfer.Record, error)
	// TreesOf reads masters by key with their components; missing ones are left out.
	TreesOf(ctx context.Context, keys []transfer.Key) ([]*transfer.Tree, error)

	// Files are the upload fields of records with what became of their files.
	Files(ctx context.Context, keys []transfer.Key) ([]*transfer.StoredFile, error)

	// Await remembers what documents refer to and what is not here: when it comes, TreeSeq of the masters that led to it is raised,
	// so that whoever has those gets it. What has come meanwhile raises them at once. Of each record it remembers MaxAwaiting masters of
	// the selection that was sent.
	Await(ctx context.Context, sel transfer.Selection, awaited []transfer.Awaited) error

	// PeerRun makes the run of an exchange that a peer started, already Running and leased for ttl. With a request
	// id that the repository has used before it goes on with that run: also one that failed or was stopped, and one that
	// somebody is still at work on, who thereby loses the lease. The lease is nil where the run has ended well.
	//
	// With a position it ends what is still at work on other documents of the repository, which the sender has given up, and
	// remembers it. An earlier position of the same epoch than one before (see Tx.Heard) makes no run: PUSH_OUTDATED (KindStale).
	PeerRun(ctx context.Context, run transfer.Run, at transfer.Position, ttl time.Duration) (stored transfer.Run, lease *transfer.Lease, err error)
	// Renew keeps a lease for another ttl and tells whether somebody asked the run to stop. transfer.ErrLeaseLost
	// means that the run ended or belongs to somebody else.
	Renew(ctx context.Context, lease transfer.Lease, ttl time.Duration) (stop bool, err error)
}

// Standing is where this site and a repository stand.
type Standing struct {
	At      transfer.Position
	Cursors []transfer.Cursor           // by resource name
	Shown   map[string][]transfer.Shown // what it has seen of parts of resources; what it has seen of everything stands in the cursors
	Rejects bool                        // records of the repository that were pulled, or pushed here, are open rejects, of whatever task
	Resends bool                        // records of the task must be said to the repository again
}

// TreeQuery selects masters of a resource; pages come in the order of change numbers.
type TreeQuery struct {
	Resource    string
	After, Upto int64 // TreeSeq in (After, Upto]
	// Since, if set, adds to the selection the rows with TreeSeq in (0, After] whose modified_on is not before it.
	Since time.Time
	// Arrived, if set with Since, adds also the rows that arrived here not before Since (peers whose confirmed
	// change number is unknown: After is 0 then and Upto still bounds the selection).
	Arrived     bool
	WithDeleted bool
	NotOrigin   string // leave out trees in which every row changed after Told has this origin, unless they were raised for another reason
	// Told, with NotOrigin: up to it that one has got the changes of others, in whatever tree they are. Up to After it has got trees as they were
	// then: one that was raised later may hold what it has not got. 0 = After, negative = nothing.
	Told     int64
	Limit    int   // rows per page
	Offset   int   // only for the direct endpoint's start
	Position int64 // keyset: only rows with TreeSeq above it (0 = from the start)
}

// ToldUpto is the change number up to which a site has got all changes, by Told and After.
func (q TreeQuery) ToldUpto() int64 {
	if q.Told == 0 {
		return q.After
	}
	return max(min(q.Told, q.After), 0)
}

// Page is what a page of masters holds, known before it is read.
type Page struct {
	Masters int64
	End     int64 // TreeSeq of the last one; 0 = there is none
	More    bool  // masters follow
	// Whole: NotOrigin leaves nothing out of it. Without it the same masters are read in the order in which they are stored.
	Whole bool
}

// Reader reads what decisions depend on: in a write transaction, or ahead of it.
type Reader interface {
	// Same tells of each version whether the store has just that: the same content, time and place. It is a cheaper
	// question than Load.
	Same(ctx context.Context, versions []*transfer.Record) ([]bool, error)
	// Load reads the local versions of keys, without their bodies.
	Load(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error)
	// LoadWhole reads them with their bodies, for partial updates and for the ledger.
	LoadWhole(ctx context.Context, keys []transfer.Key) (map[transfer.Key]*transfer.Record, error)
	// TreesOf reads masters by key with their components, deleted ones too; missing ones are left out.
	TreesOf(ctx context.Context, keys []transfer.Key) ([]*transfer.Tree, error)
	// Seen tells what this site knows of versions whose content differs from the local one; the answer has the
	// order of the questions.
	Seen(ctx context.Context, repositoryID, rule string, questions []SeenQuestion) ([]policy.Seen, error)
}

// Tx is a write transaction on the store.
type Tx interface {
	Reader
	// Turn is the name of this transaction, and of the one before it, among all that write.
	Turn() (turn, before int64)
	// Since tells whether it is known which records were written to since that turn, and whether some of these were: whether
	// their versions, times or places are others now, or the ledger has come to tell of them. What is not known counts as written.
	Since(turn int64, keys []transfer.Key) (known, written bool)
	// Missing tells the transaction of records that are not here, so that it need not look for them.
	Missing(keys []transfer.Key)
	// Apply stores new versions and hands out their change numbers in the order given; the versions that they
	// replace go to the history. It raises TreeSeq of all ancestors, and of masters that await one of the records. It fills Seq,
	// TreeSeq, ArrivedOn, FirstSeq and FirstOrigin. The records must not be changed before the transaction ends.
	Apply(ctx context.Context, changes []*transfer.Record) error
	// Touch keeps a younger modification time without a new change number.
	Touch(ctx context.Context, records []*transfer.Record) error
	// Relink stores parent, alias and master flag of records whose content stays, and raises TreeSeq of them
	// and of their ancestors. They go out, but not to the repository that said so, if one did.
	Relink(ctx context.Context, repositoryID string, records []*transfer.Record) error

	// AddItems stores items of the ledger. A reject of the same record of the same repository, task and direction that is
	// still open is updated instead (attempts + 1) and keeps its id, which is filled in.
	AddItems(ctx context.Context, items []*transfer.Item) error
	// CloseRejects closes the open rejects of records that have arrived (or were accepted) by now.
	CloseRejects(ctx context.Context, repositoryID string, d transfer.Direction, keys []transfer.Key) error
	// Resend remembers records that must be said to the repository again; Resent forgets them.
	Resend(ctx context.Context, repositoryID, task string, keys []transfer.Key) error
	Resent(ctx context.Context, repositoryID, task string, keys []transfer.Key) error

	SaveCursor(ctx context.Context, c transfer.Cursor) error
	// Heard remembers how far the repository had got when it had stored what it now is known to have seen, unless that is
	// known. Documents that it wrote before are outdated. The zero position says nothing.
	Heard(ctx context.Context, repositoryID string, at transfer.Position) error
	// SaveShown remembers what the repository has seen of a part of a resource, whose cursor is saved as well; it never goes back. Only the
	// latest 8 selections per repository and resource stay.
	SaveShown(ctx context.Context, repositoryID, resource string, s transfer.Shown) error
	// AddServing remembers an answer to an Eden's pull; only the latest 16 per repository and resource stay.
	AddServing(ctx context.Context, repositoryID, resource string, sel transfer.Selection, s transfer.Serving) error
	// ConfirmServing drops the servings of a selection up to seq but the last one.
	ConfirmServing(ctx context.Context, repositoryID, resource string, sel transfer.Selection, seq int64) error
	// SavePart stores the state and counts of a part of a run (upsert by resource and direction) and raises the run's Seq. Like
	// SaveCursor, FinishRun and Audit it may be written only at the end of the transaction, which then fails if it does.
	SavePart(ctx context.Context, runID string, p transfer.Part) error
	// FinishRun ends a run and frees its lease. One that has ended already stays as it ended: RUN_ENDED (Precondition).
	FinishRun(ctx context.Context, runID string, end transfer.Ending) error
	// Audit writes a log entry through the outbox, in this transaction.
	Audit(ctx context.Context, e transfer.LogEntry) error
	// AddFiles remembers upload fields whose files are to be fetched from the repository after the commit.
	AddFiles(ctx context.Context, files []transfer.File) error
	// Clock is the change number at the moment, inside the transaction.
	Clock(ctx context.Context) (int64, error)
}

// SeenQuestion asks for one incoming version.
type SeenQuestion struct {
	Key          transfer.Key
	Hash         string // of the content as it would be stored
	ReceivedHash string // of the content as received
	ModifiedOn   time.Time
	// First: the local record is in its first version, or there is none. The history has nothing of it then.
	First bool
	// Unwanted: it is about to be skipped. Else it does not matter whether it was turned away earlier, when nobody had asked for it.
	Unwanted bool
}
