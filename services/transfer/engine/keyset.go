package engine

import (
	"hash/maphash"

	"github.com/edensync/edensync/services/transfer"
)

// keySet remembers records in eight bytes each. It may say yes wrongly (once in billions), never no wrongly;
// when it is full it says yes to everything.
type keySet struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
	limit  int
	full   bool
}

func newKeySet(limit int) *keySet {
	return &keySet{seed: maphash.MakeSeed(), hashes: map[uint64]struct{}{}, limit: limit}
}

func (s *keySet) hash(k transfer.Key) uint64 { return maphash.Comparable(s.seed, k) }

// add reports whether the key was new.
func (s *keySet) add(k transfer.Key) bool {
	h := s.hash(k)
	if _, ok := s.hashes[h]; ok {
		return false
	}
	if len(s.hashes) >= s.limit {
		s.full = true
		return true
	}
	s.hashes[h] = struct{}{}
	return true
}

// holds reports whether the key is surely known; it may say no wrongly when the set is full.
func (s *keySet) holds(k transfer.Key) bool {
	_, ok := s.hashes[s.hash(k)]
	return ok
}

// has reports whether the key may be known.
func (s *keySet) has(k transfer.Key) bool {
	_, ok := s.hashes[s.hash(k)]
	return ok || s.full
}

// recentSet remembers the latest records that it was told of, at least so many as its limit and at most twice as many.
type recentSet struct{ young, old *keySet }

func newRecentSet(limit int) *recentSet {
	return &recentSet{young: newKeySet(limit), old: newKeySet(limit)}
}

func (s *recentSet) add(k transfer.Key) {
	if s.young.add(k); s.young.full {
		s.young, s.old = newKeySet(s.young.limit), s.young
		s.young.add(k)
	}
}

func (s *recentSet) holds(k transfer.Key) bool { return s.young.holds(k) || s.old.holds(k) }
