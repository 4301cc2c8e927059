package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

func TestTRF005_TRF006_WhenMsinceIsSent(t *testing.T) {
	t.Parallel()
	for update, sent := range map[policy.Policy]bool{policy.Newer: true, policy.Master: true, policy.This: false, policy.Other: false} {
		a := pullsFrom(t, "sqlite", rule(update, policy.Newer))
		a.feed(document(org("u", "One", later)), document())
		asked := a.remote.(*scripted).asked
		if !asked[0].Since.IsZero() || asked[1].Since.IsZero() == sent {
			t.Errorf("%s: asked since %s, then since %s", update, asked[0].Since, asked[1].Since)
		}
	}
}

// Credentials that are wrong need somebody, in both directions; the checklist calls that of a pull an error
// (docs/compatibility.md).
func TestTRF011_RefusedCredentials(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		refused := &transfer.RemoteError{Reason: "PEER_FORBIDDEN", Status: 403, Remote: true, Message: "Insufficient Privileges"}
		for _, request := range []string{"pull org_organisation", "push org_organisation"} {
			a, d := twoTasks(t, database)
			d.fail[request] = refused
			run := a.sync("eden", transfer.NeedsYou)
			if n := strings.Count(strings.Join(d.order, " "), request); n != 1 || run.Message != "Insufficient Privileges" {
				t.Errorf("%s was sent %d times: %s", request, n, run.Message)
			}
			for _, e := range a.log() {
				if e.GetResult() != auditv1.Result_RESULT_SUCCESS && (e.GetResult() != auditv1.Result_RESULT_FATAL || !e.GetRemoteError() || e.GetMessage() != "Insufficient Privileges") {
					t.Errorf("%s: log: %v", request, e)
				}
			}
		}
	})
}

func TestTRF013_AnEmptyDocumentMovesNoCursor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		a.feed(document(org("u", "One", later)))
		before, err := a.store.Cursor(t.Context(), "eden", orgs)
		if err != nil {
			t.Fatal(err)
		}
		if run := a.feed(`<s3xml success="false" results="0" domain="e" url="http://e"/>`); run.State != transfer.Done {
			t.Errorf("%s: %s", run.State, run.Message)
		}
		after, err := a.store.Cursor(t.Context(), "eden", orgs)
		if err != nil || !after.PullTime.Equal(before.PullTime) {
			t.Errorf("the cursor went from %s to %s, %v", before.PullTime, after.PullTime, err)
		}
		a.feed(document(org("v", "Two", future)))
		if moved, err := a.store.Cursor(t.Context(), "eden", orgs); err != nil || !moved.PullTime.After(before.PullTime) {
			t.Errorf("a record leaves the cursor at %s, %v", moved.PullTime, err)
		}
	})
}

func TestTRF018_GTW016_BrokenDocumentsMoveNoCursor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		whole := document(org("u", "One", early), org("v", "Two", later))
		for _, doc := range []string{whole[:len(whole)-20], whole[:60], strings.Replace(whole, "</data>", "</date>", 1), ""} {
			a := pullsFrom(t, database, newer)
			remote := a.remote.(*scripted)
			remote.docs = []string{doc}
			a.sync("eden", transfer.Failed)
			if got := a.show(); got != "" {
				t.Errorf("%q stores %s", doc, got)
			}
			if _, err := a.Import(t.Context(), transfer.Import{Resource: orgs, Rule: newer, RequestID: "r"}, strings.NewReader(doc)); err == nil || a.show() != "" {
				t.Errorf("%q pushed: %v, %s", doc, err, a.show())
			}
			if a.feed(whole); a.show() != "u=One v=Two" || !remote.asked[1].Since.IsZero() {
				t.Errorf("afterwards asked since %s: %s", remote.asked[1].Since, a.show())
			}
		}
	})
}

// endless is a document that ends a run while it is read, after some records.
type endless struct {
	large
	scripted
	end context.CancelCauseFunc
}

func (e *endless) Pull(context.Context, transfer.Repository, engine.PullRequest) (*engine.PullAnswer, error) {
	// Near the end, so that at least two batches are stored by then: one more may wait, and one is being read.
	e.look = map[int]func(){e.records * 9 / 10: func() { e.end(engine.ErrTimeout) }}
	return &engine.PullAnswer{Body: io.NopCloser(&e.large), Bytes: func() int64 { return 0 }}, nil
}

func TestSCH012_TRF018_ATimeoutKeepsTheBatchesBefore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		const records = 6 * transfer.BatchRecords // more than are on their way between reading and storing
		a := pullsFrom(t, database, newer)
		a.clock = a.clock.Add(time.Minute)
		run, err := a.store.CreateRun(t.Context(), transfer.Run{RepositoryID: "eden", RepositoryName: "eden", Trigger: transfer.Manual})
		if err != nil {
			t.Fatal(err)
		}
		claimed, lease, err := a.store.Claim(t.Context(), "test", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		a.remote = &endless{large: large{records: records}, end: cancel}
		if _, _, err := a.Execute(ctx, lease, *claimed, *a.repos["eden"]); err != nil {
			t.Fatal(err)
		}
		run, err = a.store.GetRun(t.Context(), run.ID)
		stored := run.Totals().Created
		if err != nil || run.State != transfer.TimedOut || stored == 0 || stored%transfer.BatchRecords != 0 || stored == records {
			t.Errorf("%s with %d records, %v", run.State, stored, err)
		}
		if n, err := a.store.CountTrees(t.Context(), engine.TreeQuery{Resource: orgs, Upto: 1 << 40}); err != nil || n != stored {
			t.Errorf("%d are stored, %v", n, err)
		}
		log := a.log()
		if e := log[len(log)-1]; e.GetResult() != auditv1.Result_RESULT_ERROR || !strings.Contains(e.GetMessage(), "timeout") {
			t.Errorf("log: %v", e)
		}
		if c, err := a.store.Cursor(t.Context(), "eden", orgs); err != nil || !c.PullTime.IsZero() {
			t.Errorf("the cursor is at %s, %v", c.PullTime, err)
		}
		a.remote = &endless{large: large{records: records}, end: func(error) {}}
		again := a.sync("eden", transfer.Done).Totals()
		if again.Unchanged != stored || again.Created != records-stored {
			t.Errorf("the next run: %+v", again)
		}
	})
}

func TestTRF025_ARefusedPushMovesNoCursor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		remote := &scripted{answer: func(string) (*engine.PushAnswer, error) {
			return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Remote: true, Message: "No"}
		}}
		a.remote = remote
		a.edit("u", "One")
		a.sync("eden", transfer.NeedsYou)
		if c, err := a.store.Cursor(t.Context(), "eden", orgs); err != nil || c.PushSeq != 0 {
			t.Errorf("the cursor is at %d, %v", c.PushSeq, err)
		}
		remote.answer = nil
		a.sync("eden", transfer.Done)
		a.sync("eden", transfer.Done)
		if len(remote.pushed) != 2 || remote.pushed[0] != remote.pushed[1] {
			t.Errorf("pushed: %q", remote.pushed)
		}
	})
}

func TestTRF026_RefusedRecordsAreKeptAndSentAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePush, newer)
		remote := &scripted{answer: func(string) (*engine.PushAnswer, error) {
			return &engine.PushAnswer{Created: 1, Rejected: []engine.Refusal{{Key: organisation("bad"), Message: "name: taken"}}}, nil
		}}
		a.remote = remote
		a.edit("good", "Good")
		a.edit("bad", "Bad")
		run := a.sync("eden", transfer.DoneWithWarnings)
		if c := run.Totals(); c.Sent != 2 || c.Accepted != 1 || c.Rejected != 1 || c.Created != 1 {
			t.Errorf("counts: %+v", c)
		}
		items := a.items(transfer.ItemFilter{Direction: transfer.Push})
		if len(items) != 1 || items[0].Key != organisation("bad") || items[0].Message != "name: taken" || items[0].Reason != transfer.RejectByRemote {
			t.Fatalf("items: %+v", items)
		}
		if e := a.log()[0]; e.GetResult() != auditv1.Result_RESULT_WARNING || !strings.Contains(e.GetMessage(), "(UID: urn:bad) org_organisation: name: taken") {
			t.Errorf("log: %v", e)
		}
		remote.answer = nil
		a.sync("eden", transfer.Done)
		mustContain(t, remote.pushed[1], ">Bad<")
		mustNotContain(t, remote.pushed[1], ">Good<")
		if state := a.items(transfer.ItemFilter{Direction: transfer.Push})[0].State; state != transfer.Closed {
			t.Errorf("the reject is %s", state)
		}
	})
}

// skewed is a remote whose clock differs from ours.
type skewed struct {
	scripted
	offset time.Duration
}

func (s *skewed) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	answer, err := s.scripted.Pull(ctx, r, q)
	answer.Date, answer.ClockOffset = start.Add(s.offset), s.offset
	return answer, err
}

func TestTRF089_DifferentClocksAreToldByEachRun(t *testing.T) {
	t.Parallel()
	for offset, warns := range map[time.Duration]bool{0: false, time.Minute: false, 90 * time.Second: true, -2 * time.Hour: true} {
		a := pullsFrom(t, "sqlite", newer)
		a.remote = &skewed{offset: offset}
		want := transfer.Done
		if warns {
			want = transfer.DoneWithWarnings
		}
		for range 2 {
			a.sync("eden", want)
		}
		for _, e := range a.log() {
			if told := strings.Contains(e.GetMessage(), fmt.Sprintf("differs from ours by %s", offset)); told != warns || (e.GetResult() == auditv1.Result_RESULT_WARNING) != warns {
				t.Errorf("%s: %v", offset, e)
			}
		}
	}
}

func TestGTW052_ARepeatedPushChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		doc := document(
			el("u", at(early), name("One")+`<resource name="org_contact" uuid="urn:c" modified_on="`+early+`"><data field="value">1</data></resource>`),
			gone2("unknown", early, ""), el("bad", `modified_on="soon"`, ""),
		)
		push := func(id string) *transfer.Imported {
			in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "eden"}, Resource: orgs, Rule: newer, RequestID: id}
			done, err := a.Import(t.Context(), in, strings.NewReader(doc))
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first := push("1")
		before := a.get("u")
		second, repeated := push("2"), push("1")
		if c := first.Counts; c.Created != 2 || c.Unchanged != 1 || c.Rejected != 1 || first.Masters != 2 {
			t.Errorf("first: %+v", first)
		}
		if c := second.Counts; c.Unchanged != 3 || c.Rejected != 1 || c.Created+c.Updated+c.Deleted != 0 || second.Masters != first.Masters {
			t.Errorf("second: %+v", second)
		}
		if repeated.Counts != first.Counts || repeated.RunID != first.RunID {
			t.Errorf("the same request: %+v", repeated)
		}
		if after := a.get("u"); after.Seq != before.Seq || after.TreeSeq != before.TreeSeq || len(after.Versions) != 0 {
			t.Errorf("the record went from change %d to %d", before.Seq, after.Seq)
		}
		if open := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Rejected}}); len(open) != 1 || open[0].Attempts != 2 {
			t.Errorf("rejects: %+v", open)
		}
	})
}
