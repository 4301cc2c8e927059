package peer_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	c := client(t)
	for _, want := range []string{"Registration successful", "Registration update successful"} {
		got, err := c.Register(t.Context(), remote(eden))
		if err != nil || !got.OK || got.Sender != peertest.UUID || got.Message != want || got.Date.IsZero() {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	request := eden.Requests(peertest.Register)[0]
	if request.Method != http.MethodPost || request.Path != "/eden/sync/repository/register.json" || request.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %+v", request)
	}
	var body map[string]string
	if err := json.Unmarshal(request.Body, &body); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"uuid": siteUUID, "name": "notebook", "apitype": "eden"}, body); diff != "" {
		t.Error(diff)
	}
}

func TestRegisterAlwaysSendsAName(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	r := remote(eden)
	r.SiteName = ""
	if got, err := client(t).Register(t.Context(), r); err != nil || !got.OK {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got := eden.Repositories()[siteUUID]; got != siteUUID {
		t.Errorf("registered under the name %q", got)
	}
}

func TestRegisterRefusedKeepsTheSender(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Always(peertest.Register, peertest.Answer(200, "application/json",
		`{"status": "failed", "statuscode": "400", "message": "Not you", "sender": "urn:uuid:x"}`))
	got, err := client(t).Register(t.Context(), remote(eden))
	if e := wantReason(t, err, peer.ReasonRefused); e.Message != "Not you" || e.Op != "register" {
		t.Errorf("got %+v", e)
	}
	if got.OK || got.Sender != "urn:uuid:x" || got.Message != "Not you" {
		t.Errorf("got %+v", got)
	}
}

func TestRegisterIsExactlyOneRequest(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Always(peertest.Register, peertest.Busy(0))
	_, err := client(t).Register(t.Context(), remote(eden))
	wantReason(t, err, peer.ReasonOverloaded)
	if n := len(eden.Requests(peertest.Register)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}
