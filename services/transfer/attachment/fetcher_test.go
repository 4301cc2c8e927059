package attachment_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/attachment"
	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// memory is a store of wanted files.
type memory struct {
	mu    sync.Mutex
	now   func() time.Time
	files []*transfer.StoredFile
	stale bool // the record gets another file while this one is fetched
	away  error
}

func (m *memory) PendingFiles(_ context.Context, limit int) ([]*transfer.StoredFile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*transfer.StoredFile
	for _, f := range m.files {
		if f.State == transfer.FilePending && !f.NextTry.After(m.now()) && len(due) < limit {
			clone := *f
			due = append(due, &clone)
		}
	}
	return due, m.away
}

func (m *memory) change(f *transfer.StoredFile, change func(*transfer.StoredFile)) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, mine := range m.files {
		if mine.Field == f.Field && !m.stale {
			mine.Attempts++
			change(mine)
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) SaveFile(_ context.Context, f *transfer.StoredFile) (bool, error) {
	return m.change(f, func(mine *transfer.StoredFile) {
		mine.State, mine.SHA256, mine.Size, mine.ContentType = transfer.FileStored, f.SHA256, f.Size, f.ContentType
	})
}

func (m *memory) FailFile(_ context.Context, f *transfer.StoredFile, message string, next time.Time) (bool, error) {
	return m.change(f, func(mine *transfer.StoredFile) {
		mine.Message, mine.NextTry = message, next
		if next.IsZero() {
			mine.State = transfer.FileFailed
		}
	})
}

func (m *memory) ContentUsed(_ context.Context, sha string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.files {
		if f.SHA256 == sha {
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) get(i int) transfer.StoredFile {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.files[i]
}

// wanted makes pending files with these addresses.
func wanted(now func() time.Time, urls ...string) *memory {
	m := &memory{now: now}
	for i, url := range urls {
		m.files = append(m.files, &transfer.StoredFile{State: transfer.FilePending, File: transfer.File{
			Key: transfer.Key{Resource: "doc_document", UID: fmt.Sprint("urn:uuid:", i)}, Field: fmt.Sprint("file", i), URL: url, RepositoryID: "r1",
		}})
	}
	return m
}

// workshop is a fetcher with all that it needs.
type workshop struct {
	*attachment.Fetcher
	store  *memory
	blobs  *attachment.Folder
	heard  []string // fields whose content arrived
	lost   []string // fields that were given up, with the reason
	limit  int64
	origin error
}

func newWorkshop(t *testing.T, eden *peertest.Eden, store *memory, change ...func(*attachment.Options)) *workshop {
	t.Helper()
	blobs, _ := folder(t)
	s := peer.Defaults()
	s.MaxAttempts, s.Dial = 1, eden.Dial
	client := peer.New(s, time.Now, nil)
	t.Cleanup(client.Close)
	w := &workshop{store: store, blobs: blobs}
	o := attachment.Options{
		Store: store, Blobs: blobs, Source: client, Now: store.now,
		Origin: func(context.Context, string) (attachment.Origin, error) {
			return attachment.Origin{Remote: peer.Remote{BaseURL: eden.URL(), Username: "sync", Password: "secret"}, MaxBytes: w.limit}, w.origin
		},
		Stored: func(_ context.Context, f *transfer.StoredFile) error { w.heard = append(w.heard, f.Field); return nil },
		GivenUp: func(_ context.Context, files []attachment.GivenUp) {
			for _, f := range files {
				w.lost = append(w.lost, f.Field+" "+f.Reason)
			}
		},
	}
	for _, c := range change {
		c(&o)
	}
	w.Fetcher = attachment.NewFetcher(o)
	return w
}

func round(t *testing.T, w *workshop) int {
	t.Helper()
	n, err := w.Round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFilesAreFetchedAndStored_TRF090(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).RequireUser("sync", "secret")
	url := eden.AddFile("a.txt", peertest.File{ContentType: "text/plain; charset=utf-8", Content: []byte("hello")})
	w := newWorkshop(t, eden, wanted(time.Now, url, "/default/download/a.txt", "http://elsewhere.example.org/a.txt"))
	if n := round(t, w); n != 3 {
		t.Errorf("took up %d files", n)
	}
	for i := range 2 {
		f := w.store.get(i)
		if f.State != transfer.FileStored || f.SHA256 != helloHash || f.Size != 5 || f.ContentType != "text/plain" {
			t.Errorf("got %+v", f)
		}
	}
	if text, err := open(t, w.blobs, helloHash); text != "hello" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	if f := w.store.get(2); f.State != transfer.FileFailed || !strings.Contains(f.Message, "elsewhere.example.org") {
		t.Errorf("another host must be refused for good, got %+v", f)
	}
	if strings.Join(w.heard, " ") != "file0 file1" || strings.Join(w.lost, ",") != "file2 "+peer.ReasonNotAllowed {
		t.Errorf("heard of %q, lost %q", w.heard, w.lost)
	}
	if n := round(t, w); n != 0 {
		t.Errorf("took up %d files again", n)
	}
}

func TestWhatBecomesOfFailures(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	minute := now.Add(time.Minute)
	tests := map[string]struct {
		fault   peertest.Fault
		limit   int64
		next    time.Time // zero = given up
		message string
	}{
		"not there":     {peertest.Answer(404, "text/html", "file not found"), 0, minute, "file not found"},
		"not permitted": {peertest.Answer(403, "text/html", "Insufficient Privileges"), 0, minute, "Insufficient Privileges"},
		"sign-in page":  {peertest.Redirect(303, "/eden/default/user/login"), 0, minute, "asks to sign in"},
		"web page":      {peertest.Answer(200, "text/html", "<html>"), 0, minute, "web page"},
		"cut":           {peertest.Cut(2), 0, minute, "Peer repository unavailable"},
		"busy":          {peertest.Busy(7200), 0, now.Add(2 * time.Hour), "overloaded"},
		"too large":     {nil, 4, time.Time{}, "more than 4"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t)
			url := eden.AddFile("a.bin", peertest.File{Content: []byte("hello"), Public: true})
			if test.fault != nil {
				eden.Always(peertest.Download, test.fault)
			}
			w := newWorkshop(t, eden, wanted(func() time.Time { return now }, url))
			w.limit = test.limit
			round(t, w)
			f := w.store.get(0)
			if !f.NextTry.Equal(test.next) || (f.State == transfer.FileFailed) != test.next.IsZero() || !strings.Contains(f.Message, test.message) || f.Attempts != 1 {
				t.Errorf("got %+v", f)
			}
			if w.heard != nil || (w.lost != nil) != test.next.IsZero() {
				t.Errorf("heard of %q, lost %q", w.heard, w.lost)
			}
		})
	}
}

func TestAPageThatIsMeantToBeOne(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	url := eden.AddFile("manual.html", peertest.File{ContentType: "text/html", Content: []byte("<html>"), Public: true})
	w := newWorkshop(t, eden, wanted(time.Now, url))
	round(t, w)
	if f := w.store.get(0); f.State != transfer.FileStored || f.ContentType != "text/html" {
		t.Errorf("got %+v", f)
	}
}

func TestAnUnreachableSiteIsAskedOnce(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	url := eden.AddFile("a", peertest.File{Content: []byte("hello"), Public: true})
	eden.Always(peertest.Download, peertest.HangUp())
	w := newWorkshop(t, eden, wanted(time.Now, url, url, url))
	round(t, w)
	if n := len(eden.Requests(peertest.Download)); n != 1 {
		t.Errorf("asked %d times", n)
	}
	for i := range 3 {
		if f := w.store.get(i); f.State != transfer.FilePending || f.Attempts != 1 || f.NextTry.IsZero() {
			t.Errorf("got %+v", f)
		}
	}
}

func TestAFileThatIsNotWantedAnyMore(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	w := newWorkshop(t, eden, wanted(time.Now, eden.AddFile("a", peertest.File{Content: []byte("hello"), Public: true})))
	w.store.stale = true
	round(t, w)
	if w.heard != nil {
		t.Errorf("heard of %q", w.heard)
	}
}

func TestFaultsOfThisSiteLeaveFilesAlone(t *testing.T) {
	t.Parallel()
	trouble := errors.New("trouble")
	eden := peertest.Start(t)
	url := eden.AddFile("a", peertest.File{Content: []byte("hello"), Public: true})
	for name, change := range map[string]func(*workshop, *attachment.Options){
		"blobs":  func(_ *workshop, o *attachment.Options) { o.Blobs = fullDisk{o.Blobs, trouble} },
		"config": func(_ *workshop, o *attachment.Options) { o.Origin = failing(trouble) },
		"store":  func(w *workshop, _ *attachment.Options) { w.store.away = trouble },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkshop(t, eden, wanted(time.Now, url))
			o := w.Options
			change(w, &o)
			if _, err := attachment.NewFetcher(o).Round(t.Context()); !errors.Is(err, trouble) {
				t.Errorf("got %v", err)
			}
			if f := w.store.get(0); f.Attempts != 0 || f.State != transfer.FilePending {
				t.Errorf("got %+v", f)
			}
		})
	}
}

type fullDisk struct {
	attachment.Blobs
	err error
}

func (d fullDisk) Put(context.Context, io.Reader) (attachment.Content, error) {
	return attachment.Content{}, d.err
}

func failing(err error) func(context.Context, string) (attachment.Origin, error) {
	return func(context.Context, string) (attachment.Origin, error) { return attachment.Origin{}, err }
}

func TestFilesOfARemovedRepositoryAreGivenUp(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t)
	w := newWorkshop(t, eden, wanted(time.Now, eden.URL()+"/x"), func(o *attachment.Options) {
		o.Origin = failing(fmt.Errorf("read: %w", apierr.NotFound("repository", "r1")))
	})
	round(t, w)
	if f := w.store.get(0); f.State != transfer.FileFailed || !strings.Contains(f.Message, "removed") {
		t.Errorf("got %+v", f)
	}
}

// TestRunTriesAgain lets three days pass: a file that is missing first and there later arrives, one that never
// comes is given up, one of a site that is away is not.
func TestRunTriesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		eden := peertest.Memory(t)
		store := wanted(time.Now, eden.URL()+"/default/download/late.bin", eden.URL()+"/default/download/never.bin")
		w := newWorkshop(t, eden, store)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		time.AfterFunc(3*time.Hour, func() { eden.AddFile("late.bin", peertest.File{Content: []byte("hello"), Public: true}) })
		<-time.After(14 * 24 * time.Hour)
		if f := store.get(0); f.State != transfer.FileStored || f.Attempts < 5 {
			t.Errorf("got %+v", f)
		}
		if f := store.get(1); f.State != transfer.FileFailed || f.Attempts != 15 {
			t.Errorf("got %+v", f)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestRunNeverGivesUpASiteThatIsAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		eden := peertest.Memory(t).Always(peertest.Download, peertest.HangUp())
		store := wanted(time.Now, eden.URL()+"/default/download/a")
		w := newWorkshop(t, eden, store)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		<-time.After(60 * 24 * time.Hour)
		if f := store.get(0); f.State != transfer.FilePending || f.Attempts < 100 || f.Attempts > 200 {
			t.Errorf("got %+v", f)
		}
		eden.Heal()
		eden.AddFile("a", peertest.File{Content: []byte("hello"), Public: true})
		<-time.After(13 * time.Hour)
		if f := store.get(0); f.State != transfer.FileStored {
			t.Errorf("got %+v", f)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestWakeMakesRunLookAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		eden := peertest.Memory(t)
		url := eden.AddFile("a", peertest.File{Content: []byte("hello"), Public: true})
		store := wanted(time.Now)
		w := newWorkshop(t, eden, store, func(o *attachment.Options) { o.Poll = 1000 * time.Hour })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		synctest.Wait()
		store.mu.Lock()
		store.files = wanted(time.Now, url).files
		store.mu.Unlock()
		w.Wake()
		w.Wake()
		synctest.Wait()
		if f := store.get(0); f.State != transfer.FileStored {
			t.Errorf("got %+v", f)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
