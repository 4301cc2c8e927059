//go:build screenshots

package browser_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestScreenshots takes a picture of every page, light, dark, in Arabic and on a phone, into screenshots/ at the top.
func TestScreenshots(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join("..", "..", "screenshots"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, seed(t))
	runNode(t, "screenshots.mjs", "WORLD="+w.url, "FOLDER="+folder)
}
