//go:build unix

package s3xml_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/edensync/edensync/s3xml"
)

// BenchmarkParsers reads the same 31 MB with the decoder, with libxml2 and with the parser of the standard library;
// compare the megabytes per second of processor time, which other work on the machine hardly changes.
func BenchmarkParsers(b *testing.B) {
	doc, err := io.ReadAll(newGenerator(20_000, true))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("s3xml", func(b *testing.B) { perProcessor(b, doc, decodeOnce) })
	b.Run("xmllint", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "document.xml")
		if _, err := exec.LookPath("xmllint"); err != nil {
			b.Skip(err)
		}
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			b.Fatal(err)
		}
		perProcessor(b, doc, func([]byte) error { return exec.Command("xmllint", "--sax", "--noout", file).Run() })
	})
	b.Run("encoding-xml", func(b *testing.B) { perProcessor(b, doc, tokenize) })
}

func decodeOnce(doc []byte) error {
	d, r := s3xml.NewDecoder(bytes.NewReader(doc), s3xml.Limits{}), s3xml.Record{}
	for {
		if err := d.Next(&r); err != nil {
			return ended(err)
		}
	}
}

func tokenize(doc []byte) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); err != nil {
			return ended(err)
		}
	}
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// perProcessor reports bytes per second of processor time, of this process and of those it starts.
func perProcessor(b *testing.B, doc []byte, read func([]byte) error) {
	b.Helper()
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		if err := read(doc); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(doc))/1e6/(processorTime(b)-before).Seconds(), "MB/cpu-s")
}

func processorTime(b *testing.B) (sum time.Duration) {
	b.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var use syscall.Rusage
		if err := syscall.Getrusage(who, &use); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(use.Utime.Nano() + use.Stime.Nano())
	}
	return sum
}
