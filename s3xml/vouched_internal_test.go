package s3xml

import (
	"strings"
	"testing"
)

// Only parts of whole characters are vouched for, whatever happened to a record since it was decoded.
func TestVouched(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("aé€😀", 3)
	known := vouched(text[:len(text)-10]) // the last four characters belong to somebody else
	valid := strings.ToValidUTF8(string(known), "")
	if len(valid) != len(known) {
		t.Fatal("the test cuts a character")
	}
	for from := range len(text) + 1 {
		for to := from; to <= len(text); to++ {
			s := text[from:to]
			want := s == "" || to <= len(known) && strings.ToValidUTF8(s, "") == s
			if got := known.has(s); got != want {
				t.Errorf("%d to %d, %q: %v", from, to, s, got)
			}
			if s != "" && known.has(strings.Clone(s)) {
				t.Errorf("a copy of %q lies elsewhere", s)
			}
		}
	}
	if vouched("").has("x") || !vouched("").has("") {
		t.Error("nothing vouches for nothing but itself")
	}
	if s := "\x00a"; vouched("").clean(s) != "a" || vouched("").carried(s) || !vouched(s).carried(s[1:]) {
		t.Error("what is not known is looked at")
	}
}
