package storetest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func (b *bench) cursor(t *testing.T, repository string) transfer.Cursor {
	t.Helper()
	c, err := b.Cursor(t.Context(), repository, office)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bench) saveCursors(t *testing.T, cursors ...transfer.Cursor) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error {
		for _, c := range cursors {
			if err := tx.SaveCursor(t.Context(), c); err != nil {
				return err
			}
		}
		return nil
	})
}

func fullCursor(repository, resource string) transfer.Cursor {
	return transfer.Cursor{
		RepositoryID: repository, Resource: resource, PullTime: start, PullToken: "token", PushSeq: 7, SyncSeq: 5,
		Selection: "everything", LastFullAt: start.Add(time.Second), LastPullAt: start.Add(2 * time.Second), LastPushAt: start.Add(3 * time.Second),
	}
}

func TestCursor(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		same(t, "new", b.cursor(t, "r"), transfer.Cursor{RepositoryID: "r", Resource: office, OneWay: true})
		want := fullCursor("r", office)
		b.saveCursors(t, transfer.Cursor{RepositoryID: "r", Resource: office, OneWay: true}, want, fullCursor("r", organ), fullCursor("s", office))
		same(t, "saved", b.cursor(t, "r"), want)
		all, err := b.Cursors(t.Context(), "r")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "all of the repository", all, []transfer.Cursor{want, fullCursor("r", organ)})
		for seq := range int64(3) {
			b.show(t, "r", filtered(fmt.Sprintf("~.code=%d", seq)), seq)
		}
		seen := b.standing(t, "r", office)
		if len(seen.Shown) != 1 || len(seen.Shown[office]) != 3 {
			t.Errorf("parts %v", seen.Shown)
		}
		all, err = b.Cursors(t.Context(), "r")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the same beside what was seen", seen.Cursors, all)
	})
}

func TestRunsDoNotForgetWhatTheRepositoryHasSeenMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		seen := fullCursor("r", office)
		b.saveCursors(t, seen)
		stale := seen
		stale.SyncSeq, stale.PushSeq = 3, 8
		want := seen
		want.PushSeq = 8
		b.saveCursors(t, stale)
		same(t, "after a run that knew less", b.cursor(t, "r"), want)
		guess := want
		guess.OneWay, guess.SyncSeq, guess.PullToken = true, 90, "next"
		want.PullToken = "next"
		b.saveCursors(t, guess)
		same(t, "after a run that did not know that the repository asks", b.cursor(t, "r"), want)
		want.SyncSeq = 91
		b.saveCursors(t, want)
		same(t, "after a run that knew more", b.cursor(t, "r"), want)
	})
}

func (b *bench) servings(t *testing.T, repository string) string {
	t.Helper()
	servings, err := b.Servings(t.Context(), repository, office, transfer.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return uids(servings, func(s transfer.Serving) string { return fmt.Sprint(s.Seq) })
}

func (b *bench) serve(t *testing.T, repository string, seqs ...int64) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error {
		for _, seq := range seqs {
			s := transfer.Serving{Seq: seq, Youngest: start.Add(time.Duration(seq) * time.Second), ServedAt: start}
			if err := tx.AddServing(t.Context(), repository, office, transfer.Selection{}, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestServings(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.serve(t, "r", 3, 5, 5, 9)
		b.serve(t, "s", 1, 2)
		servings, err := b.Servings(t.Context(), "r", office, transfer.Selection{})
		if err != nil || len(servings) != 3 {
			t.Fatalf("%v, %v", servings, err)
		}
		same(t, "latest", servings[0], transfer.Serving{Seq: 9, Youngest: start.Add(9 * time.Second), ServedAt: start})
		confirm := func(repository string, seq int64) {
			b.write(t, func(tx engine.Tx) error {
				return tx.ConfirmServing(t.Context(), repository, office, transfer.Selection{}, seq)
			})
		}
		for _, step := range []struct {
			seq  int64
			want string
		}{{2, "9 5 3"}, {4, "9 5 3"}, {6, "9 5"}, {9, "9"}, {20, "9"}} {
			confirm("r", step.seq)
			if got := b.servings(t, "r"); got != step.want {
				t.Errorf("confirmed %d: %s, want %s", step.seq, got, step.want)
			}
		}
		if got := b.servings(t, "s"); got != "2 1" {
			t.Errorf("other repository: %s", got)
		}
	})
}

func TestOnlyTheLatestServingsStay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.serve(t, "s", 1)
		for seq := range int64(20) {
			b.serve(t, "r", seq+1)
		}
		if got := b.servings(t, "r"); got != "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5" {
			t.Errorf("got %s", got)
		}
		if got := b.servings(t, "s"); got != "1" {
			t.Errorf("other repository: %s", got)
		}
	})
}

func (b *bench) resends(t *testing.T, repository string, limit int) string {
	t.Helper()
	keys, err := b.Resends(t.Context(), repository, office, limit)
	if err != nil {
		t.Fatal(err)
	}
	return uids(keys, func(k transfer.Key) string { return k.UID })
}

func TestResends(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, batch := range [][]transfer.Key{{key(office, "b"), key(organ, "z")}, {key(office, "a"), key(office, "b"), key(office, "a")}} {
			b.write(t, func(tx engine.Tx) error {
				if err := tx.Apply(t.Context(), []*transfer.Record{master(office, fmt.Sprint(len(batch)), "x")}); err != nil {
					return err
				}
				return tx.Resend(t.Context(), "r", office, batch)
			})
		}
		b.write(t, func(tx engine.Tx) error { return tx.Resend(t.Context(), "s", office, []transfer.Key{key(office, "b")}) })
		if all, some := b.resends(t, "r", 10), b.resends(t, "r", 2); all != "b z a" || some != "b z" {
			t.Errorf("%q, %q", all, some)
		}
		b.write(t, func(tx engine.Tx) error {
			return tx.Resent(t.Context(), "r", office, []transfer.Key{key(office, "b"), key(office, "z"), key(office, "nobody")})
		})
		if mine, other := b.resends(t, "r", 10), b.resends(t, "s", 10); mine != "z a" || other != "b" {
			t.Errorf("%q, %q", mine, other)
		}
	})
}

func TestDeleteRepositoryForgetsWhereItStood(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, repository := range []string{"r", "s"} {
			b.saveCursors(t, fullCursor(repository, office))
			b.serve(t, repository, 1)
			b.write(t, func(tx engine.Tx) error {
				if err := tx.AddFiles(t.Context(), []transfer.File{{Key: key(office, repository), Field: "photo", URL: "u", RepositoryID: repository}}); err != nil {
					return err
				}
				return tx.Resend(t.Context(), repository, office, []transfer.Key{key(office, "x")})
			})
		}
		b.apply(t, master(office, "a", "x"))
		if err := b.DeleteRepository(t.Context(), "r"); err != nil {
			t.Fatal(err)
		}
		same(t, "cursor", b.cursor(t, "r"), transfer.Cursor{RepositoryID: "r", Resource: office, OneWay: true})
		same(t, "other cursor", b.cursor(t, "s"), fullCursor("s", office))
		same(t, "the rest", []string{b.servings(t, "r"), b.servings(t, "s"), b.resends(t, "r", 9), b.resends(t, "s", 9)}, []string{"", "1", "", "x"})
		files, err := b.PendingFiles(t.Context(), 10)
		if err != nil || len(files) != 1 || files[0].RepositoryID != "s" {
			t.Errorf("files to fetch %v, %v", files, err)
		}
		b.one(t, key(office, "a"))
	})
}
