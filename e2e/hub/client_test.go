package hub_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// person is somebody who is signed in at a gateway.
type person struct {
	client *http.Client
	base   string
	cookie string
	lastID atomic.Value // see requestID
}

// requestID is that of the last answer.
func (p *person) requestID() string {
	id, _ := p.lastID.Load().(string)
	return id
}

// refusal is an answer that is no success.
type refusal struct {
	status int
	text   string
	header http.Header
}

// Error tells status and text.
func (r *refusal) Error() string { return fmt.Sprintf("HTTP %d: %.300s", r.status, r.text) }

func (h *hub) signIn(t *testing.T, gateway *replica) *person {
	t.Helper()
	p := &person{client: h.client, base: "https://" + gateway.listen + "/api/v1"}
	eventually(t, "sign in", p.trySignIn)
	return p
}

func (p *person) trySignIn() error {
	credentials, err := json.Marshal(map[string]string{"username": "admin", "password": adminPassword})
	if err != nil {
		return err
	}
	response, err := p.client.Post(p.base+"/session", "application/json", bytes.NewReader(credentials))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if len(response.Cookies()) != 1 {
		text, err := io.ReadAll(response.Body)
		return fmt.Errorf("%w: %w", &refusal{response.StatusCode, string(text), response.Header}, err)
	}
	p.cookie = response.Cookies()[0].String()
	return nil
}

// call is one request of the REST interface; in and out may be nil.
func (p *person) call(method, path string, in, out proto.Message) error {
	response, err := p.do(method, path, in)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || out == nil {
		return err
	}
	return restjson.UnmarshalAnswer(text, out)
}

// do answers a success, of which the body is to be read.
func (p *person) do(method, path string, in proto.Message) (*http.Response, error) {
	body := []byte(nil)
	if in != nil {
		var err error
		if body, err = protojson.Marshal(in); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequest(method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", p.cookie)
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	p.lastID.Store(response.Header.Get("X-Request-Id"))
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return nil, &refusal{response.StatusCode, string(text), response.Header}
}

// pullFrom enters an Eden of which the records are pulled.
func (p *person) pullFrom(t *testing.T, url string) (id string) {
	t.Helper()
	return p.know(t, &configv1.Repository{Name: "Source", Url: url, Username: "sync", Password: "secret"},
		&configv1.Task{ResourceName: resource, Mode: configv1.TaskMode_TASK_MODE_PULL})
}

// know enters a repository with a task, and waits until it is registered.
func (p *person) know(t *testing.T, repo *configv1.Repository, task *configv1.Task) (id string) {
	t.Helper()
	if err := p.call(http.MethodPost, "/repositories", repo, repo); err != nil {
		t.Fatal(err)
	}
	eventually(t, "registration", func() error {
		err := p.call(http.MethodGet, "/repositories/"+repo.GetId(), nil, repo)
		if r := repo.GetRegistration(); err == nil && r.GetState() != configv1.RegistrationState_REGISTRATION_STATE_REGISTERED {
			err = fmt.Errorf("%s: %s", r.GetState(), r.GetMessage())
		}
		return err
	})
	if err := p.call(http.MethodPost, "/repositories/"+repo.GetId()+"/tasks", task, nil); err != nil {
		t.Fatal(err)
	}
	return repo.GetId()
}

// synchronize starts a run.
func (p *person) synchronize(t *testing.T, repository string) *transferv1.Run {
	t.Helper()
	run := &transferv1.Run{}
	if err := p.call(http.MethodPost, "/repositories/"+repository+":synchronize", &transferv1.StartRunRequest{}, run); err != nil {
		t.Fatal(err)
	}
	return run
}

// run is how a run stands.
func (p *person) run(t *testing.T, id string) *transferv1.Run {
	t.Helper()
	run := &transferv1.Run{}
	eventually(t, "look at the run", func() error { return p.call(http.MethodGet, "/runs/"+id, nil, run) })
	return run
}

// ended waits for the end of a run.
func (p *person) ended(t *testing.T, id string) (run *transferv1.Run) {
	t.Helper()
	eventually(t, "the end of the run", func() error {
		if run = p.run(t, id); run.GetEndTime() == nil {
			return errNotYet
		}
		return nil
	})
	return run
}

// records is how many records the hub has.
func (p *person) records(t *testing.T) int64 {
	t.Helper()
	list := &transferv1.ListResourcesResponse{}
	eventually(t, "count the records", func() error { return p.call(http.MethodGet, "/resources", nil, list) })
	for _, r := range list.GetResources() {
		if r.GetName() == resource {
			return r.GetRecordCount()
		}
	}
	return 0
}

// closed checks that the ledger of a run that went well adds up to what was received.
func closed(t *testing.T, run *transferv1.Run, want int64) {
	t.Helper()
	if run.GetState() != transferv1.RunState_RUN_STATE_DONE || len(run.GetTasks()) != 1 {
		t.Fatalf("the run ended as %v", run)
	}
	c := run.GetTasks()[0].GetCounts()
	sum := c.GetCreated() + c.GetUpdated() + c.GetDeleted() + c.GetUnchanged() + c.GetSkipped() + c.GetConflict() + c.GetRejected()
	if c.GetReceived() != sum || c.GetCreated()+c.GetUnchanged() != sum || sum != want {
		t.Errorf("the ledger says %v; want %d", c, want)
	}
}

// status is the HTTP status behind an error; 0: there was no answer, 200: no error.
func status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if r, ok := asRefusal(err); ok {
		return r.status
	}
	return 0
}

func asRefusal(err error) (*refusal, bool) {
	var r *refusal
	return r, errors.As(err, &r)
}

// synchronizeOnce runs a repository off. One that is at work already is fine, too.
func (p *person) synchronizeOnce(repository string) error {
	err := p.call(http.MethodPost, "/repositories/"+repository+":synchronize", &transferv1.StartRunRequest{}, nil)
	if r, ok := asRefusal(err); ok && strings.Contains(r.text, "RUN_ACTIVE") {
		return nil
	}
	return err
}
