package storetest_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

func (b *bench) seen(t *testing.T, repository string, q engine.SeenQuestion) policy.Seen {
	t.Helper()
	var answers []policy.Seen
	b.write(t, func(tx engine.Tx) (err error) {
		stranger, namesake := q, q
		stranger.Key, namesake.Key = key(office, "stranger"), key(organ, q.Key.UID)
		answers, err = tx.Seen(t.Context(), repository, "rule", []engine.SeenQuestion{stranger, q, namesake})
		return err
	})
	if len(answers) != 3 || answers[0] != policy.New || answers[2] != policy.New {
		t.Fatalf("answers %v", answers)
	}
	return answers[1]
}

func TestVersionsThatWereHeld(t *testing.T) {
	first := master(office, "a", "one")
	at := first.ModifiedOn
	tests := map[string]struct {
		hash, received string
		modified       time.Time
		want           policy.Seen
	}{
		"as stored":               {"h:one", "?", at, policy.HeldBefore},
		"stored is received now":  {"?", "h:one", at, policy.HeldBefore},
		"as received":             {"?", "r:one", at, policy.HeldBefore},
		"received is no content":  {"r:one", "?", at, policy.New},
		"older repetition":        {"h:one", "r:one", at.Add(-time.Second), policy.HeldBefore},
		"older, received":         {"?", "r:one", at.Add(-time.Second), policy.HeldBefore},
		"younger: made again":     {"h:one", "r:one", at.Add(time.Second), policy.New},
		"present version":         {"h:two", "r:two", at, policy.New},
		"other content":           {"h:x", "r:x", at, policy.New},
		"no hash matches no hash": {"", "", at, policy.New},
	}
	each(t, func(t *testing.T, b *bench) {
		r := *first
		b.apply(t, &r)
		b.apply(t, changed(&r, "two"))
		for name, test := range tests {
			q := engine.SeenQuestion{Key: r.Key, Hash: test.hash, ReceivedHash: test.received, ModifiedOn: test.modified}
			if got := b.seen(t, "repo-a", q); got != test.want {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
			q.First = true // says that it need not be asked
			if got := b.seen(t, "repo-a", q); got != policy.New {
				t.Errorf("%s, of a first version: %v", name, got)
			}
			q.First = false
			apart := test.want
			if apart == policy.HeldBefore && test.modified.Before(at) {
				apart = policy.HeldApart
			}
			if got := b.seen(t, "repo-b", q); got != apart {
				t.Errorf("%s, from a repository that did not give it: %v, want %v", name, got, apart)
			}
		}
	})
}

func TestVersionsThatWereDecided(t *testing.T) {
	at := start.Add(-time.Hour)
	decision := func(uid string, change func(*transfer.Item)) *transfer.Item {
		it := &transfer.Item{
			RunID: "run-1", RepositoryID: "repo-a", Task: office, Direction: transfer.Pull, Key: key(office, uid), Outcome: policy.Skipped,
			Reason: "POLICY_THIS", Rule: "rule", State: transfer.Closed, Incoming: transfer.Side{ModifiedOn: at, Hash: "one"},
		}
		change(it)
		return it
	}
	items := []*transfer.Item{
		decision("skipped", func(*transfer.Item) {}),
		decision("lost", func(it *transfer.Item) { it.Outcome, it.Winner = policy.Conflict, transfer.LocalWins }),
		decision("won", func(it *transfer.Item) { it.Outcome, it.Winner = policy.Conflict, transfer.RemoteWins }),
		decision("rejected", func(it *transfer.Item) { it.Outcome = policy.Rejected }),
		decision("pushed", func(it *transfer.Item) { it.Direction = transfer.Push }),
		decision("other-repo", func(it *transfer.Item) { it.RepositoryID = "repo-b" }),
		decision("other-rule", func(it *transfer.Item) { it.Rule = "changed since" }),
		decision("other-content", func(it *transfer.Item) { it.Incoming.Hash = "two" }),
		decision("older", func(it *transfer.Item) { it.Incoming.ModifiedOn = at.Add(-time.Second) }),
		decision("younger", func(it *transfer.Item) { it.Incoming.ModifiedOn = at.Add(time.Second) }),
	}
	decided := map[string]bool{"skipped": true, "lost": true, "younger": true}
	each(t, func(t *testing.T, b *bench) {
		copies := make([]*transfer.Item, len(items))
		for i, it := range items {
			c := *it
			copies[i] = &c
		}
		b.write(t, func(tx engine.Tx) error { return tx.AddItems(t.Context(), copies) })
		for _, it := range items {
			want := policy.New
			if decided[it.Key.UID] {
				want = policy.DecidedBefore
			}
			for _, q := range []engine.SeenQuestion{
				{Key: it.Key, Hash: "?", ReceivedHash: "one", ModifiedOn: at}, {Key: it.Key, Hash: "one", ReceivedHash: "?", ModifiedOn: at},
			} {
				if got := b.seen(t, "repo-a", q); got != want {
					t.Errorf("%s %+v: %v, want %v", it.Key.UID, q, got, want)
				}
			}
		}
	})
}
