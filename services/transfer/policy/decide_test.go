package policy_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/services/transfer/policy"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// at makes a version that was changed some hours after noon.
func at(hours int, mci int, hash string) policy.Version {
	return policy.Version{ModifiedOn: noon.Add(time.Duration(hours) * time.Hour), MCI: mci, Hash: hash}
}

func gone(v policy.Version) policy.Version {
	v.Deleted, v.Hash = true, "deleted"
	return v
}

func rule(update, conflict policy.Policy) policy.Rule {
	return policy.Rule{Strategy: policy.All, Update: update, Conflict: conflict}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	old, young := at(0, 1, "old"), at(1, 1, "young")
	for name, c := range map[string]struct {
		s    policy.Situation
		want policy.Decision
	}{
		"same content, incoming younger: only the time is kept": {
			policy.Situation{Rule: rule(policy.This, policy.This), Local: ptr(at(0, 0, "x")), Incoming: at(1, 1, "x")},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.SameContent, Touch: true},
		},
		"same content, incoming older: nothing moves": {
			policy.Situation{Rule: rule(policy.Other, policy.Other), Local: ptr(at(1, 0, "x")), Incoming: at(0, 1, "x")},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.SameContent},
		},
		"deletion of a record that was never here": {
			policy.Situation{Rule: rule(policy.Newer, policy.Newer), Incoming: gone(young)},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.NotHere},
		},
		"decided before under the same rule": {
			policy.Situation{Rule: rule(policy.Other, policy.Other), Local: &old, Incoming: young, Seen: policy.DecidedBefore},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.AlreadyDelivered},
		},
		"held before: the remote is only behind": {
			policy.Situation{Rule: rule(policy.Newer, policy.Newer), Local: &old, Incoming: young, Seen: policy.HeldBefore, LocalChanged: true},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.AlreadyDelivered},
		},
		"held before, but the remote is the authority": {
			policy.Situation{Rule: rule(policy.Other, policy.This), Local: &young, Incoming: old, Seen: policy.HeldBefore, LocalChanged: true},
			policy.Decision{Outcome: policy.Updated, Reason: policy.PolicyOther, Take: true},
		},
		"held before by somebody else's hand, and now the originator's last word": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(0, 1, "x")), Incoming: gone(at(1, 1, "")), Seen: policy.HeldBefore, HasMCI: true},
			policy.Decision{Outcome: policy.Deleted, Reason: policy.FromMaster, Take: true},
		},
		"held before, and older than what is here: an old document again": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(1, 1, "x")), Incoming: at(0, 1, "y"), Seen: policy.HeldBefore, HasMCI: true},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.AlreadyDelivered},
		},
		"held before by this site's own hand, older than what is here, and the originator comes to it by itself": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(1, 1, "x")), Incoming: at(0, 1, "y"), Seen: policy.HeldApart, HasMCI: true},
			policy.Decision{Outcome: policy.Updated, Reason: policy.FromMaster, Take: true},
		},
		"the same, but both sides changed it": {
			policy.Situation{Rule: rule(policy.Master, policy.Newer), Local: ptr(at(1, 1, "x")), Incoming: at(0, 1, "y"), Seen: policy.HeldApart, LocalChanged: true},
			policy.Decision{Outcome: policy.Conflict, Reason: policy.LocalNewer},
		},
		"the same from a copy: the sender is only behind": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(1, 1, "x")), Incoming: at(0, 2, "y"), Seen: policy.HeldApart, HasMCI: true},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.AlreadyDelivered},
		},
		"the same under NEWER: the sender is only behind": {
			policy.Situation{Rule: rule(policy.Newer, policy.Newer), Local: ptr(at(1, 1, "x")), Incoming: at(0, 1, "y"), Seen: policy.HeldApart, LocalChanged: true},
			policy.Decision{Outcome: policy.Unchanged, Reason: policy.AlreadyDelivered},
		},
		"update not in the strategy": {
			policy.Situation{Rule: policy.Rule{Strategy: policy.Create | policy.Delete, Update: policy.Other, Conflict: policy.Other}, Local: &old, Incoming: young},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.NotInStrategy},
		},
		"merge not in the strategy although delete is": {
			policy.Situation{Rule: policy.Rule{Strategy: policy.Delete, Update: policy.Other}, Local: &old, Incoming: policy.Version{Deleted: true, ReplacedBy: "b", Hash: "m"}},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.NotInStrategy},
		},
		"create not in the strategy": {
			policy.Situation{Rule: policy.Rule{Strategy: policy.Update, Update: policy.Newer}, Incoming: young},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.NotInStrategy},
		},
		"new record": {
			policy.Situation{Rule: rule(policy.This, policy.This), Incoming: young},
			policy.Decision{Outcome: policy.Created, Reason: policy.NewRecord, Take: true},
		},
		"MASTER takes a new record from its originator": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Incoming: at(0, 1, "x")},
			policy.Decision{Outcome: policy.Created, Reason: policy.NewRecord, Take: true},
		},
		"MASTER skips a copy (Eden crashes)": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Incoming: at(0, 2, "x")},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.NotFromMaster},
		},
		"conflict: the conflict policy alone decides, update THIS does not veto": {
			policy.Situation{Rule: rule(policy.This, policy.Other), Local: &young, Incoming: at(0, 1, "new"), LocalChanged: true},
			policy.Decision{Outcome: policy.Conflict, Reason: policy.PolicyOther, Take: true},
		},
		"conflict: THIS keeps although update is OTHER": {
			policy.Situation{Rule: rule(policy.Other, policy.This), Local: &old, Incoming: young, LocalChanged: true},
			policy.Decision{Outcome: policy.Conflict, Reason: policy.PolicyThis},
		},
		"conflict: MASTER never overwrites what was made here": {
			policy.Situation{Rule: rule(policy.Newer, policy.Master), Local: ptr(at(0, 0, "mine")), Incoming: at(1, 1, "theirs"), LocalChanged: true},
			policy.Decision{Outcome: policy.Conflict, Reason: policy.NotFromMaster},
		},
		"only the remote changed: NEWER takes the younger": {
			policy.Situation{Rule: rule(policy.Newer, policy.This), Local: &old, Incoming: young},
			policy.Decision{Outcome: policy.Updated, Reason: policy.IncomingNewer, Take: true},
		},
		"only the remote changed, but by an older clock: NEWER keeps": {
			policy.Situation{Rule: rule(policy.Newer, policy.Other), Local: &young, Incoming: old},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.LocalNewer},
		},
		"deletion is an ordinary change": {
			policy.Situation{Rule: rule(policy.Newer, policy.Newer), Local: &old, Incoming: gone(young), HasMCI: true},
			policy.Decision{Outcome: policy.Deleted, Reason: policy.IncomingNewer, Take: true},
		},
		"undeletion is an ordinary change": {
			policy.Situation{Rule: rule(policy.Newer, policy.Newer), Local: ptr(gone(old)), Incoming: young},
			policy.Decision{Outcome: policy.Updated, Reason: policy.IncomingNewer, Take: true},
		},
		"THIS keeps deletions, too (Eden undeletes)": {
			policy.Situation{Rule: rule(policy.This, policy.This), Local: ptr(gone(old)), Incoming: young},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.PolicyThis},
		},
		"a deletion without mci from where the record came from counts as the master's": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(0, 1, "x")), Incoming: gone(at(1, 2, "")), FromOrigin: true},
			policy.Decision{Outcome: policy.Deleted, Reason: policy.FromMaster, Take: true},
		},
		"from elsewhere it does not": {
			policy.Situation{Rule: rule(policy.Master, policy.Master), Local: ptr(at(0, 1, "x")), Incoming: gone(at(1, 2, ""))},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.NotFromMaster},
		},
		"an unknown policy keeps": {
			policy.Situation{Rule: rule("ALWAYS", "ALWAYS"), Local: &old, Incoming: young},
			policy.Decision{Outcome: policy.Skipped, Reason: policy.PolicyThis},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := policy.Decide(c.s); got != c.want {
				t.Errorf("Decide(%+v)\n got %+v\nwant %+v", c.s, got, c.want)
			}
		})
	}
}

func ptr(v policy.Version) *policy.Version { return &v }

func drawVersion(t *rapid.T, label string) policy.Version {
	v := at(rapid.IntRange(0, 2).Draw(t, label+"Hour"), rapid.IntRange(0, 3).Draw(t, label+"MCI"), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, label+"Hash"))
	if rapid.Bool().Draw(t, label+"Deleted") {
		v = gone(v)
	}
	return v
}

// Two sites that changed the same record and show each other their versions must end with the same one, whoever is
// asked first, under NEWER; under MASTER the originator never loses its own version.
func TestConflictsAreDecidedAlikeFromBothSides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawVersion(t, "a"), drawVersion(t, "b")
		p := rapid.SampledFrom([]policy.Policy{policy.Newer, policy.Master}).Draw(t, "policy")
		takesB := seenFrom(a, b, p)
		takesA := seenFrom(b, a, p)
		same := a.Hash == b.Hash && a.Deleted == b.Deleted
		if p == policy.Newer && !same && takesA == takesB {
			t.Fatalf("NEWER: a takes b: %v, b takes a: %v; the sites swap or stay apart\na %+v\nb %+v", takesB, takesA, a, b)
		}
		if p == policy.Master && (a.MCI == 0 && takesB || b.MCI == 0 && takesA) {
			t.Fatalf("MASTER: the originator's version was overwritten\na %+v\nb %+v", a, b)
		}
	})
}

// seenFrom tells whether the site with the local version takes the other one, as it comes over the wire.
func seenFrom(local, other policy.Version, p policy.Policy) bool {
	other.MCI++
	return policy.Decide(policy.Situation{Rule: rule(p, p), Local: &local, Incoming: other, LocalChanged: true, HasMCI: true}).Take
}

// naive is the table of docs/compatibility.md written down a second time, as plainly as possible.
func naive(s policy.Situation) (policy.Outcome, bool) {
	in := s.Incoming
	if in.Deleted && !s.HasMCI && s.FromOrigin {
		in.MCI = 1
	}
	if s.Local == nil {
		held := s.Seen == policy.HeldBefore || s.Seen == policy.HeldApart
		if in.Deleted || s.Seen == policy.DecidedBefore || held && s.Rule.Update != policy.Other {
			return policy.Unchanged, false
		}
		if s.Rule.Strategy&policy.Create == 0 || s.Rule.Update == policy.Master && in.MCI != 1 {
			return policy.Skipped, false
		}
		return policy.Created, true
	}
	if s.Local.Hash == in.Hash && s.Local.Deleted == in.Deleted {
		return policy.Unchanged, false
	}
	originator := s.Rule.Update == policy.Master && s.Local.MCI != 0 && in.MCI == 1
	news := s.Seen == policy.New || originator && (s.Seen == policy.HeldApart || in.ModifiedOn.After(s.Local.ModifiedOn))
	if s.Seen == policy.DecidedBefore || !news && s.Rule.Update != policy.Other {
		return policy.Unchanged, false
	}
	needs := policy.Update
	if in.Deleted {
		needs = policy.Delete
		if in.ReplacedBy != "" {
			needs = policy.Merge
		}
	}
	if s.Rule.Strategy&needs == 0 {
		return policy.Skipped, false
	}
	both := s.LocalChanged && news
	chosen := s.Rule.Update
	if both {
		chosen = s.Rule.Conflict
	}
	var take bool
	switch chosen {
	case policy.This:
	case policy.Other:
		take = true
	case policy.Master:
		take = s.Local.MCI != 0 && in.MCI == 1
	case policy.Newer:
		mine := [3]any{s.Local.ModifiedOn.Unix(), -s.Local.MCI, s.Local.Hash}
		theirs := [3]any{in.ModifiedOn.Unix(), -(in.MCI - 1), in.Hash}
		take = theirs[0].(int64) > mine[0].(int64) ||
			theirs[0] == mine[0] && (theirs[1].(int) > mine[1].(int) || theirs[1] == mine[1] && theirs[2].(string) < mine[2].(string))
	}
	switch {
	case both:
		return policy.Conflict, take
	case !take:
		return policy.Skipped, false
	case in.Deleted:
		return policy.Deleted, true
	default:
		return policy.Updated, true
	}
}

func TestDecideAgreesWithTheTable(t *testing.T) {
	t.Parallel()
	policies := []policy.Policy{policy.This, policy.Other, policy.Newer, policy.Master, "UNKNOWN"}
	rapid.Check(t, func(t *rapid.T) {
		s := policy.Situation{
			Rule: policy.Rule{
				Strategy: policy.Strategy(rapid.IntRange(0, 15).Draw(t, "strategy")),
				Update:   rapid.SampledFrom(policies).Draw(t, "update"), Conflict: rapid.SampledFrom(policies).Draw(t, "conflict"),
			},
			Incoming: drawVersion(t, "in"), LocalChanged: rapid.Bool().Draw(t, "localChanged"),
			Seen:       rapid.SampledFrom([]policy.Seen{policy.New, policy.HeldBefore, policy.HeldApart, policy.DecidedBefore}).Draw(t, "seen"),
			FromOrigin: rapid.Bool().Draw(t, "fromOrigin"), HasMCI: rapid.Bool().Draw(t, "hasMCI"),
		}
		if rapid.Bool().Draw(t, "here") {
			s.Local = ptr(drawVersion(t, "local"))
		}
		outcome, take := naive(s)
		got := policy.Decide(s)
		if got.Outcome != outcome || got.Take != take {
			t.Fatalf("Decide(%+v) = %+v, the table says %s, take %v", s, got, outcome, take)
		}
		if got.Reason == "" || got.Take && got.Touch {
			t.Fatalf("Decide(%+v) = %+v has no reason or touches what it takes", s, got)
		}
	})
}

func TestStrategy(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"create,update,delete,merge": "create,update,delete,merge",
		" Merge , create ":           "create,merge",
		"":                           "",
	} {
		s, err := policy.ParseStrategy(list)
		if err != nil || s.String() != want {
			t.Errorf("ParseStrategy(%q) = %q, %v; want %q", list, s, err, want)
		}
	}
	if _, err := policy.ParseStrategy("create,replace"); err == nil {
		t.Error("an unknown method was accepted")
	}
}

func TestInverted(t *testing.T) {
	t.Parallel()
	r := policy.Rule{Strategy: policy.Create, Update: policy.This, Conflict: policy.Master}
	if got := r.Inverted(); got != (policy.Rule{Strategy: policy.Create, Update: policy.Other, Conflict: policy.Master}) {
		t.Errorf("inverted %v to %v", r, got)
	}
	if r.Inverted().Inverted() != r {
		t.Error("inverting twice is not the same rule")
	}
}
