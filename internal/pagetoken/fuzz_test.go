package pagetoken_test

import (
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
)

// FuzzDecode: a token is either one of ours, letter by letter, or refused.
func FuzzDecode(f *testing.F) {
	const query = "query"
	f.Add(pagetoken.Encode(query, "a", "b"))
	f.Add(pagetoken.Encode("another", "a"))
	f.Add("")
	f.Add("AAAA====")
	f.Fuzz(func(t *testing.T, token string) {
		keys, err := pagetoken.Decode(token, query)
		switch {
		case err != nil && apierr.ReasonOf(err) != apierr.ReasonInvalidPageToken:
			t.Fatalf("%q: %v", token, err)
		case err == nil && token != "" && pagetoken.Encode(query, keys...) != token:
			t.Fatalf("%q reads as %q", token, keys)
		}
	})
}
