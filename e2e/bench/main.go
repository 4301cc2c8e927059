// Command bench measures how fast edensync is, beside limits that are measured in the same run on the same machine: the
// wire format and imports in this process, exchanges between processes of the real program on loopback, on SQLite and on
// PostgreSQL. docs/performance.md tells what the rows mean. It needs sqlite3, psql and xmllint in the path, and
// EDENSYNC_TEST_POSTGRES (scripts/with-postgres).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/edensync/edensync/internal/process"
)

// options of one measurement.
type options struct {
	out     string // file for the rows as JSON; empty = none
	profile string // folder for CPU profiles; empty = none
	binary  string // program to measure; empty = build it
	engines []string
	only    *regexp.Regexp // names of the rows to measure; nil = all
	scale   scale
}

// scale is how much is exchanged. Where records are counted, components count, too.
type scale struct {
	records int // top-level records of one exchange
	large   int // records of the site that shows how cost grows, rows of each list that is paged through
	base    int // records of the site that it is compared with
	changed int // records of a small exchange
	peers   int // that push at the same time
	each    int // records that each of them pushes
	samples int // of each measurement; their median counts
	short   int // samples of what takes milliseconds
	targets bool
}

var (
	full = scale{
		records: 20_000, large: 1_000_000, base: 10_000, changed: 100,
		peers: 50, each: 200, samples: 5, short: 15, targets: true,
	}
	quick = scale{records: 200, large: 2000, base: 60, changed: 20, peers: 3, each: 20, samples: 1, short: 2}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		process.SaveMemory() // what is measured in this process works as it does in the product's
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
	flags.StringVar(&o.profile, "profile", "", "leave CPU profiles in this `folder`")
	flags.StringVar(&o.binary, "binary", "", "measure this `program` instead of building it")
	flags.Func("only", "measure only the rows whose name fits this `regexp`", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
	engines := flags.String("engines", "sqlite,postgres", "databases to measure on")
	flags.BoolFunc("quick", "only see that everything works: few records, no targets (before flags that change sizes)", func(string) error {
		o.scale = quick
		return nil
	})
	flags.Func("records", "top-level records of one exchange, instead of the usual `number`", atLeastOne(&o.scale.records))
	flags.Func("large", "records of the large site, instead of the usual `number`", atLeastOne(&o.scale.large))
	flags.Func("samples", "samples of each measurement, instead of the usual `number`", atLeastOne(&o.scale.samples))
	err := flags.Parse(args)
	o.engines = strings.Split(*engines, ",")
	return o, err
}

// atLeastOne reads a number that is not zero.
func atLeastOne(n *int) func(string) error {
	return func(text string) (err error) {
		if *n, err = strconv.Atoi(text); err == nil && *n < 1 {
			err = errors.New("must be at least 1")
		}
		return err
	}
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
	b := &bench{options: o, folder: folder, log: stderr, report: report{only: o.only, targets: o.scale.targets}}
	if b.binary == "" {
		if b.binary, err = build(ctx, folder, o.profile); err != nil {
			return err
		}
	}
	err = b.all(ctx)
	if e := b.report.table(stdout); err == nil {
		err = e
	}
	if o.out != "" {
		err = errors.Join(err, b.report.save(o.out))
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
	stages, err := b.stages()
	if err != nil {
		return err
	}
	for _, s := range stages {
		if err := b.run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// stages are all measurements there are.
func (b *bench) stages() ([]stage, error) {
	stages := []stage{b.wire()}
	for _, name := range b.engines {
		e, err := engineOf(name)
		if err != nil {
			return nil, err
		}
		stages = append(stages, b.ingest(e), b.pair(e), b.crowd(e), b.large(e))
	}
	return stages, nil
}

// now is the clock of all measurements.
func now() time.Time { return time.Now() } //nolint:forbidigo // a stop-watch
