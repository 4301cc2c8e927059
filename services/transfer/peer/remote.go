package peer

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// NoProxy as proxy of a remote demands a direct connection, whatever the environment says.
const NoProxy = "none"

// Remote is the other side of an exchange and who we are to it.
type Remote struct {
	RepositoryID   string // our entry for it; for the log only
	UUID           string // its repository UUID as far as known; Test compares it
	BaseURL        string // including the path of the application, with or without slash at the end
	Username       string // empty = no credentials are sent
	Password       string
	Proxy          string // of this repository; NoProxy = none at all; empty = DefaultProxy
	DefaultProxy   string // of this site; empty = from the environment
	CACertificates string // PEM, instead of the system's authorities; empty = the system's
	SiteUUID       string // this site's repository UUID
	SiteName       string // this site's name at a registration; empty = SiteUUID
	Edensync       bool   // an earlier answer came from an edensync
}

// authorization is the value of the header, or empty. It is sent unsolicited in each request: data that can be
// read anonymously would never cause a challenge.
func (r *Remote) authorization() string {
	if r.Username == "" {
		return ""
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(r.Username+":"+r.Password))
}

// base parses the repository's URL. What is wrong with it is told without repeating it: it might hold a password.
func (r *Remote) base(op string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(r.BaseURL))
	switch {
	case err != nil:
		return nil, newError(op, ReasonAddress, "The URL of the repository cannot be read")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, newError(op, ReasonAddress, "The URL of the repository must begin with http:// or https://")
	case u.Hostname() == "":
		return nil, newError(op, ReasonAddress, "The URL of the repository names no host")
	case u.User != nil:
		return nil, newError(op, ReasonAddress, "The URL of the repository contains a user name or password; they have fields of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, newError(op, ReasonAddress, "The URL of the repository must not have a query or a fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// below is the URL of a path of the application.
func below(base *url.URL, path, query string) *url.URL {
	u := *base
	u.Path += path
	if u.RawPath != "" {
		u.RawPath += path
	}
	u.RawQuery = query
	return &u
}

// sameSite tells whether credentials for one URL may go to another: the same host and port, or the same host with
// the scheme raised from http to https.
func sameSite(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	if from.Scheme == "http" && to.Scheme == "https" {
		return true
	}
	return from.Scheme == to.Scheme && port(from) == port(to)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
