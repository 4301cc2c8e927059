package attachment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"path"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/peer"
)

// Store remembers which files are wanted and what became of them.
type Store interface {
	// PendingFiles are files whose next attempt is due, those that wait longest first.
	PendingFiles(ctx context.Context, limit int) ([]*transfer.StoredFile, error)
	// SaveFile notes SHA256, Size and ContentType of a file that is here now. current is false when it is not
	// wanted any more, because the record got another one meanwhile.
	SaveFile(ctx context.Context, f *transfer.StoredFile) (current bool, err error)
	// FailFile notes a failed attempt. The file is tried again at next; a zero next gives it up.
	FailFile(ctx context.Context, f *transfer.StoredFile, message string, next time.Time) (current bool, err error)
	// ContentUsed tells whether any record still refers to a content.
	ContentUsed(ctx context.Context, sha256 string) (bool, error)
}

// Source opens files at a remote; *peer.Client is one.
type Source interface {
	Fetch(ctx context.Context, remote peer.Remote, address string, limit int64) (io.ReadCloser, peer.Meta, error)
}

// Origin is where a file is fetched from.
type Origin struct {
	Remote   peer.Remote
	MaxBytes int64 // largest file that is kept; 0 = DefaultMaxBytes
}

// DefaultMaxBytes limits a file when the site sets no limit.
const DefaultMaxBytes = 64 << 20

// Options are what a Fetcher works with.
type Options struct {
	Store  Store
	Blobs  Blobs
	Source Source
	// Origin finds a repository. An apierr of KindNotFound gives its files up; any other error makes the
	// fetcher try again later.
	Origin func(ctx context.Context, repositoryID string) (Origin, error)
	// Stored hears of each file whose content is here and was not before, so that peers can be told of its
	// record again. nil = nobody listens.
	Stored func(ctx context.Context, f *transfer.StoredFile) error
	// GivenUp hears of files of one resource that are not tried again. nil = nobody listens.
	GivenUp func(ctx context.Context, files []GivenUp)
	Now     func() time.Time
	Logger  *slog.Logger
	Poll    time.Duration // between two looks for files that are due; 0 = 10 s
}

// GivenUp is a file that is not tried again.
type GivenUp struct {
	transfer.File
	Reason  string // stable code
	Message string // for people
}

// Fetcher brings files in. It is safe to run several at once: at worst a file is fetched twice.
type Fetcher struct {
	Options
	wake chan struct{}
}

// NewFetcher makes a fetcher; Run makes it work.
func NewFetcher(o Options) *Fetcher {
	if o.Poll <= 0 {
		o.Poll = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Fetcher{Options: o, wake: make(chan struct{}, 1)}
}

// Wake makes Run look for files at once.
func (f *Fetcher) Wake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Times of pruning.
const (
	pruneEvery = 6 * time.Hour
	pruneAge   = 24 * time.Hour // younger contents stay: they may just be on their way into a record
)

// Run fetches what is due and removes what nobody refers to any more, until ctx ends. Its error is always nil.
func (f *Fetcher) Run(ctx context.Context) error {
	poll, prune := time.NewTicker(f.Poll), time.NewTicker(pruneEvery)
	defer poll.Stop()
	defer prune.Stop()
	for {
		f.drain(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-prune.C:
			f.prune(ctx)
		case <-poll.C:
		case <-f.wake:
		}
	}
}

// drain fetches round by round until nothing is due or this site itself is in trouble.
func (f *Fetcher) drain(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := f.Round(ctx)
		if err != nil && ctx.Err() == nil {
			f.Logger.WarnContext(ctx, "could not fetch attachments", "error", err)
		}
		if err != nil || n == 0 {
			return
		}
	}
}

func (f *Fetcher) prune(ctx context.Context) {
	removed, err := f.Blobs.Prune(ctx, f.Now().Add(-pruneAge), f.Store.ContentUsed)
	if err != nil && ctx.Err() == nil {
		f.Logger.WarnContext(ctx, "could not remove attachments that nobody refers to", "removed", removed, "error", err)
	}
}

// roundFiles is how many files a round takes up.
const roundFiles = 50

// Round tries each file that is due once, a limited number of them, and tells how many it took up. Its error is a
// fault of this site: the files it concerns stay as they are. What is wrong at a remote is noted at the file.
func (f *Fetcher) Round(ctx context.Context) (int, error) {
	files, err := f.Store.PendingFiles(ctx, roundFiles)
	if err != nil {
		return 0, err
	}
	r := &round{Fetcher: f, origins: map[string]*origin{}}
	defer func() { r.report(ctx) }()
	for _, file := range files {
		if err := r.one(ctx, file); err != nil {
			return len(files), fmt.Errorf("attachment %s of %s %s: %w", file.Field, file.Key.Resource, file.Key.UID, err)
		}
	}
	return len(files), nil
}

// round remembers what it learned of repositories, so that an unreachable one is asked once.
type round struct {
	*Fetcher
	origins map[string]*origin
	lost    []GivenUp
}

type origin struct {
	Origin
	away error // why its files are not asked for in this round
}

func (r *round) one(ctx context.Context, file *transfer.StoredFile) error {
	from, err := r.origin(ctx, file.RepositoryID)
	if err != nil {
		return err
	}
	if from.away != nil {
		return r.fail(ctx, file, from.away)
	}
	content, kind, err := r.fetch(ctx, file, from)
	var local *localError
	switch {
	case err == nil:
		return r.keep(ctx, file, content, kind)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &local):
		return local.cause
	case concernsSite(err):
		from.away = err
	}
	return r.fail(ctx, file, err)
}

func (r *round) origin(ctx context.Context, id string) (*origin, error) {
	if known := r.origins[id]; known != nil {
		return known, nil
	}
	known := &origin{}
	var err error
	switch known.Origin, err = r.Origin(ctx, id); {
	case err != nil && apierr.KindOf(err) == apierr.KindNotFound:
		known.away = errRemoved
	case err != nil:
		return nil, fmt.Errorf("read repository %s: %w", id, err)
	case known.MaxBytes <= 0:
		known.MaxBytes = DefaultMaxBytes
	}
	r.origins[id] = known
	return known, nil
}

// localError is a fault of this site's own store.
type localError struct{ cause error }

func (l *localError) Error() string { return l.cause.Error() }

// fetch brings the content of one file into the blob store.
func (r *round) fetch(ctx context.Context, file *transfer.StoredFile, from *origin) (Content, string, error) {
	body, meta, err := r.Source.Fetch(ctx, from.Remote, file.URL, from.MaxBytes)
	if err != nil {
		return Content{}, "", err
	}
	defer func() { _ = body.Close() }()
	kind := contentType(meta.ContentType)
	if kind == "text/html" && !namesPage(file) {
		return Content{}, "", errPage
	}
	incoming := &remembering{Reader: body}
	content, err := r.Blobs.Put(ctx, incoming)
	if err != nil && incoming.failed != nil {
		return Content{}, "", incoming.failed
	}
	if err != nil {
		return Content{}, "", &localError{err}
	}
	return content, kind, nil
}

// remembering tells an error of the remote from one of the blob store.
type remembering struct {
	io.Reader
	failed error
}

func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return n, err
}

func (r *round) keep(ctx context.Context, file *transfer.StoredFile, content Content, kind string) error {
	before := file.SHA256
	file.SHA256, file.Size, file.ContentType = content.SHA256, content.Size, kind
	current, err := r.Store.SaveFile(ctx, file)
	if err != nil || !current || before == content.SHA256 || r.Stored == nil {
		return err
	}
	return r.Stored(ctx, file)
}

// contentType is a media type without parameters that may be sent on.
func contentType(said string) string {
	kind, _, err := mime.ParseMediaType(said)
	if err != nil || !strings.Contains(kind, "/") {
		return "application/octet-stream"
	}
	return kind
}

// namesPage tells whether a file may well be a web page, by its name.
func namesPage(file *transfer.StoredFile) bool {
	for _, name := range []string{file.Filename, file.URL} {
		switch strings.ToLower(path.Ext(name)) {
		case ".html", ".htm", ".xhtml":
			return true
		}
	}
	return false
}
