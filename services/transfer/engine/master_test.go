package engine_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// A copy under MASTER was edited twice by people whose clock is ahead. The originator then comes to the first of these
// contents by itself, by its own, slower clock: that is its word, not an old version of the copy.
func TestMasterHearsTheOriginatorSayWhatTheCopyOnceHad(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePull, rule(policy.Master, policy.Master))
		older, again := document(org("x", "made", "2026-11-20T05:00:00")), document(org("x", "closed", "2026-11-20T09:00:00"))
		a.remote = &scripted{docs: []string{older, older, again, older, again}}
		a.sync("eden", transfer.Done)
		a.edit("x", "closed")
		a.clock = a.clock.Add(time.Hour)
		a.edit("x", "open")
		a.sync("eden", transfer.Done)
		if got := a.show(); got != "x=open" {
			t.Errorf("the originator said nothing new: %s", got)
		}
		if c := a.sync("eden", transfer.Done).Totals(); c.Conflict != 1 || a.show() != "x=closed" {
			t.Errorf("counts %+v, %s", c, a.show())
		}
		conflict := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}})[0]
		if conflict.Winner != transfer.RemoteWins || conflict.Local.Hash == "" || len(conflict.Local.XML) == 0 {
			t.Errorf("the edit that lost is not kept: %+v", conflict)
		}
		for range 2 {
			if c := a.sync("eden", transfer.Done).Totals(); c.Unchanged != 1 || a.show() != "x=closed" {
				t.Errorf("what comes again: %+v, %s", c, a.show())
			}
		}
	})
}
