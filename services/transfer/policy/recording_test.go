package policy_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/policy"
)

var rewrite = flag.Bool("rewrite", false, "write the files of testdata anew: recordings of a real Eden, and today's decisions")

// recordings is where the outcomes of a real Eden lie: EDENSYNC_WIRE, else beside the repository. They are not part of
// this project.
func recordings() string {
	folder := os.Getenv("EDENSYNC_WIRE")
	if folder == "" {
		folder = "../../../../shared/wire"
	}
	return filepath.Join(folder, "policy-matrix")
}

// exchangeKind is how a version came to the site that decides.
type exchangeKind int

const (
	pulled         exchangeKind = iota + 1
	pushedWithTask              // the receiver has a task for the sender: its policies decide
	pushed                      // it has none
)

// recording is one table of outcomes of a real Eden.
type recording struct {
	kind   exchangeKind
	source string // in recordings
	file   string // in testdata
	rows   int
	about  string
}

var tables = []recording{
	{pulled, "pull.json", "eden.txt", 784, "of a pulled record, and what edensync makes of it:\n" +
		"# update/conflict policy, situation (T0 = last synchronization, 21st 12:00), mci in the document and stored here,\n"},
	{pushedWithTask, "push-with-task-at-receiver.json", "eden-push-task.txt", 796, "of a record pushed to it by a repository for which it has a task,\n" +
		"# and what edensync makes of it: update/conflict policy of that task, situation (T0 = last synchronization, 21st 12:00),\n" +
		"# mci in the document and stored here,\n"},
	{pushed, "push-without-task.json", "eden-push.txt", 100, "of a record pushed to it by a repository for which it has no task,\n" +
		"# and what edensync makes of it under the rule for such pushes, update NEWER and conflict MASTER: whether the request\n" +
		"# had msince, situation (T0 = last synchronization, 21st 12:00), mci in the document and stored here,\n"},
}

// rule is the rule of a row. Without a task, and without policies in the request, inbound takes NEWER and MASTER.
func (r recording) rule(policies string) policy.Rule {
	if r.kind == pushed {
		return rule(policy.Newer, policy.Master)
	}
	update, conflict, _ := strings.Cut(policies, "/")
	return rule(policy.Policy(update), policy.Policy(conflict))
}

// edenRow is one recorded outcome and ours.
type edenRow struct{ key, eden, ours, why string }

func (r edenRow) String() string {
	line := fmt.Sprintf("%-13s  %-28s  %-26s", r.key, r.eden, r.ours)
	if r.why != "" {
		line += "  # " + r.why
	}
	return strings.TrimRight(line, " ")
}

// compare decides the situation of a row.
func (r recording) compare(t *testing.T, policies, name string, rmci, lmci int, eden string) edenRow {
	t.Helper()
	c, ok := edenCases[name]
	if !ok {
		t.Fatalf("unknown case %q", name)
	}
	d, ours := c.decide(r.rule(policies), rmci, lmci)
	row := edenRow{key: fmt.Sprintf("%-13s  %-34s  rmci=%d lmci=%d", policies, name, rmci, lmci), eden: eden, ours: ours}
	if eden == ours {
		return row
	}
	for _, difference := range differences {
		here := difference.kind == 0 || difference.kind == r.kind
		if here && difference.applies(r.rule(policies), c, d, eden, ours) {
			row.why = difference.why
			return row
		}
	}
	t.Errorf("%s: Eden ends with %s, edensync with %s (%s), and nobody knows why", row.key, eden, ours, d.Reason)
	return row
}

// Every outcome of a real Eden stands in testdata beside ours; where they differ, the row says why.
func TestAgainstARealEden(t *testing.T) {
	t.Parallel()
	for _, table := range tables {
		t.Run(table.file, func(t *testing.T) {
			t.Parallel()
			table.check(t)
			rows := 0
			for _, line := range dataLines(t, table.file) {
				rows++
				policies, rest, _ := strings.Cut(line, "  ")
				name, mcis, _ := strings.Cut(rest, "rmci=")
				var eden string
				var rmci, lmci int
				if _, err := fmt.Sscanf(mcis, "%d lmci=%d %s", &rmci, &lmci, &eden); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				if got := table.compare(t, policies, strings.TrimSpace(name), rmci, lmci, eden).String(); got != line {
					t.Errorf("the file says\n%s\nnow it is\n%s", line, got)
				}
			}
			if rows != table.rows {
				t.Errorf("%d rows, want %d; a part of the file is missing", rows, table.rows)
			}
		})
	}
}

// A reason that no row needs is a difference that does not exist.
func TestEveryDifferenceIsMet(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, table := range tables {
		all.WriteString(strings.Join(dataLines(t, table.file), "\n") + "\n")
	}
	for _, difference := range differences {
		if !strings.Contains(all.String(), "# "+difference.why+"\n") {
			t.Errorf("no row differs because %s", difference.why)
		}
	}
}

// dataLines reads a file of testdata without comments and empty lines.
func dataLines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}

// check demands that the file holds what was recorded, row by row; with -rewrite it makes it so.
func (r recording) check(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recordings(), r.source))
	if errors.Is(err, fs.ErrNotExist) && !*rewrite {
		t.Logf("no recordings in %s: the file is taken as it is; set EDENSYNC_WIRE to a folder with some", recordings())
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var recorded map[string]map[string]string
	if err := json.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for policies, cases := range recorded {
		for key, outcome := range cases {
			name, mcis, _ := strings.Cut(key, " | ")
			var rmci, lmci int
			if _, err := fmt.Sscanf(mcis, "rmci=%d lmci=%d", &rmci, &lmci); err != nil {
				t.Fatal(err)
			}
			eden, _, _ := strings.Cut(outcome, "/mci=")
			rows = append(rows, r.compare(t, policies, name, rmci, lmci, eden).String())
		}
	}
	slices.Sort(rows)
	head := "# What a real Sahana Eden (master of September 2024) made " + r.about +
		"# Eden's result, ours (state / whose data / whose time), and behind # the reason where they differ.\n\n"
	if *rewrite {
		if err := os.WriteFile(filepath.Join("testdata", r.file), []byte(head+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(dataLines(t, r.file), rows); diff != "" {
		t.Errorf("the file (-) does not hold what was recorded (+):\n%s", diff)
	}
}
