package attachment_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/attachment"
)

const token = "AbCd-_0123456789abcdefghijklmnopqrstuvwxyz0"

// names knows one file; looked counts how often it was asked.
type names struct {
	file   transfer.StoredFile
	err    error
	looked int
}

func (n *names) FileByToken(_ context.Context, asked string) (*transfer.StoredFile, error) {
	n.looked++
	if n.err != nil {
		return nil, n.err
	}
	if asked != token {
		return nil, apierr.NotFound("file", "")
	}
	return &n.file, nil
}

func stored(kind, filename string) *names {
	return &names{file: transfer.StoredFile{File: transfer.File{Filename: filename}, SHA256: helloHash, Size: 5, ContentType: kind}}
}

func ask(t *testing.T, s *attachment.Server, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestServe(t *testing.T) {
	t.Parallel()
	blobs, _ := folder(t)
	put(t, blobs, "hello")
	s := &attachment.Server{Names: stored("text/html; charset=x", "Bericht Ö.html"), Blobs: blobs}
	for _, path := range []string{"/" + token, "/eden/default/download/" + token, token} {
		res := ask(t, s, http.MethodGet, path)
		if res.Code != http.StatusOK || res.Body.String() != "hello" {
			t.Errorf("%s: got %d", path, res.Code)
		}
		for name, want := range map[string]string{
			"Content-Type": "text/html", "X-Content-Type-Options": "nosniff", "Content-Length": "5", "Etag": `"` + helloHash + `"`,
			"Content-Disposition": "attachment; filename*=utf-8''Bericht%20%C3%96.html", "Content-Security-Policy": "default-src 'none'; sandbox",
		} {
			if got := res.Header().Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	if res := ask(t, s, http.MethodHead, "/"+token); res.Code != http.StatusOK || res.Body.String() != "" || res.Header().Get("Content-Length") != "5" {
		t.Errorf("got %d with %d bytes", res.Code, res.Body.Len())
	}
	if res := ask(t, s, http.MethodGet, "/"+token, "Range", "bytes=1-2"); res.Code != http.StatusPartialContent || res.Body.String() != "el" {
		t.Errorf("got %d", res.Code)
	}
	if res := ask(t, s, http.MethodGet, "/"+token, "If-None-Match", `"`+helloHash+`"`); res.Code != http.StatusNotModified {
		t.Errorf("got %d", res.Code)
	}
}

func TestNamesForSaving(t *testing.T) {
	t.Parallel()
	blobs, _ := folder(t)
	put(t, blobs, "hello")
	for name, want := range map[string]string{
		"plan.pdf":                         "attachment; filename=plan.pdf",
		"":                                 "attachment; filename=download",
		"../../etc/passwd":                 "attachment; filename=passwd",
		`C:\temp\x.exe`:                    "attachment; filename=x.exe",
		"a\r\nSet-Cookie: x\x00.txt":       `attachment; filename="aSet-Cookie: x.txt"`,
		`a"b.txt`:                          `attachment; filename="a\"b.txt"`,
		strings.Repeat("long", 99) + ".md": "attachment; filename=download.md",
	} {
		res := ask(t, &attachment.Server{Names: stored("", name), Blobs: blobs}, http.MethodGet, "/"+token)
		if got := res.Header().Get("Content-Disposition"); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
		if got := res.Header().Get("Content-Type"); got != "application/octet-stream" {
			t.Errorf("got type %s", got)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	t.Parallel()
	blobs, dir := folder(t)
	put(t, blobs, "hello")
	if err := os.WriteFile(filepath.Join(dir, "..", "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	known := stored("text/plain", "a")
	s := &attachment.Server{Names: known, Blobs: blobs}
	for _, path := range []string{
		"", "/", "/short", "/../secret", "/..%2fsecret", "/" + token + "/", "/" + token + ".txt", "/" + token + "\x00", "/" + helloHash[:21] + "'", "/" + strings.Repeat("a", 129),
	} {
		if res := ask(t, s, http.MethodGet, path); res.Code != http.StatusNotFound {
			t.Errorf("%q: got %d", path, res.Code)
		}
	}
	if known.looked != 0 {
		t.Errorf("%d of these were looked for", known.looked)
	}
	if res := ask(t, s, http.MethodGet, "/"+strings.ToLower(token)); res.Code != http.StatusNotFound || known.looked != 1 {
		t.Errorf("got %d", res.Code)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if res := ask(t, s, method, "/"+token); res.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d", method, res.Code)
		}
	}
}

func TestContentThatCannotBeHad(t *testing.T) {
	t.Parallel()
	blobs, dir := folder(t)
	s := &attachment.Server{Names: stored("text/plain", "a"), Blobs: blobs}
	if res := ask(t, s, http.MethodGet, "/"+token); res.Code != http.StatusNotFound {
		t.Errorf("missing: got %d", res.Code)
	}
	put(t, blobs, "hello")
	if err := os.WriteFile(filepath.Join(dir, "2c/f2", helloHash), []byte("jello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if res := ask(t, s, http.MethodGet, "/"+token); res.Code != http.StatusNotFound || strings.Contains(res.Body.String(), "jello") {
		t.Errorf("damaged: got %d", res.Code)
	}
	s.Names = &names{err: errors.New("database away")}
	res := ask(t, s, http.MethodGet, "/"+token)
	if res.Code != http.StatusServiceUnavailable || res.Header().Get("Retry-After") == "" || strings.Contains(res.Body.String(), "database") {
		t.Errorf("database: got %d", res.Code)
	}
}
