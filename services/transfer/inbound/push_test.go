package inbound_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
	"github.com/edensync/edensync/services/transfer/policy"
)

func TestGTW013_AnyContentTypeIsRawXML(t *testing.T) {
	t.Parallel()
	// The document has everything that form parsers trip over.
	document := `<?xml version='1.0'?><s3xml><resource name="org_office" a="x&amp;y=%zz+;"/></s3xml>`
	for _, contentType := range []string{
		"application/x-www-form-urlencoded", "text/xml", "text/xml; charset=utf-8", "application/xml", "application/json",
		"", "multipart/form-data", "multipart/mixed; boundary=x", "nonsense;;=", "text/html",
	} {
		f := newFixture()
		e := accepted(t, f.do("POST", pushURL, document, with("Content-Type", contentType)))
		if len(f.engine.imports) != 1 || f.engine.imports[0].body != document || *e.Records != 1 {
			t.Errorf("%q: imports %v", contentType, f.engine.imports)
		}
	}
}

// form writes a multipart form with files of the given names, the same document in each.
func form(names ...string) (body, contentType string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("note", "<no document>")
	for _, name := range names {
		part, _ := m.CreateFormFile("file", name)
		_, _ = io.WriteString(part, oneOffice)
	}
	_ = m.Close()
	return b.String(), m.FormDataContentType()
}

func TestGTW014_Multipart(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"sync.xml"}, {"notes.txt", "SYNC.XML"}, {"a.xml", "b.xml"}} {
		f := newFixture()
		body, contentType := form(names...)
		accepted(t, f.do("POST", pushURL, body, with("Content-Type", contentType)))
		if f.engine.imports[0].body != oneOffice {
			t.Errorf("%v: %q", names, f.engine.imports[0].body)
		}
	}
	for _, names := range [][]string{nil, {"notes.txt"}, {"xml"}, strings.Split(strings.Repeat("a.txt,", 40)+"a.xml", ",")} {
		body, contentType := form(names...)
		refused(t, newFixture().do("POST", pushURL, body, with("Content-Type", contentType)), http.StatusBadRequest, "XML Parse error: the form has no file")
	}
	body, contentType := form("sync.xml")
	end := strings.LastIndex(body, "\r\n--") // of the file
	for n := range end {
		f := newFixture()
		refused(t, f.do("POST", pushURL, body[:n], with("Content-Type", contentType)), http.StatusBadRequest, "XML Parse error: ")
		if len(f.engine.imports) != 0 {
			t.Errorf("%q was imported", body[:n])
		}
	}
}

func TestGTW015_ChunkedBody(t *testing.T) {
	t.Parallel()
	f := newFixture()
	server := httptest.NewServer(f)
	defer server.Close()
	f.now = time.Now()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+pushURL, struct{ io.Reader }{strings.NewReader(oneOffice)})
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("peer", "secret")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK || f.engine.imports[0].body != oneOffice {
		t.Errorf("%s, imports %v", answer.Status, f.engine.imports)
	}
	if entry := f.journal.only(t); entry.RunID != "run" || f.journal.all()[0].BytesReceived != int64(len(oneOffice)) {
		t.Errorf("entry %+v", f.journal.all()[0])
	}
}

func TestGTW016_MalformedXML(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"", "  \n", "<s3xml>", "<s3xml></x>", "{}"} {
		f := newFixture()
		refused(t, f.do("POST", pushURL, document), http.StatusBadRequest, "XML Parse error: ")
		if len(f.engine.imports) != 0 || len(f.directory.contacts) != 0 {
			t.Error("something was stored")
		}
		if e := f.journal.only(t); e.Action != inbound.ActionParse || e.Mode != inbound.ModePush || !e.RemoteError {
			t.Errorf("entry %+v", e)
		}
	}
}

func TestDocumentErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err     error
		status  int
		message string
		reason  apierr.Reason
	}{
		{&s3xml.SyntaxError{Line: 3, Column: 4, Msg: "no such tag"}, 400, "XML Parse error: no such tag, line 3, column 4", apierr.ReasonDocumentMalformed},
		{&s3xml.NotXMLError{Guess: s3xml.GuessHTML, Head: []byte("<html>secret")}, 400, "XML Parse error: the body is an HTML page", apierr.ReasonDocumentMalformed},
		{&s3xml.LimitError{Limit: "Depth", Max: 64}, 400, "XML Parse error: the document exceeds the limit Depth = 64", apierr.ReasonDocumentTooLarge},
		{&s3xml.LimitError{Limit: "Records", Max: 9}, 413, "exceeds the limit Records = 9", apierr.ReasonDocumentTooLarge},
		{apierr.New(apierr.KindInvalid, apierr.ReasonDocumentTruncated, "it breaks off"), 400, "XML Parse error: it breaks off", apierr.ReasonDocumentTruncated},
		{apierr.New(apierr.KindUnavailable, apierr.ReasonStorageFull, "the disk is full"), 507, "the disk is full", apierr.ReasonStorageFull},
		{apierr.New(apierr.KindUnavailable, apierr.ReasonDatabaseBusy, "busy"), 503, "busy", apierr.ReasonDatabaseBusy},
		{apierr.New(apierr.KindAlreadyExists, apierr.ReasonIdempotencyReused, "another body"), 409, "another body", apierr.ReasonIdempotencyReused},
		{apierr.New(apierr.KindUnauthenticated, apierr.ReasonTokenInvalid, "inside"), 500, "inside", apierr.ReasonTokenInvalid},
		{errors.New("pq: password=hunter2"), 500, "internal error", apierr.ReasonInternal},
		{context.Canceled, 503, "gave up", apierr.ReasonCancelled},
	}
	for _, tt := range tests {
		f := newFixture()
		f.engine.fail = tt.err
		w := f.do("POST", pushURL, oneOffice)
		refused(t, w, tt.status, tt.message)
		if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("the answer gives away internals: %s", w.Body)
		}
		e := f.journal.only(t)
		if e.Reason != tt.reason || e.Mode != inbound.ModePush || e.RemoteError != (tt.status < 500) {
			t.Errorf("%v: entry %+v", tt.err, e)
		}
		if cause := f.journal.all()[0].Cause; !errors.Is(cause, tt.err) {
			t.Errorf("%v: the process log learns only %v", tt.err, cause)
		}
	}
}

func TestGTW017_ValidDocument(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.result = &transfer.Imported{Masters: 5, Counts: transfer.Counts{Received: 6, Created: 2, Updated: 1, Deleted: 1, Unchanged: 2}}
	w := f.do("POST", pushURL, oneOffice)
	want := `{"status":"success","statuscode":"200","records":5,"created":[1,2],"updated":[3],"deleted":[4]}`
	if w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := w.Header().Get("Content-Length"); got != fmt.Sprint(len(want)) {
		t.Errorf("Content-Length %q", got)
	}
	if diff := cmp.Diff([]string{"peer"}, f.directory.contacts); diff != "" {
		t.Errorf("contacts:\n%s", diff)
	}
}

func TestTheArraysOfNumbersAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.result = &transfer.Imported{Masters: 1 << 40, Counts: transfer.Counts{Created: 1 << 40, Deleted: 1}}
	e := accepted(t, f.do("POST", pushURL, oneOffice))
	if len(e.Created) != 10_000 || e.Deleted[0] != 10_001 || *e.Records != 1<<40 {
		t.Errorf("%d created, deleted %v, records %d", len(e.Created), e.Deleted, *e.Records)
	}
}

// withRejects is an import in which two of four records were rejected and one was skipped.
func withRejects() *transfer.Imported {
	modified := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	return &transfer.Imported{
		RunID: "run-7", Masters: 1,
		Counts: transfer.Counts{Received: 5, Created: 1, Skipped: 1, Conflict: 1, Rejected: 2},
		Items: []*transfer.Item{
			{Key: transfer.Key{Resource: "org_office", UID: "u1"}, Outcome: policy.Skipped, Reason: "LOCAL_NEWER"},
			{Key: transfer.Key{Resource: "org_office", UID: "u2"}, Outcome: policy.Rejected, Reason: transfer.RejectBadTime, Message: `modified_on: "x" is no time`, Incoming: transfer.Side{ModifiedOn: modified}},
			{Key: transfer.Key{Resource: "gis_location", UID: "u3"}, Outcome: policy.Rejected, Reason: transfer.RejectTooLarge},
			{Key: transfer.Key{Resource: "org_office", UID: "u4"}, Outcome: policy.Conflict, Reason: "POLICY_THIS", Message: "kept"},
		},
	}
}

func TestGTW018_RejectedRecords(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.result = withRejects()
	e := accepted(t, f.do("POST", pushURL, oneOffice))
	if !strings.HasSuffix(e.Message, "invalid items ignored") {
		t.Errorf("message %q", e.Message)
	}
	want := map[string][]map[string]string{
		"$_org_office":   {{"@uuid": "u2", "@error": `modified_on: "x" is no time`, "@modified_on": "2026-11-22T09:00:00"}},
		"$_gis_location": {{"@uuid": "u3", "@error": "TOO_LARGE"}},
	}
	if diff := cmp.Diff(want, e.Tree); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
	if e.Outcomes != nil || e.Counts != nil {
		t.Error("an Eden gets what only an edensync reads")
	}
}

func TestGTW019_NoRecordOfTheTable(t *testing.T) {
	t.Parallel()
	for _, document := range []string{`<s3xml><resource name="org_sector"/></s3xml>`, `<s3xml/>`, `<other/>`} {
		w := newFixture().do("POST", pushURL, document)
		if want := `{"status":"success","statuscode":"200","records":0}`; w.Body.String() != want {
			t.Errorf("%s: %s", document, w.Body)
		}
	}
}

// busy is an engine whose imports last until they are released.
type busy struct {
	entered, release chan string // resource names
}

func newBusy(f *fixture) busy {
	b := busy{entered: make(chan string), release: make(chan string)}
	f.engine.importing = func(_ context.Context, in transfer.Import, _ io.Reader) (*transfer.Imported, error) {
		b.entered <- in.Resource
		b.release <- in.Resource
		return &transfer.Imported{Masters: 1}, nil
	}
	return b
}

func TestGTW051_TwoPushesOfOneResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		engine := newBusy(f)
		answers := make(chan *httptest.ResponseRecorder, 3)
		push := func(target string) { answers <- f.do("POST", target, oneOffice) }
		go push(pushURL)
		<-engine.entered
		go push(pushURL)
		synctest.Wait()
		go push("/org/sector/sync.xml?repository=" + peerUUID)
		if got := <-engine.entered; got != "org_sector" {
			t.Errorf("a second import of %s runs", got)
		}
		synctest.Wait()
		select {
		case got := <-engine.entered:
			t.Errorf("a third import, of %s, runs", got)
		default:
		}
		<-engine.release
		<-engine.release
		if got := <-engine.entered; got != "org_office" {
			t.Errorf("then %s is imported", got)
		}
		<-engine.release
		for range 3 {
			accepted(t, <-answers)
		}
	})
}

func TestPushesDoNotWaitForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(func(s *inbound.Settings) { s.Patience = 20 * time.Second })
		engine := newBusy(f)
		answers := make(chan *httptest.ResponseRecorder)
		go func() { answers <- f.do("POST", pushURL, oneOffice) }()
		<-engine.entered
		began := time.Now()
		w := f.do("POST", pushURL, oneOffice)
		refused(t, w, http.StatusServiceUnavailable, "busy")
		if waited := time.Since(began); waited != 20*time.Second || w.Header().Get("Retry-After") != "20" {
			t.Errorf("waited %s, Retry-After %q", waited, w.Header().Get("Retry-After"))
		}
		<-engine.release
		accepted(t, <-answers)
	})
}

func TestAFullQueueIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(func(s *inbound.Settings) { s.MaxConcurrent, s.MaxWaiting = 1, 2 })
		release := make(chan struct{})
		f.engine.exporting = func(_ context.Context, _ transfer.Export, open func(inbound.Selected) io.Writer) error {
			<-release
			_, err := io.WriteString(open(inbound.Selected{}), emptyDocument)
			return err
		}
		codes := make(chan int, 3)
		for range 3 {
			go func() { codes <- f.do("GET", pullURL, "").Code }()
		}
		synctest.Wait()
		began := time.Now()
		refused(t, f.do("GET", pullURL, ""), http.StatusServiceUnavailable, "busy")
		if time.Since(began) != 0 {
			t.Error("it waited")
		}
		close(release)
		for range 3 {
			if code := <-codes; code != http.StatusOK {
				t.Errorf("a waiting request got %d", code)
			}
		}
	})
}

func TestGTW052_RepeatedPush(t *testing.T) {
	t.Parallel()
	f := newFixture()
	accepted(t, f.do("POST", pushURL, oneOffice))
	f.engine.result = &transfer.Imported{Masters: 1, Counts: transfer.Counts{Received: 1, Unchanged: 1}}
	w := f.do("POST", pushURL, oneOffice)
	if want := `{"status":"success","statuscode":"200","records":1}`; w.Body.String() != want {
		t.Errorf("second answer %s", w.Body)
	}
}
