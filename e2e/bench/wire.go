package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/edensync/edensync/s3xml"
)

// wire measures reading and writing of the document itself, beside the parser of libxml2 where that is installed.
func (b *bench) wire(ctx context.Context) error {
	var text bytes.Buffer
	d := document{resource: "org_organisation", component: "org_office", count: b.scale.records}
	if err := d.write(&text); err != nil {
		return err
	}
	file := filepath.Join(b.folder, "document.xml")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		return err
	}
	limit, err := b.xmllint(ctx, file, text.Len())
	if err != nil {
		return err
	}
	records := make([]s3xml.Record, 0, d.count)
	steps := []struct {
		name  string
		limit float64
		do    func() error
	}{
		{"decode", limit, func() error { return decode(text.Bytes(), func(*s3xml.Record) error { return nil }) }},
		{"decode to contents in canonical form", limit, func() error { return decode(text.Bytes(), canonical()) }},
		{"keep", 0, func() error {
			records = records[:0]
			return decode(text.Bytes(), func(r *s3xml.Record) error { records = append(records, r.Clone()); return nil })
		}},
		{"encode", 0, func() error { return encode(records) }},
	}
	for _, s := range steps {
		rate, err := b.rate(text.Len(), s.do)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if s.name != "keep" {
			b.report.add(s.name, rate, "MB/CPU-s", s.limit, 0)
		}
	}
	return nil
}

// rate is the median of megabytes in a second of processor time.
func (b *bench) rate(size int, do func() error) (float64, error) {
	var rates []float64
	for range b.scale.samples {
		before, err := used()
		if err != nil {
			return 0, err
		}
		if err := do(); err != nil {
			return 0, err
		}
		after, err := used()
		if err != nil {
			return 0, err
		}
		rates = append(rates, megabytes(size, after-before))
	}
	return median(rates), nil
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

// xmllint is how fast libxml2 reads the same document; 0 where it is not installed.
func (b *bench) xmllint(ctx context.Context, file string, size int) (float64, error) {
	program, _ := exec.LookPath("xmllint")
	if program == "" {
		b.say("xmllint is not installed: reading is shown without a limit beside it")
		return 0, nil
	}
	var rates []float64
	for range b.scale.samples {
		cmd := exec.CommandContext(ctx, program, "--sax", "--noout", file) //nolint:gosec // the program is xmllint, the file our own
		if text, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("xmllint: %w\n%.500s", err, text)
		}
		rates = append(rates, megabytes(size, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()))
	}
	return median(rates), nil
}
