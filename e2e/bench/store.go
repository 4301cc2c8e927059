package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	core "github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
	"github.com/edensync/edensync/services/transfer/service"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// store is the record store of a site in this process, under the same engine and with the same settings as in the
// product; only HTTP is not there.
type store struct {
	settings process.DatabaseSettings
	db       *sqldb.DB
	records  *sqlstore.Store
	engine   *core.Engine
}

// openStore opens the store of a site, or makes it.
func openStore(ctx context.Context, data, dsn string) (*store, error) {
	s := &store{settings: process.DatabaseSettings{Data: data, Database: process.Secret(dsn), Connections: 8}}
	if err := service.Migrate(ctx, s.settings); err != nil {
		return nil, err
	}
	db, err := s.settings.Open(ctx, service.Name)
	if err != nil {
		return nil, err
	}
	s.db, s.records = db, sqlstore.New(db, now)
	s.engine = core.New(core.Options{Store: s.records, Sites: self{}, Now: now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
	return s, nil
}

// self is the site that the store belongs to.
type self struct{}

func (self) Site(context.Context) (transfer.Site, error) {
	return transfer.Site{UUID: "urn:uuid:0d1f6c1e-0000-4000-8000-00000000be75", Name: "measured"}, nil
}

// load imports a file from a repository, from its opening until everything is committed.
func (s *store) load(ctx context.Context, repository, resource, file string) (counts transfer.Counts, took time.Duration, err error) {
	in := transfer.Import{Repository: transfer.Repository{ID: repository, Name: repository}, Resource: resource, Rule: policy.Default()}
	started := now()
	body, err := os.Open(filepath.Clean(file))
	if err != nil {
		return counts, 0, err
	}
	got, err := s.engine.Import(ctx, in, body)
	took = now().Sub(started)
	if err = errors.Join(err, body.Close()); err != nil {
		return counts, took, err
	}
	return got.Counts, took, nil
}

// fresh is a store in a database of its own.
type fresh struct {
	*store
	data, dsn string
	engine    engine
}

func (b *bench) fresh(ctx context.Context, e engine) (f *fresh, err error) {
	f = &fresh{engine: e}
	if f.data, err = os.MkdirTemp(b.folder, e.name()+"-store-"); err != nil {
		return nil, err
	}
	if f.dsn, err = e.create(ctx); err != nil {
		return nil, err
	}
	if f.store, err = openStore(ctx, f.data, f.dsn); err != nil {
		return nil, errors.Join(err, f.remove(ctx))
	}
	return f, nil
}

// remove closes the store and removes its database.
func (f *fresh) remove(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if f.store != nil {
		err = f.db.Close()
	}
	return errors.Join(err, f.engine.drop(ctx, f.dsn), os.RemoveAll(f.data))
}

// firstLoad is what a first load of the document into an empty store takes.
func (b *bench) firstLoad(ctx context.Context, e engine, d document) (took time.Duration, err error) {
	f, err := b.fresh(ctx, e)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.remove(ctx)) }()
	return f.loadAll(ctx, b, d)
}

// loadAll imports a document of which everything must be new.
func (s *store) loadAll(ctx context.Context, b *bench, d document) (time.Duration, error) {
	file, err := b.file(d)
	if err != nil {
		return 0, err
	}
	counts, took, err := s.load(ctx, source, d.resource, file)
	if err == nil && (counts.Created != int64(d.rows()) || counts.Received != counts.Created) {
		err = fmt.Errorf("a first load of %d records came to %+v", d.rows(), counts)
	}
	return took, err
}
