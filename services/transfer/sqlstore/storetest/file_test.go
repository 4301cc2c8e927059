package storetest_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func photo(uid, url string) transfer.File {
	return transfer.File{Key: key(office, uid), Field: "photo", URL: url, Filename: "photo.jpg", RepositoryID: "r"}
}

func (b *bench) addFiles(t *testing.T, files ...transfer.File) {
	t.Helper()
	b.write(t, func(tx engine.Tx) error { return tx.AddFiles(t.Context(), files) })
}

func (b *bench) pending(t *testing.T) []*transfer.StoredFile {
	t.Helper()
	files, err := b.PendingFiles(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// file is the only one of record a.
func (b *bench) file(t *testing.T) *transfer.StoredFile {
	t.Helper()
	files, err := b.Files(t.Context(), []transfer.Key{key(office, "a"), key(office, "nobody")})
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	return files[0]
}

func TestFileFromWaitingToServed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		second := photo("a", "u2")
		second.Field = "plan"
		b.addFiles(t, photo("a", "u1"), second, photo("b", "u3"))
		waiting := b.pending(t)
		if len(waiting) != 3 || waiting[0].File != photo("a", "u1") || waiting[0].State != transfer.FilePending || len(waiting[0].Token) < 40 {
			t.Fatalf("waiting %+v", waiting)
		}
		f := *waiting[0]
		if _, err := b.FileByToken(t.Context(), f.Token); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("served before it is here: %v", err)
		}
		f.SHA256, f.Size, f.ContentType = "abc", 12, "image/jpeg"
		b.clock.advance(time.Minute)
		if current, err := b.SaveFile(t.Context(), &f); !current || err != nil {
			t.Fatalf("current %v, %v", current, err)
		}
		got, err := b.FileByToken(t.Context(), f.Token)
		if err != nil {
			t.Fatal(err)
		}
		want := f
		want.State, want.Attempts, want.UpdatedAt = transfer.FileStored, 1, start.Add(time.Minute)
		same(t, "served", got, &want)
		if left := b.pending(t); len(left) != 2 || left[0].Token == left[1].Token {
			t.Errorf("left %+v", left)
		}
		for sha, want := range map[string]bool{"abc": true, "def": false, "": false} {
			if used, err := b.ContentUsed(t.Context(), sha); used != want || err != nil {
				t.Errorf("%q used = %v, %v", sha, used, err)
			}
		}
	})
}

func TestFailedFileIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.addFiles(t, photo("a", "u1"))
		f := b.pending(t)[0]
		if current, err := b.FailFile(t.Context(), f, "404", start.Add(time.Minute)); !current || err != nil {
			t.Fatalf("current %v, %v", current, err)
		}
		if left := b.pending(t); len(left) != 0 {
			t.Errorf("tried at once: %+v", left)
		}
		b.clock.advance(time.Minute)
		again := b.pending(t)
		if len(again) != 1 || again[0].Attempts != 1 || again[0].Message != "404" {
			t.Fatalf("again %+v", again)
		}
		if _, err := b.FailFile(t.Context(), again[0], "given up", time.Time{}); err != nil {
			t.Fatal(err)
		}
		b.clock.advance(time.Hour)
		if got := b.file(t); got.State != transfer.FileFailed || got.Attempts != 2 || len(b.pending(t)) != 0 {
			t.Errorf("given up %+v", got)
		}
		b.addFiles(t, photo("a", "u1")) // the record came again
		if got := b.pending(t); len(got) != 1 || got[0].Attempts != 0 || got[0].Message != "" {
			t.Errorf("after the record came again %+v", got)
		}
	})
}

func TestFileOfAChangedRecord(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.addFiles(t, photo("a", "u1"), photo("a", "u2")) // twice in a batch: the last one counts
		f := b.pending(t)[0]
		if f.URL != "u2" {
			t.Errorf("waiting for %s", f.URL)
		}
		b.addFiles(t, photo("a", "u2"))
		if got := b.file(t); got.Token != f.Token {
			t.Error("the same file got another token")
		}
		b.addFiles(t, photo("a", "u3"))
		f.SHA256 = "abc"
		if current, err := b.SaveFile(t.Context(), f); current || err != nil {
			t.Errorf("stale content was stored: %v, %v", current, err)
		}
		next := b.file(t)
		if next.URL != "u3" || next.State != transfer.FilePending || next.SHA256 != "" || next.Token == f.Token {
			t.Errorf("next %+v", next)
		}
		next.SHA256 = "def"
		if _, err := b.SaveFile(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		b.addFiles(t, photo("a", "u3"))
		if got := b.file(t); got.State != transfer.FileStored || got.Token != next.Token {
			t.Errorf("a stored file was thrown away: %+v", got)
		}
	})
}
