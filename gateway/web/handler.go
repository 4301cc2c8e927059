package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// unbuilt stands in place of the app where nobody has built it.
//
//go:embed unbuilt.html
var unbuilt embed.FS

// Options of a Handler.
type Options struct {
	// Files is the built app; see Files.
	Files fs.FS
	// SetupRequired tells whether the site still waits for its first administrator.
	SetupRequired func(ctx context.Context) (bool, error)
}

// file is one file of the app in all forms in which it goes out. Its content stays where it is, in the program's own file, and is
// not read before somebody asks for it.
type file struct {
	files   fs.FS
	kind    string
	forever bool                   // its name changes with its content
	forms   map[string]string      // name of the form in files, by content encoding; "" is the plain one
	etag    func() (string, error) // of the plain form
}

// kinds are those of a build, the same on every machine.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2",
}

// encodings in the order of preference, with the endings under which the build leaves them.
var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

// Handler serves the app: files by their names, and the page itself for every other path, because the app finds its
// pages by itself. /setup answers 404 once the site is set up, so that nothing of the setup is left to be found.
type Handler struct {
	files map[string]file
	page  file
	setup func(ctx context.Context) (bool, error)
}

// New finds the files; they never change while the program runs.
func New(o Options) (*Handler, error) {
	h := &Handler{files: map[string]file{}, page: newFile(unbuilt, "unbuilt.html"), setup: o.SetupRequired}
	err := fs.WalkDir(o.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || isPacked(name) {
			return err
		}
		return h.add(o.Files, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of the app: %w", err)
	}
	if page, built := h.files["index.html"]; built {
		h.page = page
	}
	return h, nil
}

func isPacked(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") || path.Base(name) == ".gitkeep"
}

func (h *Handler) add(files fs.FS, name string) error {
	made := newFile(files, name)
	for _, encoding := range encodings {
		packed := name + encoding.ending
		switch _, err := fs.Stat(files, packed); {
		case err == nil:
			made.forms[encoding.name] = packed
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("find %s: %w", packed, err)
		}
	}
	h.files[name] = made
	return nil
}

func newFile(files fs.FS, name string) file {
	kind, known := kinds[path.Ext(name)]
	if !known {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	return file{
		files: files, kind: kind, forever: strings.HasPrefix(name, "assets/"), forms: map[string]string{"": name},
		etag: sync.OnceValues(func() (string, error) { return digest(files, name) }),
	}
}

// digest tells contents apart.
func digest(files fs.FS, name string) (string, error) {
	content, err := files.Open(name)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, content)
	return `"` + hex.EncodeToString(sum.Sum(nil)[:8]) + `"`, errors.Join(err, content.Close())
}

// ServeHTTP answers a file, or the page.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This is a page: it can only be read. Programs find the interface under /docs.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	found, ok := h.files[name]
	switch {
	case ok:
		found.serve(w, r, http.StatusOK)
	case strings.HasPrefix(name, "assets/"):
		w.Header().Set("Cache-Control", "no-store") // Another version of the program may have it in a moment.
		http.Error(w, "This file belongs to another version of the app. Load the page again.", http.StatusNotFound)
	default:
		h.page.serve(w, r, h.status(r))
	}
}

// status is 404 for the setup of a site that has been set up. When nobody can say so, the app finds out.
func (h *Handler) status(r *http.Request) int {
	if r.URL.Path != "/setup" {
		return http.StatusOK
	}
	if required, err := h.setup(r.Context()); err == nil && !required {
		return http.StatusNotFound
	}
	return http.StatusOK
}

func (f file) serve(w http.ResponseWriter, r *http.Request, status int) {
	encoding := f.choose(r.Header.Get("Accept-Encoding"))
	content, etag, err := f.open(encoding)
	if err != nil {
		http.Error(w, "This file of the app cannot be read: "+err.Error()+". Install the program again.", http.StatusInternalServerError)
		return
	}
	defer func() { _ = content.Close() }() // It was only read.
	header := w.Header()
	header.Set("Content-Type", f.kind)
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", etag)
	header.Set("Cache-Control", "no-cache")
	if f.forever {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if status == http.StatusOK && r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, content) // A client that has gone away is no error of ours.
	}
}

// open also says what tells the file from its other versions.
func (f file) open(encoding string) (content fs.File, etag string, err error) {
	if etag, err = f.etag(); err != nil {
		return nil, "", err
	}
	content, err = f.files.Open(f.forms[encoding])
	return content, etag, err
}

// choose is the best form that the client takes.
func (f file) choose(accepted string) string {
	for _, encoding := range encodings {
		if _, made := f.forms[encoding.name]; made && accepts(accepted, encoding.name) {
			return encoding.name
		}
	}
	return ""
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == encoding && strings.TrimSpace(quality) != "q=0" {
			return true
		}
	}
	return false
}
