package browser_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// chromium is where Debian puts it.
const chromium = "/usr/bin/chromium"

// binary is the program under test, built once with the app in it.
var binary string

func TestMain(m *testing.M) {
	code, err := withBinary(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func withBinary(run func() int) (code int, err error) {
	if err := installed(); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "edensync-browser")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "edensync")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..", "cmd", "edensync")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build edensync: %w\n%s", err, out)
	}
	return run(), nil
}

// installed names the command that brings what is missing.
func installed() error {
	for path, fix := range map[string]string{
		chromium:                       "make tools",
		"node_modules/playwright-core": "make tools",
		filepath.Join("..", "..", "gateway", "web", "dist", "index.html"): "make web",
	} {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("%s is missing; install it with: %s", path, fix)
		}
	}
	return nil
}

// slots bounds how many browsers run at a time. Much of what they do is waiting.
var slots = make(chan struct{}, 3)

func TestBrowser(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests found: %v", err)
	}
	seeded := seed(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".test.mjs"), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			w := newWorld(t, seeded)
			runNode(t, file, "WORLD="+w.url)
		})
	}
}

// runNode runs one file of tests and shows what it says when it fails.
func runNode(t *testing.T, file string, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "--test", "--test-concurrency=1", "--test-reporter=spec", file)
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err != nil || testing.Verbose() {
		t.Logf("%s\n%s", file, out.String())
	}
	if err != nil {
		t.Errorf("%s: %v", file, err)
	}
}
