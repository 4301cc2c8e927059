// Package pages serves the description of the REST interface, written on the server so that it needs no script and
// nothing from elsewhere.
package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"github.com/edensync/edensync/gateway/openapi"
)

//go:embed files
var files embed.FS

// New is the handler of /docs and /openapi.json.
func New() (http.Handler, error) { return handler() }

// handler is written once, however many sites the process runs.
var handler = sync.OnceValues(func() (http.Handler, error) {
	templates, err := template.ParseFS(files, "files/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	reference, err := readReference(openapi.Document())
	if err != nil {
		return nil, err
	}
	docs, err := render(templates, "docs.html", reference)
	if err != nil {
		return nil, err
	}
	style, err := files.ReadFile("files/style.css")
	if err != nil {
		return nil, fmt.Errorf("read the style of the pages: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /docs", constant("text/html; charset=utf-8", docs))
	mux.HandleFunc("GET /docs/style.css", constant("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /openapi.json", constant("application/json", openapi.Document()))
	return mux, nil
})

func render(templates *template.Template, name string, data any) ([]byte, error) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		return nil, fmt.Errorf("write page %s: %w", name, err)
	}
	return page.Bytes(), nil
}

// constant answers the same content always; browsers ask again after each update.
func constant(kind string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(content) // A client that has gone away is no error of ours.
	}
}
