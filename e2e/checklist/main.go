// Command checklist says for each numbered statement of the interoperability checklist whether edensync keeps it: by a
// test that carries its number, or as a difference that docs/compatibility.md explains. It runs the tests of all
// packages that carry numbers, or reads what "go test -json" wrote before.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// errMissing says that statements are neither shown by tests nor explained; the report tells which.
var errMissing = errors.New("statements are missing")

func main() {
	err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp), err == nil:
	case errors.Is(err, errMissing):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "checklist:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, out, diagnostics io.Writer) error {
	flags := flag.NewFlagSet("checklist", flag.ContinueOnError)
	flags.SetOutput(diagnostics)
	root := flags.String("root", ".", "root of the repository")
	from := flags.String("from", "", "read the results of go test -json from this file instead of running the tests")
	parallel := flags.Int("p", 2, "how many packages are tested at a time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	docs, err := os.ReadFile(path.Join(*root, "docs/compatibility.md"))
	if err != nil {
		return err
	}
	var found *results
	if *from != "" {
		found, err = saved(*from)
	} else {
		found, err = tested(ctx, *root, *parallel, diagnostics)
	}
	if err != nil {
		return err
	}
	r := newReport(statements(), found, differences(string(docs)))
	if err := r.write(out); err != nil {
		return err
	}
	if unknown := r.unknown(); len(unknown) > 0 {
		return fmt.Errorf("no statement has the number %s", strings.Join(unknown, ", "))
	}
	if r.count[missing] > 0 {
		return errMissing
	}
	return nil
}

func saved(file string) (*results, error) {
	output, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	return readResults(bytes.NewReader(output))
}

// tested runs the tests of all packages that carry numbers. Tests that fail are no error: the report shows them.
func tested(ctx context.Context, root string, parallel int, diagnostics io.Writer) (*results, error) {
	packages, err := packagesWithNumbers(os.DirFS(root))
	if err != nil {
		return nil, err
	}
	args := append([]string{"test", "-json", "-timeout", "30m", "-p", fmt.Sprint(parallel)}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the packages are those of this repository
	cmd.Dir, cmd.Stderr = root, diagnostics
	events, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	found, readErr := readResults(events)
	var failed *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	return found, readErr
}

// packagesWithNumbers are the folders whose tests carry a number in a name.
func packagesWithNumbers(root fs.FS) ([]string, error) {
	var packages []string
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		folder := "./" + path.Dir(file)
		hidden := strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "node_modules"
		switch {
		case d.IsDir() && (hidden || file == "e2e/checklist"):
			return fs.SkipDir
		case !strings.HasSuffix(file, "_test.go") || slices.Contains(packages, folder):
			return nil
		}
		text, err := fs.ReadFile(root, file)
		if err == nil && len(numbersIn(string(text))) > 0 {
			packages = append(packages, folder)
		}
		return err
	})
	return packages, err
}
