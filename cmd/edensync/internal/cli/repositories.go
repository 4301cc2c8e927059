package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/process"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// repositoriesCommand manages the sites that this site knows.
type repositoriesCommand struct {
	Remote   `embed:""`
	List     repositoriesList   `cmd:"" help:"List repositories by name."`
	Show     repositoriesShow   `cmd:"" help:"Show one repository."`
	Add      repositoriesAdd    `cmd:"" help:"Add a repository and register this site there."`
	Edit     repositoriesEdit   `cmd:"" help:"Change a repository."`
	Remove   repositoriesRemove `cmd:"" help:"Remove a repository with its tasks and jobs; records stay."`
	Pause    repositoriesPause  `cmd:"" help:"Start no more runs and accept no exchanges."`
	Resume   repositoriesResume `cmd:"" help:"End a pause."`
	Register repositoriesAgain  `cmd:"" help:"Register this site at a repository again."`
}

type repositoriesList struct {
	Listing
	Query     string   `query:"query" help:"Only those whose name, URL or UUID contains this."`
	State     []string `query:"states" help:"Only those in this state: active, paused, passive."`
	Condition []string `query:"conditions" help:"Only those in this condition: needs-you, failing, warnings, never-synchronized, in-step, paused."`
	Order     string   `query:"orderBy" help:"Order: name, attention (what needs somebody first), \"last_connect_time desc\"."`
}

// Run lists repositories.
func (c *repositoriesList) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	return e.list("/repositories", query, c.Listing, func() proto.Message { return &configv1.ListRepositoriesResponse{} },
		"name", "state", "condition", "url", "registration.state", "taskCount", "lastConnectTime", "id")
}

type repositoriesShow struct {
	Name string `arg:"" help:"Name, UUID or id."`
}

// Run shows one repository.
func (c *repositoriesShow) Run(e *Env) error {
	repository, err := e.repository(c.Name)
	if err != nil {
		return err
	}
	return e.print(repository)
}

// repositoryFlags are what people decide about a repository.
type repositoryFlags struct {
	URL           *string        `field:"url" name:"url" help:"Address of the remote site with its application path, such as https://example.org/eden. Without it this site waits for the remote site to connect."`
	Username      *string        `field:"username" help:"User at the remote site."`
	Password      process.Secret `field:"password" help:"Password at the remote site. Others on this machine may see it; better use --password-file." placeholder:"SECRET"`
	PasswordFile  string         `help:"File with the password; - reads it from standard input." placeholder:"FILE"`
	ProxyURL      *string        `field:"proxy_url" name:"proxy-url" help:"Proxy for this repository, none for no proxy at all."`
	CAFile        string         `name:"ca-file" help:"Certificates (PEM) that sign the remote site's certificate." placeholder:"FILE"`
	UUID          *string        `field:"uuid" name:"uuid" help:"The remote site's own identifier; a registration fills it in."`
	AcceptPushes  *bool          `field:"accept_pushes" negatable:"" help:"Whether the remote site may push to this site."`
	CACertificate *string        `field:"ca_certificates" kong:"-"`
}

// read fills in what stands in files.
func (f *repositoryFlags) read(in io.Reader) (err error) {
	if f.PasswordFile != "" {
		var password string
		if password, err = readSecret(f.PasswordFile, in); err != nil {
			return err
		}
		f.Password = process.Secret(password)
	}
	if f.CAFile != "" {
		text, err := os.ReadFile(f.CAFile)
		if err != nil {
			return fmt.Errorf("read the certificates: %w", err)
		}
		certificates := string(text)
		f.CACertificate = &certificates
	}
	return nil
}

// maxSecret bounds a file that holds a password.
const maxSecret = 64 << 10

func readSecret(path string, in io.Reader) (string, error) {
	if path != "-" {
		file, err := os.Open(path) //nolint:gosec // whoever gives the command names the file
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSecret))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

type repositoriesAdd struct {
	Name string `arg:"" help:"Name for people, unique."`
	repositoryFlags
	Wait time.Duration `help:"How long to wait for the registration." default:"60s"`
}

// Run adds a repository, waits for its registration and tells what came out.
func (c *repositoriesAdd) Run(e *Env) error {
	in, repository := &configv1.Repository{Name: c.Name}, &configv1.Repository{}
	if err := c.read(e.In); err != nil {
		return err
	}
	if _, err := fill(in, &c.repositoryFlags, clock()); err != nil {
		return err
	}
	if err := e.call("POST", "/repositories", in, repository); err != nil {
		return err
	}
	e.say("Repository %s was saved.", clean(repository.GetName()))
	if err := e.awaitRegistration(repository, c.Wait); err != nil {
		return err
	}
	return e.registered(repository)
}

const registrationPoll = 300 * time.Millisecond

// awaitRegistration reads the repository until its registration has come to an end or the patience has.
func (e *Env) awaitRegistration(r *configv1.Repository, patience time.Duration) error {
	for waited := time.Duration(0); r.GetRegistration().GetState() == configv1.RegistrationState_REGISTRATION_STATE_PENDING; waited += registrationPoll {
		if waited >= patience {
			return nil
		}
		if err := e.pause(registrationPoll); err != nil {
			return err
		}
		if err := e.call("GET", under(r, ""), nil, r); err != nil {
			return err
		}
	}
	return nil
}

// registered tells how a registration stands, in the words of the guide, and if it did not work what the administrator of
// the other site has to be told.
func (e *Env) registered(r *configv1.Repository) error {
	if e.remote.Output == "json" {
		if err := e.print(r); err != nil {
			return err
		}
	}
	switch r.GetRegistration().GetState() {
	case configv1.RegistrationState_REGISTRATION_STATE_REGISTERED:
		e.say("Successfully registered at the repository.")
		return nil
	case configv1.RegistrationState_REGISTRATION_STATE_PENDING:
		e.say("The registration at the repository is still under way; see edensync repositories show %q.", r.GetName())
		return &outcome{code: exitWarnings}
	case configv1.RegistrationState_REGISTRATION_STATE_FAILED:
		return e.notRegistered(r)
	default:
		e.say("It has no URL: this site waits for the remote site to connect.")
		return nil
	}
}

func (e *Env) notRegistered(r *configv1.Repository) error {
	e.say("Could not auto-register at the repository, please register manually.")
	e.say("  The remote site or the network said: %s", clean(r.GetRegistration().GetMessage()))
	settings := &configv1.Settings{}
	if err := e.call("GET", "/settings", nil, settings); err != nil {
		return errors.Join(&outcome{code: exitWarnings}, err)
	}
	e.say("\nTell the administrator of the other site:\n")
	e.say("  Please add a repository for our site under Administration, Synchronization, Repositories:")
	e.say("    Name:  %s", clean(settings.GetSiteName()))
	e.say("    UUID:  %s", settings.GetRepositoryUuid())
	if settings.GetPublicUrl() != "" {
		e.say("    URL:   %s", settings.GetPublicUrl())
	}
	if r.GetUsername() != "" {
		e.say("  and let the user %q synchronize.", r.GetUsername())
	}
	e.say("\nThen try again with: edensync repositories register %q", r.GetName())
	return &outcome{code: exitWarnings}
}

type repositoriesEdit struct {
	Name    string  `arg:"" help:"Name, UUID or id."`
	NewName *string `field:"name" name:"name" help:"New name."`
	repositoryFlags
}

// Run changes a repository.
func (c *repositoriesEdit) Run(e *Env) error {
	repository, err := e.repository(c.Name)
	if err != nil {
		return err
	}
	if err := c.read(e.In); err != nil {
		return err
	}
	changed := &configv1.Repository{}
	if err := e.change(under(repository, ""), &configv1.Repository{Etag: repository.GetEtag()}, c, changed); err != nil {
		return err
	}
	return e.print(changed)
}

type repositoriesRemove struct {
	Name string `arg:"" help:"Name, UUID or id."`
	Yes  bool   `short:"y" help:"Do not ask."`
}

// Run removes a repository.
func (c *repositoriesRemove) Run(e *Env) error {
	repository, err := e.repository(c.Name)
	if err != nil {
		return err
	}
	if err := e.confirm(c.Yes, fmt.Sprintf("Remove %q with its tasks and jobs? Records stay.", repository.GetName())); err != nil {
		return err
	}
	path := under(repository, "?"+url.Values{"etag": {repository.GetEtag()}}.Encode())
	if err := e.call("DELETE", path, nil, nil); err != nil {
		return err
	}
	e.say("Repository %s was removed.", clean(repository.GetName()))
	return nil
}

type repositoriesPause struct {
	Name string `arg:"" help:"Name, UUID or id."`
}

// Run pauses a repository.
func (c *repositoriesPause) Run(e *Env) error {
	return e.act(c.Name, ":pause", &configv1.PauseRepositoryRequest{}, "%s is paused.")
}

type repositoriesResume struct {
	Name string `arg:"" help:"Name, UUID or id."`
}

// Run ends a pause.
func (c *repositoriesResume) Run(e *Env) error {
	return e.act(c.Name, ":resume", &configv1.ResumeRepositoryRequest{}, "%s is active again.")
}

// act does something with a repository that answers the repository.
func (e *Env) act(name, verb string, request proto.Message, words string) error {
	repository, err := e.repository(name)
	if err != nil {
		return err
	}
	if err := e.call("POST", under(repository, verb), request, repository); err != nil {
		return err
	}
	if e.remote.Output == "json" {
		return e.print(repository)
	}
	e.line(words, clean(repository.GetName()))
	return nil
}

type repositoriesAgain struct {
	Name string `arg:"" help:"Name, UUID or id."`
}

// Run registers again.
func (c *repositoriesAgain) Run(e *Env) error {
	repository, err := e.repository(c.Name)
	if err != nil {
		return err
	}
	answer := &transferv1.RegisterRepositoryResponse{}
	if err := e.call("POST", under(repository, ":register"), &transferv1.RegisterRepositoryRequest{}, answer); err != nil {
		return notStarted(err)
	}
	if err := e.call("GET", under(repository, ""), nil, repository); err != nil {
		return err
	}
	return e.registered(repository)
}
