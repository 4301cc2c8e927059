package grpcapi

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/proto/restjson"
	"github.com/edensync/edensync/services/audit"
)

const (
	exportPage  = 500
	exportChunk = 1 << 20
)

// ExportLogEntries sends all matching entries as a file, newest first. It reads
// page by page: entries that come meanwhile are newer and not part of it.
func (l *Log) ExportLogEntries(req *auditv1.ExportLogEntriesRequest, stream grpc.ServerStreamingServer[auditv1.ExportLogEntriesResponse]) error {
	filter, err := filterFrom(req, req.RemoteError, req.GetStartTime(), req.GetEndTime())
	if err != nil {
		return err
	}
	file := &chunker{send: stream.Send}
	write, err := exporter(req.GetFormat(), file)
	if err != nil {
		return err
	}
	var behind *audit.Position
	for {
		entries, err := l.store.List(stream.Context(), filter, behind, exportPage)
		if err != nil {
			return err
		}
		if err := write(entries); err != nil {
			return err
		}
		if len(entries) < exportPage {
			return file.flush()
		}
		last := entries[len(entries)-1].Position()
		behind = &last
	}
}

// exporter answers a function that writes entries in the format.
func exporter(format auditv1.ExportFormat, to *chunker) (func([]audit.Entry) error, error) {
	switch format {
	case auditv1.ExportFormat_EXPORT_FORMAT_UNSPECIFIED, auditv1.ExportFormat_EXPORT_FORMAT_CSV:
		return newCSV(to)
	case auditv1.ExportFormat_EXPORT_FORMAT_NDJSON:
		return func(entries []audit.Entry) error { return writeNDJSON(to, entries) }, nil
	default:
		return nil, apierr.Invalid(apierr.Field{Name: "format", Message: "must be CSV or NDJSON"})
	}
}

// chunker cuts what is written into messages.
type chunker struct {
	send   func(*auditv1.ExportLogEntriesResponse) error
	buffer bytes.Buffer
}

// Write collects, and sends what fills a message.
func (c *chunker) Write(p []byte) (int, error) {
	c.buffer.Write(p)
	for c.buffer.Len() >= exportChunk {
		if err := c.sendNext(); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (c *chunker) sendNext() error {
	return c.send(&auditv1.ExportLogEntriesResponse{Chunk: bytes.Clone(c.buffer.Next(exportChunk))})
}

func (c *chunker) flush() error {
	if c.buffer.Len() == 0 {
		return nil
	}
	return c.sendNext()
}

func writeNDJSON(to *chunker, entries []audit.Entry) error {
	for _, entry := range entries {
		line, err := restjson.Marshal(entryTo(entry))
		if err != nil {
			return err
		}
		if _, err := to.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

var csvHeader = []string{
	"id", "time", "repositoryId", "repositoryName", "resourceName", "mode", "transmission", "action", "result", "remoteError",
	"message", "reason", "runId", "received", "created", "updated", "deleted", "unchanged", "skipped", "conflict", "rejected",
	"sent", "accepted", "durationSeconds", "bytes", "actor", "service", "original",
}

// newCSV writes the header. Lines end in CRLF, as RFC 4180 has it.
func newCSV(to *chunker) (func([]audit.Entry) error, error) {
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(csvHeader); err != nil {
		return nil, err
	}
	return func(entries []audit.Entry) error {
		for _, entry := range entries {
			record, err := csvRecord(entry)
			if err != nil {
				return err
			}
			if err := w.Write(record); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}, nil
}

func csvRecord(e audit.Entry) ([]string, error) {
	counts := make([]string, 10)
	if c := e.Counts; c != nil {
		for i, n := range []int64{
			c.Received, c.Created, c.Updated, c.Deleted, c.Unchanged, c.Skipped, c.Conflict, c.Rejected, c.Sent, c.Accepted,
		} {
			counts[i] = strconv.FormatInt(n, 10)
		}
	}
	duration, original := "", ""
	if e.Duration != nil {
		duration = strconv.FormatFloat(e.Duration.Seconds(), 'f', -1, 64)
	}
	if len(e.Original) > 0 {
		text, err := json.Marshal(e.Original)
		if err != nil {
			return nil, err
		}
		original = string(text)
	}
	record := []string{
		e.ID, e.Time.Format("2006-01-02T15:04:05.000000Z"), safe(e.RepositoryID), safe(e.RepositoryName), safe(e.ResourceName),
		string(e.Mode), string(e.Transmission), safe(e.Action), string(e.Result), strconv.FormatBool(e.RemoteError), safe(e.Message),
		safe(e.Reason), safe(e.RunID),
	}
	record = append(record, counts...)
	return append(record, duration, strconv.FormatInt(e.Bytes, 10), safe(e.Actor), safe(e.Service), safe(original)), nil
}

// safe puts an apostrophe before text that a spreadsheet would run as a formula.
func safe(text string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' }))
	if strings.ContainsRune("=+-@|＝＋－＠", first) && first != utf8.RuneError {
		return "'" + text
	}
	return text
}
