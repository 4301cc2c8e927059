package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxHeaderBytes limits the head of an answer.
const maxHeaderBytes = 64 << 10

// bufferBytes is what is read and written at once; documents are long.
const bufferBytes = 64 << 10

// newTransport makes a pool of HTTP/1.1 connections. HTTP/2 has nothing to give: a remote gets one request at a time.
func (c *Client) newTransport(op, proxy, ca string) (*http.Transport, error) {
	choose, err := c.chooseProxy(op, proxy)
	if err != nil {
		return nil, err
	}
	roots, err := authorities(op, ca)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		Proxy:                  choose,
		DialContext:            c.dial,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.settings.ConnectTimeout,
		ResponseHeaderTimeout:  c.settings.HeaderTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		ReadBufferSize:         bufferBytes,
		WriteBufferSize:        bufferBytes,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
		Protocols:              new(http.Protocols),
		OnProxyConnectResponse: proxyAnswer,
	}
	t.Protocols.SetHTTP1(true)
	return t, nil
}

func (c *Client) chooseProxy(op, proxy string) (func(*http.Request) (*url.URL, error), error) {
	switch proxy {
	case "":
		return func(r *http.Request) (*url.URL, error) { return c.environment(r.URL) }, nil
	case NoProxy:
		return nil, nil //nolint:nilnil // net/http takes no function for a direct connection
	}
	u, err := proxyURL(op, proxy)
	if err != nil {
		return nil, err
	}
	return http.ProxyURL(u), nil
}

// proxyURL reads a proxy as people write it. As with the repository's URL, a faulty one is not repeated.
func proxyURL(op, proxy string) (*url.URL, error) {
	proxy = strings.TrimSpace(proxy)
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	if err == nil && u.Hostname() != "" {
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
			return u, nil
		}
	}
	e := newError(op, ReasonProxy, "The URL of the proxy cannot be used: it must look like http://host:port or socks5h://host:port")
	e.Remote = false
	return nil, e
}

// authorities is the set of certificates to trust; nil = the system's.
func authorities(op, ca string) (*x509.CertPool, error) {
	if strings.TrimSpace(ca) == "" {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(ca)) {
		e := newError(op, ReasonTLS, "The certificates of authorities entered at the repository contain no certificate in PEM form")
		e.Remote = false
		return nil, e
	}
	return pool, nil
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dial := c.settings.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: c.settings.ConnectTimeout, KeepAlive: 30 * time.Second, Control: mayConnect}).DialContext
	}
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &patient{Conn: conn, idle: c.settings.IdleTimeout}, nil
}

// patient is a connection whose writes may take long in all but must keep moving.
type patient struct {
	net.Conn
	idle time.Duration
}

// writePiece is what must get through within one idle time.
const writePiece = 16 << 10

var errStalled = errors.New("the remote stopped reading")

// Write sends b in pieces and closes the connection when one of them gets stuck.
func (p *patient) Write(b []byte) (int, error) {
	written := 0
	for {
		n, err := p.writeOne(b[written:min(written+writePiece, len(b))])
		written += n
		if err != nil || written >= len(b) {
			return written, err
		}
	}
}

func (p *patient) writeOne(piece []byte) (int, error) {
	alarm := time.AfterFunc(p.idle, func() { _ = p.Close() })
	n, err := p.Conn.Write(piece)
	if !alarm.Stop() && err != nil {
		err = errStalled
	}
	return n, err
}

// proxyRefusal is the answer of a proxy that does not open a tunnel.
type proxyRefusal struct{ status int }

func (p *proxyRefusal) Error() string { return "the proxy answered " + http.StatusText(p.status) }

func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{status: res.StatusCode}
}
