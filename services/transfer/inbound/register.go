package inbound

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"

	"github.com/edensync/edensync/internal/apierr"
)

// register is {base}/sync/repository/register.json: a peer makes itself known, or tells its new name.
func (c *call) register() error {
	switch {
	case c.isLegacy():
		return c.registerLegacy()
	case c.r.Method != http.MethodPost && c.r.Method != http.MethodPut:
		return methodNotAllowed("POST, PUT")
	case c.target.format != "json":
		return refuse(http.StatusUnsupportedMediaType, ActionCheck, apierr.ReasonUnimplemented, "Unsupported data format!")
	}
	sent, err := c.readRegistration()
	if err != nil {
		return err
	}
	return c.registerPeer(sent, registrationWords)
}

// EDEN: until 2016 peers registered with GET /sync/repository/register.xml and read messages in lower case
// (docs/s3xml.md, "Registration").
func (c *call) isLegacy() bool {
	return c.settings.LegacyRegistration && c.r.Method == http.MethodGet && c.target.format == "xml"
}

func (c *call) registerLegacy() error {
	q, err := parseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	sent := registration{UUID: q.get("repository"), Name: q.get("name"), APIType: q.get("apitype")}
	return c.registerPeer(sent, strings.ToLower)
}

// registrationWords leaves the messages as a modern Eden writes them.
func registrationWords(message string) string { return message }

// registration is the body of a registration. Unknown fields are ignored.
type registration struct {
	UUID    string `json:"uuid"`
	Name    string `json:"name"`
	APIType string `json:"apitype"`
}

// maxRegistration bounds the body of a registration.
const maxRegistration = 64 << 10

func (c *call) readRegistration() (registration, error) {
	defer c.closeBody()
	if err := c.openBody(maxRegistration); err != nil {
		return registration{}, err
	}
	var sent registration
	decoder := json.NewDecoder(c.body)
	err := decoder.Decode(&sent)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more than one JSON value")
		}
	}
	if problem := c.body.problem(); problem != nil {
		return registration{}, problem
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the JSON document is incomplete")
	}
	if err != nil {
		return registration{}, unreadable("Invalid parameters: %s", err)
	}
	return sent, nil
}

func (c *call) registerPeer(sent registration, words func(string) string) error {
	peer, err := c.peerOf(sent, words)
	if err != nil {
		return err
	}
	if err := c.mayRegister(peer.UUID); err != nil {
		return err
	}
	done, err := c.directory.RegisterPeer(c.ctx, peer)
	if err != nil {
		return fmt.Errorf("register peer %q: %w", peer.UUID, err)
	}
	c.repository.ID, c.repository.Name = done.RepositoryID, peer.Name
	answer := success(words("Registration update successful"))
	if done.Created {
		answer.Message = words("Registration successful")
	}
	answer.Sender = c.site.UUID
	n, err := writeJSON(c.w, http.StatusOK, answer)
	e := c.entry(ActionNone, ResultSuccess)
	e.Message, e.BytesSent, e.Cause = answer.Message, n, err
	c.write(e)
	return nil
}

// maxPeerName is the length of the longest repository name, in characters.
const maxPeerName = 64

// peerOf checks what was sent. The name falls back to the UUID, the type to eden.
func (c *call) peerOf(sent registration, words func(string) string) (Peer, error) {
	peer := Peer{
		UUID: strings.TrimSpace(sent.UUID), Name: oneLine(sent.Name, maxPeerName), APIType: knownType(sent.APIType), Account: c.account,
	}
	switch {
	case peer.UUID == "":
		// EDEN: refused in the envelope only, with HTTP 200.
		r := refuse(http.StatusOK, ActionNone, apierr.ReasonInvalidArgument, "%s", words("No repository identifier specified"))
		r.code, r.sender = "400", c.site.UUID
		return Peer{}, r
	case len(peer.UUID) > maxUUID || strings.ContainsFunc(peer.UUID, unprintable):
		return Peer{}, unreadable("Invalid parameters: uuid must be at most %d printable characters", maxUUID)
	case peer.UUID == c.site.UUID:
		return Peer{}, refuse(http.StatusBadRequest, ActionCheck, apierr.ReasonRepositoryIsThisSite,
			"%s is the UUID of this site itself; was a database copied? Each site needs a UUID of its own", peer.UUID)
	}
	if peer.Name == "" {
		peer.Name = oneLine(peer.UUID, maxPeerName)
	}
	return peer, nil
}

// mayRegister asks only where it matters: an account without a bond may register anybody.
func (c *call) mayRegister(uuid string) error {
	if c.account.RepositoryID == "" {
		return nil
	}
	found, err := c.directory.RepositoryByUUID(c.ctx, uuid)
	switch {
	case err == nil:
		return c.mayBe(found.ID)
	case apierr.KindOf(err) == apierr.KindNotFound:
		return nil
	default:
		return fmt.Errorf("look for repository %q: %w", uuid, err)
	}
}

// apiTypes are the repository types of an Eden.
var apiTypes = map[string]bool{
	"eden": true, "data": true, "filesync": true, "ftp": true, "adashi": true, "ccrm": true, "mcb": true, "wrike": true,
}

func knownType(sent string) string {
	if t := strings.ToLower(strings.TrimSpace(sent)); apiTypes[t] {
		return t
	}
	return "eden"
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// oneLine makes a text fit to be shown as a name.
func oneLine(text string, limit int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unprintable(r) }), " ")
	if runes := []rune(text); len(runes) > limit {
		text = strings.TrimSpace(string(runes[:limit]))
	}
	return text
}
