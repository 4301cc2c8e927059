package inbound_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
)

func TestEveryAnswerNamesTheVersion(t *testing.T) {
	t.Parallel()
	for _, request := range []struct{ method, target string }{
		{"GET", pullURL}, {"POST", pushURL}, {"POST", regURL}, {"GET", "/nothing"}, {"DELETE", pullURL}, {"GET", "/default/download/x"},
	} {
		if got := newFixture().do(request.method, request.target, "").Header().Get(inbound.HeaderVersion); got != "1" {
			t.Errorf("%s %s: version %q", request.method, request.target, got)
		}
	}
}

func TestOnlyAnEdensyncSendsCompleteRecords(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"1": true, "2": true, "12": true, "": false, "0": false, "x": false, "1.0": false, "9999999999": false} {
		f := newFixture()
		f.do("POST", pushURL, oneOffice, with(inbound.HeaderVersion, version))
		if got := f.engine.imports[0].in.Complete; got != want {
			t.Errorf("version %q: complete %v", version, got)
		}
	}
}

func TestOutcomesForAnEdensync(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.result = withRejects()
	f.engine.result.Counts.Skipped = 6
	e := accepted(t, f.do("POST", pushURL, oneOffice, asEdensync))
	outcomes := []map[string]string{
		{"resource": "org_office", "uid": "u1", "outcome": "SKIPPED", "reason": "LOCAL_NEWER"},
		{"resource": "org_office", "uid": "u2", "outcome": "REJECTED", "reason": "BAD_TIME", "message": `modified_on: "x" is no time`},
		{"resource": "gis_location", "uid": "u3", "outcome": "REJECTED", "reason": "TOO_LARGE"},
		{"resource": "org_office", "uid": "u4", "outcome": "CONFLICT", "reason": "POLICY_THIS", "message": "kept"},
	}
	if diff := cmp.Diff(outcomes, e.Outcomes); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	counts := map[string]int64{"received": 5, "created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "skipped": 6, "conflict": 1, "rejected": 2}
	if diff := cmp.Diff(counts, e.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if e.OutcomesOmitted != 5 {
		t.Errorf("%d outcomes omitted", e.OutcomesOmitted)
	}
	f.engine.result = &transfer.Imported{
		Masters: 1, Counts: transfer.Counts{Received: 1, Unchanged: 1}, Position: transfer.Position{Epoch: "e1", Seq: 7},
	}
	if e = accepted(t, f.do("POST", pushURL, oneOffice, asEdensync)); e.Counts["unchanged"] != 1 || e.Outcomes != nil || e.Position != "e1:7" {
		t.Errorf("answer %+v", e)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("POST", pushURL, oneOffice, with(inbound.HeaderIdempotencyKey, "run-1:7"))
	f.do("POST", pushURL, oneOffice)
	if got := f.engine.imports[0].in.RequestID + "|" + f.engine.imports[1].in.RequestID; got != "run-1:7|" {
		t.Errorf("request ids %q", got)
	}
	for _, key := range []string{"with blank", "ø", strings.Repeat("k", 256), "a\x7f"} {
		refused(t, f.do("POST", pushURL, oneOffice, with(inbound.HeaderIdempotencyKey, key)), http.StatusBadRequest, inbound.HeaderIdempotencyKey)
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("POST", pushURL, oneOffice, with(inbound.HeaderPosition, "e1:7"))
	f.do("POST", pushURL, oneOffice)
	want := transfer.Position{Epoch: "e1", Seq: 7}
	if got := f.engine.imports; got[0].in.Position != want || got[1].in.Position != (transfer.Position{}) {
		t.Errorf("positions %+v, %+v", got[0].in.Position, got[1].in.Position)
	}
	f.do("POST", pushURL, oneOffice, with(inbound.HeaderBrief, "true"))
	if got := f.engine.imports; got[1].in.Brief || !got[2].in.Brief {
		t.Errorf("in brief %v, %v", got[1].in.Brief, got[2].in.Brief)
	}
	for _, text := range []string{"e1", "e1:", ":7", "e1:-1", "e1:07", "e1:7:8", "e1:99999999999999999999", strings.Repeat("e", 65) + ":1"} {
		refused(t, f.do("POST", pushURL, oneOffice, with(inbound.HeaderPosition, text)), http.StatusBadRequest, inbound.HeaderPosition)
	}
	f.engine.fail = apierr.New(apierr.KindStale, apierr.ReasonPushOutdated, "outdated")
	refused(t, f.do("POST", pushURL, oneOffice, with(inbound.HeaderPosition, "e1:6")), http.StatusConflict, "outdated")
	if e := f.journal.all()[len(f.journal.all())-1]; e.Action != inbound.ActionReceive || e.Reason != apierr.ReasonPushOutdated {
		t.Errorf("entry %+v", e)
	}
}

func squeeze(t *testing.T, encoding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if encoding == "zstd" {
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	_, _ = io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompressedPush(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"gzip", "zstd"} {
		f := newFixture()
		small := squeeze(t, encoding, oneOffice)
		accepted(t, f.do("POST", pushURL, small, asEdensync, with("Content-Encoding", encoding)))
		if f.engine.imports[0].body != oneOffice || f.journal.all()[0].BytesReceived != int64(len(small)) {
			t.Errorf("%s: %q, entry %+v", encoding, f.engine.imports[0].body, f.journal.all()[0])
		}
		refused(t, f.do("POST", pushURL, small, with("Content-Encoding", encoding)), http.StatusUnsupportedMediaType, "not supported here")
		for _, damaged := range []string{small[:len(small)-3], small[:5], "", oneOffice} {
			f = newFixture()
			refused(t, f.do("POST", pushURL, damaged, asEdensync, with("Content-Encoding", encoding)), http.StatusBadRequest, "")
			if e := f.journal.only(t); e.Action != inbound.ActionParse || len(f.engine.imports) != 0 {
				t.Errorf("%s, %d bytes: entry %+v", encoding, len(damaged), e)
			}
		}
	}
	for _, encoding := range []string{"br", "gzip, zstd", "gzip, gzip", "compress"} {
		refused(t, newFixture().do("POST", pushURL, oneOffice, asEdensync, with("Content-Encoding", encoding)), http.StatusUnsupportedMediaType, "not supported here")
	}
	accepted(t, newFixture().do("POST", pushURL, oneOffice, with("Content-Encoding", "Identity")))
}

// withoutCursor compares exports but for their function.
var withoutCursor = cmpopts.IgnoreFields(transfer.Export{}, "Cursor")

func TestPullByCursor(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.selected = inbound.Selected{Results: 2, UpTo: 40, More: true}
	// What an Eden would read is left unread.
	w := f.do("GET", pullURL+"&msince=never&start=9&limit=2&[~]~.name=A", "", with(inbound.HeaderCursor, ""))
	want := transfer.Export{
		RepositoryID: "peer", Resource: "org_office", ByCursor: true, Told: -1, Upto: present, WithDeleted: true, Limit: 2,
		Filters: []transfer.Filter{{Table: "org_office", Query: "~.name=A"}},
	}
	got := f.export(t)
	if diff := cmp.Diff(want, got, withoutCursor); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
	if w.Code != http.StatusOK || w.Header().Get(inbound.HeaderMore) != "true" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	next := w.Header().Get(inbound.HeaderCursor)
	if within := got.Cursor(40); within != next {
		t.Errorf("the cursor %q within a document is %q behind it", within, next)
	}
	f.engine.exports, f.engine.selected = nil, inbound.Selected{UpTo: 41}
	w = f.do("GET", "/org/office/sync.xml?repository="+peerUUID, "", with(inbound.HeaderCursor, next))
	if got = f.export(t); got.AfterSeq != 40 || got.Told != -1 || !got.ByCursor || !got.WithDeleted || got.Limit != 0 {
		t.Errorf("export %+v", got)
	}
	if w.Header().Get(inbound.HeaderMore) != "false" || w.Header().Get(inbound.HeaderCursor) == next {
		t.Errorf("%v", w.Header())
	}
	f.engine.exports = nil
	f.do("GET", pullURL, "", with(inbound.HeaderCursor, w.Header().Get(inbound.HeaderCursor)))
	if got = f.export(t); got.AfterSeq != 41 || got.Told != 41 {
		t.Errorf("after the last page: %+v", got)
	}
	refused(t, f.do("GET", pullURL+"&limit=x", "", with(inbound.HeaderCursor, "")), http.StatusBadRequest, "limit")
	if _, told := f.do("GET", pullURL, "").Header()[inbound.HeaderCursor]; told {
		t.Error("a pull by time gets a cursor")
	}
}

// A peer that asks ahead tells what it has stored beside where it goes on.
func TestPullAhead(t *testing.T) {
	t.Parallel()
	middle := func(seq, told int64) string {
		return inbound.Cursor{SiteUUID: siteUUID, Epoch: "e1", Seq: seq, Told: told}.String()
	}
	cursor := func(seq int64) string { return middle(seq, seq) }
	for _, c := range []struct {
		name string
		with []func(*http.Request)
		want transfer.Export
	}{
		{"not ahead", nil, transfer.Export{AfterSeq: 40}},
		{"nothing stored", []func(*http.Request){with(inbound.HeaderSeen, "")}, transfer.Export{AfterSeq: 40, Ahead: true}},
		{"a page stored", []func(*http.Request){with(inbound.HeaderSeen, cursor(20))}, transfer.Export{AfterSeq: 40, Ahead: true, SeenSeq: 20}},
		{"a page of a later pull stored", []func(*http.Request){with(inbound.HeaderSeen, middle(30, 15))}, transfer.Export{AfterSeq: 40, Ahead: true, SeenSeq: 15}},
		{"in brief", []func(*http.Request){with(inbound.HeaderBrief, "true")}, transfer.Export{AfterSeq: 40, Brief: true}},
		{
			"how far it has got",
			[]func(*http.Request){with(inbound.HeaderPosition, "theirs:7")},
			transfer.Export{AfterSeq: 40, Position: transfer.Position{Epoch: "theirs", Seq: 7}},
		},
	} {
		f := newFixture()
		f.do("GET", pullURL, "", append(c.with, with(inbound.HeaderCursor, cursor(40)))...)
		c.want.RepositoryID, c.want.Resource, c.want.ByCursor, c.want.Upto, c.want.WithDeleted = "peer", "org_office", true, present, true
		c.want.Told = 40
		if diff := cmp.Diff(c.want, f.export(t), withoutCursor); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	refused(t, newFixture().do("GET", pullURL, "", with(inbound.HeaderCursor, cursor(40)), with(inbound.HeaderSeen, "x")), http.StatusGone, "start again")
	refused(t, newFixture().do("GET", pullURL, "", with(inbound.HeaderCursor, cursor(40)), with(inbound.HeaderPosition, "x")),
		http.StatusBadRequest, inbound.HeaderPosition)
}

func TestCursorsOfOtherHistoriesAreGone(t *testing.T) {
	t.Parallel()
	raw := base64.RawURLEncoding.EncodeToString
	for name, cursor := range map[string]string{
		"another site":    inbound.Cursor{SiteUUID: otherUUID, Epoch: "e1", Seq: 1, Told: 1}.String(),
		"another epoch":   inbound.Cursor{SiteUUID: siteUUID, Epoch: "e0", Seq: 1, Told: 1}.String(),
		"nonsense":        "%%%",
		"another version": raw([]byte("v2:" + siteUUID + ":e1:1")),
		"negative":        raw([]byte("v1:" + siteUUID + ":e1:-1")),
		"no number":       raw([]byte("v1:" + siteUUID + ":e1:")),
		"overflow":        raw([]byte("v1:" + siteUUID + ":e1:9223372036854775808")),
		"two spellings":   raw([]byte("v1:" + siteUUID + ":e1:01")),
		"huge":            strings.Repeat("A", 5000),
	} {
		f := newFixture()
		w := f.do("GET", pullURL, "", with(inbound.HeaderCursor, cursor))
		if w.Code != http.StatusGone {
			t.Errorf("%s: %d", name, w.Code)
		}
		refused(t, w, http.StatusGone, "start again without one")
		if e := f.journal.only(t); e.Action != inbound.ActionParse || len(f.engine.exports) != 0 {
			t.Errorf("%s: entry %+v", name, e)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(inbound.Cursor{SiteUUID: siteUUID, Epoch: "e1", Seq: 7}.String())
	f.Add("djE6YTpiOjE")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		cursor, err := inbound.ParseCursor(text)
		if err == nil && cursor.String() != text {
			t.Fatalf("%q reads as %+v, which is written %q", text, cursor, cursor)
		}
	})
}

func FuzzFilters(f *testing.F) {
	for _, seed := range []string{"[~]~.name__like=A*", "%5B~%5D~.name=1,2&[gis_location]~.L0=NO", "[]a.b!=%22x", "[x", "&&=&[~]=", "msince=2026-11-23T10:00:00&limit=3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		fixture := newFixture()
		w := fixture.do("GET", "/org/office/sync.xml", "", func(r *http.Request) { r.URL.RawQuery = query })
		switch w.Code {
		case http.StatusOK:
			if len(fixture.engine.exports) != 1 {
				t.Fatalf("%q: answered without an export", query)
			}
			if strings.HasPrefix(query, "[") && len(fixture.engine.exports[0].Filters) == 0 {
				t.Fatalf("%q: a filter was dropped", query)
			}
		case http.StatusBadRequest, http.StatusRequestURITooLong:
			if len(fixture.engine.exports) != 0 {
				t.Fatalf("%q: refused and exported", query)
			}
		default:
			t.Fatalf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}
