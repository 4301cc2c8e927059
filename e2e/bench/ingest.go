package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/edensync/edensync/services/transfer"
)

// targetSame is how many records a second of an identical document are decoded and compared.
const targetSame = 150_000

// ingest measures the way from a file to committed records in this process, beside the shell of the database, which
// loads the same rows into the same table at the same moment.
func (b *bench) ingest(e engine) stage {
	i := &ingest{bench: b, engine: e}
	return stage{
		prefix: e.name() + " ",
		parts: []part{{[]string{
			"first load", "first load if no core waited", "first load per CPU second", "merge", "merge if no core waited",
			"the same document again", "the same document again if no core waited",
		}, i.measure}},
	}
}

type ingest struct {
	*bench
	engine engine

	first, perCPU, merge, same              []taken
	firstUnbound, mergeUnbound, sameUnbound []taken // see unbound
}

func (i *ingest) measure(ctx context.Context) error {
	for range i.scale.samples {
		if err := i.sample(ctx); err != nil {
			return err
		}
	}
	first, merge := i.engine.ingestTargets()
	i.report.add(i.engine.name()+" first load", perSecond, first, i.first...)
	i.report.add(i.engine.name()+" first load if no core waited", perSecond, 0, i.firstUnbound...)
	i.report.add(i.engine.name()+" first load per CPU second", "rec/CPU-s", 0, i.perCPU...)
	i.report.add(i.engine.name()+" merge", perSecond, merge, i.merge...)
	i.report.add(i.engine.name()+" merge if no core waited", perSecond, 0, i.mergeUnbound...)
	i.report.add(i.engine.name()+" the same document again", perSecond, targetSame, i.same...)
	i.report.add(i.engine.name()+" the same document again if no core waited", perSecond, 0, i.sameUnbound...)
	return nil
}

// sample measures once, in a store of its own.
func (i *ingest) sample(ctx context.Context) (err error) {
	f, err := i.fresh(ctx, i.engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.remove(ctx)) }()
	d := document{resource: "org_organisation", component: "org_office", count: i.scale.records}
	load, err := i.loadFirst(ctx, f, d)
	if err != nil {
		return err
	}
	if err := i.loadAgain(ctx, f, d); err != nil {
		return err
	}
	return i.loadNewer(ctx, f, d, load)
}

func (i *ingest) loadFirst(ctx context.Context, f *fresh, d document) (loader, error) {
	if _, err := i.file(d); err != nil { // made before the clock of the processor is read
		return nil, err
	}
	var took, shared, cpu time.Duration
	err := i.profiled(i.engine.name()+"-first-load", func() (err error) {
		before, err := used()
		if err != nil {
			return err
		}
		shared, err = unbound(func() (err error) {
			took, err = f.loadAll(ctx, i.bench, d)
			return err
		})
		if err != nil {
			return err
		}
		after, err := used()
		cpu = after - before
		return err
	})
	if err != nil {
		return nil, err
	}
	load, err := i.engine.limit(ctx, f.data, f.dsn, d)
	if err != nil {
		return nil, err
	}
	limit, err := load(ctx)
	i.first = append(i.first, taken{rate(d.rows(), took), rate(d.rows(), limit)})
	i.firstUnbound = append(i.firstUnbound, taken{rate(d.rows(), shared), rate(d.rows(), limit)})
	i.perCPU = append(i.perCPU, taken{value: rate(d.rows(), cpu)})
	return load, err
}

// loadAgain imports what is there already. It must not write one record.
func (i *ingest) loadAgain(ctx context.Context, f *fresh, d document) error {
	file, err := i.file(d)
	if err != nil {
		return err
	}
	before, err := f.stamp(ctx)
	if err != nil {
		return err
	}
	return i.profiled(i.engine.name()+"-same-again", func() error {
		var counts transfer.Counts
		var took time.Duration
		shared, err := unbound(func() (err error) {
			counts, took, err = f.load(ctx, source, d.resource, file)
			return err
		})
		if err != nil {
			return err
		}
		after, err := f.stamp(ctx)
		if err == nil && (counts.Unchanged != int64(d.rows()) || before != after) {
			err = fmt.Errorf("an identical document came to %+v and left the store as %s, which was %s", counts, after, before)
		}
		i.same = append(i.same, taken{value: rate(d.rows(), took)})
		i.sameUnbound = append(i.sameUnbound, taken{value: rate(d.rows(), shared)})
		return err
	})
}

// stamp is another text after any change of a record.
func (s *store) stamp(ctx context.Context) (text string, err error) {
	query := `SELECT (SELECT CAST(last AS TEXT) FROM change_clock) || ' ' || (SELECT count(*) FROM version) || ' ' ||
		count(*) || ' ' || sum(seq) || ' ' || sum(tree_seq) || ' ' || sum(modified_on % 1000000007) || ' ' || sum(arrived_on % 1000000007)`
	if s.settings.Database != "" {
		query += " || ' ' || max(CAST(CAST(xmin AS TEXT) AS BIGINT))" // the last transaction that wrote one of them
	}
	err = s.db.Get(ctx, &text, query+" FROM record")
	return text, err
}

// loadNewer imports what is half newer. A tenth of the records was changed here since, as well.
func (i *ingest) loadNewer(ctx context.Context, f *fresh, d document, load loader) error {
	d.edition = local
	file, err := i.file(d)
	if err != nil {
		return err
	}
	if _, _, err := f.load(ctx, "another", d.resource, file); err != nil {
		return err
	}
	d.edition = newer
	if file, err = i.file(d); err != nil {
		return err
	}
	var counts transfer.Counts
	var took, shared time.Duration
	err = i.profiled(i.engine.name()+"-merge", func() (err error) {
		shared, err = unbound(func() (err error) {
			counts, took, err = f.load(ctx, source, d.resource, file)
			return err
		})
		return err
	})
	if err != nil {
		return err
	}
	if n := int64(d.rows()); !about(counts.Conflict, n/10) || !about(counts.Updated, n*4/10) || !about(counts.Unchanged, n/2) {
		return fmt.Errorf("a merge of %d records came to %+v", n, counts)
	}
	limit, err := load(ctx)
	i.merge = append(i.merge, taken{rate(d.rows(), took), rate(d.rows(), limit)})
	i.mergeUnbound = append(i.mergeUnbound, taken{rate(d.rows(), shared), rate(d.rows(), limit)})
	return err
}

// about tells whether both are the same but for a hundredth and what does not go into parts.
func about(got, want int64) bool { return max(got-want, want-got) <= want/100+2 }
