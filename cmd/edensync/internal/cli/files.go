package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Files are exchanged through the door that other sites use, in the name of a repository of their own: so an import is
// subject to the same rules, ends in the same ledger and is logged like every other.
const (
	filesName = "Files"
	filesUUID = "urn:uuid:edf11e50-0000-4000-8000-0000000000f5"
)

// PeersDoor is where the door for other sites is; embed.
type PeersDoor struct {
	SyncURL string `name:"sync-url" help:"Address at which other sites reach this one. Default: that of the site with /eden." placeholder:"URL"`
}

// door is the open door: an account that exists as long as the command runs.
type door struct {
	base, user, password string
	http                 *http.Client
}

// through opens the door, lets work use it, and removes the account afterwards.
func (e *Env) through(where PeersDoor, work func(d door) error) error {
	client, err := e.connect()
	if err != nil {
		return err
	}
	repository, err := e.filesRepository()
	if err != nil {
		return err
	}
	d := door{base: strings.TrimRight(where.SyncURL, "/"), user: "files-" + strings.ToLower(rand.Text()[:12]), password: rand.Text(), http: client.HTTP}
	if d.base == "" {
		d.base = strings.TrimRight(client.Base, "/") + "/eden"
	}
	user := &configv1.User{}
	in := &configv1.User{Username: d.user, Password: d.password, Role: configv1.Role_ROLE_PEER, RepositoryId: repository.GetId()}
	if err := e.call("POST", "/users", in, user); err != nil {
		return err
	}
	return errors.Join(work(d), e.closeDoor(client, user.GetId()))
}

// closeDoor removes the account, even if the command was interrupted.
func (e *Env) closeDoor(client *api.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.Context), 10*time.Second)
	defer cancel()
	if err := client.Call(ctx, "DELETE", "/users/"+id, nil, nil); err != nil {
		return fmt.Errorf("remove the account %s that was made for the file: %w", id, err)
	}
	return nil
}

// filesRepository is the repository in whose name files are exchanged; it is made when it is needed first.
func (e *Env) filesRepository() (*configv1.Repository, error) {
	page := &configv1.ListRepositoriesResponse{}
	if err := e.call("GET", "/repositories?"+url.Values{"uuid": {filesUUID}}.Encode(), nil, page); err != nil {
		return nil, err
	}
	if len(page.GetRepositories()) > 0 {
		return page.GetRepositories()[0], nil
	}
	repository := &configv1.Repository{}
	return repository, e.call("POST", "/repositories", &configv1.Repository{Name: filesName, Uuid: filesUUID}, repository)
}

func (d door) request(ctx context.Context, method string, query url.Values, body io.Reader) (*http.Request, error) {
	query.Set("repository", filesUUID)
	request, err := http.NewRequestWithContext(ctx, method, d.base+"/sync/sync.xml?"+query.Encode(), body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, d.base, err)
	}
	request.SetBasicAuth(d.user, d.password)
	return request, nil
}

// exportCommand writes a resource to a file.
type exportCommand struct {
	Remote    `embed:""`
	PeersDoor `embed:""`
	Resource  string `arg:"" help:"Name of the resource, such as org_organisation."`
	File      string `arg:"" optional:"" default:"-" help:"File to write; - is standard output."`
	Since     string `help:"Only records that were modified at or after this time." placeholder:"TIME"`
}

// Run exports.
func (c *exportCommand) Run(e *Env) error {
	query := url.Values{"resource": {c.Resource}}
	if c.Since != "" {
		since, err := timeOf(c.Since, clock())
		if err != nil {
			return &outcome{code: exitUsage, err: err}
		}
		query.Set("msince", since.Format("2006-01-02T15:04:05"))
	}
	return e.through(c.PeersDoor, func(d door) error {
		request, err := d.request(e.Context, http.MethodGet, query, nil)
		if err != nil {
			return err
		}
		return e.download(d.http, request, c.File)
	})
}

// importCommand reads a resource from a file.
type importCommand struct {
	Remote         `embed:""`
	PeersDoor      `embed:""`
	Resource       string   `arg:"" help:"Name of the resource, such as org_organisation."`
	File           string   `arg:"" help:"File to read; - is standard input."`
	Strategy       []string `help:"What may be done: create, update, delete, merge." default:"create,update,delete,merge"`
	UpdatePolicy   string   `help:"Who wins if only one side has changed a record: this (site), other (the file), newer or master." enum:"this,other,newer,master" default:"newer"`
	Complete       bool     `help:"The file names all fields of its records: fields that it does not mention are cleared. Without this they stay."`
	ConflictPolicy string   `help:"Who wins if both sides have changed a record." enum:"this,other,newer,master" default:"newer"`
}

// inverted is a policy as the sender says it: its own side is THIS.
func inverted(policy string) string {
	switch policy {
	case "this":
		return "OTHER"
	case "other":
		return "THIS"
	default:
		return strings.ToUpper(policy)
	}
}

// Run imports.
func (c *importCommand) Run(e *Env) error {
	body := e.In
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("read the records: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		body = file
	}
	query := url.Values{
		"resource": {c.Resource}, "strategy": {strings.Join(c.Strategy, ",")},
		"update_policy": {inverted(c.UpdatePolicy)}, "conflict_policy": {inverted(c.ConflictPolicy)},
	}
	err := e.through(c.PeersDoor, func(d door) error {
		request, err := d.request(e.Context, http.MethodPost, query, body)
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "text/xml")
		if c.Complete {
			request.Header.Set("Edensync-Version", "1")
		}
		return e.upload(d.http, request)
	})
	if err != nil {
		return err
	}
	return e.imported()
}

// maxEnvelope bounds the answer to an import, which may name every rejected record.
const maxEnvelope = 64 << 20

// upload sends the document and reads the message by which the door answers.
func (e *Env) upload(client *http.Client, request *http.Request) error {
	response, err := client.Do(request)
	if err != nil {
		return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
			"The site does not answer any more; batches that it has stored stay. Import the file again, nothing is stored twice.").Wrap(err)
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(io.LimitReader(response.Body, maxEnvelope))
	if err != nil {
		return cutOff(err)
	}
	var answer struct{ Status, Message string }
	switch {
	case json.Unmarshal(text, &answer) != nil || answer.Status == "":
		return refusal(response.StatusCode, text)
	case answer.Status != "success":
		return fmt.Errorf("nothing more was stored: %s", clean(answer.Message))
	default:
		return nil
	}
}

// imported shows the run that the import has left in the ledger, and the records that should be looked at.
func (e *Env) imported() error {
	repository, err := e.filesRepository()
	if err != nil {
		return err
	}
	runs := &transferv1.ListRunsResponse{}
	query := url.Values{"repositoryId": {repository.GetId()}, "trigger": {"PEER"}, "pageSize": {"1"}}
	if err := e.call("GET", "/runs?"+query.Encode(), nil, runs); err != nil {
		return err
	}
	if len(runs.GetRuns()) == 0 {
		return errors.New("the records were taken, but there is no run that tells what became of them")
	}
	run := runs.GetRuns()[0]
	if c := run.GetCounts(); e.remote.Output != "json" && c.GetSkipped()+c.GetConflict()+c.GetRejected() > 0 {
		e.line("Records to be looked at:")
		if err := e.items(run.GetId(), nil, Listing{Limit: 20}); err != nil {
			return err
		}
	}
	return e.summary(run)
}
