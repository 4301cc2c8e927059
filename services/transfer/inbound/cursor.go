package inbound

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Cursor is what an edensync keeps between two pulls: how far it has got in the change numbers of this site. For
// the peer its text is opaque.
type Cursor struct {
	SiteUUID string
	Epoch    string // the history of change numbers that Seq belongs to
	Seq      int64  // all trees up to here were sent as they were then
	// Told: all changes up to here were sent, in whatever tree they are. It is Seq at the end of a pull, and what it was before in the middle
	// of one: until then a tree may have been raised, with what it holds, behind what was sent.
	Told int64
}

// Versions of the text: that of a cursor in the middle of a pull has Told behind Seq.
const (
	cursorVersion  = "v1:"
	middleVersion  = "v2:"
	maxCursorBytes = 1024
)

// String is the text of the cursor, safe for a header.
func (c Cursor) String() string {
	plain := cursorVersion + c.SiteUUID + ":" + c.Epoch + ":" + strconv.FormatInt(c.Seq, 10)
	if c.Told != c.Seq {
		plain = middleVersion + strings.TrimPrefix(plain, cursorVersion) + ":" + strconv.FormatInt(c.Told, 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(plain))
}

// ParseCursor reads the text of a cursor. An error means that it was not made by this version of edensync, or was
// damaged on its way.
func ParseCursor(text string) (Cursor, error) {
	if len(text) > maxCursorBytes {
		return Cursor{}, fmt.Errorf("cursor: %d bytes are more than %d", len(text), maxCursorBytes)
	}
	plain, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Cursor{}, fmt.Errorf("cursor: %w", err)
	}
	rest, ends := strings.CutPrefix(string(plain), cursorVersion)
	rest, middle := strings.CutPrefix(rest, middleVersion)
	if ends == middle {
		return Cursor{}, fmt.Errorf("cursor: it begins neither with %s nor with %s", cursorVersion, middleVersion)
	}
	var told int64
	if middle {
		if rest, told, err = cutNumber(rest); err != nil {
			return Cursor{}, err
		}
	}
	rest, seq, err := cutNumber(rest)
	if err != nil {
		return Cursor{}, err
	}
	if ends {
		told = seq
	} else if told >= seq {
		return Cursor{}, fmt.Errorf("cursor: in the middle of a pull, but at its end")
	}
	site, epoch, ok := cutLast(rest)
	if !ok || site == "" || epoch == "" {
		return Cursor{}, fmt.Errorf("cursor: it names no site or no epoch")
	}
	return Cursor{SiteUUID: site, Epoch: epoch, Seq: seq, Told: told}, nil
}

// cutNumber takes the change number off the end.
func cutNumber(s string) (before string, n int64, err error) {
	before, number, ok := cutLast(s)
	if !ok {
		return s, 0, fmt.Errorf("cursor: it has no change number")
	}
	n, err = strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != number {
		return s, 0, fmt.Errorf("cursor: %.20q is no change number", number)
	}
	return before, n, nil
}

// cutLast splits at the last colon; the UUID of a site has colons of its own.
func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
