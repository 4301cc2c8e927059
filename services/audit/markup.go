package audit

import (
	"regexp"
	"strings"
	"unicode"
)

// Names of HTML's elements. Other things in angle brackets are left alone: they
// are quotations from documents, or mathematics, and every display of the log
// shows text as text.
const (
	htmlInvisible = `script|style|head|template|iframe|object|noscript`
	htmlBlock     = `address|article|blockquote|body|br|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|html|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul`
	htmlInline    = `a|abbr|audio|b|base|big|button|cite|code|del|dfn|em|embed|font|i|img|input|ins|kbd|label|link|map|mark|math|meta|s|samp|small|source|span|strike|strong|sub|sup|svg|tt|u|var|video`
)

var (
	invisible = regexp.MustCompile(`(?is)<(?:script|style)\b[^>]*>.*?</(?:script|style)\s*>|<!--.*?-->`)
	block     = regexp.MustCompile(`(?is)</?(?:` + htmlBlock + `)(?:[\s/][^<>]*)?>`)
	inline    = regexp.MustCompile(`(?is)</?(?:` + htmlInline + `|` + htmlInvisible + `)(?:[\s/][^<>]*)?>|<!doctype[^<>]*>`)
)

// maxMarkup bounds what is looked at: messages are cut to less afterwards.
const maxMarkup = 4 * MaxMessage

// StripMarkup takes HTML out of a message: remote sites answer with whole pages
// now and then. Scripts and styles go with their content, elements that begin a
// line become line breaks, and control characters become spaces, so that
// neither a browser nor a terminal obeys a message.
func StripMarkup(message string) string {
	message = strings.ToValidUTF8(message[:min(len(message), maxMarkup)], "\uFFFD")
	if strings.ContainsRune(message, '<') {
		message = stripTags(message)
	}
	return tidy(message)
}

// tidy makes every run of blanks and control characters one space, or one line
// break if it holds one, and leaves none at the ends.
func tidy(message string) string {
	var out strings.Builder
	out.Grow(len(message))
	blank := false
	line := false
	for _, r := range message {
		if r == ' ' || unicode.IsControl(r) {
			blank, line = true, line || r == '\n'
			continue
		}
		if blank && out.Len() > 0 {
			if line {
				out.WriteByte('\n')
			} else {
				out.WriteByte(' ')
			}
		}
		blank, line = false, false
		out.WriteRune(r)
	}
	return out.String()
}

// maxPasses is how often tags are looked for. Taking out a tag may put another
// one together; a message that does this again and again means harm.
const maxPasses = 4

func stripTags(message string) string {
	for range maxPasses {
		before := message
		message = invisible.ReplaceAllString(message, "")
		message = block.ReplaceAllString(message, "\n")
		message = inline.ReplaceAllString(message, "")
		if message == before {
			return message
		}
	}
	return strings.ReplaceAll(message, "<", "&lt;")
}
