package inbound_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
)

// exchange is what all entries of the account "peer" about org_office have in common.
func exchange(mode inbound.Mode, action inbound.Action, result inbound.Result, message string) inbound.Entry {
	return inbound.Entry{
		Mode: mode, Action: action, Result: result, Message: message, RepositoryID: "peer", RepositoryName: "Peer",
		Resource: "org_office", User: "peer", RemoteAddr: "192.0.2.1",
	}
}

func TestAUD001_AnsweredPull(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.selected = inbound.Selected{Results: 3}
	f.do("GET", pullURL, "")
	want := exchange(inbound.ModePull, inbound.ActionSend, inbound.ResultSuccess, "Data sent to peer (3 records)")
	want.Counts = transfer.Counts{Sent: 3}
	if diff := cmp.Diff(want, f.journal.only(t)); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if e := f.journal.all()[0]; e.BytesSent != int64(len(emptyDocument)) {
		t.Errorf("%d bytes", e.BytesSent)
	}
}

func TestAUD002_AnsweredPush(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("POST", pushURL, oneOffice)
	want := exchange(inbound.ModePush, inbound.ActionReceive, inbound.ResultSuccess, "Data received from peer")
	want.RunID, want.Rule, want.Counts = "run", "create,update,delete,merge/NEWER/MASTER", transfer.Counts{Received: 1, Created: 1}
	if diff := cmp.Diff(want, f.journal.only(t)); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}

	f = newFixture()
	f.engine.result = withRejects()
	f.engine.result.Counts.Rejected = 4
	f.do("POST", pushURL, oneOffice)
	want = exchange(inbound.ModePush, inbound.ActionReceive, inbound.ResultWarning, `modified_on: "x" is no time - invalid items ignored, `+
		`(UID: u2) org_office: modified_on: "x" is no time, (UID: u3) gis_location: TOO_LARGE, and 2 more`)
	want.RunID, want.Rule, want.Counts = "run-7", "create,update,delete,merge/NEWER/MASTER", f.engine.result.Counts
	want.RemoteError, want.Reason = true, apierr.ReasonRecordsRejected
	if diff := cmp.Diff(want, f.journal.only(t)); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}

	f = newFixture()
	f.engine.result = &transfer.Imported{Counts: transfer.Counts{Received: 2, Rejected: 2}}
	f.do("POST", pushURL, oneOffice)
	if e := f.journal.only(t); e.Message != "2 records rejected - invalid items ignored, and 2 more" {
		t.Errorf("message %q", e.Message)
	}
}

func TestAUD003_AnsweredRegistration(t *testing.T) {
	t.Parallel()
	for uuid, message := range map[string]string{peerUUID: "Registration update successful", strangeUUID: "Registration successful"} {
		f := newFixture()
		f.do("POST", regURL, `{"uuid":"`+uuid+`","name":"N"}`)
		want := exchange(inbound.ModeRegister, inbound.ActionNone, inbound.ResultSuccess, message)
		want.RepositoryID, want.RepositoryName, want.Resource = f.directory.repositories[uuid].ID, "N", "none"
		if diff := cmp.Diff(want, f.journal.only(t)); diff != "" {
			t.Errorf("entry (-want +got):\n%s", diff)
		}
	}
}

func TestAUD016_RefusedRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, target, body string
		edit                 func(*http.Request)
		status               int
		action               inbound.Action
	}{
		{"GET", pullURL, "", func(r *http.Request) { r.Header.Del("Authorization") }, 401, inbound.ActionAuthenticate},
		{"GET", pullURL, "", as("peer", "wrong"), 401, inbound.ActionAuthenticate},
		{"GET", pullURL, "", as("normaluser@example.com", "testing"), 403, inbound.ActionAuthorize},
		{"POST", "/sync/sync.xml?resource=org_office", oneOffice, nil, 403, inbound.ActionAuthorize},
		{"POST", pushURL, "<", nil, 400, inbound.ActionParse},
		{"GET", pullURL + "&msince=x", "", nil, 400, inbound.ActionParse},
		{"GET", "/sync/sync.xml?resource=x", "", nil, 400, inbound.ActionCheck},
		{"DELETE", pullURL, "", nil, 405, inbound.ActionCheck},
		{"POST", "/sync/repository/register.xml", "{}", nil, 415, inbound.ActionCheck},
	}
	for _, tt := range tests {
		f := newFixture()
		edit := tt.edit
		if edit == nil {
			edit = func(*http.Request) {}
		}
		for range 15 {
			if w := f.do(tt.method, tt.target, tt.body, edit); w.Code != tt.status {
				t.Errorf("%s %s: %d", tt.method, tt.target, w.Code)
			}
		}
		entries := f.journal.all()
		if len(entries) != inbound.DefaultMaxRefusalEntries {
			t.Errorf("%s %s: %d entries", tt.method, tt.target, len(entries))
		}
		for _, e := range entries {
			if e.Result != inbound.ResultError || e.Action != tt.action || !e.RemoteError || e.Message == "" || e.Reason == "" {
				t.Errorf("%s %s: entry %+v", tt.method, tt.target, e)
			}
		}
		f.do(tt.method, tt.target, tt.body, edit, func(r *http.Request) { r.RemoteAddr = "192.0.2.9:1" })
		if got := len(f.journal.all()) - len(entries); got != 1 {
			t.Errorf("%s %s: another peer's refusal makes %d entries", tt.method, tt.target, got)
		}
		f.now = f.now.Add(time.Minute)
		f.do(tt.method, tt.target, tt.body, edit)
		if got := len(f.journal.all()) - len(entries); got != 2 {
			t.Errorf("%s %s: a refusal a minute later makes no entry", tt.method, tt.target)
		}
	}
}

func TestFailuresOfThisSiteAreAllLogged(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.engine.fail = fmt.Errorf("broken")
	for range 15 {
		f.do("POST", pushURL, oneOffice)
	}
	if got := len(f.journal.all()); got != 15 {
		t.Errorf("%d entries", got)
	}
}

func TestManyAddressesCannotFillTheLog(t *testing.T) {
	t.Parallel()
	f := newFixture(func(s *inbound.Settings) { s.MaxRefusalEntries = 1 })
	for i := range 6000 {
		f.do("DELETE", pullURL, "", func(r *http.Request) { r.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", i/256, i%256) })
	}
	if got := len(f.journal.all()); got > 4097 || got < 4096 {
		t.Errorf("%d entries", got)
	}
}

func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.do("POST", pushURL, oneOffice)
	f.do("GET", pullURL, "", as("peer", "hunter2"))
	f.do("POST", pushURL, "<")
	for _, e := range f.journal.all() {
		if text := fmt.Sprintf("%+v", e); strings.Contains(text, "secret") || strings.Contains(text, "hunter2") || strings.Contains(text, "Basic") {
			t.Errorf("entry %s", text)
		}
	}
}

func TestEntriesTellTheDuration(t *testing.T) {
	t.Parallel()
	f := newFixture()
	write := inPieces(emptyDocument, nil)
	f.engine.exporting = func(ctx context.Context, out transfer.Export, open func(inbound.Selected) io.Writer) error {
		f.now = f.now.Add(3 * time.Second)
		return write(ctx, out, open)
	}
	f.do("GET", pullURL, "")
	if got := f.journal.all()[0].Duration; got != 3*time.Second {
		t.Errorf("duration %s", got)
	}
}
