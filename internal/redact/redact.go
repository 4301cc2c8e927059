// Package redact hides secrets in texts that people will read: log lines,
// entries of the log, error messages; and it cuts those that are too long. It is
// the last net, not the first: a secret should not get into a text at all.
package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mask stands where a secret stood.
const Mask = "•••"

var (
	address = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s"'<>]+`)
	header  = regexp.MustCompile(`(?i)\b((?:proxy-)?authorization["']?\s*[:=]\s*["'\[]*)(?:(?:basic|bearer|digest|negotiate|ntlm|token)\s+)?[^\s"'\]]+`)
	scheme  = regexp.MustCompile(`\b([Bb]asic|[Bb]earer|BASIC|BEARER)\s+([A-Za-z0-9+/=._~\-]{6,})`)
	cookie  = regexp.MustCompile(`(?i)\b((?:set-)?cookie["']?\s*:\s*)[^\r\n]+`)
	pair    = regexp.MustCompile(`(?i)\b((?:\w*(?:password|passwd|secret|token)|pwd|api_?key)(?:=|["']\s*:\s*["']))[^\s&,;"'<>]+`)
)

// Text hides the user info of addresses, the values of Authorization and
// cookie headers, bearer and basic credentials, and name=value pairs whose
// name speaks of a password, secret, token or key. Hiding twice changes nothing.
func Text(s string) string {
	if strings.Contains(s, "://") {
		s = address.ReplaceAllStringFunc(s, maskAddress)
	}
	// Nearly all texts hold none of these words; looking for them is far
	// cheaper than the expressions.
	lower := strings.ToLower(s)
	if strings.Contains(lower, "authorization") {
		s = header.ReplaceAllString(s, "${1}"+Mask)
	}
	if strings.Contains(lower, "basic") || strings.Contains(lower, "bearer") {
		s = scheme.ReplaceAllStringFunc(s, maskScheme)
	}
	if strings.Contains(lower, "cookie") {
		s = cookie.ReplaceAllString(s, "${1}"+Mask)
	}
	if containsAny(lower, pairWords) {
		s = pair.ReplaceAllString(s, "${1}"+Mask)
	}
	return s
}

// Clip cuts text to at most limit bytes of valid UTF-8, and shows that it did.
func Clip(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	const sign = " […]"
	cut := limit - len(sign)
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + sign
}

// pairWords are what the names that pair looks for contain.
var pairWords = []string{"password", "passwd", "secret", "token", "pwd", "apikey", "api_key"}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// maskAddress hides everything up to the last @ of the authority. A password
// with an unescaped slash moves that @ behind the first slash; then what stands
// after the first colon is no port, and everything up to the last @ is hidden.
func maskAddress(s string) string {
	start := strings.Index(s, "://") + len("://")
	rest := s[start:]
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 && !endsInPort(authority) {
		at = strings.LastIndexByte(rest, '@')
	}
	if at < 0 {
		return s
	}
	return s[:start] + Mask + rest[at:]
}

func endsInPort(authority string) bool {
	if strings.HasPrefix(authority, "[") {
		return true
	}
	_, port, found := strings.Cut(authority, ":")
	return !found || strings.Trim(port, "0123456789") == ""
}

// maskScheme leaves prose alone: "basic equipment" is no credential.
func maskScheme(s string) string {
	i := strings.IndexAny(s, " \t\r\n")
	word, value := s[:i], strings.TrimLeft(s[i:], " \t\r\n")
	if len(value) < 20 && !strings.ContainsAny(value, "0123456789=") && strings.ToLower(value[1:]) == value[1:] {
		return s
	}
	return word + " " + Mask
}

var secretWords = []string{"password", "passwd", "secret", "authorization", "cookie", "apikey", "credential", "privatekey", "setupcode"}

// Key says that a value under this name must not be shown: its name speaks of
// a secret. "pageToken" does not.
func Key(name string) bool {
	plain := strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	if containsAny(plain, secretWords) {
		return true
	}
	return strings.HasSuffix(plain, "token") && plain != "pagetoken" && plain != "nextpagetoken"
}
