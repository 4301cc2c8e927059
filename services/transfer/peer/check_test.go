package peer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// marks are the steps as one word: name+ worked, name- failed, left out = skipped.
func marks(t *testing.T, steps []peer.Step) string {
	t.Helper()
	var order, found []string
	for _, s := range steps {
		order = append(order, s.Name)
		if s.Message == "" || (s.Fix != "") != (!s.OK && !s.Skipped) {
			t.Errorf("got step %+v", s)
		}
		if s.OK {
			found = append(found, s.Name+"+")
		} else if !s.Skipped {
			found = append(found, s.Name+"-")
		}
	}
	if diff := cmp.Diff([]string{"name", "connect", "proxy", "tls", "signIn", "uuid", "clock", "pull", "push"}, order); diff != "" {
		t.Error(diff)
	}
	return strings.Join(found, " ")
}

func TestConnectionTest(t *testing.T) {
	t.Parallel()
	fine := func(e *peertest.Eden) *peertest.Eden { return known(e).RequireUser("sync", "secret") }
	tests := map[string]struct {
		eden   *peertest.Eden
		change func(*peer.Remote)
		want   string
		words  string // in one of the messages
	}{
		"all well":        {fine(peertest.Start(t)), nil, "name+ connect+ signIn+ uuid+ clock+ pull+ push+", "Not encrypted"},
		"all well by TLS": {fine(peertest.StartTLS(t, peertest.Valid)), nil, "name+ connect+ tls+ signIn+ uuid+ clock+ pull+ push+", "certificate valid until"},
		"an edensync":     {fine(peertest.Start(t)).Edensync(), nil, "name+ connect+ signIn+ uuid+ clock+ pull+ push+", peertest.UUID},
		"by proxy":        {fine(peertest.Start(t)), func(r *peer.Remote) { r.Proxy = startProxy(t, 0).addr }, "name+ connect+ proxy+ signIn+ uuid+ clock+ pull+ push+", "By way of"},
		"proxy refuses":   {fine(peertest.Start(t)), func(r *peer.Remote) { r.Proxy = startProxy(t, 407).addr }, "name+ connect+ proxy-", "Proxy Auth"},
		"no proxy there":  {fine(peertest.Start(t)), func(r *peer.Remote) { r.Proxy = "http://u:hidden1@127.0.0.1:1" }, "name+ proxy-", "The proxy cannot be reached (connection refused)"},
		"no such proxy":   {fine(peertest.Start(t)), func(r *peer.Remote) { r.Proxy = "no-such-proxy.invalid:3128" }, "proxy-", "The proxy cannot be reached"},
		"no proxy at all": {fine(peertest.Start(t)), func(r *peer.Remote) { r.Proxy = "ftp://u:hidden1@h" }, "proxy-", "The URL of the proxy cannot be used"},
		"bad address":     {fine(peertest.Start(t)), func(r *peer.Remote) { r.BaseURL = "nothing" }, "name-", "begin with"},
		"unknown name":    {fine(peertest.Start(t)), func(r *peer.Remote) { r.BaseURL = "http://no-such-host.invalid/" }, "name-", "Peer repository unavailable"},
		"nobody listens":  {fine(peertest.Start(t)), func(r *peer.Remote) { r.BaseURL = "http://127.0.0.1:1/eden" }, "name+ connect-", "connection refused"},
		"expired":         {fine(peertest.StartTLS(t, peertest.Expired)), nil, "name+ connect+ tls-", "expired"},
		"no TLS there":    {fine(peertest.Start(t)), func(r *peer.Remote) { r.BaseURL = strings.Replace(r.BaseURL, "http:", "https:", 1) }, "name+ connect+ tls-", "does not speak TLS"},
		"wrong password":  {fine(peertest.Start(t)), func(r *peer.Remote) { r.Password = "wrong" }, "name+ connect+ signIn-", "Authentication Required"},
		"wrong path":      {fine(peertest.Start(t)).Always(peertest.Any, peertest.Answer(404, "text/html", "invalid")), nil, "name+ connect+ signIn-", "invalid"},
		"a web site":      {fine(peertest.Start(t)).Always(peertest.Any, peertest.Answer(200, "text/html", "<html>hi</html>")), nil, "name+ connect+ signIn-", "did not confirm"},
		"other identity":  {fine(peertest.Start(t)), func(r *peer.Remote) { r.UUID = "urn:uuid:before" }, "name+ connect+ signIn+ uuid-", "it was urn:uuid:before"},
		"ourselves":       {fine(peertest.Start(t)).SetUUID(siteUUID), nil, "name+ connect+ signIn+ uuid-", "this site itself"},
		"wrong clock":     {fine(peertest.Start(t)).Skew(-2 * time.Hour), nil, "name+ connect+ signIn+ uuid+ clock- pull+ push+", "behind"},
		"no pulling":      {fine(peertest.Start(t)).Forbid(peertest.Pull), nil, "name+ connect+ signIn+ uuid+ clock+ pull- push+", "Insufficient Privileges"},
		"unregistered":    {peertest.Start(t).Know("org_office"), nil, "name+ connect+ signIn+ uuid+ clock+ pull+ push-", "Registration required"},
	}
	for name, test := range tests {
		r := remote(test.eden)
		r.Username, r.Password = "sync", "secret"
		if test.change != nil {
			test.change(&r)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := client(t).Test(t.Context(), r, "org_office")
			if got := marks(t, steps); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			var all strings.Builder
			for _, s := range steps {
				all.WriteString(s.Message + "\n")
				if s.Name == peer.StepProxy && s.Fix != "" && !strings.Contains(s.Fix, "of the proxy") || strings.Contains(s.Message+s.Fix, "hidden") {
					t.Errorf("got step %+v", s)
				}
			}
			if !strings.Contains(all.String(), test.words) {
				t.Errorf("%q is not in\n%s", test.words, all.String())
			}
		})
	}
}

func TestConnectionTestChangesNothing(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Put(office("urn:uuid:1"), office("urn:uuid:2"))
	client(t).Test(t.Context(), remote(eden), "org_office")
	if len(eden.Repositories()) != 0 || len(eden.Records("org_office")) != 2 {
		t.Errorf("got %v, %v", eden.Repositories(), eden.Records("org_office"))
	}
	pull := eden.Requests(peertest.Pull)[0]
	if since, err := time.Parse("2006-01-02T15:04:05", pull.Query.Get("msince")); err != nil || time.Until(since) < 24*time.Hour {
		t.Errorf("a test pulls what changed since %v, %v", since, err)
	}
}

// TestConnectionTestOfAnEdensyncConfirmsNothing guards the memory of what was served: an msince in the future
// would tell an edensync that all earlier answers have arrived.
func TestConnectionTestOfAnEdensyncConfirmsNothing(t *testing.T) {
	t.Parallel()
	eden := known(peertest.Start(t)).Edensync().Put(office("urn:uuid:1"))
	client(t).Test(t.Context(), remote(eden), "org_office")
	pull := eden.Requests(peertest.Pull)[0]
	if pull.Query.Has("msince") || pull.Header["Edensync-Cursor"] == nil || pull.Query.Get("limit") != "1" {
		t.Errorf("asked %s with %v", pull.RawQuery, pull.Header)
	}
}

func TestConnectionTestWithoutResource(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	if got := marks(t, client(t).Test(t.Context(), remote(eden), "")); got != "name+ connect+ signIn+ uuid+ clock+" {
		t.Errorf("got %s", got)
	}
}

func TestConnectionTestTriesNothingTwice(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Always(peertest.Pull, peertest.Busy(1)).Always(peertest.Push, peertest.Busy(1))
		if got := marks(b.T, b.c.Test(b.Context(), remote(b.eden), "org_office")); got != "name+ connect+ signIn+ uuid+ clock+ pull- push-" {
			b.Errorf("got %s", got)
		}
		if n := len(b.eden.Requests(peertest.Any)); n != 3 {
			b.Errorf("%d requests", n)
		}
	})
}
