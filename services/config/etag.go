package config

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/edensync/edensync/internal/apierr"
)

// etagOf names one version of one resource. It is a hash, so that nobody is
// tempted to reckon with it.
func etagOf(kind, id string, version int64) string {
	sum := sha256.Sum256([]byte(kind + "/" + id + "/" + strconv.FormatInt(version, 10)))
	return hex.EncodeToString(sum[:8])
}

// checkEtag refuses a change that was made against another version; an empty
// etag asks for no check.
func checkEtag(sent, current, what string) error {
	if sent == "" || sent == current {
		return nil
	}
	return apierr.New(apierr.KindStale, apierr.ReasonStale,
		"Somebody else changed this %s since you read it, so your change was not made; read it again and repeat what is still wanted.", what)
}
