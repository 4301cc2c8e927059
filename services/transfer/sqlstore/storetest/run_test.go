package storetest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func TestCreateRunKeepsEveryField(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		asked := transfer.Run{
			ID: "run-1", RequestID: "slot-1", RepositoryID: "r", RepositoryName: "Hub", Trigger: transfer.Schedule, JobID: "job", StartedBy: "ada",
			Resources: []string{office, organ}, Full: true, Timeout: 90 * time.Second,
		}
		stored, err := b.CreateRun(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		want := asked
		want.State, want.CreatedAt, want.Seq = transfer.Queued, start, 1
		same(t, "run", stored, want)
		read, err := b.GetRun(t.Context(), "run-1")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "run read", read, want)
		if _, err := b.GetRun(t.Context(), "nobody"); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing run: %v", err)
		}
	})
}

func TestOneActiveRunOfARepository(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		active := b.create(t, "r")
		b.create(t, "other")
		for _, trigger := range []transfer.Trigger{transfer.Manual, transfer.Schedule} {
			_, err := b.CreateRun(t.Context(), transfer.Run{RepositoryID: "r", RequestID: "another", Trigger: trigger})
			refused, ok := apierr.As(err)
			if !ok || refused.Kind != apierr.KindPrecondition || refused.Reason != "RUN_ACTIVE" || refused.Metadata["runId"] != active.ID {
				t.Errorf("%s: %v", trigger, err)
			}
		}
		if _, err := b.RequestStop(t.Context(), active.ID); err != nil {
			t.Fatal(err)
		}
		if next := b.create(t, "r"); next.ID == active.ID {
			t.Error("the stopped run came back")
		}
	})
}

func TestRepeatedRequestMakesOneRun(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ask := func(repository string) transfer.Run {
			run, err := b.CreateRun(t.Context(), transfer.Run{RepositoryID: repository, RequestID: "slot-1", Trigger: transfer.Schedule})
			if err != nil {
				t.Fatal(err)
			}
			return run
		}
		first := ask("r")
		if again := ask("r"); again.ID != first.ID {
			t.Error("queued: another run")
		}
		if other := ask("s"); other.ID == first.ID {
			t.Error("the same request id of another repository is another request")
		}
		if _, err := b.RequestStop(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		if again := ask("r"); again.ID != first.ID || again.State != transfer.Stopped {
			t.Errorf("ended: %+v", again)
		}
	})
}

func TestRacingRequestsMakeOneRun(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var wg sync.WaitGroup
		ids := make(chan string, 8)
		for range 4 {
			wg.Go(func() {
				run, err := b.CreateRun(t.Context(), transfer.Run{RepositoryID: "r", RequestID: "slot-1", Trigger: transfer.Schedule})
				if err != nil {
					t.Error(err)
				}
				ids <- run.ID
			})
			wg.Go(func() {
				run, _, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: "p", RequestID: "key-1"}, transfer.Position{}, long)
				if err != nil {
					t.Error(err)
				}
				ids <- run.ID
			})
		}
		wg.Wait()
		close(ids)
		different := map[string]bool{}
		for id := range ids {
			different[id] = true
		}
		if len(different) != 2 {
			t.Errorf("%d runs", len(different))
		}
	})
}

func TestPeerRun(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ask := func(repository, request string) (transfer.Run, *transfer.Lease) {
			run, lease, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: repository, RequestID: request}, transfer.Position{}, long)
			if err != nil {
				t.Fatal(err)
			}
			return run, lease
		}
		first, lease := ask("r", "key-1")
		if lease == nil || first.State != transfer.Running || first.Trigger != transfer.Peer || !first.StartedAt.Equal(start) || first.Attempt != 1 {
			t.Errorf("first %+v, %v", first, lease)
		}
		b.write(t, func(tx engine.Tx) error {
			return tx.SavePart(t.Context(), first.ID, transfer.Part{Resource: office, Direction: transfer.Pull, Counts: transfer.Counts{Received: 3, Created: 3}})
		})
		finish := func(state transfer.RunState) {
			b.write(t, func(tx engine.Tx) error {
				return tx.FinishRun(t.Context(), first.ID, transfer.Ending{State: state, Reason: "TIMEOUT", Message: "Too slow."})
			})
		}
		for attempt := 2; attempt < 4; attempt++ { // while it is at work; after it has failed
			again, taken := ask("r", "key-1")
			if taken == nil || again.ID != first.ID || again.State != transfer.Running || again.Attempt != attempt || again.Reason+again.Message != "" || !again.EndedAt.IsZero() {
				t.Errorf("again %+v, %v", again, taken)
			}
			if b.writes(t, *lease) || !b.writes(t, *taken) {
				t.Error("not the last request goes on")
			}
			lease = taken
			finish(transfer.Failed)
		}
		if _, taken := ask("r", "key-1"); taken == nil {
			t.Error("a failed run was not taken up")
		}
		if _, err := b.RequestStop(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		if still, _ := ask("r", "key-1"); !still.StopRequested {
			t.Error("a request that came again took the wish to stop back")
		}
		finish(transfer.Stopped)
		if anew, taken := ask("r", "key-1"); taken == nil || anew.StopRequested {
			t.Errorf("after it was stopped %+v, %v", anew, taken)
		}
		finish(transfer.Done)
		done, taken := ask("r", "key-1")
		if taken != nil || done.ID != first.ID || done.State != transfer.Done {
			t.Errorf("done %+v, %v", done, taken)
		}
	})
}

func TestKeysOfPeerRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		seen := map[string]bool{}
		ask := func(repository, request string) (existed bool) {
			run, lease, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: repository, RequestID: request}, transfer.Position{}, long)
			if err != nil || lease == nil || lease.RunID != run.ID || len(run.RequestID) > 200 {
				t.Fatalf("%+v, %v, %v", run, lease, err)
			}
			existed, seen[run.ID] = seen[run.ID], true
			return existed
		}
		strange := strings.Repeat("\xff\x00", 5000)
		for _, want := range []bool{false, true} {
			if existed := ask("strange", strange); existed != want {
				t.Errorf("any bytes as a key: existed %v", existed)
			}
		}
		for _, other := range [][2]string{{"strange", strange + "."}, {"r", "key-1"}, {"r", "key-2"}, {"s", "key-1"}, {"r", ""}, {"r", ""}} {
			if ask(other[0], other[1]) {
				t.Errorf("%v is taken for another request", other)
			}
		}
	})
}

func TestSavePart(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		run := b.create(t, "r")
		pull := transfer.Part{
			Resource: office, Direction: transfer.Pull, State: transfer.Running, Full: true, Bytes: 9, StartedAt: start, Reason: "R", Message: "M",
			Counts: transfer.Counts{Received: 28, Created: 1, Updated: 2, Deleted: 3, Unchanged: 4, Skipped: 5, Conflict: 6, Rejected: 7, Sent: 8, Accepted: 9},
		}
		push, before := pull, pull
		push.Direction, before.Resource = transfer.Push, "aaa_first_by_name"
		for _, p := range []transfer.Part{pull, push, before} {
			b.write(t, func(tx engine.Tx) error { return tx.SavePart(t.Context(), run.ID, p) })
		}
		push.State, push.EndedAt, push.Counts.Sent, push.Full, push.RemoteError = transfer.Done, start.Add(time.Second), 100, false, true
		b.write(t, func(tx engine.Tx) error { return tx.SavePart(t.Context(), run.ID, push) })
		got, err := b.GetRun(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "parts in the order of their beginnings", got.Parts, []transfer.Part{pull, push, before})
		if got.Seq != run.Seq+4 {
			t.Errorf("seq %d after %d", got.Seq, run.Seq)
		}
	})
}

func TestListRunsFiltersAndPages(t *testing.T) {
	tests := map[string]struct {
		filter transfer.RunFilter
		want   string
	}{
		"all but peers":   {transfer.RunFilter{}, "e d b a"},
		"all":             {transfer.RunFilter{WithPeerRuns: true}, "e d c b a"},
		"peers":           {transfer.RunFilter{Trigger: transfer.Peer}, "c"},
		"manual":          {transfer.RunFilter{Trigger: transfer.Manual}, "e a"},
		"repository":      {transfer.RunFilter{RepositoryID: "r", WithPeerRuns: true}, "c b a"},
		"job":             {transfer.RunFilter{JobID: "job"}, "b"},
		"states":          {transfer.RunFilter{States: []transfer.RunState{transfer.Stopped, transfer.Running}, WithPeerRuns: true}, "c a"},
		"from":            {transfer.RunFilter{From: start.Add(3 * time.Minute)}, "e d"},
		"before":          {transfer.RunFilter{Before: start.Add(3 * time.Minute)}, "b a"},
		"nothing matches": {transfer.RunFilter{RepositoryID: "nobody"}, ""},
		"without detail":  {transfer.RunFilter{WithoutDetail: true, Trigger: transfer.Manual}, "e a"},
	}
	each(t, func(t *testing.T, b *bench) {
		ids := map[string]string{}
		add := func(name string, run transfer.Run) {
			create := b.CreateRun
			if run.Trigger == transfer.Peer {
				create = func(_ context.Context, r transfer.Run) (transfer.Run, error) {
					stored, _, err := b.PeerRun(t.Context(), r, transfer.Position{}, long)
					return stored, err
				}
			}
			stored, err := create(t.Context(), run)
			if err != nil {
				t.Fatal(err)
			}
			ids[stored.ID] = name
			b.write(t, func(tx engine.Tx) error {
				return tx.SavePart(t.Context(), stored.ID, transfer.Part{Resource: office, Direction: transfer.Pull})
			})
			if name == "a" {
				if _, err := b.RequestStop(t.Context(), stored.ID); err != nil {
					t.Fatal(err)
				}
			}
			b.clock.advance(time.Minute)
		}
		add("a", transfer.Run{RepositoryID: "r", Trigger: transfer.Manual})
		add("b", transfer.Run{RepositoryID: "r", Trigger: transfer.Schedule, JobID: "job"})
		add("c", transfer.Run{RepositoryID: "r", Trigger: transfer.Peer})
		add("d", transfer.Run{RepositoryID: "s", Trigger: transfer.Schedule})
		add("e", transfer.Run{RepositoryID: "t", Trigger: transfer.Manual})
		for name, test := range tests {
			for _, size := range []int{1, 2, 50} {
				if got := b.listRuns(t, test.filter, size, ids); got != test.want {
					t.Errorf("%s by %d: %q, want %q", name, size, got, test.want)
				}
			}
		}
	})
}

// listRuns reads all pages.
func (b *bench) listRuns(t *testing.T, f transfer.RunFilter, size int, names map[string]string) string {
	t.Helper()
	var all []transfer.Run
	page := transfer.Page{Size: size}
	for {
		runs, next, err := b.ListRuns(t.Context(), f, page)
		if err != nil || len(runs) > size {
			t.Fatalf("%d runs, %v", len(runs), err)
		}
		for _, r := range runs {
			if (len(r.Parts) == 1) == f.WithoutDetail {
				t.Errorf("%d parts", len(r.Parts))
			}
		}
		all = append(all, runs...)
		if next == nil {
			return uids(all, func(r transfer.Run) string { return names[r.ID] })
		}
		page.After = next
	}
}

func TestAbandonedExchangesEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ask := func(ttl time.Duration) string {
			run, _, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: "r"}, transfer.Position{}, ttl)
			if err != nil {
				t.Fatal(err)
			}
			return run.ID
		}
		left, held, older := ask(gone), ask(long), ask(long)
		unleased := func(id string) {
			if _, err := b.db.Exec(t.Context(), "UPDATE run SET leased_until = 0 WHERE id = ?", id); err != nil {
				t.Fatal(err)
			}
		}
		unleased(older) // as versions before this one had them
		b.clock.advance(2 * time.Hour)
		recent := ask(long)
		unleased(recent)
		queued := b.create(t, "r")
		b.claim(t, "a", gone)
		if n, err := b.EndAbandoned(t.Context()); n != 2 || err != nil {
			t.Errorf("ended %d, %v", n, err)
		}
		for id, want := range map[string]transfer.RunState{
			left: transfer.Failed, older: transfer.Failed, held: transfer.Running, recent: transfer.Running, queued.ID: transfer.Running,
		} {
			if run, err := b.GetRun(t.Context(), id); err != nil || run.State != want || run.State.Final() == run.EndedAt.IsZero() {
				t.Errorf("%+v, want %s, %v", run, want, err)
			}
		}
	})
}

func TestCommittedEntriesAreTold(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		told := 0
		b.OnAudit(func() { told++ })
		entry := func(tx engine.Tx) error {
			return tx.Audit(t.Context(), transfer.LogEntry{Mode: "pull", Action: "receive", Result: "success"})
		}
		b.write(t, func(engine.Tx) error { return nil })
		broken := errors.New("broken")
		err := b.Write(t.Context(), nil, func(tx engine.Tx) error { return errors.Join(entry(tx), broken) })
		if !errors.Is(err, broken) || told != 0 {
			t.Errorf("told %d times of nothing, %v", told, err)
		}
		if b.write(t, entry); told != 1 {
			t.Errorf("told %d times", told)
		}
	})
}
