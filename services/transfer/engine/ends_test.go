package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// ending is a remote that ends the run while it is asked, or late: when its answer has been read.
type ending struct {
	scripted
	late bool
	end  func()
}

func (e *ending) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	if !e.late {
		e.end()
	}
	answer, err := e.scripted.Pull(ctx, r, q)
	answer.Body = &endingBody{Reader: answer.Body, end: e.end}
	return answer, err
}

type endingBody struct {
	io.Reader
	end func()
}

func (b *endingBody) Close() error {
	b.end()
	return nil
}

// execute works one run off under a context that cause ends while the remote is asked; nil does not end it.
func (s *site) execute(docs []string, cause error) transfer.Run {
	s.t.Helper()
	run, err := s.tryExecute(&ending{scripted: scripted{docs: docs}}, cause)
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

// tryExecute answers the run as it is then, and why it could not be finished.
func (s *site) tryExecute(remote *ending, cause error) (transfer.Run, error) {
	s.t.Helper()
	ctx, cancel := context.WithCancelCause(s.t.Context())
	defer cancel(nil)
	remote.end = func() {
		if cause != nil {
			cancel(cause)
		}
	}
	s.remote = remote
	run, err := s.store.CreateRun(ctx, transfer.Run{RepositoryID: "eden", RepositoryName: "eden", Trigger: transfer.Manual})
	if err != nil {
		s.t.Fatal(err)
	}
	claimed, lease, err := s.store.Claim(ctx, "test", time.Minute)
	if err != nil || claimed == nil {
		s.t.Fatalf("claim: %v, %v", claimed, err)
	}
	_, _, failure := s.Execute(ctx, lease, *claimed, *s.repos["eden"])
	now, err := s.store.GetRun(s.t.Context(), run.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return now, failure
}

func TestARunThatIsGivenBackKeepsWhatItsPartsLeft(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", "a")
	s.repo("eden", transfer.ModeBoth, newer)
	run, err := s.tryExecute(&ending{late: true}, context.Canceled)
	if !errors.Is(err, context.Canceled) || run.State != transfer.Running {
		t.Errorf("run %+v, %v", run, err)
	}
	if len(run.Parts) != 1 || run.Parts[0].State != transfer.Done {
		t.Errorf("its parts: %+v", run.Parts)
	}
	if entries := s.log(); len(entries) != 1 {
		t.Errorf("the log: %v", entries)
	}
}

func TestExchangesWithNothingToDoHardlyWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", "a")
	repo := s.repo("eden", transfer.ModeBoth, newer)
	store := s.count()
	s.execute(nil, nil)
	before := store.writes.Load()
	s.execute(nil, nil)
	if n := store.writes.Load() - before; n != 1 {
		t.Errorf("a run wrote %d times, not only when it ended", n)
	}
	ask := transfer.Export{RepositoryID: repo.ID, Resource: "org_organisation", ByCursor: true, WithDeleted: true}
	s.export(ask)
	before = store.writes.Load()
	s.export(ask)
	if n := store.writes.Load() - before; n != 0 {
		t.Errorf("an answer that tells nothing new wrote %d times", n)
	}
}

func TestRunsSayWhyTheyEnded(t *testing.T) {
	t.Parallel()
	good := document(org("u1", "One", "2026-11-22T09:00:00"))
	tests := map[string]struct {
		doc    string
		cause  error
		noURL  bool
		state  transfer.RunState
		reason apierr.Reason
		says   string
	}{
		"well":         {doc: good, state: transfer.Done},
		"stopped":      {doc: good, cause: transfer.ErrStopRequested, state: transfer.Stopped, reason: apierr.ReasonRunStopped, says: "as asked for"},
		"timed out":    {doc: good, cause: engine.ErrTimeout, state: transfer.TimedOut, reason: apierr.ReasonTimeout, says: "its timeout"},
		"cut off":      {doc: good[:len(good)-9], state: transfer.Failed, reason: apierr.ReasonDocumentTruncated, says: "breaks off"},
		"not XML":      {doc: "Please sign in", state: transfer.Failed, reason: apierr.ReasonDocumentMalformed},
		"with rejects": {doc: document(org("u1", "One", "soon")), state: transfer.DoneWithWarnings, reason: apierr.ReasonRecordsRejected, says: "(UID: urn:u1)"},
		"no address":   {noURL: true, state: transfer.NeedsYou, reason: apierr.ReasonRepositoryNoURL, says: "No URL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newSite(t, "sqlite", "a")
			if repo := a.repo("eden", transfer.ModePull, newer); test.noURL {
				repo.URL = ""
			}
			run := a.execute([]string{test.doc}, test.cause)
			if run.State != test.state || run.Reason != string(test.reason) || !strings.Contains(run.Message, test.says) {
				t.Errorf("ended as %s %s: %s", run.State, run.Reason, run.Message)
			}
		})
	}
}

func TestImportsSayWhyTheyBrokeOff(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	in := transfer.Import{Repository: *a.repo("eden", transfer.ModeBoth, newer), Resource: "org_organisation", Rule: newer, RequestID: "r"}
	if _, err := a.Import(t.Context(), in, strings.NewReader("<s3xml><resource")); transfer.DocumentReason(err) != apierr.ReasonDocumentTruncated {
		t.Errorf("error: %v", err)
	}
	if run := a.onlyRun(); run.State != transfer.Failed || run.Reason != string(apierr.ReasonDocumentTruncated) {
		t.Errorf("run: %+v", run)
	}
}

func TestAPushThatBrokeOffIsRepeatedUnderItsKey(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	in := transfer.Import{Repository: *a.repo("eden", transfer.ModeBoth, newer), Resource: "org_organisation", Rule: newer, RequestID: "r"}
	if _, err := a.Import(t.Context(), in, strings.NewReader("<s3xml><resource")); err == nil {
		t.Fatal("half a document was taken as a whole one")
	}
	doc := `<s3xml><resource name="org_organisation" uuid="u1" modified_on="2026-11-20T09:00:00"><data field="name">A</data></resource></s3xml>`
	done, err := a.Import(t.Context(), in, strings.NewReader(doc))
	if err != nil || done.Counts.Created != 1 {
		t.Fatalf("the repeated push: %+v, %v", done, err)
	}
	run, err := a.store.GetRun(t.Context(), done.RunID)
	if err != nil || run.State != transfer.Done || run.Reason != "" || run.Attempt != 2 {
		t.Errorf("run: %+v, %v", run, err)
	}
	again, err := a.Import(t.Context(), in, strings.NewReader(doc))
	if err != nil || again.RunID != done.RunID || again.Counts.Created != 1 || again.Counts.Received != 1 {
		t.Errorf("the same push once more: %+v, %v", again, err)
	}
}

func TestARepeatedPushTakesTheRunOver(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	in := transfer.Import{Repository: *a.repo("eden", transfer.ModeBoth, newer), Resource: "org_organisation", Rule: newer, RequestID: "r"}
	doc := `<s3xml><resource name="org_organisation" uuid="u1" modified_on="2026-11-20T09:00:00"><data field="name">A</data></resource></s3xml>`
	begun, slow := io.Pipe()
	ended := make(chan error)
	go func() {
		_, err := a.Import(t.Context(), in, begun)
		ended <- err
	}()
	if _, err := io.WriteString(slow, doc[:20]); err != nil { // read, so that the first one is at work
		t.Fatal(err)
	}
	done, err := a.Import(t.Context(), in, strings.NewReader(doc))
	if err != nil || done.Counts.Created != 1 {
		t.Fatalf("the second one: %+v, %v", done, err)
	}
	if _, err := io.WriteString(slow, doc[20:]); err != nil {
		t.Fatal(err)
	}
	_ = slow.Close() // a pipe's never fails
	if err := <-ended; apierr.ReasonOf(err) != apierr.ReasonLeaseLost || apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("the first one: %v", err)
	}
	run, err := a.store.GetRun(t.Context(), done.RunID)
	if err != nil || run.State != transfer.Done || run.Totals().Created != 1 || run.Totals().Received != 1 {
		t.Errorf("run: %+v, %v", run, err)
	}
}

func TestAPushIsStoppedAndComesAgain(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.HearEvery(time.Millisecond)
	in := transfer.Import{Repository: *a.repo("eden", transfer.ModeBoth, newer), Resource: "org_organisation", Rule: newer, RequestID: "r"}
	begun, slow := io.Pipe()
	ended := make(chan error)
	go func() {
		_, err := a.Import(t.Context(), in, begun)
		_ = begun.Close() // whoever writes hears of it; a pipe's never fails
		ended <- err
	}()
	const record = `<resource name="org_organisation" uuid="u%d" modified_on="2026-11-20T09:00:00"><data field="name">A</data></resource>`
	_, err := io.WriteString(slow, "<s3xml>")
	for n := 0; err == nil; n++ { // without end: only the stop ends it
		if n == 1 {
			if _, err := a.store.RequestStop(t.Context(), a.onlyRun().ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err = fmt.Fprintf(slow, record, n)
	}
	if err := <-ended; apierr.ReasonOf(err) != apierr.ReasonRunStopped || apierr.KindOf(err) != apierr.KindUnavailable {
		t.Errorf("the peer is told %v", err)
	}
	run := a.onlyRun()
	if run.State != transfer.Stopped || run.Reason != string(apierr.ReasonRunStopped) || run.RemoteError {
		t.Errorf("stopped: %+v", run)
	}
	done, err := a.Import(t.Context(), in, strings.NewReader("<s3xml>"+fmt.Sprintf(record, 0)+"</s3xml>"))
	if err != nil || done.RunID != run.ID {
		t.Errorf("sent again: %+v, %v", done, err)
	}
	if run := a.onlyRun(); run.State != transfer.Done {
		t.Errorf("sent again: %+v", run)
	}
}

// onlyRun is the one run that the site has.
func (s *site) onlyRun() transfer.Run {
	s.t.Helper()
	runs, _, err := s.store.ListRuns(s.t.Context(), transfer.RunFilter{WithPeerRuns: true}, transfer.Page{Size: 2})
	if err != nil || len(runs) != 1 {
		s.t.Fatalf("runs %+v, %v", runs, err)
	}
	return runs[0]
}
