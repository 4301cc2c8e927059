package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	list := statements()
	want := map[string]int{"CFG": 26, "SCH": 22, "TRF": 94, "AUD": 21, "GTW": 52}
	next := map[string]int{}
	for _, s := range list {
		part, _, _ := strings.Cut(s.id, "-")
		next[part]++
		if s.id != fmt.Sprintf("%s-%03d", part, next[part]) || s.title == "" {
			t.Errorf("%s %q is out of order or has no title", s.id, s.title)
		}
	}
	for part, n := range want {
		if next[part] != n {
			t.Errorf("%d statements %s, want %d", next[part], part, n)
		}
	}
	if len(list) != 215 {
		t.Errorf("%d statements", len(list))
	}
}

func TestNumbersIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"TestTRF045_ComponentChange":                   "TRF-045",
		"TestTheSlots/SCH-008_one_period_late":         "SCH-008",
		"TestMaxFailuresSCH014AndResetSCH015":          "SCH-014 SCH-015",
		"TestPullURL_TRF004_TRF005/TRF-004":            "TRF-004 TRF-005",
		"TestSomething":                                "",
		"TestXYZ001":                                   "",
		"TestTRF45":                                    "",
		"| what is a conflict (TRF-072) | … | GTW-024": "TRF-072 GTW-024",
	} {
		if got := strings.Join(numbersIn(text), " "); got != want {
			t.Errorf("%q holds %q, want %q", text, got, want)
		}
	}
}

const page = `
# Compatibility
GTW-001 stands outside.
## Differences
| conflict (TRF-072, TRF-080) | a | b | c |
### What is not pushed
TRF-030
## Versions
GTW-002
`

func TestDifferences(t *testing.T) {
	t.Parallel()
	got := differences(page)
	for _, id := range []string{"TRF-072", "TRF-080", "TRF-030"} {
		if !got[id] {
			t.Errorf("%s is not among %v", id, got)
		}
	}
	if len(got) != 3 {
		t.Errorf("%v", got)
	}
	if none := differences("GTW-001 without sections"); len(none) != 0 {
		t.Errorf("%v", none)
	}
}

const testOutput = `{"Action":"run","Package":"p","Test":"TestTRF001_Good"}
{"Action":"output","Package":"p","Test":"TestTRF001_Good","Output":"--- FAIL: no\n"}
{"Action":"pass","Package":"p","Test":"TestTRF001_Good"}
{"Action":"pass","Package":"p","Test":"TestOther/TRF-002_subtest"}
{"Action":"pass","Package":"p","Test":"TestTRF003_OnOneDatabase"}
{"Action":"fail","Package":"q","Test":"TestTRF003_Bad/postgres"}
{"Action":"skip","Package":"q","Test":"TestTRF004_Skipped"}
{"Action":"fail","Package":"q","Test":"TestTRF080_Ours"}
# a build that fails
{"Action":"fail","Package":"q"}
{"Action":"pass","Package":"q","Test":"TestTRF072_Ours"}`

func TestVerdicts(t *testing.T) {
	t.Parallel()
	found, err := readResults(strings.NewReader(testOutput))
	if err != nil {
		t.Fatal(err)
	}
	list := []statement{{"TRF-001", "one"}, {"TRF-002", "two"}, {"TRF-003", "three"}, {"TRF-004", "four"}, {"TRF-072", "five"}, {"TRF-080", "six"}}
	r := newReport(list, found, differences(page))
	want := map[string]verdict{"TRF-001": pass, "TRF-002": pass, "TRF-003": missing, "TRF-004": missing, "TRF-072": difference, "TRF-080": missing}
	for id, v := range want {
		if got := r.verdict(id); got != v {
			t.Errorf("%s is %s, want %s", id, got, v)
		}
	}
	if got := r.unknown(); !slices.Equal(got, []string{"TRF-030"}) {
		t.Errorf("unknown: %v", got)
	}
	var b strings.Builder
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 7 || lines[6] != "checklist: 2 pass, 1 different, 3 missing of 6" {
		t.Errorf("report:\n%s", b.String())
	}
	if f := strings.Fields(lines[2]); f[0] != "TRF-003" || f[2] != "missing" || f[3] != "(TestTRF003_Bad/postgres)" {
		t.Errorf("line: %s", lines[2])
	}
}

func TestPackagesWithNumbers(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := packagesWithNumbers(fstest.MapFS{
		"a/x_test.go":                 file("func TestTRF001_X"),
		"a/y_test.go":                 file("func TestTRF002_Y"),
		"a/deep/z_test.go":            file(`t.Run("SCH-001 z"`),
		"b/none_test.go":              file("func TestNone"),
		"b/code.go":                   file("// TRF-003"),
		"e2e/checklist/self_test.go":  file("TRF-004"),
		".git/x_test.go":              file("TRF-004"),
		"ui/node_modules/u/x_test.go": file("TRF-004"),
	})
	if err != nil || !slices.Equal(got, []string{"./a/deep", "./a"}) && !slices.Equal(got, []string{"./a", "./a/deep"}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "docs"), 0o700); err != nil {
		t.Fatal(err)
	}
	all := strings.Builder{}
	for _, s := range statements()[1:] {
		fmt.Fprintf(&all, "{\"Action\":\"pass\",\"Test\":\"Test%s\"}\n", s.id)
	}
	results := filepath.Join(root, "results.json")
	write := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(results, all.String())
	for docs, want := range map[string]struct {
		sum string
		err error
	}{
		"\n## Differences\nCFG-001": {"checklist: 214 pass, 1 different, 0 missing of 215\n", nil},
		"\n## Differences\n":        {"checklist: 214 pass, 0 different, 1 missing of 215\n", errMissing},
	} {
		write(filepath.Join(root, "docs/compatibility.md"), docs)
		var out strings.Builder
		err := run(t.Context(), []string{"-root", root, "-from", results}, &out, os.Stderr)
		if !errors.Is(err, want.err) || !strings.HasSuffix(out.String(), want.sum) {
			t.Errorf("%v\n%s", err, out.String())
		}
	}
	write(results, all.String()+`{"Action":"pass","Test":"TestTRF099"}`)
	if err := run(t.Context(), []string{"-root", root, "-from", results}, &strings.Builder{}, os.Stderr); err == nil || !strings.Contains(err.Error(), "TRF-099") {
		t.Errorf("a number that no statement has: %v", err)
	}
}
