package service_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit/service"
)

func TestEntryComesBackAsWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		want := entry(2, func(e *auditv1.LogEntry) {
			e.Result, e.RemoteError, e.Reason, e.RunId, e.Actor = auditv1.Result_RESULT_FATAL, true, string(apierr.ReasonPeerUnauthenticated), "run", "Zoë"
			e.Counts = &auditv1.LogCounts{Received: 1, Created: 2, Updated: 3, Deleted: 4, Unchanged: 5, Skipped: 6, Conflict: 7, Rejected: 8, Sent: 9, Accepted: 10}
			e.Duration, e.Bytes, e.ResourceName = durationpb.New(1500*time.Microsecond), 77, "org_office"
		})
		s.write(t, entry(1), want, entry(3))
		want.PreviousId, want.NextId = id(1), id(3)
		if diff := cmp.Diff(want, s.get(t, 2), protocmp.Transform()); diff != "" {
			t.Errorf("(-written +read)\n%s", diff)
		}
		fatal := &auditv1.GetLogEntryRequest{Id: id(3), Results: []auditv1.Result{auditv1.Result_RESULT_FATAL}}
		got, err := s.log.GetLogEntry(s.admin, fatal)
		if err != nil || got.GetPreviousId() != id(2) || got.GetNextId() != "" {
			t.Errorf("neighbours with a filter: %q, %q, %v", got.GetPreviousId(), got.GetNextId(), err)
		}
		_, err = s.log.GetLogEntry(s.admin, &auditv1.GetLogEntryRequest{Id: id(99)})
		reason(t, "unknown", err, apierr.ReasonNotFound)
	})
}

func TestWritingABatchAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.write(t, entry(1), entry(2))
		resp, err := s.writer.WriteLogEntries(t.Context(), &auditv1.WriteLogEntriesRequest{LogEntries: []*auditv1.LogEntry{entry(1), entry(2), entry(3)}})
		if err != nil || resp.GetWrittenCount() != 1 {
			t.Errorf("%v, %v", resp, err)
		}
		_, err = s.writer.WriteLogEntries(t.Context(), &auditv1.WriteLogEntriesRequest{LogEntries: []*auditv1.LogEntry{entry(4), entry(5, func(e *auditv1.LogEntry) { e.Id = "" })}})
		reason(t, "one without id", err, apierr.ReasonInvalidArgument)
		_, err = s.log.GetLogEntry(s.admin, &auditv1.GetLogEntryRequest{Id: id(4)})
		reason(t, "its neighbour in the batch", err, apierr.ReasonNotFound)
	})
}

func TestAUD010_AUD011_AUD012_VocabularyOnTheWire(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	s.write(t, entry(1, func(e *auditv1.LogEntry) {
		e.Mode, e.Transmission, e.Result, e.Action, e.RemoteError = 99, 98, 97, "", true
	}), entry(2, func(e *auditv1.LogEntry) { e.RemoteError = true }))
	got := s.get(t, 1)
	if got.GetMode() != auditv1.Mode_MODE_NONE || got.GetTransmission() != auditv1.Transmission_TRANSMISSION_NONE ||
		got.GetResult() != auditv1.Result_RESULT_SUCCESS || got.GetAction() != "none" || got.GetRemoteError() {
		t.Errorf("got %v", got)
	}
	if s.get(t, 2).GetRemoteError() {
		t.Error("a success has a remote error")
	}
	file := string(s.read(t, &auditv1.ExportLogEntriesRequest{}))
	if want := `"{""mode"":""99"",""result"":""97"",""transmission"":""98""}"`; !strings.Contains(file, want) {
		t.Errorf("the original is not in the export:\n%s", file)
	}
}

func TestAUD013_ListPageByPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		for n := range 7 {
			s.write(t, entry(n, func(e *auditv1.LogEntry) {
				if n%2 == 1 {
					e.Result, e.RepositoryId, e.ResourceName = auditv1.Result_RESULT_ERROR, "r2", "org_office"
				}
			}))
		}
		yes, no := true, false
		for name, test := range map[string]struct {
			req  *auditv1.ListLogEntriesRequest
			want []int
		}{
			"all":        {&auditv1.ListLogEntriesRequest{}, []int{0, 1, 2, 3, 4, 5, 6}},
			"repository": {&auditv1.ListLogEntriesRequest{RepositoryId: "r2"}, []int{1, 3, 5}},
			"resource":   {&auditv1.ListLogEntriesRequest{ResourceName: "org_office"}, []int{1, 3, 5}},
			"mode":       {&auditv1.ListLogEntriesRequest{Mode: auditv1.Mode_MODE_PUSH}, nil},
			"result":     {&auditv1.ListLogEntriesRequest{Results: []auditv1.Result{auditv1.Result_RESULT_SUCCESS}}, []int{0, 2, 4, 6}},
			"remote":     {&auditv1.ListLogEntriesRequest{RemoteError: &yes}, nil},
			"not remote": {&auditv1.ListLogEntriesRequest{RemoteError: &no, Action: "import"}, []int{0, 1, 2, 3, 4, 5, 6}},
			"time": {&auditv1.ListLogEntriesRequest{
				StartTime: timestamppb.New(noon.Add(-3 * time.Minute)), EndTime: timestamppb.New(noon.Add(-time.Minute)),
			}, []int{2, 3}},
			"query": {&auditv1.ListLogEntriesRequest{Query: "TRY 4"}, []int{4}},
		} {
			test.req.PageSize = 2
			var got []int
			for {
				resp, err := s.log.ListLogEntries(s.admin, test.req)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range resp.GetLogEntries() {
					var n int
					if _, err := fmt.Sscanf(e.GetMessage(), "entry %d", &n); err != nil {
						t.Fatal(err)
					}
					got = append(got, n)
				}
				if test.req.PageToken = resp.GetNextPageToken(); test.req.PageToken == "" {
					break
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestListRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	s.write(t, entry(1), entry(2))
	first, err := s.log.ListLogEntries(s.admin, &auditv1.ListLogEntriesRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		req  *auditv1.ListLogEntriesRequest
		want apierr.Reason
	}{
		"negative":       {&auditv1.ListLogEntriesRequest{PageSize: -1}, apierr.ReasonInvalidArgument},
		"unknown mode":   {&auditv1.ListLogEntriesRequest{Mode: 42}, apierr.ReasonInvalidArgument},
		"unknown result": {&auditv1.ListLogEntriesRequest{Results: []auditv1.Result{42}}, apierr.ReasonInvalidArgument},
		"no time":        {&auditv1.ListLogEntriesRequest{StartTime: &timestamppb.Timestamp{Nanos: -1}}, apierr.ReasonInvalidArgument},
		"other query":    {&auditv1.ListLogEntriesRequest{PageToken: first.GetNextPageToken(), RunId: "x"}, apierr.ReasonInvalidPageToken},
		"damaged token":  {&auditv1.ListLogEntriesRequest{PageToken: "x" + first.GetNextPageToken()}, apierr.ReasonInvalidPageToken},
	} {
		_, err := s.log.ListLogEntries(s.admin, test.req)
		reason(t, name, err, test.want)
	}
}

func TestPagesOfLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	long := strings.Repeat("x", 60<<10)
	for n := range 150 {
		s.write(t, entry(n, func(e *auditv1.LogEntry) { e.Message = long }))
	}
	req, seen := &auditv1.ListLogEntriesRequest{PageSize: 500}, 0
	for pages := 1; ; pages++ {
		resp, err := s.log.ListLogEntries(s.admin, req)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(resp.GetLogEntries())
		if req.PageToken = resp.GetNextPageToken(); req.PageToken == "" {
			if seen != 150 || pages != 3 {
				t.Errorf("%d entries on %d pages", seen, pages)
			}
			return
		}
	}
}

func TestAUD014_AUD018_MessagesAreText(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	s.write(t, entry(1, func(e *auditv1.LogEntry) {
		e.Message = "<p>GET http://ada:geheim@hub/ failed</p><script>alert(1)</script>Authorization: Basic geheim"
	}))
	if got, want := s.get(t, 1).GetMessage(), "GET http://•••@hub/ failed\nAuthorization: •••"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestExportCSV(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		formulas := []string{"=1+1", "+1", "-1", "@x", " =1", "＝1", "plain, \"quoted\"\nsecond line"}
		for n, text := range formulas {
			s.write(t, entry(n, func(e *auditv1.LogEntry) { e.Message, e.RepositoryName = text, "r,"+text }))
		}
		file := s.read(t, &auditv1.ExportLogEntriesRequest{RepositoryId: "r1"})
		if !bytes.HasSuffix(file, []byte("\r\n")) {
			t.Error("lines do not end in CRLF")
		}
		records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != len(formulas)+1 || records[0][10] != "message" || records[0][1] != "time" || records[1][1] != "2026-11-23T12:00:00.000000Z" {
			t.Fatalf("%d records, %v", len(records), records[:2])
		}
		for n, record := range records[1:] {
			want := "'" + strings.TrimSpace(formulas[n])
			if n == len(formulas)-1 {
				want = formulas[n]
			}
			if record[10] != want || record[0] != id(n) {
				t.Errorf("record %d: message %q, want %q", n, record[10], want)
			}
		}
	})
}

func TestExportNDJSON(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	const total = 1203 // more than two pages of the export
	for n := 0; n < total; n += 401 {
		var batch []*auditv1.LogEntry
		for i := range 401 {
			batch = append(batch, entry(n+i, func(e *auditv1.LogEntry) { e.Message = strings.Repeat("ü", 1000) }))
		}
		s.write(t, batch...)
	}
	lines := strings.Split(strings.TrimSpace(string(s.read(t, &auditv1.ExportLogEntriesRequest{Format: auditv1.ExportFormat_EXPORT_FORMAT_NDJSON}))), "\n")
	if len(lines) != total {
		t.Fatalf("%d lines", len(lines))
	}
	for n, line := range lines {
		var got struct{ ID, Mode, Result string }
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != id(n) || got.Mode != "PULL" || got.Result != "SUCCESS" {
			t.Fatalf("line %d: %+v", n, got)
		}
	}
	stream, err := s.log.ExportLogEntries(s.admin, &auditv1.ExportLogEntriesRequest{Format: 42})
	if err == nil {
		_, err = stream.Recv()
	}
	reason(t, "unknown format", err, apierr.ReasonInvalidArgument)
}

func TestAUD019_PurgeIsRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.write(t, entry(1), entry(2), entry(3, func(e *auditv1.LogEntry) { e.RepositoryId = "r2" }))
		req := &auditv1.PurgeLogEntriesRequest{BeforeTime: timestamppb.New(noon), RepositoryId: "r1", RequestId: "q"}
		for range 2 {
			resp, err := s.log.PurgeLogEntries(s.admin, req)
			if err != nil || resp.GetPurgedCount() != 2 {
				t.Errorf("%v, %v", resp, err)
			}
		}
		list, err := s.log.ListLogEntries(s.admin, &auditv1.ListLogEntriesRequest{})
		if err != nil || len(list.GetLogEntries()) != 2 {
			t.Fatalf("%v, %v", list, err)
		}
		got := list.GetLogEntries()[0]
		if got.GetAction() != "purge" || got.GetActor() != "ada" || got.GetRepositoryName() != "Hub" || !got.GetTime().AsTime().Equal(noon) {
			t.Errorf("recorded as %v", got)
		}
		if list.GetLogEntries()[1].GetId() != id(3) {
			t.Error("an entry of another repository went, too")
		}
		_, err = s.log.PurgeLogEntries(s.admin, &auditv1.PurgeLogEntriesRequest{})
		reason(t, "without a time", err, apierr.ReasonInvalidArgument)
	})
}

// TestOutboxDelivers joins both halves: what another service appends in its own
// database arrives here once.
func TestOutboxDelivers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		db := sqldbtest.Open(t, "sqlite", nil)
		if err := auditlog.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		deliverer := auditlog.NewDeliverer(db, s.writer, slog.New(slog.DiscardHandler))
		for range 2 {
			err := db.Tx(t.Context(), func(tx *sqldb.Tx) error { return auditlog.Append(t.Context(), tx, entry(1), entry(2)) })
			if err != nil {
				t.Fatal(err)
			}
			if err := deliverer.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.log.ListLogEntries(s.admin, &auditv1.ListLogEntriesRequest{})
		if err != nil || len(list.GetLogEntries()) != 2 {
			t.Errorf("%v, %v", list, err)
		}
	})
}

func TestSettingsHaveTheDefaultsOfTheGuide(t *testing.T) {
	t.Parallel()
	var s service.Settings
	if _, err := process.Parse(&s, "audit", "", nil, nil); err != nil {
		t.Fatal(err)
	}
	if s.Retention != 28*24*time.Hour {
		t.Errorf("retention %v", s.Retention)
	}
}
