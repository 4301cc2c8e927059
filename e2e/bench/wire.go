package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/edensync/edensync/s3xml"
)

// Targets of the wire format.
const (
	targetLibxml2     = 0.8 // of its speed
	targetEncodingXML = 5   // times its speed
	targetAllocations = 30  // a record
	targetEncode      = 500 // MB a CPU second
)

// wire measures reading and writing of the document itself. It is processor time that counts, which other work on the
// machine changes least.
func (b *bench) wire() stage {
	w := &wire{bench: b}
	return stage{
		open: w.open, close: func(context.Context) error { return nil },
		parts: []part{
			{[]string{"decode beside libxml2"}, w.besideLibxml2},
			{[]string{"decode beside encoding/xml"}, w.besideEncodingXML},
			{[]string{"decode: allocations"}, w.allocations},
			{[]string{"decode to contents in canonical form"}, w.canonical},
			{[]string{"encode"}, w.encode},
		},
	}
}

type wire struct {
	*bench
	document document
	text     []byte
}

func (w *wire) open(context.Context) error {
	w.document = document{resource: "wire_organisation", component: "wire_office", count: w.scale.records}
	file, err := w.file(w.document)
	if err == nil {
		w.text, err = os.ReadFile(file) //nolint:gosec // our own file
	}
	return err
}

// perCPU is megabytes of the document a second of processor time.
func (w *wire) perCPU(do func() error) (float64, error) {
	before, err := used()
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := used()
	return megabytes(len(w.text), after-before), err
}

func megabytes(size int, took time.Duration) float64 {
	return float64(size) / 1e6 / max(took, time.Microsecond).Seconds()
}

// used is the processor time of this process so far.
func used() (time.Duration, error) {
	var usage syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), err
}

// beside compares reading with another reader, in turns.
func (w *wire) beside(ctx context.Context, name string, target float64, other func(context.Context) (float64, error)) error {
	var samples []taken
	for range w.scale.samples {
		ours, err := w.perCPU(func() error { return decode(w.text, func(*s3xml.Record) error { return nil }) })
		if err != nil {
			return err
		}
		theirs, err := other(ctx)
		if err != nil {
			return err
		}
		samples = append(samples, taken{ours, theirs})
	}
	w.report.add(name, perCPU, target, samples...)
	return nil
}

func (w *wire) besideLibxml2(ctx context.Context) error {
	return w.beside(ctx, "decode beside libxml2", targetLibxml2, w.xmllint)
}

// xmllint is how fast libxml2 reads the same document.
func (w *wire) xmllint(ctx context.Context) (float64, error) {
	file, err := w.file(w.document)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, "xmllint", "--sax", "--noout", file) //nolint:gosec // our own file
	text, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return 0, errors.New("xmllint is missing; install it with: make tools")
	}
	if err != nil {
		return 0, fmt.Errorf("xmllint: %w\n%.500s", err, text)
	}
	return megabytes(len(w.text), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()), nil
}

func (w *wire) besideEncodingXML(ctx context.Context) error {
	return w.beside(ctx, "decode beside encoding/xml", targetEncodingXML, func(context.Context) (float64, error) {
		return w.perCPU(func() error {
			for d := xml.NewDecoder(bytes.NewReader(w.text)); ; {
				if _, err := d.Token(); err != nil {
					if errors.Is(err, io.EOF) {
						return nil
					}
					return err
				}
			}
		})
	})
}

// allocations counts those of the decoder for records that hold components.
func (w *wire) allocations(context.Context) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := decode(w.text, func(*s3xml.Record) error { return nil }); err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	w.report.add("decode: allocations", allocations, targetAllocations, taken{value: float64(after.Mallocs-before.Mallocs) / float64(w.document.rows())})
	return nil
}

func (w *wire) canonical(context.Context) error {
	return w.alone("decode to contents in canonical form", 0, func() error { return decode(w.text, canonical()) })
}

func (w *wire) encode(context.Context) error {
	records := make([]s3xml.Record, 0, w.document.count)
	if err := decode(w.text, func(r *s3xml.Record) error { records = append(records, r.Clone()); return nil }); err != nil {
		return err
	}
	runtime.GC() // what reading left behind is not the encoder's
	return w.alone("encode", targetEncode, func() error { return encode(records) })
}

// alone measures what is compared with nothing.
func (w *wire) alone(name string, target float64, do func() error) error {
	var samples []taken
	for range w.scale.samples {
		v, err := w.perCPU(do)
		if err != nil {
			return err
		}
		samples = append(samples, taken{value: v})
	}
	w.report.add(name, perCPU, target, samples...)
	return nil
}

// decode reads the document into one record after the other.
func decode(text []byte, each func(r *s3xml.Record) error) error {
	d := s3xml.NewDecoder(bytes.NewReader(text), s3xml.Limits{})
	var r s3xml.Record
	for {
		err := d.Next(&r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = each(&r)
		}
		if err != nil {
			return err
		}
	}
}

// canonical makes of each record what a store keeps: hash and body.
func canonical() func(r *s3xml.Record) error {
	var body []byte
	var one func(r *s3xml.Record) error
	one = func(r *s3xml.Record) error {
		c, err := s3xml.ContentOf(r)
		if err != nil {
			return err
		}
		if c.Hash() == "" {
			return errors.New("a content has no hash")
		}
		body = c.AppendBody(body[:0])
		for i := range r.Components {
			if err := one(&r.Components[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return one
}

func encode(records []s3xml.Record) error {
	e := s3xml.NewEncoder(io.Discard)
	if err := e.Begin(s3xml.Document{}); err != nil {
		return err
	}
	for i := range records {
		if err := e.Record(&records[i]); err != nil {
			return err
		}
	}
	return e.End()
}
