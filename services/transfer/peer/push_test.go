package peer_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
	"github.com/edensync/edensync/services/transfer/policy"
)

func element(uid, modified, inner string) string {
	return fmt.Sprintf(`<resource name="org_office" uuid=%q mci="1" modified_on=%q>%s</resource>`, uid, modified, inner)
}

func known(e *peertest.Eden) *peertest.Eden {
	return e.Know("org_office").Registered(siteUUID, "notebook")
}

func TestPushRequest_TRF022(t *testing.T) {
	t.Parallel()
	eden := known(peertest.Start(t))
	body := document(element("urn:uuid:1", "2026-11-20T09:00:00", ""))
	answer, err := client(t).Push(t.Context(), remote(eden), peer.PushRequest{
		Resource: "org_office", Body: body, Records: 1, IdempotencyKey: "k1", Compress: true,
		Position: transfer.Position{Epoch: "e", Seq: 7},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := eden.Requests(peertest.Push)[0]
	want := http.Header{
		"Accept-Encoding": {"zstd, gzip"}, "Content-Disposition": {`attachment; filename="sync.xml"`}, "Content-Type": {"text/xml"},
		"Content-Length": {fmt.Sprint(len(body))}, "Edensync-Position": {"e:7"}, "Edensync-Version": {"1"},
		"Idempotency-Key": {"k1"}, "User-Agent": {"edensync"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("a plain Eden gets nothing compressed and nothing chunked:\n%s", diff)
	}
	if got.Method != http.MethodPost || string(got.Body) != string(body) || got.Length != int64(len(body)) {
		t.Errorf("got %s of %d bytes: %s", got.Method, got.Length, got.Body)
	}
	if answer.Bytes != int64(len(body)) || answer.Edensync {
		t.Errorf("got %+v", answer)
	}
}

func TestPushURL_TRF023(t *testing.T) {
	t.Parallel()
	const common = "resource=org_office&repository=" + siteUUID
	tests := map[string]struct {
		rule policy.Rule
		want string
	}{
		"no rule":  {policy.Rule{}, common + "&msince=2026-11-20T09:00:00"},
		"default":  {policy.Default(), common + "&strategy=create,update,delete,merge&update_policy=NEWER&conflict_policy=NEWER&msince=2026-11-20T09:00:00"},
		"not time": {policy.Rule{Strategy: policy.Create | policy.Delete, Update: policy.Other, Conflict: policy.Master}, common + "&strategy=create,delete&update_policy=OTHER&conflict_policy=MASTER"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := known(peertest.Start(t))
			if _, err := client(t).Push(t.Context(), remote(eden), peer.PushRequest{Resource: "org_office", Rule: test.rule, Since: at, Body: document("")}); err != nil {
				t.Fatal(err)
			}
			if got := eden.Requests(peertest.Push)[0].RawQuery; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestPushAnswer_TRF026_TRF027(t *testing.T) {
	t.Parallel()
	eden := known(peertest.Start(t)).Put(office("urn:uuid:old"), office("urn:uuid:gone")).
		Refuse("urn:uuid:bad", "website", "Enter a valid URL").Mandatory("org_office", "name")
	answer, err := push(t.Context(), client(t), remote(eden), document(
		element("urn:uuid:new", "2026-11-21T09:00:00", `<data field="name">n</data>`)+
			element("urn:uuid:old", "2026-11-21T09:00:00", `<data field="name">o</data>`)+
			element("urn:uuid:bad", "2026-11-21T09:00:00", `<data field="name">b</data><data field="website">htp:/x</data>`)+
			element("urn:uuid:nameless", "2026-11-21T09:00:00", "")+
			`<resource name="org_office" uuid="urn:uuid:gone" deleted="True" modified_on="2026-11-21T09:00:00"/>`))
	if err != nil {
		t.Fatal(err)
	}
	want := &peer.PushAnswer{
		Status: "success", Message: "name: value(s) required - invalid items ignored", Records: 3, Created: 1, Updated: 1, Deleted: 1,
		Rejected: []peer.Rejected{
			{Resource: "org_office", UID: "urn:uuid:bad", Error: "Validation error", Fields: map[string]string{"website": "website: Enter a valid URL"}},
			{Resource: "org_office", UID: "urn:uuid:nameless", Error: "name: value(s) required"},
		},
		Date: answer.Date, ClockOffset: answer.ClockOffset, Bytes: answer.Bytes,
	}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
	if r, _ := eden.Record("org_office", "urn:uuid:old"); !strings.Contains(r.Content, ">o<") {
		t.Errorf("the fake holds %s", r.Content)
	}
}

func TestWordsOfARejectedRecord(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]peer.Rejected{
		"Validation error": {Error: "Validation error"},
		"Validation error (name: taken; year: no year)": {Error: "Validation error", Fields: map[string]string{"year": "year: no year", "name": "taken"}},
		"name: taken":   {Fields: map[string]string{"name": "taken"}},
		"year: no year": {Error: "year: no year", Fields: map[string]string{"year": "year: no year"}},
	} {
		if got := r.Words(); got != want {
			t.Errorf("%+v: got %q, want %q", r, got, want)
		}
	}
}

func TestPushToAnEdensync(t *testing.T) {
	t.Parallel()
	eden := known(peertest.Start(t)).Edensync().Refuse("urn:uuid:bad", "", "no\nway")
	r := remote(eden)
	r.Edensync = true
	body := document(element("urn:uuid:1", "2026-11-21T09:00:00", strings.Repeat("<data/>", 100_000)) + element("urn:uuid:bad", "2026-11-21T09:00:00", ""))
	answer, err := client(t).Push(t.Context(), r, peer.PushRequest{Resource: "org_office", Body: body, Compress: true, Brief: true})
	if err != nil {
		t.Fatal(err)
	}
	got := eden.Requests(peertest.Push)[0]
	if got.Header.Get("Edensync-Brief") != "true" {
		t.Errorf("it does not say that it is brief: %v", got.Header)
	}
	if got.Header.Get("Content-Encoding") != "zstd" || got.Length != answer.Bytes || answer.Bytes >= int64(len(body)) || string(got.Body) != string(body) {
		t.Errorf("sent %d bytes as %d: %v", len(body), answer.Bytes, got.Header)
	}
	want := []peer.Outcome{
		{Resource: "org_office", UID: "urn:uuid:1", Outcome: "CREATED"},
		{Resource: "org_office", UID: "urn:uuid:bad", Outcome: "REJECTED", Message: "no way"},
	}
	if diff := cmp.Diff(want, answer.Outcomes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&transfer.Counts{Received: 2, Created: 1, Rejected: 1}, answer.Counts); diff != "" {
		t.Error(diff)
	}
	if !answer.Edensync || answer.Version != "1" {
		t.Errorf("got %+v", answer)
	}
}

func TestPushRefusals_TRF011_TRF025_TRF028_TRF029(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault   peertest.Fault
		reason  string
		status  int
		retry   bool
		message string
	}{
		"failed":         {peertest.Answer(200, "text/html", `{"status": "failed", "statuscode": "400", "message": "No"}`), peer.ReasonRefused, 0, false, "No"},
		"not registered": {peertest.Refused(403, "Registration required"), peer.ReasonNotRegistered, 403, false, "Registration required"},
		"not permitted":  {peertest.Answer(403, "text/html", "Insufficient Privileges"), peer.ReasonForbidden, 403, false, "Insufficient Privileges"},
		"not signed in":  {peertest.Answer(401, "text/html", "Authentication Required"), peer.ReasonUnauthenticated, 401, false, "Authentication Required"},
		"malformed":      {peertest.Refused(400, "XML Parse error: x"), peer.ReasonRefused, 400, false, "XML Parse error: x"},
		"without words":  {peertest.Refused(400, ""), peer.ReasonRefused, 400, false, "Bad Request"},
		"nothing there":  {peertest.Answer(404, "text/html", "<html><body><h1>invalid request</h1></body></html>"), peer.ReasonNotFound, 404, false, "invalid request"},
		"too large":      {peertest.Answer(413, "text/html", "<html><title>413 Request Entity Too Large</title></html>"), peer.ReasonTooLarge, 413, false, "413 Request Entity Too Large"},
		"ticket":         {peertest.Ticket(), peer.ReasonBroken, 500, true, "Internal error Ticket issued: eden/1"},
		"a web page":     {peertest.Answer(200, "text/html", "<html><script>x()</script><p>Log&nbsp;in</p></html>"), peer.ReasonBadAnswer, 0, false, "The remote site did not confirm: Log in"},
		"nothing said":   {peertest.Answer(200, "text/html", ""), peer.ReasonBadAnswer, 0, false, "The remote site did not confirm: no message"},
		"another JSON":   {peertest.Answer(200, "application/json", `{"ok": true}`), peer.ReasonBadAnswer, 0, false, "The remote site did not confirm: no message"},
		"not modified":   {peertest.Answer(304, "text/html", ""), peer.ReasonRedirect, 304, false, "The remote site answered 304 without an address to go on"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Always(peertest.Push, test.fault)
			answer, err := push(t.Context(), client(t), remote(eden), document(""))
			if answer != nil {
				t.Errorf("a refusal came with an answer: %+v", answer)
			}
			e := wantReason(t, err, test.reason)
			if e.Message != test.message || e.Status != test.status || e.Retry != test.retry || !e.Remote || e.Op != "push" {
				t.Errorf("got %+v", e)
			}
			if n := len(eden.Requests(peertest.Push)); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
}

func TestPushAnswerHasALimit(t *testing.T) {
	t.Parallel()
	long := `{"status": "success", "message": "` + strings.Repeat("x", 1<<20) + `"}`
	eden := peertest.Start(t).Gzip().Always(peertest.Push, peertest.Answer(200, "text/html", long))
	_, err := push(t.Context(), client(t, func(s *peer.Settings) { s.MaxAnswerBytes = 1000 }), remote(eden), document(""))
	wantReason(t, err, peer.ReasonAnswerTooLarge)
}

func TestPushAnswerWithAPosition(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]transfer.Position{
		`"e:7"`: {Epoch: "e", Seq: 7}, `"e"`: {}, `7`: {}, `null`: {}, `"` + strings.Repeat("e", 65) + `:7"`: {},
	} {
		eden := peertest.Start(t).Always(peertest.Push, peertest.Answer(200, "text/html", `{"status": "success", "position": `+text+`}`))
		if answer, err := push(t.Context(), client(t), remote(eden), document("")); err != nil || answer.Position != want {
			t.Errorf("%s: %+v, %v", text, answer, err)
		}
	}
}

func TestPushAnswerWithFieldsOfWrongTypes(t *testing.T) {
	t.Parallel()
	odd := `{"status": "Success", "message": 7, "records": "3", "created": 5, "updated": [1, "x"], "tree": [], "outcomes": {}, "counts": 1}`
	eden := peertest.Start(t).Always(peertest.Push, peertest.Answer(200, "text/html", odd))
	answer, err := push(t.Context(), client(t), remote(eden), document(""))
	if err != nil || answer.Records != 3 || answer.Updated != 2 || answer.Created != 0 || answer.Rejected != nil {
		t.Errorf("got %+v, %v", answer, err)
	}
}
