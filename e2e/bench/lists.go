package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
	auditservice "github.com/edensync/edensync/services/audit/service"
	auditstore "github.com/edensync/edensync/services/audit/sqlstore"
	"github.com/edensync/edensync/services/transfer"
	core "github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// Lists are measured in the database: through the store, without API.
const (
	targetPage = 10 // ms
	pageSize   = 50
	lastPage   = 1000
)

// lister reads a page; after is the end of the page before, nil for the first one. Next is nil after the last page.
type lister[P any] func(ctx context.Context, after *P) (next *P, err error)

// pages measures the first page and the thousandth, or the last one of a shorter list.
func pages[P any](ctx context.Context, l *large, name string, list lister[P]) error {
	first, err := l.page(ctx, list.from(nil))
	if err != nil {
		return err
	}
	var after *P
	for range lastPage - 1 {
		next, err := list(ctx, after)
		if err != nil {
			return err
		}
		if next == nil {
			break
		}
		after = next
	}
	last, err := l.page(ctx, list.from(after))
	l.add(name+", first page", milliseconds, targetPage, first...)
	l.add(name+", page 1000", milliseconds, targetPage, last...)
	return err
}

func (list lister[P]) from(after *P) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := list(ctx, after)
		return err
	}
}

// page measures one page several times.
func (l *large) page(ctx context.Context, read func(context.Context) error) (samples []taken, err error) {
	for range l.scale.short {
		started := now()
		if err := read(ctx); err != nil {
			return nil, err
		}
		samples = append(samples, taken{value: inMilliseconds(now().Sub(started))})
	}
	return samples, nil
}

// inStore does something with the hub's store in this process.
func (l *large) inStore(ctx context.Context, do func(*store) error) (err error) {
	s, err := openStore(ctx, l.hubAt.data, l.hubAt.dsn)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.db.Close())
}

func (l *large) records(ctx context.Context) error {
	return l.inStore(ctx, func(s *store) error {
		return pages(ctx, l, "records list", func(ctx context.Context, after *[]string) (*[]string, error) {
			_, next, err := s.records.ListRecords(ctx, transfer.RecordFilter{Resource: l.document.resource}, pageAfter(after))
			return orNil(next), err
		})
	})
}

func pageAfter(after *[]string) transfer.Page {
	p := transfer.Page{Size: pageSize}
	if after != nil {
		p.After = *after
	}
	return p
}

func orNil(next []string) *[]string {
	if next == nil {
		return nil
	}
	return &next
}

// seeds is how many rows are made one by one; the database makes the others from them.
const seeds = 1000

func (l *large) conflicts(ctx context.Context) error {
	return l.inStore(ctx, func(s *store) error {
		items := make([]*transfer.Item, min(seeds, l.scale.large))
		for i := range items {
			items[i] = conflict(l.document.resource, i)
		}
		if err := s.records.Write(ctx, nil, func(tx core.Tx) error { return tx.AddItems(ctx, items) }); err != nil {
			return err
		}
		if err := multiply(ctx, s.db, "item", l.scale.large/len(items), "id"); err != nil {
			return err
		}
		filter := transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Conflict}, States: []transfer.ItemState{transfer.Open}}
		return pages(ctx, l, "conflicts list", func(ctx context.Context, after *[]string) (*[]string, error) {
			_, next, err := s.records.ListItems(ctx, filter, pageAfter(after))
			return orNil(next), err
		})
	})
}

// conflict is an item as it is found in the ledger.
func conflict(resource string, i int) *transfer.Item {
	record := document{resource: resource}.record(i)
	side := transfer.Side{ModifiedOn: epoch, Hash: fmt.Sprintf("%032x", i), XML: []byte("<resource name=\"" + resource + "\">" + record.Data[10].Text + "</resource>")}
	return &transfer.Item{
		RunID: fmt.Sprint("run ", i/100), RepositoryID: fmt.Sprint("repository ", i%5), Task: resource, Direction: transfer.Pull,
		Key: transfer.Key{Resource: resource, UID: record.UUID}, Outcome: policy.Conflict, Reason: string(policy.IncomingNewer),
		Rule: policy.Default().String(), State: transfer.Open, Winner: transfer.RemoteWins, Label: record.Data[0].Text, Incoming: side, Local: side,
	}
}

func (l *large) log(ctx context.Context) (err error) {
	settings := auditservice.Settings{}
	settings.Data, settings.Database, settings.Connections = l.hubAt.data, process.Secret(l.hubAt.dsn), 8
	db, err := settings.Open(ctx, auditservice.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s := auditstore.New(db, now)
	entries := make([]audit.Entry, min(seeds, l.scale.large))
	for i := range entries {
		entries[i] = logEntry(l.document.resource, i)
	}
	if _, err := s.Write(ctx, entries); err != nil {
		return err
	}
	if err := multiply(ctx, db, "log_entry", l.scale.large/len(entries), "id", "seq", "occurred_at"); err != nil {
		return err
	}
	return pages(ctx, l, "log list", func(ctx context.Context, behind *audit.Position) (*audit.Position, error) {
		list, err := s.List(ctx, audit.Filter{}, behind, pageSize)
		if err != nil || len(list) < pageSize {
			return nil, err
		}
		last := list[pageSize-1].Position()
		return &last, nil
	})
}

func logEntry(resource string, i int) audit.Entry {
	took := time.Duration(i) * time.Millisecond
	return audit.Entry{
		ID: uuid.Must(uuid.NewV7()).String(), Time: epoch.Add(time.Duration(i) * time.Second), RepositoryID: fmt.Sprint("repository ", i%5),
		RepositoryName: "An Eden", ResourceName: resource, Mode: audit.ModePull, Transmission: audit.TransmissionIncoming, Action: "send",
		Result: audit.ResultSuccess, Message: fmt.Sprintf("Data sent to peer (%d records)", i), Counts: &audit.Counts{Sent: int64(i)}, Duration: &took,
		Service: "transfer",
	}
}

// multiply copies all rows of a table so often that there are times as many. Texts in the named columns get another
// beginning and numbers rise, so that the copies come after what is there, in their order, as rows of a log do.
func multiply(ctx context.Context, db *sqldb.DB, table string, times int, distinct ...string) error {
	names, err := columnsOf(ctx, db, table)
	if err != nil {
		return err
	}
	values := slices.Clone(names)
	for i, name := range names {
		switch {
		case !slices.Contains(distinct, name):
		case name == "id":
			values[i] = "(1000000 + n) || '-' || id"
		default:
			values[i] = name + " + 1000000000 * n"
		}
	}
	_, err = db.Exec(ctx, "INSERT INTO "+table+" ("+strings.Join(names, ", ")+") WITH RECURSIVE series (n) AS "+
		"(SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < ?) SELECT "+strings.Join(values, ", ")+
		" FROM series CROSS JOIN (SELECT * FROM "+table+") AS present WHERE n < ?", times, times)
	if err == nil && db.Dialect() == sqldb.PostgreSQL {
		_, err = db.Exec(ctx, "ANALYZE "+table) // as autovacuum does within a minute, sooner or later during a measurement
	}
	if err != nil {
		return fmt.Errorf("multiply the rows of %s: %w", table, err)
	}
	return nil
}

func columnsOf(ctx context.Context, db *sqldb.DB, table string) (names []string, err error) {
	query := "SELECT name FROM pragma_table_info(?) ORDER BY cid"
	if db.Dialect() == sqldb.PostgreSQL {
		query = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"
	}
	err = db.Select(ctx, &names, query, table)
	return names, err
}
