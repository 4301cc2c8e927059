package peertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/services/transfer"
)

// ServeHTTP answers as an Eden at /eden, after the faults that are due.
func (e *Eden) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := operation(r)
	body, err := e.record(op, r)
	e.mu.Lock()
	w.Header().Set("Set-Cookie", "session_id_eden=127.0.0.1-b431ef4f; HttpOnly; Path=/; SameSite=Lax")
	if e.edensync {
		w.Header().Set("Edensync-Version", e.version)
	}
	encoding := e.encoding
	e.mu.Unlock()
	if err != nil {
		return
	}
	x := &Exchange{Request: r, Writer: w, eden: e, proper: func() answer { return e.answer(op, r, body).packed(encoding, r) }}
	if fault := e.scripted(op); fault != nil {
		fault(x)
		return
	}
	a := x.proper()
	x.deliver(a, len(a.body))
}

// record keeps a request for assertions and reads its body.
func (e *Eden) record(op Op, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Encoding") == "zstd" {
		body, err = unpack(body)
	}
	user, password, _ := r.BasicAuth()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests = append(e.requests, Request{
		Op: op, Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery, Query: r.URL.Query(), Header: r.Header.Clone(),
		Length: r.ContentLength, Host: r.Host, User: user, Password: password, Body: body,
	})
	number := len(e.requests) - 1
	*r = *r.WithContext(withNumber(r.Context(), number))
	return body, err
}

func unpack(body []byte) ([]byte, error) {
	z, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderMaxWindow(transfer.CompressionWindow))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return io.ReadAll(z)
}

// remember notes how a recorded request was answered.
func (e *Eden) remember(r *http.Request, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := number(r.Context()); n < len(e.requests) {
		e.requests[n].Status = status
	}
}

// answer is what an Eden says: access first, then the function.
func (e *Eden) answer(op Op, r *http.Request, body []byte) answer {
	e.mu.Lock()
	defer e.mu.Unlock()
	if op == Download {
		return e.download(r)
	}
	if refusal, ok := e.access(op, r); !ok {
		return refusal
	}
	switch op {
	case Register:
		return e.register(r, body)
	case Push:
		return e.push(r, body)
	case Pull:
		return e.pull(r)
	default:
		return text(http.StatusNotFound, fmt.Sprintf("<html><body><h1>invalid function (%s)</h1></body></html>", function(r.URL.Path)))
	}
}

// function is controller and function of a path.
func function(p string) string {
	p = strings.TrimSuffix(strings.TrimPrefix(p, "/eden/"), path.Ext(p))
	return strings.Trim(p, "/")
}

func (e *Eden) access(op Op, r *http.Request) (answer, bool) {
	if !e.signedIn(r) {
		a := text(http.StatusUnauthorized, "Authentication Required")
		a.header = http.Header{"Www-Authenticate": {`Basic realm="eden"`}}
		return a, false
	}
	if e.forbidden[op] {
		return text(http.StatusForbidden, "Insufficient Privileges"), false
	}
	return answer{}, true
}

func (e *Eden) signedIn(r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	return e.user == "" || user == e.user && password == e.password
}

func (e *Eden) download(r *http.Request) answer {
	f, ok := e.files[path.Base(r.URL.Path)]
	switch {
	case !ok:
		return text(http.StatusNotFound, "<html><body><h1>file not found</h1></body></html>")
	case !f.Public && !e.signedIn(r):
		return text(http.StatusUnauthorized, "Authentication Required")
	}
	return answer{
		status: http.StatusOK, contentType: f.ContentType, body: f.Content,
		header: http.Header{"Content-Disposition": {fmt.Sprintf("attachment; filename=%q", f.Filename)}},
	}
}

func (e *Eden) register(r *http.Request, body []byte) answer {
	switch {
	case !strings.HasSuffix(r.URL.Path, ".json"):
		return failed(http.StatusUnsupportedMediaType, "Unsupported data format!")
	case r.Method != http.MethodPost && r.Method != http.MethodPut:
		return failed(http.StatusMethodNotAllowed, "Unsupported method!")
	}
	var who struct {
		UUID string `json:"uuid"`
		Name string `json:"name"`
	}
	if err := json.Unmarshal(body, &who); err != nil {
		return failed(http.StatusBadRequest, "Invalid parameters: "+err.Error())
	}
	_, known := e.repositories[who.UUID]
	switch {
	case who.UUID == "":
		return e.registered("failed", "400", "No repository identifier specified")
	case known:
		e.repositories[who.UUID] = who.Name
		return e.registered("success", "200", "Registration update successful")
	case who.Name == "":
		return ticket()
	}
	e.repositories[who.UUID] = who.Name
	return e.registered("success", "200", "Registration successful")
}

func (e *Eden) registered(status, code, message string) answer {
	return answer{
		status: http.StatusOK, contentType: "application/json",
		body: newMembers("status", status, "statuscode", code, "message", message, "sender", e.uuid).text(),
	}
}

// resource reads the parameter that both directions need. ok is false when the answer is a refusal.
func (e *Eden) resource(r *http.Request) (string, answer, bool) {
	name := r.URL.Query().Get("resource")
	switch {
	case name == "" || name == "mixed":
		a := failed(http.StatusBadRequest, "Mixed resource synchronization not supported")
		a.status, a.contentType = http.StatusOK, "text/html"
		return "", a, false
	case !strings.Contains(name, "_"):
		return "", text(http.StatusBadRequest, "Invalid request"), false
	case e.tables[name] == nil:
		return "", failed(http.StatusBadRequest, ""), false
	}
	return name, answer{}, true
}
