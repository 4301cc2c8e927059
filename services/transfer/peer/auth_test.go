package peer_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestCredentialsAreSentUnsolicited_TRF009(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"secret", "Grüße:✓", strings.Repeat("long password ", 20)} {
		eden := peertest.Start(t).Know("org_office")
		r := remote(eden)
		r.Username, r.Password = "sync@example.org", password
		if _, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"}); err != nil {
			t.Fatal(err)
		}
		got := eden.Requests(peertest.Pull)
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("sync@example.org:"+password))
		if len(got) != 1 || got[0].Header.Get("Authorization") != want {
			t.Errorf("password %q: got %q in %d requests", password, got[0].Header.Get("Authorization"), len(got))
		}
	}
}

func TestWithoutCredentialsNoneAreSent_TRF010(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office")
	if _, _, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"}); err != nil {
		t.Fatal(err)
	}
	if got := eden.Requests(peertest.Pull)[0].Header.Values("Authorization"); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestWrongCredentialsAreNotTriedAgain_TRF011(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").RequireUser("sync", "secret")
	for name, password := range map[string]string{"": "", "sync": "wrong"} {
		r := remote(eden)
		r.Username, r.Password = name, password
		before := len(eden.Requests(peertest.Pull))
		_, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"})
		e := wantReason(t, err, peer.ReasonUnauthenticated)
		if e.Retry || e.Status != 401 || e.Message != "Authentication Required" || !e.Remote {
			t.Errorf("got %+v", e)
		}
		if strings.HasPrefix(e.Fix, "Check") != (name != "") {
			t.Errorf("advice for user %q: %s", name, e.Fix)
		}
		if n := len(eden.Requests(peertest.Pull)) - before; n != 1 {
			t.Errorf("asked %d times", n)
		}
	}
}

func TestFaultyAddressesAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "eden.example.org", "ftp://h/x", "http://", "http://u:hidden1@h/eden", "http://u:hid%zzden1@h/eden",
		"http://u:hidden1/x@h/eden", "http://h/eden?key=hidden1", "http://h/eden#hidden1", "http://h:hidden1/eden",
	} {
		_, err := client(t).Pull(t.Context(), peer.Remote{BaseURL: address}, peer.PullRequest{Resource: "org_office"})
		e := wantReason(t, err, peer.ReasonAddress)
		if e.Remote || e.Retry || strings.Contains(err.Error()+e.Fix, "hidden1") {
			t.Errorf("%s: got %+v", address, e)
		}
	}
}

func TestSecretsThatARemoteEchoesAreMasked(t *testing.T) {
	t.Parallel()
	token := base64.StdEncoding.EncodeToString([]byte("sync:topsecret"))
	echo := "you sent topsecret and Basic " + token + " \x1b[31m"
	for name, fault := range map[string]peertest.Fault{
		"status":   peertest.Answer(403, "text/plain", echo),
		"envelope": peertest.Answer(200, "text/html", `{"status": "failed", "message": "you sent topsecret and Basic `+token+`"}`),
		"page":     peertest.Answer(200, "text/html", "<html>"+echo+"</html>"),
		"redirect": peertest.Redirect(302, "http://topsecret/"+token),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Always(peertest.Pull, fault)
			r := remote(eden)
			r.Username, r.Password = "sync", "topsecret"
			_, err := client(t).Pull(t.Context(), r, peer.PullRequest{Resource: "org_office"})
			text := failure(t, err).Error()
			if strings.Contains(text, "topsecret") || strings.Contains(text, token) || strings.ContainsRune(text, '\x1b') {
				t.Errorf("got %q", text)
			}
			if !strings.Contains(text, "•••") {
				t.Errorf("nothing was masked in %q", text)
			}
		})
	}
}
