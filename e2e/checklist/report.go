package main

import (
	"bufio"
	_ "embed" // statements.txt
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

//go:embed statements.txt
var statementsText string

// statement is a line of the checklist: its number, such as TRF-045, and what it is about.
type statement struct{ id, title string }

func statements() []statement {
	var list []statement
	for line := range strings.Lines(statementsText) {
		id, title, _ := strings.Cut(strings.TrimSpace(line), " ")
		list = append(list, statement{id, title})
	}
	return list
}

// number finds numbers in names of tests, where they may have a hyphen, an underscore or nothing inside.
var number = regexp.MustCompile(`(CFG|SCH|TRF|AUD|GTW)[-_]?(0[0-9]{2})`)

// numbersIn lists the numbers in a text, each once, with a hyphen.
func numbersIn(text string) []string {
	var ids []string
	for _, m := range number.FindAllStringSubmatch(text, -1) {
		if id := m[1] + "-" + m[2]; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// results are the tests that carry numbers, by number.
type results struct {
	passed map[string]bool
	failed map[string][]string // names of tests
}

// event is what a line of "go test -json" says.
type event struct{ Action, Package, Test string }

// readResults reads the output of "go test -json". Lines that are none of its events, such as those of a build that
// fails, are passed over: the tests of such a package are missing.
func readResults(r io.Reader) (*results, error) {
	found := &results{passed: map[string]bool{}, failed: map[string][]string{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			found.add(e)
		}
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the results of tests: %w", err)
		}
	}
}

func (f *results) add(e event) {
	for _, id := range numbersIn(e.Test) {
		switch e.Action {
		case "pass":
			f.passed[id] = true
		case "fail":
			f.failed[id] = append(f.failed[id], e.Test)
		}
	}
}

// differences are the numbers in the section "Differences" of docs/compatibility.md.
func differences(text string) map[string]bool {
	_, rest, _ := strings.Cut(text, "\n## Differences\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	found := map[string]bool{}
	for _, id := range numbersIn(section) {
		found[id] = true
	}
	return found
}

// verdict is what the report says of a statement.
type verdict string

// The verdicts. A statement is missing also when one of its tests fails.
const (
	pass       verdict = "pass"
	difference verdict = "difference"
	missing    verdict = "missing"
)

type report struct {
	statements []statement
	results    *results
	different  map[string]bool
	count      map[verdict]int
}

func newReport(list []statement, found *results, different map[string]bool) *report {
	r := &report{statements: list, results: found, different: different, count: map[verdict]int{}}
	for _, s := range list {
		r.count[r.verdict(s.id)]++
	}
	return r
}

func (r *report) verdict(id string) verdict {
	switch {
	case len(r.results.failed[id]) > 0:
		return missing
	case r.different[id]:
		return difference
	case r.results.passed[id]:
		return pass
	default:
		return missing
	}
}

// unknown are numbers of tests and differences that no statement has.
func (r *report) unknown() []string {
	known := map[string]bool{}
	for _, s := range r.statements {
		known[s.id] = true
	}
	var ids []string
	note := func(id string) {
		if !known[id] && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for id := range r.results.passed {
		note(id)
	}
	for id := range r.results.failed {
		note(id)
	}
	for id := range r.different {
		note(id)
	}
	slices.Sort(ids)
	return ids
}

// write prints a line for each statement and the sum.
func (r *report) write(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.statements {
		fmt.Fprintf(&b, "%s  %-70s %s", s.id, s.title, r.verdict(s.id))
		if failed := r.results.failed[s.id]; len(failed) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(failed, ", "))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "checklist: %d pass, %d different, %d missing of %d\n", r.count[pass], r.count[difference], r.count[missing], len(r.statements))
	_, err := io.WriteString(w, b.String())
	return err
}
