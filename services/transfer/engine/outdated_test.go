package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// A push that is on its way for so long that its sender has given it up, changed the record and said that, must not undo the
// change: the sender believes that all is said, and would never hear of it.
func TestALatePushUndoesNothing(t *testing.T) {
	t.Parallel()
	changes := map[string]struct {
		make func(field *site)
		want string
	}{
		"edited":  {func(field *site) { field.edit("x", "second") }, "x=second"},
		"deleted": {func(field *site) { field.remove("x") }, ""},
	}
	onBoth(t, func(t *testing.T, database string) {
		for _, p := range []policy.Policy{policy.Newer, policy.Master, policy.Other} {
			for name, change := range changes {
				t.Run(string(p)+" "+name, func(t *testing.T) {
					hub, field := newSite(t, database, "hub"), newSite(t, database, "field")
					field.repo("hub", transfer.ModePush, policy.Rule{Strategy: policy.All, Update: p, Conflict: p})
					hub.repo("field", transfer.ModePush, policy.Rule{Strategy: policy.All, Update: p, Conflict: p})
					way := &slowWay{direct: &direct{from: field, to: hub}, slow: true}
					field.remote = way
					field.edit("x", "first")
					field.sync("hub", transfer.Failed)
					change.make(field)
					way.slow = false
					field.sync("hub", transfer.Done)
					way.arrive(t, apierr.ReasonPushOutdated)
					if got := hub.show(); got != change.want {
						t.Errorf("the hub has %q, want %q", got, change.want)
					}
				})
			}
		}
	})
}

// The same where the late push is being stored while the later one comes: it ends between two batches.
func TestALatePushEndsWhenALaterOneComes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub := newSite(t, database, "hub")
		repo := hub.repo("field", transfer.ModePush, newer)
		push := func(seq int64, doc string, between func()) error {
			_, err := hub.Import(t.Context(), transfer.Import{
				Repository: *repo, Resource: orgs, Rule: newer, Complete: true, Position: transfer.Position{Epoch: "e", Seq: seq},
			}, io.MultiReader(strings.NewReader(doc[:len(doc)/2]), pause(between), strings.NewReader(doc[len(doc)/2:])))
			return err
		}
		var many []string
		for i := range 8 * transfer.BatchRecords {
			many = append(many, org(fmt.Sprint(i), "First", "2026-01-01T00:00:00"))
		}
		later := func() {
			if err := push(2, document(org("0", "Second", "2026-01-02T00:00:00")), func() {}); err != nil {
				t.Error(err)
			}
		}
		if err := push(1, document(many...), later); apierr.ReasonOf(err) != apierr.ReasonLeaseLost {
			t.Errorf("the late push ended with %v", err)
		}
		if err := push(1, document(many...), func() {}); apierr.ReasonOf(err) != apierr.ReasonPushOutdated {
			t.Errorf("the late push came again: %v", err)
		}
		if got := string(hub.get("0").Body); !strings.Contains(got, "Second") {
			t.Errorf("the hub has %s", got)
		}
		runs, _, err := hub.store.ListRuns(t.Context(), transfer.RunFilter{RepositoryID: "field", WithPeerRuns: true}, transfer.Page{Size: 10})
		if err != nil || len(runs) != 2 {
			t.Fatalf("%d runs, %v", len(runs), err)
		}
		for _, r := range runs {
			if outdated := r.Reason == string(apierr.ReasonPushOutdated); outdated != (r.State == transfer.Failed) || !outdated && r.State != transfer.Done {
				t.Errorf("run %+v", r)
			}
		}
	})
}

// pause is a place in a document at which something happens.
type pause func()

func (p pause) Read([]byte) (int, error) {
	p()
	return 0, io.EOF
}

// slowWay keeps what is pushed while it is slow, and delivers it later.
type slowWay struct {
	*direct
	slow bool
	late []engine.PushRequest
}

func (w *slowWay) Push(ctx context.Context, repo transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	if w.slow {
		w.late = append(w.late, q)
		return nil, errCut
	}
	return w.direct.Push(ctx, repo, q)
}

// arrive delivers what was kept; each document must be refused.
func (w *slowWay) arrive(t *testing.T, want apierr.Reason) {
	t.Helper()
	if len(w.late) == 0 {
		t.Fatal("nothing was pushed")
	}
	for _, q := range w.late {
		if _, err := w.direct.Push(t.Context(), transfer.Repository{}, q); apierr.ReasonOf(err) != want {
			t.Errorf("the late push: %v, want %s", err, want)
		}
	}
}
