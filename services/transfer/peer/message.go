package peer

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// maxMessage bounds what is kept of a remote's words, in runes.
const maxMessage = 1000

// words is what an answer says, as Eden's log shows it: the message of a JSON answer, else the text of the body
// without markup, else the name of the HTTP status.
func (r *Remote) words(body []byte, status int) string {
	var text string
	if looksLikeJSON(body) {
		var e envelope
		if json.Unmarshal(body, &e) == nil {
			text = e.Message
		}
	} else {
		text = stripMarkup(body)
	}
	if text = r.clean(text); text != "" {
		return text
	}
	if name := http.StatusText(status); name != "" {
		return name
	}
	return "no message"
}

// clean makes a remote's text fit for a log line: one line, limited, no control characters, no secret echoed.
func (r *Remote) clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
	for _, secret := range r.secrets() {
		text = strings.ReplaceAll(text, secret, "•••")
	}
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}

// minSecret is the length from which a password is looked for in texts; shorter ones would tear words apart.
const minSecret = 4

func (r *Remote) secrets() []string {
	found := []string{}
	if token := strings.TrimPrefix(r.authorization(), "Basic "); token != "" {
		found = append(found, token)
	}
	if len(r.Password) >= minSecret {
		found = append(found, r.Password)
	}
	return found
}

func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// stripMarkup is the readable text of a page or of plain text.
func stripMarkup(page []byte) string {
	var b strings.Builder
	tokens := html.NewTokenizer(bytes.NewReader(page))
	hidden := ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			name, _ := tokens.TagName()
			if s := string(name); s == "script" || s == "style" {
				hidden = s
			}
			b.WriteByte(' ')
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == hidden {
				hidden = ""
			}
			b.WriteByte(' ')
		case html.TextToken:
			if hidden == "" {
				b.Write(tokens.Text())
			}
		default:
			b.WriteByte(' ')
		}
	}
}
