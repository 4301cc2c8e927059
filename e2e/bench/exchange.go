package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Targets of the product's first release.
const (
	targetRate   = 10_000 // records a second
	targetIdle   = 50     // ms
	targetMemory = 128    // MiB
)

// pair is a hub and a field site, each a process with a database of its own; the field site knows the hub.
type pair struct {
	*bench
	engine     engine
	name       string // of the engine
	dsns       []string
	hub, field *site
	hubID      string    // the hub at the field site
	pulled     []float64 // records a second
}

func (b *bench) pair(ctx context.Context, e engine, folder string) (p *pair, err error) {
	p = &pair{bench: b, engine: e, name: filepath.Base(folder)}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	for _, s := range []struct {
		name string
		site **site
	}{{"hub", &p.hub}, {"field", &p.field}} {
		dsn, err := e.create(ctx)
		if err != nil {
			return p, err
		}
		p.dsns = append(p.dsns, dsn)
		if *s.site, err = b.startSite(ctx, s.name, filepath.Join(folder, s.name), dsn); err != nil {
			return p, err
		}
		if err := (*s.site).settle(ctx, s.name); err != nil {
			return p, err
		}
	}
	if p.hubID, err = p.field.know(ctx, &p.hub.client); err != nil {
		return p, err
	}
	return p, p.hub.give(ctx, places())
}

// closeTimeout bounds what is tidied up after a measurement that was interrupted.
const closeTimeout = time.Minute

func (p *pair) close() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	for _, s := range []*site{p.hub, p.field} {
		if s != nil {
			err = errors.Join(err, s.stop())
		}
	}
	for _, dsn := range p.dsns {
		err = errors.Join(err, p.engine.drop(ctx, dsn))
	}
	return err
}

// add is report.add with the name of the engine; targets count only in a full measurement.
func (p *pair) add(name string, value float64, unit string, limit, target float64) {
	if !p.scale.targets {
		target = 0
	}
	p.report.add(p.name+" "+name, value, unit, limit, target)
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
type exchanged struct{ records, topLevel, perCPU float64 }

// exchange synchronizes one document and demands that all of it went over.
func (p *pair) exchange(ctx context.Context, d document) (exchanged, error) {
	before, err := p.cpu()
	if err != nil {
		return exchanged{}, err
	}
	run, took, err := p.field.synchronize(ctx, p.hubID, d.resource)
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
	records := float64(got.GetCreated())
	p.say("  %s: %d records in %s", d.resource, got.GetCreated(), took.Round(time.Millisecond))
	cpu := max(after-before, 10*time.Millisecond)
	return exchanged{records / took.Seconds(), float64(d.count) / took.Seconds(), records / cpu.Seconds()}, nil
}

// pulls measures first loads of the field site, and what the hub's endpoint takes from an Eden.
func (p *pair) pulls(ctx context.Context) error {
	var received, topLevel, perCPU []float64
	for i := range p.scale.samples {
		d := p.sample("pull", i)
		started := now()
		if err := p.hub.give(ctx, d); err != nil {
			return err
		}
		received = append(received, float64(d.rows())/now().Sub(started).Seconds())
		if err := p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PULL); err != nil {
			return err
		}
		x, err := p.exchange(ctx, d)
		if err != nil {
			return err
		}
		p.pulled, topLevel, perCPU = append(p.pulled, x.records), append(topLevel, x.topLevel), append(perCPU, x.perCPU)
	}
	p.add("pull: top-level records", median(topLevel), "rec/s", 0, 0)
	p.add("pull: records per CPU second of both sites", median(perCPU), "rec/CPU-s", 0, 0)
	p.add("an Eden pushes", median(received), "rec/s", 0, 0)
	return nil
}

// nativeLimit has the database's own shell load the same rows, and reports the pulls beside it.
func (p *pair) nativeLimit(ctx context.Context) error {
	d := p.sample("pull", 0)
	took, err := p.engine.limit(ctx, p.field, p.dsns[1], d, p.scale.samples)
	if err != nil {
		return err
	}
	var rates []float64
	for _, t := range took {
		rates = append(rates, float64(d.rows())/t.Seconds())
	}
	p.add("pull", median(p.pulled), "rec/s", median(rates), targetRate)
	return nil
}

// idle measures runs in both directions that find nothing to do.
func (p *pair) idle(ctx context.Context) error {
	d := p.sample("idle", 0)
	if err := errors.Join(p.hub.give(ctx, d), p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PULL_AND_PUSH)); err != nil {
		return err
	}
	if _, err := p.exchange(ctx, d); err != nil {
		return err
	}
	var waited, worked []float64
	for range p.scale.idle {
		run, took, err := p.field.synchronize(ctx, p.hubID, d.resource)
		if err != nil {
			return err
		}
		if c := run.GetCounts(); c.GetReceived()+c.GetSent() > 0 {
			return fmt.Errorf("nothing had changed, but the run says %v", c)
		}
		waited = append(waited, took.Seconds()*1000)
		worked = append(worked, duration(run).Seconds()*1000)
	}
	p.add("nothing to do: asked to answered", median(waited), milliseconds, 0, targetIdle)
	p.add("nothing to do: start to end of the run", median(worked), milliseconds, 0, targetIdle)
	return nil
}

func duration(run *transferv1.Run) time.Duration {
	return run.GetEndTime().AsTime().Sub(run.GetStartTime().AsTime())
}

// pushes measures first loads of the hub by the field site.
func (p *pair) pushes(ctx context.Context) error {
	var rates []float64
	for i := range p.scale.samples {
		d := p.sample("push", i)
		if err := errors.Join(p.field.give(ctx, d), p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PUSH)); err != nil {
			return err
		}
		x, err := p.exchange(ctx, d)
		if err != nil {
			return err
		}
		rates = append(rates, x.records)
	}
	p.add("push", median(rates), "rec/s", 0, 0)
	return nil
}

// repeated pushes a document again, as an Eden does at each run: it must cost no write.
func (p *pair) repeated(ctx context.Context) error {
	d := p.sample("pull", 0)
	before, err := p.hub.clock(ctx)
	if err != nil {
		return err
	}
	var rates []float64
	for range p.scale.samples {
		started := now()
		if err := p.hub.give(ctx, d); err != nil {
			return err
		}
		rates = append(rates, float64(d.rows())/now().Sub(started).Seconds())
	}
	after, err := p.hub.clock(ctx)
	if err != nil {
		return err
	}
	if before != after || before == 0 {
		return fmt.Errorf("an identical document moved the change clock from %d to %d", before, after)
	}
	p.add("an Eden pushes the same again", median(rates), "rec/s", 0, 0)
	return nil
}

// pushPart is how much of a large document is given to the hub at once.
const pushPart = 20_000

// large shows that memory does not grow with what is exchanged. The peaks are those of the whole life of the processes.
func (p *pair) large(ctx context.Context) error {
	if p.scale.large == 0 {
		return nil
	}
	d := p.sample("large", 0)
	d.count = p.scale.large
	for from := 0; from < d.count; from += pushPart {
		if err := p.hub.give(ctx, d.part(from, min(pushPart, d.count-from))); err != nil {
			return err
		}
	}
	if err := p.field.task(ctx, p.hubID, d.resource, configv1.TaskMode_TASK_MODE_PULL); err != nil {
		return err
	}
	x, err := p.exchange(ctx, d)
	if err != nil {
		return err
	}
	p.add(fmt.Sprintf("pull of %d records with components", p.scale.large), x.records, "rec/s", 0, 0)
	for _, s := range []struct {
		name string
		site *site
	}{{"hub", p.hub}, {"field site", p.field}} {
		peak, err := s.site.peak()
		if err != nil {
			return err
		}
		p.add("peak memory of the "+s.name, peak, mebibytes, 0, targetMemory)
	}
	return nil
}
