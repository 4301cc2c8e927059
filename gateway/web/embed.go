// Package web is the app in which administrators work: a single page, built from src by "make web" into dist, which
// becomes part of the program. What the app shows comes from the REST interface and from nowhere else.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is what the build made; without a build it holds no index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // The name stands in the line above.
	}
	return files
}
