package engine_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// The tests named after a number, such as TRF045, show the statement of that number in the interoperability
// checklist, which e2e/checklist lists. This file holds what they share.

// The names of tables in these tests.
const (
	orgs      = "org_organisation"
	offices   = "org_office"
	locations = "gis_location"
)

// pullsFrom makes a site with a repository "eden" that it only pulls from.
func pullsFrom(t *testing.T, database string, rule policy.Rule) *site {
	t.Helper()
	a := newSite(t, database, "a")
	a.repo("eden", transfer.ModePull, rule)
	a.remote = &scripted{}
	return a
}

// feed lets the site pull documents, one run for each, and returns the last run. Rejects and warnings are no failure.
func (s *site) feed(docs ...string) transfer.Run {
	s.t.Helper()
	var run transfer.Run
	for _, doc := range docs {
		s.remote.(*scripted).docs = []string{doc}
		run = s.tryRun("eden")
		if run.State != transfer.Done && run.State != transfer.DoneWithWarnings {
			s.t.Fatalf("the pull ended as %s: %s", run.State, run.Message)
		}
		if !run.Totals().Closed() {
			s.t.Fatalf("the ledger does not close: %+v", run.Parts)
		}
	}
	return run
}

// agree lets the repository see what was edited here until now: it does not count as changed any more.
func (s *site) agree() { s.t.Helper(); s.pulledBy("eden") }

// get reads an organisation that must be there.
func (s *site) get(uid string) transfer.History {
	s.t.Helper()
	h, err := s.store.GetRecord(s.t.Context(), organisation(uid))
	if err != nil {
		s.t.Fatalf("%s: %v", uid, err)
	}
	return h
}

// has tells whether a record, deleted or not, is stored.
func (s *site) has(resource, uid string) bool {
	s.t.Helper()
	records, err := s.store.Records(s.t.Context(), []transfer.Key{{Resource: resource, UID: uid}})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(records) == 1
}

// field is the value of a field of the organisation u; <absent> if it has none.
func (s *site) field(name string) string {
	s.t.Helper()
	content, err := s3xml.ParseBody(s.get("u").Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if f := content.Field(name); f != nil {
		return f.Value
	}
	return "<absent>"
}

// put makes a local edit with any content.
func (s *site) put(key transfer.Key, content s3xml.Content) *transfer.Record {
	s.t.Helper()
	s.clock = s.clock.Add(time.Minute)
	r, err := s.Apply(s.t.Context(), engine.Edit{Key: key, Content: content})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// export is the document that an Eden gets. Without a resource it is that of organisations; deletions are in it.
func (s *site) export(x transfer.Export) string {
	s.t.Helper()
	if x.Resource == "" {
		x.Resource = orgs
	}
	x.WithDeleted = true
	var doc bytes.Buffer
	if err := s.Export(s.t.Context(), x, func(engine.Selected) io.Writer { return &doc }); err != nil {
		s.t.Fatal(err)
	}
	return doc.String()
}

// element cuts the element of a record, components included, out of a document; "" if it is not in it.
func element(t *testing.T, doc, uid string) string {
	t.Helper()
	dec := s3xml.NewDecoder(strings.NewReader(doc), s3xml.DefaultLimits())
	if _, err := dec.Document(); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	var el s3xml.Record
	for {
		if err := dec.Next(&el); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Fatalf("%v in %s", err, doc)
			}
			return ""
		}
		if el.UUID == "urn:"+uid {
			return string(s3xml.AppendRecord(nil, &el))
		}
	}
}

// log reads the entries that runs wrote, oldest first.
func (s *site) log() []*auditv1.LogEntry {
	s.t.Helper()
	var bodies [][]byte
	if err := s.db.Select(s.t.Context(), &bodies, "SELECT body FROM audit_outbox ORDER BY id"); err != nil {
		s.t.Fatal(err)
	}
	entries := make([]*auditv1.LogEntry, len(bodies))
	for i, body := range bodies {
		entries[i] = &auditv1.LogEntry{}
		if err := proto.Unmarshal(body, entries[i]); err != nil {
			s.t.Fatal(err)
		}
	}
	return entries
}

// el is an organisation as an Eden sends it, with any attributes and content.
func el(uid, attrs, content string) string {
	return `<resource name="org_organisation" uuid="urn:` + uid + `" ` + attrs + `>` + content + `</resource>`
}

// at is a modified_on attribute with mci 1.
func at(time string) string { return `mci="1" modified_on="` + time + `"` }

// Times of versions: before all local edits, and after them.
const (
	early  = "2026-11-22T09:00:00"
	later  = "2026-11-22T10:00:00"
	future = "2026-11-23T22:00:00"
)

func name(text string) string { return `<data field="name">` + text + `</data>` }

func rule(update, conflict policy.Policy) policy.Rule {
	return policy.Rule{Strategy: policy.All, Update: update, Conflict: conflict}
}

// desk is a remote that notes the order of requests and fails where it is told to.
type desk struct {
	scripted
	order []string
	fail  map[string]error // by request, such as "pull org_office"
}

func (d *desk) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	request := "pull " + q.Task.Resource
	d.order = append(d.order, request)
	if err := d.fail[request]; err != nil {
		return nil, err
	}
	return d.scripted.Pull(ctx, r, q)
}

func (d *desk) Push(ctx context.Context, r transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	request := "push " + q.Task.Resource
	d.order = append(d.order, request)
	if err := d.fail[request]; err != nil {
		return nil, err
	}
	return d.scripted.Push(ctx, r, q)
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in %s", part, text)
		}
	}
}

func mustNotContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s is in %s", part, text)
		}
	}
}

// importFrom receives documents that another repository pushes.
func (s *site) importFrom(repo transfer.Repository, rule policy.Rule, docs ...string) {
	s.t.Helper()
	for _, doc := range docs {
		in := transfer.Import{Repository: repo, Resource: orgs, Rule: rule, RequestID: s.id()}
		if _, err := s.Import(s.t.Context(), in, strings.NewReader(doc)); err != nil {
			s.t.Fatal(err)
		}
	}
}

// named is a content that is only a name.
func named(text string) s3xml.Content {
	return s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: text}}}
}
