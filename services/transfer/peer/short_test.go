package peer_test

import (
	"io"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// A short answer is here when Pull returns, compressed or not: nobody waits for the remote any more. It need not be well for that.
func TestShortAnswersAreReadAtOnce(t *testing.T) {
	t.Parallel()
	long := office("urn:uuid:long")
	long.Content = `<data field="comments">` + strings.Repeat("x", 70_000) + `</data>`
	for what, c := range map[string]struct {
		eden  *peertest.Eden
		whole bool
		fails bool
	}{
		"short":        {peertest.Start(t).Put(office("urn:uuid:1")), true, false},
		"compressed":   {peertest.Start(t).Zstd().Put(long), true, false},
		"gzip":         {peertest.Start(t).Gzip().Put(long), true, false},
		"long":         {peertest.Start(t).Put(long), false, false},
		"cut":          {peertest.Start(t).Put(office("urn:uuid:1")).Once(peertest.Pull, peertest.Cut(100)), false, true},
		"long and cut": {peertest.Start(t).Put(long).Once(peertest.Pull, peertest.Cut(66_000)), false, true},
	} {
		res, err := client(t).Pull(t.Context(), remote(c.eden), peer.PullRequest{Resource: "org_office"})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		text, err := io.ReadAll(res.Body)
		if res.Whole != c.whole || (err != nil) != c.fails || err == nil && !strings.HasSuffix(strings.TrimSpace(string(text)), "</s3xml>") {
			t.Errorf("%s: whole %t, %d bytes, %v", what, res.Whole, len(text), err)
		}
		if err != nil {
			wantReason(t, err, peer.ReasonUnavailable)
		}
		if res.Bytes() == 0 {
			t.Errorf("%s: no bytes were counted", what)
		}
		shut(t, res.Body)
	}
}
