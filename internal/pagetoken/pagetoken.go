// Package pagetoken makes opaque tokens for keyset pages: where the last page
// ended, bound to the query that it belongs to. They are no secret and prove
// nothing; the keys that come back are input like any other.
package pagetoken

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/edensync/edensync/internal/apierr"
)

// maxLength bounds what Decode looks at.
const maxLength = 8192

const sumLength = 12

// Encode makes the token of the page that follows the row with the given keys.
// query is the list's filters and order without the page size, as a plain value
// that encoding/json can write; the page after is only given for an equal one.
func Encode(query any, keys ...string) string {
	body, err := json.Marshal(keys)
	if err != nil {
		panic(err) // strings can always be written
	}
	return base64.RawURLEncoding.EncodeToString(append(sum(query, body), body...))
}

// Decode gives back the keys; an empty token is the first page and has none. A
// token that is damaged or of another query is an INVALID_PAGE_TOKEN error.
func Decode(token string, query any) (keys []string, err error) {
	if token == "" {
		return nil, nil
	}
	if len(token) > maxLength {
		return nil, Invalid()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < sumLength {
		return nil, Invalid()
	}
	body := raw[sumLength:]
	if string(sum(query, body)) != string(raw[:sumLength]) {
		return nil, Invalid()
	}
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, Invalid()
	}
	return keys, nil
}

func sum(query any, body []byte) []byte {
	text, err := json.Marshal(query)
	if err != nil {
		panic(fmt.Sprintf("page query %T cannot be written as JSON: %v", query, err)) // a defect of the caller, seen in its first test
	}
	hash := sha256.Sum256(append(append(text, 0), body...))
	return hash[:sumLength]
}

// Invalid is the error for keys that cannot have come from Encode.
func Invalid() error {
	err := apierr.New(apierr.KindInvalid, apierr.ReasonInvalidPageToken,
		"The page token is damaged or belongs to another query, so no page was read; start again at the first page and keep the filters.")
	err.Fields = []apierr.Field{{Name: "pageToken", Message: "does not belong to this query"}}
	return err
}
