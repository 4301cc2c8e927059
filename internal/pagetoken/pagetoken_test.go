package pagetoken_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
)

type query struct {
	Name  string
	Kinds []string
}

func TestKeysComeBackForTheSameQueryOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := query{Name: rapid.String().Draw(t, "name"), Kinds: rapid.SliceOf(rapid.String()).Draw(t, "kinds")}
		keys := rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "keys")
		for i := range keys {
			keys[i] = strings.ToValidUTF8(keys[i], "")
		}
		token := pagetoken.Encode(q, keys...)
		got, err := pagetoken.Decode(token, q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(keys, got); diff != "" {
			t.Fatal(diff)
		}
		other := q
		other.Name += "x"
		refused(t, token, other)
	})
}

func TestDamagedTokensAreRefused(t *testing.T) {
	t.Parallel()
	q := query{Name: "n"}
	token := pagetoken.Encode(q, "2026-01-01", "id")
	for i := range token {
		swap := byte('A')
		if token[i] == swap {
			swap = 'B'
		}
		damaged := token[:i] + string(swap) + token[i+1:]
		if keys, err := pagetoken.Decode(damaged, q); err == nil {
			t.Errorf("with character %d changed it was read as %q", i, keys)
		}
	}
	for _, bad := range []string{"x", "%%%", token[:8], token + "AAAA", strings.Repeat("A", 10000)} {
		refused(t, bad, q)
	}
}

func TestEmptyTokenIsTheFirstPage(t *testing.T) {
	t.Parallel()
	if keys, err := pagetoken.Decode("", query{}); keys != nil || err != nil {
		t.Errorf("got %q, %v", keys, err)
	}
}

func refused(t interface{ Errorf(string, ...any) }, token string, q query) {
	if _, err := pagetoken.Decode(token, q); apierr.ReasonOf(err) != apierr.ReasonInvalidPageToken {
		t.Errorf("token %q: %v", token, err)
	}
}
