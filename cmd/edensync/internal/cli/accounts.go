package cli

import (
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// usersCommand manages accounts.
type usersCommand struct {
	Remote `embed:""`
	List   usersList   `cmd:"" help:"List accounts by name."`
	Show   usersShow   `cmd:"" help:"Show one account."`
	Add    usersAdd    `cmd:"" help:"Add an account for a person, or with the role peer for a remote site. Without a password a person is invited, and a remote site gets one that is shown."`
	Edit   usersEdit   `cmd:"" help:"Change an account; a new password or role ends its sessions."`
	Remove usersRemove `cmd:"" help:"Remove an account with its sessions and tokens."`
	Invite usersInvite `cmd:"" help:"Make an invitation, by which a person chooses a password; also for a forgotten one."`
	Secret usersSecret `cmd:"" name:"generate-password" help:"Give the account of a remote site a new password and show it."`
}

type usersList struct {
	Listing
	Query string   `query:"query" help:"Only those whose name contains this."`
	Role  []string `query:"roles" help:"Only those with this role: administrator, operator, viewer, peer."`
}

// Run lists users.
func (c *usersList) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	if err := e.knowNames(); err != nil {
		return err
	}
	return e.list("/users", query, c.Listing, func() proto.Message { return &configv1.ListUsersResponse{} },
		"username", "role", "disabled", "repositoryId", "lastSignInTime", "id")
}

// user finds an account by its name, in upper or lower case, or its id.
func (e *Env) user(name string) (*configv1.User, error) {
	page := &configv1.ListUsersResponse{}
	if err := e.call("GET", "/users?"+url.Values{"query": {name}, "pageSize": {"500"}}.Encode(), nil, page); err != nil {
		return nil, err
	}
	for _, u := range page.GetUsers() {
		if strings.EqualFold(u.GetUsername(), name) {
			return u, nil
		}
	}
	user := &configv1.User{}
	err := e.call("GET", "/users/"+url.PathEscape(name), nil, user)
	if apierr.KindOf(err) == apierr.KindNotFound && err != nil {
		return nil, apierr.New(apierr.KindNotFound, apierr.ReasonNotFound,
			"There is no account %q, so nothing was done. See edensync users list.", name)
	}
	return user, err
}

type usersShow struct {
	Name string `arg:"" help:"Name or id."`
}

// Run shows one user.
func (c *usersShow) Run(e *Env) error {
	user, err := e.user(c.Name)
	if err != nil {
		return err
	}
	return e.print(user)
}

// password is how a password is given.
type password struct {
	Password     process.Secret `field:"password" help:"Password of 10 or more characters. Others on this machine may see it; better use --password-file." placeholder:"SECRET"`
	PasswordFile string         `help:"File with the password; - reads it from standard input." placeholder:"FILE"`
}

func (p *password) read(e *Env) error {
	if p.PasswordFile == "" {
		return nil
	}
	text, err := readSecret(p.PasswordFile, e.In)
	p.Password = process.Secret(text)
	return err
}

type usersAdd struct {
	Name       string `arg:"" help:"Name to sign in with."`
	Role       string `field:"role" required:"" help:"administrator, operator, viewer or peer." placeholder:"ROLE"`
	Repository string `xor:"binding" help:"For the role peer: the only repository that the account may exchange as." placeholder:"NAME"`
	Bind       bool   `field:"bind_at_registration" name:"bind-at-registration" xor:"binding" help:"For the role peer: the first remote site that registers with the account becomes the only one that it may exchange as."`
	Language   string `field:"language" help:"Language of the pages, such as fr or ar." placeholder:"TAG"`
	password
}

// Run adds a user.
func (c *usersAdd) Run(e *Env) error {
	in, user := &configv1.User{Username: c.Name}, &configv1.User{}
	if err := c.read(e); err != nil {
		return err
	}
	if _, err := fill(in, c, clock()); err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if c.Repository != "" {
		repository, err := e.repository(c.Repository)
		if err != nil {
			return err
		}
		in.RepositoryId = repository.GetId()
	}
	if err := e.call("POST", "/users", in, user); err != nil {
		return err
	}
	return e.print(user)
}

type usersInvite struct {
	Name string `arg:"" help:"Name or id."`
}

// Run invites.
func (c *usersInvite) Run(e *Env) error {
	return e.issue(c.Name, ":invite", &configv1.InviteUserRequest{})
}

type usersSecret struct {
	Name string `arg:"" help:"Name or id."`
}

// Run generates a password.
func (c *usersSecret) Run(e *Env) error {
	return e.issue(c.Name, ":generatePassword", &configv1.GeneratePasswordRequest{})
}

// issue asks for a secret of an account and shows it.
func (e *Env) issue(name, verb string, request proto.Message) error {
	user, err := e.user(name)
	if err != nil {
		return err
	}
	issued := &configv1.User{}
	if err := e.call("POST", "/users/"+url.PathEscape(user.GetId())+verb, request, issued); err != nil {
		return err
	}
	return e.print(issued)
}

type usersEdit struct {
	Name     string  `arg:"" help:"Name or id."`
	NewName  *string `field:"username" name:"name" help:"New name to sign in with."`
	Role     *string `field:"role" help:"administrator, operator, viewer or peer." placeholder:"ROLE"`
	Disabled *bool   `field:"disabled" negatable:"" help:"Whether signing in is refused."`
	Language *string `field:"language" help:"Language of the pages, such as fr or ar; an empty text for what the browser asks for." placeholder:"TAG"`
	password
}

// Run changes a user.
func (c *usersEdit) Run(e *Env) error {
	user, err := e.user(c.Name)
	if err != nil {
		return err
	}
	if err := c.read(e); err != nil {
		return err
	}
	changed := &configv1.User{}
	if err := e.change("/users/"+user.GetId(), &configv1.User{Etag: user.GetEtag()}, c, changed); err != nil {
		return err
	}
	return e.print(changed)
}

type usersRemove struct {
	Name string `arg:"" help:"Name or id."`
	Yes  bool   `short:"y" help:"Do not ask."`
}

// Run removes a user.
func (c *usersRemove) Run(e *Env) error {
	user, err := e.user(c.Name)
	if err != nil {
		return err
	}
	if err := e.confirm(c.Yes, fmt.Sprintf("Remove the account %q with its tokens?", user.GetUsername())); err != nil {
		return err
	}
	if err := e.call("DELETE", "/users/"+user.GetId(), nil, nil); err != nil {
		return err
	}
	e.say("Account %s was removed.", clean(user.GetUsername()))
	return nil
}

// tokensCommand manages keys for programs.
type tokensCommand struct {
	Remote `embed:""`
	List   tokensList   `cmd:"" help:"List tokens, newest first."`
	Add    tokensAdd    `cmd:"" help:"Make a token and print its secret, once."`
	Remove tokensRemove `cmd:"" help:"Revoke a token at once."`
}

type tokensList struct{ Listing }

// Run lists tokens.
func (c *tokensList) Run(e *Env) error {
	return e.list("/tokens", nil, c.Listing, func() proto.Message { return &configv1.ListTokensResponse{} },
		"name", "role", "username", "createTime", "lastUseTime", "expireTime", "id")
}

type tokensAdd struct {
	Name    string  `arg:"" help:"What it is for."`
	Role    string  `field:"role" required:"" help:"administrator, operator or viewer." placeholder:"ROLE"`
	Expires *string `field:"expire_time" help:"When it stops working, such as +720h. Default: never." placeholder:"TIME"`
}

// Run makes a token. The secret goes to standard output alone, so that a script can take it.
func (c *tokensAdd) Run(e *Env) error {
	in, token := &configv1.Token{Name: c.Name}, &configv1.Token{}
	if _, err := fill(in, c, clock()); err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if err := e.call("POST", "/tokens", in, token); err != nil {
		return err
	}
	if e.remote.Output == "json" {
		return e.print(token)
	}
	e.line("%s", token.GetSecret())
	_, err := fmt.Fprintln(e.Err, "Keep it in a safe place: it is shown only now.")
	return err
}

type tokensRemove struct {
	Name string `arg:"" help:"Name or id."`
}

// Run revokes a token.
func (c *tokensRemove) Run(e *Env) error {
	id, err := e.tokenID(c.Name)
	if err != nil {
		return err
	}
	if err := e.call("DELETE", "/tokens/"+url.PathEscape(id), nil, nil); err != nil {
		return err
	}
	e.say("Token %s was revoked.", clean(c.Name))
	return nil
}

// tokenID finds the id of the token with a name; anything else is taken as an id.
func (e *Env) tokenID(name string) (string, error) {
	next := ""
	for {
		page := &configv1.ListTokensResponse{}
		if err := e.call("GET", "/tokens?"+url.Values{"pageSize": {"500"}, "pageToken": {next}}.Encode(), nil, page); err != nil {
			return "", err
		}
		for _, token := range page.GetTokens() {
			if token.GetName() == name {
				return token.GetId(), nil
			}
		}
		if next = page.GetNextPageToken(); next == "" {
			return name, nil
		}
	}
}
