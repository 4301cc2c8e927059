package s3xml

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// What a byte means where; each stop bit names the place in which a run of ordinary characters ends at that byte.
const (
	stopText uint8 = 1 << iota
	stopValue
	stopCDATA
	stopComment
	stopInstruction
	nameStart
	nameChar
	isSpace
)

// stopInside are the stops of what most of a document consists of.
const stopInside = stopText | stopValue | stopCDATA

const stopAll = stopText | stopValue | stopCDATA | stopComment | stopInstruction

// class classifies bytes. Bytes above 0x7F stop no run and belong to names only after a closer look.
var class = classify()

func classify() (table [256]uint8) {
	for c := range 0x20 {
		table[c] = stopAll // control characters are not allowed anywhere
	}
	table['\t'] = isSpace | stopValue
	table['\n'] = isSpace | stopValue
	table['\r'] = isSpace | stopText | stopValue | stopCDATA
	table[' '] = isSpace
	table['<'] |= stopText | stopValue
	table['&'] |= stopText | stopValue
	table[']'] |= stopText | stopCDATA
	table['"'] |= stopValue
	table['\''] |= stopValue
	table['-'] |= stopComment | nameChar
	table['?'] |= stopInstruction
	table['.'] |= nameChar
	table[':'] |= nameChar
	table['_'] |= nameStart | nameChar
	for c := 'a'; c <= 'z'; c++ {
		table[c] |= nameStart | nameChar
		table[c-'a'+'A'] |= nameStart | nameChar
	}
	for c := '0'; c <= '9'; c++ {
		table[c] |= nameChar
	}
	return table
}

// Eight bytes are looked at together where few bytes are of interest. What follows sets the highest bit of each byte of a
// word that is meant, of the first one for certain: those behind it may be others. Bytes above 0x7F are never meant.
const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

func bytesBelow(w, limit uint64) uint64 { return (w - limit*eachByte) &^ w & highBits }

func bytesEqual(w, c uint64) uint64 { return bytesBelow(w^c*eachByte, 1) }

// word returns the first eight bytes of s as the hardware loads them.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// ordinary returns the length of the run of bytes in front of the first one that stops, and whether any of them
// is above 0x7F.
func ordinary(b []byte, stop uint8) (n int, wide bool) {
	var all uint64
	for stop&stopInside != 0 && len(b)-n >= 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		// Each comparison means several bytes at once: " # & ' and < = \ ] | } and what none of the stops is, is passed over.
		found := bytesBelow(w, ' ') | bytesEqual(w|0x05*eachByte, '\'') | bytesEqual(w|0x61*eachByte, '}')
		if found == 0 {
			all |= w
			n += 8
			continue
		}
		all |= w & (found&-found - 1)
		n += bits.TrailingZeros64(found) / 8
		if class[b[n]]&stop != 0 {
			return n, all&highBits != 0
		}
		n++
	}
	for n < len(b) && class[b[n]]&stop == 0 {
		all |= uint64(b[n])
		n++
	}
	return n, all&highBits != 0
}

// allowed reports whether XML 1.0 allows the character.
func allowed(r rune) bool {
	return r >= 0x20 && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

// validUTF8 reports whether b is valid UTF-8 of characters that XML 1.0 allows, control characters apart.
func validUTF8(b []byte) bool {
	return utf8.Valid(b) && (bytes.IndexByte(b, 0xEF) < 0 || allCharacters(string(b)))
}

// allCharacters reports whether valid UTF-8 holds neither U+FFFE nor U+FFFF, which are EF BF BE and EF BF BF.
func allCharacters(s string) bool {
	for {
		i := strings.Index(s, "\xEF\xBF")
		if i < 0 {
			return true
		}
		if s[i+2] >= 0xBE {
			return false
		}
		s = s[i+3:]
	}
}

// cutRune returns the length of an incomplete character at the end of b.
func cutRune(b []byte) int {
	for n := 1; n <= min(len(b), utf8.UTFMax-1); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// nameRanges are the characters above 0x7F that may begin a name (XML 1.0, fifth edition).
var nameRanges = [][2]rune{
	{0xC0, 0xD6},
	{0xD8, 0xF6},
	{0xF8, 0x2FF},
	{0x370, 0x37D},
	{0x37F, 0x1FFF},
	{0x200C, 0x200D},
	{0x2070, 0x218F},
	{0x2C00, 0x2FEF},
	{0x3001, 0xD7FF},
	{0xF900, 0xFDCF},
	{0xFDF0, 0xFFFD},
	{0x10000, 0xEFFFF},
}

func nameStartRune(r rune) bool {
	if r < utf8.RuneSelf {
		return class[r]&nameStart != 0
	}
	for _, span := range nameRanges {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

func nameRune(r rune) bool {
	if r < utf8.RuneSelf {
		return class[r]&nameChar != 0
	}
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040 || nameStartRune(r)
}

// validName reports whether s is a name with at most one prefix: a, a:b, but not :a, a:, a:b:c or a:1.
func validName(s string) bool {
	n := 0
	for n < len(s) && class[s[n]]&nameChar != 0 && s[n] != ':' {
		n++
	}
	if n == len(s) && n > 0 {
		return class[s[0]]&nameStart != 0
	}
	first, colons := true, 0
	for _, r := range s {
		switch {
		case r == ':' && !first && colons == 0:
			colons++
			first = true
			continue
		case r == ':', r == utf8.RuneError, first && !nameStartRune(r), !nameRune(r):
			return false
		}
		first = false
	}
	return !first
}

// entity returns the character that the text begins with as one of the five predefined entities, and the length of that; 0
// if it begins with something else.
func entity[T string | []byte](s T) (c byte, size int) {
	switch {
	case len(s) < 4 || s[0] != '&':
		return 0, 0
	case s[1] == 'l' && string(s[2:4]) == "t;":
		return '<', 4
	case s[1] == 'g' && string(s[2:4]) == "t;":
		return '>', 4
	case len(s) >= 5 && string(s[1:5]) == "amp;":
		return '&', 5
	case len(s) >= 6 && string(s[1:6]) == "quot;":
		return '"', 6
	case len(s) >= 6 && string(s[1:6]) == "apos;":
		return '\'', 6
	}
	return 0, 0
}
