package grpcapi

import (
	"context"

	"github.com/edensync/edensync/internal/pagetoken"
	"github.com/edensync/edensync/services/transfer"
)

func pageOf(req pageRequest, query any) (p transfer.Page, err error) {
	if p.Size, err = pagetoken.Size(req.GetPageSize()); err != nil {
		return p, err
	}
	p.After, err = pagetoken.Decode(req.GetPageToken(), query)
	return p, err
}

func tokenOf(query any, next []string) string {
	if len(next) == 0 {
		return ""
	}
	return pagetoken.Encode(query, next...)
}

// pageRequest is what all requests for a page of a list have in common.
type pageRequest interface {
	GetPageSize() int32
	GetPageToken() string
}

// itemPage is a page of the ledger.
type itemPage struct {
	items []*transfer.Item
	next  string // token of the page that follows; empty after the last one
	total int32  // items on all pages
}

func listItems(ctx context.Context, store Store, f transfer.ItemFilter, req pageRequest) (itemPage, error) {
	page, err := pageOf(req, f)
	if err != nil {
		return itemPage{}, err
	}
	items, next, err := store.ListItems(ctx, f, page)
	if err != nil {
		return itemPage{}, err
	}
	total, err := store.CountItems(ctx, f)
	return itemPage{items: items, next: tokenOf(f, next), total: int32(total)}, err
}
