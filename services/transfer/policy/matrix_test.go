package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/policy"
)

// matrixCase is what change numbers and clocks say of one exchange.
type matrixCase struct {
	name         string
	localChanged bool
	seen         policy.Seen
	incoming     time.Duration // its time minus that of the local version
	about        string
}

var matrixCases = []matrixCase{
	{"P", false, policy.New, time.Hour, "only the remote changed, and its clock says so"},
	{"p", false, policy.New, -time.Hour, "only the remote changed, but its clock says that our version is younger (late arrival, skew)"},
	{"e", false, policy.New, 0, "only the remote changed; equal times"},
	{"Q", true, policy.New, time.Hour, "both changed, the remote's version is younger"},
	{"E", true, policy.New, 0, "both changed, equal times"},
	{"N", true, policy.New, -time.Hour, "both changed, ours is younger"},
	{"K", true, policy.HeldBefore, -time.Hour, "only this site changed: what comes was here before"},
	{"O", false, policy.New, 36 * time.Hour, "neither changed since the last exchange, yet the remote's version is unknown and younger"},
	{"H", false, policy.HeldBefore, time.Hour, "the remote is behind: what comes was here before, with a younger time"},
	{"A", true, policy.HeldApart, -time.Hour, "only this site changed, but the content that comes was here by other hands than the sender's"},
	{"D", true, policy.DecidedBefore, time.Hour, "this version was decided before under the same rule"},
}

// The combinations of mci of a cell: stored here, in the document.
var matrixMCI = [][2]int{{0, 1}, {0, 2}, {1, 1}, {1, 2}}

const matrixHead = `# Every decision of edensync between two versions of a record, and on records that are not here.
#
# One line for each pair of update / conflict policy and each situation:
%s#
# A group holds four cells, for the mci stored here and in the document: 0/1  0/2  1/1  1/2
# (0 = made here; 1 in the document = sent by the site where it was made). In ties that the mci does not settle, the
# hash of a deletion is the smallest, then that of the local version. The last group is a deletion without mci from the
# repository that gave us the record, as a real Eden sends it; it has two cells, for 0 and 1 stored here.
#
# R  the incoming version is taken      D  taken, and the record is deleted      C  created
# L  ours is kept, the record counts as skipped      =  nothing to do, the record counts as unchanged
# !  behind R, D or L: both sides changed, a conflict that is kept in the ledger
#
#                  both live        incoming deleted  local deleted    both deleted     deleted, no mci
`

// decisionMark is the cell of a decision.
func decisionMark(d policy.Decision, deleted bool) string {
	mark := map[policy.Outcome]string{policy.Created: "C", policy.Updated: "R", policy.Deleted: "D", policy.Unchanged: "=", policy.Skipped: "L"}[d.Outcome]
	if d.Outcome != policy.Conflict {
		return mark
	}
	switch {
	case !d.Take:
		return "L!"
	case deleted:
		return "D!"
	default:
		return "R!"
	}
}

// vanished is v as a deletion, under the hash that all deletions have.
func vanished(v policy.Version) policy.Version {
	v.Deleted, v.Hash = true, "0"
	return v
}

func (c matrixCase) cell(r policy.Rule, stored, carried int, localGone, comeGone, bare bool) string {
	local := policy.Version{ModifiedOn: noon, MCI: stored, Hash: "1"}
	in := policy.Version{ModifiedOn: noon.Add(c.incoming), MCI: carried, Hash: "2"}
	if localGone {
		local = vanished(local)
	}
	if comeGone {
		in = vanished(in)
	}
	d := policy.Decide(policy.Situation{
		Rule: r, Local: &local, Incoming: in, LocalChanged: c.localChanged && !bare, Seen: c.seen, FromOrigin: bare, HasMCI: !bare,
	})
	return decisionMark(d, comeGone)
}

func (c matrixCase) line(r policy.Rule) string {
	line := fmt.Sprintf("%-13s  %s", r.Update+"/"+r.Conflict, c.name)
	for _, gone := range []struct{ local, come bool }{{}, {come: true}, {local: true}, {local: true, come: true}} {
		line += "  |"
		for _, mci := range matrixMCI {
			line += fmt.Sprintf(" %-2s", c.cell(r, mci[0], mci[1], gone.local, gone.come, false))
		}
	}
	line += "  |"
	for _, stored := range []int{0, 1} {
		line += fmt.Sprintf(" %-2s", c.cell(r, stored, 2, false, true, true))
	}
	return strings.TrimRight(line, " ")
}

// unknownLine is a record that is not here.
func unknownLine(r policy.Rule) string {
	line := fmt.Sprintf("%-13s  live: ", r.Update+"/"+r.Conflict)
	for _, mci := range []int{1, 2} {
		line += decisionMark(policy.Decide(policy.Situation{Rule: r, Incoming: at(0, mci, "2"), HasMCI: true}), false) + " "
	}
	line += "  deleted: "
	for _, mci := range []int{1, 2} {
		line += decisionMark(policy.Decide(policy.Situation{Rule: r, Incoming: vanished(at(0, mci, "")), HasMCI: true}), true) + " "
	}
	return strings.TrimRight(line, " ")
}

// matrix writes everything that Decide says, as one text.
func matrix() string {
	policies := []policy.Policy{policy.This, policy.Other, policy.Newer, policy.Master}
	var legend, known, unknown strings.Builder
	for _, c := range matrixCases {
		fmt.Fprintf(&legend, "#   %s  %s\n", c.name, c.about)
	}
	for _, update := range policies {
		for _, conflict := range policies {
			r := rule(update, conflict)
			for _, c := range matrixCases {
				known.WriteString(c.line(r) + "\n")
			}
			known.WriteString("\n")
			unknown.WriteString(unknownLine(r) + "\n")
		}
	}
	return fmt.Sprintf(matrixHead, legend.String()) + "\n" + known.String() +
		"# Records that are not here, with mci 1 and 2 in the document. L: skipped, because it does not come from its originator.\n\n" + unknown.String()
}

// testdata/matrix.txt is what people read; a change of a rule shows there first.
func TestMatrix(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "matrix.txt")
	if *rewrite {
		if err := os.WriteFile(file, []byte(matrix()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(matrix(), "\n")); diff != "" {
		t.Errorf("the rules changed (- file, + now); if that is meant, write it anew with -rewrite:\n%s", diff)
	}
}
