package engine_test

import (
	"bytes"
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

// ahead is an edensync whose documents are pages, each of which is asked for while the one before is stored.
type ahead struct {
	scripted
	page int
}

func (p *ahead) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	a, err := p.scripted.Pull(ctx, r, q)
	p.page++
	a.Edensync, a.Cursor, a.More = true, fmt.Sprint(p.page), len(p.docs) > 0
	return a, err
}

// A reject is closed by whatever brings its record well: the same document, the next page, or another task.
func TestRejectsCloseWhenTheirRecordArrives(t *testing.T) {
	t.Parallel()
	const never = "half past ten"
	quay := func(at string) string {
		return `<resource name="gis_location" uuid="urn:quay" mci="1" modified_on="` + at + `"><data field="name">Quay</data></resource>`
	}
	refers := `<resource name="org_organisation" uuid="urn:x" modified_on="` + early + `"><data field="name">X</data>` +
		`<reference field="location_id" resource="gis_location" uuid="urn:quay"/></resource>`
	onBoth(t, func(t *testing.T, database string) {
		for about, remote := range map[string]engine.Remote{
			"the same document": &scripted{docs: []string{document(org("x", "Bad", never), org("x", "Good", early))}},
			"the next page":     &ahead{scripted: scripted{docs: []string{document(org("x", "Bad", never)), document(org("x", "Good", early))}}},
			"another task":      &scripted{docs: []string{document(refers, quay(never)), document(quay(early))}},
		} {
			a := newSite(t, database, "a")
			r := a.repo("eden", transfer.ModePull, newer)
			r.Tasks = append(r.Tasks, transfer.Task{Resource: locations, Mode: transfer.ModePull, Rule: newer})
			a.remote = remote
			a.sync("eden", transfer.DoneWithWarnings)
			if r := a.rejects(); len(r) != 1 || r[0].State != transfer.Closed {
				t.Errorf("%s: %+v", about, r)
			}
		}
	})
}

// refuses is the answer of an Eden that does not take a record.
func refuses(string) (*engine.PushAnswer, error) {
	return &engine.PushAnswer{Rejected: []engine.Refusal{{Key: organisation("x"), Message: "no"}}}, nil
}

// What the remote has refused it has not seen, although the cursor has passed it: a later change there meets ours as a conflict.
func TestWhatWasRefusedIsNotSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, rule(policy.Newer, policy.This))
		remote := &scripted{docs: []string{document(org("x", "Agreed", early))}, answer: refuses}
		a.remote = remote
		a.sync("eden", transfer.Done)
		a.edit("x", "Ours")
		a.sync("eden", transfer.DoneWithWarnings)
		remote.docs = []string{document(org("x", "Theirs", future))}
		if c := a.tryRun("eden").Totals(); c.Conflict != 1 || a.show() != "x=Ours" {
			t.Errorf("%+v, %s", c, a.show())
		}
	})
}

// forgetful loses the first answer to each push, as a bad line does: the same request comes again.
type forgetful struct{ *direct }

func (f *forgetful) Push(ctx context.Context, _ transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	in := transfer.Import{Repository: *f.to.repos[f.from.name], Resource: q.Task.Resource, Rule: newer, Complete: true, RequestID: q.Key, Position: q.Position}
	body := bytes.ReplaceAll(q.Body, []byte("urn:x"), bytes.Repeat([]byte("x"), 200)) // nobody can have such a uid
	var got *transfer.Imported
	for range 2 {
		var err error
		if got, err = f.to.Import(ctx, in, bytes.NewReader(body)); err != nil {
			return nil, err
		}
	}
	a := &engine.PushAnswer{Records: got.Masters, Position: got.Position, Counts: &got.Counts, Edensync: true}
	for _, it := range got.Items {
		a.Rejected = append(a.Rejected, engine.Refusal{Key: organisation("x"), Message: it.Message})
	}
	return a, nil
}

// The answer to a push that was made already says of each record what the lost one said.
func TestALostAnswerIsSaidAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, b := newSite(t, database, "a"), newSite(t, database, "b")
		a.repo("b", transfer.ModePush, newer)
		b.repo("a", transfer.ModePull, newer)
		a.remote = &forgetful{&direct{from: a, to: b}}
		a.edit("x", "X")
		run := a.sync("b", transfer.DoneWithWarnings)
		again, err := a.store.Resends(t.Context(), "b", orgs, 10)
		if err != nil || len(again) != 1 || run.Totals().Accepted != 0 {
			t.Errorf("%v is to be said again, %v, %+v", again, err, run.Totals())
		}
	})
}
