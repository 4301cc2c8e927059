package engine_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// meeting is a record of this site, u, that meets a version of the repository.
type meeting struct {
	rule policy.Rule
	// here brings the site into the state before the meeting.
	here func(a *site)
	// doc is the element that comes.
	doc  string
	want string // the organisation u afterwards
	end  policy.Outcome
	why  policy.Reason // of skips and conflicts
}

// fromEden: the repository gave us the record, as its originator; nobody changed it since.
func fromEden(a *site) { a.feed(document(el("u", at(later), name("L")))) }

// madeHere: the record was made here and the repository has seen it.
func madeHere(a *site) { a.edit("u", "L"); a.agree() }

// changedHere: the repository gave us the record, then it was changed here.
func changedHere(a *site) { fromEden(a); a.edit("u", "L2") }

// R is the version of the repository at a time.
func incoming(time string) string { return el("u", at(time), name("R")) }

// gone is a deletion as an Eden sends it.
func gone(time string) string { return el("u", `deleted="True" modified_on="`+time+`"`, "") }

func (m meeting) check(t *testing.T) {
	t.Helper()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, m.rule)
		m.here(a)
		run := a.feed(document(m.doc))
		if got := a.show(); got != m.want {
			t.Errorf("records: %s, want %s", got, m.want)
		}
		want := transfer.Counts{}
		want.Add(m.end)
		if c := run.Totals(); c != want {
			t.Errorf("counts: %+v, want one %s", c, m.end)
		}
		if m.why == "" {
			return
		}
		items := a.items(transfer.ItemFilter{RunID: run.ID})
		if len(items) != 1 || items[0].Reason != string(m.why) {
			t.Errorf("items: %+v, want one for %s", items, m.why)
		}
	})
}

func check(t *testing.T, meetings map[string]meeting) {
	t.Helper()
	t.Parallel()
	for name, m := range meetings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m.check(t)
		})
	}
}

// The checklist lets the first meeting never be a conflict. Here two different versions that meet are one, whoever
// wins, so that the losing one is not gone without a trace (docs/compatibility.md).
func TestTRF071_FirstContactIsAConflict(t *testing.T) {
	alone := func(a *site) { a.edit("u", "L") }
	check(t, map[string]meeting{
		"theirs is younger": {newer, alone, incoming(future), "u=R", policy.Conflict, policy.IncomingNewer},
		"ours is younger":   {newer, alone, incoming(early), "u=L", policy.Conflict, policy.LocalNewer},
		"equal contents":    {newer, alone, el("u", at(early), name("L")), "u=L", policy.Unchanged, ""},
		"they are unknown":  {newer, func(*site) {}, incoming(early), "u=R", policy.Created, ""},
	})
}

// The checklist compares times with the time of the last exchange. Here change numbers and contents tell: a late
// arrival is in conflict though its time is old, and a version that was exchanged before is not, whatever its time.
func TestTRF072_BothChangedIsAConflict(t *testing.T) {
	theirs := rule(policy.Newer, policy.Other)
	check(t, map[string]meeting{
		"both after the exchange":       {theirs, changedHere, incoming(future), "u=R", policy.Conflict, policy.PolicyOther},
		"both, theirs with an old time": {theirs, changedHere, incoming(early), "u=R", policy.Conflict, policy.PolicyOther},
		"only they":                     {theirs, fromEden, incoming(future), "u=R", policy.Updated, ""},
		"only we":                       {theirs, changedHere, el("u", at(later), name("L")), "u=L2", policy.Unchanged, ""},
		"neither":                       {theirs, fromEden, el("u", at(later), name("L")), "u=L", policy.Unchanged, ""},
	})
}

func TestTRF073_NewerComparesTimes(t *testing.T) {
	check(t, map[string]meeting{
		"younger":              {newer, fromEden, incoming(future), "u=R", policy.Updated, ""},
		"older":                {newer, fromEden, incoming(early), "u=L", policy.Skipped, policy.LocalNewer},
		"equal, we are master": {newer, madeHere, incoming("2026-11-23T08:01:00"), "u=R", policy.Updated, ""},
	})
}

func TestTRF074_ThisNeverChangesWhatIsHere(t *testing.T) {
	this := rule(policy.This, policy.This)
	check(t, map[string]meeting{
		"update":              {this, fromEden, incoming(future), "u=L", policy.Skipped, policy.PolicyThis},
		"deletion":            {this, fromEden, gone(future), "u=L", policy.Skipped, policy.PolicyThis},
		"deleted here":        {this, func(a *site) { fromEden(a); a.remove("u"); a.agree() }, incoming(future), "u=-", policy.Skipped, policy.PolicyThis},
		"new ones are made":   {this, func(*site) {}, incoming(early), "u=R", policy.Created, ""},
		"mirror: OTHER takes": {rule(policy.Other, policy.This), fromEden, incoming(future), "u=R", policy.Updated, ""},
	})
}

func TestTRF074_ThisKeepsTheTime(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", rule(policy.This, policy.This))
	fromEden(a)
	before := a.get("u")
	a.feed(document(incoming(future)))
	if after := a.get("u"); !after.ModifiedOn.Equal(before.ModifiedOn) || after.Seq != before.Seq {
		t.Errorf("modified_on %s became %s, change %d became %d", before.ModifiedOn, after.ModifiedOn, before.Seq, after.Seq)
	}
	// The younger time of equal contents is kept, as under every policy (docs/compatibility.md).
	a.feed(document(el("u", at(future), name("L"))))
	if after := a.get("u"); !after.ModifiedOn.After(before.ModifiedOn) || after.Seq != before.Seq {
		t.Errorf("equal contents: modified_on %s became %s, change %d became %d", before.ModifiedOn, after.ModifiedOn, before.Seq, after.Seq)
	}
}

func TestTRF075_OtherTakesWhateverTheTimes(t *testing.T) {
	other := rule(policy.Other, policy.This)
	check(t, map[string]meeting{
		"younger":  {other, fromEden, incoming(future), "u=R", policy.Updated, ""},
		"older":    {other, fromEden, incoming(early), "u=R", policy.Updated, ""},
		"deletion": {other, fromEden, gone(early), "u=-", policy.Deleted, ""},
		"but not in a conflict that the conflict policy decides": {other, changedHere, incoming(future), "u=L2", policy.Conflict, policy.PolicyThis},
	})
}

func TestTRF076_MasterTakesOnlyFromTheOriginator(t *testing.T) {
	master := rule(policy.Master, policy.This)
	second := el("u", `mci="2" modified_on="`+future+`"`, name("R"))
	check(t, map[string]meeting{
		"copy here, from the originator": {master, fromEden, incoming(early), "u=R", policy.Updated, ""},
		"copy here, from another copy":   {master, fromEden, second, "u=L", policy.Skipped, policy.NotFromMaster},
		"made here, says it is theirs":   {master, madeHere, incoming(future), "u=L", policy.Skipped, policy.NotFromMaster},
		"made here, a copy comes back":   {master, madeHere, second, "u=L", policy.Skipped, policy.NotFromMaster},
	})
}

func TestTRF077_MasterSkipsUnknownCopies(t *testing.T) {
	master := rule(policy.Master, policy.This)
	nothing := func(*site) {}
	check(t, map[string]meeting{
		"mci 2":          {master, nothing, el("u", `mci="2" modified_on="`+early+`"`, name("R")), "", policy.Skipped, policy.NotFromMaster},
		"no mci":         {master, nothing, el("u", `modified_on="`+early+`"`, name("R")), "", policy.Skipped, policy.NotFromMaster},
		"mirror: mci 1":  {master, nothing, incoming(early), "u=R", policy.Created, ""},
		"mirror: NEWER":  {newer, nothing, el("u", `mci="2" modified_on="`+early+`"`, name("R")), "u=R", policy.Created, ""},
		"a deletion too": {master, nothing, gone(early), "", policy.Unchanged, ""},
	})
}

func TestTRF078_ConflictPolicyThisKeeps(t *testing.T) {
	meetings := map[string]meeting{}
	for _, update := range []policy.Policy{policy.This, policy.Other, policy.Newer, policy.Master} {
		meetings[string(update)] = meeting{rule(update, policy.This), changedHere, incoming(future), "u=L2", policy.Conflict, policy.PolicyThis}
	}
	meetings["mirror: OTHER"] = meeting{rule(policy.This, policy.Other), changedHere, incoming(future), "u=R", policy.Conflict, policy.PolicyOther}
	check(t, meetings)
}

func TestTRF079_ConflictPolicyNewerKeepsTheYounger(t *testing.T) {
	r := rule(policy.Other, policy.Newer)
	check(t, map[string]meeting{
		"ours is younger":   {r, changedHere, incoming(early), "u=L2", policy.Conflict, policy.LocalNewer},
		"theirs is younger": {r, changedHere, incoming(future), "u=R", policy.Conflict, policy.IncomingNewer},
	})
}

// The checklist demands that both policies agree. Here the conflict policy alone decides (docs/compatibility.md).
func TestTRF080_ConflictPolicyDecidesAlone(t *testing.T) {
	check(t, map[string]meeting{
		"OTHER over NEWER": {rule(policy.Newer, policy.Other), changedHere, incoming(early), "u=R", policy.Conflict, policy.PolicyOther},
		"OTHER over THIS":  {rule(policy.This, policy.Other), changedHere, incoming(early), "u=R", policy.Conflict, policy.PolicyOther},
		"no conflict":      {rule(policy.Newer, policy.Other), fromEden, incoming(early), "u=L", policy.Skipped, policy.LocalNewer},
	})
}

// Where times are equal, the copy nearer to the originator wins, not always the deletion (docs/compatibility.md).
func TestTRF081_DeletionsUnderNewer(t *testing.T) {
	check(t, map[string]meeting{
		"younger":                  {newer, fromEden, gone(future), "u=-", policy.Deleted, ""},
		"older":                    {newer, fromEden, gone(early), "u=L", policy.Skipped, policy.LocalNewer},
		"equal, from its origin":   {newer, fromEden, gone(later), "u=-", policy.Deleted, ""},
		"equal, made here":         {newer, madeHere, gone("2026-11-23T08:01:00"), "u=L", policy.Skipped, policy.NearerOrigin},
		"younger than a local one": {newer, madeHere, gone(future), "u=-", policy.Deleted, ""},
	})
}

func TestTRF081_DeletionsKeepTheirTime(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	fromEden(a)
	a.feed(document(gone(future)))
	if got := a.get("u").ModifiedOn; !got.Equal(time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("the deletion is of %s, want the transmitted time", got)
	}
}

// A deletion without mci counts as mci 1 if it comes from the repository that gave us the record: an Eden never
// writes one, and deletions of the originator would not travel (docs/compatibility.md).
func TestTRF082_DeletionsUnderMaster(t *testing.T) {
	master := rule(policy.Master, policy.Master)
	fromElsewhere := func(a *site) {
		fromEden(a)
		other := transfer.Repository{ID: "other", Name: "other"}
		a.importFrom(other, newer, document(el("u", at(future), name("L"))), document(el("u", at("2026-11-23T22:30:00"), name("L3"))))
		a.agree()
	}
	with := el("u", `mci="1" deleted="True" modified_on="`+future+`"`, "")
	check(t, map[string]meeting{
		"without mci, from its origin":      {master, fromEden, gone(future), "u=-", policy.Deleted, ""},
		"without mci, another's version":    {master, fromElsewhere, gone(future), "u=L3", policy.Skipped, policy.NotFromMaster},
		"without mci, made here":            {master, madeHere, gone(future), "u=L", policy.Skipped, policy.NotFromMaster},
		"mci 1, stored mci 1":               {master, fromEden, with, "u=-", policy.Deleted, ""},
		"mci 1, another's version":          {master, fromElsewhere, with, "u=-", policy.Deleted, ""},
		"mci 1, made here":                  {master, madeHere, with, "u=L", policy.Skipped, policy.NotFromMaster},
		"mirror: without mci under NEWER":   {newer, madeHere, gone(future), "u=-", policy.Deleted, ""},
		"mirror: of an unknown record, too": {master, func(*site) {}, gone(future), "", policy.Unchanged, ""},
	})
}

func TestTRF083_UndeletionsUnderNewer(t *testing.T) {
	deleted := func(a *site) { fromEden(a); a.feed(document(gone("2026-11-22T12:00:00"))) }
	check(t, map[string]meeting{
		"younger":               {newer, deleted, incoming("2026-11-22T13:00:00"), "u=R", policy.Updated, ""},
		"older":                 {newer, deleted, incoming("2026-11-22T11:00:00"), "u=-", policy.Skipped, policy.LocalNewer},
		"with the same content": {newer, deleted, el("u", at("2026-11-22T13:00:00"), name("L")), "u=L", policy.Updated, ""},
	})
}

func TestTRF084_OlderVersionsDoNotTurnTheClockBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := pullsFrom(t, database, newer)
		reference := `<reference field="parent_id" resource="org_organisation" uuid="urn:p"/>`
		a.feed(document(el("u", at(later), name("L")), el("p", at(early), name("Parent"))))
		before := a.get("u")
		a.feed(document(el("u", at(early), name("R")+reference)))
		after := a.get("u")
		if !after.ModifiedOn.Equal(before.ModifiedOn) || after.Seq != before.Seq || a.field("name") != "L" {
			t.Errorf("of %s, change %d, became of %s, change %d", before.ModifiedOn, before.Seq, after.ModifiedOn, after.Seq)
		}
		a.feed(document(el("u", at(future), name("R")+reference)))
		if got := a.get("u"); !got.ModifiedOn.After(before.ModifiedOn) {
			t.Errorf("a younger version left the time at %s", got.ModifiedOn)
		}
	})
}

// A younger time of an equal version is kept, but that is no change for others either.
func TestTRF085_EqualVersionsChangeNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		for modified, content := range map[string]string{later: name("L"), future: name("L"), early: name("L") + `<data field="acronym"/>`} {
			a := pullsFrom(t, database, newer)
			fromEden(a)
			before := a.get("u")
			cursor, err := a.store.Clock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			a.feed(document(el("u", at(modified), content)))
			if after := a.get("u"); after.Seq != before.Seq || after.TreeSeq != before.TreeSeq || len(after.Versions) != 0 {
				t.Errorf("%s: change %d became %d, %d versions", modified, before.Seq, after.Seq, len(after.Versions))
			}
			mustContain(t, a.export(transfer.Export{RepositoryID: "c", ByCursor: true, AfterSeq: cursor}), `results="0"`)
			a.feed(document(el("u", at("2026-11-23T23:00:00"), name("R"))))
			mustContain(t, a.export(transfer.Export{RepositoryID: "c", ByCursor: true, AfterSeq: cursor}), `results="1"`)
		}
	})
}
