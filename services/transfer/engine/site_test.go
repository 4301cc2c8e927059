package engine_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// start is when the clocks of all test sites begin.
var start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// site is one installation: engine and store, a clock that tests move, and remotes that tests connect.
type site struct {
	*engine.Engine
	t      *testing.T
	name   string
	store  *sqlstore.Store
	db     *sqldb.DB
	info   transfer.Site
	clock  time.Time
	passed atomic.Int64 // time that passes while an exchange may be under way, in nanoseconds
	ids    atomic.Int64
	remote engine.Remote
	repos  map[string]*transfer.Repository
}

func newSite(t *testing.T, database, name string) *site {
	t.Helper()
	db := sqldbtest.Copy(t, database, sqlstore.Migrations)
	if err := auditlog.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), "UPDATE change_clock SET epoch = ?", rand.Text()); err != nil { // it is that of all copies
		t.Fatal(err)
	}
	s := &site{t: t, name: name, db: db, clock: start, repos: map[string]*transfer.Repository{}, info: transfer.Site{
		UUID: "urn:uuid:" + name, Name: name, PublicURL: "http://" + name + ".example.org/eden",
		PullOverlap: 2 * time.Second, FullPullInterval: 7 * 24 * time.Hour, MaxClockOffset: time.Minute,
	}}
	s.store = sqlstore.New(db, s.now)
	s.Engine = engine.New(engine.Options{Store: s.store, Remote: s, Sites: s, Now: s.now, NewID: s.id})
	return s
}

func (s *site) now() time.Time { return s.clock.Add(time.Duration(s.passed.Load())) }

func (s *site) id() string {
	return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, s.name, s.ids.Add(1))).String()
}

func (s *site) Site(context.Context) (transfer.Site, error) { return s.info, nil }

func (s *site) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	return s.remote.Pull(ctx, r, q)
}

func (s *site) Push(ctx context.Context, r transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	return s.remote.Push(ctx, r, q)
}

// repo makes a repository with one task.
func (s *site) repo(name string, mode transfer.Mode, rule policy.Rule) *transfer.Repository {
	r := &transfer.Repository{
		ID: name, Name: name, UUID: "urn:uuid:" + name, URL: "http://" + name, AcceptPushes: true,
		Tasks: []transfer.Task{{Resource: "org_organisation", Mode: mode, Rule: rule}},
	}
	s.repos[name] = r
	return r
}

// sync runs one synchronization with a repository and demands its end state.
func (s *site) sync(name string, want transfer.RunState) transfer.Run {
	s.t.Helper()
	run := s.tryRun(name)
	if run.State != want {
		s.t.Fatalf("%s with %s ended as %s (%s), want %s; %+v", s.name, name, run.State, run.Message, want, run.Parts)
	}
	for _, p := range run.Parts {
		if !p.Counts.Closed() {
			s.t.Fatalf("the ledger does not close: %+v", p)
		}
	}
	return run
}

func (s *site) tryRun(name string) transfer.Run {
	s.t.Helper()
	s.clock = s.clock.Add(time.Minute)
	run := transfer.Run{ID: s.id(), RepositoryID: name, RepositoryName: name, Trigger: transfer.Manual, State: transfer.Queued, CreatedAt: s.now()}
	run.RequestID = run.ID
	if _, err := s.store.CreateRun(s.t.Context(), run); err != nil {
		s.t.Fatal(err)
	}
	claimed, lease, err := s.store.Claim(s.t.Context(), "test", time.Minute)
	if err != nil || claimed == nil {
		s.t.Fatalf("claim: %v, %v", claimed, err)
	}
	if _, _, err := s.Execute(s.t.Context(), lease, *claimed, *s.repos[name]); err != nil {
		s.t.Fatal(err)
	}
	done, err := s.store.GetRun(s.t.Context(), run.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// organisation is the key of a record; its uid is a URN, which no site prefixes.
func organisation(uid string) transfer.Key {
	return transfer.Key{Resource: "org_organisation", UID: "urn:" + uid}
}

// edit makes a local edit of an organisation.
func (s *site) edit(uid, name string) *transfer.Record {
	s.t.Helper()
	s.clock = s.clock.Add(time.Minute)
	r, err := s.Apply(s.t.Context(), engine.Edit{
		Key:     organisation(uid),
		Content: s3xml.Content{Fields: []s3xml.Field{{Name: "name", Value: name}}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *site) remove(uid string) {
	s.t.Helper()
	s.clock = s.clock.Add(time.Minute)
	if _, err := s.Apply(s.t.Context(), engine.Edit{Key: organisation(uid), Delete: true}); err != nil {
		s.t.Fatal(err)
	}
}

// show lists all organisations as uid=name, deleted ones with a dash.
func (s *site) show() string {
	s.t.Helper()
	records, _, err := s.store.ListRecords(s.t.Context(), transfer.RecordFilter{Resource: "org_organisation", WithDeleted: true}, transfer.Page{Size: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for i := range records {
		content, err := s3xml.ParseBody(records[i].Body)
		if err != nil {
			s.t.Fatal(err)
		}
		name := "-"
		if f := content.Field("name"); f != nil && !records[i].Deleted {
			name = f.Value
		}
		out = append(out, strings.TrimPrefix(records[i].UID, "urn:")+"="+name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (s *site) items(f transfer.ItemFilter) []*transfer.Item {
	s.t.Helper()
	items, _, err := s.store.ListItems(s.t.Context(), f, transfer.Page{Size: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	return items
}

// direct connects two sites without HTTP, as two edensyncs talk or, with eden set, as an Eden would be talked to.
type direct struct {
	from, to *site
	eden     bool
	filters  []transfer.Filter // of what is pulled
}

func (d *direct) Pull(ctx context.Context, _ transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	out := transfer.Export{RepositoryID: d.from.name, Resource: q.Task.Resource, Since: q.Since, Filters: d.filters, WithDeleted: true}
	if !d.eden {
		out.Since, out.ByCursor, out.Position = time.Time{}, true, q.Position
		out.Brief = q.Brief
		out.Cursor = func(seq int64) string { return fmt.Sprint(seq) }
		if _, err := fmt.Sscanf("0"+q.Cursor, "%d", &out.AfterSeq); err != nil {
			return nil, err
		}
	}
	var doc bytes.Buffer
	answer := &engine.PullAnswer{Bytes: func() int64 { return int64(doc.Len()) }, Date: d.to.now(), Edensync: !d.eden, Whole: true}
	err := d.to.Export(ctx, out, func(s engine.Selected) io.Writer {
		answer.Cursor, answer.More = fmt.Sprint(s.UpTo), s.More
		return &doc
	})
	answer.Body = io.NopCloser(&doc)
	return answer, err
}

func (d *direct) Push(ctx context.Context, _ transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	repo, ok := d.to.repos[d.from.name]
	if !ok {
		repo = &transfer.Repository{ID: d.from.name, Name: d.from.name}
	}
	rule := q.Task.Rule.Inverted()
	if task, ok := repo.Task(q.Task.Resource); ok {
		rule = task.Rule
	}
	in := transfer.Import{Repository: *repo, Resource: q.Task.Resource, Rule: rule, Complete: !d.eden, Brief: q.Brief, RequestID: q.Key}
	if !d.eden {
		in.Position = q.Position
	}
	imported, err := d.to.Import(ctx, in, bytes.NewReader(q.Body))
	if apierr.ReasonOf(err) == apierr.ReasonPushBrief {
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Remote: true, Status: http.StatusConflict, Message: err.Error()}
	}
	if err != nil {
		return nil, err
	}
	return &engine.PushAnswer{Records: imported.Masters, Position: imported.Position, Counts: &imported.Counts, Bytes: int64(len(q.Body)), Edensync: !d.eden}, nil
}

// scripted answers pulls with given documents, one after the other, and keeps what was asked and pushed.
type scripted struct {
	docs   []string
	asked  []engine.PullRequest
	pushed []string
	answer func(doc string) (*engine.PushAnswer, error)
	date   time.Time
}

func (s *scripted) Pull(_ context.Context, _ transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	s.asked = append(s.asked, q)
	doc := `<s3xml success="false" results="0"/>`
	if len(s.docs) > 0 {
		doc, s.docs = s.docs[0], s.docs[1:]
	}
	return &engine.PullAnswer{Body: io.NopCloser(strings.NewReader(doc)), Bytes: func() int64 { return int64(len(doc)) }, Date: s.date, Whole: true}, nil
}

func (s *scripted) Push(_ context.Context, _ transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	s.pushed = append(s.pushed, string(q.Body))
	if s.answer != nil {
		return s.answer(string(q.Body))
	}
	return &engine.PushAnswer{Records: int64(q.Records), Updated: q.Records}, nil
}

// org is an element as an Eden sends it.
func org(uid, name, modified string) string {
	return fmt.Sprintf(`<resource name="org_organisation" uuid="urn:%s" mci="1" created_on="2026-01-01T00:00:00" modified_on=%q><data field="name">%s</data></resource>`, uid, modified, name)
}

func document(elements ...string) string {
	return `<?xml version='1.0' encoding='utf-8'?><s3xml success="true" results="1">` + strings.Join(elements, "") + `</s3xml>`
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	for _, database := range sqldbtest.Engines {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			test(t, database)
		})
	}
}

var newer = policy.Default()
