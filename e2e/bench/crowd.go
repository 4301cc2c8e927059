package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Targets of a hub with many peers.
const (
	targetCrowd = 2   // times what one peer needs for as many records
	targetAdmin = 100 // ms
)

// crowd measures many peers that push at once, beside one peer that pushes as much, and how the administrator's side
// fares meanwhile.
type crowd struct {
	*bench
	engine engine
	place  place
	hub    *site
	peers  []string
	times  []float64 // ms, of calls of the administrator while the peers push
}

func (b *bench) crowd(e engine) stage {
	c := &crowd{bench: b, engine: e}
	s := stage{prefix: e.name() + " ", open: c.open, close: c.close}
	if _, hub := e.(postgres); hub { // many peers are what PostgreSQL is for
		s.parts = []part{{[]string{"50 peers push at once", "50 peers if no core waited", "50 peers: p99 of the admin API"}, c.measure}}
	}
	return s
}

func (c *crowd) open(ctx context.Context) (err error) {
	for i := range c.scale.peers {
		c.peers = append(c.peers, fmt.Sprintf("urn:uuid:0d1f6c1e-0000-4000-8000-%012x", i))
	}
	if c.place, err = c.newPlace(ctx, c.engine, "crowded"); err != nil {
		return err
	}
	if c.hub, err = c.start(ctx, c.place, "crowd"); err != nil {
		return err
	}
	return c.hub.settle(ctx, c.place.name, c.peers...)
}

func (c *crowd) close(ctx context.Context) error {
	return errors.Join(c.hub.stop(), c.engine.drop(ctx, c.place.dsn))
}

func (c *crowd) measure(ctx context.Context) error {
	var samples, unbounded []taken
	for i := range c.scale.samples {
		resource := fmt.Sprintf("crowd_organisation%d", i)
		many, atBest, err := c.pushAtOnce(ctx, resource)
		if err != nil {
			return err
		}
		alone := crowdDocument(resource+"_alone", c.scale.peers*c.scale.each)
		one, err := c.give(ctx, c.hub, alone)
		if err != nil {
			return err
		}
		samples = append(samples, taken{many, inMilliseconds(one)})
		unbounded = append(unbounded, taken{atBest, inMilliseconds(one)})
	}
	slices.Sort(c.times)
	p99 := c.times[min(len(c.times)-1, len(c.times)*99/100)]
	c.say("  %d calls of the administrator", len(c.times))
	c.report.add(c.engine.name()+" 50 peers push at once", milliseconds, targetCrowd, samples...)
	c.report.add(c.engine.name()+" 50 peers if no core waited", milliseconds, 0, unbounded...)
	c.report.add(c.engine.name()+" 50 peers: p99 of the admin API", milliseconds, targetAdmin, taken{value: p99})
	return nil
}

// crowdDocument holds records that nothing else here holds: the components have a name of their own, too.
func crowdDocument(resource string, records int) document {
	return document{resource: resource, component: resource + "_office", count: topLevel(records)}
}

// pushAtOnce has each peer push records of its own, and answers after how many milliseconds the last one was done, and would
// have been had no core waited.
func (c *crowd) pushAtOnce(ctx context.Context, resource string) (took, atBest float64, err error) {
	d := crowdDocument(resource, c.scale.each)
	bodies := make([]bytes.Buffer, len(c.peers))
	for i := range bodies {
		if err := d.part(i*d.count, d.count).write(&bodies[i]); err != nil {
			return 0, 0, err
		}
	}
	done, watched := make(chan struct{}), make(chan error, 1)
	go func() { watched <- c.administer(ctx, resource, done) }()
	group, pushing := errgroup.WithContext(ctx)
	started := now()
	least, err := unbound(func() error {
		for i, peer := range c.peers {
			group.Go(func() error { return c.hub.push(pushing, peer, resource, &bodies[i]) })
		}
		return group.Wait()
	})
	took = inMilliseconds(now().Sub(started))
	close(done)
	return took, inMilliseconds(least), errors.Join(err, <-watched)
}

// administer reads what the pages of an administrator read, one after the other and at least once, until the peers are
// done.
func (c *crowd) administer(ctx context.Context, resource string, done <-chan struct{}) error {
	for i := 0; ; i++ {
		path := []string{"/repositories", "/runs", "/resources/" + resource + "/records"}[i%3]
		started := now()
		if err := c.hub.call(ctx, http.MethodGet, path, nil, nil); err != nil {
			return err
		}
		c.times = append(c.times, inMilliseconds(now().Sub(started)))
		select {
		case <-done:
			return nil
		default:
		}
	}
}
