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

// The only files in which reasons are declared: those of errors, runs and log entries, and those of the ledger.
const (
	errorReasons  = "internal/apierr/reasons.go"
	ledgerReasons = "services/transfer/policy/policy.go"
	rejectReasons = "services/transfer/item.go"
)

// root leads from this package to the top of the repository.
const root = "../../"

// catalogue is the document that explains each reason; the chapter about the ledger is its last one.
const (
	catalogue     = "docs/errors.md"
	ledgerChapter = "\n## Ledger\n"
)

// TestEveryReasonIsExplained demands one row of the catalogue for each declared reason, in the chapter where it
// belongs and with nothing left empty, and no row for anything else.
func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(root + catalogue)
	if err != nil {
		t.Fatal(err)
	}
	errors, ledger, found := strings.Cut(string(text), ledgerChapter)
	if !found {
		t.Fatalf("%s has no chapter about the ledger", catalogue)
	}
	tests := map[string]struct {
		text     string
		declared map[string]string
		least    int
	}{
		"errors": {errors, declared(t, errorReasons), 40},
		"ledger": {ledger, declared(t, ledgerReasons, rejectReasons), 20},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(test.declared) < test.least {
				t.Fatalf("only %d reasons were found", len(test.declared))
			}
			compare(t, test.declared, rows(t, test.text))
		})
	}
}

func compare(t *testing.T, declared map[string]string, rows map[string][]string) {
	t.Helper()
	for reason, name := range declared {
		if _, ok := rows[reason]; !ok {
			t.Errorf("%s does not explain %s (%s)", catalogue, reason, name)
		}
	}
	for reason, cells := range rows {
		if declared[reason] == "" {
			t.Errorf("%s explains %s, which no constant is", catalogue, reason)
		}
		for i, cell := range cells {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("%s: cell %d is empty", reason, i+1)
			}
		}
	}
}

// declared finds the reasons that files declare, each with the name of its constant: constants of the type Reason and
// those named after what happened to a record.
func declared(t *testing.T, files ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range files {
		for _, spec := range constants(parse(t, name)) {
			if !declaresReason(spec) {
				continue
			}
			for i, value := range spec.Values {
				reason := text(value)
				if found[reason] != "" {
					t.Errorf("%s is declared twice", reason)
				}
				found[reason] = spec.Names[i].Name
			}
		}
	}
	return found
}

func parse(t *testing.T, name string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), root+name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func constants(file *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, s := range group.Specs {
			specs = append(specs, s.(*ast.ValueSpec))
		}
	}
	return specs
}

// reasonName is what constants of reasons are called where they have no type of their own.
var reasonName = regexp.MustCompile(`^(?i:reason|reject|skip)[A-Z]`)

// declaresReason tells whether a constant is a reason with a text of its own, not an alias of another one.
func declaresReason(spec *ast.ValueSpec) bool {
	if len(spec.Values) == 0 || text(spec.Values[0]) == "" {
		return false
	}
	return lastName(spec.Type) == "Reason" || reasonName.MatchString(spec.Names[0].Name)
}

// text is the value of a string literal; "" for every other expression.
func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return value
}

// lastName is b of a.b and of b; "" for every other expression.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	default:
		return ""
	}
}

var row = regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\|(.*)\\|(.*)\\|(.*)\\|$")

func rows(t *testing.T, text string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		if _, double := found[m[1]]; double {
			t.Errorf("%s has two rows for %s", catalogue, m[1])
		}
		found[m[1]] = m[2:]
	}
	return found
}
