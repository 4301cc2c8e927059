package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Targets of exchanges between two sites.
const (
	targetPull    = 0.6    // of a first load in one process
	targetPouchDB = 5      // times its speed
	targetServe   = 60_000 // records a second
	targetSmall   = 20     // ms
	targetIdle    = 5      // ms
)

// pair is a hub and a field site, each a process with a database of its own; the field site knows the hub.
type pair struct {
	*bench
	engine     engine
	places     []place
	hub, field *site
	hubID      string // the hub at the field site
}

// pair measures exchanges over HTTP, both ends included.
func (b *bench) pair(e engine) stage {
	p := &pair{bench: b, engine: e}
	return stage{
		prefix: e.name() + " ", open: p.open, close: p.close,
		parts: []part{
			{[]string{"pull", "pull if no core waited", "pull per CPU second of both sites", "an Eden pushes", "an Eden pushes the same again", "serve a pull"}, p.pulls},
			{[]string{"pull beside PouchDB"}, p.besidePouchDB},
			{[]string{"push"}, p.pushes},
			{[]string{"100 changed records"}, p.small},
			{[]string{"nothing to do"}, p.idle},
			{[]string{"one question to the database", "one commit"}, p.floor},
		},
	}
}

func (p *pair) open(ctx context.Context) (err error) {
	for _, s := range []struct {
		name string
		site **site
	}{{"hub", &p.hub}, {"field", &p.field}} {
		place, err := p.newPlace(ctx, p.engine, s.name)
		p.places = append(p.places, place)
		if err != nil {
			return err
		}
		if *s.site, err = p.start(ctx, place, "pair"); err != nil {
			return err
		}
		if err := (*s.site).settle(ctx, s.name); err != nil {
			return err
		}
	}
	if p.hubID, err = p.field.know(ctx, &p.hub.client); err != nil {
		return err
	}
	_, err = p.give(ctx, p.hub, places())
	return err
}

func (p *pair) close(ctx context.Context) error {
	err := errors.Join(p.hub.stop(), p.field.stop())
	for _, place := range p.places {
		err = errors.Join(err, p.engine.drop(ctx, place.dsn))
	}
	return err
}

func (p *pair) add(name, unit string, target float64, samples ...taken) {
	p.report.add(p.engine.name()+" "+name, unit, target, samples...)
}

// cpu is the processor time of both sites; PostgreSQL's own is not in it.
func (p *pair) cpu() (time.Duration, error) {
	hub, err := p.hub.cpu()
	if err != nil {
		return 0, err
	}
	field, err := p.field.cpu()
	return hub + field, err
}

// sample is the i-th document of a kind; each has its own tables, so that every exchange is a first one.
func (p *pair) sample(kind string, i int) document {
	return document{resource: fmt.Sprintf("%s_organisation%d", kind, i), component: fmt.Sprintf("%s_office%d", kind, i), count: p.scale.records}
}

// exchanged is what one exchange took.
type exchanged struct{ records, unbound, perCPU float64 }

// exchange synchronizes one document and demands that all of it went over.
func (p *pair) exchange(ctx context.Context, d document) (exchanged, error) {
	before, err := p.cpu()
	if err != nil {
		return exchanged{}, err
	}
	var run *transferv1.Run
	var took time.Duration
	atBest, err := unbound(func() (err error) {
		run, took, err = p.field.synchronize(ctx, p.hubID, d.resource)
		return err
	})
	if err != nil {
		return exchanged{}, err
	}
	after, err := p.cpu()
	if err != nil {
		return exchanged{}, err
	}
	// Records that others refer to come with each page; only those that were stored count.
	got := run.GetCounts()
	if got.GetCreated() < int64(d.rows()) || got.GetReceived() != got.GetCreated()+got.GetUnchanged() {
		return exchanged{}, fmt.Errorf("%d records were sent, but the run says %v", d.rows(), got)
	}
	created := int(got.GetCreated())
	return exchanged{rate(created, took), rate(created, atBest), rate(created, max(after-before, tick))}, nil
}

// pulls measures first loads of the field site from the hub, each beside a first load of the same document in this
// process; and what the hub's endpoint takes from an Eden and gives to another one.
func (p *pair) pulls(ctx context.Context) error {
	var pull, atBest, perCPU, received, again, serve []taken
	for i := range p.scale.samples {
		d := p.sample("pull", i)
		first, err := p.give(ctx, p.hub, d)
		if err != nil {
			return err
		}
		x, err := p.pull(ctx, d)
		if err != nil {
			return err
		}
		limit, err := p.firstLoad(ctx, p.engine, d)
		if err != nil {
			return err
		}
		second, err := p.give(ctx, p.hub, d)
		if err != nil {
			return err
		}
		all, err := p.hub.readAll(ctx, d)
		if err != nil {
			return err
		}
		beside := rate(d.rows(), limit)
		pull, atBest = append(pull, taken{x.records, beside}), append(atBest, taken{x.unbound, beside})
		perCPU, serve = append(perCPU, taken{value: x.perCPU}), append(serve, taken{value: rate(all.records, all.whole)})
		received, again = append(received, taken{value: rate(d.rows(), first)}), append(again, taken{value: rate(d.rows(), second)})
	}
	p.add("pull", perSecond, targetPull, pull...)
	p.add("pull if no core waited", perSecond, 0, atBest...)
	p.add("pull per CPU second of both sites", "rec/CPU-s", 0, perCPU...)
	p.add("an Eden pushes", perSecond, 0, received...)
	p.add("an Eden pushes the same again", perSecond, 0, again...)
	p.add("serve a pull", perSecond, targetServe, serve...)
	return nil
}

// pull is a first load of the field site from the hub, which has the document.
func (p *pair) pull(ctx context.Context, d document) (exchanged, error) {
	if err := p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PULL); err != nil {
		return exchanged{}, err
	}
	return p.exchange(ctx, d)
}

// besidePouchDB measures the same pulls, each beside a replication of as many documents.
func (p *pair) besidePouchDB(ctx context.Context) (err error) {
	other, err := p.pouches(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.stop()) }()
	var samples []taken
	for i := range p.scale.samples {
		d := p.sample("pouch", i)
		if _, err := p.give(ctx, p.hub, d); err != nil {
			return err
		}
		x, err := p.pull(ctx, d)
		if err != nil {
			return err
		}
		limit, err := other.replicate(ctx, d)
		if err != nil {
			return err
		}
		samples = append(samples, taken{x.records, limit})
	}
	p.add("pull beside PouchDB", perSecond, targetPouchDB, samples...)
	return nil
}

// readAll reads a document and demands that it is complete.
func (c *client) readAll(ctx context.Context, d document) (served, error) {
	all, err := c.read(ctx, d.resource)
	if err == nil && all.records < d.rows() {
		err = fmt.Errorf("%d records of %s were served, %d are there", all.records, d.resource, d.rows())
	}
	return all, err
}

// pushes measures first loads of the hub by the field site.
func (p *pair) pushes(ctx context.Context) error {
	var samples []taken
	for i := range p.scale.samples {
		d := p.sample("push", i)
		if _, err := p.give(ctx, p.field, d); err != nil {
			return err
		}
		if err := p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PUSH); err != nil {
			return err
		}
		x, err := p.exchange(ctx, d)
		if err != nil {
			return err
		}
		samples = append(samples, taken{value: x.records})
	}
	p.add("push", perSecond, 0, samples...)
	return nil
}

// small measures what a person waits for whose site has fallen behind by a few records.
func (p *pair) small(ctx context.Context) error {
	d, err := p.both(ctx, "small")
	if err != nil {
		return err
	}
	var samples []taken
	n := topLevel(p.scale.changed)
	for i := range p.scale.short {
		second := d.part(i*n, n)
		second.edition = changed
		if _, err := p.give(ctx, p.hub, second); err != nil {
			return err
		}
		run, took, err := p.field.synchronize(ctx, p.hubID, d.resource)
		if err != nil {
			return err
		}
		if got := run.GetCounts().GetUpdated(); got != int64(second.rows()) {
			return fmt.Errorf("%d records had changed, but the run says %v", second.rows(), run.GetCounts())
		}
		samples = append(samples, taken{value: inMilliseconds(took)})
	}
	p.add("100 changed records", milliseconds, targetSmall, samples...)
	return nil
}

// both makes a document that both sites have and exchange in both directions.
func (p *pair) both(ctx context.Context, kind string) (document, error) {
	d := p.sample(kind, 0)
	if _, err := p.give(ctx, p.hub, d); err != nil {
		return d, err
	}
	if err := p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PULL_AND_PUSH); err != nil {
		return d, err
	}
	_, err := p.exchange(ctx, d)
	return d, err
}

// idle measures runs in both directions that find nothing to do.
func (p *pair) idle(ctx context.Context) error {
	d, err := p.both(ctx, "idle")
	if err != nil {
		return err
	}
	var samples []taken
	for range p.scale.short {
		run, took, err := p.field.synchronize(ctx, p.hubID, d.resource)
		if err != nil {
			return err
		}
		if c := run.GetCounts(); c.GetReceived()+c.GetSent() > 0 {
			return fmt.Errorf("nothing had changed, but the run says %v", c)
		}
		samples = append(samples, taken{value: inMilliseconds(took)})
	}
	p.add("nothing to do", milliseconds, targetIdle, samples...)
	return nil
}
