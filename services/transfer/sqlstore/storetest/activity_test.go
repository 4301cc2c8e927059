package storetest_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// ran stores a run that begins now and ends a second later; the clock goes on by a minute.
func (b *bench) ran(t *testing.T, repository string, state transfer.RunState, pulled, pushed int64) transfer.Run {
	t.Helper()
	b.create(t, repository)
	run, lease := b.claim(t, "worker", time.Hour)
	begun := b.clock.Now()
	b.clock.advance(time.Second)
	err := b.Write(t.Context(), &lease, func(tx engine.Tx) error {
		for _, p := range []transfer.Part{
			{Resource: office, Direction: transfer.Pull, Counts: transfer.Counts{Received: 9, Created: pulled, Unchanged: 9, Sent: 100, Accepted: 100}},
			{Resource: office, Direction: transfer.Push, Counts: transfer.Counts{Sent: 9, Accepted: pushed, Created: 100}},
			{Resource: organ, Direction: transfer.Pull, Counts: transfer.Counts{Updated: 1, Deleted: 1, Skipped: 5}},
		} {
			if err := tx.SavePart(t.Context(), run.ID, p); err != nil {
				return err
			}
		}
		return tx.FinishRun(t.Context(), run.ID, transfer.Ending{State: state})
	})
	if err != nil {
		t.Fatal(err)
	}
	ended, err := b.GetRun(t.Context(), run.ID)
	if err != nil || !ended.StartedAt.Equal(begun) {
		t.Fatalf("run %+v, %v", ended, err)
	}
	b.clock.advance(time.Minute - time.Second)
	return ended
}

func TestActivities(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var want []transfer.RunSummary
		for i := range int64(transfer.RecentRuns + 2) {
			run := b.ran(t, "busy", transfer.Failed, i, 2*i)
			want = append(want, transfer.RunSummary{
				ID: run.ID, State: transfer.Failed, Trigger: transfer.Manual, StartedAt: run.StartedAt, EndedAt: run.EndedAt, Pulled: i + 2, Pushed: 2 * i,
			})
		}
		peer, _, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: "called", RequestID: "key"}, transfer.Position{}, long)
		if err != nil {
			t.Fatal(err)
		}
		waiting := b.create(t, "waiting")
		decided := conflict("waiting", "urn:uuid:3")
		decided.State = transfer.Decided
		b.addItems(t, conflict("waiting", "urn:uuid:1"), conflict("waiting", "urn:uuid:2"), decided, reject("busy", "urn:uuid:1", "BAD_TIME"), conflict("else", "urn:uuid:1"))
		got, err := b.Activities(t.Context(), []string{"waiting", "nobody", "busy", "called"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "activities", got, []transfer.Activity{
			{
				RepositoryID: "waiting", OpenConflicts: 2, ActiveRunID: waiting.ID,
				Runs: []transfer.RunSummary{{ID: waiting.ID, State: transfer.Queued, Trigger: transfer.Manual}},
			},
			{RepositoryID: "nobody"},
			{RepositoryID: "busy", OpenRejects: 1, Runs: want[2:]},
			{RepositoryID: "called", Runs: []transfer.RunSummary{{ID: peer.ID, State: transfer.Running, Trigger: transfer.Peer, StartedAt: peer.StartedAt}}},
		})
		none, err := b.Activities(t.Context(), nil)
		if err != nil || len(none) != 0 {
			t.Errorf("of nobody: %v, %v", none, err)
		}
	})
}

func TestBuckets(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.ran(t, "before", transfer.Done, 1000, 1000) // begins at the full hour
		b.ran(t, "a", transfer.Done, 1, 2)
		b.ran(t, "b", transfer.TimedOut, 10, 20)
		b.ran(t, "a", transfer.Stopped, 0, 0)
		b.create(t, "queued")
		begin := start.Add(time.Minute)
		got, err := b.Buckets(t.Context(), transfer.Period{From: begin, Until: begin.Add(6 * time.Minute), Bucket: 2 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "buckets", got, []transfer.Bucket{
			{Start: begin, Pulled: 15, Pushed: 22, Runs: 2, FailedRuns: 1},
			{Start: begin.Add(2 * time.Minute), Pulled: 2, Runs: 1},
			{Start: begin.Add(4 * time.Minute)},
		})
	})
}
