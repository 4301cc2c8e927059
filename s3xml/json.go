package s3xml

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// carried reports whether XML can carry the text as it is.
func carried(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if class[c]&stopComment != 0 && c != '-' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || !allowed(r) {
			return false
		}
		i += size
	}
	return true
}

// clean returns the text as XML can carry it: without characters that are not allowed, U+FFFD for invalid UTF-8.
func clean(s string) string {
	if carried(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, s)
}

// jsonText returns the text of a JSON string, unless XML cannot carry that or s is none.
func jsonText(s string) (string, bool) {
	if len(s) >= 2 && s[len(s)-1] == '"' && strings.IndexByte(s, '\\') < 0 {
		inner := s[1 : len(s)-1]
		return inner, !strings.ContainsAny(inner, "\"\t\n\r") && carried(inner)
	}
	if !json.Valid([]byte(s)) {
		return "", false
	}
	b := make([]byte, 0, len(s))
	for i := 1; i < len(s)-1; {
		r, size := jsonRune(s[i:])
		if r < 0 {
			return "", false
		}
		b = utf8.AppendRune(b, r)
		i += size
	}
	text := string(b)
	return text, carried(text)
}

// jsonRune returns the character that a valid JSON string continues with and the length of its notation, −1 for half
// of a surrogate pair.
func jsonRune(s string) (rune, int) {
	if s[0] != '\\' {
		return utf8.DecodeRuneInString(s)
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'u':
		return jsonHex(s)
	default:
		return rune(s[1]), 2
	}
}

// jsonHex reads \uXXXX, or two of them that are a surrogate pair.
func jsonHex(s string) (rune, int) {
	high, _ := strconv.ParseUint(s[2:6], 16, 16)
	if !utf16.IsSurrogate(rune(high)) {
		return rune(high), 6
	}
	if len(s) >= 12 && s[6:8] == `\u` {
		if low, err := strconv.ParseUint(s[8:12], 16, 16); err == nil {
			if r := utf16.DecodeRune(rune(high), rune(low)); r != utf8.RuneError {
				return r, 12
			}
		}
	}
	return -1, 6
}

// canonicalJSON returns a JSON text without insignificant space and with the shortest notation of each string; numbers
// stay as they are. Texts that say the same, in the same order, become the same.
func canonicalJSON(s string) (string, bool) {
	if !json.Valid([]byte(s)) {
		return "", false
	}
	b := make([]byte, 0, len(s))
	inside := false
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case !inside && class[c]&isSpace != 0:
			i++
		case !inside || c == '"':
			inside = inside != (c == '"')
			b = append(b, c)
			i++
		default:
			r, size := jsonRune(s[i:])
			if r < 0 {
				b = append(b, strings.ToLower(s[i:i+size])...)
			} else {
				b = appendJSONRune(b, r)
			}
			i += size
		}
	}
	return string(b), true
}

// quoteJSON returns a text as a JSON string.
func quoteJSON(s string) string {
	b := append(make([]byte, 0, len(s)+2), '"')
	for _, r := range s {
		b = appendJSONRune(b, r)
	}
	return string(append(b, '"'))
}

// appendJSONRune appends a character of a JSON string: escaped only where JSON or XML does not allow it.
func appendJSONRune(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r == '\n':
		return append(b, '\\', 'n')
	case r == '\t':
		return append(b, '\\', 't')
	case r == '\r':
		return append(b, '\\', 'r')
	case r < ' ' || !allowed(r):
		return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	default:
		return utf8.AppendRune(b, r)
	}
}
