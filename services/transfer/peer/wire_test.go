package peer_test

import (
	"bufio"
	"cmp"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
)

// recordings is where exchanges recorded between real Edens lie. They are not part of this repository.
func recordings() string { return cmp.Or(os.Getenv("EDENSYNC_WIRE"), "../../../../shared/wire") }

// answered is what a recorded answer must lead to.
type answered struct {
	reason   string // empty = accepted
	message  string // begins with
	records  int64  // push
	changed  [3]int // push: created, updated, deleted
	rejected string // push: uids, comma separated
	holds    string // pull and download: part of the document
}

// TestOwnFixtures feeds hand-made answers, TestRecordedAnswers those of real Edens, to the operation that the
// name of their folder begins with.
func TestOwnFixtures(t *testing.T) {
	t.Parallel()
	feedAll(t, "testdata", map[string]answered{
		"register-ok":      {},
		"register-refused": {reason: peer.ReasonRefused, message: "No repository identifier specified"},
		"pull-empty":       {holds: `results="0"`},
		"pull-records":     {holds: "Havnekontoret – Øst"},
		"pull-refused":     {reason: peer.ReasonRefused, message: "Mixed resource"},
		"pull-page":        {reason: peer.ReasonBadAnswer, message: "The remote site sent a web page instead of data: Portal Please accept the terms"},
		"push-ok":          {records: 3, changed: [3]int{2, 1, 0}},
		"push-partly":      {records: 3, changed: [3]int{0, 1, 0}, message: "Validation error", rejected: "urn:uuid:0b6f"},
		"push-ticket":      {reason: peer.ReasonBroken, message: "Internal error Ticket issued: eden/1"},
	})
}

func TestRecordedAnswers(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(recordings()); err != nil {
		t.Logf("there are no recordings at %s: only the fixtures of this folder were fed", recordings())
		return
	}
	denied := answered{reason: peer.ReasonUnauthenticated, message: "Authentication Required"}
	forbidden := answered{reason: peer.ReasonForbidden, message: "Insufficient Privileges"}
	unregistered := answered{reason: peer.ReasonNotRegistered, message: "Registration required"}
	unknown := answered{reason: peer.ReasonRefused, message: "Bad Request"}
	mixed := answered{reason: peer.ReasonRefused, message: "Mixed resource synchronization not supported"}
	ticket := answered{reason: peer.ReasonBroken, message: "Internal error Ticket issued: eden/127"}
	full := answered{holds: "</s3xml>"}
	empty := answered{holds: `success="false" results="0"`}
	one := func(created, updated, deleted int) answered {
		return answered{records: int64(created + updated + deleted), changed: [3]int{created, updated, deleted}}
	}
	feedAll(t, recordings(), map[string]answered{
		"01-register-ok": {message: "Registration successful"}, "02-register-again": {message: "Registration update successful"},
		"03-register-wrong-password": denied, "04-register-not-authenticated": denied, "05-register-not-permitted": forbidden,
		"06-register-no-uuid":        {reason: peer.ReasonRefused, message: "No repository identifier specified"},
		"07-register-malformed-json": {reason: peer.ReasonRefused, message: "Invalid parameters"},
		"08-register-get":            {reason: peer.ReasonRefused, message: "Unsupported method"},
		"09-register-xml-extension":  {reason: peer.ReasonRefused, message: "Unsupported data format"},
		"10-pull-no-msince":          {holds: "Höhenweg Hilfe – Ünïcode ✓"}, "11-pull-msince-one-change": full, "12-pull-nothing": empty,
		"13-pull-deleted": {holds: `deleted="True"`}, "14-pull-not-authenticated": denied, "15-pull-wrong-password": denied,
		"16-pull-not-permitted": forbidden, "17-pull-unknown-resource": unknown,
		"18-pull-bad-resource-name":  {reason: peer.ReasonRefused, message: "Invalid request"},
		"19-pull-unknown-repository": full, "20-pull-no-repository": full, "21-pull-no-resource": mixed, "22-pull-msince-with-Z-ignored": full,
		"23-pull-start-limit-ignored": full, "24-pull-filter": {holds: "Riverside Relief"}, "25-pull-merged": {holds: "replaced_by"},
		"26-pull-organisation-components": full, "26b-file-download": {holds: "PNG"}, "27-pull-office-references-attachment": full,
		"27b-file-download": {holds: "Sample attachment"}, "28-pull-office-mcomponents-None-ignored": full, "29-pull-person-components": full,
		"30-pull-shelter-references": full, "31-pull-request": full, "32-pull-location-double-date": full, "33-pull-html-datetime": full,
		"34-pull-json-list-integer": full, "35-pull-direct-resource-limit": {holds: `start="1" limit="1"`}, "36-pull-time": full,
		"37-pull-json-component-not-importable": full,
		"40-push-accepted-create":               one(2, 0, 0), "41-push-accepted-update": one(0, 1, 0), "42-push-delete": one(0, 0, 1),
		"43-push-conflict-kept-local": one(0, 1, 1), "44-push-conflict-accepted-newer": one(0, 1, 1),
		"45-push-invalid-records": {
			records: 3, changed: [3]int{3, 0, 0}, message: "Validation error - invalid items ignored",
			rejected: "urn:uuid:0c0c0013-0000-4000-8000-000000000000,urn:uuid:0c0c0011-0000-4000-8000-000000000000",
		},
		"46-push-unresolvable-reference": {message: "organisation_id: value(s) required", rejected: "urn:uuid:0c0c0021-0000-4000-8000-000000000000"},
		"47-push-reference-to-invalid-record": {
			message:  "organisation_id: reference import(s) failed",
			rejected: "urn:uuid:0c0c0022-0000-4000-8000-000000000000,urn:uuid:0c0c0023-0000-4000-8000-000000000000",
		},
		"48-push-not-authenticated": denied, "49-push-wrong-password": denied, "50-push-not-permitted": forbidden,
		"51-push-unknown-repository": unregistered, "52-push-no-repository": unregistered, "53-push-unknown-resource": unknown,
		"54-push-resource-mismatch": {}, "55-push-no-resource": mixed,
		"56-push-malformed-xml":             {reason: peer.ReasonRefused, message: "XML Parse error: AttValue"},
		"57-push-empty-body":                {reason: peer.ReasonRefused, message: "XML Parse error: Document is empty"},
		"58-push-content-type-text-xml-500": ticket, "59-push-text-xml-with-content-disposition": one(1, 0, 0), "60-push-put": one(0, 1, 0),
		"61-push-older-is-reported-updated": one(0, 1, 0), "62-push-other-root-element": one(1, 0, 0), "63-push-no-records": {},
		"64-push-multipart": one(0, 1, 0), "65-push-master-policy-new-record-500": ticket, "66-push-office-components-attachment": one(1, 0, 0),
		"66b-file-download": {holds: "Attachment on A."}, "67-both-pull-then-push": full, "67b-push": one(0, 1, 0), "68-push-wrong-password-eden-client": denied,
		"70-delete-method-deletes-all": {message: "5 records deleted"},
		"71-unknown-function":          {reason: peer.ReasonNotFound, message: "invalid function"}, "72-unknown-application": {reason: peer.ReasonNotFound, message: "invalid request"},
		"80-data-repository-first": full, "80b-dataset": full, "80c-pull": full, "81-data-repository-again": empty, "81b-task": empty,
		"81c-resource_filter": empty, "81d-pull": empty, "82-data-repository-archive": empty, "82b-task": empty, "82c-resource_filter": empty,
		"82d-dataset": full, "82e-archive-download": {holds: "PK"},
	})
}

// feedAll demands an expectation for each recorded answer and an answer for each expectation.
func feedAll(t *testing.T, folder string, want map[string]answered) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*", "response.http"))
	if err != nil || len(found) != len(want) {
		t.Errorf("%d answers in %s, %d expected: %v", len(found), folder, len(want), err)
	}
	for name, expected := range want {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := os.ReadFile(filepath.Join(folder, name, "response.http"))
			if err != nil {
				t.Fatal(err)
			}
			feed(t, name, parrot(t, answer), expected)
		})
	}
}

// parrot is a server that gives the same bytes to everybody.
func parrot(t *testing.T, answer []byte) peer.Remote {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = conn.Write(answer)
			}
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { shut(t, listener); serving.Wait() })
	return peer.Remote{BaseURL: "http://" + listener.Addr().String() + "/eden", SiteUUID: siteUUID, Username: "sync", Password: "secret"}
}

func feed(t *testing.T, name string, r peer.Remote, want answered) {
	t.Helper()
	c := client(t)
	var err error
	var got answered
	switch {
	case strings.Contains(name, "register"):
		var a peer.RegisterAnswer
		a, err = c.Register(t.Context(), r)
		got.message = a.Message
		if err == nil && (!a.OK || a.Sender == "") {
			t.Errorf("got %+v", a)
		}
	case strings.Contains(name, "push-") || strings.HasPrefix(name, "67b") || strings.Contains(name, "delete-method"):
		var a *peer.PushAnswer
		if a, err = push(t.Context(), c, r, document("")); err == nil {
			got = pushed(a)
		}
	case strings.Contains(name, "download"):
		var body io.ReadCloser
		if body, _, err = c.Fetch(t.Context(), r, "/default/download/x", 1<<20); err == nil {
			defer shut(t, body)
			text, readErr := io.ReadAll(body)
			got.holds, err = string(text), readErr
		}
	default:
		got.holds, _, err = pullAll(t, c, r, peer.PullRequest{Resource: "org_organisation"})
	}
	compare(t, want, got, err)
}

func pushed(a *peer.PushAnswer) answered {
	var uids []string
	for _, r := range a.Rejected {
		uids = append(uids, r.UID)
	}
	return answered{message: a.Message, records: a.Records, changed: [3]int{a.Created, a.Updated, a.Deleted}, rejected: strings.Join(uids, ",")}
}

func compare(t *testing.T, want, got answered, err error) {
	t.Helper()
	if want.reason != "" {
		e := wantReason(t, err, want.reason)
		got.message, got.reason = e.Message, e.Reason
	} else if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.message, want.message) {
		t.Errorf("got message %q, want %q", got.message, want.message)
	}
	if !strings.Contains(got.holds, want.holds) {
		t.Errorf("%q is not in %q", want.holds, got.holds)
	}
	if got.records != want.records || got.changed != want.changed || got.rejected != want.rejected {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
