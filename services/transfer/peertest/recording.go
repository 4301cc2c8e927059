package peertest

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"testing"
)

// A Recording is one exchange between two real Edens, byte for byte.
type Recording struct {
	Name     string // of its folder: number, what is asked, what comes of it
	Request  []byte
	Response []byte
}

// Recordings reads the exchanges in the folder that EDENSYNC_WIRE names, or beside the repository. They are not part of
// this project: without them there are none, and the test says so.
func Recordings(tb testing.TB) []Recording {
	tb.Helper()
	folder := os.Getenv("EDENSYNC_WIRE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "wire")
	}
	root := os.DirFS(folder)
	files, err := fs.Glob(root, "*/request.http")
	if err != nil {
		tb.Fatal(err)
	}
	if len(files) == 0 {
		tb.Logf("no recordings in %s: nothing is replayed; set EDENSYNC_WIRE to a folder with some", folder)
	}
	all := make([]Recording, len(files))
	for i, file := range files {
		all[i].Name = path.Dir(file)
		if all[i].Request, err = fs.ReadFile(root, file); err != nil {
			tb.Fatal(err)
		}
		if all[i].Response, err = fs.ReadFile(root, path.Join(all[i].Name, "response.http")); err != nil {
			tb.Fatal(err)
		}
	}
	return all
}

// Asked is the recorded request with its body.
func (r Recording) Asked(tb testing.TB) (*http.Request, []byte) {
	tb.Helper()
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.Request)))
	if err != nil {
		tb.Fatalf("%s: %v", r.Name, err)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		tb.Fatalf("%s: %v", r.Name, err)
	}
	request.Body, request.RemoteAddr = io.NopCloser(bytes.NewReader(body)), "127.0.0.1:1"
	return request, body
}

// Answered is status and body of the recorded answer.
func (r Recording) Answered(tb testing.TB) (status int, body []byte) {
	tb.Helper()
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(r.Response)), nil)
	if err != nil {
		tb.Fatalf("%s: %v", r.Name, err)
	}
	body, err = io.ReadAll(response.Body)
	if err == nil {
		err = response.Body.Close()
	}
	if err != nil {
		tb.Fatalf("%s: %v", r.Name, err)
	}
	return response.StatusCode, body
}
