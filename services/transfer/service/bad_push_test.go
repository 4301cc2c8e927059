package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/services/transfer/inbound"
)

// strict is a config service that looks at names, passwords and UUIDs of peers.
type strict struct{ *config }

// GetExchangeByUuid finds the repository of a peer that calls.
func (c strict) GetExchangeByUuid(_ context.Context, in *configv1.GetExchangeByUuidRequest, _ ...grpc.CallOption) (*configv1.Exchange, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, repo := range c.repos {
		if repo.GetRepository().GetUuid() == in.GetRepositoryUuid() {
			return repo, nil
		}
	}
	return nil, apierr.NotFound("repository", in.GetRepositoryUuid())
}

// AuthenticatePeer knows the account peer, password secret.
func (c strict) AuthenticatePeer(ctx context.Context, in *configv1.AuthenticatePeerRequest, _ ...grpc.CallOption) (*configv1.AuthenticatePeerResponse, error) {
	if in.GetUsername() != "peer" || in.GetPassword() != "secret" {
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong, "User name or password is wrong.")
	}
	return peerOf("peer", known(c.GetExchangeByUuid(ctx, byUUID(in)))), nil
}

// pushed is a push as it comes.
type pushed struct {
	body             io.Reader
	password, sender string // "" = the right ones
	coding           string
}

// envelope is what the peer reads.
type envelope struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func (s *site) receive(t *testing.T, p pushed) (status int, answer envelope) {
	t.Helper()
	if p.sender == "" {
		p.sender = remoteUUID
	}
	if p.password == "" {
		p.password = "secret"
	}
	r := httptest.NewRequest(http.MethodPost, "/eden/sync/sync.xml?resource=org_office&repository="+p.sender, p.body)
	r.ContentLength = -1
	r.SetBasicAuth("peer", p.password)
	r.Header.Set("Content-Type", "text/xml")
	if p.coding != "" {
		r.Header.Set(inbound.HeaderVersion, inbound.Version) // only an edensync compresses
		r.Header.Set("Content-Encoding", p.coding)
	}
	w := httptest.NewRecorder()
	s.service.PeerHandler().ServeHTTP(w, r)
	if w.Code == http.StatusUnauthorized { // EDEN: a plain text
		return w.Code, envelope{Status: "failed", Message: w.Body.String()}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("the answer %d %s: %v", w.Code, w.Body, err)
	}
	return w.Code, answer
}

// host is a site that got one record from its peer.
func host(t *testing.T, engine string) *site {
	t.Helper()
	s := &site{config: newConfig(), audit: &audit{entries: make(chan *auditv1.LogEntry, 1000)}}
	s.asked = strict{s.config}
	s.open(t, engine)
	s.add("", "", "")
	if status, answer := s.receive(t, pushed{body: strings.NewReader(s3xml(element("urn:uuid:1", dated, "Harbour")))}); status != http.StatusOK {
		t.Fatalf("the first push: %d %v", status, answer)
	}
	s.entry(t, auditv1.Mode_MODE_PUSH)
	return s
}

// refuses demands that a push is refused in words, logged, without effect, and that the next one works.
func (s *site) refuses(t *testing.T, p pushed, status int, reason apierr.Reason, says string) {
	t.Helper()
	before := s.held(t)
	got, answer := s.receive(t, p)
	if got != status || answer.Status != "failed" || !strings.Contains(answer.Message, says) {
		t.Errorf("answer: %d %v, want %d, %q", got, answer, status, says)
	}
	entry := s.entry(t, auditv1.Mode_MODE_PUSH)
	if entry.GetTransmission() != auditv1.Transmission_TRANSMISSION_INCOMING || entry.GetReason() != string(reason) || !strings.Contains(entry.GetMessage(), says) {
		t.Errorf("log: %v", entry)
	}
	if diff := cmp.Diff(before, s.held(t)); diff != "" {
		t.Errorf("the records were changed:\n%s", diff)
	}
	if got, answer := s.receive(t, pushed{body: strings.NewReader(s3xml(fine))}); got != http.StatusOK || s.held(t)["urn:uuid:fine"] == "" {
		t.Errorf("the next push: %d %v", got, answer)
	}
}

// The documents that no run takes are not taken from a peer either.
func TestBadDocumentsThatArePushed(t *testing.T) {
	t.Parallel()
	for name, d := range badDocuments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := host(t, "sqlite")
			if d.status == 0 {
				d.status = http.StatusBadRequest
			}
			body := d.open()
			s.refuses(t, pushed{body: body, coding: d.coding}, d.status, d.reason, d.says)
			if l, ok := body.(*long); ok && l.read > 4*maxBody {
				t.Errorf("%d bytes were read of a document that is refused", l.read)
			}
		})
	}
}

func TestBadSenders(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader(strings.NewReader("<s3xml>"+fine), iotest.ErrReader(errors.New("connection reset by peer")))
	for name, c := range map[string]struct {
		push   pushed
		status int
		reason apierr.Reason
		says   string
	}{
		"wrong UUID":           {pushed{sender: "urn:uuid:somebody"}, http.StatusForbidden, apierr.ReasonRepositoryNotRegistered, "Registration required"},
		"wrong password":       {pushed{password: "guess"}, http.StatusUnauthorized, apierr.ReasonCredentialsWrong, "Authentication Required"},
		"dies in mid-document": {pushed{body: broken}, http.StatusBadRequest, apierr.ReasonDocumentTruncated, "broke off"},
		"JSON":                 {pushed{body: strings.NewReader(`{"hello": "world"}`)}, http.StatusBadRequest, apierr.ReasonDocumentMalformed, "JSON"},
		"nothing":              {pushed{body: strings.NewReader("")}, http.StatusBadRequest, apierr.ReasonDocumentMalformed, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.push.body == nil {
				c.push.body = strings.NewReader(s3xml(fine))
			}
			host(t, "sqlite").refuses(t, c.push, c.status, c.reason, c.says)
		})
	}
}

// fillDisk leaves room for a few words only, until the returned function makes room.
func fillDisk(t *testing.T, s *site) (makeRoom func()) {
	t.Helper()
	const few = 12 // pages
	s.service.LimitPages(t, few)
	return func() { s.service.LimitPages(t, 1<<30) }
}

func TestPushOntoAFullDisk(t *testing.T) {
	t.Parallel()
	s := host(t, "sqlite")
	before, makeRoom := s.held(t), fillDisk(t, s)
	status, answer := s.receive(t, pushed{body: strings.NewReader(bulky)})
	if status != http.StatusInsufficientStorage || !strings.Contains(answer.Message, "disk") {
		t.Errorf("answer: %d %v", status, answer)
	}
	if entry := s.entry(t, auditv1.Mode_MODE_PUSH); entry.GetReason() != string(apierr.ReasonStorageFull) || entry.GetRemoteError() {
		t.Errorf("log: %v", entry)
	}
	if diff := cmp.Diff(before, s.held(t)); diff != "" {
		t.Errorf("half of it was stored:\n%s", diff)
	}
	makeRoom()
	if status, answer := s.receive(t, pushed{body: strings.NewReader(bulky)}); status != http.StatusOK || len(s.held(t)) != len(before)+bulkyRecords {
		t.Errorf("with room: %d %v", status, answer)
	}
}

func TestPullOntoAFullDisk(t *testing.T) {
	t.Parallel()
	s, eden := acquainted(t, sqldbtest.Engines[0])
	before, makeRoom := s.held(t), fillDisk(t, s)
	eden.Times(2, "pull", badDocument{text: bulky}.fault(t))
	run := s.synchronize(t, "r1")
	if run.GetState().String() != "RUN_STATE_FAILED" || run.GetReason() != string(apierr.ReasonStorageFull) || !strings.Contains(run.GetMessage(), "disk") {
		t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
	}
	entry := s.entry(t, auditv1.Mode_MODE_PULL)
	if entry.GetResult() != auditv1.Result_RESULT_ERROR || entry.GetAction() != "import" || entry.GetRemoteError() || !strings.Contains(entry.GetMessage(), "disk") {
		t.Errorf("log: %v", entry)
	}
	if diff := cmp.Diff(before, s.held(t)); diff != "" {
		t.Errorf("half of it was stored:\n%s", diff)
	}
	makeRoom()
	if again := s.synchronize(t, "r1"); again.GetState().String() != "RUN_STATE_DONE" || len(s.held(t)) != len(before)+bulkyRecords {
		t.Errorf("with room: %v", again)
	}
}

const bulkyRecords = 300

// bulky is a document of more than a megabyte.
var bulky = func() string {
	var all []string
	for i := range bulkyRecords {
		all = append(all, element("urn:uuid:bulky"+string(rune('a'+i%26))+strings.Repeat("x", i/26), dated, strings.Repeat("bulk ", 800)))
	}
	return s3xml(all...)
}()
