package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// client uses a site from outside, as its administrator and as a peer.
type client struct{ base, token, password string }

// call is one request of the REST interface; in and out may be nil.
func (c *client) call(ctx context.Context, method, path string, in, out proto.Message) error {
	var body io.Reader
	if in != nil {
		text, err := protojson.Marshal(in) // not restjson: fields without value must stay away
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	text, err := send(request)
	if err != nil || out == nil {
		return err
	}
	return restjson.UnmarshalAnswer(text, out)
}

// send demands success and returns the answer.
func send(request *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: HTTP %d: %.500s", request.Method, request.URL.Path, response.StatusCode, text)
	}
	return text, err
}

// post sends a document to the endpoint for peers, as an Eden does.
func (c *client) post(ctx context.Context, path, contentType string, body io.Reader) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/eden"+path, body)
	if err != nil {
		return err
	}
	request.SetBasicAuth("admin", c.password)
	request.Header.Set("Content-Type", contentType)
	text, err := send(request)
	if err == nil && !bytes.Contains(text, []byte(`"success"`)) {
		err = fmt.Errorf("POST %s: %.500s", path, text)
	}
	return err
}

// source is the site that the first records come from, reader one that has none.
const (
	source = "urn:uuid:0d1f6c1e-0000-4000-8000-00000000be7c"
	reader = "urn:uuid:0d1f6c1e-0000-4000-8000-00000000be7d"
)

// settle names the site, and registers others there as Edens do.
func (c *client) settle(ctx context.Context, name string, others ...string) error {
	settings := &configv1.Settings{SiteName: name, PublicUrl: c.base + "/eden"}
	err := c.call(ctx, http.MethodPatch, "/settings", settings, nil)
	for _, other := range append([]string{source, reader}, others...) {
		registration := fmt.Sprintf(`{"uuid":%q,"name":"An Eden","apitype":"eden"}`, other)
		err = errors.Join(err, c.post(ctx, "/sync/repository/register.json", "application/json", strings.NewReader(registration)))
	}
	return err
}

// push sends a document in the name of a registered site.
func (c *client) push(ctx context.Context, from, resource string, body io.Reader) error {
	return c.post(ctx, "/sync/sync.xml?resource="+resource+"&repository="+url.QueryEscape(from), "text/xml", body)
}

// give pushes a document in the name of the source, and is told how long that took.
func (b *bench) give(ctx context.Context, to *site, d document) (time.Duration, error) {
	name, err := b.file(d)
	if err != nil {
		return 0, err
	}
	body, err := os.Open(filepath.Clean(name))
	if err != nil {
		return 0, err
	}
	defer func() { _ = body.Close() }() // it was only read; the transport closes it, too
	started := now()
	err = to.push(ctx, source, d.resource, body)
	return now().Sub(started), err
}

// know registers another site with an account there, and waits for its answer.
func (c *client) know(ctx context.Context, other *client) (id string, err error) {
	const account, secret = "field", "a long sentence for a machine"
	user := &configv1.User{Username: account, Password: secret, Role: configv1.Role_ROLE_PEER}
	if err := other.call(ctx, http.MethodPost, "/users", user, nil); err != nil {
		return "", err
	}
	repo := &configv1.Repository{Name: "hub", Url: other.base + "/eden", Username: account, Password: secret}
	if err := c.call(ctx, http.MethodPost, "/repositories", repo, repo); err != nil {
		return "", err
	}
	for repo.GetRegistration().GetState() == configv1.RegistrationState_REGISTRATION_STATE_PENDING {
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return "", err
		}
		if err := c.call(ctx, http.MethodGet, "/repositories/"+repo.GetId(), nil, repo); err != nil {
			return "", err
		}
	}
	if r := repo.GetRegistration(); r.GetState() != configv1.RegistrationState_REGISTRATION_STATE_REGISTERED {
		return "", fmt.Errorf("registration: %s", r.GetMessage())
	}
	return repo.GetId(), nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// task says that a resource is exchanged with the repository.
func (c *client) task(ctx context.Context, repository, resource string, mode configv1.TaskMode) error {
	task := &configv1.Task{ResourceName: resource, Mode: mode}
	return c.call(ctx, http.MethodPost, "/repositories/"+repository+"/tasks", task, nil)
}

// lookAgain is how often the state of a run is asked for: seldom enough that the site hardly notices.
const lookAgain = 20 * time.Millisecond

// synchronize exchanges one resource and waits for the end of the run. took is from the question until the site had ended
// the run, by the one clock of this machine.
func (c *client) synchronize(ctx context.Context, repository, resource string) (run *transferv1.Run, took time.Duration, err error) {
	run = &transferv1.Run{}
	in := &transferv1.StartRunRequest{ResourceNames: []string{resource}}
	started := now()
	if err := c.call(ctx, http.MethodPost, "/repositories/"+repository+":synchronize", in, run); err != nil {
		return nil, 0, err
	}
	for s := run.GetState(); s == transferv1.RunState_RUN_STATE_QUEUED || s == transferv1.RunState_RUN_STATE_RUNNING; s = run.GetState() {
		if err := pause(ctx, lookAgain); err != nil {
			return nil, 0, err
		}
		if err := c.call(ctx, http.MethodGet, "/runs/"+run.GetId(), nil, run); err != nil {
			return nil, 0, err
		}
	}
	if run.GetState() != transferv1.RunState_RUN_STATE_DONE {
		return nil, 0, fmt.Errorf("the run of %s ended as %s: %s", resource, run.GetState(), run.GetMessage())
	}
	return run, run.GetEndTime().AsTime().Sub(started), nil
}
