package inbound_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/policy"
)

// recordings is where exchanges between two real Edens lie, one folder for each with request.http and
// response.http: EDENSYNC_WIRE, else beside the repository.
func recordings() string {
	if dir := os.Getenv("EDENSYNC_WIRE"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "..", "shared", "wire")
}

// differs are the recorded requests that edensync answers with another status than Eden, and why.
var differs = map[string]int{
	"21-pull-no-resource":                  400, // mixed mode: Eden says 400 in the envelope only
	"55-push-no-resource":                  400,
	"53-push-unknown-resource":             200, // the store takes every table
	"58-push-content-type-text-xml-500":    200, // Eden crashes
	"65-push-master-policy-new-record-500": 200,
	"70-delete-method-deletes-all":         405, // Eden deletes the table
	"80-data-repository-first":             404, // data repositories are not offered
	"80b-dataset":                          404,
	"81-data-repository-again":             404,
	"81b-task":                             404,
	"81c-resource_filter":                  404,
	"82-data-repository-archive":           404,
	"82b-task":                             404,
	"82c-resource_filter":                  404,
	"82d-dataset":                          404,
}

// exchanged is one recording.
type exchanged struct {
	name    string
	request []byte
	status  int
	answer  []byte
}

func readRecordings(t *testing.T) []exchanged {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(recordings(), "*", "request.http"))
	if err != nil {
		t.Fatal(err)
	}
	var all []exchanged
	for _, file := range folders {
		request, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		response, err := os.ReadFile(filepath.Join(filepath.Dir(file), "response.http"))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(response)), nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, exchanged{filepath.Base(filepath.Dir(file)), request, answer.StatusCode, body})
	}
	return all
}

// replay sends a recorded request, byte for byte, and gives back what was answered and what had been sent.
func replay(t *testing.T, f *fixture, recorded exchanged) (*httptest.ResponseRecorder, *http.Request, string) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(recorded.request)))
	if err != nil {
		t.Fatalf("%s: %v", recorded.name, err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatalf("%s: %v", recorded.name, err)
	}
	r.Body, r.RemoteAddr = io.NopCloser(bytes.NewReader(body)), "127.0.0.1:1"
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w, r, string(body)
}

func TestRecordedRequestsOfAnEden(t *testing.T) {
	t.Parallel()
	all := readRecordings(t)
	if len(all) == 0 {
		t.Logf("no recordings in %s: nothing is replayed; set EDENSYNC_WIRE to a folder with some", recordings())
		return
	}
	for _, recorded := range all {
		t.Run(recorded.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture()
			if strings.HasPrefix(recorded.name, "01-") || strings.HasPrefix(recorded.name, "04-") {
				delete(f.directory.repositories, peerUUID)
			}
			w, r, body := replay(t, f, recorded)
			want, other := differs[recorded.name]
			if !other {
				want = recorded.status
			}
			if w.Code != want {
				t.Fatalf("%s %s: %d instead of %d: %.300s", r.Method, r.URL, w.Code, want, w.Body)
			}
			switch {
			case w.Code == http.StatusUnauthorized:
				if w.Body.String() != string(recorded.answer) {
					t.Errorf("body %q, Eden's %q", w.Body, recorded.answer)
				}
			case strings.Contains(r.URL.Path, "/download/"):
				if w.Body.String() != "file /"+filepath.Base(r.URL.Path) {
					t.Errorf("body %s", w.Body)
				}
			case strings.Contains(r.URL.Path, "/repository/"):
				sameEnvelope(t, w.Body.Bytes(), recorded.answer)
			case w.Code != http.StatusOK:
			case r.Method == http.MethodGet:
				sentAsAsked(t, f, w, r)
			default:
				takenAsSent(t, f, r, body, recorded)
			}
		})
	}
}

// sameEnvelope compares what an Eden reads of an answer; the words of a JSON parser are its own.
func sameEnvelope(t *testing.T, got, want []byte) {
	t.Helper()
	var a, b map[string]string
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if json.Unmarshal(want, &b) != nil {
		return // plain text about permissions
	}
	cutWords := func(m map[string]string) { m["message"], _, _ = strings.Cut(m["message"], ": ") }
	cutWords(a)
	cutWords(b)
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("envelope (-Eden +edensync):\n%s", diff)
	}
}

func sentAsAsked(t *testing.T, f *fixture, w *httptest.ResponseRecorder, r *http.Request) {
	t.Helper()
	if w.Header().Get("Content-Type") != "text/xml" || w.Body.String() != emptyDocument || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("headers %v, body %s", w.Header(), w.Body)
	}
	q := r.URL.Query()
	out := f.export(t)
	if resource := q.Get("resource"); resource != "" && out.Resource != resource {
		t.Errorf("resource %q instead of %q", out.Resource, resource)
	}
	if since := strings.TrimSuffix(q.Get("msince"), "Z"); since != "" && out.Since.Format("2006-01-02T15:04:05") != since {
		t.Errorf("since %s instead of %s", out.Since, since)
	}
	filters := 0
	for key := range q {
		if strings.HasPrefix(key, "[") {
			filters++
		}
	}
	if len(out.Filters) != filters {
		t.Errorf("filters %v, %d were sent", out.Filters, filters)
	}
	if known := q.Get("repository") == peerUUID; known != (out.RepositoryID == "peer") || known != slices.Contains(f.directory.contacts, "peer") {
		t.Errorf("repository %q, contacts %v", out.RepositoryID, f.directory.contacts)
	}
}

func takenAsSent(t *testing.T, f *fixture, r *http.Request, body string, recorded exchanged) {
	t.Helper()
	if len(f.engine.imports) != 1 {
		t.Fatalf("%d imports", len(f.engine.imports))
	}
	got := f.engine.imports[0]
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		_, body, _ = strings.Cut(body, "\r\n\r\n")
		body, _, _ = strings.Cut(body, "\r\n--")
	}
	if got.body != body {
		t.Errorf("%d bytes were imported, %d were sent", len(got.body), len(body))
	}
	if got.in.Rule != sentRule(r.URL.Query()) || got.in.Resource != r.URL.Query().Get("resource") || got.in.Repository.UUID != peerUUID || got.in.Complete {
		t.Errorf("import %+v", got.in)
	}
	var theirs struct{ Records *int64 }
	if json.Unmarshal(recorded.answer, &theirs) == nil && theirs.Records == nil && recorded.status == http.StatusOK {
		t.Errorf("Eden counted no records: %s", recorded.answer)
	}
}

// sentRule is what the recorded parameters mean here.
func sentRule(q url.Values) policy.Rule {
	rule := policy.Rule{Strategy: policy.All, Update: policy.Newer, Conflict: policy.Master}
	if q.Get("strategy") == "create" {
		rule.Strategy = policy.Create
	}
	if q.Get("update_policy") == "OTHER" {
		rule.Update = policy.This
	}
	if q.Get("conflict_policy") == "NEWER" {
		rule.Conflict = policy.Newer
	}
	return rule
}
