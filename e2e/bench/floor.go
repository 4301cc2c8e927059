package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
)

// floor measures what no exchange is faster than: the ways to the database that it cannot do without, with nothing to do
// for the database on any of them.
func (p *pair) floor(ctx context.Context) (err error) {
	dsn := p.places[0].dsn
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(p.places[0].data, "floor.db")
	}
	db, err := sqldb.Open(ctx, dsn, sqldb.Options{Schema: "floor", MaxOpen: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{"CREATE TABLE floor (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)", "INSERT INTO floor (id, n) VALUES (1, 0)"} {
		if _, err := db.Exec(ctx, statement); err != nil {
			return err
		}
	}
	ask := func() error {
		var n int64
		return db.Get(ctx, &n, "SELECT n FROM floor WHERE id = ?", 1)
	}
	note := func() error {
		_, err := db.Exec(ctx, "UPDATE floor SET n = n + 1 WHERE id = ?", 1)
		return err
	}
	for _, f := range []struct {
		name string
		way  func() error
	}{{"one question to the database", ask}, {"one commit", note}} {
		samples, err := p.each(f.way)
		if err != nil {
			return err
		}
		p.add(f.name, milliseconds, 0, samples...)
	}
	return nil
}

// each takes the time of something short, many times in a row for a sample.
func (p *pair) each(do func() error) (samples []taken, err error) {
	const times = 50
	for range p.scale.short {
		started := now()
		for range times {
			if err := do(); err != nil {
				return nil, err
			}
		}
		samples = append(samples, taken{value: inMilliseconds(now().Sub(started) / time.Duration(times))})
	}
	return samples, nil
}
