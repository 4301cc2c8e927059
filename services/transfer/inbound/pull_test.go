package inbound_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
)

func at(hour, second, nano int) time.Time {
	return time.Date(2026, 11, 23, hour, 0, second, nano, time.UTC)
}

func TestGTW026_Msince(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("GET", pullURL+"&msince=2026-11-23T10:00:01", "")
	if got := f.export(t).Since; !got.Equal(at(10, 1, 0)) || got.Location() != time.UTC {
		t.Errorf("since %s", got)
	}
}

func TestGTW027_OtherFormsOfMsince(t *testing.T) {
	t.Parallel()
	readable := map[string]time.Time{
		"2026-11-23T10:00:01Z":          at(10, 1, 0),
		"2026-11-23T12:00:01%2B02:00":   at(10, 1, 0),
		"2026-11-23T12:00:01+02:00":     at(10, 1, 0),
		"2026-11-23T08:00:01-02:00":     at(10, 1, 0),
		"2026-11-23T10:00:01.25":        at(10, 1, 250_000_000),
		"2026-11-23T10:00:01.25Z":       at(10, 1, 250_000_000),
		"2026-11-23%2010:00:01":         at(10, 1, 0),
		"2026-11-23%2012:00:01%2B02:00": at(10, 1, 0),
		"2026-11-23":                    at(0, 0, 0),
		"":                              {},
		"%20":                           {},
	}
	for sent, want := range readable {
		f := newFixture()
		if w := f.do("GET", pullURL+"&msince="+sent, ""); w.Code != http.StatusOK {
			t.Errorf("msince=%s: %d %s", sent, w.Code, w.Body)
			continue
		}
		if got := f.export(t).Since; !got.Equal(want) {
			t.Errorf("msince=%s became %s instead of %s", sent, got, want)
		}
	}
	for _, sent := range []string{"yesterday", "2026-13-01T00:00:00", "2026-11-23T25:00:00", "1700000000", "2026-11-23T10:00", "None"} {
		f := newFixture()
		refused(t, f.do("GET", pullURL+"&msince="+sent, ""), http.StatusBadRequest, "is no time")
		if e := f.journal.only(t); e.Action != inbound.ActionParse || len(f.engine.exports) != 0 {
			t.Errorf("entry %+v", e)
		}
	}
}

func TestGTW028_DeletedRecordsAreAlwaysSent(t *testing.T) {
	t.Parallel()
	for _, parameter := range []string{"", "&include_deleted=True", "&include_deleted=False", "&start=5&limit=2&components=None"} {
		f := newFixture()
		f.do("GET", pullURL+parameter, "")
		want := transfer.Export{RepositoryID: "peer", Resource: "org_office", WithDeleted: true}
		if diff := cmp.Diff(want, f.export(t)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", parameter, diff)
		}
	}
}

func TestTheDirectEndpointHonoursSlices(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query string
		want  transfer.Export
	}{
		{"", transfer.Export{}},
		{"&include_deleted=True", transfer.Export{WithDeleted: true}},
		{"&include_deleted=1", transfer.Export{WithDeleted: true}},
		{"&include_deleted=False", transfer.Export{}},
		{"&start=0", transfer.Export{}},
		{"&start=3&limit=4", transfer.Export{Offset: 3, Limit: 4}},
		{"&msince=2026-11-23T10:00:00&limit=1", transfer.Export{Since: at(10, 0, 0), Limit: 1}},
		{"&~.name=A", transfer.Export{Filters: []transfer.Filter{{Table: "org_office", Query: "~.name=A"}}}},
	}
	for _, tt := range tests {
		f := newFixture()
		f.do("GET", "/eden/org/office/sync.xml?repository="+peerUUID+tt.query, "")
		tt.want.RepositoryID, tt.want.Resource = "peer", "org_office"
		if diff := cmp.Diff(tt.want, f.export(t)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.query, diff)
		}
	}
	for _, query := range []string{"start=-1", "start=x", "limit=0", "limit=-5", "limit=1.5", "limit=99999999999999999999"} {
		refused(t, newFixture().do("GET", "/org/office/sync.xml?"+query, ""), http.StatusBadRequest, "no whole number")
	}
}

func TestGTW029_Filters(t *testing.T) {
	t.Parallel()
	want := []transfer.Filter{{Table: "org_office", Query: "~.name__like=A%2A"}}
	for _, sent := range []string{"[~]~.name__like=A*", "%5B~%5D~.name__like=A%2A", "%5b%7E%5d%7E.name__like=A*", "[]~.name__like=A*", "[org_office]~.name__like=A*"} {
		for _, position := range []string{pullURL + "&" + sent, "/sync/sync.xml?" + sent + "&resource=org_office&repository=" + peerUUID} {
			f := newFixture()
			if w := f.do("GET", position, ""); w.Code != http.StatusOK {
				t.Fatalf("%s: %s", sent, w.Body)
			}
			if diff := cmp.Diff(want, f.export(t).Filters); diff != "" {
				t.Errorf("%s (-want +got):\n%s", sent, diff)
			}
		}
	}
}

func TestGTW030_FiltersOfOtherTables(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("GET", pullURL+"&[~]office.name=A%26B&[gis_location]~.L0=NO&[~]office.code=1,2&[~]office.name!=%22x,y%22", "")
	want := []transfer.Filter{
		{Table: "org_office", Query: "office.name=A%26B&office.code=1%2C2&office.name%21=%22x%2Cy%22"},
		{Table: "gis_location", Query: "~.L0=NO"},
	}
	if diff := cmp.Diff(want, f.export(t).Filters); diff != "" {
		t.Errorf("filters (-want +got):\n%s", diff)
	}
}

func TestGTW031_FiltersThatNobodyUnderstands(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ query, message string }{
		{"[~]~.name__near=A", "__near is unknown"},
		{"[~]name=A", "must name a field"},
		{"[~]=A", "must name a field"},
		{"[~]~.name", ""},
		{"[~~.name=A", "names no table"},
		{"[office]~.name=A", "names no table"},
		{"[~]~.dataset_id$code=A", "over references are not supported"},
		{"[~]$filter=(~.a)", "expressions are not supported"},
		{"[~]~.name=%zz", "broken percent sequence"},
		{"[~]~.name=%ff", "no UTF-8"},
		{"[~]~.name=%22A", "not closed"},
	} {
		f := newFixture()
		w := f.do("GET", pullURL+"&"+tt.query, "")
		if tt.message == "" {
			// A parameter without value is one with an empty value: the field must be the empty text.
			if w.Code != http.StatusOK || f.export(t).Filters[0].Query != "~.name=" {
				t.Errorf("%s: %d", tt.query, w.Code)
			}
			continue
		}
		refused(t, w, http.StatusBadRequest, tt.message)
		if len(f.engine.exports) != 0 {
			t.Errorf("%s: something was exported", tt.query)
		}
	}
	// Which fields exist is known to the engine alone.
	f := newFixture()
	f.engine.fail = apierr.Invalid(apierr.Field{Name: "filter", Message: "org_office has no field nme"})
	refused(t, f.do("GET", pullURL+"&[~]~.nme=A", ""), http.StatusBadRequest, "has no field nme")
}

func TestGTW032_NothingMatches(t *testing.T) {
	t.Parallel()
	w := newFixture().do("GET", pullURL, "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/xml" || w.Body.String() != emptyDocument {
		t.Errorf("%d %q %s", w.Code, w.Header(), w.Body)
	}
}

func TestGTW033_RecordsThatNobodyMayRead(t *testing.T) {
	t.Parallel()
	f := newFixture()
	refused(t, f.do("GET", "/sync/sync.xml?resource=auth_user&repository="+peerUUID, ""), http.StatusForbidden, "stays at its site")
	refused(t, f.do("GET", "/auth/user/sync.xml?repository="+peerUUID, ""), http.StatusForbidden, "stays at its site")
	if len(f.engine.exports) != 0 {
		t.Error("something was exported")
	}
	if e := f.journal.all()[0]; e.Action != inbound.ActionAuthorize || e.Reason != apierr.ReasonResourceProtected {
		t.Errorf("entry %+v", e)
	}
}

func TestGTW034_LastContact(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("GET", pullURL, "")
	f.engine.fail = errors.New("broken")
	f.do("GET", pullURL, "")
	f.do("GET", pullURL+"&msince=x", "")
	if diff := cmp.Diff([]string{"peer"}, f.directory.contacts); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
}

// document is a well-formed document of about n bytes.
func document(n int) string {
	return "<?xml version='1.0' encoding='utf-8'?>\n<s3xml>" + strings.Repeat("<resource name=\"org_office\"/>", n/29) + "</s3xml>"
}

// inPieces writes a document as an encoder does.
func inPieces(text string, end error) func(context.Context, transfer.Export, func(inbound.Selected) io.Writer) error {
	return func(_ context.Context, _ transfer.Export, open func(inbound.Selected) io.Writer) error {
		w := open(inbound.Selected{Results: 7})
		for rest := text; rest != ""; {
			piece := rest[:min(3000, len(rest))]
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
			rest = rest[len(piece):]
		}
		return end
	}
}

func TestGTW035_TheDocumentArrivesAsItIs(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 60_000, 1 << 20} {
		f := newFixture()
		f.now = time.Now()
		text := document(size)
		f.engine.exporting = inPieces(text, nil)
		server := httptest.NewServer(f)
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+pullURL, http.NoBody)
		r.SetBasicAuth("peer", "secret")
		r.Header.Set("Accept-Encoding", "identity")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		server.Close()
		if err != nil || string(body) != text || answer.Header.Get("Content-Type") != "text/xml" {
			t.Errorf("size %d: %d bytes, %v, %q", size, len(body), err, answer.Header)
		}
		if wantLength := size < 64<<10; wantLength && answer.ContentLength != int64(len(text)) || !wantLength && answer.ContentLength >= 0 {
			t.Errorf("size %d: Content-Length %d", size, answer.ContentLength)
		}
	}
}

func TestGTW049_Compression(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		offered, want string
		size          int
	}{
		{"", "", 1 << 20},
		{"identity", "", 1 << 20},
		{"br, deflate, *", "", 1 << 20},
		{"gzip;q=0", "", 1 << 20},
		{"gzip;q=nonsense", "", 1 << 20},
		{"gzip;q=0.5, identity", "", 1 << 20},
		{"gzip", "gzip", 1 << 20},
		{"gzip", "gzip", 5000},
		{"gzip", "", 500},
		{"GZIP ; Q=1, deflate", "gzip", 1 << 20},
		{"gzip, zstd", "zstd", 1 << 20},
		{"gzip, zstd;q=0.9", "gzip", 1 << 20},
		{"zstd", "zstd", 5000},
	} {
		f := newFixture()
		text := document(tt.size)
		f.engine.exporting = inPieces(text, nil)
		w := f.do("GET", pullURL, "", with("Accept-Encoding", tt.offered))
		if got := w.Header().Get("Content-Encoding"); got != tt.want || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: encoding %q", tt.offered, got)
			continue
		}
		wire := w.Body.Len()
		if got := inflate(t, tt.want, w.Body); got != text {
			t.Errorf("%q: the document is damaged", tt.offered)
		}
		if sent := f.journal.all()[0].BytesSent; sent != int64(wire) || tt.want != "" && wire > len(text)/2 {
			t.Errorf("%q: %d bytes on the wire, the log says %d", tt.offered, wire, sent)
		}
	}
}

func inflate(t *testing.T, encoding string, body *bytes.Buffer) string {
	t.Helper()
	var r io.Reader = body
	switch encoding {
	case "gzip":
		g, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		r = g
	case "zstd":
		z, err := zstd.NewReader(body, zstd.WithDecoderMaxWindow(transfer.CompressionWindow))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFailureBeforeTheFirstByteIsAnErrorAnswer(t *testing.T) {
	t.Parallel()
	for size, cause := range map[int]error{0: io.ErrUnexpectedEOF, 50_000: errors.New("sql: no rows")} {
		f := newFixture()
		f.engine.exporting = inPieces(document(size), cause)
		w := f.do("GET", pullURL, "", with(inbound.HeaderCursor, ""))
		refused(t, w, http.StatusInternalServerError, "internal error")
		if w.Header().Get(inbound.HeaderCursor) != "" || w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
			t.Errorf("headers %v", w.Header())
		}
		if e := f.journal.only(t); e.Action != inbound.ActionSend || e.Result != inbound.ResultError || e.RemoteError {
			t.Errorf("entry %+v", e)
		}
	}
	f := newFixture()
	f.engine.exporting = func(context.Context, transfer.Export, func(inbound.Selected) io.Writer) error { return nil }
	refused(t, f.do("GET", pullURL, ""), http.StatusInternalServerError, "internal error")
}

func TestALateFailureCutsTheConnection(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip", "zstd"} {
		f := newFixture()
		f.now = time.Now()
		// The whole document is written, and then it turns out to be wrong.
		f.engine.exporting = inPieces(noise(1<<20), apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseUnavailable, "the database went away"))
		server := httptest.NewServer(f)
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+pullURL, http.NoBody)
		r.SetBasicAuth("peer", "secret")
		r.Header.Set("Accept-Encoding", encoding)
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: the document looks complete", encoding)
		}
		server.Close()
		want := inbound.Entry{
			Mode: inbound.ModePull, Action: inbound.ActionSend, Result: inbound.ResultError, RepositoryID: "peer", RepositoryName: "Peer",
			Resource: "org_office", Message: "the database went away", Reason: apierr.ReasonDatabaseUnavailable, User: "peer", RemoteAddr: "127.0.0.1",
		}
		if diff := cmp.Diff(want, f.journal.only(t)); diff != "" {
			t.Errorf("%s: entry (-want +got):\n%s", encoding, diff)
		}
		if len(f.directory.contacts) != 0 {
			t.Errorf("%s: a contact was noted", encoding)
		}
	}
}
