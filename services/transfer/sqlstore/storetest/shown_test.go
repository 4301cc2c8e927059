package storetest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func filtered(queries ...string) transfer.Selection {
	var s transfer.Selection
	for _, q := range queries {
		s.Filters = append(s.Filters, transfer.Filter{Table: office, Query: q})
	}
	return s
}

func (b *bench) show(t *testing.T, repository string, sel transfer.Selection, seq int64) {
	t.Helper()
	b.showOf(t, repository, office, sel, seq)
}

func (b *bench) showOf(t *testing.T, repository, resource string, sel transfer.Selection, seq int64) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error {
		return errors.Join(
			tx.SaveShown(t.Context(), repository, resource, transfer.Shown{Selection: sel, Seq: seq}),
			tx.SaveCursor(t.Context(), transfer.NewCursor(repository, resource)),
		)
	})
}

// seenParts are the parts of resources that a repository has seen.
func (b *bench) seenParts(t *testing.T, repository string) map[string][]transfer.Shown {
	t.Helper()
	return b.standing(t, repository, office).Shown
}

func TestWhatWasShownOfASelection(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		north, both, made := filtered("~.name=North"), filtered("~.code=2", "~.name=North"), transfer.Selection{MadeHere: true}
		long := filtered("~.name=" + strings.Repeat("x", 10_000))
		b.show(t, "r", north, 5)
		b.show(t, "r", north, 3) // never goes back
		b.show(t, "r", filtered("~.name=North", "~.code=2"), 7)
		b.show(t, "r", both, 8) // the same: order does not matter
		b.show(t, "r", made, 2)
		b.show(t, "r", long, 1)
		b.show(t, "s", north, 9)
		b.showOf(t, "r", organ, north, 4)
		same(t, "shown", b.seenParts(t, "r"), map[string][]transfer.Shown{
			office: {{Selection: both, Seq: 8}, {Selection: north, Seq: 5}, {Selection: made, Seq: 2}, {Selection: long, Seq: 1}},
			organ:  {{Selection: north, Seq: 4}},
		})
		if err := b.DeleteRepository(t.Context(), "r"); err != nil {
			t.Fatal(err)
		}
		for repository, want := range map[string]int{"r": 0, "s": 1} {
			if shown := b.seenParts(t, repository); len(shown[office]) != want {
				t.Errorf("%s after r was deleted: %v", repository, shown)
			}
		}
	})
}

func TestOnlyTheLatestSelectionsStay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range int64(20) {
			b.show(t, "r", filtered(fmt.Sprintf("~.name=%d", i)), i)
		}
		if shown := b.seenParts(t, "r")[office]; len(shown) != 8 || shown[0].Seq != 19 || shown[7].Seq != 12 {
			t.Errorf("%v", shown)
		}
	})
}

// What was served through a filter confirms nothing of other filters; what was served of everything confirms them all.
func TestServingsOfSelections(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		north, south := filtered("~.name=North"), filtered("~.name=South")
		seqs := func(sel transfer.Selection) string {
			t.Helper()
			servings, err := b.Servings(t.Context(), "r", office, sel)
			if err != nil {
				t.Fatal(err)
			}
			return uids(servings, func(s transfer.Serving) string { return fmt.Sprint(s.Seq) })
		}
		b.write(t, func(tx engine.Tx) (err error) {
			for sel, list := range map[*transfer.Selection][]int64{{}: {1, 4}, &north: {2, 5, 6}, &south: {3}} {
				for _, seq := range list {
					if err == nil {
						err = tx.AddServing(t.Context(), "r", office, *sel, transfer.Serving{Seq: seq, Youngest: start, ServedAt: start})
					}
				}
			}
			return err
		})
		if got := seqs(transfer.Selection{}) + "; " + seqs(north) + "; " + seqs(south); got != "4 1; 6 5 4 2 1; 4 3 1" {
			t.Errorf("servings: %s", got)
		}
		b.write(t, func(tx engine.Tx) error { return tx.ConfirmServing(t.Context(), "r", office, north, 6) })
		if got := seqs(transfer.Selection{}) + "; " + seqs(north) + "; " + seqs(south); got != "4 1; 6 4 1; 4 3 1" {
			t.Errorf("when one is confirmed: %s", got)
		}
	})
}

// standing is where a repository stands, with what waits of a task.
func (b *bench) standing(t *testing.T, repository, task string) engine.Standing {
	t.Helper()
	s, err := b.Standing(t.Context(), repository, task)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStanding(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := func() transfer.Position {
			at, err := b.Position(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		expect := func(about, repository, task string, want engine.Standing) {
			t.Helper()
			want.At = at()
			if want.Shown == nil {
				want.Shown = map[string][]transfer.Shown{}
			}
			same(t, about, b.standing(t, repository, task), want)
		}
		expect("of nobody", "r", office, engine.Standing{})
		refused := reject("s", "b", "X")
		refused.Direction = transfer.Push
		b.addItems(t, reject("r", "a", "X"), conflict("s", "a"), refused)
		expect("of one who is new, with a reject", "r", office, engine.Standing{Rejects: true})
		expect("of another task", "r", organ, engine.Standing{Rejects: true})
		expect("of one who refused a record itself", "s", office, engine.Standing{})

		b.saveCursors(t, fullCursor("r", organ), fullCursor("r", office), fullCursor("s", office))
		b.show(t, "r", filtered("~.code=1"), 6)
		b.write(t, func(tx engine.Tx) error {
			if err := tx.Apply(t.Context(), []*transfer.Record{master(office, "a", "x")}); err != nil {
				return err
			}
			return tx.Resend(t.Context(), "r", organ, []transfer.Key{key(office, "a")})
		})
		cursors := []transfer.Cursor{b.cursor(t, "r"), fullCursor("r", organ)}
		shown := map[string][]transfer.Shown{office: {{Selection: filtered("~.code=1"), Seq: 6}}}
		expect("with a reject", "r", office, engine.Standing{Cursors: cursors, Shown: shown, Rejects: true})
		expect("with a record to be said again", "r", organ, engine.Standing{Cursors: cursors, Shown: shown, Rejects: true, Resends: true})
		closed := reject("r", "a", "X")
		b.write(t, func(tx engine.Tx) error {
			return tx.CloseRejects(t.Context(), "r", transfer.Pull, []transfer.Key{closed.Key})
		})
		b.write(t, func(tx engine.Tx) error { return tx.Resent(t.Context(), "r", organ, []transfer.Key{key(office, "a")}) })
		expect("when nothing waits any more", "r", office, engine.Standing{Cursors: cursors, Shown: shown})
		expect("when nothing waits any more, of the other task", "r", organ, engine.Standing{Cursors: cursors, Shown: shown})
	})
}
