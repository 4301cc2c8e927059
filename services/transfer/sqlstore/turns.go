package sqlstore

import (
	"hash/maphash"
	"math/rand/v2"
	"sync"

	"github.com/edensync/edensync/services/transfer"
)

// newTurn is a name for a transaction, which no other one has.
func newTurn() int64 { return 1 + rand.Int64N(1<<62) } //nolint:gosec // a name needs no secrecy, and an older version can still count on

// maxRemembered is about how many records turns remembers at least, once so many were written: some 300 KiB for each of the two
// tables.
const maxRemembered = 8192

// turns remembers which records the last transactions of this process wrote to, as long as they came in a row: with one of another
// process between them it begins anew. By it a look that is older than the last transactions can be told from one that they
// have overtaken. It errs on the safe side: what it does not know for certain may have been written to.
type turns struct {
	mu             sync.Mutex
	seed           maphash.Seed
	last           int64 // the turn that was noted last
	place          int64 // of it, in the row
	inARow         bool  // it followed the one that was noted before it
	recent, before remembered
}

// remembered is a part of the row.
type remembered struct {
	turns map[int64]int64  // their places
	keys  map[uint64]int64 // by the hash of a record, the last place at which it was written to
}

func newTurns() *turns { return &turns{seed: maphash.MakeSeed()} }

// note is called inside a transaction, before its commit and so in the order of the line. One that is rolled back afterwards breaks
// the row: nobody follows it.
func (t *turns) note(turn, before int64, keys []transfer.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inARow = before == t.last; !t.inARow {
		t.place, t.recent, t.before = 0, remembered{}, remembered{}
		t.recent.add(before, 0)
	}
	if len(t.recent.turns)+len(t.recent.keys)+len(keys) > maxRemembered {
		t.recent, t.before = remembered{}, t.recent
	}
	t.place++
	t.last = turn
	t.recent.add(turn, t.place)
	for i := range keys {
		t.recent.keys[maphash.Comparable(t.seed, keys[i])] = t.place
	}
}

func (r *remembered) add(turn, place int64) {
	if r.turns == nil {
		r.turns, r.keys = map[int64]int64{}, map[uint64]int64{}
	}
	r.turns[turn] = place
}

// since tells, inside the transaction that follows the turn before, whether it is known what was written since a turn, and whether
// keys were.
func (t *turns) since(turn, before int64, keys []transfer.Key) (known, written bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before != t.last {
		return false, true
	}
	place, known := t.recent.turns[turn]
	if !known {
		place, known = t.before.turns[turn]
	}
	if !known {
		return false, true
	}
	for i := range keys {
		if h := maphash.Comparable(t.seed, keys[i]); t.recent.keys[h] > place || t.before.keys[h] > place {
			return true, true
		}
	}
	return true, false
}

// alone tells whether the last transactions were all of this process, as far as it knows.
func (t *turns) alone() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.inARow
}
