package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// many are n other organisations, which fill documents and pages.
func (s *site) many(n int) {
	s.t.Helper()
	elements := make([]string, n)
	for i := range elements {
		elements[i] = org(fmt.Sprint("r", i), "R", early)
	}
	s.take("", "file", document(elements...))
}

// take imports a document of a repository.
func (s *site) take(repository, request, doc string) {
	s.t.Helper()
	in := transfer.Import{Repository: transfer.Repository{ID: repository}, Resource: orgs, Rule: newer, RequestID: request}
	if _, err := s.Import(s.t.Context(), in, strings.NewReader(doc)); err != nil {
		s.t.Fatal(err)
	}
}

// A tree that the repository changes while ours is on its way comes behind what is said then. What we have changed in it is said all the same.
func TestEditsInTreesThatTheRepositoryChangesGoOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		a.take("eden", "k1", document(with("m", branchAs(early, "Branch", ""))))
		remote, once := &scripted{}, true
		a.remote = remote
		a.sync("eden", transfer.Done)
		a.many(1000)
		a.edit("m", "M, edited")
		remote.answer = func(string) (*engine.PushAnswer, error) {
			if once {
				once = false
				a.take("eden", "k2", document(with("m", branchAs(later, "Branch, changed there", ""))))
			}
			return &engine.PushAnswer{}, nil
		}
		a.sync("eden", transfer.Done)
		a.sync("eden", transfer.Done)
		if all := strings.Join(remote.pushed, ""); strings.Count(all, "M, edited") != 1 {
			t.Errorf("said %d times", strings.Count(all, "M, edited"))
		}
	})
}

// A push that breaks off has said the trees up to its cursor as they were. What stands in a tree that comes later was not said, however old it is.
func TestWhatABrokenPushHasNotSaidIsNotSeen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, rule(policy.Newer, policy.This))
		remote := &scripted{docs: []string{document(with("m", branchAs(early, "Branch", "")))}}
		a.remote = remote
		a.sync("eden", transfer.Done)
		a.sync("eden", transfer.Done)
		a.clock = a.clock.Add(time.Hour)
		a.edit("m", "M, edited")
		a.many(1000)
		if _, err := a.Apply(t.Context(), engine.Edit{Key: branch, Content: named("Branch, edited")}); err != nil {
			t.Fatal(err)
		}
		remote.answer = func(doc string) (*engine.PushAnswer, error) {
			if strings.Contains(doc, "M, edited") {
				return nil, &transfer.RemoteError{Reason: "PEER_UNAVAILABLE", Retry: true, Remote: true, Message: "gone"}
			}
			return &engine.PushAnswer{}, nil
		}
		a.sync("eden", transfer.Failed)
		remote.docs = []string{document(org("m", "Theirs", future))}
		if c := a.tryRun("eden").Totals(); c.Conflict != 1 {
			t.Errorf("%+v", c)
		}
	})
}

// page is what the field gets by a cursor, with the bookmarks in it.
func (s *site) page(after, told int64) (marks []int64, text string) {
	s.t.Helper()
	var doc bytes.Buffer
	out := transfer.Export{RepositoryID: "field", Resource: orgs, ByCursor: true, AfterSeq: after, Told: told, WithDeleted: true}
	out.Cursor = func(seq int64) string {
		marks = append(marks, seq)
		return fmt.Sprint(seq)
	}
	if err := s.Export(s.t.Context(), out, func(engine.Selected) io.Writer { return &doc }); err != nil {
		s.t.Fatal(err)
	}
	return marks, doc.String()
}

// The same of a pull that breaks off behind a bookmark: what follows holds the edit, and until it has come the edit counts as not seen.
func TestABookmarkProvesTreesAsTheyWere(t *testing.T) {
	t.Parallel()
	careful := rule(policy.Newer, policy.This)
	onBoth(t, func(t *testing.T, database string) {
		hub := newSite(t, database, "hub")
		r := hub.repo("field", transfer.ModePull, careful)
		hub.edit("m", "M")
		hub.page(0, -1)
		hub.page(1, 1)
		hub.edit("m", "M, edited")
		hub.many(150)
		hub.take("field", "k1", document(with("m", branchAs(later, "made there", ""))))
		marks, _ := hub.page(1, 1)
		if _, rest := hub.page(marks[0], 1); !strings.Contains(rest, "M, edited") {
			t.Error("it is not behind the bookmark")
		}
		in := transfer.Import{Repository: *r, Resource: orgs, Rule: careful, Complete: true, RequestID: "k2"}
		got, err := hub.Import(t.Context(), in, strings.NewReader(document(org("m", "Theirs", future))))
		if err != nil || got.Counts.Conflict != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
