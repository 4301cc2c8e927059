package service_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// element is an office as an Eden writes it.
func element(uid, attrs, name string) string {
	return fmt.Sprintf(`<resource name="org_office" uuid=%q%s><data field="name">%s</data></resource>`, uid, attrs, name)
}

const dated = ` mci="1" created_on="2026-11-21T09:00:00" modified_on="2026-11-21T09:00:00"`

// fine is a record that stands in front of what is bad in a document: it must not be stored either.
var fine = element("urn:uuid:fine", dated, "Well so far")

func s3xml(content ...string) string { return "<s3xml>" + strings.Join(content, "") + "</s3xml>" }

// badDocument is a document that nobody can take, whichever way it comes.
type badDocument struct {
	text   string               // what comes; "" = see stream
	stream func() io.ReadCloser // what comes, if it is too long to be kept
	coding string               // Content-Encoding
	reason apierr.Reason        // why it is refused
	pulled apierr.Reason        // the same in a pull, if it differs: then the answer itself is refused
	state  transferv1.RunState  // of the run that pulls it; 0 = FAILED
	status int                  // of the answer to the peer that pushes it; 0 = 400
	says   string               // in the message, whichever way
}

const bombEntities = `<!DOCTYPE s3xml [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`

var badDocuments = map[string]badDocument{
	"malformed": {
		text: s3xml(fine, `<resource name="org_office" uuid="urn:uuid:b"><data field="name">B</resource>`), reason: apierr.ReasonDocumentMalformed, says: "does not match",
	},
	"truncated":         {text: strings.TrimSuffix(s3xml(fine, element("urn:uuid:b", dated, "B")), "urce></s3xml>"), reason: apierr.ReasonDocumentTruncated, says: "breaks off"},
	"not UTF-8":         {text: s3xml(fine, element("urn:uuid:b", dated, "\xc3\x28")), reason: apierr.ReasonDocumentMalformed, says: "UTF-8"},
	"another encoding":  {text: "<?xml version='1.0' encoding='iso-8859-1'?>" + s3xml(fine), reason: apierr.ReasonDocumentMalformed, says: "iso-8859-1"},
	"document type":     {text: "<!DOCTYPE s3xml SYSTEM 'file:///etc/passwd'>" + s3xml(fine), reason: apierr.ReasonDocumentMalformed, says: "document types"},
	"entity bomb":       {text: bombEntities + s3xml(fine, element("urn:uuid:b", dated, "&c;")), reason: apierr.ReasonDocumentMalformed, says: "document types"},
	"entity of its own": {text: s3xml(fine, element("urn:uuid:b", dated, "&c;")), reason: apierr.ReasonDocumentMalformed, says: "&c;"},
	"100,000 levels": {
		text: s3xml(fine, strings.Repeat(`<resource name="org_office">`, 100_000), strings.Repeat("</resource>", 100_000)), reason: apierr.ReasonDocumentTooLarge, says: "Depth",
	},
	"attribute of 1 GB": {stream: hugeAttribute, reason: apierr.ReasonDocumentTooLarge, says: "TokenBytes"},
	"gzip bomb": {
		text: gzipBomb(), coding: "gzip", reason: apierr.ReasonDocumentTooLarge, pulled: apierr.ReasonPeerAnswerTooLarge,
		state: transferv1.RunState_RUN_STATE_NEEDS_YOU, status: 413, says: fmt.Sprintf("larger than %d bytes", maxBody),
	},
}

// gzipBomb is a small text that becomes twice as large as a document may be.
func gzipBomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	piece := []byte(strings.Repeat("<x/>", 1<<18))
	_, _ = z.Write([]byte("<s3xml>" + fine)) // a buffer in memory takes everything
	for range 2 * maxBody / len(piece) {
		_, _ = z.Write(piece)
	}
	_ = z.Close()
	return b.String()
}

// long is a document of 1 GB that counts how much of it was asked for.
type long struct {
	io.Reader
	read int64
}

func (l *long) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	l.read += int64(n)
	return n, err
}

// Close ends the document.
func (l *long) Close() error { return nil }

// sameByte is an endless text.
type sameByte byte

func (b sameByte) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func hugeAttribute() io.ReadCloser {
	return &long{Reader: io.MultiReader(
		strings.NewReader("<s3xml>"+fine+`<resource name="org_office" uuid="`), io.LimitReader(sameByte('x'), 1<<30), strings.NewReader(`"/></s3xml>`),
	)}
}

func (d badDocument) open() io.ReadCloser {
	if d.stream != nil {
		return d.stream()
	}
	return io.NopCloser(strings.NewReader(d.text))
}

// fault answers a pull with the document, as long as somebody reads it.
func (d badDocument) fault(t *testing.T) peertest.Fault {
	t.Helper()
	return func(x *peertest.Exchange) {
		x.Writer.Header().Set("Content-Type", "text/xml")
		if d.coding != "" {
			x.Writer.Header().Set("Content-Encoding", d.coding)
		}
		sent, _ := io.Copy(x.Writer, d.open()) // ends when the client hangs up
		if sent > 4*maxBody {
			t.Errorf("%d bytes were read of a document that is refused", sent)
		}
	}
}

// held is what a site has of a resource, as uid → state.
func (s *site) held(t *testing.T) map[string]string {
	t.Helper()
	page, err := s.records.ListRecords(as(t, "VIEWER"), &transferv1.ListRecordsRequest{ResourceName: "org_office", PageSize: 500, IncludeDeleted: true})
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]string{}
	for _, r := range page.GetRecords() {
		held[r.GetUid()] = r.GetHash() + " " + r.GetEtag()
	}
	return held
}

// acquainted are a site and an Eden that have exchanged one record well.
func acquainted(t *testing.T, engine string) (*site, *peertest.Eden) {
	t.Helper()
	eden := peertest.Start(t).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
	eden.Put(office("urn:uuid:1", "Harbour", at))
	s := start(t, engine)
	if run := s.synchronize(t, s.add(eden.URL(), "sync", "secret")); run.GetState() != transferv1.RunState_RUN_STATE_DONE {
		t.Fatalf("the first run: %v", run)
	}
	s.entry(t, auditv1.Mode_MODE_PULL)
	s.entry(t, auditv1.Mode_MODE_PUSH)
	return s, eden
}

// lost looks for what a failed exchange has changed or lost, and whether the next one catches up.
func (s *site) lost(t *testing.T, eden *peertest.Eden, before map[string]string) {
	t.Helper()
	if diff := cmp.Diff(before, s.held(t)); diff != "" {
		t.Errorf("the records were changed:\n%s", diff)
	}
	eden.Put(office("urn:uuid:late", "Late", at.Add(time.Hour)))
	if again := s.synchronize(t, "r1"); again.GetState() != transferv1.RunState_RUN_STATE_DONE {
		t.Errorf("the next run: %v", again)
	}
	after := s.held(t)
	for _, uid := range []string{"urn:uuid:1", "urn:uuid:late"} {
		if after[uid] == "" {
			t.Errorf("%s is missing after the next run: %v", uid, after)
		}
	}
	pulls := eden.Requests(peertest.Pull)
	if bad, next := pulls[1].Query.Get("msince"), pulls[len(pulls)-1].Query.Get("msince"); bad != next {
		t.Errorf("the cursor moved: msince was %q and is %q", bad, next)
	}
}

// Whatever document a remote site answers, the run says what is wrong with it, nothing of it is stored, nothing is
// lost, and the next run works.
func TestBadDocumentsThatArePulled(t *testing.T) {
	t.Parallel()
	for name, d := range badDocuments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, eden := acquainted(t, "sqlite")
			before := s.held(t)
			eden.Always(peertest.Pull, d.fault(t))
			run := s.synchronize(t, "r1")
			state, reason, result := transferv1.RunState_RUN_STATE_FAILED, d.reason, auditv1.Result_RESULT_ERROR
			if d.pulled != "" {
				state, reason, result = d.state, d.pulled, auditv1.Result_RESULT_FATAL
			}
			if run.GetState() != state || run.GetReason() != string(reason) || !strings.Contains(run.GetMessage(), d.says) {
				t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
			}
			entry := s.entry(t, auditv1.Mode_MODE_PULL)
			if entry.GetResult() != result || entry.GetReason() != string(reason) || entry.GetRunId() != run.GetId() || !strings.Contains(entry.GetMessage(), d.says) {
				t.Errorf("log: %v", entry)
			}
			eden.Heal()
			s.lost(t, eden, before)
		})
	}
}

// Documents that are well-formed but odd: every record that can be taken is, and the ledger says what became of the
// others.
func TestOddDocumentsThatArePulled(t *testing.T) {
	t.Parallel()
	future := ` mci="1" modified_on="2100-01-01T00:00:00"`
	for name, c := range map[string]struct {
		text, contentType string
		state             transferv1.RunState
		says              string
		created, rejected int64
		reject            string
	}{
		"duplicate uids": {
			text: s3xml(fine, element("urn:uuid:b", dated, "One"), element("urn:uuid:b", dated, "Another")), state: transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS,
			says: "urn:uuid:b", created: 2, rejected: 1, reject: "DUPLICATE_UID",
		},
		"record without uid": {
			text: s3xml(fine, `<resource name="org_office"`+dated+`><data field="name">Nameless</data></resource>`), state: transferv1.RunState_RUN_STATE_DONE, created: 2,
		},
		"future times": {
			text: s3xml(fine, element("urn:uuid:b", future, "Far away")), state: transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS, says: "dated in the future", created: 2,
		},
		"wrong Content-Type": {text: s3xml(fine), contentType: "application/octet-stream", state: transferv1.RunState_RUN_STATE_DONE, created: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, engine string) {
				s, eden := acquainted(t, engine)
				if c.contentType == "" {
					c.contentType = "text/xml"
				}
				began := time.Now()
				date := began.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
				eden.Times(2, peertest.Pull, peertest.Answer(200, c.contentType, c.text, "Date", date))
				run := s.synchronize(t, "r1")
				counts := run.GetTasks()[0].GetCounts()
				if run.GetState() != c.state || counts.GetCreated() != c.created || counts.GetRejected() != c.rejected || !strings.Contains(run.GetMessage()+run.GetTasks()[0].GetMessage(), c.says) {
					t.Errorf("run: %v", run)
				}
				open, err := s.rejects.ListRejects(as(t, "VIEWER"), &transferv1.ListRejectsRequest{RepositoryId: "r1"})
				if err != nil || int64(len(open.GetRejects())) != c.rejected || c.rejected > 0 && open.GetRejects()[0].GetReason() != c.reject {
					t.Errorf("rejects: %v, %v", open, err)
				}
				first := s.held(t)
				if s.synchronize(t, "r1"); len(s.held(t)) != len(first) || int64(len(first)) != 1+c.created {
					t.Errorf("the same document again made %v of %v", s.held(t), first)
				}
				eden.Put(office("urn:uuid:late", "Late", time.Now().Add(time.Second)))
				s.synchronize(t, "r1")
				if s.held(t)["urn:uuid:late"] == "" {
					t.Error("a later record does not come any more")
				}
			})
		})
	}
}

// What goes wrong around a document.
func TestBadRemotes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		break_ func(s *site, e *peertest.Eden)
		mend   func(s *site, e *peertest.Eden)
		reason apierr.Reason
		says   string
	}{
		"wrong UUID": {
			break_: func(_ *site, e *peertest.Eden) {
				e.Always(peertest.Pull, peertest.Refused(403, "Registration required"))
			},
			reason: apierr.ReasonPeerNotRegistered, says: "Registration required",
		},
		"wrong password": {
			break_: func(_ *site, e *peertest.Eden) { e.RequireUser("sync", "changed") },
			mend:   func(_ *site, e *peertest.Eden) { e.RequireUser("sync", "secret") },
			reason: apierr.ReasonPeerUnauthenticated, says: "Check user name and password",
		},
		"JSON of another program": {
			break_: func(_ *site, e *peertest.Eden) {
				e.Always(peertest.Pull, peertest.Answer(200, "text/xml", `{"hello": "world"}`))
			},
			reason: apierr.ReasonPeerBadAnswer, says: "JSON instead of a document",
		},
		"web page": {
			break_: func(_ *site, e *peertest.Eden) {
				e.Always(peertest.Pull, peertest.Answer(200, "text/xml", `<html><body>Please sign in</body></html>`))
			},
			reason: apierr.ReasonPeerBadAnswer, says: "web page",
		},
		"nothing": {
			break_: func(_ *site, e *peertest.Eden) {
				e.Always(peertest.Pull, peertest.Answer(200, "text/xml", ""))
			},
			reason: apierr.ReasonPeerBadAnswer, says: "No data received",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, eden := acquainted(t, "sqlite")
			before := s.held(t)
			c.break_(s, eden)
			run := s.synchronize(t, "r1")
			if run.GetState() != transferv1.RunState_RUN_STATE_NEEDS_YOU || run.GetReason() != string(c.reason) || !strings.Contains(run.GetMessage(), c.says) {
				t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
			}
			entry := s.entry(t, auditv1.Mode_MODE_PULL)
			if entry.GetResult() != auditv1.Result_RESULT_FATAL || entry.GetReason() != string(c.reason) || !entry.GetRemoteError() {
				t.Errorf("log: %v", entry)
			}
			if eden.Heal(); c.mend != nil {
				c.mend(s, eden)
			}
			s.lost(t, eden, before)
		})
	}
}

// A certificate that has expired is not passed over, and no request with the password reaches such a site.
func TestExpiredCertificate(t *testing.T) {
	t.Parallel()
	known := func(kind peertest.Certificate) *peertest.Eden {
		eden := peertest.StartTLS(t, kind).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
		return eden.Put(office("urn:uuid:1", "Harbour", at))
	}
	expired, valid := known(peertest.Expired), known(peertest.Valid)
	s := start(t, "sqlite")
	trust := func(eden *peertest.Eden) {
		s.add(eden.URL(), "sync", "secret")
		s.mu.Lock()
		defer s.mu.Unlock()
		s.repos["r1"].Repository.CaCertificates = eden.CA()
	}
	trust(expired)
	run := s.synchronize(t, "r1")
	if run.GetState() != transferv1.RunState_RUN_STATE_NEEDS_YOU || run.GetReason() != string(apierr.ReasonPeerTLS) || !strings.Contains(run.GetMessage(), "expired") {
		t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
	}
	if entry := s.entry(t, auditv1.Mode_MODE_PULL); entry.GetResult() != auditv1.Result_RESULT_FATAL || !strings.Contains(entry.GetMessage(), "expired") {
		t.Errorf("log: %v", entry)
	}
	if n := len(expired.Requests(peertest.Any)); n != 0 || len(s.held(t)) != 0 {
		t.Errorf("%d requests reached the site, records: %v", n, s.held(t))
	}
	trust(valid)
	if again := s.synchronize(t, "r1"); again.GetState() != transferv1.RunState_RUN_STATE_DONE || len(s.held(t)) != 1 {
		t.Errorf("with a valid certificate: %v", again)
	}
}

// A push that is sent elsewhere does not go there, is not repeated as a GET, and is said again by the next run.
func TestRedirectOfAPush(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s, eden := acquainted(t, "sqlite")
			elsewhere := peertest.Start(t).Know("org_office")
			eden.Always(peertest.Push, peertest.Redirect(status, elsewhere.URL()+"/sync/sync.xml?resource=org_office"))
			made, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
				ResourceName: "org_office", Fields: []*transferv1.RecordField{{Name: "name", Value: "Made here"}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			run := s.synchronize(t, "r1")
			if run.GetState() != transferv1.RunState_RUN_STATE_NEEDS_YOU || run.GetReason() != string(apierr.ReasonPeerRedirect) {
				t.Errorf("run ended as %s, %s: %s", run.GetState(), run.GetReason(), run.GetMessage())
			}
			if entry := s.entry(t, auditv1.Mode_MODE_PUSH); entry.GetResult() != auditv1.Result_RESULT_FATAL || entry.GetReason() != string(apierr.ReasonPeerRedirect) {
				t.Errorf("log: %v", entry)
			}
			if n := len(elsewhere.Requests(peertest.Any)); n != 0 {
				t.Errorf("%d requests went elsewhere", n)
			}
			eden.Heal()
			if again := s.synchronize(t, "r1"); again.GetState() != transferv1.RunState_RUN_STATE_DONE {
				t.Errorf("the next run: %v", again)
			}
			if _, ok := eden.Record("org_office", made.GetUid()); !ok {
				t.Error("the record was not said again")
			}
		})
	}
}
