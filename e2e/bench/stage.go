package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// stage is a group of measurements that share what they are made on. It is set up only if one of its rows is wanted.
type stage struct {
	prefix string                      // of the names of its rows
	open   func(context.Context) error // nil = nothing to set up
	close  func(context.Context) error // called after open, also when that failed
	parts  []part                      // in this order; a later one may build on what is there after open, never on an earlier one
}

// part is one measurement with the rows that it makes.
type part struct {
	rows    []string
	measure func(context.Context) error
}

// closeTimeout bounds what is tidied up after a measurement that was interrupted.
const closeTimeout = time.Minute

// run measures what is wanted of the stage.
func (b *bench) run(ctx context.Context, s stage) (err error) {
	wanted := slices.DeleteFunc(slices.Clone(s.parts), func(p part) bool {
		return !slices.ContainsFunc(p.rows, func(name string) bool { return b.report.wants(s.prefix + name) })
	})
	if len(wanted) == 0 {
		return nil
	}
	if s.open != nil {
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
			defer cancel()
			err = errors.Join(err, s.close(ctx))
		}()
		started := now()
		if err := s.open(ctx); err != nil {
			return fmt.Errorf("%sset-up: %w", s.prefix, err)
		}
		b.say("%sset up in %s", s.prefix, now().Sub(started).Round(time.Millisecond))
	}
	for _, p := range wanted {
		started := now()
		if err := p.measure(ctx); err != nil {
			return fmt.Errorf("%s%s: %w", s.prefix, p.rows[0], err)
		}
		b.say("%s%s: done in %s%s", s.prefix, p.rows[0], now().Sub(started).Round(time.Millisecond), load())
	}
	return nil
}

// load is how much else the machine does, where it tells: figures taken on a busy one are worth less than their ratios.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	lastMinute, _, _ := strings.Cut(string(text), " ")
	return ", load " + lastMinute
}

// file is the document as a file, written once.
func (b *bench) file(d document) (string, error) {
	name := filepath.Join(b.folder, fmt.Sprintf("%s-%d-%d%s.xml", d.resource, d.from, d.count, d.edition))
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	out, err := os.Create(filepath.Clean(name))
	if err != nil {
		return "", err
	}
	return name, errors.Join(d.write(out), out.Close())
}

// profiled leaves a CPU profile of what happens in this process, if profiles are wanted; of several samples the last
// one stays.
func (b *bench) profiled(name string, do func() error) (err error) {
	if b.profile == "" {
		return do()
	}
	f, err := os.Create(filepath.Clean(filepath.Join(b.profile, name+".pprof")))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, f.Close())
	}()
	return do()
}

// rate is how many records a second that is.
func rate(records int, took time.Duration) float64 {
	return float64(records) / max(took, time.Microsecond).Seconds()
}

// inMilliseconds is a stretch of time with its fractions.
func inMilliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
