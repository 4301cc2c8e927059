package apierr_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestEveryReasonIsExplained demands one row of docs/errors.md for each
// constant of reasons.go, with nothing left empty, and no row for anything else.
func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	declared := declaredReasons(t)
	if len(declared) < 40 {
		t.Fatalf("only %d reasons were found in reasons.go", len(declared))
	}
	rows := catalogueRows(t)
	for reason := range declared {
		if _, ok := rows[reason]; !ok {
			t.Errorf("docs/errors.md has no row for %s", reason)
		}
	}
	for reason, cells := range rows {
		if !declared[reason] {
			t.Errorf("docs/errors.md explains %s, which no constant of reasons.go is", reason)
		}
		for i, cell := range cells {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("%s: cell %d is empty", reason, i+1)
			}
		}
	}
}

func declaredReasons(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reasons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, value := range spec.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if found[text] {
				t.Errorf("%s is declared twice", text)
			}
			found[text] = true
		}
		return true
	})
	return found
}

func catalogueRows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\|(.*)\\|(.*)\\|(.*)\\|$")
	rows := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		if _, double := rows[m[1]]; double {
			t.Errorf("docs/errors.md has two rows for %s", m[1])
		}
		rows[m[1]] = m[2:]
	}
	return rows
}
