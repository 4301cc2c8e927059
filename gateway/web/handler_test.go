package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/edensync/edensync/gateway/web"
)

var built = fstest.MapFS{
	"index.html":           {Data: []byte("<p>app</p>")},
	"index.html.br":        {Data: []byte("BR")},
	"index.html.gz":        {Data: []byte("GZ")},
	"boot.js":              {Data: []byte("boot")},
	"assets/app-1a2b.js":   {Data: []byte("app")},
	"assets/font-3c.woff2": {Data: []byte("font")},
	".gitkeep":             {},
}

func open(t *testing.T, files fstest.MapFS, required bool, fail error) http.Handler {
	t.Helper()
	handler, err := web.New(web.Options{Files: files, SetupRequired: func(context.Context) (bool, error) { return required, fail }})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func get(handler http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestFilesAndPages(t *testing.T) {
	t.Parallel()
	handler := open(t, built, false, nil)
	cases := []struct {
		name, path       string
		headers          []string
		code             int
		body, kind, keep string
	}{
		{"start", "/", nil, 200, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
		{"a page of the app", "/repositories/1/log", nil, 200, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
		{"a uid with dots", "/records/a_b/urn.uuid.1", nil, 200, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
		{"brotli first", "/", []string{"Accept-Encoding", "gzip, deflate, br"}, 200, "BR", "text/html; charset=utf-8", "no-cache"},
		{"gzip", "/", []string{"Accept-Encoding", "gzip;q=0.5"}, 200, "GZ", "text/html; charset=utf-8", "no-cache"},
		{"refused brotli", "/", []string{"Accept-Encoding", "br;q=0, gzip"}, 200, "GZ", "text/html; charset=utf-8", "no-cache"},
		{"script", "/boot.js", []string{"Accept-Encoding", "br"}, 200, "boot", "text/javascript; charset=utf-8", "no-cache"},
		{"hashed", "/assets/app-1a2b.js", nil, 200, "app", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"font", "/assets/font-3c.woff2", nil, 200, "font", "font/woff2", "public, max-age=31536000, immutable"},
		{"file of another version", "/assets/app-old.js", nil, 404, "another version", "text/plain; charset=utf-8", "no-store"},
		{"packed file by name", "/index.html.br", nil, 200, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
		{"path upwards", "/../../etc/passwd", nil, 200, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
		{"setup that is over", "/setup", nil, 404, "<p>app</p>", "text/html; charset=utf-8", "no-cache"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := get(handler, c.path, c.headers...)
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.body) {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.code, c.body)
			}
			if w.Header().Get("Content-Type") != c.kind || w.Header().Get("Cache-Control") != c.keep {
				t.Errorf("%v", w.Header())
			}
		})
	}
}

func TestSetupIsThereUntilItIsDone(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.Handler{
		"required": open(t, built, true, nil), "nobody can say": open(t, built, false, errors.New("config is down")),
	} {
		if w := get(handler, "/setup"); w.Code != http.StatusOK {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	t.Parallel()
	handler := open(t, built, false, nil)
	etag := get(handler, "/boot.js").Header().Get("ETag")
	if w := get(handler, "/boot.js", "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if w := get(handler, "/boot.js", "If-None-Match", `"other"`); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
}

func TestAFileThatCannotBeReadIsNoEmptyPage(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"index.html": {Data: []byte("<p>app</p>")}}
	handler := open(t, files, false, nil)
	delete(files, "index.html")
	if w := get(handler, "/"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "cannot be read") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	handler := open(t, built, false, nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/repositories", strings.NewReader("a=b")))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	w = httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("HEAD: %d %q", w.Code, w.Body)
	}
}

func TestWithoutABuild(t *testing.T) {
	t.Parallel()
	w := get(open(t, fstest.MapFS{".gitkeep": {}}, false, nil), "/")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "make web") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}
