// Command bench measures how fast edensync is, beside limits that are measured in the same run on the same machine:
// two sites as two processes of the real program on loopback, on SQLite and on PostgreSQL. docs/performance.md tells
// what the rows mean. It needs sqlite3 and psql in the path, and EDENSYNC_TEST_POSTGRES (scripts/with-postgres).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options of one measurement.
type options struct {
	out     string // file for the rows as JSON; empty = none
	profile string // folder for CPU profiles of both sites; empty = none
	binary  string // program to measure; empty = build it
	engines []string
	scale   scale
}

// scale is how much is exchanged.
type scale struct {
	records int // top-level records of one exchange
	large   int // top-level records of the exchange that shows the need of memory
	samples int // exchanges of each kind; their median counts
	idle    int // runs with nothing to do
	targets bool
}

var (
	full  = scale{records: 20_000, large: 200_000, samples: 3, idle: 9, targets: true}
	quick = scale{records: 300, large: 600, samples: 1, idle: 3}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		err = run(ctx, o, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // the signals end with the process
	}
}

func parse(args []string, stderr io.Writer) (options, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o := options{scale: full}
	flags.StringVar(&o.out, "out", "", "write the rows as JSON to this `file`")
	flags.StringVar(&o.profile, "profile", "", "leave CPU profiles of both sites in this `folder`")
	flags.StringVar(&o.binary, "binary", "", "measure this `program` instead of building it")
	engines := flags.String("engines", "sqlite,postgres", "databases to measure on")
	small := flags.Bool("quick", false, "only see that everything works: few records, no targets")
	records := flags.Int("records", 0, "top-level records of one exchange, instead of the usual `number`")
	large := flags.Int("large", -1, "top-level records of the large exchange; 0 = leave it out")
	samples := flags.Int("samples", 0, "exchanges of each kind, instead of the usual `number`")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if *small {
		o.scale = quick
	}
	if *records > 0 {
		o.scale.records = *records
	}
	if *large >= 0 {
		o.scale.large = *large
	}
	if *samples > 0 {
		o.scale.samples = *samples
	}
	o.engines = strings.Split(*engines, ",")
	return o, nil
}

// errMissed is the end of a measurement in which a target was missed.
var errMissed = errors.New("a target was missed")

// run measures everything and reports it; rows that were measured before a failure are shown, too.
func run(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "edensync-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &bench{options: o, folder: folder, log: stderr}
	if b.binary == "" {
		if b.binary, err = build(ctx, folder, o.profile); err != nil {
			return err
		}
	}
	err = b.all(ctx)
	if e := b.report.table(stdout); err == nil {
		err = e
	}
	if err == nil && o.out != "" {
		err = b.report.save(o.out)
	}
	if err == nil && b.report.missed() {
		err = errMissed
	}
	return err
}

// bench is one measurement under way.
type bench struct {
	options
	folder string
	log    io.Writer
	report report
}

func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.log, format+"\n", args...) }

func (b *bench) all(ctx context.Context) error {
	if err := b.wire(ctx); err != nil {
		return fmt.Errorf("wire format: %w", err)
	}
	for _, name := range b.engines {
		if err := b.engine(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// engine measures on one kind of database.
func (b *bench) engine(ctx context.Context, name string) (err error) {
	e, err := engineOf(name)
	if err != nil {
		return err
	}
	b.say("%s: two sites on %s", name, e.title())
	p, err := b.pair(ctx, e, filepath.Join(b.folder, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	for _, measure := range []func(context.Context) error{p.pulls, p.nativeLimit, p.idle, p.pushes, p.repeated, p.large} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// now is the clock of all measurements.
func now() time.Time { return time.Now() } //nolint:forbidigo // a stop-watch
