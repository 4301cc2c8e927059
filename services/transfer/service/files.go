package service

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/attachment"
)

// files keeps the files behind upload fields: it fetches them in the background and serves them to peers.
type files struct {
	folder  *attachment.Folder
	fetcher *attachment.Fetcher
	server  *attachment.Server
}

// fetchEvery is how often files that are due are looked for.
const fetchEvery = 5 * time.Second

func openFiles(folder string, s *Service) (*files, error) {
	blobs, err := attachment.OpenFolder(folder)
	if err != nil {
		return nil, err
	}
	return &files{
		folder: blobs,
		fetcher: attachment.NewFetcher(attachment.Options{
			Store: s.store, Blobs: blobs, Source: s.client, Origin: s.origin, Stored: s.announce, GivenUp: s.filesLost,
			Now: s.deps.Now, Logger: s.deps.Logger.With(slog.String("part", "attachments")), Poll: fetchEvery,
		}),
		server: &attachment.Server{Names: s.store, Blobs: blobs, Logger: s.deps.Logger},
	}, nil
}

func (f *files) handler() http.Handler { return f.server }

// origin is where the files of a repository are fetched from: from itself, and nowhere else.
func (s *Service) origin(ctx context.Context, repositoryID string) (attachment.Origin, error) {
	repo, err := s.directory.Repository(ctx, repositoryID)
	if err != nil {
		return attachment.Origin{}, err
	}
	site, err := s.directory.Site(ctx)
	if err != nil {
		return attachment.Origin{}, err
	}
	remote, err := s.remotes.remote(ctx, repo, s.directory.Site)
	return attachment.Origin{Remote: remote, MaxBytes: site.MaxAttachment}, err
}

// filesLost writes one entry for files that are not tried again. Their records stay.
func (s *Service) filesLost(ctx context.Context, files []attachment.GivenUp) {
	first := files[0]
	message := fmt.Sprintf("%d files cannot be had; their records stay. The first is %s of (UID: %s) %s: %s",
		len(files), first.Field, first.Key.UID, first.Key.Resource, first.Message)
	entry := transfer.LogEntry{
		Time: s.deps.Now(), Repository: first.RepositoryID, Resource: first.Key.Resource, Mode: "pull", Transmission: "outgoing",
		Action: "download", Result: "warning", RemoteError: true, Message: message, Reason: first.Reason,
	}
	if repo, err := s.directory.Repository(ctx, first.RepositoryID); err == nil {
		entry.RepoName = repo.Name
	}
	s.remotes.audit(ctx, entry)
}

// announce lets other sites hear of a record again whose file has arrived, because only now it can be had here.
func (s *Service) announce(ctx context.Context, f *transfer.StoredFile) error {
	return s.engine.Announce(ctx, f.Key)
}
