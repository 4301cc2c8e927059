package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/services/transfer/policy"
)

// holder is one of two sites that exchange one record: what it has, what it had, and what it decided.
type holder struct {
	version *policy.Version
	changed bool                 // since the other site saw it
	own     bool                 // made here
	held    map[string]time.Time // contents that were here from the other site, with the youngest time
	made    map[string]time.Time // the same of those made here
	refused map[string]time.Time // contents that were decided against
}

func newHolder() *holder {
	return &holder{held: map[string]time.Time{}, made: map[string]time.Time{}, refused: map[string]time.Time{}}
}

func know(m map[string]time.Time, v policy.Version) {
	if !v.ModifiedOn.Before(m[v.Hash]) {
		m[v.Hash] = v.ModifiedOn
	}
}

func knows(m map[string]time.Time, v policy.Version) bool {
	known, ok := m[v.Hash]
	return ok && !known.Before(v.ModifiedOn)
}

// put replaces the version; what was there before counts as held.
func (h *holder) put(v policy.Version, changed bool) {
	if h.version != nil {
		past := h.held
		if h.own {
			past = h.made
		}
		know(past, *h.version)
		v.MCI = h.version.MCI
	}
	h.version, h.changed, h.own = &v, changed, changed
}

// edit is a change by people here, by a clock that may be wrong but is never older than what it replaces.
func (h *holder) edit(clock time.Time, hash string, deleted bool) {
	v := policy.Version{ModifiedOn: clock, Hash: hash}
	if deleted && h.version == nil {
		return
	}
	if h.version != nil && !clock.After(h.version.ModifiedOn) {
		v.ModifiedOn = h.version.ModifiedOn.Add(time.Second)
	}
	if deleted {
		v = vanished(v)
	}
	if h.version == nil || h.version.Hash != v.Hash {
		h.put(v, true)
	}
}

// tell shows the version of h to the other site.
func (h *holder) tell(to *holder, r policy.Rule) {
	if h.version == nil {
		return
	}
	in := *h.version
	in.MCI++
	s := policy.Situation{Rule: r, Local: to.version, Incoming: in, LocalChanged: to.changed, HasMCI: true}
	switch {
	case knows(to.refused, in):
		s.Seen = policy.DecidedBefore
	case knows(to.held, in), in.ModifiedOn.Equal(to.made[in.Hash]):
		s.Seen = policy.HeldBefore
	case knows(to.made, in):
		s.Seen = policy.HeldApart
	}
	switch d := policy.Decide(s); {
	case d.Take:
		to.put(in, false)
	case d.Touch:
		to.version.ModifiedOn = in.ModifiedOn
	case d.Outcome == policy.Skipped || d.Outcome == policy.Conflict:
		know(to.refused, in)
	}
	h.changed = false
}

func (h *holder) String() string {
	if h.version == nil {
		return "nothing"
	}
	return fmt.Sprintf("%s of %s", h.version.Hash, h.version.ModifiedOn.Format(time.TimeOnly))
}

// action is one step of a history: an edit at one of the sites, or an exchange in both directions.
type action struct {
	exchange, deleted, second bool
	clock                     time.Time
	hash                      string
}

func drawActions(t *rapid.T) []action {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
		return action{
			exchange: rapid.IntRange(0, 2).Draw(t, "kind") == 0, deleted: rapid.IntRange(0, 4).Draw(t, "delete") == 0,
			second: rapid.Bool().Draw(t, "site"), clock: noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "clock")) * time.Second),
			hash: rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(t, "content"),
		}
	}), 1, 12).Draw(t, "actions")
}

// play lets two sites live through a history; with swap, every exchange goes the other way round.
func play(actions []action, r policy.Rule, swap bool) (a, b *holder) {
	a, b = newHolder(), newHolder()
	both := func() {
		first, second := a, b
		if swap {
			first, second = b, a
		}
		first.tell(second, r)
		second.tell(first, r)
	}
	for _, step := range actions {
		switch {
		case step.exchange:
			both()
		case step.second:
			b.edit(step.clock, step.hash, step.deleted)
		default:
			a.edit(step.clock, step.hash, step.deleted)
		}
	}
	both()
	return a, b
}

// equal leaves a record that was deleted and one that never came to a site the same.
func equal(a, b *holder) bool {
	missing := func(h *holder) bool { return h.version == nil || h.version.Deleted }
	return missing(a) && missing(b) || !missing(a) && !missing(b) && a.version.Hash == b.version.Hash
}

// Two sites that exchange in either order end equal under NEWER, and with the same version.
func TestNewerEndsEqualInEitherOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		actions := drawActions(t)
		r := rule(policy.Newer, policy.Newer)
		a, b := play(actions, r, false)
		c, d := play(actions, r, true)
		if !equal(a, b) || !equal(c, d) || !equal(a, c) {
			t.Fatalf("a first: %s and %s; b first: %s and %s", a, b, c, d)
		}
	})
}

// Under MASTER the site where the record was made is never overruled, and its next edit makes both equal, in either
// order, whatever the clocks say and also if the other site had the same content before by its own hand: what it did in
// between waits in its ledger.
func TestMasterEndsWithTheOriginatorInEitherOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		made := action{clock: noon, hash: "made"}
		history := append([]action{made, {exchange: true}}, drawActions(t)...)
		last := action{
			clock: noon.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "last clock")) * time.Second), deleted: rapid.Bool().Draw(t, "gone"),
			hash: rapid.SampledFrom([]string{"1", "2", "3", "4", "last word"}).Draw(t, "last content"),
		}
		r := rule(policy.Master, policy.Master)
		for _, swap := range []bool{false, true} {
			before, copied := play(history, r, swap)
			a, b := play(append(slices.Clone(history), last), r, swap)
			if before.version.ModifiedOn.Equal(a.version.ModifiedOn) || copied.made[a.version.Hash].Equal(a.version.ModifiedOn) {
				continue // it said the same once more, or what looks like a version of the other site
			}
			if !equal(a, b) {
				t.Fatalf("swap %v: the originator has %s, the other site %s", swap, a, b)
			}
			if said := vanished(policy.Version{}).Hash; last.deleted && a.version.Hash != said || !last.deleted && a.version.Hash != last.hash {
				t.Fatalf("swap %v: the originator was overruled: it has %s", swap, a)
			}
		}
	})
}
