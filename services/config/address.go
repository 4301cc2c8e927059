package config

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxURL  = 1024 // characters of a URL
	maxHost = 253  // characters of a host name
)

// NormalizeURL gives a site's base URL its one form, so that two spellings of
// one address are recognised: scheme and host in lower case, no default port,
// no trailing slash. Only http and https are allowed; credentials belong into
// their own fields, and a query or fragment cannot be part of a base.
func NormalizeURL(text string) (string, error) {
	u, err := parseURL(text)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("must start with http:// or https://")
	}
	if u.User != nil {
		return "", errors.New("must not contain a user or password: they have fields of their own")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", errors.New("must not have a query or fragment (after ? or #)")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	normal := u.String()
	if len(normal) > maxURL { // letters that are not ASCII are escaped
		return "", errTooLong
	}
	return normal, nil
}

var errTooLong = errors.New("is too long: at most 1024 characters")

// parseURL parses an absolute URL with a host. Its errors never repeat the
// text, which may hold a password.
func parseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxURL {
		return nil, errTooLong
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' }) {
		return nil, errors.New("must not contain spaces, backslashes or control characters")
	}
	u, err := url.Parse(text)
	if err != nil || strings.Trim(u.Hostname(), ".") == "" || u.Opaque != "" || !utf8.ValidString(u.Hostname()) {
		return nil, errors.New("must be a complete URL such as https://example.org/eden")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	u.Host = normalHost(u)
	if len(u.Hostname()) > maxHost {
		return nil, errors.New("has a host name that is too long")
	}
	return u, nil
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

func normalHost(u *url.URL) string {
	host := strings.TrimRight(strings.ToLower(u.Hostname()), ".")
	port := u.Port()
	if port == defaultPorts[u.Scheme] {
		port = ""
	}
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// Proxy is the complete URL of a proxy with its password, ProxyNone, or empty
// for "not set". Formatting it never shows the password.
type Proxy string

// ProxyNone says that a repository is reached directly even if a default proxy is set.
const ProxyNone Proxy = "none"

// proxyMask stands for a stored password in a proxy URL.
const proxyMask = "***"

var proxySchemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// String is the proxy with "***" in the place of its password.
func (p Proxy) String() string {
	u := p.parsed()
	if u == nil || u.User == nil {
		return string(p)
	}
	if _, has := u.User.Password(); !has {
		return string(p)
	}
	user := u.User.Username()
	u.User = nil
	return u.Scheme + "://" + url.User(user).String() + ":" + proxyMask + "@" + u.Host
}

// GoString hides the password from %#v.
func (p Proxy) GoString() string { return p.String() }

// MarshalText hides the password from encoders.
func (p Proxy) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Reveal is the URL with its password, for who connects.
func (p Proxy) Reveal() string { return string(p) }

func (p Proxy) parsed() *url.URL {
	if p == "" || p == ProxyNone {
		return nil
	}
	u, err := url.Parse(string(p))
	if err != nil {
		return nil
	}
	return u
}

// ParseProxy checks a proxy URL: http, https, socks5 or socks5h with host and
// perhaps port, user and password. A password of "***" keeps the one of stored,
// as long as user and host are still the same.
func ParseProxy(text string, stored Proxy) (Proxy, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	u, err := parseURL(text)
	if err != nil {
		return "", errors.New("must be a complete URL such as http://proxy.example.org:3128")
	}
	if !proxySchemes[u.Scheme] {
		return "", errors.New("must start with http://, https://, socks5:// or socks5h://")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("must end after host and port")
	}
	u.Path, u.RawPath, u.ForceQuery = "", "", false
	if err := keepPassword(u, stored.parsed()); err != nil {
		return "", err
	}
	return Proxy(u.String()), nil
}

func keepPassword(u, stored *url.URL) error {
	if u.User == nil {
		return nil
	}
	if password, _ := u.User.Password(); password != proxyMask {
		return nil
	}
	if stored == nil || stored.User == nil || stored.User.Username() != u.User.Username() || stored.Hostname() != u.Hostname() {
		return errors.New("has *** as its password, but none is stored for this user and host: write the password")
	}
	u.User = stored.User
	return nil
}

// EffectiveProxy is the proxy that a repository is reached through, with its
// password: its own, or else the default. ProxyNone demands a direct connection;
// empty leaves the choice to the environment of the process that connects.
func EffectiveProxy(own, standard Proxy) string {
	switch own {
	case ProxyNone:
		return string(ProxyNone)
	case "":
		return standard.Reveal()
	default:
		return own.Reveal()
	}
}
