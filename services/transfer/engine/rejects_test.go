package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

func (s *site) rejects() []*transfer.Item {
	s.t.Helper()
	return s.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Rejected}})
}

// A reject that is tried again is the same record as before: what its document said of its identity is kept with it.
func TestRejectsStayTheirRecords(t *testing.T) {
	t.Parallel()
	from := func(domain, element string) string {
		return strings.Replace(document(element), "<s3xml ", "<s3xml "+domain+" ", 1)
	}
	const bad = `<resource name="org_organisation" %s mci=%q modified_on="` + later + `"><data field="name">Camp &amp; Co</data></resource>`
	onBoth(t, func(t *testing.T, database string) {
		for about, c := range map[string]struct{ domain, identity, uid string }{
			"a plain uid of another domain": {domain: `domain="relief1"`, identity: `uuid="camp"`, uid: "relief1/camp"},
			"a temporary identifier":        {identity: `tuid="7"`},
		} {
			a := pullsFrom(t, database, newer)
			a.feed(from(c.domain, fmt.Sprintf(bad, c.identity, "many")), document(), document())
			r := a.rejects()
			if len(r) != 1 || r[0].Attempts != 3 || r[0].State != transfer.Open || c.uid != "" && r[0].Key.UID != c.uid {
				t.Fatalf("%s: %d rejects, the first one %+v", about, len(r), r[0])
			}
			if c.uid == "" {
				continue
			}
			a.feed(from(c.domain, fmt.Sprintf(bad, c.identity, "1")))
			if r := a.rejects(); len(r) != 1 || r[0].State != transfer.Closed {
				t.Errorf("%s: mended, but %+v", about, r[0])
			}
		}
	})
}

// twice is an edensync that sends the same record twice in one document.
type twice struct {
	scripted
	docs []string
}

func (s *twice) Pull(context.Context, transfer.Repository, engine.PullRequest) (*engine.PullAnswer, error) {
	doc := `<s3xml success="false" results="0"/>`
	if len(s.docs) > 0 {
		doc, s.docs = s.docs[0], s.docs[1:]
	}
	return &engine.PullAnswer{
		Body: io.NopCloser(strings.NewReader(doc)), Bytes: func() int64 { return int64(len(doc)) }, Whole: true, Edensync: true, Cursor: "c",
	}, nil
}

// Of two versions of a record in one document the first one counts. The second one is kept, runs leave it alone, and who retries it by hand
// gets just that version.
func TestTheOtherOfTwoVersionsIsKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		first := el("u", at(early), name("First")+`<data field="phone">112</data>`)
		second := el("u", at(later), name("Second"))
		a.remote = &twice{docs: []string{document(first, second)}}
		a.sync("eden", transfer.DoneWithWarnings)
		a.sync("eden", transfer.Done)
		r := a.rejects()
		if len(r) != 1 || r[0].Reason != transfer.RejectDuplicate || !strings.Contains(string(r[0].Incoming.XML), "Second") || a.show() != "u=First" {
			t.Fatalf("%s, rejects %+v", a.show(), r)
		}
		if err := a.Retry(t.Context(), r[0], *a.repos["eden"]); err != nil {
			t.Fatal(err)
		}
		if body := string(a.get("u").Body); a.show() != "u=Second" || strings.Contains(body, "112") {
			t.Errorf("%s: %s", a.show(), body)
		}
		if r := a.rejects(); len(r) != 1 || r[0].State != transfer.Closed {
			t.Errorf("retried, but %+v", r)
		}
	})
}
