package peer_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestCertificates(t *testing.T) {
	t.Parallel()
	plain := peertest.Start(t)
	tests := map[string]struct {
		eden    *peertest.Eden
		trust   bool
		message string // empty = works
	}{
		"own authority":     {peertest.StartTLS(t, peertest.Valid), true, ""},
		"unknown authority": {peertest.StartTLS(t, peertest.Valid), false, "unknown authority"},
		"expired":           {peertest.StartTLS(t, peertest.Expired), true, "expired"},
		"another name":      {peertest.StartTLS(t, peertest.OtherName), true, "another name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.eden.Know("org_office").RequireUser("sync", "secret")
			r := remote(test.eden)
			r.Username, r.Password = "sync", "secret"
			if !test.trust {
				r.CACertificates = ""
			}
			_, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"})
			if test.message == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := wantReason(t, err, peer.ReasonTLS)
			if e.Retry || !strings.Contains(e.Message, test.message) {
				t.Errorf("got %+v", e)
			}
			if n := len(test.eden.Requests(peertest.Any)); n != 0 {
				t.Errorf("%d requests reached a site that is not trusted", n)
			}
		})
	}
	r := remote(plain)
	r.BaseURL = strings.Replace(r.BaseURL, "http://", "https://", 1)
	_, err := client(t).Pull(t.Context(), r, peer.PullRequest{Resource: "org_office"})
	wantReason(t, err, peer.ReasonTLS)
}

func TestAuthoritiesOfOneRepositoryDoNotServeAnother(t *testing.T) {
	t.Parallel()
	one, two := peertest.StartTLS(t, peertest.Valid).Know("org_office"), peertest.StartTLS(t, peertest.Valid).Know("org_office")
	c := client(t)
	for _, eden := range []*peertest.Eden{one, two} {
		if _, _, err := pullAll(t, c, remote(eden), peer.PullRequest{Resource: "org_office"}); err != nil {
			t.Fatal(err)
		}
	}
	crossed := remote(one)
	crossed.CACertificates = two.CA()
	_, err := c.Pull(t.Context(), crossed, peer.PullRequest{Resource: "org_office"})
	wantReason(t, err, peer.ReasonTLS)
}

func TestCertificatesThatAreNone(t *testing.T) {
	t.Parallel()
	_, err := client(t).Pull(t.Context(), peer.Remote{BaseURL: "https://127.0.0.1:1", CACertificates: "no PEM"}, peer.PullRequest{})
	if e := wantReason(t, err, peer.ReasonTLS); e.Remote {
		t.Errorf("got %+v", e)
	}
}
