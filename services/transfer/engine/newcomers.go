package engine

import (
	"context"
	"hash/maphash"
	"sync/atomic"

	"github.com/edensync/edensync/services/transfer"
)

// newcomers tells which records of an exchange cannot be here yet, so that a first load need not look for them: the store
// had nothing of their resource when the first one came, and since then nobody has written but the exchange itself, which
// remembers what came. It never takes a record for new that may be here.
//
// It is there for large exchanges: one whose first batch is not full does without.
type newcomers struct {
	begun  bool
	off    atomic.Bool     // others write, or it does not pay
	virgin map[string]bool // by resource: the store had nothing of it
	came   *keyFilter      // of virgin resources; nil = there is none
	turn   int64           // of the last transaction before the exchange, or of the last one that is its own
}

// mark notes which rows of the batch are new. To be called for every batch, in their order, before the next one.
func (n *newcomers) mark(ctx context.Context, store Store, b *batch) error {
	if !n.begun {
		n.begun, n.virgin = true, map[string]bool{}
		n.off.Store(!b.full)
	}
	if n.off.Load() {
		return nil
	}
	b.novel = make([]bool, len(b.rows))
	for i := range b.rows {
		virgin, err := n.untouched(ctx, store, b.rows[i].rec.Resource)
		if err != nil {
			return err
		}
		b.novel[i] = virgin && !n.came.mayHold(b.rows[i].rec.Key)
	}
	for i := range b.rows { // only now: a record that comes twice in one batch is as new the second time
		if n.virgin[b.rows[i].rec.Resource] {
			n.came.add(b.rows[i].rec.Key)
		}
	}
	return nil
}

// untouched asks once for each resource, before any record of it is stored.
func (n *newcomers) untouched(ctx context.Context, store Store, resource string) (bool, error) {
	if virgin, asked := n.virgin[resource]; asked {
		return virgin, nil
	}
	known, turn, err := store.KnownResource(ctx, resource)
	if len(n.virgin) == 0 {
		n.turn = turn
	}
	if !known && n.came == nil {
		n.came = newKeyFilter()
	}
	n.virgin[resource] = !known
	return !known, err
}

// hold tells whether what mark said is still true inside a transaction that follows the turn before.
func (n *newcomers) hold(before int64) bool {
	if before != n.turn {
		n.off.Store(true)
	}
	return !n.off.Load()
}

// wrote notes a transaction of the exchange that was committed.
func (n *newcomers) wrote(turn, before int64) {
	n.hold(before)
	n.turn = turn
}

// keyFilter is a Bloom filter of records, of 1 MiB: of a million records that it does not hold it takes 20,000 for ones that
// it may hold. Each record has its four bits in one block, so that it costs one access to memory.
type keyFilter struct {
	seed   maphash.Seed
	blocks [1 << 14][8]uint64
}

func newKeyFilter() *keyFilter { return &keyFilter{seed: maphash.MakeSeed()} }

// place is the block of a key, and the rest of its hash, which names the bits.
func (f *keyFilter) place(k transfer.Key) (block *[8]uint64, rest uint64) {
	h := maphash.Comparable(f.seed, k)
	return &f.blocks[h>>50], h
}

func (f *keyFilter) add(k transfer.Key) {
	block, h := f.place(k)
	for range 4 {
		block[h&7] |= 1 << (h >> 3 & 63)
		h >>= 9
	}
}

func (f *keyFilter) mayHold(k transfer.Key) bool {
	block, h := f.place(k)
	for range 4 {
		if block[h&7]&(1<<(h>>3&63)) == 0 {
			return false
		}
		h >>= 9
	}
	return true
}
