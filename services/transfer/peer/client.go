package peer

import (
	"crypto/sha256"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// maxTransports bounds the cache of connection pools; settings of repositories change rarely.
const maxTransports = 64

// Client exchanges documents with remotes. It is safe for concurrent use and keeps no cookies.
type Client struct {
	settings    Settings
	now         func() time.Time
	log         *slog.Logger
	environment func(*url.URL) (*url.URL, error)

	mu         sync.Mutex
	transports map[transportKey]*http.Transport
}

type transportKey struct {
	proxy string
	ca    [sha256.Size]byte
}

// New makes a client. now is only used to compare clocks with remotes; log may be nil. The proxy of the environment
// (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) is read once, here.
func New(s Settings, now func() time.Time, log *slog.Logger) *Client {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Client{
		settings:    s.filled(),
		now:         now,
		log:         log,
		environment: httpproxy.FromEnvironment().ProxyFunc(),
		transports:  map[transportKey]*http.Transport{},
	}
}

// Close gives idle connections back. Calls under way go on.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, t := range c.transports {
		t.CloseIdleConnections()
		delete(c.transports, key)
	}
}

// transport is the connection pool for the proxy and the authorities of a remote.
func (c *Client) transport(op string, r *Remote) (*http.Transport, error) {
	chosen := r.Proxy
	if chosen == "" {
		chosen = r.DefaultProxy
	}
	key := transportKey{proxy: chosen, ca: sha256.Sum256([]byte(r.CACertificates))}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.transports[key]; ok {
		return t, nil
	}
	t, err := c.newTransport(op, chosen, r.CACertificates)
	if err != nil {
		return nil, err
	}
	c.makeRoom()
	c.transports[key] = t
	return t, nil
}

// makeRoom drops any one pool when there are too many; who uses it keeps it until the end of the call.
func (c *Client) makeRoom() {
	for key, t := range c.transports {
		if len(c.transports) < maxTransports {
			return
		}
		t.CloseIdleConnections()
		delete(c.transports, key)
	}
}
