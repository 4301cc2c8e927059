package service_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// faults are the steps that failed, each with its reason.
func faults(t *testing.T, answer *transferv1.TestConnectionResponse) string {
	t.Helper()
	var failed []string
	for _, step := range answer.GetSteps() {
		if step.GetName() == transferv1.TestStepName_TEST_STEP_NAME_UNSPECIFIED || step.GetMessage() == "" {
			t.Errorf("step without name or message: %v", step)
		}
		if step.GetState() != transferv1.TestStepState_TEST_STEP_STATE_FAILED {
			continue
		}
		if step.GetFix() == "" {
			t.Errorf("a failed step without advice: %v", step)
		}
		failed = append(failed, strings.TrimPrefix(step.GetName().String(), "TEST_STEP_NAME_")+" "+step.GetReason())
	}
	if !answer.GetDone() || len(answer.GetSteps()) != 10 || answer.GetOk() != (len(failed) == 0) {
		t.Errorf("answer: %v", answer)
	}
	return strings.Join(failed, ", ")
}

// What administrators meet most often is told in a line of its own, with its fix, and soon.
func TestConnectionTest(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	fine := func() *peertest.Eden {
		return peertest.Start(t).RequireUser("sync", "secret").Know("org_organisation").Registered(siteUUID, "Test site")
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url      string
		password string
		uuid     string
		want     string
	}{
		"all well":         {fine().URL(), "secret", peertest.UUID, ""},
		"any UUID":         {fine().URL(), "secret", "", ""},
		"an edensync":      {fine().Edensync().URL(), "secret", "", ""},
		"port refused":     {"http://" + closed.Addr().String() + "/eden", "secret", "", "PORT PEER_UNAVAILABLE"},
		"password refused": {fine().URL(), "wrong", "", "SIGN_IN PEER_UNAUTHENTICATED"},
		"another UUID":     {fine().URL(), "secret", "urn:uuid:other", "UUID PEER_UUID_CHANGED"},
		"clock":            {fine().Skew(6 * time.Minute).URL(), "secret", "", "CLOCK CLOCK_OFFSET"},
		"another version":  {fine().EdensyncVersion("2").URL(), "secret", "", "VERSION PEER_VERSION"},
	} {
		begun := time.Now()
		answer, err := s.peers.TestConnection(as(t, "ADMINISTRATOR"), &transferv1.TestConnectionRequest{
			Connection: &transferv1.Connection{Url: c.url, Username: "sync", Password: c.password, Uuid: c.uuid},
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := faults(t, answer); got != c.want {
			t.Errorf("%s: failed %q, want %q", name, got, c.want)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		known := c.want == "" || !strings.HasPrefix(c.want, "PORT") && !strings.HasPrefix(c.want, "SIGN_IN")
		if known != (answer.GetRemoteUuid() == peertest.UUID) || known != (answer.GetClockOffset() != nil) || strings.Contains(answer.String(), "secret") {
			t.Errorf("%s: %v", name, answer)
		}
	}
}

func TestAConnectionTestIsWatched(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
		s := start(t, engine)
		s.add(eden.URL(), "sync", "secret")
		s.repos["r1"].Repository.Uuid = peertest.UUID
		stream, err := s.peers.WatchTestConnection(as(t, "ADMINISTRATOR"), &transferv1.WatchTestConnectionRequest{RepositoryId: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		running := 0
		var last *transferv1.TestConnectionResponse
		for {
			m, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if last.GetDone() || len(m.GetSteps()) < len(last.GetSteps()) {
				t.Errorf("%v follows %v", m, last)
			}
			last = m
			for _, step := range m.GetSteps() {
				if step.GetState() == transferv1.TestStepState_TEST_STEP_STATE_RUNNING {
					running++
				}
			}
		}
		if got := faults(t, last); got != "" || running < 5 {
			t.Errorf("failed %q, %d messages with a running step", got, running)
		}
		again, err := s.peers.TestConnection(as(t, "ADMINISTRATOR"), &transferv1.TestConnectionRequest{RepositoryId: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		for _, answer := range []*transferv1.TestConnectionResponse{last, again} {
			for _, step := range answer.GetSteps() {
				step.Duration = nil
				if step.GetName() == transferv1.TestStepName_TEST_STEP_NAME_CLOCK {
					step.Message = "" // tells an offset of a second when the machine is slow
				}
			}
			answer.ClockOffset = nil
		}
		if !proto.Equal(last, again) {
			t.Errorf("watched: %v\nasked: %v", last, again)
		}
	})
}

// hungry is a proxy that demands a password.
func hungry(t *testing.T, user, password string) (address string, asked func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n++
		mu.Unlock()
		r.Header.Set("Authorization", r.Header.Get("Proxy-Authorization"))
		if u, p, ok := r.BasicAuth(); !ok || u != user || p != password {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), func() int { mu.Lock(); defer mu.Unlock(); return n }
}

// A settings page tests the proxy alone; the stored password is used for the stored proxy only.
func TestAProxyIsTestedAlone(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	address, asked := hungry(t, "pete", "hush")
	other, otherAsked := hungry(t, "pete", "***")
	if _, err := s.records.ListResources(as(t, "ADMINISTRATOR"), &transferv1.ListResourcesRequest{}); err != nil {
		t.Fatal(err) // with it, the settings of this moment are remembered
	}
	s.mu.Lock()
	s.proxy = "http://pete:hush@" + address
	s.mu.Unlock()
	for proxy, want := range map[string]string{
		"http://pete:hush@" + address: "", "http://pete:***@" + address: "", "http://pete:wrong@" + address: "PROXY PEER_PROXY",
		"http://paul:***@" + address: "PROXY PEER_PROXY", "http://pete:***@" + other: "",
	} {
		answer, err := s.peers.TestConnection(as(t, "ADMINISTRATOR"), &transferv1.TestConnectionRequest{Connection: &transferv1.Connection{ProxyUrl: proxy}})
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(t, answer); got != want || strings.Contains(answer.String(), "hush") {
			t.Errorf("%s: failed %q, want %q: %v", proxy, got, want, answer)
		}
	}
	if asked() != 4 || otherAsked() != 1 {
		t.Errorf("the proxies were asked %d and %d times", asked(), otherAsked())
	}
	for _, proxy := range []string{"", "none"} {
		_, err := s.peers.TestConnection(as(t, "ADMINISTRATOR"), &transferv1.TestConnectionRequest{Connection: &transferv1.Connection{ProxyUrl: proxy}})
		if apierr.ReasonOf(err) != apierr.ReasonRepositoryNoURL {
			t.Errorf("without anything to test: %v", err)
		}
	}
	// A form without a proxy of its own goes by the one of the settings.
	answer, err := s.peers.TestConnection(as(t, "ADMINISTRATOR"), &transferv1.TestConnectionRequest{Connection: &transferv1.Connection{Url: "https://k.example.org/eden"}})
	if err != nil || asked() != 5 {
		t.Errorf("%d visits, %v, %v", asked(), answer, err)
	}
}
