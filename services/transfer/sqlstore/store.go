// Package sqlstore keeps transfer's records, ledger, cursors and runs in SQLite or PostgreSQL. One SQL text
// serves both engines; what truly differs stands in dialect.go and in the two folders of migrations.
package sqlstore

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

//go:embed migrations
var embedded embed.FS

// Migrations holds the folders sqlite and postgres at its root.
var Migrations = migrations()

// VersionTable is where the migrations note what has been done.
const VersionTable = "transfer_version"

// Store implements engine.Store, and beside it what the service and its API need: runs and their leases, lists
// for people, the queue of files, and forgetting. It is safe for use by many goroutines and processes.
type Store struct {
	db      *sqldb.DB
	now     func() time.Time
	audited func()
	looks   atomic.Int64 // ahead
	waiting atomic.Int64 // write transactions that stand in line, with the one whose turn it is
	turns   *turns
	line    line
}

var (
	_ engine.Store = (*Store)(nil)
	_ engine.Tx    = (*tx)(nil)
)

// New makes a store on a database to which Migrations and the tables of auditlog have been applied. now is this
// site's clock; leases use the database's clock instead.
func New(db *sqldb.DB, now func() time.Time) *Store {
	return &Store{db: db, now: now, audited: func() {}, turns: newTurns()}
}

// OnAudit has f called after each commit that brought entries for the log. To be set before the store is used.
func (s *Store) OnAudit(f func()) { s.audited = f }

// Write is documented at engine.Store.
func (s *Store) Write(ctx context.Context, lease *transfer.Lease, fn func(engine.Tx) error) error {
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	r := newRequest(ctx, lease, fn)
	switch a := s.line.join(r); a.next {
	case leads:
		return s.lead(r)
	case alone:
		return s.writeAlone(r)
	default:
		return a.err
	}
}

// begin checks the lease, which nobody can take away from then on, and locks the change clock, which brings writers into a line.
func (s *Store) begin(ctx context.Context, q *shared, lease *transfer.Lease) (*tx, error) {
	t := &tx{
		reader: reader{q}, q: q, now: s.now(), turn: newTurn(), turns: s.turns, counts: map[string]*resourceDelta{}, absent: map[transfer.Key]bool{},
	}
	clock, err := lock(ctx, q.writer, lease, t.turn)
	if err != nil {
		return nil, fmt.Errorf("lock the change clock: %w", err)
	}
	t.first, t.last, t.before, t.awaits = clock.Last, clock.Last, clock.Before, clock.Awaits
	return t, nil
}

// locked is the change clock at the start of a transaction, and the name of the one before it.
type locked struct {
	Last, Before int64
	Awaits       bool
}

// lock takes one statement on PostgreSQL, which waits for the change clock only after it has the lease.
func lock(ctx context.Context, q writer, lease *transfer.Lease, turn int64) (clock locked, err error) {
	const update, answer = "UPDATE change_clock SET turn_before = turn, turn = ?", " RETURNING last, turn_before AS before, awaits"
	if lease != nil && q.Dialect() == sqldb.PostgreSQL {
		err = q.Get(ctx, &clock, "WITH held AS ("+renewText(q.Dialect())+" RETURNING id) "+
			update+" FROM held WHERE change_clock.id = 1"+answer, lease.RunID, lease.Generation, turn)
		if errors.Is(err, sqldb.ErrNotFound) {
			err = lost(*lease)
		}
		return clock, err
	}
	if lease != nil {
		if err := fence(ctx, q, *lease); err != nil {
			return clock, err
		}
	}
	err = q.Get(ctx, &clock, update+" WHERE id = 1"+answer, turn)
	return clock, err
}

// tx is what one writer does in a transaction. It belongs to one goroutine.
type tx struct {
	reader
	q           *shared
	now         time.Time // of all that is written
	first, last int64     // change clock at its start and at the moment
	turn        int64     // the name of this transaction
	before      int64     // and of the one before it
	turns       *turns
	wrote       []transfer.Key // records that were written to, or of which the ledger tells now; some may stand here twice
	audits      bool           // brings entries for the log
	counts      map[string]*resourceDelta
	notes       notes
	absent      map[transfer.Key]bool // records that are known not to be here: nobody else can write meanwhile
	awaits      bool                  // some records were awaited at its start
	awaitsAnew  bool                  // others may be now, or none
}

// Turn is documented at engine.Tx.
func (t *tx) Turn() (turn, before int64) { return t.turn, t.before }

// Since is documented at engine.Tx.
func (t *tx) Since(turn int64, keys []transfer.Key) (known, written bool) {
	if turn == t.before {
		return true, false
	}
	return t.turns.since(turn, t.before, keys)
}

// Missing is documented at engine.Tx.
func (t *tx) Missing(keys []transfer.Key) {
	for _, k := range keys {
		t.absent[k] = true
	}
}

// next hands out a change number.
func (t *tx) next() int64 {
	t.last++
	return t.last
}

// end writes the notes, with the change clock and the counts of the resources when it moved.
func (t *tx) end(ctx context.Context) error {
	if t.last > t.first {
		if err := t.settle(ctx); err != nil {
			return err
		}
		t.noteCounts()
		t.noteTime()
	}
	t.noteClock()
	return t.notes.write(ctx, t.q.writer)
}

// noteClock notes how far the clock has got. Mostly nothing is awaited, and later transactions need not look.
func (t *tx) noteClock() {
	var set []string
	var args []any
	if t.last > t.first {
		set, args = append(set, "last = ?"), append(args, t.last)
	}
	if t.awaitsAnew {
		set = append(set, "awaits = EXISTS (SELECT 1 FROM awaited)")
	}
	if len(set) > 0 {
		t.notes.put("the change clock", "UPDATE change_clock SET "+strings.Join(set, ", ")+" WHERE id = 1", args...)
	}
}

// markInterval is how finely clock_mark notes times: an export by time takes at most so much too much.
const markInterval = time.Minute

// noteTime notes where the clock stood before this transaction, once per interval.
func (t *tx) noteTime() {
	t.notes.put("the time of the change clock", `INSERT INTO clock_mark (noted_at, seq) VALUES (?, ?)
		ON CONFLICT (noted_at) DO UPDATE SET seq = CASE WHEN excluded.seq < clock_mark.seq THEN excluded.seq ELSE clock_mark.seq END`,
		sqldb.MicrosOf(t.now.Truncate(markInterval)), t.first)
}

// Clock is documented at engine.Tx.
func (t *tx) Clock(context.Context) (int64, error) { return t.last, nil }

// Clock is documented at engine.Store.
func (s *Store) Clock(ctx context.Context) (seq int64, err error) {
	if err := s.db.Get(ctx, &seq, "SELECT last FROM change_clock WHERE id = 1"); err != nil {
		return 0, fmt.Errorf("read the change clock: %w", err)
	}
	return seq, nil
}

// Waiting is documented at engine.Store.
func (s *Store) Waiting() bool { return s.waiting.Load() > 0 && s.turns.alone() }

// aheadInARow: SQLite's write-ahead log begins anew only behind a commit during which nobody reads. Where looking takes
// longer than storing that would never come, and the log would grow by all that an import writes.
const aheadInARow = 16

var errPause = errors.New("the write-ahead log needs a commit without readers")

// Ahead is documented at engine.Store.
func (s *Store) Ahead(ctx context.Context, fn func(engine.Reader) error) (turn int64, err error) {
	if s.db.Dialect() == sqldb.SQLite && s.looks.Add(1)%aheadInARow == 0 {
		return 0, errPause
	}
	if err := s.db.Get(ctx, &turn, "SELECT turn FROM change_clock WHERE id = 1"); err != nil {
		return 0, fmt.Errorf("read the turn of the change clock: %w", err)
	}
	return turn, fn(reader{s.db})
}

// Position is documented at engine.Store.
func (s *Store) Position(ctx context.Context) (at transfer.Position, err error) {
	if err := s.db.Get(ctx, &at, "SELECT epoch, last AS seq FROM change_clock WHERE id = 1"); err != nil {
		return at, fmt.Errorf("read the change clock: %w", err)
	}
	return at, nil
}

// NewEpoch begins another history of change numbers, so that cursors of the one before are refused.
func (s *Store) NewEpoch(ctx context.Context, e transfer.LogEntry) error {
	return s.Write(ctx, nil, func(x engine.Tx) error {
		t := x.(*tx)
		if _, err := t.q.Exec(ctx, "UPDATE change_clock SET epoch = ? WHERE id = 1", strings.ToLower(rand.Text())); err != nil {
			return fmt.Errorf("begin a new epoch: %w", err)
		}
		return t.Audit(ctx, e)
	})
}
