package policy_test

import (
	"strings"
	"time"

	"github.com/edensync/edensync/services/transfer/policy"
)

func day(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, time.UTC) }

// edenCase is a situation that was played through with a real Eden.
type edenCase struct {
	local, incoming     time.Time
	here                bool
	localGone, comeGone bool
	localChanged        bool
	seen                policy.Seen
}

// edenCases translates the recorded cases into what edensync looks at: change numbers instead of clocks.
var edenCases = map[string]edenCase{
	"L20 unchanged, R22 newer":           {local: day(20, 12), incoming: day(22, 12), here: true},
	"L22 changed,  R21-09 older<T0":      {local: day(22, 12), incoming: day(21, 9), here: true, localChanged: true, seen: policy.HeldBefore},
	"L20 < R21-09, both < T0":            {local: day(20, 12), incoming: day(21, 9), here: true},
	"conflict, remote newer":             {local: day(22, 10), incoming: day(22, 14), here: true, localChanged: true},
	"conflict, local newer":              {local: day(22, 14), incoming: day(22, 10), here: true, localChanged: true},
	"conflict, same mtime":               {local: day(22, 12), incoming: day(22, 12), here: true, localChanged: true},
	"new record":                         {incoming: day(22, 12)},
	"delete, L20, R22":                   {local: day(20, 12), incoming: day(22, 12), here: true, comeGone: true},
	"delete, conflict, remote newer":     {local: day(22, 10), incoming: day(22, 14), here: true, comeGone: true, localChanged: true},
	"delete, conflict, local newer":      {local: day(22, 14), incoming: day(22, 10), here: true, comeGone: true, localChanged: true},
	"local deleted L20, R22 live":        {local: day(20, 12), incoming: day(22, 12), here: true, localGone: true},
	"local deleted, conflict, rem newer": {local: day(22, 10), incoming: day(22, 14), here: true, localGone: true, localChanged: true},
	"local deleted, conflict, loc newer": {local: day(22, 14), incoming: day(22, 10), here: true, localGone: true, localChanged: true},
}

func (c edenCase) decide(r policy.Rule, rmci, lmci int) (policy.Decision, string) {
	s := policy.Situation{
		Rule: r, Incoming: policy.Version{ModifiedOn: c.incoming, MCI: rmci, Hash: "r"}, LocalChanged: c.localChanged, Seen: c.seen,
		HasMCI: true, FromOrigin: lmci > 0 && !c.localChanged,
	}
	if c.comeGone {
		s.Incoming = gone(s.Incoming)
	}
	if c.here {
		s.Local = &policy.Version{ModifiedOn: c.local, MCI: lmci, Hash: "l"}
		if c.localGone {
			*s.Local = gone(*s.Local)
		}
	}
	d := policy.Decide(s)
	return d, c.result(d)
}

// result is the record after the decision in the words of the recordings: state, whose data, whose time.
func (c edenCase) result(d policy.Decision) string {
	switch {
	case !d.Take && !c.here:
		return "absent"
	case !d.Take && c.localGone:
		return "deleted/local/mtime=L"
	case !d.Take:
		return "live/local/mtime=L"
	case c.comeGone:
		return "deleted/local/mtime=R"
	default:
		return "live/REMOTE/mtime=R"
	}
}

// differences are all the reasons why edensync deliberately ends otherwise than an Eden, as docs/compatibility.md
// explains them. The first that applies is written behind the row.
var differences = []struct {
	why     string
	applies func(r policy.Rule, c edenCase, d policy.Decision, eden, ours string) bool
	kind    exchangeKind // only there; zero = everywhere
}{
	{"Eden dates an imported deletion now; edensync keeps the transmitted time", func(_ policy.Rule, _ edenCase, _ policy.Decision, eden, ours string) bool {
		return eden == "deleted/local/mtime=now" && ours == "deleted/local/mtime=R"
	}, 0},
	{"Eden changes the clock of a version that it keeps; edensync does not", func(_ policy.Rule, _ edenCase, _ policy.Decision, eden, ours string) bool {
		return eden == "live/local/mtime=R" && ours == "live/local/mtime=L"
	}, 0},
	{"Eden undeletes what it means to keep; edensync keeps deletions, too", func(_ policy.Rule, c edenCase, _ policy.Decision, eden, ours string) bool {
		return c.localGone && strings.HasPrefix(eden, "live/local") && ours == "deleted/local/mtime=L"
	}, 0},
	{"a push under update THIS or OTHER: Eden detects no conflicts in it; edensync does, and the conflict policy decides", func(r policy.Rule, _ edenCase, d policy.Decision, _, _ string) bool {
		return d.Outcome == policy.Conflict && (r.Update == policy.This || r.Update == policy.Other) && r.Update != r.Conflict
	}, pushedWithTask},
	{"a push without a task: Eden decides by NEWER; edensync sees the conflict, and MASTER protects what was made here and refuses copies", func(_ policy.Rule, _ edenCase, d policy.Decision, _, _ string) bool {
		return d.Outcome == policy.Conflict && !d.Take
	}, pushed},
	{"a push without a task: Eden decides by NEWER; edensync sees the conflict, and MASTER takes it from the originator, whatever the clocks say", func(_ policy.Rule, _ edenCase, d policy.Decision, eden, _ string) bool {
		return d.Outcome == policy.Conflict && d.Take && strings.HasSuffix(eden, "=L")
	}, pushed},
	{"a conflict is decided by the conflict policy alone; in Eden the update policy may veto it", func(r policy.Rule, _ edenCase, d policy.Decision, _, ours string) bool {
		return d.Outcome == policy.Conflict && d.Take && r.Update != r.Conflict
	}, 0},
	{"MASTER as conflict policy never overwrites what was made here, and takes only from the originator", func(r policy.Rule, _ edenCase, d policy.Decision, _, ours string) bool {
		return d.Outcome == policy.Conflict && !d.Take && r.Conflict == policy.Master
	}, 0},
	{"equal times: the copy nearer to the originator wins, then the content; in Eden the sender", func(r policy.Rule, c edenCase, d policy.Decision, _, _ string) bool {
		return d.Outcome == policy.Conflict && r.Conflict == policy.Newer && c.local.Equal(c.incoming)
	}, 0},
	{"a version that this site had before is not new, whatever the clocks say", func(_ policy.Rule, c edenCase, d policy.Decision, _, _ string) bool {
		return c.seen == policy.HeldBefore && d.Reason == policy.AlreadyDelivered
	}, 0},
}
