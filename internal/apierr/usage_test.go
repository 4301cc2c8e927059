package apierr_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the parsed Go files of the repository by their path, without tests and generated code.
type sources map[string]*ast.File

func parseAll(t *testing.T) sources {
	t.Helper()
	found := sources{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "proto/gen" || name != "." && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go"):
			found[name] = parse(t, name)
		}
		return nil
	})
	if err != nil || len(found) < 100 {
		t.Fatalf("only %d files were read: %v", len(found), err)
	}
	return found
}

// TestEveryReasonIsUsed finds reasons that nothing gives any more.
func TestEveryReasonIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for name, file := range parseAll(t) {
		if name == errorReasons {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec: // the name that is declared is no use of it
				for _, value := range n.Values {
					note(used, value)
				}
				return false
			case *ast.Ident:
				used[n.Name] = true
			}
			return true
		})
	}
	for reason, name := range declared(t, errorReasons, ledgerReasons, rejectReasons) {
		if !used[name] {
			t.Errorf("nothing gives %s (%s)", reason, name)
		}
	}
}

func note(used map[string]bool, e ast.Expr) {
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
}

// TestReasonsAreConstants finds reasons that are written as texts where they are given, or declared elsewhere than in
// their files: nobody would explain those.
func TestReasonsAreConstants(t *testing.T) {
	t.Parallel()
	files := parseAll(t)
	params := reasonParameters(files)
	for name, file := range files {
		for _, found := range loose(name, file, params) {
			t.Errorf("%s gives the reason %s as a text; declare it in %s", name, found, errorReasons)
		}
	}
}

// TestLooseReasonsAreFound shows that the search above finds what it is for, and nothing else.
func TestLooseReasonsAreFound(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		source string
		want   []string
	}{
		"argument":    {`func fail(op, reason string); func f() { fail("X_OP", "DISK_GONE") }`, []string{"DISK_GONE"}},
		"method":      {`type i interface{ end(reason, message string) }; func f(x i) { x.end("GONE", "FINE") }`, []string{"GONE"}},
		"field":       {`var x = struct{ Reason string }{Reason: "DISK_GONE"}`, []string{"DISK_GONE"}},
		"assignment":  {`func f(p *part) { p.State, p.Reason = "DONE", "DISK_GONE" }`, []string{"DISK_GONE"}},
		"conversion":  {`var x = apierr.Reason("DISK_GONE")`, []string{"DISK_GONE"}},
		"declaration": {`const reasonDisk = "DISK_GONE"`, []string{"DISK_GONE"}},
		"type":        {`const disk apierr.Reason = "DISK_GONE"`, []string{"DISK_GONE"}},
		"constant":    {`func fail(reason string); func f() { fail(reasonDisk) }`, nil},
		"other text":  {`func fail(reason string, a any); func f() { fail("", "DISK_GONE"); call("DISK_GONE") }`, nil},
		"alias":       {`const reasonDisk = string(apierr.ReasonDisk)`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+test.source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if got := loose("x.go", file, reasonParameters(sources{"x.go": file})); !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// reasonParameters are the positions of parameters named reason, by the name of the function.
func reasonParameters(files sources) map[string][]int {
	found := map[string][]int{"Reason": {0}} // the conversion
	note := func(name string, f *ast.FuncType) {
		at := 0
		for _, field := range f.Params.List {
			for _, param := range field.Names {
				if param.Name == "reason" && !slices.Contains(found[name], at) {
					found[name] = append(found[name], at)
				}
				at++
			}
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				note(n.Name.Name, n.Type)
			case *ast.Field: // a method of an interface
				if f, ok := n.Type.(*ast.FuncType); ok && len(n.Names) == 1 {
					note(n.Names[0].Name, f)
				}
			}
			return true
		})
	}
	return found
}

var upperSnake = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

// loose lists the reasons that a file gives as texts.
func loose(name string, file *ast.File, params map[string][]int) []string {
	var found []string
	check := func(e ast.Expr) {
		if reason := text(e); upperSnake.MatchString(reason) {
			found = append(found, reason)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, at := range params[lastName(n.Fun)] {
				if at < len(n.Args) {
					check(n.Args[at])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && strings.EqualFold(key.Name, "reason") {
				check(n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if strings.EqualFold(lastName(left), "reason") && len(n.Lhs) == len(n.Rhs) {
					check(n.Rhs[i])
				}
			}
		}
		return true
	})
	if slices.Contains([]string{errorReasons, ledgerReasons, rejectReasons}, name) {
		return found
	}
	for _, spec := range constants(file) {
		if declaresReason(spec) {
			check(spec.Values[0])
		}
	}
	return found
}
