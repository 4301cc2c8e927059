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
	Seq      int64  // everything up to here was sent
}

const (
	cursorVersion  = "v1:"
	maxCursorBytes = 1024
)

// String is the text of the cursor, safe for a header.
func (c Cursor) String() string {
	plain := cursorVersion + c.SiteUUID + ":" + c.Epoch + ":" + strconv.FormatInt(c.Seq, 10)
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
	rest, ok := strings.CutPrefix(string(plain), cursorVersion)
	if !ok {
		return Cursor{}, fmt.Errorf("cursor: it does not begin with %s", cursorVersion)
	}
	rest, number, ok := cutLast(rest)
	if !ok {
		return Cursor{}, fmt.Errorf("cursor: it has no change number")
	}
	site, epoch, ok := cutLast(rest)
	if !ok || site == "" || epoch == "" {
		return Cursor{}, fmt.Errorf("cursor: it names no site or no epoch")
	}
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 0 || strconv.FormatInt(seq, 10) != number {
		return Cursor{}, fmt.Errorf("cursor: %.20q is no change number", number)
	}
	return Cursor{SiteUUID: site, Epoch: epoch, Seq: seq}, nil
}

// cutLast splits at the last colon; the UUID of a site has colons of its own.
func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
