package service_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// The Edens around the hub of these tests are repositories under the uuids that they send.
func (c *config) GetExchangeByUuid(_ context.Context, in *configv1.GetExchangeByUuidRequest, _ ...grpc.CallOption) (*configv1.Exchange, error) {
	name, ok := strings.CutPrefix(in.GetRepositoryUuid(), "urn:uuid:eden-")
	if !ok {
		return nil, apierr.NotFound("repository", in.GetRepositoryUuid())
	}
	accept := true
	return &configv1.Exchange{Repository: &configv1.Repository{Id: name, Name: name, Uuid: in.GetRepositoryUuid(), AcceptPushes: &accept}}, nil
}

func (c *config) AuthenticatePeer(ctx context.Context, in *configv1.AuthenticatePeerRequest, _ ...grpc.CallOption) (*configv1.AuthenticatePeerResponse, error) {
	return peerOf(in.GetUsername(), known(c.GetExchangeByUuid(ctx, byUUID(in)))), nil
}

func byUUID(in *configv1.AuthenticatePeerRequest) *configv1.GetExchangeByUuidRequest {
	return &configv1.GetExchangeByUuidRequest{RepositoryUuid: in.GetRepositoryUuid()}
}

// known is nil if there is none.
func known(x *configv1.Exchange, err error) *configv1.Exchange {
	if err != nil {
		return nil
	}
	return x
}

func peerOf(username string, x *configv1.Exchange) *configv1.AuthenticatePeerResponse {
	return &configv1.AuthenticatePeerResponse{Username: username, Role: configv1.Role_ROLE_PEER, Exchange: x}
}

// activeEden calls a hub as a real Eden does: it pushes all that it has each time, and pulls from the youngest time of
// the last document that it imported plus one second.
type activeEden struct {
	t       *testing.T
	name    string
	hub     string
	records map[string]edenRecord
	since   time.Time
}

type edenRecord struct {
	UID      string    `xml:"uuid,attr"`
	Modified string    `xml:"modified_on,attr"`
	Deleted  string    `xml:"deleted,attr"`
	Data     []dataTag `xml:"data"`
}

type dataTag struct {
	Field string `xml:"field,attr"`
	Text  string `xml:",chardata"`
}

func newActiveEden(t *testing.T, hub, name string) *activeEden {
	t.Helper()
	t.Helper()
	return &activeEden{t: t, name: name, hub: hub, records: map[string]edenRecord{}}
}

const edenTime = "2006-01-02T15:04:05"

func (e *activeEden) edit(uid, name string, at time.Time) {
	e.records[uid] = edenRecord{UID: uid, Modified: at.Format(edenTime), Data: []dataTag{{"name", name}}}
}

func (e *activeEden) remove(uid string, at time.Time) {
	e.records[uid] = edenRecord{UID: uid, Modified: at.Format(edenTime), Deleted: "True"}
}

func (e *activeEden) call(method, query, body string) []byte {
	e.t.Helper()
	address := e.hub + "/eden/sync/sync.xml?resource=org_office&repository=" + url.QueryEscape("urn:uuid:eden-"+e.name) + query
	req, err := http.NewRequestWithContext(e.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	req.SetBasicAuth(e.name, "secret")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		e.t.Fatalf("%s %s: %v, %s: %s", method, address, err, answer.Status, text)
	}
	return text
}

func (e *activeEden) push() {
	e.t.Helper()
	doc := `<?xml version='1.0' encoding='utf-8'?><s3xml>`
	for _, r := range e.records {
		if r.Deleted != "" {
			doc += fmt.Sprintf(`<resource name="org_office" uuid=%q modified_on=%q deleted="True"/>`, r.UID, r.Modified)
			continue
		}
		doc += fmt.Sprintf(`<resource name="org_office" uuid=%q mci="1" created_on=%[2]q modified_on=%[2]q><data field="name">%[3]s</data></resource>`,
			r.UID, r.Modified, r.Data[0].Text)
	}
	e.call(http.MethodPost, "&strategy=create,update,delete,merge&update_policy=NEWER&conflict_policy=NEWER", doc+"</s3xml>")
}

// ask sends a pull and gives the records of the answer; nothing is imported yet.
func (e *activeEden) ask() []edenRecord {
	e.t.Helper()
	query := "&mcomponents=None&include_deleted=True"
	if !e.since.IsZero() {
		query = "&msince=" + e.since.Format(edenTime) + query
	}
	var doc struct {
		Resources []edenRecord `xml:"resource"`
	}
	if err := xml.Unmarshal(e.call(http.MethodGet, query, ""), &doc); err != nil {
		e.t.Fatal(err)
	}
	return doc.Resources
}

// pull imports what has changed and tells how many records came. EDEN: the next msince comes from this document alone,
// so it goes back when only old records came.
func (e *activeEden) pull() int {
	e.t.Helper()
	records := e.ask()
	youngest := time.Time{}
	for _, r := range records {
		at, err := time.Parse(edenTime, r.Modified)
		if err != nil {
			e.t.Fatal(err)
		}
		if at.After(youngest) {
			youngest = at
		}
		if mine, ok := e.records[r.UID]; !ok || mine.Modified <= r.Modified {
			e.records[r.UID] = r
		}
	}
	if len(records) > 0 {
		e.since = youngest.Add(time.Second)
	}
	return len(records)
}

func (e *activeEden) show() string {
	var out []string
	for uid, r := range e.records {
		switch {
		case r.Deleted != "":
			out = append(out, uid+"=-")
		case len(r.Data) > 0:
			out = append(out, uid+"="+r.Data[0].Text)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Three Edens around a hub: what b changed at ten reaches the hub at one, and c, which pulled at noon, gets it all the
// same, also when the answer that brought it was lost.
func TestLateArrivalAmongEdens(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s := start(t, engine)
		server := httptest.NewServer(s.service.PeerHandler())
		defer server.Close()
		b, c, d := newActiveEden(t, server.URL, "b"), newActiveEden(t, server.URL, "c"), newActiveEden(t, server.URL, "d")
		ten, noon := at.Add(time.Hour), at.Add(3*time.Hour)
		d.edit("urn:uuid:early", "made at noon", noon)
		d.edit("urn:uuid:shared", "first", at)
		d.push()
		if n := c.pull(); n != 2 {
			t.Fatalf("the first pull brought %d records", n)
		}
		c.pull()

		b.edit("urn:uuid:late", "made at ten", ten)
		b.edit("urn:uuid:shared", "changed at ten", ten)
		b.push()
		if lost := c.ask(); len(lost) != 2 {
			t.Fatalf("%d late records in the answer that is lost, want 2: %v", len(lost), lost)
		}
		want := "urn:uuid:early=made at noon urn:uuid:late=made at ten urn:uuid:shared=changed at ten"
		if c.pull(); c.show() != want {
			t.Fatalf("c has %s\nwant %s", c.show(), want)
		}

		b.remove("urn:uuid:late", ten.Add(time.Minute))
		b.push()
		want = strings.Replace(want, "late=made at ten", "late=-", 1)
		if c.pull(); c.show() != want {
			t.Fatalf("c has %s\nwant %s", c.show(), want)
		}
		for range 3 {
			c.pull()
		}
		if n := c.pull(); n != 0 {
			t.Errorf("%d records came again although nothing changes any more", n)
		}
	})
}
