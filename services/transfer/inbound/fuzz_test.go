package inbound_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// answers are the statuses that a peer may get for whatever it sends.
var answers = map[int]bool{
	http.StatusOK: true, http.StatusBadRequest: true, http.StatusForbidden: true, http.StatusNotFound: true, http.StatusMethodNotAllowed: true,
	http.StatusRequestEntityTooLarge: true, http.StatusUnsupportedMediaType: true, http.StatusNotAcceptable: true, http.StatusGone: true,
	http.StatusRequestURITooLong: true, http.StatusUnprocessableEntity: true,
}

// FuzzRegister sends documents of a registration: what gets through is a name and an identifier that can be shown.
func FuzzRegister(f *testing.F) {
	for _, seed := range []string{
		`{"uuid":"urn:uuid:x","name":"Kisumu","apitype":"eden"}`, `{"uuid":" u ","name":"a\r\nb"}`, `{"uuid":5}`, `[]`, `{"uuid":"a"}{"uuid":"b"}`, `{"uuid":"\ud800"}`, "", "{",
	} {
		f.Add(seed, "application/json")
	}
	f.Add("uuid=x&name=y", "application/x-www-form-urlencoded")
	f.Fuzz(func(t *testing.T, body, kind string) {
		fixture := newFixture()
		w := fixture.do("POST", regURL, body, func(r *http.Request) { r.Header.Set("Content-Type", strings.ToValidUTF8(kind, "")) })
		if !answers[w.Code] {
			t.Fatalf("%q: %d %s", body, w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q: answer %q", body, w.Body)
		}
		for _, peer := range fixture.directory.peers {
			odd := func(r rune) bool { return !unicode.IsPrint(r) }
			if peer.UUID == "" || peer.Name == "" || strings.ContainsFunc(peer.UUID+peer.Name, odd) || utf8.RuneCountInString(peer.Name) > 64 || len(peer.UUID) > 128 {
				t.Fatalf("%q registers %+v", body, peer)
			}
		}
	})
}

// FuzzPath asks for any path and query: none of them does what its method and account may not, or ends in a fault.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{
		"/sync/sync.xml", "//sync//sync.xml", "/eden/sync/repository/register.json", "/org/office/sync.xml", "/default/download/..%2f..%2fconfig.db",
		"/%2e%2e/sync/sync.xml", "/sync/sync.xml/", "/a%00b/c/sync.xml", "/auth/user/sync.xml", "/sync/repository/register.%zz",
	} {
		f.Add(seed, "resource=org_office&repository="+peerUUID)
	}
	f.Add("/sync/sync.xml", "resource=auth_user&repository=x&msince=0001-01-01T00:00:00&start=-1&limit=99999999999999999999&include_deleted=%ff")
	f.Fuzz(func(t *testing.T, path, query string) {
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		for _, method := range []string{"GET", "POST"} {
			fixture := newFixture()
			w := fixture.do(method, "/", oneOffice, func(r *http.Request) {
				r.URL.RawPath, r.URL.Path, r.URL.RawQuery = path, path, query
			})
			if !answers[w.Code] {
				t.Fatalf("%s %q?%q: %d %s", method, path, query, w.Code, w.Body)
			}
			for _, x := range fixture.engine.exports {
				if strings.HasPrefix(x.Resource, "auth_") || method != "GET" {
					t.Fatalf("%s %q?%q exports %+v", method, path, query, x)
				}
			}
			for _, x := range fixture.engine.imports {
				if strings.HasPrefix(x.in.Resource, "auth_") || method == "GET" {
					t.Fatalf("%s %q?%q imports %+v", method, path, query, x.in)
				}
			}
		}
	})
}

// FuzzBody sends bodies in any packing.
func FuzzBody(f *testing.F) {
	f.Add([]byte(oneOffice), "text/xml", "")
	f.Add([]byte("\x1f\x8b\x08\x00"), "text/xml", "gzip")
	f.Add([]byte("\x28\xb5\x2f\xfd"), "text/xml", "zstd")
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\n\r\n"+oneOffice+"\r\n--b--\r\n"), "multipart/form-data; boundary=b", "")
	f.Add([]byte("--b\r\n\r\n--b--"), "multipart/form-data; boundary=\"b", "deflate, gzip")
	f.Fuzz(func(t *testing.T, body []byte, kind, encoding string) {
		fixture := newFixture()
		w := fixture.do("POST", pushURL, string(body), func(r *http.Request) {
			r.Header["Content-Type"], r.Header["Content-Encoding"] = []string{kind}, []string{encoding}
		})
		if !answers[w.Code] {
			t.Fatalf("%q as %q, %q: %d %s", body, kind, encoding, w.Code, w.Body)
		}
	})
}
