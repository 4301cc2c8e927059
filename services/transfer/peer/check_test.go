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
		failed := s.State == peer.StepFailed
		if s.Message == "" || (s.Fix != "") != failed || (s.Reason != "") != failed {
			t.Errorf("got step %+v", s)
		}
		switch s.State {
		case peer.StepPassed:
			found = append(found, s.Name+"+")
		case peer.StepFailed:
			found = append(found, s.Name+"-")
		case peer.StepSkipped:
		default:
			t.Errorf("%s is %s when all is over", s.Name, s.State)
		}
	}
	if diff := cmp.Diff([]string{"name", "connect", "proxy", "tls", "signIn", "uuid", "clock", "version", "pull", "push"}, order); diff != "" {
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
		"an edensync":     {fine(peertest.Start(t)).Edensync(), nil, "name+ connect+ signIn+ uuid+ clock+ version+ pull+ push+", peertest.UUID},
		"another version": {fine(peertest.Start(t)).EdensyncVersion("2"), nil, "name+ connect+ signIn+ uuid+ clock+ version- pull+ push+", "version 2 of edensync's protocol, this site version 1"},
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
		"wrong clock":     {fine(peertest.Start(t)).Skew(-95 * time.Second), nil, "name+ connect+ signIn+ uuid+ clock- pull+ push+", "behind"},
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
			steps := client(t).Test(t.Context(), r, peer.CheckOptions{Resource: "org_office"}).Steps
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
	client(t).Test(t.Context(), remote(eden), peer.CheckOptions{Resource: "org_office"})
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
	client(t).Test(t.Context(), remote(eden), peer.CheckOptions{Resource: "org_office"})
	pull := eden.Requests(peertest.Pull)[0]
	if pull.Query.Has("msince") || pull.Header["Edensync-Cursor"] == nil || pull.Query.Get("limit") != "1" {
		t.Errorf("asked %s with %v", pull.RawQuery, pull.Header)
	}
}

func TestConnectionTestWithoutResource(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	if got := marks(t, client(t).Test(t.Context(), remote(eden), peer.CheckOptions{}).Steps); got != "name+ connect+ signIn+ uuid+ clock+" {
		t.Errorf("got %s", got)
	}
}

func TestConnectionTestTriesNothingTwice(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Always(peertest.Pull, peertest.Busy(1)).Always(peertest.Push, peertest.Busy(1))
		if got := marks(b.T, b.c.Test(b.Context(), remote(b.eden), peer.CheckOptions{Resource: "org_office"}).Steps); got != "name+ connect+ signIn+ uuid+ clock+ pull- push-" {
			b.Errorf("got %s", got)
		}
		if n := len(b.eden.Requests(peertest.Any)); n != 3 {
			b.Errorf("%d requests", n)
		}
	})
}

// TestConnectionTestIsWatched sees each step begin and end, and the last message is the answer.
func TestConnectionTestIsWatched(t *testing.T) {
	t.Parallel()
	eden := known(peertest.Start(t)).Edensync()
	var seen []string
	var last peer.Checkup
	answer := client(t).Test(t.Context(), remote(eden), peer.CheckOptions{Resource: "org_office", Watch: func(c peer.Checkup) {
		if last.Done {
			t.Error("something follows the end")
		}
		last = c
		step := c.Steps[len(c.Steps)-1]
		seen = append(seen, step.Name+" "+strings.ToLower(string(step.State)))
	}})
	want := []string{"name running", "name passed", "connect running", "connect passed", "signIn running"}
	if diff := cmp.Diff(want, seen[:len(want)]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(answer, last); diff != "" || !answer.Done || answer.Sender != peertest.UUID || !answer.Measured || answer.Version != "1" {
		t.Errorf("answer %+v\n%s", answer, diff)
	}
}

func TestConnectionTestOfAProxyAlone(t *testing.T) {
	t.Parallel()
	web := peertest.Start(t)
	for name, c := range map[string]struct{ proxy, want string }{
		"works":           {startProxy(t, 0).addr, "name+ connect+ proxy+"},
		"unknown host":    {startProxy(t, 503).addr, "name+ connect+ proxy+"},
		"knows few hosts": {startProxy(t, 403).addr, "name+ connect+ proxy+"},
		"asks for a user": {startProxy(t, 407).addr, "name+ connect+ proxy-"},
		"no proxy":        {strings.TrimSuffix(web.URL(), "/eden"), "name+ connect+ proxy-"},
		"cannot do that":  {startProxy(t, 501).addr, "name+ connect+ proxy-"},
		"nobody listens":  {"http://127.0.0.1:1", "name+ proxy-"},
		"no address":      {"ftp://x", "proxy-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := client(t).Test(t.Context(), peer.Remote{Proxy: c.proxy, Username: "u", Password: "secret"}, peer.CheckOptions{}).Steps
			if got := marks(t, steps); got != c.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, c.want, steps)
			}
		})
	}
	if n := len(web.Requests(peertest.Any)); n > 1 {
		t.Errorf("%d requests", n)
	}
}

// TestConnectionTestEndsInTime shows that silence is told within a minute.
func TestConnectionTestEndsInTime(t *testing.T) {
	t.Parallel()
	inMemory(t, func(b bubble) {
		b.eden.Always(peertest.Register, peertest.Stall(-1))
		begun := time.Now()
		got := marks(b.T, b.c.Test(b.Context(), remote(b.eden), peer.CheckOptions{Resource: "org_office"}).Steps)
		if took := time.Since(begun); got != "name+ connect+ signIn-" || took > time.Minute {
			b.Errorf("got %s after %v", got, took)
		}
	})
}
