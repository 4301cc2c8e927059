package s3xml

import (
	"encoding/json"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// carried reports whether XML can carry the text as it is.
func carried(s string) bool {
	var all uint64
	n := 0
	for ; len(s)-n >= 8; n += 8 {
		w := word(s[n:])
		if bytesBelow(w, ' ') != 0 && !noControls(s[n:n+8]) {
			return false
		}
		all |= w
	}
	for ; n < len(s); n++ {
		if s[n] < ' ' && !noControls(s[n:]) {
			return false
		}
		all |= uint64(s[n])
	}
	return all&highBits == 0 || utf8.ValidString(s) && allCharacters(s)
}

// noControls reports whether there is no control character that XML does not allow.
func noControls(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && class[s[i]]&isSpace == 0 {
			return false
		}
	}
	return true
}

// clean returns the text as XML can carry it: without characters that are not allowed, U+FFFD for invalid UTF-8.
func clean(s string) string {
	if s == "" || carried(s) {
		return s
	}
	return withoutForbidden(s)
}

func withoutForbidden(s string) string {
	return strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, s)
}

// jsonText returns the text of a JSON string, unless XML cannot carry that or s is none. It takes what XML can carry.
func jsonText(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	s = s[1 : len(s)-1]
	n := plainJSON(s)
	if n == len(s) {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for ; n < len(s); n = plainJSON(s) {
		r, size := jsonEscape(s[n:])
		if r < 0 {
			return "", false
		}
		b = utf8.AppendRune(append(b, s[:n]...), r)
		s = s[n+size:]
	}
	text := string(append(b, s...))
	return text, carried(text)
}

// plainJSON returns the length of the run of characters that stand for themselves in a JSON string.
func plainJSON(s string) int {
	n := 0
	for ; len(s)-n >= 8; n += 8 {
		w := word(s[n:])
		if found := bytesBelow(w, ' ') | bytesEqual(w, '"') | bytesEqual(w, '\\'); found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(s) && s[n] >= ' ' && s[n] != '"' && s[n] != '\\' {
		n++
	}
	return n
}

// jsonEscape returns the character that an escape stands for and the length of its notation, −1 for half of a surrogate pair
// and for what is no escape.
func jsonEscape(s string) (rune, int) {
	switch {
	case len(s) < 2 || s[0] != '\\' || strings.IndexByte(`"\/bfnrtu`, s[1]) < 0:
		return -1, 0
	case s[1] == 'u' && !isHex(s[2:min(6, len(s))]):
		return -1, 0
	}
	return jsonRune(s)
}

// isHex reports whether s is four hexadecimal digits.
func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; s[i]-'0' > 9 && c-'a' > 5 {
			return false
		}
	}
	return len(s) == 4
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
