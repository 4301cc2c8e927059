package s3xml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads the pieces that tags and texts consist of. What it reads is collected in the arena, with references
// resolved; positions in the arena stay valid until it is reset for the next record.
type scanner struct {
	input
	arena []byte
	max   int // bytes of one token
	token int // where in the arena the current token begins

	bookmark string // of the last processing instruction of that name
}

// run consumes ordinary characters up to the first one that stops, which it returns and leaves. If keep, they
// are appended to the arena.
func (s *scanner) run(stop uint8, keep bool, inside string) (byte, error) {
	for {
		window := s.buf[s.r:s.w]
		n, wide := ordinary(window, stop)
		if wide {
			if n == len(window) {
				n -= cutRune(window)
			}
			if !validUTF8(window[:n]) {
				return 0, s.badCharacter(window[:n])
			}
		}
		if keep {
			s.arena = append(s.arena, window[:n]...)
			if excess := len(s.arena) - s.token - s.max; excess > 0 {
				s.r += max(0, n-excess)
				return 0, s.exceeded("TokenBytes", int64(s.max))
			}
		}
		s.r += n
		if n < len(window) && class[window[n]]&stop != 0 {
			return window[n], nil
		}
		if !s.more() {
			return 0, s.ended(inside)
		}
	}
}

// badCharacter finds the first invalid character and returns the error for it.
func (s *scanner) badCharacter(b []byte) error {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			return s.syntax("invalid UTF-8")
		}
		if !allowed(r) {
			break
		}
		b = b[size:]
		s.r += size
	}
	return s.syntax("character not allowed in XML")
}

// illegal is the error for a byte that stops a run and has no meaning there.
func (s *scanner) illegal(c byte, where string) error {
	if c < ' ' {
		return s.syntax("control character %#02x is not allowed in XML", c)
	}
	return s.syntax("%q is not allowed in %s", c, where)
}

func (s *scanner) exceeded(limit string, most int64) error {
	return &LimitError{Limit: limit, Max: most, Offset: s.offset()}
}

// plain appends what is in the buffer up to the first byte that stops, and reports whether that is end. It does what
// run does, for most of a usual document; what takes a further look is left to run.
func (s *scanner) plain(stop uint8, end byte) bool {
	window := s.buf[s.r:s.w]
	n, wide := ordinary(window, stop)
	if n == len(window) || n > s.max-(len(s.arena)-s.token) || wide && !validUTF8(window[:n]) {
		return false
	}
	s.arena = append(s.arena, window[:n]...)
	s.r += n
	return window[n] == end
}

// usual does the same over predefined entities.
func (s *scanner) usual(stop uint8, end byte) bool {
	for !s.plain(stop, end) {
		c, size := entity(s.buf[s.r:s.w])
		if size == 0 {
			return false
		}
		s.arena = append(s.arena, c)
		s.r += size
	}
	return true
}

// text appends the character data in front of the next tag, comment or section to the arena; '<' comes next.
func (s *scanner) text() error {
	if s.usual(stopText, '<') {
		return nil
	}
	for {
		c, err := s.run(stopText, true, "text")
		if err != nil {
			return err
		}
		switch c {
		case '<':
			return nil
		case '&':
			err = s.reference()
		case '\r':
			s.lineBreak('\n')
		case ']':
			err = s.bracket()
		default:
			err = s.illegal(c, "text")
		}
		if err != nil {
			return err
		}
	}
}

// lineBreak replaces CR LF and CR.
func (s *scanner) lineBreak(by byte) {
	s.r++
	if s.peek() == '\n' {
		s.r++
	}
	s.arena = append(s.arena, by)
}

// bracket consumes ']' in text, where "]]>" is not allowed.
func (s *scanner) bracket() error {
	if s.has(3) && string(s.buf[s.r:s.r+3]) == "]]>" {
		return s.syntax("]]> is not allowed in text")
	}
	s.arena = append(s.arena, ']')
	s.r++
	return nil
}

// value appends an attribute value to the arena; its opening quote comes next.
func (s *scanner) value() error {
	quote := s.peek()
	if quote != '"' && quote != '\'' {
		return s.unexpected("a quoted attribute value")
	}
	s.r++
	if s.usual(stopValue, quote) {
		s.r++
		return nil
	}
	for {
		c, err := s.run(stopValue, true, "an attribute value")
		if err != nil {
			return err
		}
		switch c {
		case quote:
			s.r++
			return nil
		case '"', '\'':
			s.arena = append(s.arena, c)
			s.r++
		case '&':
			err = s.reference()
		case '\t', '\n':
			s.arena = append(s.arena, ' ')
			s.r++
		case '\r':
			s.lineBreak(' ')
		default:
			err = s.illegal(c, "an attribute value")
		}
		if err != nil {
			return err
		}
	}
}

// cdata appends the text of a CDATA section whose start is consumed.
func (s *scanner) cdata() error {
	for {
		c, err := s.run(stopCDATA, true, "a CDATA section")
		if err != nil {
			return err
		}
		switch c {
		case ']':
			if s.accept("]]>") {
				return nil
			}
			if !s.has(3) {
				return s.ended("a CDATA section")
			}
			s.arena = append(s.arena, ']')
			s.r++
		case '\r':
			s.lineBreak('\n')
		default:
			return s.illegal(c, "a CDATA section")
		}
	}
}

// comment skips a comment whose start is consumed.
func (s *scanner) comment() error {
	for {
		c, err := s.run(stopComment, false, "a comment")
		switch {
		case err != nil:
			return err
		case c != '-':
			return s.illegal(c, "a comment")
		case s.accept("-->"):
			return nil
		case !s.has(3):
			return s.ended("a comment")
		case s.accept("--"):
			return s.syntax("-- is not allowed in a comment")
		}
		s.r++
	}
}

// instruction skips a processing instruction whose <? is consumed, but for bookmarks.
func (s *scanner) instruction() error {
	name, err := s.name("a processing instruction")
	if err != nil {
		return err
	}
	if len(name) == 3 && (name[0]|0x20) == 'x' && (name[1]|0x20) == 'm' && (name[2]|0x20) == 'l' {
		return s.syntax("an XML declaration is allowed at the very start of the document only")
	}
	bookmarked := string(name) == bookmarkTarget
	if !s.skipSpace() && s.peek() != '?' {
		return s.unexpected("white space or ?> after the target of a processing instruction")
	}
	if !bookmarked {
		return s.data(false)
	}
	start, token := len(s.arena), s.token
	s.token = start
	if err := s.data(true); err != nil {
		return err
	}
	if text := s.arena[start:]; len(text) <= maxBookmarkBytes {
		s.bookmark = string(text)
	}
	s.arena, s.token = s.arena[:start], token
	return nil
}

// data reads a processing instruction behind its target. If keep, it is appended to the arena.
func (s *scanner) data(keep bool) error {
	for {
		c, err := s.run(stopInstruction, keep, "a processing instruction")
		switch {
		case err != nil:
			return err
		case c != '?':
			return s.illegal(c, "a processing instruction")
		case s.accept("?>"):
			return nil
		}
		if keep {
			s.arena = append(s.arena, '?')
		}
		s.r++
	}
}

// name consumes a name. The result is void after the next read from the input.
func (s *scanner) name(what string) ([]byte, error) {
	n := s.r
	for n < s.w && class[s.buf[n]]&nameChar != 0 {
		n++
	}
	if n == s.w || s.buf[n] >= utf8.RuneSelf {
		return s.longName(what)
	}
	name := s.buf[s.r:n]
	if len(name) == 0 || class[name[0]]&nameStart == 0 {
		return nil, s.unexpected("the name of " + what)
	}
	if len(name) > maxNameBytes {
		return nil, s.exceeded("NameBytes", maxNameBytes)
	}
	s.r = n
	return name, nil
}

// longName consumes a name that reaches the end of the buffer or is not ASCII.
func (s *scanner) longName(what string) ([]byte, error) {
	n := 0
	for n <= maxNameBytes {
		s.has(n + utf8.UTFMax)
		rest := s.buf[s.r+n : s.w]
		if !utf8.FullRune(rest) {
			return nil, s.ended("the name of " + what)
		}
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			s.r += n
			return nil, s.syntax("invalid UTF-8")
		}
		if n == 0 && !nameStartRune(r) {
			return nil, s.unexpected("the name of " + what)
		}
		if !nameRune(r) {
			name := s.buf[s.r : s.r+n]
			s.r += n
			return name, nil
		}
		n += size
	}
	return nil, s.exceeded("NameBytes", maxNameBytes)
}

// unexpected says what should have come next, and what does.
func (s *scanner) unexpected(expected string) error {
	if s.peek() == 0 && s.r == s.w {
		return s.ended(expected)
	}
	return s.syntax("expected %s, found %q", expected, s.buf[s.r])
}

// reference appends the character that an entity or character reference stands for; '&' comes next.
func (s *scanner) reference() error {
	const longest = 32
	for n := 1; ; n++ {
		if !s.has(n + 1) {
			return s.ended("a reference")
		}
		switch c := s.buf[s.r+n]; {
		case c == ';':
			r, ok := resolve(s.buf[s.r : s.r+n+1])
			if !ok {
				return s.syntax("reference &%s; is not allowed: only the five predefined entities and characters that XML allows are", s.buf[s.r+1:s.r+n])
			}
			s.arena = utf8.AppendRune(s.arena, r)
			s.r += n + 1
			return nil
		case n > longest, c != '#' && class[c]&nameChar == 0:
			return s.syntax("& without a reference")
		}
	}
}

// resolve returns the character that a reference stands for.
func resolve(reference []byte) (rune, bool) {
	if c, size := entity(reference); size > 0 {
		return rune(c), true
	}
	digits, ok := strings.CutPrefix(string(reference[1:len(reference)-1]), "#")
	base := 10
	if hex, found := strings.CutPrefix(digits, "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), ok && err == nil && n <= utf8.MaxRune && allowed(rune(n))
}
