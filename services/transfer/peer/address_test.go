package peer_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestAddressesThatAreNeverCalled(t *testing.T) {
	t.Parallel()
	r := peer.Remote{RepositoryID: "r1", SiteUUID: siteUUID, SiteName: "notebook", Username: "u", Password: "p"}
	for _, host := range []string{
		"169.254.169.254", "169.254.0.1:8080", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "0.0.0.0:1", "[::]:1", "[fe80::1%25lo]", "224.0.0.1",
		"255.255.255.255", "100.100.100.200", "192.0.0.192", "[fd00:ec2::254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]",
	} {
		r.BaseURL, r.Proxy = "http://"+host+"/eden", peer.NoProxy
		_, err := client(t).Pull(t.Context(), r, peer.PullRequest{Resource: "org_office"})
		if e := wantReason(t, err, peer.ReasonAddress); e.Retry || e.Status != 0 {
			t.Errorf("%s: %+v", host, e)
		}
		_, err = push(t.Context(), client(t), r, document(""))
		wantReason(t, err, peer.ReasonAddress)
	}
	for _, proxy := range []string{"http://169.254.169.254:80", "https://169.254.169.254", "socks5://[fe80::1]:1080"} {
		r.BaseURL, r.Proxy = "http://hub.example.org/eden", proxy
		_, err := client(t).Pull(t.Context(), r, peer.PullRequest{Resource: "org_office"})
		wantReason(t, err, peer.ReasonAddress)
	}
}

func TestTheConnectionTestSaysSo(t *testing.T) {
	t.Parallel()
	r := peer.Remote{RepositoryID: "r1", BaseURL: "http://169.254.169.254", SiteUUID: siteUUID, Proxy: peer.NoProxy}
	steps := client(t).Test(t.Context(), r, peer.CheckOptions{}).Steps
	if got := marks(t, steps); !strings.HasPrefix(got, "name+ connect-") || steps[1].Reason != peer.ReasonAddress || !strings.Contains(steps[1].Fix, "Link-local") {
		t.Errorf("got %s: %+v", got, steps[1])
	}
}

func TestConnectionTestWithoutAnyProxy(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office")
	r := remote(eden)
	r.Proxy = peer.NoProxy
	if got := marks(t, client(t).Test(t.Context(), r, peer.CheckOptions{}).Steps); !strings.HasPrefix(got, "name+ connect+ signIn+") {
		t.Errorf("got %s", got)
	}
}

// Sites in private networks and on the same machine are what this program is for.
func TestNeighboursAreCalled(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Put(office("urn:uuid:1"))
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		r := remote(eden)
		r.BaseURL = strings.Replace(r.BaseURL, "127.0.0.1", host, 1)
		if text, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"}); err != nil || !strings.Contains(text, "urn:uuid:1") {
			t.Errorf("%s: got %q, %v", host, text, err)
		}
	}
}
