package peer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestGetFollowsTheSameHost_TRF019(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		eden := peertest.Start(t).Put(office("urn:uuid:1")).RequireUser("sync", "secret")
		r := remote(eden)
		r.Username, r.Password = "sync", "secret"
		eden.Times(5, peertest.Pull, peertest.Redirect(status, "/eden/sync/sync.xml?resource=org_office&hop=1"))
		text, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"})
		if err != nil || !strings.Contains(text, "urn:uuid:1") {
			t.Errorf("%d: got %q, %v", status, text, err)
		}
		eden.Heal().Times(6, peertest.Pull, peertest.Redirect(status, "/eden/sync/sync.xml?resource=org_office&hop=1"))
		_, _, err = pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"})
		wantReason(t, err, peer.ReasonRedirect)
	}
}

func TestNobodyElseGetsTheCredentials_TRF019(t *testing.T) {
	t.Parallel()
	trap := peertest.Start(t).Know("org_office")
	host := strings.TrimPrefix(trap.URL(), "http://")
	for _, location := range []string{
		trap.URL() + "/sync/sync.xml?resource=org_office", "//" + host + "/x", "http://elsewhere.example.org/", "ftp://127.0.0.1/x",
		"file:///etc/passwd", "http://127.0.0.1:1/sync/sync.xml", "http://[::1]/", "%zz", "",
	} {
		eden := peertest.Start(t).Always(peertest.Any, peertest.Redirect(307, location))
		r := remote(eden)
		r.Username, r.Password = "sync", "secret"
		_, err := client(t).Pull(t.Context(), r, peer.PullRequest{Resource: "org_office"})
		e := wantReason(t, err, peer.ReasonRedirect)
		if e.Status != 307 || e.Retry {
			t.Errorf("%s: got %+v", location, e)
		}
		_, err = push(t.Context(), client(t), r, document(""))
		wantReason(t, err, peer.ReasonRedirect)
	}
	if n := len(trap.Requests(peertest.Any)); n != 0 {
		t.Errorf("another host was asked %d times", n)
	}
}

func TestPushNeverBecomesAPull_TRF020(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303} {
		eden := known(peertest.Start(t)).Once(peertest.Any, peertest.Redirect(status, "/eden/sync/sync.xml?resource=org_office&repository="+siteUUID))
		_, err := push(t.Context(), client(t), remote(eden), document(element("urn:uuid:1", "2026-11-20T09:00:00", "")))
		wantReason(t, err, peer.ReasonRedirect)
		if n := len(eden.Requests(peertest.Any)); n != 1 {
			t.Errorf("%d: %d requests", status, n)
		}
	}
	for _, status := range []int{307, 308} {
		eden := known(peertest.Start(t)).Once(peertest.Any, peertest.Redirect(status, "/eden//sync/sync.xml?resource=org_office&repository="+siteUUID))
		answer, err := push(t.Context(), client(t), remote(eden), document(element("urn:uuid:1", "2026-11-20T09:00:00", "")))
		if err != nil || answer.Created != 1 {
			t.Errorf("%d: got %+v, %v", status, answer, err)
		}
		if last := eden.Requests(peertest.Any)[1]; last.Method != http.MethodPost || last.Header.Get("Content-Disposition") == "" {
			t.Errorf("%d: repeated as %+v", status, last)
		}
	}
}

func TestSchemeMayOnlyRise(t *testing.T) {
	t.Parallel()
	secure := peertest.StartTLS(t, peertest.Valid).Put(office("urn:uuid:1"))
	plain := peertest.Start(t).Always(peertest.Pull, peertest.Redirect(301, secure.URL()+"/sync/sync.xml?resource=org_office"))
	r := remote(plain)
	r.CACertificates = secure.CA()
	if text, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"}); err != nil || !strings.Contains(text, "urn:uuid:1") {
		t.Errorf("http to https: got %q, %v", text, err)
	}
	secure.Always(peertest.Pull, peertest.Redirect(301, plain.URL()+"/sync/sync.xml"))
	before := len(plain.Requests(peertest.Any))
	_, err := client(t).Pull(t.Context(), remote(secure), peer.PullRequest{Resource: "org_office"})
	wantReason(t, err, peer.ReasonRedirect)
	if len(plain.Requests(peertest.Any)) != before {
		t.Error("https was followed to http")
	}
}

func TestSignInPageIsNoDocument(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Always(peertest.Any, peertest.Redirect(303, "/eden/default/user/login?_next=%2Feden"))
	c := client(t)
	for name, call := range map[string]func(context.Context) error{
		"pull":  func(ctx context.Context) error { _, err := c.Pull(ctx, remote(eden), peer.PullRequest{}); return err },
		"push":  func(ctx context.Context) error { _, err := push(ctx, c, remote(eden), document("")); return err },
		"fetch": func(ctx context.Context) error { _, _, err := c.Fetch(ctx, remote(eden), "/x", 1); return err },
	} {
		e := wantReason(t, call(t.Context()), peer.ReasonUnauthenticated)
		if e.Op != name || e.Status != 303 {
			t.Errorf("got %+v", e)
		}
	}
}
