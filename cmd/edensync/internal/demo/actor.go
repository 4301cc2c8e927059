package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/cmd/edensync/internal/serve"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// actor is one of the two sites, as its administrator uses it.
type actor struct {
	*api.Client
	name string
}

func newActor(name string, key serve.Key) *actor {
	return &actor{Client: &api.Client{Base: key.Server, Token: key.Token}, name: name}
}

// name the site and tell it under which address others see it.
func (a *actor) introduce(ctx context.Context, name string) error {
	settings := &configv1.Settings{SiteName: name, PublicUrl: a.Base + "/eden"}
	return a.Call(ctx, http.MethodPatch, "/settings", settings, nil)
}

// accept makes an account with which another site may call.
func (a *actor) accept(ctx context.Context, user, password string) error {
	u := &configv1.User{Username: user, Password: password, Role: configv1.Role_ROLE_PEER}
	return a.Call(ctx, http.MethodPost, "/users", u, nil)
}

// know registers another site and waits for its answer.
func (a *actor) know(ctx context.Context, name, base, user, password string) (*configv1.Repository, error) {
	repo := &configv1.Repository{}
	in := &configv1.Repository{Name: name, Url: base + "/eden", Username: user, Password: password}
	if err := a.Call(ctx, http.MethodPost, "/repositories", in, repo); err != nil {
		return nil, err
	}
	for repo.GetRegistration().GetState() == configv1.RegistrationState_REGISTRATION_STATE_PENDING {
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
		if err := a.Call(ctx, http.MethodGet, "/repositories/"+repo.GetId(), nil, repo); err != nil {
			return nil, err
		}
	}
	if r := repo.GetRegistration(); r.GetState() != configv1.RegistrationState_REGISTRATION_STATE_REGISTERED {
		return nil, fmt.Errorf("%s could not register at %s: %s", a.name, name, r.GetMessage())
	}
	return repo, nil
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

// exchange configures a resource: both directions, the younger version wins.
func (a *actor) exchange(ctx context.Context, repositoryID, resource string) error {
	task := &configv1.Task{ResourceName: resource}
	return a.Call(ctx, http.MethodPost, "/repositories/"+repositoryID+"/tasks", task, nil)
}

// schedule synchronizes every five minutes from then on.
func (a *actor) schedule(ctx context.Context, repositoryID string, from time.Time) (*schedulerv1.Job, error) {
	job := &schedulerv1.Job{}
	in := &schedulerv1.Job{Enabled: boolean(true), StartTime: timestamppb.New(from), RunEvery: durationpb.New(5 * time.Minute)}
	return job, a.Call(ctx, http.MethodPost, "/repositories/"+repositoryID+"/jobs", in, job)
}

func boolean(b bool) *bool { return &b }

// synchronize starts a run.
func (a *actor) synchronize(ctx context.Context, repositoryID string) (*transferv1.Run, error) {
	run := &transferv1.Run{}
	return run, a.Call(ctx, http.MethodPost, "/repositories/"+repositoryID+":synchronize", &transferv1.StartRunRequest{}, run)
}

func recordPath(resource, uid string) string {
	return "/resources/" + url.PathEscape(resource) + "/records/" + url.PathEscape(uid)
}

// record reads one record.
func (a *actor) record(ctx context.Context, resource, uid string) (*transferv1.Record, error) {
	r := &transferv1.Record{}
	return r, a.Call(ctx, http.MethodGet, recordPath(resource, uid), nil, r)
}

// edit sets a field of a record, as somebody at the keyboard would.
func (a *actor) edit(ctx context.Context, resource, uid, field, value string) error {
	r, err := a.record(ctx, resource, uid)
	if err != nil {
		return err
	}
	in := &transferv1.Record{Etag: r.GetEtag(), References: r.GetReferences()}
	found := false
	for _, f := range r.GetFields() {
		if f.GetName() == field {
			f.Value, found = value, true
		}
		in.Fields = append(in.Fields, f)
	}
	if !found {
		in.Fields = append(in.Fields, &transferv1.RecordField{Name: field, Value: value, Kind: transferv1.FieldKind_FIELD_KIND_TEXT})
	}
	return a.Call(ctx, http.MethodPut, recordPath(resource, uid), in, nil)
}

// create makes a new record.
func (a *actor) create(ctx context.Context, resource, uid, field, value string) error {
	in := &transferv1.Record{Fields: []*transferv1.RecordField{{Name: field, Value: value, Kind: transferv1.FieldKind_FIELD_KIND_TEXT}}}
	return a.Call(ctx, http.MethodPut, recordPath(resource, uid), in, nil)
}

func (a *actor) remove(ctx context.Context, resource, uid string) error {
	return a.Call(ctx, http.MethodDelete, recordPath(resource, uid), nil, nil)
}

// all lists every record of a resource as uid → hash; deleted ones have the hash of deletions.
func (a *actor) all(ctx context.Context, resource string) (map[string]string, error) {
	hashes := map[string]string{}
	for token := ""; ; {
		page := &transferv1.ListRecordsResponse{}
		query := url.Values{"pageSize": {"500"}, "includeDeleted": {"true"}, "pageToken": {token}}
		if err := a.Call(ctx, http.MethodGet, "/resources/"+resource+"/records?"+query.Encode(), nil, page); err != nil {
			return nil, err
		}
		for _, r := range page.GetRecords() {
			hashes[r.GetUid()] = r.GetHash()
		}
		if token = page.GetNextPageToken(); token == "" {
			return hashes, nil
		}
	}
}

// post sends something to the endpoint for peers, as an Eden with this account would.
func (a *actor) post(ctx context.Context, path, user, password, contentType string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Base+"/eden"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.SetBasicAuth(user, password)
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(`"success"`)) {
		return fmt.Errorf("POST %s at the %s: HTTP %d: %.300s", path, a.name, response.StatusCode, text)
	}
	return nil
}
