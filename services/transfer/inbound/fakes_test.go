package inbound_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
	"github.com/edensync/edensync/services/transfer/policy"
)

const (
	siteUUID    = "urn:uuid:8a90dc87-c8be-48cc-9fda-3f21e4ec0c95"
	peerUUID    = "urn:uuid:3704decf-83dc-4ff4-a942-e1c83f03749a"
	otherUUID   = "urn:uuid:0e0e0001-0000-4000-8000-000000000000"
	closedUUID  = "urn:uuid:0e0e0002-0000-4000-8000-000000000000"
	deletedUUID = "urn:uuid:0e0e0003-0000-4000-8000-000000000000"
	strangeUUID = "urn:uuid:0e0e0009-0000-4000-8000-000000000000"
)

// directory is the config service of the tests.
type directory struct {
	mu           sync.Mutex
	site         transfer.Site
	accounts     map[string]inbound.Account // by "name:password"
	repositories map[string]transfer.Repository
	fail         error // of Authenticate
	invited      bool  // none of the accounts has registered
	registerFail error
	peers        []inbound.Peer
	contacts     []string
	addresses    []string // that tried to sign in
}

func (d *directory) Site(context.Context) (transfer.Site, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.site, nil
}

func (d *directory) Authenticate(_ context.Context, in inbound.SignIn) (inbound.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.addresses = append(d.addresses, in.Address)
	if d.fail != nil {
		return inbound.Account{}, d.fail
	}
	account, ok := d.accounts[in.Username+":"+in.Password]
	if !ok {
		return inbound.Account{}, apierr.New(apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong, "wrong name or password")
	}
	if account.Repository = d.repositories[in.RepositoryUUID]; account.Repository.ID != "" && d.invited {
		return inbound.Account{}, apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied, "The account has yet to register.")
	}
	return account, nil
}

func (d *directory) RepositoryByUUID(_ context.Context, uuid string) (transfer.Repository, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.repositories[uuid]
	if !ok {
		return transfer.Repository{}, apierr.NotFound("repository", uuid)
	}
	return r, nil
}

func (d *directory) RegisterPeer(_ context.Context, peer inbound.Peer) (inbound.Registered, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.registerFail != nil {
		return inbound.Registered{}, d.registerFail
	}
	d.peers = append(d.peers, peer)
	r, known := d.repositories[peer.UUID]
	if !known {
		r = transfer.Repository{ID: fmt.Sprintf("new-%d", len(d.peers)), UUID: peer.UUID, AcceptPushes: true}
	}
	r.Name, r.Deleted = peer.Name, false
	d.repositories[peer.UUID] = r
	return inbound.Registered{RepositoryID: r.ID, Created: !known}, nil
}

func (d *directory) Contact(_ context.Context, repositoryID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.contacts = append(d.contacts, repositoryID)
}

// received is one import with the document that it read.
type received struct {
	in   transfer.Import
	body string
}

// engine is the exchange of the tests: it counts masters in well-formed documents and sends a fixed document.
type engine struct {
	mu       sync.Mutex
	unknown  map[string]bool
	epoch    string
	imports  []received
	exports  []transfer.Export
	selected inbound.Selected
	document string
	result   *transfer.Imported
	fail     error
	// exporting and importing replace the behaviour.
	exporting func(ctx context.Context, out transfer.Export, open func(inbound.Selected) io.Writer) error
	importing func(ctx context.Context, in transfer.Import, body io.Reader) (*transfer.Imported, error)
}

func (e *engine) Import(ctx context.Context, in transfer.Import, body io.Reader) (*transfer.Imported, error) {
	if e.importing != nil {
		return e.importing(ctx, in, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("engine cannot read: %w", err)
	}
	masters, err := countMasters(string(text), in.Resource)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		return nil, e.fail
	}
	e.imports = append(e.imports, received{in, string(text)})
	if e.result != nil {
		return e.result, nil
	}
	return &transfer.Imported{RunID: "run", Masters: masters, Counts: transfer.Counts{Received: masters, Created: masters}}, nil
}

// countMasters reads a document with another decoder than the product's.
func countMasters(text, resource string) (int64, error) {
	switch text = strings.TrimSpace(text); {
	case text == "":
		return 0, &s3xml.NotXMLError{Guess: s3xml.GuessEmpty}
	case text[0] != '<':
		return 0, &s3xml.NotXMLError{Guess: s3xml.GuessText}
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var masters int64
	depth := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return masters, nil
		}
		if err != nil {
			return 0, &s3xml.SyntaxError{Line: 1, Column: 2, Msg: err.Error()}
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 2 && len(token.Attr) > 0 && token.Attr[0].Value == resource {
				masters++
			}
		case xml.EndElement:
			depth--
		}
	}
}

const emptyDocument = "<?xml version='1.0' encoding='utf-8'?>\n<s3xml success=\"false\" results=\"0\" domain=\"b\" url=\"http://b.example\"/>"

func (e *engine) Export(ctx context.Context, out transfer.Export, open func(inbound.Selected) io.Writer) error {
	if e.exporting != nil {
		return e.exporting(ctx, out, open)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.exports = append(e.exports, out)
	if e.fail != nil {
		return e.fail
	}
	_, err := io.WriteString(open(e.selected), e.document)
	return err
}

func (e *engine) KnownResource(_ context.Context, name string) (bool, error) {
	return !e.unknown[name], nil
}

func (e *engine) Position(context.Context) (transfer.Position, error) {
	return transfer.Position{Epoch: e.epoch, Seq: present}, nil
}

// present is the change number that everything in the store of the tests has at most.
const present = 1000

// journal is the log of the tests.
type journal struct {
	mu      sync.Mutex
	entries []inbound.Entry
}

func (j *journal) Write(ctx context.Context, entry inbound.Entry) {
	if ctx.Err() != nil {
		panic("an entry was written with a context that is over")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}

func (j *journal) all() []inbound.Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]inbound.Entry(nil), j.entries...)
}

// only returns the single entry that was written, without what differs from run to run.
func (j *journal) only(t *testing.T) inbound.Entry {
	t.Helper()
	entries := j.all()
	if len(entries) != 1 {
		t.Fatalf("%d entries instead of one: %+v", len(entries), entries)
	}
	e := entries[0]
	e.Duration, e.BytesReceived, e.BytesSent, e.Cause = 0, 0, 0, nil
	return e
}

// fixture is the endpoint with its neighbours.
type fixture struct {
	http.Handler
	settings  inbound.Settings
	directory *directory
	engine    *engine
	journal   *journal
	now       time.Time
}

func newFixture(change ...func(*inbound.Settings)) *fixture {
	f := &fixture{
		directory: &directory{
			site: transfer.Site{UUID: siteUUID, AnonymousPulls: true},
			accounts: map[string]inbound.Account{
				"admin@example.com:testing":      {User: "admin@example.com", Role: inbound.RoleAdministrator},
				"peer:secret":                    {User: "peer", Role: inbound.RolePeer},
				"bound:secret":                   {User: "bound", Role: inbound.RolePeer, RepositoryID: "other"},
				"normaluser@example.com:testing": {User: "normaluser@example.com", Role: "VIEWER"},
			},
			repositories: map[string]transfer.Repository{
				peerUUID:    {ID: "peer", Name: "Peer", UUID: peerUUID, AcceptPushes: true},
				otherUUID:   {ID: "other", Name: "Other", UUID: otherUUID, AcceptPushes: true},
				closedUUID:  {ID: "closed", Name: "Closed", UUID: closedUUID},
				deletedUUID: {ID: "deleted", Name: "Deleted", UUID: deletedUUID, AcceptPushes: true, Deleted: true},
			},
		},
		engine:  &engine{unknown: map[string]bool{"foo_bar": true, "nothing_here": true}, epoch: "e1", document: emptyDocument},
		journal: &journal{},
		now:     time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
	}
	for _, c := range change {
		c(&f.settings)
	}
	files := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "file "+r.URL.Path) })
	f.Handler = inbound.New(f.settings, f.directory, f.engine, f.journal, files, func() time.Time { return f.now })
	return f
}

// task gives the peer's repository a task of our own.
func (f *fixture) task(task transfer.Task) {
	r := f.directory.repositories[peerUUID]
	r.Tasks = append(r.Tasks, task)
	f.directory.repositories[peerUUID] = r
}

// do sends a request of the account "peer"; edit may change it.
func (f *fixture) do(method, target, body string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.SetBasicAuth("peer", "secret")
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func as(username, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(username, password) }
}

// asEdensync marks the sender as an edensync.
var asEdensync = with(inbound.HeaderVersion, inbound.Version)

const (
	pullURL = "/eden/sync/sync.xml?resource=org_office&repository=" + peerUUID
	pushURL = pullURL
	regURL  = "/eden/sync/repository/register.json"
)

const oneOffice = `<?xml version='1.0' encoding='utf-8'?><s3xml><resource name="org_office" uuid="urn:uuid:1"/></s3xml>`

// envelope is the JSON of an answer as a peer reads it.
type envelope struct {
	Status, StatusCode, Message, Sender string
	Records                             *int64
	Created, Updated, Deleted           []int64
	Tree                                map[string][]map[string]string
	Counts                              map[string]int64
	Outcomes                            []map[string]string
	OutcomesOmitted                     int64
	Position                            string
}

func decode(t *testing.T, w *httptest.ResponseRecorder) envelope {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Fatalf("status %d with Content-Type %q: %s", w.Code, got, w.Body)
	}
	var e envelope
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return e
}

// refused demands an error answer of an Eden's form.
func refused(t *testing.T, w *httptest.ResponseRecorder, status int, message string) {
	t.Helper()
	e := decode(t, w)
	if w.Code != status || e.Status != "failed" || e.StatusCode != fmt.Sprint(status) || !strings.Contains(e.Message, message) {
		t.Errorf("status %d, answer %s; want %d and %q", w.Code, w.Body, status, message)
	}
}

func accepted(t *testing.T, w *httptest.ResponseRecorder) envelope {
	t.Helper()
	e := decode(t, w)
	if w.Code != http.StatusOK || e.Status != "success" || e.StatusCode != fmt.Sprint(w.Code) {
		t.Errorf("status %d, answer %s; want success", w.Code, w.Body)
	}
	return e
}

// rule is the rule of the only import.
func (f *fixture) rule(t *testing.T) policy.Rule {
	t.Helper()
	if len(f.engine.imports) != 1 {
		t.Fatalf("%d imports instead of one", len(f.engine.imports))
	}
	return f.engine.imports[0].in.Rule
}

func (f *fixture) export(t *testing.T) transfer.Export {
	t.Helper()
	if len(f.engine.exports) != 1 {
		t.Fatalf("%d exports instead of one", len(f.engine.exports))
	}
	return f.engine.exports[0]
}
