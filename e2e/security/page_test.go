package security_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThePageNamesRealProofs: each test and file that SECURITY.md names is there.
func TestThePageNamesRealProofs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, pattern := range []string{"*/*_test.go", "*/*/*_test.go", "*/*/*/*_test.go"} {
		files, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.WriteString(file + "\n" + string(text))
		}
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+|[a-z_]+_test\\.go)`").FindAllStringSubmatch(string(page), -1)
	if len(names) < 20 {
		t.Errorf("only %d proofs are named", len(names))
	}
	for _, name := range names {
		want := name[1]
		if !strings.HasSuffix(want, ".go") {
			want = "func " + want + "("
		}
		if !strings.Contains(sources.String(), want) {
			t.Errorf("there is no %s", name[1])
		}
	}
}
