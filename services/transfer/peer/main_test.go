package peer_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const siteUUID = "urn:uuid:11111111-0000-4000-8000-000000000001"

var at = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// client makes a client with short pauses between attempts that is closed at the end of the test.
func client(t *testing.T, change ...func(*peer.Settings)) *peer.Client {
	t.Helper()
	s := peer.Defaults()
	s.RetryInterval = time.Millisecond
	for _, c := range change {
		c(&s)
	}
	c := peer.New(s, time.Now, nil)
	t.Cleanup(c.Close)
	return c
}

func remote(e *peertest.Eden) peer.Remote {
	return peer.Remote{RepositoryID: "r1", BaseURL: e.URL(), SiteUUID: siteUUID, SiteName: "notebook", CACertificates: e.CA()}
}

// office is a record with this uid.
func office(uid string) peertest.Record {
	return peertest.Record{Resource: "org_office", UID: uid, ModifiedOn: at, Content: `<data field="name">Höhenweg ✓</data>`}
}

func pullAll(t *testing.T, c *peer.Client, r peer.Remote, req peer.PullRequest) (string, *peer.PullResponse, error) {
	t.Helper()
	res, err := c.Pull(t.Context(), r, req)
	if err != nil {
		return "", nil, err
	}
	defer shut(t, res.Body)
	text, err := io.ReadAll(res.Body)
	return string(text), res, err
}

// failure is the error as *peer.Error; the test ends if it is none.
func failure(t *testing.T, err error) *peer.Error {
	t.Helper()
	var e *peer.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want a *peer.Error", err)
	}
	return e
}

// wantReason demands a reason, words and advice, and returns the error as a value for closer looks.
func wantReason(t *testing.T, err error, reason string) peer.Error {
	t.Helper()
	e := failure(t, err)
	if e.Reason != reason {
		t.Fatalf("got reason %s (%s), want %s", e.Reason, e.Message, reason)
	}
	if e.Fix == "" || e.Message == "" {
		t.Errorf("%s comes without message or fix: %+v", e.Reason, e)
	}
	return *e
}

func document(elements string) []byte {
	return []byte("<?xml version='1.0' encoding='utf-8'?>\n<s3xml>" + elements + "</s3xml>")
}

func push(ctx context.Context, c *peer.Client, r peer.Remote, body []byte) (*peer.PushAnswer, error) {
	return c.Push(ctx, r, peer.PushRequest{Resource: "org_office", Body: body, Records: 1})
}

func shut(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
