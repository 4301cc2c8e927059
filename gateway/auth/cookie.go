package auth

import (
	"net"
	"net/http"
	"time"
)

// Names of the session cookie. The prefix makes browsers refuse one that another host or a page without TLS
// has set.
const (
	secureCookie = "__Host-edensync"
	plainCookie  = "edensync"
)

// cookieJar writes and reads the session cookie of one request. Browsers refuse secure cookies over plain
// HTTP, except on their own machine; a site that is reached so is signed in to with a plain one.
type cookieJar struct {
	plain bool
}

// jar is the cookieJar for r.
func (g *Guard) jar(r *http.Request) cookieJar {
	return cookieJar{plain: r.TLS == nil && !isOwnMachine(r.Host) && !g.trusted.Encrypted(r)}
}

func isOwnMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func (c cookieJar) name() string {
	if c.plain {
		return plainCookie
	}
	return secureCookie
}

func (c cookieJar) read(r *http.Request) string {
	cookie, err := r.Cookie(c.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c cookieJar) set(w http.ResponseWriter, token string, expires time.Time) {
	http.SetCookie(w, c.cookie(token, expires, 0))
}

func (c cookieJar) clear(w http.ResponseWriter) {
	http.SetCookie(w, c.cookie("", time.Time{}, -1))
}

func (c cookieJar) cookie(value string, expires time.Time, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure would be refused where there is no TLS
		Name: c.name(), Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		Secure: !c.plain, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}
