package engine_test

import (
	"testing"
	"time"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// entries are those of a mode, as mode/transmission action result of resource.
func (s *site) entries(mode auditv1.Mode) (found []*auditv1.LogEntry) {
	s.t.Helper()
	for _, e := range s.log() {
		if e.GetMode() == mode {
			found = append(found, e)
		}
	}
	return found
}

func TestAUD005_OneEntryForEachPull(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database)
		d.docs = []string{document(org("v", "Theirs", early))}
		a.sync("eden", transfer.Done)
		d.fail = map[string]error{"pull org_organisation": errCut}
		d.docs = []string{"<s3xml><resource></s3xml>"}
		a.sync("eden", transfer.Failed)
		d.fail, d.docs = nil, []string{"<s3xml><resource "}
		a.sync("eden", transfer.Failed)
		pulls := a.entries(auditv1.Mode_MODE_PULL)
		want := []struct {
			resource, action string
			result           auditv1.Result
		}{
			{orgs, "import", auditv1.Result_RESULT_SUCCESS},
			{offices, "import", auditv1.Result_RESULT_SUCCESS},
			{orgs, "fetch", auditv1.Result_RESULT_ERROR},     // unreachable
			{offices, "import", auditv1.Result_RESULT_ERROR}, // came, but is not well-formed
			{orgs, "fetch", auditv1.Result_RESULT_ERROR},     // broke off
			{offices, "import", auditv1.Result_RESULT_SUCCESS},
		}
		if len(pulls) != len(want) {
			t.Fatalf("%d entries: %v", len(pulls), pulls)
		}
		for i, w := range want {
			e := pulls[i]
			if e.GetResourceName() != w.resource || e.GetAction() != w.action || e.GetResult() != w.result || e.GetTransmission() != auditv1.Transmission_TRANSMISSION_OUTGOING {
				t.Errorf("entry %d: %v, want %+v", i, e, w)
			}
		}
	})
}

func TestAUD006_OneEntryForEachPush(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a, d := twoTasks(t, database)
		a.sync("eden", transfer.Done)
		d.fail = map[string]error{"push org_organisation": errCut}
		a.edit("u", "Two")
		a.sync("eden", transfer.Failed)
		pushes := a.entries(auditv1.Mode_MODE_PUSH)
		want := []struct {
			resource string
			result   auditv1.Result
			remote   bool
		}{
			{orgs, auditv1.Result_RESULT_SUCCESS, false},
			{offices, auditv1.Result_RESULT_SUCCESS, false},
			{orgs, auditv1.Result_RESULT_ERROR, true},
			{offices, auditv1.Result_RESULT_WARNING, false},
		}
		if len(pushes) != len(want) {
			t.Fatalf("%d entries: %v", len(pushes), pushes)
		}
		for i, w := range want {
			e := pushes[i]
			if e.GetResourceName() != w.resource || e.GetAction() != "send" || e.GetResult() != w.result || e.GetRemoteError() != w.remote ||
				e.GetTransmission() != auditv1.Transmission_TRANSMISSION_OUTGOING {
				t.Errorf("entry %d: %v, want %+v", i, e, w)
			}
		}
	})
}

func TestAUD007_AUD008_MessagesOfPulls(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	a.feed(document(), document(org("u", "One", early), org("v", "Two", early), org("w", "Three", early)), document(org("u", "One", early)))
	pulls := a.entries(auditv1.Mode_MODE_PULL)
	for i, want := range []string{
		"No data to import (already up-to-date)", "Data imported successfully (3 records)", "Data imported successfully (1 records)",
	} {
		if e := pulls[i]; e.GetMessage() != want || e.GetResult() != auditv1.Result_RESULT_SUCCESS {
			t.Errorf("entry %d: %v, want %s", i, e, want)
		}
	}
}

func TestAUD009_MessagesOfPushes(t *testing.T) {
	t.Parallel()
	a := newSite(t, "sqlite", "a")
	a.repo("eden", transfer.ModePush, newer)
	a.remote = &scripted{}
	a.edit("u", "One")
	a.edit("v", "Two")
	a.sync("eden", transfer.Done)
	a.remove("u")
	a.sync("eden", transfer.Done)
	pushes := a.entries(auditv1.Mode_MODE_PUSH)
	for i, want := range []string{"data sent successfully (2 records)", "data sent successfully (1 records)"} {
		if e := pushes[i]; e.GetMessage() != want || e.GetResult() != auditv1.Result_RESULT_SUCCESS {
			t.Errorf("entry %d: %v, want %s", i, e, want)
		}
	}
}

// The record of a conflict is an item of the ledger.
func TestAUD017_ConflictsAreRecorded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for conflict, winner := range map[policy.Policy]transfer.Winner{policy.This: transfer.LocalWins, policy.Other: transfer.RemoteWins} {
			a := pullsFrom(t, database, rule(policy.Master, conflict))
			changedHere(a)
			ours := a.get("u")
			run := a.feed(document(el("u", `mci="3" modified_on="`+future+`"`, name("R"))))
			items := a.items(transfer.ItemFilter{RunID: run.ID, Outcomes: []policy.Outcome{policy.Conflict}})
			if len(items) != 1 {
				t.Fatalf("%d conflicts", len(items))
			}
			c := items[0]
			theirs := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
			if !c.Local.ModifiedOn.Equal(ours.ModifiedOn) || c.Local.MCI != 1 || !c.Incoming.ModifiedOn.Equal(theirs) || c.Incoming.MCI != 3 {
				t.Errorf("times and MCIs: %+v and %+v", c.Local, c.Incoming)
			}
			if c.Winner != winner || c.Rule != rule(policy.Master, conflict).String() || c.Key != organisation("u") || c.RepositoryID != "eden" {
				t.Errorf("conflict: %+v", c)
			}
			mustContain(t, string(c.Local.XML), ">L2<")
			mustContain(t, string(c.Incoming.XML), ">R<")
			if again := a.feed(document(el("v", at(future), name("No conflict")))); len(a.items(transfer.ItemFilter{RunID: again.ID})) != 0 {
				t.Error("an item without a conflict")
			}
		}
	})
}
