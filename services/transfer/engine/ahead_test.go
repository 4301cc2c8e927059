package engine_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// paged is an edensync that has a document behind each cursor; its cursors are c1, c2, ….
type paged struct {
	t     *testing.T
	pages []string
	fails func(q engine.PullRequest) error

	mu    sync.Mutex
	asked []string
	open  int
}

func (p *paged) Pull(_ context.Context, _ transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, fmt.Sprintf("%s ahead=%t seen=%s", q.Cursor, q.Ahead, q.Seen))
	if p.fails != nil {
		if err := p.fails(q); err != nil {
			return nil, err
		}
	}
	n := 0
	if q.Cursor != "" {
		if _, err := fmt.Sscanf(q.Cursor, "c%d", &n); err != nil {
			return nil, err
		}
	}
	p.open++
	doc := p.pages[n]
	return &engine.PullAnswer{
		Body:  &counted{Reader: strings.NewReader(doc), of: p},
		Bytes: func() int64 { return int64(len(doc)) }, Edensync: true,
		Cursor: fmt.Sprintf("c%d", n+1), More: n+1 < len(p.pages),
	}, nil
}

func (p *paged) Push(context.Context, transfer.Repository, engine.PushRequest) (*engine.PushAnswer, error) {
	p.t.Error("nothing is to be pushed")
	return &engine.PushAnswer{}, nil
}

// counted is a body that is missed when it is not closed.
type counted struct {
	io.Reader
	of *paged
}

func (c *counted) Close() error {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.of.open--
	return nil
}

func TestNextPageIsAskedForAhead(t *testing.T) {
	t.Parallel()
	page := func(uid string) string { return document(org(uid, uid, "2026-11-01T00:00:00")) }
	unreachable := &transfer.RemoteError{Reason: string(apierr.ReasonPeerUnavailable), Retry: true, Message: "away"}
	for _, c := range []struct {
		name    string
		pages   []string
		fails   func(q engine.PullRequest) error
		state   transfer.RunState
		asked   []string
		perhaps string // is asked if the request is made before it is given up
		show    string
		cursor  string
	}{
		{
			name: "one page", pages: []string{page("a")}, state: transfer.Done, show: "a=a", cursor: "c1",
			asked: []string{" ahead=false seen="},
		},
		{
			name: "what is stored is told beside the cursor", pages: []string{page("a"), page("b"), page("c")}, state: transfer.Done,
			asked: []string{" ahead=false seen=", "c1 ahead=true seen=", "c2 ahead=true seen=c1"}, show: "a=a b=b c=c", cursor: "c3",
		},
		{
			name: "a page that breaks off drops the one behind it", pages: []string{page("a"), page("b")[:200], page("c")},
			state: transfer.Failed, asked: []string{" ahead=false seen=", "c1 ahead=true seen="}, perhaps: "c2 ahead=true seen=c1", show: "a=a", cursor: "c1",
		},
		{
			name: "what fails ahead is asked for again", pages: []string{page("a"), page("b")}, state: transfer.Done,
			fails: func(q engine.PullRequest) error {
				if q.Ahead {
					return unreachable
				}
				return nil
			},
			asked: []string{" ahead=false seen=", "c1 ahead=true seen=", "c1 ahead=false seen="}, show: "a=a b=b", cursor: "c2",
		},
		{
			name: "and fails the run if it fails again", pages: []string{page("a"), page("b")}, state: transfer.Failed,
			fails: func(q engine.PullRequest) error {
				if q.Cursor != "" {
					return unreachable
				}
				return nil
			},
			asked: []string{" ahead=false seen=", "c1 ahead=true seen=", "c1 ahead=false seen="}, show: "a=a", cursor: "c1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, sqldbtest.Engines[0], "field")
			remote := &paged{t: t, pages: c.pages, fails: c.fails}
			s.remote = remote
			s.repo("hub", transfer.ModePull, policy.Default())
			s.sync("hub", c.state)
			cursor, err := s.store.Cursor(t.Context(), "hub", "org_organisation")
			if err != nil {
				t.Fatal(err)
			}
			asked := slices.DeleteFunc(remote.asked, func(q string) bool { return q == c.perhaps })
			if diff := cmp.Diff(c.asked, asked); diff != "" || s.show() != c.show || cursor.PullToken != c.cursor || remote.open != 0 {
				t.Errorf("%s\nthe site has %q, cursor %q; %d answers were not closed", diff, s.show(), cursor.PullToken, remote.open)
			}
		})
	}
}

// Only what a peer has stored counts as seen by it: else a change that it makes without knowledge of ours would not be
// a conflict.
func TestAskingAheadProvesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, sqldbtest.Engines[0], "hub")
	s.edit("a", "a")
	last := s.edit("b", "b").Seq
	for _, c := range []struct {
		name string
		x    transfer.Export
		want int64
	}{
		{"nothing stored", transfer.Export{AfterSeq: last, Ahead: true}, 0},
		{"a part stored", transfer.Export{AfterSeq: last, Ahead: true, SeenSeq: last - 1}, last - 1},
		{"more than asked for", transfer.Export{AfterSeq: last - 1, Ahead: true, SeenSeq: last + 5}, last - 1},
		{"not ahead", transfer.Export{AfterSeq: last}, last},
	} {
		c.x.RepositoryID, c.x.Resource, c.x.ByCursor = "field", "org_organisation", true
		if err := s.Export(t.Context(), c.x, func(engine.Selected) io.Writer { return io.Discard }); err != nil {
			t.Fatal(err)
		}
		cursor, err := s.store.Cursor(t.Context(), "field", "org_organisation")
		if err != nil || cursor.SyncSeq != c.want {
			t.Errorf("%s: the field site counts as having seen up to %d, want %d, %v", c.name, cursor.SyncSeq, c.want, err)
		}
	}
}
