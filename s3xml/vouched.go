package s3xml

import (
	"unicode/utf8"
	"unsafe"
)

// vouched is a text that XML can carry, such as what a decoder has read: its parts need not be looked at again. A string is known
// as a part by where it lies in memory, so whatever happens to a record on the way, no other string is taken for one.
type vouched string

// has reports whether s is a part of whole characters.
func (v vouched) has(s string) bool {
	if len(s) == 0 {
		return true
	}
	//nolint:gosec // addresses are compared, and nothing is read by them
	from := uintptr(unsafe.Pointer(unsafe.StringData(s))) - uintptr(unsafe.Pointer(unsafe.StringData(string(v))))
	if from >= uintptr(len(v)) || uintptr(len(s)) > uintptr(len(v))-from {
		return false
	}
	to := int(from) + len(s)
	return utf8.RuneStart(s[0]) && (to == len(v) || utf8.RuneStart(v[to]))
}

func (v vouched) carried(s string) bool { return v.has(s) || carried(s) }

func (v vouched) clean(s string) string {
	if v.has(s) {
		return s
	}
	return clean(s)
}
