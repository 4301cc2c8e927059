package peertest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// answer is what the fake would say if nothing went wrong.
type answer struct {
	status      int
	contentType string
	header      http.Header
	body        []byte
}

func text(status int, body string) answer {
	return answer{status: status, contentType: "text/html; charset=UTF-8", body: []byte(body)}
}

// ticket is the page of a web2py that failed.
func ticket() answer {
	return text(http.StatusInternalServerError, `<html><body><h1>Internal error</h1>Ticket issued: <a href="/admin/default/ticket/eden/1">eden/1</a></body><!-- junk --></html>`)
}

// failed is Eden's JSON for refusals; the message may be empty, as for unknown tables.
func failed(status int, message string) answer {
	m := newMembers("status", "failed", "statuscode", strconv.Itoa(status))
	if message != "" {
		m.add("message", message)
	}
	return answer{status: status, contentType: "application/json", body: m.text()}
}

// members is a JSON object with its members in order, spelled as Python does.
type members struct{ b strings.Builder }

func newMembers(pairs ...string) *members {
	m := &members{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.add(pairs[i], pairs[i+1])
	}
	return m
}

func (m *members) add(name string, value any) {
	encoded, err := json.Marshal(value)
	if err != nil {
		encoded = []byte("null")
	}
	if m.b.Len() > 0 {
		m.b.WriteString(", ")
	}
	m.b.WriteString(strconv.Quote(name) + ": ")
	m.b.Write(encoded)
}

func (m *members) text() []byte { return []byte("{" + m.b.String() + "}") }

// packed compresses an answer if the fake is told to and the client accepts it.
func (a answer) packed(encoding string, r *http.Request) answer {
	if encoding == "" || len(a.body) == 0 || !strings.Contains(r.Header.Get("Accept-Encoding"), encoding) {
		return a
	}
	a.body = compressed(encoding, a.body)
	a.header = a.header.Clone()
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set("Content-Encoding", encoding)
	return a
}

func compressed(encoding string, plain []byte) []byte {
	var b bytes.Buffer
	if encoding == "zstd" {
		z, err := zstd.NewWriter(nil)
		if err != nil {
			return nil
		}
		return z.EncodeAll(plain, nil)
	}
	g := gzip.NewWriter(&b)
	_, _ = g.Write(plain)
	_ = g.Close()
	return b.Bytes()
}
