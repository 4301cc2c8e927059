package storetest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// reject is an open reject of an incoming record.
func reject(repository, uid, reason string) *transfer.Item {
	return &transfer.Item{
		RunID: "run-1", RepositoryID: repository, Task: office, Direction: transfer.Pull, Key: key(office, uid),
		Outcome: policy.Rejected, Reason: reason, Message: "because", State: transfer.Open,
		Incoming: transfer.Side{XML: []byte("<resource/>")},
	}
}

func conflict(repository, uid string) *transfer.Item {
	it := reject(repository, uid, "LOCAL_NEWER")
	it.Outcome, it.Winner = policy.Conflict, transfer.LocalWins
	return it
}

func (b *bench) addItems(t *testing.T, items ...*transfer.Item) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error { return tx.AddItems(t.Context(), items) })
}

func (b *bench) closeRejects(t *testing.T, repository string, d transfer.Direction, keys ...transfer.Key) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error { return tx.CloseRejects(t.Context(), repository, d, keys) })
}

func (b *bench) item(t *testing.T, id string) *transfer.Item {
	t.Helper()
	it, err := b.GetItem(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestItemKeepsEveryField(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		it := conflict("repo-a", "urn:uuid:1")
		it.Rule, it.Chosen, it.DecidedBy, it.DecidedSeq = "create,update/NEWER/NEWER", transfer.RemoteWins, "ada", 42
		it.Incoming = transfer.Side{ModifiedOn: start, MCI: 3, Deleted: true, Hash: "in", XML: []byte("<a>Ä</a>")}
		it.Local = transfer.Side{ModifiedOn: start.Add(time.Second), MCI: 1, Hash: "local"}
		it.CreatedAt, it.UpdatedAt = start.Add(-time.Hour), start.Add(-time.Minute)
		it.Label, it.LocalSeq, it.SyncSeq = "Øst ✓", 43, 41
		it.FieldSides = map[string]transfer.Winner{"name": transfer.LocalWins, "größe": transfer.RemoteWins}
		b.addItems(t, it)
		if len(it.ID) != 36 {
			t.Errorf("id %q", it.ID)
		}
		same(t, "item", b.item(t, it.ID), it)
		if _, err := b.GetItem(t.Context(), "nobody"); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing item: %v", err)
		}
	})
}

func TestRepeatedRejectIsOneItem(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first := reject("repo-a", "u", transfer.RejectBadTime)
		b.addItems(t, first)
		b.clock.advance(time.Minute)
		again := reject("repo-a", "u", transfer.RejectBadMCI)
		again.RunID, again.Incoming.XML = "run-2", []byte("<resource again=\"1\"/>")
		pushed, otherTask, otherRepo := reject("repo-a", "u", "X"), reject("repo-a", "u", "X"), reject("repo-b", "u", "X")
		pushed.Direction, otherTask.Task = transfer.Push, organ
		b.addItems(t, again, pushed, otherTask, otherRepo)

		got := b.item(t, first.ID)
		if again.ID != first.ID || again.Attempts != 2 || got.Attempts != 2 || got.Reason != transfer.RejectBadMCI ||
			got.RunID != "run-2" || string(got.Incoming.XML) != "<resource again=\"1\"/>" ||
			!got.CreatedAt.Equal(start) || !got.UpdatedAt.Equal(start.Add(time.Minute)) {
			t.Errorf("first %s, again %+v, stored %+v", first.ID, again, got)
		}
		if n, err := b.CountItems(t.Context(), transfer.ItemFilter{}); n != 4 || err != nil {
			t.Errorf("%d items, %v", n, err)
		}
		b.closeRejects(t, "repo-a", transfer.Pull, first.Key)
		later := reject("repo-a", "u", "X")
		b.addItems(t, later)
		if later.ID == first.ID || later.Attempts != 1 {
			t.Errorf("a closed reject came back: %+v", later)
		}
	})
}

// Elements without a uid are told apart by their text.
func TestRejectsWithoutUID(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first, second, again := reject("r", "", "BAD_UID"), reject("r", "", "BAD_UID"), reject("r", "", "BAD_UID")
		second.Incoming.XML = []byte("<other/>")
		b.addItems(t, first, second, again)
		if first.ID == second.ID || again.ID != first.ID || again.Attempts != 2 || second.Attempts != 1 {
			t.Errorf("%s %s %s", first.ID, second.ID, again.ID)
		}
	})
}

// What a peer sends as an identifier or a message must never stop a batch.
func TestItemsTakeAnyText(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		it := reject("r", strings.Repeat("ü", 10_000)+"\x00", "BAD_UID")
		it.Message, it.Incoming.XML = "zero \x00, broken \xff", []byte("<a>\x00</a>")
		b.addItems(t, it)
		got := b.item(t, it.ID)
		if len(got.Key.UID) > 515 || got.Message != "zero \uFFFD, broken \uFFFD" || string(got.Incoming.XML) != "<a>\uFFFD</a>" {
			t.Errorf("got %q, %q, %d bytes of uid", got.Message, got.Incoming.XML, len(got.Key.UID))
		}
	})
}

func TestCloseRejects(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mine, pushed, other := reject("repo-a", "u", "X"), reject("repo-a", "u", "X"), reject("repo-b", "u", "X")
		stays, lost := reject("repo-a", "v", "X"), conflict("repo-a", "u")
		pushed.Direction = transfer.Push
		b.addItems(t, mine, pushed, other, stays, lost)
		b.clock.advance(time.Minute)
		b.closeRejects(t, "repo-a", transfer.Pull, key(office, "u"), key(organ, "v"))
		for _, it := range []*transfer.Item{mine, pushed, other, stays, lost} {
			want := transfer.Open
			if it == mine {
				want = transfer.Closed
			}
			if got := b.item(t, it.ID); got.State != want || (want == transfer.Closed) != got.UpdatedAt.Equal(start.Add(time.Minute)) {
				t.Errorf("%s %s of %s is %s since %v, want %s", it.Outcome, it.Key.UID, it.RepositoryID, got.State, got.UpdatedAt, want)
			}
		}
	})
}

func TestOpenRejectsWaitInLine(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, uid := range []string{"a", "b", "c"} {
			b.addItems(t, reject("repo-a", uid, "X"), reject("repo-b", uid, "X"), conflict("repo-a", uid))
			b.clock.advance(time.Minute)
		}
		b.addItems(t, reject("repo-a", "a", "X")) // tried again: to the end
		closed := reject("repo-a", "d", "X")
		closed.State = transfer.Dismissed
		b.addItems(t, closed)
		for limit, want := range map[int]string{10: "b c a", 2: "b c"} {
			items, err := b.OpenRejects(t.Context(), "repo-a", office, transfer.Pull, limit)
			if got := uids(items, func(it *transfer.Item) string { return it.Key.UID }); got != want || err != nil {
				t.Errorf("limit %d: %s, want %s, %v", limit, got, want, err)
			}
		}
		for _, empty := range []struct {
			task string
			d    transfer.Direction
		}{{organ, transfer.Pull}, {office, transfer.Push}} {
			if items, err := b.OpenRejects(t.Context(), "repo-a", empty.task, empty.d, 10); len(items) != 0 || err != nil {
				t.Errorf("%v: %d items, %v", empty, len(items), err)
			}
		}
	})
}

func TestListItemsFiltersAndPages(t *testing.T) {
	filters := map[string]struct {
		filter transfer.ItemFilter
		want   string
	}{
		"all":        {transfer.ItemFilter{}, "e d c b a"},
		"outcome":    {transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}}, "d b"},
		"outcomes":   {transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict, policy.Skipped}}, "e d b"},
		"repository": {transfer.ItemFilter{RepositoryID: "repo-b"}, "c b"},
		"run":        {transfer.ItemFilter{RunID: "run-2"}, "e"},
		"record":     {transfer.ItemFilter{Resource: office, UID: "a"}, "a"},
		"task":       {transfer.ItemFilter{Task: organ}, ""},
		"direction":  {transfer.ItemFilter{Direction: transfer.Push}, "c"},
		"states":     {transfer.ItemFilter{States: []transfer.ItemState{transfer.Closed, transfer.Decided}}, "e d"},
		"together":   {transfer.ItemFilter{RepositoryID: "repo-a", States: []transfer.ItemState{transfer.Open}}, "a"},
	}
	each(t, func(t *testing.T, b *bench) {
		push, decided, skipped := reject("repo-b", "c", "X"), conflict("repo-a", "d"), conflict("repo-a", "e")
		push.Direction, decided.State = transfer.Push, transfer.Decided
		skipped.Outcome, skipped.State, skipped.RunID = policy.Skipped, transfer.Closed, "run-2"
		for _, it := range []*transfer.Item{reject("repo-a", "a", "X"), conflict("repo-b", "b"), push, decided, skipped} {
			b.addItems(t, it)
		}
		for name, test := range filters {
			for _, size := range []int{1, 2, 5, 50} {
				if got := b.listItems(t, test.filter, size); got != test.want {
					t.Errorf("%s by %d: %q, want %q", name, size, got, test.want)
				}
			}
			want := int64(len(strings.Fields(test.want)))
			if n, err := b.CountItems(t.Context(), test.filter); n != want || err != nil {
				t.Errorf("%s: counted %d, want %d, %v", name, n, want, err)
			}
		}
		open, err := b.OpenItems(t.Context(), policy.Conflict)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "open conflicts", open, map[string]int64{"repo-b": 1})
	})
}

// listItems reads all pages.
func (b *bench) listItems(t *testing.T, f transfer.ItemFilter, size int) string {
	t.Helper()
	var all []*transfer.Item
	page := transfer.Page{Size: size}
	for {
		items, next, err := b.ListItems(t.Context(), f, page)
		if err != nil || len(items) > size || next != nil && len(items) != size {
			t.Fatalf("%d items, next %q, %v", len(items), next, err)
		}
		all = append(all, items...)
		if next == nil {
			return uids(all, func(it *transfer.Item) string { return it.Key.UID })
		}
		page.After = next
	}
}

func TestSetItemExpectsAState(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		it := conflict("repo-a", "u")
		b.addItems(t, it)
		decided := *it
		decided.State, decided.Chosen, decided.DecidedBy, decided.DecidedSeq = transfer.Decided, transfer.RemoteWins, "ada", 7
		decided.UpdatedAt = start.Add(time.Hour)
		if err := b.SetItem(t.Context(), transfer.Open, &decided); err != nil {
			t.Fatal(err)
		}
		same(t, "decided", b.item(t, it.ID), &decided)
		late := decided
		late.DecidedBy = "grace"
		if err := b.SetItem(t.Context(), transfer.Open, &late); apierr.KindOf(err) != apierr.KindStale {
			t.Errorf("second decision: %v", err)
		}
		same(t, "still decided", b.item(t, it.ID), &decided)
		late.ID = "nobody"
		if err := b.SetItem(t.Context(), transfer.Open, &late); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing item: %v", err)
		}
	})
}

func TestDismissedRecordIsNotSaidAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		given, other := reject("r", "u", "X"), reject("r", "v", "X")
		given.Direction, other.Direction = transfer.Push, transfer.Push
		b.addItems(t, given, other)
		b.write(t, func(tx engine.Tx) error {
			return tx.Resend(t.Context(), "r", given.Task, []transfer.Key{given.Key, other.Key})
		})
		dismissed := *given
		dismissed.State = transfer.Dismissed
		if err := b.SetItem(t.Context(), transfer.Open, &dismissed); err != nil {
			t.Fatal(err)
		}
		keys, err := b.Resends(t.Context(), "r", given.Task, 10)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(keys, []transfer.Key{other.Key}) {
			t.Errorf("said again is %v", keys)
		}
	})
}

func TestReopenedRejectMustBeTheOnlyOne(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first := reject("r", "u", "X")
		b.addItems(t, first)
		set := func(state, expected transfer.ItemState) error {
			it := *first
			it.State = state
			return b.SetItem(t.Context(), expected, &it)
		}
		if err := set(transfer.Dismissed, transfer.Open); err != nil {
			t.Fatal(err)
		}
		twin := reject("r", "u", "X")
		b.addItems(t, twin)
		if err := set(transfer.Open, transfer.Dismissed); apierr.ReasonOf(err) != apierr.ReasonRejectClosed {
			t.Errorf("opened beside its twin: %v", err)
		}
		b.closeRejects(t, "r", transfer.Pull, twin.Key)
		if err := set(transfer.Open, transfer.Dismissed); err != nil {
			t.Errorf("opened alone: %v", err)
		}
	})
}

func TestChoiceByFieldIsKept(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		it := conflict("repo-a", "urn:uuid:1")
		b.addItems(t, it)
		for _, sides := range []map[string]transfer.Winner{{"name": transfer.RemoteWins}, nil} {
			it.FieldSides = sides
			if err := b.SetItem(t.Context(), transfer.Open, it); err != nil {
				t.Fatal(err)
			}
			same(t, "sides", b.item(t, it.ID).FieldSides, sides)
		}
	})
}

func TestConflictsAreSearched(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first, second, other := conflict("repo-a", "urn:uuid:AB1"), conflict("repo-a", "urn:uuid:2"), reject("repo-a", "urn:uuid:AB1", "X")
		first.Label, second.Label = "Østre Havn 100%", "Pier_7"
		b.addItems(t, first, second, other)
		for query, want := range map[string]int64{
			"østre": 1, "ØSTRE HAVN": 1, "uuid:ab1": 1, "urn": 2, "%": 1, "_": 1, "!": 0, "nothing": 0, "havn\x00": 0,
		} {
			f := transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}, Query: query}
			if n, err := b.CountItems(t.Context(), f); n != want || err != nil {
				t.Errorf("%q: %d, %v, want %d", query, n, err, want)
			}
		}
	})
}

func TestBaseVersion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		version := master(office, "urn:uuid:1", "0")
		version.Origin = ""
		var seqs []int64
		for i, origin := range []string{"", "", "repo-a", "", "repo-b", ""} { // the last one is present
			version = changed(version, strings.Repeat("x", i+1))
			version.Origin = origin
			b.apply(t, version)
			seqs = append(seqs, b.one(t, version.Key).Seq)
		}
		for name, c := range map[string]struct {
			local, sync int64
			repository  string
			want        int // index; -1 = none
		}{
			"what it was known to have seen": {seqs[5], seqs[1], "repo-c", 1},
			"between two versions":           {seqs[5], seqs[3], "repo-c", 3},
			"what came from it":              {seqs[5], seqs[1], "repo-a", 2},
			"what came from it last":         {seqs[5], seqs[1], "repo-b", 4},
			"only what lies before":          {seqs[1], seqs[5], "repo-a", 0},
			"nothing":                        {seqs[5], 0, "repo-c", -1},
			"not known":                      {0, 0, "repo-a", -1},
		} {
			got, found, err := b.BaseVersion(t.Context(), transfer.BaseQuery{Key: version.Key, RepositoryID: c.repository, LocalSeq: c.local, SyncSeq: c.sync})
			if err != nil || found != (c.want >= 0) || found && got.Seq != seqs[c.want] {
				t.Errorf("%s: %d, %v, %v", name, got.Seq, found, err)
			}
		}
	})
}
