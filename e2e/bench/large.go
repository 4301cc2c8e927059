package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Targets of a site with a million records.
const (
	targetMemory    = 64  // MiB
	targetFirstByte = 20  // ms
	targetStart     = 300 // ms
	targetGrowth    = 1.3 // times the time per record of a small site
)

// large is a site with many records, and another one that pulls them. Processes are started anew for what is measured
// of them, so that peaks of memory are their own.
type large struct {
	*bench
	engine       engine
	hubAt, field place
	hubID        string // the hub at the field site
	document     document
	received     taken // records a second
	receiver     taken // its peak memory
}

func (b *bench) large(e engine) stage {
	l := &large{bench: b, engine: e, document: document{resource: "large_organisation", component: "large_office", count: topLevel(b.scale.large)}}
	return stage{
		prefix: e.name() + " large: ", open: l.open, close: l.close,
		parts: []part{
			{[]string{"an Eden pushes", "peak memory, push received"}, l.receive},
			{[]string{"pull", "peak memory, pull", "peak memory, pull served page by page"}, l.pull},
			{[]string{"serve a pull", "first byte of a pull", "peak memory, pull served"}, l.serve},
			{[]string{"start to ready", "peak memory, when ready"}, l.startUp},
			{[]string{"records list, first page", "records list, page 1000"}, l.records},
			{[]string{"conflicts list, first page", "conflicts list, page 1000"}, l.conflicts},
			{[]string{"log list, first page", "log list, page 1000"}, l.log},
			{[]string{"growth"}, l.growth},
		},
	}
}

func (l *large) add(name, unit string, target float64, samples ...taken) {
	l.report.add(l.engine.name()+" large: "+name, unit, target, samples...)
}

// open makes both sites known to each other, and has the hub take in the whole document.
func (l *large) open(ctx context.Context) (err error) {
	if l.hubAt, err = l.newPlace(ctx, l.engine, "large-hub"); err != nil {
		return err
	}
	if l.field, err = l.newPlace(ctx, l.engine, "large-field"); err != nil {
		return err
	}
	if err := l.introduce(ctx); err != nil {
		return err
	}
	return l.with(ctx, l.hubAt, "receive", func(hub *site) error {
		took, err := l.give(ctx, hub, l.document)
		if err != nil {
			return err
		}
		l.received.value = rate(l.document.rows(), took)
		l.receiver.value, err = hub.peak()
		return err
	})
}

func (l *large) introduce(ctx context.Context) error {
	return l.with(ctx, l.hubAt, "introduce", func(hub *site) error {
		return l.with(ctx, l.field, "introduce", func(field *site) (err error) {
			if err := errors.Join(hub.settle(ctx, "hub"), field.settle(ctx, "field")); err != nil {
				return err
			}
			if l.hubID, err = field.know(ctx, &hub.client); err != nil {
				return err
			}
			return field.task(ctx, l.hubID, l.document.resource, configv1.TaskMode_TASK_MODE_PULL)
		})
	})
}

// with runs a site for as long as something is done with it.
func (b *bench) with(ctx context.Context, p place, label string, do func(*site) error) error {
	s, err := b.start(ctx, p, label)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.stop())
}

func (l *large) close(ctx context.Context) error {
	return errors.Join(l.engine.drop(ctx, l.hubAt.dsn), l.engine.drop(ctx, l.field.dsn))
}

// receive reports what was measured while the hub was filled.
func (l *large) receive(context.Context) error {
	l.add("an Eden pushes", perSecond, 0, l.received)
	l.add("peak memory, push received", mebibytes, targetMemory, l.receiver)
	return nil
}

func (l *large) pull(ctx context.Context) error {
	return l.with(ctx, l.hubAt, "pulled", func(hub *site) error {
		return l.with(ctx, l.field, "pull", func(field *site) error {
			run, took, err := field.synchronize(ctx, l.hubID, l.document.resource)
			if err != nil {
				return err
			}
			if got := run.GetCounts().GetCreated(); got != int64(l.document.rows()) {
				return fmt.Errorf("%d records were sent, but the run says %v", l.document.rows(), run.GetCounts())
			}
			puller, err := field.peak()
			if err != nil {
				return err
			}
			server, err := hub.peak()
			l.add("pull", perSecond, 0, taken{value: rate(l.document.rows(), took)})
			l.add("peak memory, pull", mebibytes, targetMemory, taken{value: puller})
			l.add("peak memory, pull served page by page", mebibytes, targetMemory, taken{value: server})
			return err
		})
	})
}

func (l *large) serve(ctx context.Context) error {
	return l.with(ctx, l.hubAt, "serve", func(hub *site) error {
		if _, err := hub.read(ctx, "nothing_here"); err != nil { // both sides have a connection, and know the password
			return err
		}
		all, err := hub.readAll(ctx, l.document)
		if err != nil {
			return err
		}
		peak, err := hub.peak()
		l.add("serve a pull", perSecond, targetServe, taken{value: rate(all.records, all.whole)})
		l.add("first byte of a pull", milliseconds, targetFirstByte, taken{value: inMilliseconds(all.first)})
		l.add("peak memory, pull served", mebibytes, targetMemory, taken{value: peak})
		return err
	})
}

// startUp measures from the start of the process until the site says that it is ready.
func (l *large) startUp(ctx context.Context) error {
	var samples, peaks []taken
	for range l.scale.samples {
		started := now()
		hub, _, err := l.launch(ctx, l.hubAt, "start")
		if err != nil {
			return err
		}
		err = untilReady(ctx, "http://"+l.hubAt.address+"/readyz")
		took := now().Sub(started)
		peak, noPeak := hub.peak()
		if err = errors.Join(err, noPeak, hub.stop()); err != nil {
			return err
		}
		samples, peaks = append(samples, taken{value: inMilliseconds(took)}), append(peaks, taken{value: peak})
	}
	l.add("start to ready", milliseconds, targetStart, samples...)
	l.add("peak memory, when ready", mebibytes, 0, peaks...)
	return nil
}

func untilReady(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
		if err != nil {
			return err
		}
		if _, err = send(request); err == nil {
			return nil
		}
		if pause(ctx, 2*time.Millisecond) != nil {
			return fmt.Errorf("the site is not ready: %w", err)
		}
	}
}

// growth compares an import into the large site with the same one into a small site.
func (l *large) growth(ctx context.Context) (err error) {
	s, err := openStore(ctx, l.hubAt.data, l.hubAt.dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	var samples []taken
	for i := range l.scale.samples {
		more := l.document.part(l.document.count+i*l.scale.records, l.scale.records)
		few, err := l.intoFew(ctx, more)
		if err != nil {
			return err
		}
		many, err := s.loadAll(ctx, l.bench, more)
		if err != nil {
			return err
		}
		samples = append(samples, taken{perRecord(more, many), perRecord(more, few)})
	}
	l.add("growth", microseconds, targetGrowth, samples...)
	return nil
}

func perRecord(d document, took time.Duration) float64 {
	return float64(took.Microseconds()) / float64(d.rows())
}

// intoFew imports the document into a site with few records of the resource.
func (l *large) intoFew(ctx context.Context, more document) (took time.Duration, err error) {
	f, err := l.fresh(ctx, l.engine)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.remove(ctx)) }()
	if _, err := f.loadAll(ctx, l.bench, l.document.part(0, topLevel(l.scale.base))); err != nil {
		return 0, err
	}
	return f.loadAll(ctx, l.bench, more)
}
