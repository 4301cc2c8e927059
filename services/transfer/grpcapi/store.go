// Package grpcapi serves transfer's contracts over gRPC: one file per resource, wire.go where contracts meet the
// domain.
package grpcapi

import (
	"context"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Store is what the handlers need of the record store. Missing things are apierr NotFound.
type Store interface {
	// CreateRun queues a run. A repeated RequestID of the repository returns the run that it made. Another
	// active run of the repository is apierr Precondition, reason RUN_ACTIVE, metadata runId.
	CreateRun(ctx context.Context, run transfer.Run) (transfer.Run, error)
	GetRun(ctx context.Context, id string) (transfer.Run, error)
	ListRuns(ctx context.Context, f transfer.RunFilter, p transfer.Page) (runs []transfer.Run, next []string, err error)
	RequestStop(ctx context.Context, id string) (transfer.Run, error)

	// Activities are in the order of the ids.
	Activities(ctx context.Context, ids []string) ([]transfer.Activity, error)
	Buckets(ctx context.Context, p transfer.Period) ([]transfer.Bucket, error)
	// OpenItems counts the open items of an outcome by repository.
	OpenItems(ctx context.Context, outcome policy.Outcome) (map[string]int64, error)

	ListItems(ctx context.Context, f transfer.ItemFilter, p transfer.Page) (items []*transfer.Item, next []string, err error)
	CountItems(ctx context.Context, f transfer.ItemFilter) (int64, error)
	GetItem(ctx context.Context, id string) (*transfer.Item, error)
	// SetItem stores state, winner, who decided and the change number of a decision, if the item still is in the
	// expected state; else apierr Stale. A dismissed record is not said to the remote again.
	SetItem(ctx context.Context, expected transfer.ItemState, item *transfer.Item) error

	Resources(ctx context.Context) ([]transfer.ResourceSummary, error)
	CountRecords(ctx context.Context, resource string, withDeleted bool) (int64, error)
	// Progress tells how far a resource has got with repositories, and which of them must be told a record again.
	Progress(ctx context.Context, key transfer.Key, repositoryIDs []string) (transfer.Progress, error)
	ListRecords(ctx context.Context, f transfer.RecordFilter, p transfer.Page) (records []transfer.Record, next []string, err error)
	GetRecord(ctx context.Context, key transfer.Key) (transfer.History, error)
	// BaseVersion is the last past version that both sides of a conflict had, as far as the history has it.
	BaseVersion(ctx context.Context, b transfer.BaseQuery) (version transfer.Record, found bool, err error)
	// Records reads records by key, without components; missing ones are left out.
	Records(ctx context.Context, keys []transfer.Key) ([]*transfer.Record, error)
	// Files are the upload fields of records with what became of their files.
	Files(ctx context.Context, keys []transfer.Key) ([]*transfer.StoredFile, error)
	Changes(ctx context.Context, resource string, after int64, limit int) (transfer.ChangePage, error)
}

// Engine makes local edits and carries out decisions.
type Engine interface {
	Apply(ctx context.Context, edit engine.Edit) (*transfer.Record, error)
	Choose(ctx context.Context, item *transfer.Item, choice transfer.Choice, actor string) (int64, error)
	Retry(ctx context.Context, item *transfer.Item, repo transfer.Repository) error
}

// Directory answers what config knows of repositories.
type Directory interface {
	Repository(ctx context.Context, id string) (transfer.Repository, error)
	// Configured lists with which repositories a resource is exchanged, by their names.
	Configured(ctx context.Context, resource string) ([]transfer.ConfiguredTask, error)
	// Site is this installation as it was a few seconds ago; FreshSite as it is now.
	Site(ctx context.Context) (transfer.Site, error)
	FreshSite(ctx context.Context) (transfer.Site, error)
}
