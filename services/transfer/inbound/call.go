package inbound

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// call is one request with what is known of it so far.
type call struct {
	*handler
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context // of the request
	target  target
	started time.Time
	mode    Mode

	account    Account
	site       transfer.Site
	query      query
	unread     error               // why the query cannot be read
	resource   string              // for the log: none, mixed or a table
	repository transfer.Repository // zero: unknown peer
	body       *body               // nil: not opened
	exchanging bool                // the engine has been called: a failure is an exchange that failed
}

func newCall(h *handler, w http.ResponseWriter, r *http.Request, t target) *call {
	c := &call{handler: h, w: w, r: r, ctx: r.Context(), target: t, started: h.now(), mode: ModePush, resource: t.resource}
	switch {
	case t.endpoint == registerURL:
		c.mode, c.resource = ModeRegister, resourceNone
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		c.mode = ModePull
	}
	return c
}

// Names in the log where no single resource is concerned.
const (
	resourceNone  = "none"
	resourceMixed = "mixed"
)

func (c *call) serve() {
	err := c.signIn()
	if err == nil {
		err = c.carryOut()
	}
	if err != nil {
		c.fail(err)
	}
}

func (c *call) carryOut() error {
	site, err := c.directory.Site(c.ctx)
	if err != nil {
		return fmt.Errorf("ask for this site: %w", err)
	}
	c.site = site
	switch c.target.endpoint {
	case registerURL:
		return c.register()
	case directURL:
		return c.direct()
	default:
		return c.sync()
	}
}

// Limits of credentials; longer ones are wrong without being looked up.
const (
	maxUsername = 320
	maxPassword = 1024
)

// signIn is the first check of all: nothing else about a request matters before it is known who asks.
func (c *call) signIn() error {
	username, password, ok := c.r.BasicAuth()
	if !ok {
		return unauthenticated()
	}
	readable := utf8.ValidString(username) && utf8.ValidString(password)
	if !readable || len(username) > maxUsername || len(password) > maxPassword {
		return wrongCredentials(nil)
	}
	account, err := c.directory.Authenticate(c.ctx, SignIn{
		Username: username, Password: password, Address: c.peerAddress(), RepositoryUUID: c.speaksFor(),
	})
	if err != nil {
		return noEntry(err)
	}
	c.account = account
	if account.Role != RolePeer && account.Role != RoleAdministrator {
		return forbidden(apierr.ReasonPermissionDenied,
			"the account %q has the role %s; to synchronize it needs the role PEER", account.User, account.Role)
	}
	return nil
}

// noEntry is the answer when the directory lets nobody in.
func noEntry(err error) error {
	switch apierr.KindOf(err) {
	case apierr.KindUnauthenticated:
		return wrongCredentials(err)
	case apierr.KindPermissionDenied:
		return refusalOf(err)
	default:
		r := refusalOf(err)
		r.action = ActionAuthenticate
		return r
	}
}

func wrongCredentials(cause error) *refusal {
	r := unauthenticated()
	r.reason, r.cause = apierr.ReasonCredentialsWrong, cause
	return r
}

// peerAddress is the IP address of the peer, which trusted proxies may stand in front of.
func (c *call) peerAddress() string {
	address := c.settings.TrustedProxies.Client(c.r)
	if !address.IsValid() {
		return c.r.RemoteAddr
	}
	return address.String()
}

// edensync tells whether the peer is an edensync.
func (c *call) edensync() bool {
	v := c.r.Header.Get(HeaderVersion)
	return v != "" && len(v) <= 9 && v[0] != '0' && strings.Trim(v, "0123456789") == ""
}

// maxUUID is the length of the longest repository UUID.
const maxUUID = 128

// speaksFor reads the query of an exchange, for the UUID of the repository that it names. One that cannot be read names none: it is refused when
// it is known who asks.
func (c *call) speaksFor() string {
	if c.target.endpoint == registerURL {
		return ""
	}
	c.query, c.unread = parseQuery(c.r.URL.RawQuery)
	if uuid := c.query.get("repository"); len(uuid) <= maxUUID {
		return uuid
	}
	return ""
}

// identify takes the repository that the request speaks for; none is no error. An account that is bound to a
// repository may not speak for another.
func (c *call) identify() error {
	named := c.account.Repository
	if named.ID == "" {
		return nil
	}
	if err := c.mayBe(named.ID); err != nil {
		return err
	}
	if !named.Deleted {
		c.repository = named
	}
	return nil
}

func (c *call) mayBe(repositoryID string) error {
	if c.account.RepositoryID == "" || c.account.RepositoryID == repositoryID {
		return nil
	}
	return forbidden(apierr.ReasonPermissionDenied,
		"the account %q belongs to another repository and may not speak for this one; use the account of this repository", c.account.User)
}

// Limits of what is read of a request that is refused. Most clients send everything before they read; an answer
// that comes with a reset connection would be lost to them, and with it the reason.
const (
	maxDrain     = 2 << 20
	drainTimeout = 5 * time.Second
)

func (c *call) drain() {
	if c.r.ContentLength == 0 || c.r.Header.Get("Expect") != "" || c.body != nil && c.body.tooLarge {
		return
	}
	// What cannot be read is not needed.
	_ = http.NewResponseController(c.w).SetReadDeadline(c.now().Add(drainTimeout))
	_, _ = io.CopyN(io.Discard, c.r.Body, maxDrain)
}
